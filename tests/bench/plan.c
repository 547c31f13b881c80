/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.c - the sweeps, and the points that they come to. */
#include "plan.h"

#define LIST(...)                                                                                  \
	{                                                                                          \
		.n = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), .v = { __VA_ARGS__ }    \
	}

#define LAYER34 2 /* in bench_policies[] */

/* What lists are where a sweep says nothing of them; n 0: all. */
#define USUAL                                                                                      \
	.ways = LIST(BENCH_TX), .orders = LIST(BENCH_RANDOM), .members = LIST(4),                  \
	.traffic = LIST(BENCH_IPV4), .sizes = LIST(0), .flows = LIST(BENCH_HOT, BENCH_COLD),       \
	.idle = LIST(0), .nic_hash = LIST(0), .rings = LIST(0)

#pragma GCC diagnostic ignored "-Woverride-init" /* of what is usual, by what is not */

static const struct plan_sweep always[] = {
	{USUAL, .name = "modes and policies, transmit", .members = LIST(2, 4, 8),
	 .orders = LIST(BENCH_BURSTS, BENCH_RANDOM)},
	{USUAL, .name = "a burst alone", .ways = LIST(BENCH_ALONE), .members = LIST(2, 4, 8)},
	{USUAL, .name = "modes, receive", .ways = LIST(BENCH_RX, BENCH_RX_SPARSE),
	 .policies = LIST(LAYER34), .members = LIST(2, 4, 8)},
	{USUAL, .name = "mixed traffic", .members = LIST(2, 4, 8), .traffic = LIST(BENCH_MIX)},
	{USUAL, .name = "with the NIC's hash", .policies = LIST(LAYER34), .members = LIST(2, 4, 8),
	 .nic_hash = LIST(1)},
	{USUAL, .name = "bonds that carry nothing", .ways = LIST(BENCH_TX, BENCH_RX),
	 .policies = LIST(LAYER34), .idle = LIST(0, 31)},
	{USUAL, .name = "whole pipeline", .ways = LIST(BENCH_PIPE), .policies = LIST(LAYER34),
	 .members = LIST(2), .flows = LIST(1024, BENCH_COLD)},
	{USUAL, .name = "flows", .policies = LIST(0, LAYER34),
	 .flows = LIST(256, 1024, 4096, 16384, 65536)},
};

static const struct plan_sweep further[] = {
	{USUAL, .name = "kinds and sizes", .ways = LIST(BENCH_TX, BENCH_RX),
	 .policies = LIST(LAYER34), .traffic = {0}, .sizes = LIST(64, 512, 1518)},
	{USUAL, .name = "kinds and policies", .traffic = LIST(BENCH_IPV6, BENCH_VLAN)},
	{USUAL, .name = "frames in the same order", .orders = LIST(BENCH_FIXED)},
	{USUAL, .name = "members of net_ring", .ways = LIST(BENCH_TX, BENCH_RX),
	 .policies = LIST(LAYER34), .members = LIST(2, 4, 8), .rings = LIST(1)},
};

const struct plan_sweep *
plan_sweeps(bool further_ones, unsigned int *n)
{
	*n = further_ones ? RTE_DIM(further) : RTE_DIM(always);
	return further_ones ? further : always;
}

struct plan_sweep
plan_chosen(void)
{
	return (struct plan_sweep){USUAL, .name = "as chosen",
				   .ways = LIST(BENCH_TX, BENCH_ALONE, BENCH_RX, BENCH_RX_SPARSE)};
}

/* Where one goes through the combinations: the place in each list. */
struct place {
	const struct plan_list *list;
	unsigned int length;
	unsigned int at;
};

static uint32_t
value(const struct place *w)
{
	return w->list->n != 0 ? w->list->v[w->at] : w->at;
}

/* The next combination; the last list turns fastest. @return false: that was the last one */
static bool
next(struct place *w, unsigned int n)
{
	while (n-- > 0) {
		if (++w[n].at < w[n].length)
			return true;
		w[n].at = 0;
	}
	return false;
}

static bool
sensible(const struct bench_point *p, enum bench_way way, unsigned int policy)
{
	if (p->mode->hashes ? p->nic_hash && !bench_policies[policy].nic
			    : policy > 0 || p->nic_hash)
		return false;
	if (way != BENCH_TX && way != BENCH_ALONE && !bench_receives(p))
		return false;
	/* Rings are filled before they are timed, evenly. */
	return !p->rings || (way != BENCH_RX_SPARSE && way != BENCH_PIPE);
}

unsigned int
plan_visit(const struct plan_sweep *s, plan_fn visit, void *ctx)
{
	/* Slowest first: what it takes a new bond of net_bonding for, then new frames. */
	struct place w[] = {
		{&s->modes, bench_n_modes, 0},
		{&s->members, 0, 0},
		{&s->policies, bench_n_policies, 0},
		{&s->traffic, BENCH_TRAFFICS, 0},
		{&s->sizes, 0, 0},
		{&s->flows, 0, 0},
		{&s->rings, 0, 0},
		{&s->nic_hash, 0, 0},
		{&s->idle, 0, 0},
		{&s->orders, BENCH_ORDERS, 0},
		{&s->ways, BENCH_WAYS, 0},
	};
	unsigned int n = 0;

	for (unsigned int i = 0; i < RTE_DIM(w); i++)
		w[i].length = w[i].list->n != 0 ? w[i].list->n : w[i].length;
	do {
		const enum bench_way way = value(&w[10]);
		struct bench_point p = {
			.mode = &bench_modes[value(&w[0])],
			.members = value(&w[1]),
			.traffic = value(&w[3]),
			.size = value(&w[4]),
			.flows = value(&w[5]),
			.rings = value(&w[6]),
			.nic_hash = value(&w[7]),
			.idle = value(&w[8]),
			.order = value(&w[9]),
		};

		if (!sensible(&p, way, p.mode->hashes ? value(&w[2]) : w[2].at))
			continue;
		p.policy = p.mode->hashes ? &bench_policies[value(&w[2])] : NULL;
		if (visit != NULL)
			visit(ctx, &p, way);
		n++;
	} while (next(w, RTE_DIM(w)));
	return n;
}
