/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_mux.c - the Mux machine, independent and coupled control, 802.1AX-2014 6.4.15. */
#include "lacp_internal.h"

/*
 * What entering a state does, and what the data path must do meanwhile. NTT in the distributing
 * state is ours: the classic diagram lets DIST=1 wait for the next period.
 */
static const struct {
	const char *name;
	uint8_t set, clear; /* bits of our state */
	uint8_t paths;      /* LACP_COLLECTING, LACP_DISTRIBUTING: what is open */
	bool ntt;
	uint64_t wait; /* wait_while, 0 stops it */
} states[LACP_MUX_STATES] = {
	[LACP_MUX_DETACHED] = {"DETACHED", 0, LACP_SYNC | LACP_PATHS, 0, true, 0},
	[LACP_MUX_WAITING] = {"WAITING", 0, 0, 0, false, LACP_AGGREGATE_WAIT},
	[LACP_MUX_ATTACHED] = {"ATTACHED", LACP_SYNC, LACP_PATHS, 0, true, 0},
	[LACP_MUX_COLLECTING] = {"COLLECTING", LACP_SYNC | LACP_COLLECTING, LACP_DISTRIBUTING,
				 LACP_COLLECTING, true, 0},
	[LACP_MUX_DISTRIBUTING] = {"DISTRIBUTING", LACP_SYNC | LACP_PATHS, 0, LACP_PATHS, true, 0},
	[LACP_MUX_COLLECTING_DISTRIBUTING] = {"COLLECTING_DISTRIBUTING", LACP_SYNC | LACP_PATHS, 0,
					      LACP_PATHS, true, 0},
};

const char *
lacp_mux_name(enum lacp_mux state)
{
	return (unsigned int)state < LACP_MUX_STATES ? states[state].name : "unknown";
}

enum lacp_mux
lacp_mux_next(const struct lacp_port *p, enum lacp_mux from)
{
	const bool selected = p->selected == LACP_SELECTED;
	const bool sync = selected && p->partner.state & LACP_SYNC;
	const bool deaf = p->sys->config.sync_alone && p->partner.state & LACP_EXPIRED;
	const bool collecting = sync && p->partner.state & LACP_COLLECTING && !deaf;
	const bool coupled = p->sys->config.coupled;

	if (p->begin)
		return LACP_MUX_DETACHED;
	switch (from) {
	case LACP_MUX_DETACHED:
		return p->selected != LACP_UNSELECTED ? LACP_MUX_WAITING : LACP_MUX_DETACHED;
	case LACP_MUX_WAITING:
		if (p->selected == LACP_UNSELECTED)
			return LACP_MUX_DETACHED;
		return selected && p->ready ? LACP_MUX_ATTACHED : LACP_MUX_WAITING;
	case LACP_MUX_ATTACHED:
		if (!selected)
			return LACP_MUX_DETACHED;
		if (!sync)
			return LACP_MUX_ATTACHED;
		return coupled ? LACP_MUX_COLLECTING_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_COLLECTING:
		if (!sync)
			return LACP_MUX_ATTACHED;
		if (coupled) /* configured a moment ago */
			return LACP_MUX_COLLECTING_DISTRIBUTING;
		return collecting ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_DISTRIBUTING:
		if (coupled && sync)
			return LACP_MUX_COLLECTING_DISTRIBUTING;
		return collecting ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		if (!sync)
			return LACP_MUX_ATTACHED;
		if (coupled)
			return LACP_MUX_COLLECTING_DISTRIBUTING;
		return collecting ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	}
	return LACP_MUX_DETACHED;
}

/* Why a selected port has no partner in sync. */
static const char *
why_not_sync(const struct lacp_port *p)
{
	if (p->rx == LACP_RX_CURRENT)
		return p->view_wrong ? "partner has a wrong view of us" : "partner not in sync";
	return p->rx == LACP_RX_EXPIRED ? "partner silent" : "link down";
}

static const char *
why(const struct lacp_port *p, enum lacp_mux to)
{
	if (p->begin)
		return "begin";
	if (p->selected == LACP_UNSELECTED)
		return p->unselected_by;
	if (p->selected == LACP_STANDBY)
		return "standby";
	switch (to) {
	case LACP_MUX_DETACHED:
		break; /* only when not selected */
	case LACP_MUX_WAITING:
		return "selected";
	case LACP_MUX_ATTACHED:
		if (p->mux == LACP_MUX_WAITING)
			return "every port of the aggregator waited";
		return why_not_sync(p);
	case LACP_MUX_COLLECTING:
		if (p->mux == LACP_MUX_ATTACHED)
			return "partner in sync";
		return p->partner.state & LACP_SYNC ? "partner not collecting" : why_not_sync(p);
	case LACP_MUX_DISTRIBUTING:
		return "partner collecting";
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		return "partner in sync";
	}
	return "";
}

/* Every transition passes here. */
void
lacp_mux_set(struct lacp_port *p, enum lacp_mux to, const char *reason, uint64_t now)
{
	lacp_trace(p->sys, p, LACP_MACHINE_MUX, states[p->mux].name, states[to].name, reason, now);
	p->mux = to;
	p->actor.state &= (uint8_t)~states[to].clear;
	p->actor.state |= states[to].set;
	p->ntt |= states[to].ntt;
	p->wait_while = states[to].wait ? now + states[to].wait : LACP_NEVER;
	p->ready_n = false;
	p->ready = false;
	if (to == LACP_MUX_DETACHED)
		p->begin = false;
}

/* Where the arrows lead if the data path follows at once. The test proves that they end. */
static enum lacp_mux
rest(const struct lacp_port *p)
{
	enum lacp_mux at = p->mux, to;

	for (int n = 0; n < LACP_MUX_STATES && (to = lacp_mux_next(p, at)) != at; n++)
		at = to;
	return at;
}

/* Ask for the data path of the state at the end of the arrows, in one go. */
static void
request_paths(struct lacp_port *p, uint8_t want, uint64_t now)
{
	const struct lacp_hooks *h = &p->sys->hooks;

	if (want == p->path_want)
		return;
	p->path_want = want;
	p->path_since = now;
	if (!h->path || h->path(h->ctx, p, want & LACP_COLLECTING, (want & LACP_DISTRIBUTING) != 0))
		p->path_have = want;
}

/* Bits rise after the path is open and fall after it is closed. */
static bool
paths_allow(const struct lacp_port *p, enum lacp_mux to)
{
	const uint8_t needed = states[to].paths;

	if (to > p->mux)
		return (p->path_have & needed) == needed;
	return (p->path_have & ~needed) == 0;
}

bool
lacp_mux_run(struct lacp_port *p, uint64_t now)
{
	bool changed = false;
	enum lacp_mux to;

	if (p->mux == LACP_MUX_DETACHED)
		p->begin = false;
	request_paths(p, states[rest(p)].paths, now);
	while ((to = lacp_mux_next(p, p->mux)) != p->mux && paths_allow(p, to)) {
		lacp_mux_set(p, to, why(p, to), now);
		changed = true;
	}
	return changed;
}
