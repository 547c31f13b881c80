/* SPDX-License-Identifier: BSD-3-Clause */
/* ours.c - our engine with one worker that is never launched, and the view of a point. */
#include <stdio.h>

#include <rte_lcore.h>

#include "bench.h"

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
}

void
bench_ours_close(struct bench_ours *o)
{
	dp_stop(&o->dp);
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
		dp_port_close(o->member[i]);
	dp_port_close(o->host);
	dp_fini(&o->dp);
}

static void
fill(struct bench_ours *o, struct dp_bond_view *b, const struct bench_point *p)
{
	const uint8_t n = p->mode->one_carries ? 1 : p->members;
	struct bond_view empty, *v = &b->bond;

	bond_view_clear(&empty);
	bond_view_clear(v);
	v->spread = p->mode->spread;
	v->punt = p->mode->punt;
	v->packets_per_member = 1;
	v->nic_hash = p->nic_hash;
	if (p->policy != NULL)
		v->hash.policy = p->policy->hash;
	for (uint8_t i = 0; i < p->members; i++) {
		v->members |= UINT32_C(1) << i;
		b->port[i] = o->member[i];
	}
	for (uint8_t i = 0; i < n; i++) {
		v->tx |= UINT32_C(1) << i;
		v->active[v->n_active++] = i;
	}
	v->rx = v->tx;
	bond_view_deal(&empty, v);
	b->host = o->host;
	b->host_up = true;
}

void
bench_ours_view(struct bench_ours *o, const struct bench_point *p)
{
	struct dp_view *view = dp_view_alloc(p->idle + 1);
	const struct dp_view *published;

	if (view == NULL)
		bench_die("no memory for a view");
	for (uint32_t i = 0; i < view->n_bonds; i++)
		fill(o, &view->bond[i], p);
	if (dp_view_publish(&o->dp, view) != 0)
		bench_die("the view cannot be published");
	while (!dp_limbo_empty(&o->dp.limbo))
		dp_reclaim(&o->dp.limbo);
	published = atomic_load(&o->dp.view);
	o->index = p->idle;
	o->bond = &published->bond[o->index];
	o->dp.worker[0].cursor[o->index] = 0;
}
