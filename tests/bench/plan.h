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
	const char *name;        /* what it shows */
	struct plan_list ways;   /* enum bench_way */
	struct plan_list orders; /* enum bench_order */
	struct plan_list modes, policies, members, traffic, sizes, flows, idle, nic_hash, rings;
};

/** The sweeps of every run, or those that only a full run has. @param n where to write how many */
const struct plan_sweep *plan_sweeps(bool further_ones, unsigned int *n);

/** The sweep that --modes and the like begin with. */
struct plan_sweep plan_chosen(void);

typedef void (*plan_fn)(void *ctx, const struct bench_point *p, enum bench_way way);

/**
 * Call visit for every point and way of a sweep, those with one bond of net_bonding together.
 * Points that make no sense are left out.
 * @param visit NULL: only count
 * @return how many
 */
unsigned int plan_visit(const struct plan_sweep *s, plan_fn visit, void *ctx);

#endif
