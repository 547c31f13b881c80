/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_active.c - which aggregator of a bond is the active one: ad_select, fallback, patience. */
#include "lacp_internal.h"

/* What speaks for an aggregator. */
struct merit {
	unsigned int usable; /* ports */
	uint64_t speed_mbps; /* sum of theirs */
	uint64_t prio;       /* sum of theirs */
	bool known;          /* a port remembers its partner, silent or not */
	bool partner;        /* a usable port has one */
	bool aggregatable;
	bool ready; /* a usable port waited long enough, or is attached */
	bool attached;
	bool collecting;
	bool sync;        /* the partner is in sync on a usable port */
	bool deferred;    /* the partner has the lower System ID: it decides */
	uint32_t port_id; /* lowest of the decider's Port IDs, the same on both sides */
	uint16_t id;
};

/* A deadline that is not there stays so. */
static uint64_t
after(uint64_t t, uint64_t delay)
{
	return t == LACP_NEVER ? LACP_NEVER : t + delay;
}

static uint64_t
fallback_deadline(const struct lacp_system *s)
{
	if (s->config.fallback == LACP_FALLBACK_OFF)
		return LACP_NEVER;
	return after(s->silent_since, s->config.fallback_timeout_s * LACP_SEC);
}

bool
lacp_fallback_on(const struct lacp_system *s)
{
	return s->ticked >= fallback_deadline(s);
}

bool
lacp_usable(const struct lacp_port *p)
{
	if (!p->port_enabled || !p->lacp_enabled || p->leaving)
		return false;
	if (p->rx == LACP_RX_DEFAULTED)
		return p->sys->config.select_defaulted || lacp_fallback_on(p->sys);
	return p->rx == LACP_RX_CURRENT;
}

static struct merit
merit_of(const struct lacp_system *s, const struct lacp_aggregator *a)
{
	struct merit m = {.aggregatable = !a->individual, .port_id = UINT32_MAX, .id = a->id};

	lacp_foreach_port_const (s, p) {
		const bool heard = !(p->actor.state & LACP_DEFAULTED);
		const bool theirs =
			heard && lacp_system_id(&p->partner) < lacp_system_id(&p->actor);
		const uint32_t port_id = lacp_port_id(theirs ? &p->partner : &p->actor);

		if (p->agg != a || p->selected == LACP_UNSELECTED)
			continue;
		m.known |= heard;
		m.attached |= p->mux >= LACP_MUX_ATTACHED;
		m.collecting |= p->mux >= LACP_MUX_COLLECTING;
		if (!lacp_usable(p))
			continue;
		m.usable++;
		m.ready |= p->ready_n || p->mux >= LACP_MUX_ATTACHED;
		m.partner |= heard;
		m.sync |= heard && p->partner.state & LACP_SYNC;
		m.deferred |= theirs;
		m.speed_mbps += p->speed_mbps == UINT32_MAX ? 0 : p->speed_mbps;
		m.prio += p->actor.port_prio;
		if (port_id < m.port_id)
			m.port_id = port_id;
	}
	return m;
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The administrator's preference alone. @return above 0: a is better */
static int
compare_policy(const struct lacp_config *c, const struct merit *a, const struct merit *b)
{
	int d = 0;

	if (c->fallback == LACP_FALLBACK_STATIC && !a->partner && !b->partner)
		return 0; /* the port id decides */
	if (c->ad_select == LACP_SELECT_PORT_PRIO)
		d = order(a->prio, b->prio);
	if (d == 0 && (c->ad_select == LACP_SELECT_COUNT || c->ad_select == LACP_SELECT_PORT_PRIO))
		d = order(a->usable, b->usable);
	return d ? d : order(a->speed_mbps, b->speed_mbps);
}

/* @return true: a is better. Total: no two aggregators have the same id. */
static bool
better(const struct lacp_config *c, const struct merit *a, const struct merit *b)
{
	int d = order(a->partner, b->partner);

	if (d == 0)
		d = order(a->aggregatable, b->aggregatable);
	if (d == 0)
		d = compare_policy(c, a, b);
	if (d == 0)
		d = order(b->port_id, a->port_id);
	return d ? d > 0 : a->id < b->id;
}

/* A partner that is in sync elsewhere and may decide so, or has waited for us long enough. */
static bool
should_yield(const struct lacp_system *s, const struct merit *now_active, const struct merit *m)
{
	if (now_active->collecting || now_active->sync || !m->sync)
		return false;
	return m->deferred || s->ticked >= after(s->idle_since, LACP_PATIENCE);
}

/* Does the active aggregator keep its role against the best challenger? */
static bool
keeps(const struct lacp_config *c, const struct merit *m, const struct merit *best)
{
	if (!m->ready || (!m->partner && best->partner))
		return false; /* while all of them wait, both sides agree by rank */
	if (!best->ready)
		return true; /* it could not carry anything yet */
	if (!m->partner && c->fallback == LACP_FALLBACK_STATIC)
		return false;
	if (c->ad_select == LACP_SELECT_STABLE)
		return true;
	/* Never leave what works, or was told to the partner, for one that is not ready. */
	return compare_policy(c, best, m) <= 0 || !best->sync;
}

const struct lacp_aggregator *
lacp_active_choose(const struct lacp_system *s, const char **why)
{
	const struct lacp_aggregator *best = NULL, *yield = NULL, *active = s->active;
	struct merit mb = {0}, my = {0}, ma = {0};

	*why = "bond is down";
	if (s->config.hold)
		return NULL;
	if (active)
		ma = merit_of(s, active);
	for (unsigned int n = 0; n < LACP_MAX_PORTS; n++) {
		const struct lacp_aggregator *a = &s->agg[n];
		struct merit m;

		if (!a->id)
			continue;
		m = merit_of(s, a);
		if (!m.usable)
			continue;
		if (!best || better(&s->config, &m, &mb)) {
			best = a;
			mb = m;
		}
		if (a != active && should_yield(s, &ma, &m) &&
		    (!yield || better(&s->config, &m, &my))) {
			yield = a;
			my = m;
		}
	}
	*why = "no aggregator has a partner";
	if (!best)
		return ma.known ? active : NULL;
	*why = "the best by policy";
	if (!ma.usable)
		return best;
	if (ma.attached && yield) {
		*why = "the partner is in sync there";
		return yield;
	}
	return best == active || keeps(&s->config, &ma, &mb) ? active : best;
}

void
lacp_active_clock(struct lacp_system *s, uint64_t now)
{
	const struct merit m = s->active ? merit_of(s, s->active) : (struct merit){0};
	bool current = false, enabled = false;

	lacp_foreach_port_const (s, p) {
		current |= p->rx == LACP_RX_CURRENT;
		enabled |= p->port_enabled && p->lacp_enabled;
	}
	if (current || !enabled)
		s->silent_since = LACP_NEVER;
	else if (s->silent_since == LACP_NEVER)
		s->silent_since = now;
	if (!m.attached || m.collecting)
		s->idle_since = LACP_NEVER;
	else if (s->idle_since == LACP_NEVER)
		s->idle_since = now;
}

uint64_t
lacp_active_deadline(const struct lacp_system *s)
{
	const uint64_t fallback = fallback_deadline(s);
	const uint64_t patience = after(s->idle_since, LACP_PATIENCE);
	uint64_t first = LACP_NEVER;

	if (s->ticked < fallback)
		first = fallback;
	if (s->ticked < patience && patience < first)
		first = patience;
	return first;
}
