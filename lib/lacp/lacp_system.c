/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_system.c - a system of ports: configuration, time, and running all machines to rest. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lacp_internal.h"

/* No event needs more rounds; reaching it is a bug that only an assertion should see. */
#define ROUNDS 64

struct lacp_config
lacp_config_default(void)
{
	return (struct lacp_config){
		.sys_prio = 0x8000,
		.active = true,
		.strict = true,
		.preempt = true,
		.fallback_timeout_s = 90,
		.max_aggregators = LACP_MAX_PORTS,
	};
}

static bool
config_is_valid(const struct lacp_config *c)
{
	static const uint8_t zero[LACP_ADDR_SIZE];

	return c->user_key <= 1023 && !(c->sys[0] & 1) && memcmp(c->sys, zero, sizeof(zero)) != 0 &&
	       c->max_aggregators >= 1 && c->max_aggregators <= LACP_MAX_PORTS &&
	       (unsigned int)c->ad_select <= LACP_SELECT_PORT_PRIO &&
	       (unsigned int)c->fallback <= LACP_FALLBACK_INDIVIDUAL;
}

int
lacp_system_init(struct lacp_system *s, const struct lacp_config *config,
		 const struct lacp_hooks *hooks, uint64_t now)
{
	if (!config_is_valid(config))
		return -EINVAL;
	memset(s, 0, sizeof(*s));
	s->config = *config;
	if (hooks)
		s->hooks = *hooks;
	s->ticked = now;
	s->idle_since = s->silent_since = LACP_NEVER;
	return 0;
}

int
lacp_system_configure(struct lacp_system *s, const struct lacp_config *config, uint64_t now)
{
	if (!config_is_valid(config))
		return -EINVAL;
	s->config = *config;
	lacp_foreach_port (s, p) {
		lacp_port_refresh(p, now);
		lacp_rx_admin(p, now);
	}
	lacp_run(s, now);
	return 0;
}

void
lacp_system_reset(struct lacp_system *s, uint64_t now)
{
	lacp_foreach_port (s, p)
		lacp_port_begin(p, "begin", now);
	lacp_run(s, now);
}

void
lacp_trace(const struct lacp_system *s, const struct lacp_port *p, enum lacp_machine machine,
	   const char *from, const char *to, const char *reason, uint64_t now)
{
	const struct lacp_trace t = {now, s, p, machine, from, to, reason};

	if (s->hooks.trace)
		s->hooks.trace(s->hooks.ctx, &t);
}

static bool
run_once(struct lacp_system *s, uint64_t now)
{
	bool changed = false;

	lacp_foreach_port (s, p)
		changed |= lacp_rx_run(p, now);
	changed |= lacp_select_run(s, now);
	lacp_foreach_port (s, p) {
		changed |= lacp_mux_run(p, now);
		changed |= lacp_churn_run(p, now);
		changed |= lacp_periodic_run(p, now);
	}
	return changed;
}

void
lacp_run(struct lacp_system *s, uint64_t now)
{
	int rounds = 0;

	while (rounds < ROUNDS && run_once(s, now))
		rounds++;
	assert(rounds < ROUNDS);
	lacp_foreach_port (s, p) {
		if (!lacp_tx_allowed(p)) {
			p->ntt = false;
			p->left = p->leaving;
		}
		lacp_marker_run(p);
	}
	lacp_check(s);
}

void
lacp_tick(struct lacp_system *s, uint64_t now)
{
	if (now > s->ticked)
		s->ticked = now;
	lacp_foreach_port (s, p)
		lacp_port_refresh(p, now);
	lacp_run(s, now);
}

static void
earliest(uint64_t *first, uint64_t deadline)
{
	if (deadline < *first)
		*first = deadline;
}

uint64_t
lacp_deadline(const struct lacp_system *s)
{
	uint64_t first = lacp_active_deadline(s);

	lacp_foreach_port_const (s, p) {
		earliest(&first, p->speed_wait);
		earliest(&first, p->current_while);
		earliest(&first, p->wait_while);
		earliest(&first, p->periodic_timer);
		earliest(&first, p->actor_churn.deadline);
		earliest(&first, p->partner_churn.deadline);
		earliest(&first, lacp_marker_deadline(p));
		earliest(&first, lacp_tx_deadline(p));
	}
	return first;
}

bool
lacp_carrier(const struct lacp_system *s)
{
	const unsigned int least = s->config.min_links ? s->config.min_links : 1;
	unsigned int n = 0;

	if (!s->active)
		return false;
	lacp_foreach_port_const (s, p)
		if (p->agg == s->active)
			n += s->config.strict ? p->mux >= LACP_MUX_DISTRIBUTING : p->port_enabled;
	return n >= least;
}

bool
lacp_active(const struct lacp_system *s, struct lacp_active *out)
{
	*out = (struct lacp_active){0};
	if (!s->active)
		return false;
	out->id = s->active->id;
	lacp_foreach_port_const (s, p) {
		if (p->agg != s->active || p->selected == LACP_UNSELECTED)
			continue;
		out->ports++;
		if (p->mux >= LACP_MUX_DISTRIBUTING) {
			out->distributing++;
			out->speed_mbps += p->speed_mbps == UINT32_MAX ? 0 : p->speed_mbps;
		}
		out->actor_key = p->actor.key;
		out->partner_key = p->partner.key;
		out->partner_sys_prio = p->partner.sys_prio;
		memcpy(out->partner_sys, p->partner.sys, LACP_ADDR_SIZE);
	}
	return true;
}
