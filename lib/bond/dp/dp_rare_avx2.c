/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare_avx2.c - finds the few received frames that are for the control thread, two at a time. */
#include <immintrin.h>

#include "dp_rare.h"

/* The type, and the first half of what follows it, as they lie in memory. */
#define SLOW          0x0988
#define PRIORITY      0x0081 /* a tag with VID 0 */
#define PRIORITY_MASK 0xff0fffff

#define STEP 4 /* frames at a time */

/* 16 octets of two frames, from an offset on. */
static inline __m256i
heads_of(const struct rte_mbuf *lower, const struct rte_mbuf *upper, unsigned int offset)
{
	return _mm256_inserti128_si256(
		_mm256_castsi128_si256(
			_mm_loadu_si128(rte_pktmbuf_mtod_offset(lower, const __m128i *, offset))),
		_mm_loadu_si128(rte_pktmbuf_mtod_offset(upper, const __m128i *, offset)), 1);
}

/*
 * The smallest differences of each word from what is looked for: a difference of nothing tells that it
 * was found in one of the frames, without asking for each.
 */
struct nearest {
	__m256i slow, priority;
};

static inline void
compare(struct nearest *to, __m256i heads)
{
	const __m256i mask = _mm256_set1_epi32((int32_t)PRIORITY_MASK);

	to->slow = _mm256_min_epu16(to->slow, _mm256_xor_si256(heads, _mm256_set1_epi32(SLOW)));
	to->priority =
		_mm256_min_epu32(to->priority, _mm256_xor_si256(_mm256_and_si256(heads, mask),
								_mm256_set1_epi32(PRIORITY)));
}

/* Of the octets, or of the words, of two heads: those that hold the type. */
#define TYPE_OCTETS 0x30003000
#define TYPE_WORDS  0x88

/* Which words of a vector are zero? */
static inline int
zeroes(__m256i v)
{
	return _mm256_movemask_ps(
		_mm256_castsi256_ps(_mm256_cmpeq_epi32(v, _mm256_setzero_si256())));
}

static inline bool
is_near(const struct nearest *to)
{
	const __m256i slow = _mm256_cmpeq_epi16(to->slow, _mm256_setzero_si256());

	return (_mm256_movemask_epi8(slow) & TYPE_OCTETS) != 0 ||
	       (zeroes(to->priority) & TYPE_WORDS) != 0;
}

uint64_t
dp_rare_slow_avx2(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n, bool fetch)
{
	struct nearest to = {_mm256_set1_epi32(-1), _mm256_set1_epi32(-1)};
	uint64_t rare = 0;
	uint16_t i = 0;

	(void)b;
	for (; i + STEP <= n; i += STEP) {
		if (fetch && i + DP_AHEAD + STEP <= n)
			dp_fetch(pkt + i + DP_AHEAD, STEP);
		compare(&to, heads_of(pkt[i], pkt[i + 1], 0));
		compare(&to, heads_of(pkt[i + 2], pkt[i + 3], 0));
	}
	for (; i < n; i++)
		compare(&to, heads_of(pkt[i], pkt[i], 0));
	if (likely(!is_near(&to)))
		return 0;
	for (i = 0; i < n; i++)
		rare |= (uint64_t)dp_rare_is_slow(pkt[i]) << i;
	return rare;
}

/* The type and the protocol of IPv4, in words of heads from offset 12 on: without a tag, and with one. */
#define IGMP       0x020008
#define IGMP_WORDS 0x33

/* Frames are not asked for their lengths: who may be one is looked at again. */
bool
dp_may_be_igmp_avx2(struct rte_mbuf *const *pkt, uint16_t n)
{
	const __m256i places = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 1, 11, -1, 4, 5, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1));
	__m256i nearest = _mm256_set1_epi32(-1);

	for (uint16_t i = 0; i < n; i += 2) {
		const __m256i heads = heads_of(pkt[i], pkt[i + 1 < n ? i + 1 : i], 12);

		nearest = _mm256_min_epu32(nearest,
					   _mm256_xor_si256(_mm256_shuffle_epi8(heads, places),
							    _mm256_set1_epi32(IGMP)));
	}
	return (zeroes(nearest) & IGMP_WORDS) != 0;
}
