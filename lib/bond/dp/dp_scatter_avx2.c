/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter_avx2.c - sorts a lot by member as in plain C, built for the shorter shifts of BMI2. */
#include "dp_scatter.h"

void
dp_scatter_buckets_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n, const uint8_t *octet)
{
	const uint8_t *bucket = b->bond.bucket;
	struct dp_sorted s;
	uint64_t counts = 0;

	if (unlikely(!b->few)) {
		uint8_t slot[DP_LOT] __rte_cache_aligned;

		for (size_t i = 0; i < n; i++)
			slot[i] = bucket[octet[i]];
		b->scatter(w, b, pkt, n, slot);
		return;
	}
#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		counts = dp_sort(&s, counts, bucket[octet[i]], pkt[i]);
	dp_sort_send(w, b, &s, counts, n);
}

void
dp_scatter_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		uint16_t n, const uint8_t *slot)
{
	struct dp_sorted s;
	uint64_t counts = 0;

#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		counts = dp_sort(&s, counts, slot[i], pkt[i]);
	dp_sort_send(w, b, &s, counts, n);
}
