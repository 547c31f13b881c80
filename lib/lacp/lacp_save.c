/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_save.c - hitless restart: keep what a port and its partner agreed on, and take it up again. */
#include <errno.h>

#include "lacp_internal.h"

int
lacp_port_save(const struct lacp_port *p, struct lacp_saved *out)
{
	if (p->rx != LACP_RX_CURRENT || p->mux < LACP_MUX_ATTACHED || p->leaving)
		return -EINVAL;
	*out = (struct lacp_saved){
		.actor = p->actor,
		.partner = p->partner,
		.partner_max_delay = p->partner_max_delay,
		.mux = (uint8_t)p->mux,
	};
	return 0;
}

/* The partner expires us by its own timeout bit. */
static bool
is_stale(const struct lacp_saved *saved, uint64_t age)
{
	return age >=
	       (saved->partner.state & LACP_TIMEOUT ? LACP_SHORT_TIMEOUT : LACP_LONG_TIMEOUT);
}

int
lacp_port_restore(struct lacp_port *p, const struct lacp_saved *saved, uint64_t age, uint64_t now)
{
	const uint8_t config = LACP_ACTIVITY | LACP_TIMEOUT | LACP_AGGREGATION;
	struct lacp_system *s = p->sys;
	const struct lacp_pdu pdu = {
		.actor = saved->partner,
		.partner = saved->actor,
		.collector_max_delay = saved->partner_max_delay,
	};

	if (is_stale(saved, age))
		return -ESTALE;
	if (p->rx != LACP_RX_EXPIRED || p->agg || saved->mux < LACP_MUX_ATTACHED ||
	    saved->mux >= LACP_MUX_STATES || !lacp_info_same_identity(&saved->actor, &p->actor) ||
	    (saved->actor.state ^ p->actor.state) & config)
		return -EINVAL;
	lacp_rx_pdu(p, &pdu, now);
	if (!lacp_aggregator_join(p) || (s->active && s->active != p->agg)) {
		lacp_aggregator_leave(p);
		lacp_run(s, now);
		return -EINVAL;
	}
	s->active = p->agg;
	lacp_set_selected(p, LACP_SELECTED, "restored", now);
	lacp_mux_set(p, (enum lacp_mux)saved->mux, "restored", now);
	/* What the partner was told stays told; the path follows without a word. */
	p->path_have = p->actor.state & LACP_PATHS;
	p->ntt = true;
	lacp_run(s, now);
	return 0;
}
