/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter_avx512.c - sends a burst whose members are known, sorted by vectors. */
#include "dp_scatter_avx512.h"

void
dp_scatter_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		  uint16_t n, const uint8_t *slot)
{
	dp_scatter_slots(w, b, pkt, n, _mm512_load_si512(slot));
}

void
dp_scatter_turns_avx512(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
			struct rte_mbuf **pkt, uint16_t n)
{
	const __m512i order = _mm512_load_si512(b->turns);
	const __mmask64 present = _mm512_cmplt_epu8_mask(order, _mm512_set1_epi8((char)n));
	const uint8_t members = b->bond.n_active, less = n / members, more = n % members;
	struct rte_mbuf *sorted[DP_BURST], **rest;
	uint8_t count[DP_AVX512_MEMBERS];

	_mm_storeu_si128((__m128i *)count, _mm_set1_epi8((char)less));
	for (uint8_t k = 0; k < more; k++)
		count[k]++;
	sort(pkt, n, _mm512_maskz_compress_epi8(present, order), sorted);
	rest = dp_send_parts(w, b, b->out + member, members - member, count, sorted);
	dp_send_parts(w, b, b->out, member, count + members - member, rest);
}
