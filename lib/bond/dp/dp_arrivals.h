/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_arrivals.h - frames on their way to the host; private to lib/bond/dp. */
#ifndef DP_ARRIVALS_H
#define DP_ARRIVALS_H

#include "dp_path.h"

/*
 * Frames of several members are looked at and leave together. A member that gave a few costs little
 * more than its receive burst then, and the headers of all are fetched at once.
 */
struct dp_arrivals {
	struct rte_mbuf *pkt[2 * DP_BURST];
	uint16_t n; /* fewer than DP_BURST before each receive */
	uint16_t n_runs;
	struct dp_run {
		uint8_t slot;
		uint8_t n; /* 1 to DP_BURST */
	} run[DP_BURST];   /* which member gave how many, in their order */
};

/**
 * Do what is to be done with all frames at once, if they are as most are: none is for the control
 * thread, and all are for the host. A worker, once a lot.
 * @return false: some are not; nothing has changed
 */
typedef bool (*dp_usual_fn)(const struct dp_bond_view *b, const struct dp_arrivals *in);

#endif
