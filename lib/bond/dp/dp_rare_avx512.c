/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare_avx512.c - finds the few received frames that are for the control thread, by vectors. */
#include <immintrin.h>

#include "dp_rare.h"

/* The type, and the first half of what follows it, as they lie in memory. */
#define SLOW          0x0988
#define SLOW_MASK     0xffff
#define PRIORITY      0x0081 /* a tag with VID 0 */
#define PRIORITY_MASK 0xff0fffff

#define ROW 4 /* frames whose heads a vector holds */

/* 16 octets of four frames, from an offset on; the last one stands for those that are missing. */
static inline __m512i
heads_of(struct rte_mbuf *const *pkt, uint16_t n, unsigned int offset)
{
#define HEAD(i)                                                                                    \
	_mm_loadu_si128(                                                                           \
		rte_pktmbuf_mtod_offset(pkt[(i) < n ? (i) : n - 1], const __m128i *, offset))
	const __m512i row =
		_mm512_mask_broadcast_i32x4(_mm512_castsi128_si512(HEAD(0)), 0x00f0, HEAD(1));

	return _mm512_mask_broadcast_i32x4(_mm512_mask_broadcast_i32x4(row, 0x0f00, HEAD(2)),
					   0xf000, HEAD(3));
#undef HEAD
}

/*
 * The smallest differences of each word from what is looked for: a difference of nothing tells that it
 * was found in one of the rows, without asking for each.
 */
struct nearest {
	__m512i slow, priority;
};

/* Of heads, the words that hold the type. */
#define TYPE_HALVES 0x40404040
#define TYPE_WORDS  0x8888

static inline void
compare(struct nearest *to, __m512i row)
{
	const __m512i slow = _mm512_set1_epi32(SLOW), priority = _mm512_set1_epi32(PRIORITY);
	const __m512i mask = _mm512_set1_epi32((int32_t)PRIORITY_MASK);

	to->slow = _mm512_min_epu16(to->slow, _mm512_xor_si512(row, slow));
	to->priority = _mm512_min_epu32(
		to->priority,
		_mm512_ternarylogic_epi32(row, mask, priority, 0x6a)); /* (row & mask) ^ priority */
}

static inline bool
is_near(const struct nearest *to)
{
	return (_mm512_mask_testn_epi16_mask(TYPE_HALVES, to->slow, to->slow) |
		_mm512_mask_testn_epi32_mask(TYPE_WORDS, to->priority, to->priority)) != 0;
}

uint64_t
dp_rare_slow_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
		    bool fetch)
{
	struct nearest to = {_mm512_set1_epi32(-1), _mm512_set1_epi32(-1)};
	uint64_t rare = 0;
	uint16_t i = 0;

	(void)b;
	for (; i + 2 * ROW <= n; i += 2 * ROW) {
		if (fetch && i + DP_AHEAD + 2 * ROW <= n)
			dp_fetch(pkt + i + DP_AHEAD, 2 * ROW);
		compare(&to, heads_of(pkt + i, ROW, 0));
		compare(&to, heads_of(pkt + i + ROW, ROW, 0));
	}
	for (; i < n; i += ROW)
		compare(&to, heads_of(pkt + i, RTE_MIN(n - i, ROW), 0));
	if (likely(!is_near(&to)))
		return 0;
	for (i = 0; i < n; i++)
		rare |= (uint64_t)dp_rare_is_slow(pkt[i]) << i;
	return rare;
}

/* The type and the protocol of IPv4, in words of heads from offset 12 on: without a tag, and with one. */
#define IGMP       0x020008
#define IGMP_WORDS 0x3333

/* Frames are not asked for their lengths: who may be one is looked at again. */
bool
dp_may_be_igmp_avx512(struct rte_mbuf *const *pkt, uint16_t n)
{
	const __m512i places = _mm512_broadcast_i32x4(
		_mm_setr_epi8(0, 1, 11, -1, 4, 5, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1));
	const __m512i igmp = _mm512_set1_epi32(IGMP);
	__m512i nearest = _mm512_set1_epi32(-1);

	for (uint16_t i = 0; i < n; i += ROW) {
		const __m512i row =
			n - i >= ROW ? heads_of(pkt + i, ROW, 12) : heads_of(pkt + i, n - i, 12);

		nearest = _mm512_min_epu32(
			nearest, _mm512_xor_si512(_mm512_shuffle_epi8(row, places), igmp));
	}
	return _mm512_mask_testn_epi32_mask(IGMP_WORDS, nearest, nearest) != 0;
}
