/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_text.c - why a port does or does not carry data, in words; names for logs. */
#include <stdio.h>

#include "lacp_internal.h"

const char *
lacp_machine_name(enum lacp_machine machine)
{
	static const char *const names[] = {
		[LACP_MACHINE_RX] = "receive",
		[LACP_MACHINE_MUX] = "mux",
		[LACP_MACHINE_SELECTED] = "selected",
		[LACP_MACHINE_PERIODIC] = "periodic",
		[LACP_MACHINE_ACTOR_CHURN] = "actor churn",
		[LACP_MACHINE_PARTNER_CHURN] = "partner churn",
		[LACP_MACHINE_ACTIVE] = "active aggregator",
		[LACP_MACHINE_DIAGNOSIS] = "diagnosis",
	};

	return (unsigned int)machine <= LACP_MACHINE_DIAGNOSIS ? names[machine] : "unknown";
}

char *
lacp_state_text(uint8_t state, char *buf, size_t size)
{
	static const char *const bits[] = {"ACT", "TMO",  "AGG", "SYNC",
					   "COL", "DIST", "DEF", "EXP"};
	size_t at = 0;

	if (size)
		buf[0] = '\0';
	for (unsigned int n = 0; n < 8; n++)
		if (state & 1u << n && at < size)
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? "|" : "", bits[n]);
	return buf;
}

/* A port that carries data or could, to compare with. */
static const struct lacp_port *
active_port(const struct lacp_system *s)
{
	lacp_foreach_port_const (s, p)
		if (p->agg == s->active && p->selected != LACP_UNSELECTED)
			return p;
	return NULL;
}

static enum lacp_why
why_outside(const struct lacp_port *p)
{
	const struct lacp_port *a = p->sys->active ? active_port(p->sys) : NULL;

	if (p->sys->config.hold)
		return LACP_WHY_HELD;
	if (!a)
		return LACP_WHY_NO_PARTNER;
	if (a->actor.key != p->actor.key)
		return LACP_WHY_ACTOR_KEY;
	if (lacp_system_id(&a->partner) != lacp_system_id(&p->partner))
		return LACP_WHY_PARTNER_SYSTEM;
	return a->partner.key != p->partner.key ? LACP_WHY_PARTNER_KEY : LACP_WHY_INDIVIDUAL;
}

static enum lacp_why
why_attached(const struct lacp_port *p)
{
	if (p->path_want != p->path_have)
		return LACP_WHY_PATH;
	if (!(p->partner.state & LACP_SYNC))
		return p->view_wrong ? LACP_WHY_PARTNER_VIEW : LACP_WHY_PARTNER_NOT_SYNC;
	return LACP_WHY_PARTNER_NOT_COLLECTING;
}

enum lacp_why
lacp_why(const struct lacp_port *p)
{
	const bool heard = !(p->actor.state & LACP_DEFAULTED);

	if (p->leaving)
		return LACP_WHY_LEAVING;
	if (!p->port_enabled)
		return p->link_up ? LACP_WHY_SPEED_UNKNOWN : LACP_WHY_LINK_DOWN;
	if (!p->lacp_enabled)
		return p->config.disabled ? LACP_WHY_LACP_OFF : LACP_WHY_HALF_DUPLEX;
	if (p->mux >= LACP_MUX_DISTRIBUTING)
		return LACP_WHY_CARRYING;
	if (p->rx != LACP_RX_CURRENT && !lacp_usable(p))
		return heard ? LACP_WHY_PARTNER_SILENT : LACP_WHY_NO_PARTNER;
	if (lacp_loopback(p))
		return LACP_WHY_LOOPBACK;
	if (!p->agg)
		return LACP_WHY_NO_AGGREGATOR;
	if (p->agg != p->sys->active)
		return why_outside(p);
	if (p->selected == LACP_STANDBY)
		return LACP_WHY_LIMIT;
	return p->mux < LACP_MUX_ATTACHED ? LACP_WHY_WAITING : why_attached(p);
}

static const char *const words[] = {
	[LACP_WHY_CARRYING] = "carries data",
	[LACP_WHY_LEAVING] = "is leaving the bond",
	[LACP_WHY_LINK_DOWN] = "the link is down",
	[LACP_WHY_SPEED_UNKNOWN] = "waits for the speed of the link",
	[LACP_WHY_LACP_OFF] = "LACP is off on this port",
	[LACP_WHY_HALF_DUPLEX] = "the link is half duplex",
	[LACP_WHY_NO_PARTNER] = "no LACP partner answers",
	[LACP_WHY_PARTNER_SILENT] = "the partner has fallen silent",
	[LACP_WHY_LOOPBACK] = "is cabled to another port of this bond",
	[LACP_WHY_NO_AGGREGATOR] = "all aggregators are taken by other partners",
	[LACP_WHY_HELD] = "the bond is down",
	[LACP_WHY_ACTOR_KEY] = "own key differs from the active aggregator",
	[LACP_WHY_PARTNER_SYSTEM] = "partner system differs from the active aggregator",
	[LACP_WHY_PARTNER_KEY] = "partner key differs from the active aggregator",
	[LACP_WHY_INDIVIDUAL] = "cannot aggregate, and another link is active",
	[LACP_WHY_LIMIT] = "enough better ports are in use",
	[LACP_WHY_WAITING] = "waits for the aggregate wait time",
	[LACP_WHY_PARTNER_VIEW] = "the partner repeats wrong facts about this port",
	[LACP_WHY_PARTNER_NOT_SYNC] = "the partner is not in sync",
	[LACP_WHY_PARTNER_NOT_COLLECTING] = "the partner does not collect",
	[LACP_WHY_PATH] = "the data path is about to change",
};

static int
text_system(const struct lacp_info *a, const struct lacp_info *b, char *buf, size_t size)
{
	return snprintf(buf, size,
			"partner system %u-%02x:%02x:%02x:%02x:%02x:%02x, the active aggregator "
			"has %u-%02x:%02x:%02x:%02x:%02x:%02x",
			a->sys_prio, a->sys[0], a->sys[1], a->sys[2], a->sys[3], a->sys[4],
			a->sys[5], b->sys_prio, b->sys[0], b->sys[1], b->sys[2], b->sys[3],
			b->sys[4], b->sys[5]);
}

int
lacp_why_text(const struct lacp_port *p, char *buf, size_t size)
{
	const enum lacp_why why = lacp_why(p);
	const struct lacp_port *a = p->sys->active ? active_port(p->sys) : NULL;

	if (why == LACP_WHY_ACTOR_KEY)
		return snprintf(buf, size, "own key %u, the active aggregator has %u", p->actor.key,
				a->actor.key);
	if (why == LACP_WHY_PARTNER_KEY)
		return snprintf(buf, size, "partner key %u, the active aggregator has %u",
				p->partner.key, a->partner.key);
	if (why == LACP_WHY_PARTNER_SYSTEM)
		return text_system(&p->partner, &a->partner, buf, size);
	return snprintf(buf, size, "%s", words[why]);
}
