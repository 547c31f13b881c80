/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_rx.c - the Receive machine, 802.1AX-2014 6.4.12 with its functions of 6.4.9. */
#include "lacp_internal.h"

#define RATE_CYCLES 3 /* expiries, with fewer than ... */
#define RATE_PDUS   8 /* ... LACPDUs after each of them: the partner ignores our rate */

/* What entering a state does, next to the order in which enter() does it. */
static const struct {
	const char *name;
	const char *unselect;               /* reason; NULL: Selected stays */
	bool record_default;                /* DEFAULTED compares before it records */
	uint8_t partner_clear, partner_set; /* bits of the Partner's state */
	uint8_t actor_clear, actor_set;     /* bits of our state */
	uint64_t current_while;             /* 0 stops it; CURRENT: by our own timeout bit */
	bool ntt;
} states[LACP_RX_STATES] = {
	[LACP_RX_INITIALIZE] = {"INITIALIZE", "initialize", true, 0, 0, LACP_EXPIRED, 0, 0, false},
	[LACP_RX_PORT_DISABLED] = {"PORT_DISABLED", NULL, false, LACP_SYNC, 0, 0, 0, 0, false},
	[LACP_RX_LACP_DISABLED] = {"LACP_DISABLED", "LACP disabled", true, LACP_AGGREGATION, 0,
				   LACP_EXPIRED, 0, 0, false},
	[LACP_RX_EXPIRED] = {"EXPIRED", NULL, false, LACP_SYNC, LACP_TIMEOUT, 0, LACP_EXPIRED,
			     LACP_SHORT_TIMEOUT, true},
	/* NTT is ours: the classic diagram lets 0x45 wait for the slow period. */
	[LACP_RX_DEFAULTED] = {"DEFAULTED", NULL, true, 0, 0, LACP_EXPIRED, 0, 0, true},
	[LACP_RX_CURRENT] = {"CURRENT", NULL, false, 0, 0, LACP_DEFAULTED | LACP_EXPIRED, 0, 0,
			     false},
};

const char *
lacp_rx_name(enum lacp_rx state)
{
	return (unsigned int)state < LACP_RX_STATES ? states[state].name : "unknown";
}

enum lacp_rx
lacp_rx_next(const struct lacp_port *p, bool due, bool pdu)
{
	const bool running = p->port_enabled && p->lacp_enabled;

	switch (p->rx) {
	case LACP_RX_INITIALIZE:
		return LACP_RX_PORT_DISABLED;
	case LACP_RX_PORT_DISABLED:
		if (p->port_moved)
			return LACP_RX_INITIALIZE;
		if (!p->port_enabled)
			return LACP_RX_PORT_DISABLED;
		return p->lacp_enabled ? LACP_RX_EXPIRED : LACP_RX_LACP_DISABLED;
	case LACP_RX_LACP_DISABLED:
		if (!p->port_enabled || p->lacp_enabled)
			return LACP_RX_PORT_DISABLED;
		return LACP_RX_LACP_DISABLED;
	case LACP_RX_EXPIRED:
		if (!running)
			return LACP_RX_PORT_DISABLED;
		if (pdu)
			return LACP_RX_CURRENT;
		return due ? LACP_RX_DEFAULTED : LACP_RX_EXPIRED;
	case LACP_RX_DEFAULTED:
		if (!running)
			return LACP_RX_PORT_DISABLED;
		return pdu ? LACP_RX_CURRENT : LACP_RX_DEFAULTED;
	case LACP_RX_CURRENT:
		if (!running)
			return LACP_RX_PORT_DISABLED;
		if (pdu)
			return LACP_RX_CURRENT;
		return due ? LACP_RX_EXPIRED : LACP_RX_CURRENT;
	}
	return LACP_RX_INITIALIZE;
}

static const char *
why(const struct lacp_port *p, enum lacp_rx to)
{
	switch (to) {
	case LACP_RX_INITIALIZE:
		return "partner moved to another port";
	case LACP_RX_PORT_DISABLED:
		if (p->rx == LACP_RX_INITIALIZE)
			return "initialized";
		if (!p->port_enabled)
			return p->link_up ? "waiting for the speed" : "link down";
		return p->lacp_enabled ? "LACP enabled" : "LACP disabled";
	case LACP_RX_LACP_DISABLED:
		return p->config.disabled ? "LACP off" : "half duplex";
	case LACP_RX_EXPIRED:
		if (p->rx == LACP_RX_PORT_DISABLED)
			return "link up";
		return p->actor.state & LACP_TIMEOUT ? "no LACPDU for 3 s" : "no LACPDU for 90 s";
	case LACP_RX_DEFAULTED:
		return "no LACPDU for 3 s in EXPIRED";
	case LACP_RX_CURRENT:
		return "LACPDU received";
	}
	return "";
}

struct lacp_info
lacp_partner_admin(const struct lacp_port *p)
{
	struct lacp_info admin = p->config.partner_admin;

	if (p->sys->config.fast)
		admin.state |= LACP_TIMEOUT; /* who is in a hurry keeps asking every second */
	if (p->sys->config.fallback != LACP_FALLBACK_OFF) {
		/* Alone, never aggregated: two silent ports must not form a loop. */
		admin.state &= (uint8_t)~LACP_AGGREGATION;
		admin.state |= LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING;
	}
	return admin;
}

/* recordDefault. SYNC is part of the administrative values, see lacp_port_config. */
static void
record_default(struct lacp_port *p)
{
	p->partner = lacp_partner_admin(p);
	p->partner_max_delay = 0;
	p->actor.state |= LACP_DEFAULTED;
	p->view_wrong = false;
}

/* update_Selected and update_Default_Selected. */
static void
update_selected(struct lacp_port *p, const struct lacp_info *news, uint64_t now)
{
	const char *difference = lacp_info_difference(news, &p->partner);

	if (difference)
		lacp_unselect(p, difference, now);
}

/* What the partner believes of us, as far as the comparison bits of the caller go. */
static bool
view_matches(const struct lacp_port *p, const struct lacp_info *view, uint8_t bits)
{
	return lacp_info_same_identity(view, &p->actor) && !((view->state ^ p->actor.state) & bits);
}

/* update_NTT: COL, DIST, DEF and EXP are not compared, or replies would answer replies. */
static void
update_ntt(struct lacp_port *p, const struct lacp_info *view)
{
	const uint8_t told = LACP_ACTIVITY | LACP_TIMEOUT | LACP_SYNC | LACP_AGGREGATION;

	if (!view_matches(p, view, told))
		p->ntt = true;
}

/* recordPDU: keep the partner's SYNC only if it speaks of this link and will keep speaking. */
static void
record_pdu(struct lacp_port *p, const struct lacp_pdu *pdu)
{
	const bool match = view_matches(p, &pdu->partner, LACP_AGGREGATION) ||
			   !(pdu->actor.state & LACP_AGGREGATION);
	const bool alive = pdu->actor.state & LACP_ACTIVITY ||
			   p->actor.state & pdu->partner.state & LACP_ACTIVITY;

	p->partner = pdu->actor;
	p->partner_max_delay = pdu->collector_max_delay;
	if (!match || !alive)
		p->partner.state &= (uint8_t)~LACP_SYNC;
	p->view_wrong = !match && pdu->actor.state & LACP_SYNC;
}

/* Every transition passes here. pdu is set for CURRENT only. */
static void
enter(struct lacp_port *p, enum lacp_rx to, const struct lacp_pdu *pdu, const char *reason,
      uint64_t now)
{
	if (to != p->rx || to != LACP_RX_CURRENT)
		lacp_trace(p->sys, p, LACP_MACHINE_RX, states[p->rx].name, states[to].name, reason,
			   now);
	p->fell_silent = to == LACP_RX_EXPIRED && p->rx == LACP_RX_CURRENT;
	p->rx = to;
	if (to == LACP_RX_INITIALIZE)
		p->port_moved = false;
	if (states[to].unselect)
		lacp_unselect(p, states[to].unselect, now);
	if (pdu) {
		/* The order is part of the protocol: compare before recording. */
		update_selected(p, &pdu->actor, now);
		update_ntt(p, &pdu->partner);
		record_pdu(p, pdu);
	}
	if (to == LACP_RX_DEFAULTED) {
		const struct lacp_info admin = lacp_partner_admin(p);

		update_selected(p, &admin, now);
	}
	if (states[to].record_default)
		record_default(p);
	p->partner.state &= (uint8_t)~states[to].partner_clear;
	p->partner.state |= states[to].partner_set;
	p->actor.state &= (uint8_t)~states[to].actor_clear;
	p->actor.state |= states[to].actor_set;
	p->ntt |= states[to].ntt && !(to == LACP_RX_EXPIRED && p->sys->config.no_ntt_on_expired);
	p->current_while = states[to].current_while ? now + states[to].current_while : LACP_NEVER;
	if (to == LACP_RX_CURRENT)
		p->current_while = now + (p->actor.state & LACP_TIMEOUT ? LACP_SHORT_TIMEOUT
									: LACP_LONG_TIMEOUT);
}

/*
 * A partner that keeps its slow rate although we ask for the fast one lets us expire between any
 * two of its LACPDUs (and the few that answer ours). Three such cycles are no accident.
 */
static void
watch_rate(struct lacp_port *p, uint64_t now)
{
	if (p->rate_expired) {
		p->rate_expired = false;
		p->rate_pdus = 0;
		if (++p->rate_cycles < RATE_CYCLES || p->rate_ignored)
			return;
		p->rate_ignored = true;
		lacp_trace(p->sys, p, LACP_MACHINE_DIAGNOSIS, "", "rate ignored",
			   "partner ignores our request for a LACPDU a second", now);
	} else if (++p->rate_pdus == RATE_PDUS) {
		p->rate_cycles = 0;
		p->rate_ignored = false;
	}
}

/* A group address names no system; it is taken as any other, and reported once. */
static void
watch_group_system(const struct lacp_port *p, const struct lacp_info *actor, uint64_t now)
{
	if (actor->sys[0] & 1 && lacp_info_difference(actor, &p->partner))
		lacp_trace(p->sys, p, LACP_MACHINE_DIAGNOSIS, "", "group system",
			   "partner's System ID is a group address", now);
}

bool
lacp_rx_run(struct lacp_port *p, uint64_t now)
{
	const enum lacp_rx to = lacp_rx_next(p, lacp_due(p, p->current_while), false);

	if (to == p->rx)
		return false;
	if (p->rx == LACP_RX_CURRENT && to == LACP_RX_EXPIRED) {
		p->counters.expired++;
		p->rate_expired = p->actor.state & LACP_TIMEOUT;
	} else if (to == LACP_RX_PORT_DISABLED) {
		p->rate_expired = false;
	}
	enter(p, to, NULL, why(p, to), now);
	return true;
}

void
lacp_rx_pdu(struct lacp_port *p, const struct lacp_pdu *pdu, uint64_t now)
{
	if (lacp_rx_next(p, false, true) != LACP_RX_CURRENT)
		return;
	watch_rate(p, now);
	watch_group_system(p, &pdu->actor, now);
	enter(p, LACP_RX_CURRENT, pdu, why(p, LACP_RX_CURRENT), now);
}

void
lacp_rx_begin(struct lacp_port *p, const char *reason, uint64_t now)
{
	enter(p, LACP_RX_INITIALIZE, NULL, reason, now);
}

void
lacp_rx_admin(struct lacp_port *p, uint64_t now)
{
	const enum lacp_rx at = p->rx;

	if (!(p->actor.state & LACP_DEFAULTED))
		return;
	if (at == LACP_RX_DEFAULTED || at == LACP_RX_LACP_DISABLED) {
		enter(p, at, NULL, "partner's administrative values changed", now);
		return;
	}
	record_default(p);
	p->partner.state &= (uint8_t)~states[at].partner_clear;
	p->partner.state |= states[at].partner_set;
}
