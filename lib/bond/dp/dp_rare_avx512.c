/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare_avx512.c - finds the few received frames that are for the control thread, by vectors. */
#include <immintrin.h>

#include "dp_rare.h"

#define LANES 16

/* The type, and the first half of what follows it, as they lie in memory. */
#define SLOW          0x0988
#define SLOW_MASK     0xffff
#define PRIORITY      0x0081 /* a tag with VID 0 */
#define PRIORITY_MASK 0xff0fffff

static inline __mmask16
lanes(__m512i word, uint32_t mask, uint32_t value)
{
	return _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, _mm512_set1_epi32((int32_t)mask)),
				       _mm512_set1_epi32((int32_t)value));
}

/* The four octets from the type on of 16 frames, fewer at the end of a burst. */
static inline __attribute__((always_inline)) __m512i
load_types(struct rte_mbuf *const *pkt, bool whole, uint16_t n)
{
	__m512i w = _mm512_setzero_si512();

	for (int i = 0; i < LANES; i++) /* unrolled */
		if (whole || i < n)
			w = _mm512_mask_set1_epi32(
				w, (__mmask16)(1u << i),
				*rte_pktmbuf_mtod_offset(pkt[i], const int32_t *, 12));
	return w;
}

uint64_t
dp_rare_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n)
{
	uint64_t rare = 0;

	(void)b; /* slow protocols are all there is */
	for (uint16_t i = 0; i < n; i += LANES) {
		const __m512i w = n - i >= LANES ? load_types(pkt + i, true, 0)
						 : load_types(pkt + i, false, n - i);

		rare |= (uint64_t)(lanes(w, SLOW_MASK, SLOW) | lanes(w, PRIORITY_MASK, PRIORITY))
			<< i;
	}
	for (uint64_t left = rare; unlikely(left != 0); left &= left - 1) {
		const int i = __builtin_ctzll(left);

		if (!dp_rare_is_slow(pkt[i]))
			rare &= ~(UINT64_C(1) << i);
	}
	return rare;
}
