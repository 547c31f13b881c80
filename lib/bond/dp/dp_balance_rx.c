/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_rx.c - balance-alb: what clients send to a member's MAC becomes the bond's. */
#include "dp_balance.h"

/* An address as the lower 48 bits of a word. */
#define MAC_BITS UINT64_C(0xffffffffffff)

static inline uint64_t
word_of(const uint8_t mac[6])
{
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	return word;
}

static inline uint64_t
destination(const struct rte_mbuf *m)
{
	uint64_t word;

	memcpy(&word, rte_pktmbuf_mtod(m, const void *), sizeof(word));
	return word & MAC_BITS;
}

/* @return the frame with its new destination, perhaps a copy; NULL: no buffer for one */
static inline struct rte_mbuf *
readdress(struct dp_worker *w, const struct bond_view *v, struct rte_mbuf *m)
{
	if (unlikely(!dp_is_own(m))) {
		m = dp_own_copy(w, m);
		if (m == NULL)
			return NULL;
	}
	dp_put_mac(m, 0, v->bond_mac);
	return m;
}

static bool
is_adopted(const struct bond_view *v, uint64_t mac)
{
	for (uint32_t left = v->adopt; left != 0; left &= left - 1)
		if (word_of(v->mac[__builtin_ctz(left)]) == mac)
			return true;
	return false;
}

/*
 * The current member's: most frames have the bond's MAC, some that of a member whose cable was
 * pulled, whose clients do not know that yet.
 */
static uint16_t
adopt(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
      uint16_t n)
{
	const struct bond_view *v = &b->bond;
	const uint64_t bond = word_of(v->bond_mac);
	const uint64_t own = v->restore >> slot & 1 ? word_of(v->mac[slot]) : bond;
	uint16_t left = 0;

	for (uint16_t i = 0; i < n; i++) {
		const uint64_t to = destination(pkt[i]);
		struct rte_mbuf *m = pkt[i];

		if (to != bond && !(to & 1) && (to == own || is_adopted(v, to)) &&
		    m->data_len >= RTE_ETHER_HDR_LEN) {
			m = readdress(w, v, m);
			if (m == NULL) {
				dp_drop(w, b->port[slot], DP_DROP_NO_BUFFER, &pkt[i], 1);
				continue;
			}
		}
		pkt[left++] = m;
	}
	return left;
}

/* Any other member's: only what is for its own MAC, so that nothing that is flooded comes twice. */
static uint16_t
restore(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
	uint16_t n)
{
	const struct bond_view *v = &b->bond;
	const uint64_t own = word_of(v->mac[slot]);
	struct rte_mbuf *lost[DP_BURST];
	uint16_t left = 0, n_lost = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];

		if (unlikely(destination(m) != own || m->data_len < RTE_ETHER_HDR_LEN)) {
			lost[n_lost++] = m;
			continue;
		}
		m = readdress(w, v, m);
		if (unlikely(m == NULL))
			dp_drop(w, b->port[slot], DP_DROP_NO_BUFFER, &pkt[i], 1);
		else
			pkt[left++] = m;
	}
	if (n_lost > 0)
		dp_drop(w, b->port[slot], DP_DROP_RX_INACTIVE, lost, n_lost);
	return left;
}

static uint16_t
deliver(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
	uint16_t n)
{
	const struct bond_view *v = &b->bond;

	if (v->rx >> slot & 1)
		return adopt(w, b, slot, pkt, n);
	if (v->restore >> slot & 1)
		return restore(w, b, slot, pkt, n);
	dp_drop(w, b->port[slot], DP_DROP_RX_INACTIVE, pkt, n);
	return 0;
}

/*
 * What most frames on a member begin with: IPv4 without a tag, for its own MAC. On the current one any
 * destination will do, unless the MAC of another member has to be looked for.
 */
static struct dp_head
expected(const struct bond_view *v, unsigned int slot)
{
	const bool is_current = v->rx >> slot & 1;
	const bool any =
		is_current && v->adopt == 0 &&
		(!(v->restore >> slot & 1) || word_of(v->mac[slot]) == word_of(v->bond_mac));
	struct dp_head h = {{0}, {0}};

	memcpy(h.octets, is_current ? v->bond_mac : v->mac[slot], 6);
	memset(h.count, any ? 0 : 0xff, 6);
	memcpy(h.octets + 12, (uint8_t[]){0x08, 0x00}, 2);
	memset(h.count + 12, v->punt != 0 ? 0xff : 0, 2);
	return h;
}

void
dp_deliver_prepare(struct dp_bond_view *b, enum dp_simd simd)
{
	const struct bond_view *v = &b->bond;

	b->usual = NULL;
	b->deliver = (v->restore | v->adopt) != 0 ? deliver : NULL;
	if (b->deliver == NULL)
		return;
	for (unsigned int slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		b->expected[slot] = expected(v, slot);
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && (v->punt & ~BOND_PUNT_NEIGHBOUR) == 0)
		b->usual = dp_usual_alb_avx512;
#endif
	(void)simd;
}
