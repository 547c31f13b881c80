/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_periodic.c - the Periodic Transmission machine, 802.1AX-2014 6.4.13. */
#include "lacp_internal.h"

/* A timer served this late is old news: the next period counts from now. */
#define LATE (LACP_FAST_PERIODIC / 2)

static const struct {
	const char *name;
	uint64_t timer; /* 0 stops it */
	bool ntt;
} states[] = {
	[LACP_PERIODIC_NONE] = {"NO_PERIODIC", 0, false},
	[LACP_PERIODIC_FAST] = {"FAST_PERIODIC", LACP_FAST_PERIODIC, false},
	[LACP_PERIODIC_SLOW] = {"SLOW_PERIODIC", LACP_SLOW_PERIODIC, false},
	[LACP_PERIODIC_TX] = {"PERIODIC_TX", 0, true},
};

enum lacp_periodic
lacp_periodic_next(const struct lacp_port *p, bool due)
{
	/* Our rate follows the partner's timeout bit; our own asks the partner. */
	const bool fast = p->partner.state & LACP_TIMEOUT;
	const bool active = (p->actor.state | p->partner.state) & LACP_ACTIVITY;

	if (!p->port_enabled || !p->lacp_enabled || !active)
		return LACP_PERIODIC_NONE;
	switch (p->periodic) {
	case LACP_PERIODIC_NONE:
		return LACP_PERIODIC_FAST;
	case LACP_PERIODIC_FAST:
		if (due)
			return LACP_PERIODIC_TX;
		return fast ? LACP_PERIODIC_FAST : LACP_PERIODIC_SLOW;
	case LACP_PERIODIC_SLOW:
		return due || fast ? LACP_PERIODIC_TX : LACP_PERIODIC_SLOW;
	case LACP_PERIODIC_TX:
		return fast ? LACP_PERIODIC_FAST : LACP_PERIODIC_SLOW;
	}
	return LACP_PERIODIC_NONE;
}

static const char *
why(const struct lacp_port *p, enum lacp_periodic to)
{
	switch (to) {
	case LACP_PERIODIC_NONE:
		if (!p->port_enabled)
			return "port disabled";
		return p->lacp_enabled ? "both sides are passive" : "LACP disabled";
	case LACP_PERIODIC_FAST:
		return "partner wants a LACPDU a second";
	case LACP_PERIODIC_SLOW:
		return "partner wants a LACPDU every 30 s";
	case LACP_PERIODIC_TX:
		break;
	}
	return "time to send";
}

static void
enter(struct lacp_port *p, enum lacp_periodic to, uint64_t base, uint64_t now)
{
	lacp_trace(p->sys, p, LACP_MACHINE_PERIODIC, states[p->periodic].name, states[to].name,
		   why(p, to), now);
	p->periodic = to;
	p->ntt |= states[to].ntt;
	p->periodic_timer = states[to].timer ? base + states[to].timer : LACP_NEVER;
}

bool
lacp_periodic_run(struct lacp_port *p, uint64_t now)
{
	const uint64_t timer = p->periodic_timer;
	const bool due = lacp_due(p, timer);
	const enum lacp_periodic to = lacp_periodic_next(p, due);
	uint64_t base = now;

	if (to == p->periodic)
		return false;
	enter(p, to, now, now);
	if (to != LACP_PERIODIC_TX)
		return true;
	/* Counting from when it should have been, periods do not drift with a lazy caller. */
	if (due && now - timer < LATE)
		base = timer;
	enter(p, lacp_periodic_next(p, false), base, now);
	return true;
}
