/* SPDX-License-Identifier: BSD-3-Clause */
/* ours.c - our engine with one worker that is never launched, and the view of a point. */
#include <stdio.h>
#include <string.h>

#include <rte_lcore.h>
#include <rte_malloc.h>

#include "bench.h"
#include "dp_load.h"

static struct dp_port *
open_port(struct dp *dp, const char *name)
{
	char device[48];
	const struct dp_port_conf conf = {
		.label = name, .devargs = device, .queues = 1, .mtu = 1500};
	struct dp_err err = {""};
	struct dp_port *port;

	snprintf(device, sizeof(device), "net_null_%s", name);
	if (dp_port_open(dp, &conf, &port, &err) != 0)
		bench_die("%s", err.msg);
	return port;
}

void
bench_ours_open(struct bench_ours *o, unsigned int n_mbufs)
{
	const unsigned int lcore = rte_lcore_id();
	const struct dp_conf conf = {.n_workers = 1, .lcore = &lcore, .n_mbufs = n_mbufs};
	struct dp_err err = {""};
	char name[16];

	if (dp_init(&o->dp, &conf, &err) != 0)
		bench_die("%s", err.msg);
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++) {
		snprintf(name, sizeof(name), "ours%u", i);
		o->member[i] = open_port(&o->dp, name);
	}
	o->host = open_port(&o->dp, "host");
	o->load = dp_load_alloc(&o->dp);
	if (o->load == NULL)
		bench_die("no memory for loads");
}

void
bench_ours_close(struct bench_ours *o)
{
	dp_stop(&o->dp);
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
		dp_port_close(o->member[i]);
	dp_port_close(o->host);
	rte_free(o->load);
	dp_fini(&o->dp);
}

static void
fill(struct bench_ours *o, struct dp_bond_view *b, const struct bond_view *v)
{
	b->bond = *v;
	for (uint32_t left = v->members; left != 0; left &= left - 1) {
		const unsigned int slot = __builtin_ctz(left);

		b->port[slot] = o->member[slot];
	}
	b->host = o->host;
	b->host_up = true;
	b->load = o->load;
}

void
bench_ours_view(struct bench_ours *o, const struct bench_point *p, const struct rte_ether_addr *mac)
{
	struct bond_view v;

	bench_view(&v, p, mac);
	bench_ours_publish(o, p, &v);
}

void
bench_ours_publish(struct bench_ours *o, const struct bench_point *p, const struct bond_view *v)
{
	struct dp_view *view = dp_view_alloc(p->idle + 1);
	const struct dp_view *published;

	if (view == NULL)
		bench_die("no memory for a view");
	for (uint32_t i = 0; i < view->n_bonds; i++)
		fill(o, &view->bond[i], v);
	if (dp_view_publish(&o->dp, view) != 0)
		bench_die("the view cannot be published");
	while (!dp_limbo_empty(&o->dp.limbo))
		dp_reclaim(&o->dp.limbo);
	published = atomic_load(&o->dp.view);
	o->index = p->idle;
	o->bond = &published->bond[o->index];
	o->dp.worker[0].cursor[o->index] = 0;
}
