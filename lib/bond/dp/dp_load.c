/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_load.c - room for the octets of each worker, and their sum. */
#include "dp_load.h"

#include <string.h>

#include <rte_malloc.h>

#include "dp.h"

struct dp_load *
dp_load_alloc(const struct dp *dp)
{
	return rte_zmalloc("dp_load", dp->n_workers * sizeof(struct dp_load), RTE_CACHE_LINE_SIZE);
}

void
dp_load_sum(const struct dp *dp, const struct dp_load *load, struct dp_load *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned int w = 0; w < dp->n_workers; w++) {
		const volatile struct dp_load *from = &load[w];

		for (unsigned int i = 0; i <= DP_LOAD_OTHERS; i++)
			sum->octets[i] += from->octets[i];
	}
}
