/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance.c - balance-tlb and balance-alb: choose members by load, and tell who sends what. */
#include "dp_balance.h"

#include <assert.h>
#include <netinet/in.h>
#include <sys/eventfd.h>

#include <rte_prefetch.h>

#include "dp_hash.h"
#include "dp_load.h"
#include "dp_scatter.h"

struct rte_mbuf *
dp_own_copy(struct dp_worker *w, struct rte_mbuf *m)
{
	struct rte_mbuf *copy;

	if (m->refcnt == 1 && RTE_MBUF_HAS_EXTBUF(m) && rte_mbuf_ext_refcnt_read(m->shinfo) == 1)
		return m;
	copy = rte_pktmbuf_copy(m, w->dp->pool, 0, UINT32_MAX);
	if (copy != NULL)
		rte_pktmbuf_free(m);
	return copy;
}

#define TAG_BESIDE (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_VLAN)

/* Octets of a frame of IPv4 without a tag. */
#define PROTOCOL   23
#define TO_ADDRESS 30
#define COMMON_LEN 34

#define KNOWN_LEN 58 /* up to the end of IPv6 behind a tag */

/* Which bucket a balanced frame is of, and which member has that. */
static inline uint8_t
choose(const struct bond_view *v, const struct rte_mbuf *m, uint16_t *bucket)
{
	uint32_t hash;

	if (v->by_address) {
		*bucket = bond_balance_address(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len);
		return v->bucket[*bucket];
	}
	hash = dp_hash_any(v, m);
	*bucket = hash % BOND_BUCKETS;
	return dp_slot_of(v, hash);
}

/* Tell the control thread, once until it looks: it sends these frames, and somebody waits for them. */
static void
wake_control(struct dp *dp)
{
	if (!atomic_exchange_explicit(&dp->punt_told, true, memory_order_acq_rel))
		eventfd_write(dp->punt_fd, 1);
}

static void
hand_up(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	dp_ctrl_punt(w, b->host, pkt, n);
	wake_control(w->dp);
}

uint16_t
dp_balance_odd(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	       uint64_t odd, uint8_t *slot, uint16_t *bucket)
{
	const struct bond_view *v = &b->bond;
	const bool sends = dp_current_sends(v);
	struct rte_mbuf *up[DP_BURST], *lost[DP_BURST];
	uint16_t n_up = 0, n_lost = 0, left = 0;

	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(pkt[i], const uint8_t *);
		const uint32_t len = pkt[i]->data_len;

		if (!(odd >> i & 1)) {
			slot[left] = slot[i];
			bucket[left] = bucket[i];
		} else if (bond_balance_is(v, frame, len)) {
			slot[left] = choose(v, pkt[i], &bucket[left]);
		} else if (v->punt_host && bond_balance_tells(frame, len)) {
			up[n_up++] = pkt[i];
			continue;
		} else if (sends) {
			slot[left] = v->current;
			bucket[left] = DP_LOAD_OTHERS;
		} else {
			lost[n_lost++] = pkt[i];
			continue;
		}
		pkt[left++] = pkt[i];
	}
	if (n_up > 0)
		hand_up(w, b, up, n_up);
	if (n_lost > 0)
		dp_drop(w, b->host, DP_DROP_TX_NO_MEMBER, lost, n_lost);
	return left;
}

static void
measure(struct dp_load *load, struct rte_mbuf *const *pkt, uint16_t n, const uint16_t *bucket,
	uint32_t weight)
{
	for (uint16_t i = 0; i < n; i++)
		load->octets[bucket[i]] += (uint64_t)weight * pkt[i]->pkt_len;
}

/*
 * A frame that others refer to. Without a buffer for a copy it leaves on the current member, as it is;
 * if that cannot send either, the switch will wonder, but nothing is lost.
 * @return whether its source may be written
 */
static __attribute__((noinline)) bool
make_own(struct dp_worker *w, const struct bond_view *v, struct rte_mbuf **m, uint8_t *slot)
{
	struct rte_mbuf *own;

	if (!(v->rewrite >> *slot & 1))
		return false;
	own = dp_own_copy(w, *m);
	if (own != NULL)
		*m = own;
	else if (dp_current_sends(v))
		*slot = v->current;
	return own != NULL;
}

/* The row of a frame in b->source. */
static inline unsigned int
row_of(uint8_t slot, uint16_t bucket)
{
	static_assert(DP_LOAD_OTHERS >> 3 == BOND_MAX_MEMBERS, "a bit says: as it is");
	return slot | (bucket & DP_LOAD_OTHERS) >> 3;
}

/* Give balanced frames the source that their members have; those of others are copied. */
static void
rewrite(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	uint8_t *slot, const uint16_t *bucket)
{
	for (uint16_t i = 0; i < n; i++) {
		const unsigned int row = row_of(slot[i], bucket[i]);
		uint64_t octets;
		uint8_t *at;

		if (unlikely(!dp_is_own(pkt[i]) | (pkt[i]->data_len < RTE_ETHER_HDR_LEN)) &&
		    (row >= BOND_MAX_MEMBERS || !make_own(w, &b->bond, &pkt[i], &slot[i])))
			continue;
		at = rte_pktmbuf_mtod_offset(pkt[i], uint8_t *, RTE_ETHER_ADDR_LEN);
		memcpy(&octets, at, sizeof(octets));
		octets = (octets & b->source.keep[row]) | b->source.put[row];
		memcpy(at, &octets, sizeof(octets));
	}
}

void
dp_balance_mark(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		uint16_t n, uint8_t *slot, const uint16_t *bucket)
{
	const uint32_t weight = b->bond.measure && b->load != NULL ? dp_load_weight(w, n) : 0;

	if (weight > 0)
		measure(&b->load[w->index], pkt, n, bucket, weight);
	if (b->bond.rewrite != 0)
		rewrite(w, b, pkt, n, slot, bucket);
}

/*
 * Most frames: IPv4 without a tag from the bond to one neighbour. Which of them all are balanced is
 * said by bond_balance_is(); this finds most of those at little cost.
 */
static inline bool
is_common(const struct dp_bond_view *b, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t source_and_type;
	uint32_t to;

	memcpy(&source_and_type, frame + RTE_ETHER_ADDR_LEN, sizeof(source_and_type));
	memcpy(&to, frame + TO_ADDRESS, sizeof(to));
	return (source_and_type == b->common) & (m->data_len >= COMMON_LEN) & !(frame[0] & 1) &
	       (to != UINT32_MAX) & (frame[PROTOCOL] != IPPROTO_IGMP) & !(m->ol_flags & TAG_BESIDE);
}

static inline uint8_t
common_index(const struct bond_view *v, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t to;

	if (!v->by_address) /* layer2; the lower octet of the type is 0 */
		return frame[5] ^ frame[11];
	memcpy(&to, frame + TO_ADDRESS, sizeof(to));
	to ^= to >> 16;
	return (uint8_t)(to ^ to >> 8);
}

static inline uint64_t
eight(const uint8_t *at)
{
	uint64_t octets;

	memcpy(&octets, at, sizeof(octets));
	return octets;
}

/*
 * Of the others those with one tag and those of IPv6, as sparingly: hardly a branch depends on what
 * they are, for they may be mixed at random. They must have KNOWN_LEN octets.
 * @param bucket where to write it
 */
static inline bool
is_known(const struct dp_bond_view *b, const struct rte_mbuf *m, uint16_t *bucket)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *), *ip, *to;
	uint64_t address;
	bool tagged, v4, v6;

	if (unlikely(memcmp(frame + RTE_ETHER_ADDR_LEN, b->bond.bond_mac, RTE_ETHER_ADDR_LEN) !=
			     0 ||
		     m->ol_flags & TAG_BESIDE))
		return false;
	tagged = ((frame[12] == 0x81) & (frame[13] == 0x00)) |
		 ((frame[12] == 0x88) & (frame[13] == 0xa8));
	ip = frame + RTE_ETHER_HDR_LEN + 4 * tagged;
	v4 = (ip[-2] == 0x08) & (ip[-1] == 0x00);
	v6 = (ip[-2] == 0x86) & (ip[-1] == 0xdd);
	to = ip + 16 + 8 * v6;
	/* all of IPv6, or 4 octets of IPv4 */
	address = (eight(to) ^ (eight(to + 8) & -(uint64_t)v6)) & (UINT32_MAX | -(uint64_t)v6);
	v4 &= (address != UINT32_MAX) & (ip[9] != IPPROTO_IGMP);
	v6 &= (ip[6] != IPPROTO_ICMPV6) & ((eight(ip + 8) | eight(ip + 16)) != 0);
	address ^= address >> 32;
	address ^= address >> 16;
	*bucket = (uint8_t)(b->bond.by_address ? address ^ address >> 8
					       : frame[5] ^ frame[11] ^ ip[-1]);
	return (frame[0] & 1) == 0 && (v4 | v6);
}

/* Where it is IPv4 without a tag, mostly. */
static inline bool
take_common(const struct dp_bond_view *b, const struct rte_mbuf *m, uint16_t *bucket)
{
	if (unlikely(!is_common(b, m)))
		return false;
	*bucket = common_index(&b->bond, m);
	return true;
}

/*
 * By address or by the plain hash of layer2, through the buckets. After the first frame of a burst that
 * is not common the question is another one, since nobody could foretell the answers to this.
 */
static uint16_t
balance_common(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	       uint16_t behind, uint8_t *slot)
{
	uint16_t bucket[DP_PART], i = 0;
	uint64_t odd = 0;

	(void)behind;
	for (uint16_t k = 0; k < n; k++)
		rte_prefetch0(rte_pktmbuf_mtod(pkt[k], const void *));
	while (i < n && likely(take_common(b, pkt[i], &bucket[i])))
		i++;
	for (; i < n; i++)
		if (unlikely(!(pkt[i]->data_len < KNOWN_LEN ? take_common
							    : is_known)(b, pkt[i], &bucket[i]))) {
			odd |= UINT64_C(1) << i;
			bucket[i] = 0;
		}
	for (i = 0; i < n; i++)
		slot[i] = b->bond.bucket[bucket[i]];
	if (unlikely(odd != 0))
		n = dp_balance_odd(w, b, pkt, n, odd, slot, bucket);
	dp_balance_mark(w, b, pkt, n, slot, bucket);
	return n;
}

/* By anything. */
static uint16_t
balance_any(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	    uint16_t behind, uint8_t *slot)
{
	uint16_t bucket[DP_PART];

	(void)behind;
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkt[i], const void *));
	n = dp_balance_odd(w, b, pkt, n, UINT64_MAX, slot, bucket);
	dp_balance_mark(w, b, pkt, n, slot, bucket);
	return n;
}

/* Part by part, and all together on their way. */
static void
balance(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	uint8_t slot[DP_LOT + DP_BURST] __rte_cache_aligned;
	uint16_t left = 0;

	for (uint16_t i = 0, len; i < n; i += len) {
		uint16_t some;

		len = RTE_MIN(n - i, DP_PART);
		some = b->balance(w, b, pkt + i, len, n - i - len, slot + left);

		if (unlikely(left != i))
			memmove(pkt + left, pkt + i, some * sizeof(pkt[0]));
		left += some;
	}
	if (likely(left > 0))
		b->scatter(w, b, pkt, left, slot);
}

static bool
is_plain(const struct bond_view *v)
{
	return !v->by_address && !v->nic_hash && !v->hash.symmetric && v->hash.seed == 0;
}

static bool
is_plain_layer2(const struct bond_view *v)
{
	return is_plain(v) && v->hash.policy == BOND_HASH_LAYER2;
}

#ifdef DP_HAVE_AVX512
/* What most bonds do: by address or by the plain hash, through the buckets, measured. */
static dp_balance_fn
by_vectors(const struct dp_bond_view *b)
{
	static const dp_balance_fn by_hash[BOND_HASH_POLICIES] = {
		[BOND_HASH_LAYER2] = dp_balance_layer2_avx512,
		[BOND_HASH_LAYER23] = dp_balance_layer23_avx512,
		[BOND_HASH_LAYER34] = dp_balance_layer34_avx512,
	};
	const struct bond_view *v = &b->bond;

	if (v->n_active > DP_AVX512_MEMBERS || v->spread != BOND_SPREAD_BUCKETS || !v->measure ||
	    b->load == NULL)
		return NULL;
	if (v->by_address)
		return v->balance == BOND_BALANCE_ALB ? dp_balance_alb_avx512 : NULL;
	if (v->balance != BOND_BALANCE_TLB || v->hash.symmetric || v->hash.seed != 0)
		return NULL;
	return by_hash[v->hash.policy];
}
#endif

static const uint8_t ipv4[2] = {0x08, 0x00};

static void
set_source(struct dp_sources *s, unsigned int slot, const uint8_t mac[6])
{
	const unsigned int as_it_is = slot + BOND_MAX_MEMBERS;

	s->keep[slot] = s->put[slot] = 0;
	memcpy((uint8_t *)&s->keep[slot] + 6, (uint8_t[]){0xff, 0xff}, 2);
	memcpy(&s->put[slot], mac, 6);
	s->keep[as_it_is] = UINT64_MAX;
	s->put[as_it_is] = 0;
}

void
dp_balance_prepare(struct dp_bond_view *b, enum dp_simd simd)
{
	const struct bond_view *v = &b->bond;

	for (unsigned int slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		set_source(&b->source, slot, v->rewrite >> slot & 1 ? v->mac[slot] : v->bond_mac);
	for (unsigned int i = 0; i < BOND_BUCKETS && v->spread == BOND_SPREAD_BUCKETS; i++) {
		b->source.ipv4[i] = b->source.put[v->bucket[i] % BOND_MAX_MEMBERS];
		memcpy((uint8_t *)&b->source.ipv4[i] + 6, ipv4, 2);
	}
	memcpy(&b->common, v->bond_mac, 6);
	memcpy((uint8_t *)&b->common + 6, ipv4, 2);
	b->spread = balance;
	b->balance = v->spread == BOND_SPREAD_BUCKETS && (v->by_address || is_plain_layer2(v))
			     ? balance_common
			     : balance_any;
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && by_vectors(b) != NULL)
		b->balance = by_vectors(b);
#endif
	(void)simd;
}
