/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_select.c - Selection Logic: which port joins which aggregator, and Ready, 6.4.14. */
#include <stdio.h>

#include "lacp_internal.h"

static const char *const names[] = {
	[LACP_UNSELECTED] = "UNSELECTED",
	[LACP_STANDBY] = "STANDBY",
	[LACP_SELECTED] = "SELECTED",
};

const char *
lacp_selected_name(enum lacp_selected selected)
{
	return (unsigned int)selected <= LACP_SELECTED ? names[selected] : "unknown";
}

void
lacp_set_selected(struct lacp_port *p, enum lacp_selected to, const char *reason, uint64_t now)
{
	lacp_trace(p->sys, p, LACP_MACHINE_SELECTED, names[p->selected], names[to], reason, now);
	p->selected = to;
}

void
lacp_unselect(struct lacp_port *p, const char *reason, uint64_t now)
{
	if (p->selected == LACP_UNSELECTED)
		return;
	p->unselected_by = reason;
	p->counters.unselected++;
	lacp_set_selected(p, LACP_UNSELECTED, reason, now);
}

/* Both ends of the link are ports of this system. Neither may join an aggregator (rule 7). */
bool
lacp_loopback(const struct lacp_port *p)
{
	if (p->actor.state & LACP_DEFAULTED || p->partner.key != p->actor.key ||
	    lacp_system_id(&p->partner) != lacp_system_id(&p->actor))
		return false;
	lacp_foreach_port_const (p->sys, q)
		if (q->actor.port == p->partner.port)
			return true;
	return false;
}

static bool
defaulted_may_join(const struct lacp_port *p)
{
	const struct lacp_config *c = &p->sys->config;

	return c->select_defaulted || c->fallback != LACP_FALLBACK_OFF;
}

/* May the port begin to be selected? A port that expired keeps its selection, but gets none. */
static bool
may_join(const struct lacp_port *p)
{
	if (p->leaving || lacp_loopback(p))
		return false;
	return p->rx == LACP_RX_CURRENT || (p->rx == LACP_RX_DEFAULTED && defaulted_may_join(p));
}

/* Why a selected port must not stay so; NULL: it may. */
static const char *
objection(const struct lacp_port *p)
{
	const struct lacp_lag_id lag = lacp_lag_id(&p->actor, &p->partner);

	if (p->leaving)
		return "leaving";
	if (p->actor.state & LACP_DEFAULTED &&
	    !(p->rx == LACP_RX_DEFAULTED && defaulted_may_join(p)))
		return "no partner";
	if (lacp_loopback(p))
		return "cabled to another port of this system";
	return lacp_lag_same(&lag, &p->agg->lag) ? NULL : "LAG ID changed";
}

static bool
aggregator_is_empty(const struct lacp_system *s, const struct lacp_aggregator *a)
{
	lacp_foreach_port_const (s, p)
		if (p->agg == a)
			return false;
	return true;
}

/* Name an aggregator after a port of it; who used that name only from habit takes another. */
static void
name_aggregator(struct lacp_system *s, struct lacp_aggregator *a, uint16_t id)
{
	a->id = id;
	for (struct lacp_aggregator *b = s->agg; b < s->agg + LACP_MAX_PORTS; b++) {
		uint16_t lowest = UINT16_MAX;

		if (b == a || b->id != id)
			continue;
		lacp_foreach_port_const (s, p)
			if (p->agg == b && p->actor.port < lowest)
				lowest = p->actor.port;
		name_aggregator(s, b, lowest);
	}
}

bool
lacp_aggregator_join(struct lacp_port *p)
{
	struct lacp_system *s = p->sys;
	const struct lacp_lag_id lag = lacp_lag_id(&p->actor, &p->partner);
	struct lacp_aggregator *a = NULL;

	for (unsigned int n = 0; n < LACP_MAX_PORTS; n++) {
		if (s->agg[n].id && lacp_lag_same(&s->agg[n].lag, &lag)) {
			a = &s->agg[n];
			break;
		}
		if (!a && !s->agg[n].id && n < s->config.max_aggregators)
			a = &s->agg[n];
	}
	if (!a || (a->id && a->individual))
		return false;
	a->lag = lag;
	a->individual = lacp_individual(p);
	p->agg = a;
	if (!a->id || p->actor.port < a->id)
		name_aggregator(s, a, p->actor.port);
	return true;
}

void
lacp_aggregator_leave(struct lacp_port *p)
{
	struct lacp_aggregator *a = p->agg;

	p->agg = NULL;
	if (!a || !aggregator_is_empty(p->sys, a))
		return;
	*a = (struct lacp_aggregator){0};
	if (p->sys->active == a)
		p->sys->active = NULL;
}

/*
 * Take an aggregator from ports whose links are down, because a port with a link needs it.
 * @return false: one is free, or about to be, or none can be had
 */
static bool
reclaim(struct lacp_system *s, uint64_t now)
{
	struct lacp_aggregator *idle = NULL;

	for (struct lacp_aggregator *a = s->agg; a < s->agg + s->config.max_aggregators; a++) {
		bool down = true, selected = false;

		lacp_foreach_port_const (s, p) {
			down &= p->agg != a || p->rx == LACP_RX_PORT_DISABLED;
			selected |= p->agg == a && p->selected != LACP_UNSELECTED;
		}
		if (!selected)
			return false;
		if (down && !idle)
			idle = a;
	}
	if (!idle)
		return false;
	lacp_foreach_port (s, p)
		if (p->agg == idle)
			lacp_unselect(p, "aggregator needed by a port with a link", now);
	return true;
}

/* Bring one port's aggregator up to date. */
static bool
assign(struct lacp_port *p, uint64_t now)
{
	const char *reason;
	bool changed = false;

	if (p->selected != LACP_UNSELECTED) {
		reason = objection(p);
		if (!reason)
			return false;
		lacp_unselect(p, reason, now);
		changed = true;
	}
	if (p->mux != LACP_MUX_DETACHED)
		return changed; /* never under an attached port */
	if (p->agg) {
		lacp_aggregator_leave(p);
		changed = true;
	}
	if (!may_join(p))
		return changed;
	if (!lacp_aggregator_join(p))
		return reclaim(p->sys, now) || changed;
	lacp_set_selected(p, LACP_STANDBY, "joined the aggregator of its LAG ID", now);
	return true;
}

static bool
activate(struct lacp_system *s, uint64_t now)
{
	const char *reason = "";
	const struct lacp_aggregator *to = lacp_active_choose(s, &reason);
	const uint16_t id = to ? to->id : 0;
	char from[8] = "none", name[8] = "none";

	s->active = to ? &s->agg[to - s->agg] : NULL;
	if (s->active_id == id)
		return false;
	if (s->active_id)
		snprintf(from, sizeof(from), "%u", s->active_id);
	if (id)
		snprintf(name, sizeof(name), "%u", id);
	s->active_id = id;
	lacp_trace(s, NULL, LACP_MACHINE_ACTIVE, from, name, reason, now);
	return true;
}

/* Ports of the active aggregator are SELECTED up to its limit; all others stand by. */
static bool
grade(struct lacp_system *s, uint64_t now)
{
	bool chosen[LACP_MAX_PORTS] = {false};
	bool changed = false;

	if (s->active)
		lacp_limit(s, s->active, chosen);
	lacp_foreach_port (s, p) {
		const enum lacp_selected to = chosen[p->slot] ? LACP_SELECTED : LACP_STANDBY;

		if (p->selected == LACP_UNSELECTED || p->selected == to)
			continue;
		lacp_set_selected(p, to,
				  chosen[p->slot]       ? "in the active aggregator"
				  : p->agg == s->active ? "better ports fill the aggregator"
							: "another aggregator is active",
				  now);
		changed = true;
	}
	return changed;
}

/*
 * Ready: every SELECTED port that waits on the aggregator has waited long enough, and every port
 * that has to leave one has left, so that never more links carry data than should.
 */
static bool
make_ready(struct lacp_system *s)
{
	bool ready = true, changed = false;

	lacp_foreach_port (s, p) {
		if (p->mux == LACP_MUX_WAITING && !p->ready_n && lacp_due(p, p->wait_while)) {
			p->ready_n = true;
			p->wait_while = LACP_NEVER;
			changed = true;
		}
		if (p->mux == LACP_MUX_WAITING)
			ready &= p->ready_n || p->selected != LACP_SELECTED;
		else if (p->mux >= LACP_MUX_ATTACHED)
			ready &= p->selected == LACP_SELECTED;
	}
	lacp_foreach_port (s, p) {
		const bool r = ready && p->mux == LACP_MUX_WAITING && p->selected == LACP_SELECTED;

		changed |= p->ready != r;
		p->ready = r;
	}
	return changed;
}

bool
lacp_select_run(struct lacp_system *s, uint64_t now)
{
	bool changed = false;

	lacp_foreach_port (s, p)
		changed |= assign(p, now);
	lacp_active_clock(s, now);
	changed |= activate(s, now);
	changed |= grade(s, now);
	changed |= make_ready(s);
	return changed;
}
