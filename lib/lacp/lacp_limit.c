/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_limit.c - limited aggregations: which ports of an aggregator are SELECTED, 6.7.1. */
#include "lacp_internal.h"

struct rank {
	const struct lacp_port *port;
	unsigned int class; /* 0 usable, 1 expired, 2 without link */
	bool newcomer;      /* not attached, and attached ports keep their place */
	uint32_t decider_id;
	uint32_t own_id;
};

/* The system with the lower System ID decides; the other ranks by the decider's Port IDs. */
static uint32_t
decider_id(const struct lacp_port *p)
{
	const bool ours = p->actor.state & LACP_DEFAULTED ||
			  lacp_system_id(&p->actor) <= lacp_system_id(&p->partner);

	return lacp_port_id(ours ? &p->actor : &p->partner);
}

static struct rank
rank_of(const struct lacp_port *p)
{
	return (struct rank){
		.port = p,
		.class = lacp_usable(p) ? 0 : (p->port_enabled ? 1 : 2),
		.newcomer = !p->sys->config.preempt && p->mux < LACP_MUX_ATTACHED,
		.decider_id = decider_id(p),
		.own_id = lacp_port_id(&p->actor),
	};
}

static bool
before(const struct rank *a, const struct rank *b)
{
	if (a->class != b->class)
		return a->class < b->class;
	if (a->newcomer != b->newcomer)
		return b->newcomer;
	if (a->decider_id != b->decider_id)
		return a->decider_id < b->decider_id;
	return a->own_id < b->own_id;
}

/* A usable port that is attached and would have to go. */
static const struct lacp_port *
displaced(const struct rank *r, unsigned int from, unsigned int n, const bool *chosen)
{
	for (unsigned int i = from; i < n; i++)
		if (r[i].class == 0 && r[i].port->mux >= LACP_MUX_ATTACHED &&
		    !chosen[r[i].port->slot])
			return r[i].port;
	return NULL;
}

void
lacp_limit(const struct lacp_system *s, const struct lacp_aggregator *a,
	   bool chosen[LACP_MAX_PORTS])
{
	unsigned int n = 0, limit = s->config.max_active_ports;
	struct rank r[LACP_MAX_PORTS];

	lacp_foreach_port_const (s, p) {
		const struct rank new = rank_of(p);
		unsigned int at = n;

		if (p->agg != a || p->selected == LACP_UNSELECTED)
			continue;
		for (; at > 0 && before(&new, &r[at - 1]); at--)
			r[at] = r[at - 1];
		r[at] = new;
		n++;
	}
	if (limit == 0 || limit > n)
		limit = n;
	for (unsigned int i = 0; i < limit; i++) {
		const struct lacp_port *p = r[i].port, *q;

		/* Who still has to wait does not yet push out a port that carries data. */
		if (p->mux < LACP_MUX_ATTACHED && !p->ready_n) {
			q = displaced(r, limit, n, chosen);
			p = q ? q : p;
		}
		chosen[p->slot] = true;
	}
}
