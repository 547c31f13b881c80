/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.h - which points are measured: sweeps, each of them the product of lists. */
#ifndef PLAN_H
#define PLAN_H

#include "bench.h"

#define PLAN_VALUES 16 /* in a list */

/* A list of numbers or of indices into a table. */
struct plan_list {
	unsigned int n; /* 0: all of the table */
	uint32_t v[PLAN_VALUES];
};

/* Every combination of these. */
struct plan_sweep {
	const char *name; /* what it shows */
	bool receive;     /* the ways of receiving too */
	struct plan_list modes, policies, members, traffic, sizes, flows, idle, nic_hash;
};

/** The sweeps of every run, or those of a full run only. @param n where to write how many */
const struct plan_sweep *plan_sweeps(bool further_ones, unsigned int *n);

/** The sweep that --modes and the like begin with. */
struct plan_sweep plan_chosen(void);

typedef void (*plan_fn)(void *ctx, const struct bench_point *p, const struct plan_sweep *s);

/**
 * Call visit for every point of a sweep, points with one bond of net_bonding together. Points that
 * differ in nothing that matters (policies of a mode without) come once.
 */
void plan_visit(const struct plan_sweep *s, plan_fn visit, void *ctx);

#endif
