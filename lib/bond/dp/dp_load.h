/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_load.h - octets that a bond has sent by bucket, counted by each worker on its own. */
#ifndef DP_LOAD_H
#define DP_LOAD_H

#include <stdint.h>

#include <rte_common.h>

#include "bond_view.h"

#define DP_LOAD_OTHERS BOND_BUCKETS /* what frames that are not balanced are counted by */

struct dp;

/* What one worker has sent. Worker: rw, control thread: ro, without any ordering. */
struct dp_load {
	uint64_t octets[BOND_BUCKETS + 1]; /* of balanced frames, by their bucket; of all others */
} __rte_cache_aligned;

/** @return one for each worker, zero; the caller frees it (rte_free()) once no view names it; NULL */
struct dp_load *dp_load_alloc(const struct dp *dp);

/** Sum over all workers; each number only grows. @param sum where to write it. Control thread */
void dp_load_sum(const struct dp *dp, const struct dp_load *load, struct dp_load *sum);

#endif
