/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_rx_avx512.c - what comes in on members of balance-alb, by vectors where all is as usual. */
#include "dp_arrivals.h"
#include "dp_balance.h"
#include "dp_balance16_avx512.h"
#include "dp_rare.h"

#define ROW      4  /* frames whose heads a vector holds */
#define MIN_HEAD 16 /* octets that are read of each */

/* The words of heads that hold destinations. */
#define OF_DESTINATION 0x3333

/* Where the headers of a row of frames are; the last frame stands for those that are missing. */
static inline __m512i
heads_of(struct rte_mbuf *const *pkt, uint16_t n, uint8_t **at, struct oddity *o)
{
#define HEAD(i) (uint8_t *)(uintptr_t)header(pkt[(i) < n ? (i) : n - 1], o)
	uint8_t *h0 = HEAD(0), *h1 = HEAD(1), *h2 = HEAD(2), *h3 = HEAD(3);
#undef HEAD
	__m512i row = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)h0));

	at[0] = h0;
	at[1] = h1;
	at[2] = h2;
	at[3] = h3;
	row = _mm512_mask_broadcast_i32x4(row, 0x00f0, _mm_loadu_si128((const __m128i *)h1));
	row = _mm512_mask_broadcast_i32x4(row, 0x0f00, _mm_loadu_si128((const __m128i *)h2));
	return _mm512_mask_broadcast_i32x4(row, 0xf000, _mm_loadu_si128((const __m128i *)h3));
}

/*
 * Where do the heads of frames differ from what most on their member begin with?
 * @param at where to write where they are; up to 3 more than n
 */
static inline __mmask16
differences(const struct dp_head *expected, struct rte_mbuf *const *pkt, uint16_t n, uint8_t **at,
	    struct oddity *o)
{
	const __m512i wanted =
		_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)expected->octets));
	const __m512i counts =
		_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)expected->count));
	__m512i differ = _mm512_setzero_si512();
	uint16_t i = 0;

	for (; i + ROW <= n; i += ROW)
		differ = differing(differ, heads_of(pkt + i, ROW, at + i, o), wanted);
	if (i < n)
		differ = differing(differ, heads_of(pkt + i, n - i, at + i, o), wanted);
	return _mm512_test_epi32_mask(differ, counts);
}

/* Of other types than most. */
static bool
are_rare(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n)
{
	return b->find_rare(b, pkt, RTE_MIN(n, DP_BURST), false) != 0 ||
	       (n > DP_BURST && b->find_rare(b, pkt + DP_BURST, n - DP_BURST, false) != 0);
}

static inline void
readdress(uint8_t *const *at, uint16_t n, const uint8_t mac[6])
{
	struct {
		uint32_t first;
		uint16_t last;
	} __rte_packed to; /* in registers: what is written might be anything */

	memcpy(&to, mac, sizeof(to));
#pragma GCC unroll 4
	for (uint16_t i = 0; i < n; i++)
		memcpy(at[i], &to, sizeof(to));
}

bool
dp_usual_alb_avx512(const struct dp_bond_view *b, const struct dp_arrivals *in)
{
	const struct bond_view *v = &b->bond;
	const uint32_t rewritten = v->restore & ~v->rx;
	uint8_t *at[2 * DP_BURST + ROW];
	struct oddity o = no_oddity(0); /* asked for lengths only */
	uint32_t slots = 0, differ = 0;
	uint16_t first = 0;

	for (uint16_t i = 0; i < in->n_runs; first += in->run[i++].n) {
		const struct dp_run run = in->run[i];
		slots |= UINT32_C(1) << run.slot;
		differ |=
			differences(&b->expected[run.slot], in->pkt + first, run.n, at + first, &o);
	}
	if (unlikely(differ != 0) &&
	    ((differ & OF_DESTINATION) != 0 || are_rare(b, in->pkt, in->n)))
		return false;
	if (unlikely((uint16_t)_mm256_extract_epi16(o.smallest, 12) < MIN_HEAD ||
		     (slots & ~(v->restore | v->rx)) != 0 ||
		     ((slots & rewritten) != 0 && !are_own(&o))))
		return false;
	first = 0;
	for (uint16_t i = 0; i < in->n_runs; first += in->run[i++].n)
		if (rewritten >> in->run[i].slot & 1)
			readdress(at + first, in->run[i].n, v->bond_mac);
	return true;
}

#define TYPE_ARP 0x06080000u
#define MIN_RARE 28 /* octets that are read: up to the protocol of IPv6 behind a tag */

/* Which of 16 frames are ARP, ICMPv6 or have more than one tag? */
static inline __mmask16
candidates(struct rte_mbuf *const *pkt, struct oddity *o)
{
	__m512i w[4], type, protocol;
	__mmask16 tagged;

	load_16_octets(pkt, o, 12, w);
	type = _mm512_slli_epi32(w[0], 16);
	tagged = tagged_lanes(type);
	type = _mm512_mask_slli_epi32(type, tagged, w[1], 16);
	protocol = _mm512_mask_mov_epi32(w[2], tagged, w[3]);
	return lanes(type, TYPE_MASK, TYPE_ARP) | tagged_lanes(type) |
	       (lanes(type, TYPE_MASK, TYPE_IPV6) & lanes(protocol, 0xff, IPPROTO_ICMPV6));
}

uint64_t
dp_rare_neighbour_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
			 bool fetch)
{
	struct oddity o = no_oddity(0); /* asked for lengths only */
	uint64_t rare = 0;

	(void)b;
	(void)fetch;
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];

		if (n - i < LANES)
			fill_up(pkt + i, n - i, full);
		rare |= (uint64_t)candidates(n - i < LANES ? full : pkt + i, &o) << i;
	}
	rare &= UINT64_MAX >> (64 - n);
	if (unlikely((uint16_t)_mm256_extract_epi16(o.smallest, 12) < MIN_RARE))
		rare = UINT64_MAX >> (64 - n);
	for (uint64_t left = rare; unlikely(left != 0); left &= left - 1) {
		const int k = __builtin_ctzll(left);

		if (!bond_neighbour_is(rte_pktmbuf_mtod(pkt[k], const uint8_t *), pkt[k]->data_len))
			rare &= ~(UINT64_C(1) << k);
	}
	return rare;
}
