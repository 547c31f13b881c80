/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_lookup_avx512.h - the buckets of a burst at once; for files built for AVX-512. */
#ifndef DP_LOOKUP_AVX512_H
#define DP_LOOKUP_AVX512_H

#include <immintrin.h>

#include "dp_hash16_avx512.h"

/* 64 bytes, each an index into the 256 buckets. */
static inline __m512i
dp_look_up(const uint8_t bucket[BOND_BUCKETS], __m512i index)
{
	const __m512i lower = _mm512_permutex2var_epi8(_mm512_loadu_si512(bucket), index,
						       _mm512_loadu_si512(bucket + 64));
	const __m512i upper = _mm512_permutex2var_epi8(_mm512_loadu_si512(bucket + 128), index,
						       _mm512_loadu_si512(bucket + 192));

	return _mm512_mask_mov_epi8(lower, _mm512_movepi8_mask(index), upper);
}

/* The lowest octet of each word of a burst of n. */
static inline __m512i
dp_lower_octets(const __m512i word[GROUPS], uint16_t n)
{
	__m512i octets = _mm512_castsi128_si512(_mm512_cvtepi32_epi8(word[0]));

	octets = _mm512_inserti32x4(octets, _mm512_cvtepi32_epi8(word[1]), 1);
	if (n > 2 * LANES) {
		octets = _mm512_inserti32x4(octets, _mm512_cvtepi32_epi8(word[2]), 2);
		octets = _mm512_inserti32x4(octets, _mm512_cvtepi32_epi8(word[3]), 3);
	}
	return octets;
}

#endif
