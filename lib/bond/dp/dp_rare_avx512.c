/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare_avx512.c - finds the few received frames that are for the control thread, by vectors. */
#include <immintrin.h>

#include "dp_rare.h"

/* The type, and the first half of what follows it, as they lie in memory. */
#define SLOW          0x0988
#define SLOW_MASK     0xffff
#define PRIORITY      0x0081 /* a tag with VID 0 */
#define PRIORITY_MASK 0xff0fffff

static inline uint32_t
type_of(const struct rte_mbuf *m)
{
	return *rte_pktmbuf_mtod_offset(m, const uint32_t *, 12);
}

static inline uint16_t
lanes(__m512i word, uint32_t mask, uint32_t value)
{
	return _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, _mm512_set1_epi32((int32_t)mask)),
				       _mm512_set1_epi32((int32_t)value));
}

/* Which of 8 or 16 frames may be slow-protocol frames? */
static inline __attribute__((always_inline)) uint16_t
candidates(struct rte_mbuf *const *pkt, int n)
{
	__m512i w = _mm512_setzero_si512();

	for (int i = 0; i < n; i++) /* unrolled */
		w = _mm512_mask_set1_epi32(w, (__mmask16)(1u << i), (int32_t)type_of(pkt[i]));
	return lanes(w, SLOW_MASK, SLOW) | lanes(w, PRIORITY_MASK, PRIORITY);
}

static inline bool
is_candidate(const struct rte_mbuf *m)
{
	const uint32_t type = type_of(m);

	return ((type & SLOW_MASK) == SLOW) | ((type & PRIORITY_MASK) == PRIORITY);
}

uint64_t
dp_rare_slow_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n)
{
	uint64_t rare = 0;
	uint16_t i = 0;

	(void)b;
	for (; i + 16 <= n; i += 16)
		rare |= (uint64_t)candidates(pkt + i, 16) << i;
	for (; i + 8 <= n; i += 8)
		rare |= (uint64_t)candidates(pkt + i, 8) << i;
	for (; i < n; i++)
		rare |= (uint64_t)is_candidate(pkt[i]) << i;
	for (uint64_t left = rare; unlikely(left != 0); left &= left - 1) {
		const int k = __builtin_ctzll(left);

		if (!dp_rare_is_slow(pkt[k]))
			rare &= ~(UINT64_C(1) << k);
	}
	return rare;
}
