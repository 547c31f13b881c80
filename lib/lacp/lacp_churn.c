/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_churn.c - actor and partner churn detection, 802.1AX-2014 6.4.17: one diagram, twice. */
#include "lacp_internal.h"

static const char *const names[] = {
	[LACP_CHURN_MONITOR] = "CHURN_MONITOR",
	[LACP_CHURN_NONE] = "NO_CHURN",
	[LACP_CHURN_CHURNED] = "CHURN",
};

enum lacp_churn_state
lacp_churn_next(enum lacp_churn_state from, bool port_enabled, bool sync, bool due)
{
	if (!port_enabled)
		return LACP_CHURN_MONITOR;
	switch (from) {
	case LACP_CHURN_MONITOR:
		if (sync)
			return LACP_CHURN_NONE;
		return due ? LACP_CHURN_CHURNED : LACP_CHURN_MONITOR;
	case LACP_CHURN_NONE:
		return sync ? LACP_CHURN_NONE : LACP_CHURN_MONITOR;
	case LACP_CHURN_CHURNED:
		return sync ? LACP_CHURN_NONE : LACP_CHURN_CHURNED;
	}
	return LACP_CHURN_MONITOR;
}

static bool
run(struct lacp_port *p, struct lacp_churn *c, enum lacp_machine machine, bool sync, uint64_t now)
{
	const enum lacp_churn_state to =
		lacp_churn_next(c->state, p->port_enabled, sync, lacp_due(p, c->deadline));
	const bool timing = c->deadline != LACP_NEVER;

	if (to == c->state) {
		/* The time to monitor begins with the link. */
		if (to != LACP_CHURN_MONITOR || timing == p->port_enabled)
			return false;
		c->deadline = timing ? LACP_NEVER : now + LACP_CHURN_TIME;
		return true;
	}
	lacp_trace(p->sys, p, machine, names[c->state], names[to],
		   sync ? "in sync" : (p->port_enabled ? "not in sync" : "port disabled"), now);
	c->state = to;
	c->count += to == LACP_CHURN_CHURNED;
	c->deadline =
		to == LACP_CHURN_MONITOR && p->port_enabled ? now + LACP_CHURN_TIME : LACP_NEVER;
	return true;
}

bool
lacp_churn_run(struct lacp_port *p, uint64_t now)
{
	bool changed =
		run(p, &p->actor_churn, LACP_MACHINE_ACTOR_CHURN, p->actor.state & LACP_SYNC, now);

	changed |= run(p, &p->partner_churn, LACP_MACHINE_PARTNER_CHURN,
		       p->partner.state & LACP_SYNC, now);
	return changed;
}
