/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter_avx512.h - sorts a burst by member in registers; for files built for AVX-512. */
#ifndef DP_SCATTER_AVX512_H
#define DP_SCATTER_AVX512_H

#include <immintrin.h>

#include "dp_scatter.h"

#define STEP 8 /* pointers in a vector */

/* 0, 1, 2 ... 63 */
static const uint8_t numbers[DP_BURST] __rte_cache_aligned = {
	0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
	44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
};

static inline uint64_t
first(unsigned int n) /* 1 to 64 bits */
{
	return UINT64_MAX >> (64 - n);
}

/* The frames of a burst in another order: sorted[i] = pkt[order[i]]. */
static inline void
sort(struct rte_mbuf *const *pkt, uint16_t n, __m512i order, struct rte_mbuf **sorted)
{
	if (likely(n <= 4 * STEP)) {
		__m512i p0, p1, p2, p3;
		const __m128i lower = _mm512_castsi512_si128(order);
		const __m128i upper = _mm512_extracti32x4_epi32(order, 1);
		const __m128i part[4] = {lower, _mm_srli_si128(lower, 8), upper,
					 _mm_srli_si128(upper, 8)};

		if (likely(n == 4 * STEP)) {
			p0 = _mm512_loadu_si512(pkt);
			p1 = _mm512_loadu_si512(pkt + 8);
			p2 = _mm512_loadu_si512(pkt + 16);
			p3 = _mm512_loadu_si512(pkt + 24);
		} else { /* not all of pkt[] is ours */
			p0 = _mm512_maskz_loadu_epi64((__mmask8)first(n), pkt);
			p1 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 8), pkt + 8);
			p2 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 16), pkt + 16);
			p3 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 24), pkt + 24);
		}
		for (int i = 0; i < 4; i++) {
			const __m512i at = _mm512_cvtepu8_epi64(part[i]);
			const __m512i low = _mm512_permutex2var_epi64(p0, at, p1);
			const __m512i high = _mm512_permutex2var_epi64(p2, at, p3);
			const __mmask8 is_high = _mm512_test_epi64_mask(at, _mm512_set1_epi64(16));

			_mm512_storeu_si512(sorted + STEP * i,
					    _mm512_mask_mov_epi64(low, is_high, high));
		}
	} else {
		uint8_t from[DP_BURST];

		_mm512_storeu_si512(from, order);
		for (uint16_t i = 0; i < n; i++)
			sorted[i] = pkt[from[i]];
	}
}

/*
 * The order of a burst of at most 32, and how many frames each member gets. A comparison holds the
 * slots twice, for two members at once, and what remains of the numbers is in order already.
 */
static inline __m512i
order_of_32(const struct dp_bond_view *b, uint16_t n, __m512i slots, uint8_t *count)
{
	const uint64_t present = first(n) | first(n) << 32;
	const __m512i twice = _mm512_shuffle_i64x2(slots, slots, 0x44);
	const __m512i number =
		_mm512_shuffle_i64x2(_mm512_load_si512(numbers), _mm512_load_si512(numbers), 0x44);
	uint64_t ours = _mm512_mask_cmpeq_epi8_mask(present, twice, _mm512_load_si512(b->pair[0]));
	__m512i order = _mm512_maskz_compress_epi8(ours, number);
	unsigned int at = (unsigned int)__builtin_popcountll(ours);

	count[0] = (uint8_t)__builtin_popcountll((uint32_t)ours);
	count[1] = (uint8_t)__builtin_popcountll(ours >> 32);
	for (uint8_t k = 2; k < b->bond.n_active; k += 2) {
		ours = _mm512_mask_cmpeq_epi8_mask(present, twice,
						   _mm512_load_si512(b->pair[k / 2]));
		count[k] = (uint8_t)__builtin_popcountll((uint32_t)ours);
		count[k + 1] = (uint8_t)__builtin_popcountll(ours >> 32);
		/* from its place on to the end: the next one writes over what is too much */
		order = _mm512_mask_expand_epi8(order, ~_bzhi_u64(UINT64_MAX, at),
						_mm512_maskz_compress_epi8(ours, number));
		at += (unsigned int)__builtin_popcountll(ours);
	}
	return order;
}

/* The same for longer ones, a member at a time. */
static inline __m512i
order_of_64(const struct dp_bond_view *b, uint16_t n, __m512i slots, uint8_t *count)
{
	const __m512i number = _mm512_load_si512(numbers);
	__m512i order = _mm512_setzero_si512();
	unsigned int at = 0;

	for (uint8_t k = 0; k < b->bond.n_active; k++) {
		const __m512i to = _mm512_set1_epi8((char)b->bond.active[k]);
		const uint64_t mine = _mm512_mask_cmpeq_epi8_mask(first(n), slots, to);

		count[k] = (uint8_t)__builtin_popcountll(mine);
		order = _mm512_mask_expand_epi8(order, ~_bzhi_u64(UINT64_MAX, at),
						_mm512_maskz_compress_epi8(mine, number));
		at += count[k];
	}
	return order;
}

static inline __attribute__((always_inline)) void
dp_scatter_slots(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		 uint16_t n, __m512i slots)
{
	struct rte_mbuf *sorted[DP_BURST];
	uint8_t count[DP_AVX512_MEMBERS + 1];

	sort(pkt, n,
	     likely(n <= 32) ? order_of_32(b, n, slots, count) : order_of_64(b, n, slots, count),
	     sorted);
	dp_send_parts(w, b, b->out, b->bond.n_active, count, sorted);
}

#endif
