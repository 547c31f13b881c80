/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_rx_avx512.c - what comes in on members of balance-alb, by vectors where all is as usual. */
#include <immintrin.h>

#include "dp_balance.h"
#include "dp_rare.h"

#define MAC_BITS UINT64_C(0xffffffffffff)
#define STEP     8

/* Types in the lower half of a word, as they lie in memory. */
#define ARP  0x0608u
#define IPV6 0xdd86u
#define VLAN 0x0081u
#define QINQ 0xa888u

static inline uint64_t
word_of(const uint8_t mac[6])
{
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	return word;
}

static inline int64_t
first_octets(const uint8_t *frame)
{
	int64_t word;

	memcpy(&word, frame, sizeof(word));
	return word;
}

/* What the frames of a burst have in common. */
struct together {
	uint64_t flags;
	uint32_t refs;
	int32_t too_short; /* negative: one is */
};

static inline const uint8_t *
look(const struct rte_mbuf *m, struct together *t)
{
	t->flags |= m->ol_flags;
	t->refs |= m->refcnt;
	t->too_short |= m->data_len - RTE_ETHER_HDR_LEN;
	return rte_pktmbuf_mtod(m, const uint8_t *);
}

/* Are all of them whole, and for this address? */
static inline bool
are_all_for(struct rte_mbuf *const *pkt, uint16_t n, uint64_t mac, struct together *t)
{
	const __m512i wanted = _mm512_set1_epi64((int64_t)(mac << 16));
	uint32_t differ = 0;
	uint16_t i = 0;

	for (; i + STEP <= n; i += STEP) {
#define OCTETS(k) first_octets(look(pkt[i + (k)], t))
		const __m512i words = _mm512_setr_epi64(OCTETS(0), OCTETS(1), OCTETS(2), OCTETS(3),
							OCTETS(4), OCTETS(5), OCTETS(6), OCTETS(7));
#undef OCTETS
		differ |= _mm512_cmpneq_epi64_mask(_mm512_slli_epi64(words, 16), wanted);
	}
	for (; i < n; i++)
		differ |= ((uint64_t)first_octets(look(pkt[i], t)) & MAC_BITS) != mac;
	return differ == 0 && t->too_short >= 0;
}

uint16_t
dp_deliver_avx512(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot,
		  struct rte_mbuf **pkt, uint16_t n)
{
	const struct bond_view *v = &b->bond;
	struct together t = {0};

	if (v->rx >> slot & 1) {
		if (likely(are_all_for(pkt, n, word_of(v->bond_mac), &t)))
			return n;
	} else if (v->restore >> slot & 1 &&
		   likely(are_all_for(pkt, n, word_of(v->mac[slot]), &t)) && t.refs == 1 &&
		   !(t.flags & (RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL))) {
		for (uint16_t i = 0; i < n; i++)
			dp_put_mac(pkt[i], 0, v->bond_mac);
		return n;
	}
	return dp_deliver(w, b, slot, pkt, n);
}

static inline int32_t
word_at(const struct rte_mbuf *m, unsigned int offset)
{
	int32_t word;

	memcpy(&word, rte_pktmbuf_mtod_offset(m, const void *, offset), sizeof(word));
	return word;
}

static inline bool
may_be(const struct rte_mbuf *m)
{
	const uint32_t type = (uint32_t)word_at(m, 12) & 0xffff;

	return type == ARP || type == VLAN || type == QINQ ||
	       (type == IPV6 && *rte_pktmbuf_mtod_offset(m, const uint8_t *, 20) == 58);
}

/* Which of 16 frames are ARP, have a tag, or are ICMPv6? */
static inline uint16_t
candidates(struct rte_mbuf *const *pkt)
{
#define WORD(k) word_at(pkt[k], 12)
	const __m512i type = _mm512_slli_epi32(
		_mm512_setr_epi32(WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6),
				  WORD(7), WORD(8), WORD(9), WORD(10), WORD(11), WORD(12), WORD(13),
				  WORD(14), WORD(15)),
		16);
#undef WORD
	const __m512i arp = _mm512_set1_epi32((int32_t)(ARP << 16));
	const __m512i ipv4 = _mm512_set1_epi32(0x0008 << 16);
	uint32_t found = _mm512_cmpeq_epi32_mask(type, arp);

	if (likely((uint16_t) ~(_mm512_cmpeq_epi32_mask(type, ipv4) | found) == 0))
		return (uint16_t)found;
	for (uint32_t left = (uint16_t) ~(_mm512_cmpeq_epi32_mask(type, ipv4) | found); left != 0;
	     left &= left - 1)
		found |= (uint32_t)may_be(pkt[__builtin_ctz(left)]) << __builtin_ctz(left);
	return (uint16_t)found;
}

uint64_t
dp_rare_neighbour_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n)
{
	uint64_t rare = 0;
	uint16_t i = 0;

	(void)b;
	for (; i + 16 <= n; i += 16)
		rare |= (uint64_t)candidates(pkt + i) << i;
	for (; i < n; i++)
		rare |= (uint64_t)may_be(pkt[i]) << i;
	for (uint64_t left = rare; unlikely(left != 0); left &= left - 1) {
		const int k = __builtin_ctzll(left);

		if (!bond_neighbour_is(rte_pktmbuf_mtod(pkt[k], const uint8_t *), pkt[k]->data_len))
			rare &= ~(UINT64_C(1) << k);
	}
	return rare;
}
