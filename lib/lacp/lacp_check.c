/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_check.c - the invariants of the protocol, asserted after every event in debug builds. */
#include <assert.h>

#include "lacp_internal.h"

/* What must hold for one port. @return the broken invariant, NULL: none */
static const char *
broken_port(const struct lacp_port *p)
{
	const uint8_t state = p->actor.state;
	const bool settled = p->path_want == p->path_have;
	const struct lacp_info admin = lacp_partner_admin(p);
	const struct lacp_lag_id lag = lacp_lag_id(&p->actor, &p->partner);

	if (state & LACP_DISTRIBUTING && !(state & LACP_COLLECTING))
		return "DIST without COL";
	if (state & LACP_COLLECTING && !(state & LACP_SYNC))
		return "COL without SYNC";
	if (settled && p->path_have != (state & LACP_PATHS))
		return "the data path is not what is told";
	if (state & LACP_EXPIRED && p->rx != LACP_RX_EXPIRED && p->rx != LACP_RX_PORT_DISABLED)
		return "EXP outside EXPIRED and PORT_DISABLED";
	if (state & LACP_DEFAULTED && !lacp_info_same_identity(&p->partner, &admin))
		return "DEF with another partner than the administrative one";
	if (p->rx == LACP_RX_CURRENT && p->current_while == LACP_NEVER)
		return "CURRENT without current_while";
	if ((p->selected != LACP_UNSELECTED) && !p->agg)
		return "selected without an aggregator";
	/* While the data path closes, the state that it had is still told. */
	if (!settled || !(state & LACP_SYNC))
		return NULL;
	if (p->selected != LACP_SELECTED)
		return "SYNC without SELECTED";
	if (p->agg != p->sys->active)
		return "SYNC outside the active aggregator";
	if (!lacp_lag_same(&lag, &p->agg->lag))
		return "attached to an aggregator of another LAG ID";
	return NULL;
}

/* What must hold for an aggregator and all its ports. */
static const char *
broken_aggregator(const struct lacp_system *s, const struct lacp_aggregator *a)
{
	const unsigned int limit = s->config.max_active_ports;
	unsigned int members = 0, selected = 0, attached = 0;

	if (!a->id)
		return NULL;
	lacp_foreach_port_const (s, p) {
		if (p->agg != a)
			continue;
		members += p->selected != LACP_UNSELECTED;
		selected += p->selected == LACP_SELECTED;
		attached += p->mux >= LACP_MUX_ATTACHED && p->path_want == p->path_have;
	}
	if (members == 0 && attached == 0 && s->active == a)
		return "the active aggregator has no port";
	if (a->individual && members > 1)
		return "an individual link has company";
	if (selected && a != s->active)
		return "SELECTED outside the active aggregator";
	if (limit && (selected > limit || attached > limit))
		return "more ports than max_active_ports";
	for (const struct lacp_aggregator *b = a + 1; b < s->agg + LACP_MAX_PORTS; b++)
		if (b->id && (a->id == b->id || lacp_lag_same(&a->lag, &b->lag)))
			return "two aggregators with one id or LAG ID";
	return NULL;
}

const char *
lacp_broken(const struct lacp_system *s)
{
	const char *broken = NULL;

	lacp_foreach_port_const (s, p)
		if (!broken)
			broken = broken_port(p);
	for (unsigned int n = 0; n < LACP_MAX_PORTS && !broken; n++)
		broken = broken_aggregator(s, &s->agg[n]);
	return broken;
}

void
lacp_check(const struct lacp_system *s)
{
#ifndef NDEBUG
	assert(lacp_broken(s) == NULL);
#else
	(void)s;
#endif
}
