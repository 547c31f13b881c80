/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter_avx512.h - sends frames whose members are known by then, as vectors; for AVX-512. */
#ifndef DP_SCATTER_AVX512_H
#define DP_SCATTER_AVX512_H

#include <immintrin.h>

#include "dp_scatter.h"

/**
 * As dp_scatter_avx512(), of one burst.
 * @param pkt n frames, 1 to DP_BURST; taken over
 * @param slots where each goes, an octet a frame: all of them in b->bond.active[]
 */
void dp_scatter_burst_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			     struct rte_mbuf **pkt, uint16_t n, __m512i slots);

#endif
