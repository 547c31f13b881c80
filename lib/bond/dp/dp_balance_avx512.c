/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_avx512.c - balance-tlb and balance-alb, sixteen frames at a time. */
#include "dp_balance.h"
#include "dp_hash.h"
#include "dp_hash16_avx512.h"
#include "dp_load.h"
#include "dp_lookup_avx512.h"
#include "dp_scatter_avx512.h"

/*
 * Which of 16 frames are surely balanced, and their index in the lowest octets. The others are looked
 * at one by one. If *o says that some are not fit to be looked at, the result is void.
 */
typedef __m512i (*sort16_fn)(const struct bond_view *v, struct rte_mbuf *const *pkt,
			     struct oddity *o, __mmask16 *balanced);

/* Four octets as they lie in memory. */
static inline uint32_t
four(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Words from offset 2: the rest of the destination, source, type, ... protocol, IPv4 addresses. */
static inline __attribute__((always_inline)) __m512i
sort16_alb(const struct bond_view *v, struct rte_mbuf *const *pkt, struct oddity *o,
	   __mmask16 *balanced)
{
	const uint8_t *mac = v->bond_mac;
	__m512i w[8], h;

	load_32_octets(pkt, o, 2, w);
	*balanced = _mm512_cmpeq_epi32_mask(w[1], all(four(mac))) &
		    _mm512_cmpeq_epi32_mask(w[2], all(TYPE_IPV4 | mac[4] | mac[5] << 8)) &
		    _mm512_cmpneq_epi32_mask(w[0], all(UINT32_MAX)) &
		    _mm512_cmpneq_epi32_mask(w[7], all(UINT32_MAX)) &
		    (__mmask16)~lanes(w[5], 0xff00, 2 << 8); /* IGMP */
	h = _mm512_xor_si512(w[7], _mm512_srli_epi32(w[7], 16));
	return _mm512_xor_si512(h, _mm512_srli_epi32(h, 8));
}

/* Words from offset 0. Is it from the bond, to one only? */
static inline __mmask16
is_unicast(const struct bond_view *v, const __m512i w[4])
{
	const uint8_t *mac = v->bond_mac;

	return lanes(w[0], 1, 0) & lanes(w[1], 0xffff0000, (uint32_t)(mac[0] | mac[1] << 8) << 16) &
	       _mm512_cmpeq_epi32_mask(w[2], all(four(mac + 2)));
}

/* Of IPv4 without a tag the hash of layer2 lies in the same octets. */
static inline __attribute__((always_inline)) __m512i
sort16_layer2(const struct bond_view *v, struct rte_mbuf *const *pkt, struct oddity *o,
	      __mmask16 *balanced)
{
	const uint32_t same = v->bond_mac[5]; /* and the lower half of the type, which is 0 */
	__m512i w[4];

	load_16_octets(pkt, o, 0, w);
	*balanced = is_unicast(v, w) & lanes(w[3], 0xffff, 0x0008);
	return _mm512_xor_si512(_mm512_srli_epi32(w[1], 8), all(same));
}

/* What these two know is TCP, UDP or a fragment, over IPv4 or IPv6. */
static inline __attribute__((always_inline)) __m512i
sort16_layer23(const struct bond_view *v, struct rte_mbuf *const *pkt, struct oddity *o,
	       __mmask16 *balanced)
{
	__mmask16 unknown = 0;
	__m512i h = hash16_layer23(pkt, o, &unknown), w[4];

	load_16_octets(pkt, o, 0, w);
	*balanced = is_unicast(v, w) & (__mmask16)~unknown;
	return h;
}

static inline __attribute__((always_inline)) __m512i
sort16_layer34(const struct bond_view *v, struct rte_mbuf *const *pkt, struct oddity *o,
	       __mmask16 *balanced)
{
	__mmask16 unknown = 0;
	__m512i h = hash16_layer34(pkt, o, &unknown), w[4];

	load_16_octets(pkt, o, 0, w);
	*balanced = is_unicast(v, w) & (__mmask16)~unknown;
	return h;
}

/* Sort a burst; the bits of the frames that are left to be looked at. */
static inline __attribute__((always_inline)) uint64_t
sort_burst(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, sort16_fn sort16,
	   __m512i hash[GROUPS])
{
	uint64_t sure = 0;

	for (uint16_t i = 0; i < n; i += LANES) {
		struct oddity o = no_oddity();
		__mmask16 unfit = 0, balanced = 0;

		if (likely(n - i >= LANES))
			hash[i / LANES] = sort16(v, pkt + i, &o, &balanced);
		if (unlikely(n - i < LANES || is_odd(&o))) {
			struct rte_mbuf *tame[LANES];

			unfit = replace_odd(pkt + i, n - i, tame);
			o = no_oddity();
			hash[i / LANES] = sort16(v, tame, &o, &balanced);
		}
		sure |= (uint64_t)(uint16_t)(balanced & (__mmask16)~unfit) << i;
	}
	return ~sure & first(n);
}

/* @return false: some frame may not be written to */
static inline bool
count(struct dp_load *load, struct rte_mbuf *const *pkt, uint16_t n, const uint8_t *index)
{
	uint64_t flags = 0;
	uint32_t refs = 0;

	for (uint16_t i = 0; i < n; i++) {
		load->octets[index[i]] += pkt[i]->pkt_len;
		flags |= pkt[i]->ol_flags;
		refs |= pkt[i]->refcnt;
	}
	return refs == 1 && !(flags & (RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL));
}

static inline __attribute__((always_inline)) void
balance(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	sort16_fn sort16)
{
	const struct bond_view *v = &b->bond;
	__m512i hash[GROUPS] = {0}, index;
	struct dp_lot lot;
	uint64_t odd;

	odd = sort_burst(v, pkt, n, sort16, hash);
	index = dp_lower_octets(hash, n);
	_mm512_storeu_si512(lot.index, index);
	_mm512_store_si512(lot.slot, dp_look_up(v->bucket, index));
	if (unlikely(odd != 0)) {
		n = dp_balance_odd(w, b, pkt, n, odd, &lot);
		if (n > 0)
			dp_balance_send(w, b, pkt, n, &lot);
		return;
	}
	if (unlikely(!count(&b->load[w->index], pkt, n, lot.index))) {
		lot.balanced = first(n);
		dp_balance_rewrite(w, v, pkt, n, &lot);
	} else {
		for (uint16_t i = 0; i < n; i++)
			dp_put_mac(pkt[i], RTE_ETHER_ADDR_LEN, b->source[lot.slot[i]]);
	}
	dp_scatter_slots(w, b, pkt, n, _mm512_load_si512(lot.slot));
}

void
dp_balance_alb_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		      uint16_t n)
{
	balance(w, b, pkt, n, sort16_alb);
}

void
dp_balance_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			 uint16_t n)
{
	balance(w, b, pkt, n, sort16_layer2);
}

void
dp_balance_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n)
{
	balance(w, b, pkt, n, sort16_layer23);
}

void
dp_balance_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n)
{
	balance(w, b, pkt, n, sort16_layer34);
}
