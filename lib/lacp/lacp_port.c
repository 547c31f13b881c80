/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_port.c - ports come, change, see their link rise and fall, and go. */
#include <errno.h>
#include <string.h>

#include "lacp_internal.h"

struct lacp_port_config
lacp_port_config_default(void)
{
	return (struct lacp_port_config){
		.prio = 0x8000,
		.protocol_da = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x02},
		.partner_admin = {.sys_prio = UINT16_MAX, .port_prio = UINT16_MAX},
	};
}

static bool
is_slow_group(const uint8_t *a)
{
	static const uint8_t prefix[] = {0x01, 0x80, 0xc2, 0x00, 0x00};

	return memcmp(a, prefix, sizeof(prefix)) == 0 && (a[5] == 0 || a[5] == 2 || a[5] == 3);
}

static bool
is_station(const uint8_t *a)
{
	static const uint8_t zero[LACP_ADDR_SIZE];

	return !(a[0] & 1) && memcmp(a, zero, sizeof(zero)) != 0;
}

/* @param self the port itself when it is there already */
static int
check_config(const struct lacp_system *s, const struct lacp_port_config *c,
	     const struct lacp_port *self)
{
	if (c->number == 0 || !is_station(c->mac) || !is_slow_group(c->protocol_da))
		return -EINVAL;
	lacp_foreach_port_const (s, p)
		if (p != self && p->config.number == c->number)
			return -EEXIST;
	return 0;
}

void
lacp_port_refresh(struct lacp_port *p, uint64_t now)
{
	const struct lacp_config *c = &p->sys->config;
	const struct lacp_port_config *pc = &p->config;
	const uint8_t ours = LACP_ACTIVITY | LACP_TIMEOUT | LACP_AGGREGATION;
	struct lacp_info a = p->actor;

	if (now >= p->speed_wait)
		p->speed_wait = LACP_NEVER;
	p->port_enabled = p->link_up && p->speed_wait == LACP_NEVER;
	p->lacp_enabled = !pc->disabled && p->duplex != LACP_DUPLEX_HALF;
	a.sys_prio = c->sys_prio;
	memcpy(a.sys, c->sys, LACP_ADDR_SIZE);
	a.key = pc->key ? pc->key : lacp_key(c->user_key, p->speed_mbps, p->duplex);
	a.port_prio = pc->prio;
	a.port = pc->number;
	a.state &= (uint8_t)~ours;
	a.state |= (c->active ? LACP_ACTIVITY : 0) | (c->fast ? LACP_TIMEOUT : 0) |
		   (pc->individual || p->leaving ? 0 : LACP_AGGREGATION);
	p->ntt |= lacp_tx_allowed(p) &&
		  (!lacp_info_same_identity(&a, &p->actor) || a.state != p->actor.state);
	p->actor = a;
}

void
lacp_port_begin(struct lacp_port *p, const char *reason, uint64_t now)
{
	p->begin = true;
	p->ntt = true;
	p->periodic = LACP_PERIODIC_NONE;
	p->periodic_timer = LACP_NEVER;
	p->actor_churn.state = p->partner_churn.state = LACP_CHURN_MONITOR;
	p->actor_churn.deadline = p->partner_churn.deadline = LACP_NEVER;
	p->rate_cycles = 0;
	p->rate_ignored = p->rate_expired = false;
	lacp_rx_begin(p, reason, now);
}

struct lacp_port *
lacp_port(struct lacp_system *s, unsigned int slot)
{
	return slot < LACP_MAX_PORTS && s->port[slot].used ? &s->port[slot] : NULL;
}

int
lacp_port_add(struct lacp_system *s, unsigned int slot, const struct lacp_port_config *config,
	      uint64_t now)
{
	struct lacp_port *p;
	int err;

	if (slot >= LACP_MAX_PORTS)
		return -EINVAL;
	p = &s->port[slot];
	if (p->used)
		return -EBUSY;
	err = check_config(s, config, NULL);
	if (err)
		return err;
	*p = (struct lacp_port){
		.sys = s,
		.used = true,
		.slot = (uint8_t)slot,
		.config = *config,
		.duplex = LACP_DUPLEX_UNKNOWN,
		.speed_wait = LACP_NEVER,
		.current_while = LACP_NEVER,
		.wait_while = LACP_NEVER,
		.reflection_at = LACP_NEVER,
		.unselected_by = "begin",
	};
	lacp_marker_init(p);
	lacp_port_refresh(p, now);
	lacp_port_begin(p, "port added", now);
	lacp_run(s, now);
	return 0;
}

int
lacp_port_configure(struct lacp_port *p, const struct lacp_port_config *config, uint64_t now)
{
	const int err = check_config(p->sys, config, p);
	const bool renumbered = config->number != p->config.number;

	if (err)
		return err;
	p->config = *config;
	lacp_port_refresh(p, now);
	if (renumbered)
		lacp_port_begin(p, "port number changed", now);
	else
		lacp_rx_admin(p, now);
	lacp_run(p->sys, now);
	return 0;
}

void
lacp_port_remove(struct lacp_port *p, uint64_t now)
{
	lacp_unselect(p, "port removed", now);
	lacp_aggregator_leave(p);
	p->used = false;
	lacp_run(p->sys, now);
}

void
lacp_port_leave(struct lacp_port *p, uint64_t now)
{
	p->leaving = true;
	lacp_port_refresh(p, now);
	p->ntt = true;
	lacp_run(p->sys, now);
}

bool
lacp_port_left(const struct lacp_port *p)
{
	return p->left;
}

/* The speed that the key is made of, and whether to wait for it. */
static void
take_speed(struct lacp_port *p, bool rose, uint32_t speed_mbps, uint64_t now)
{
	if (speed_mbps) {
		p->speed_mbps = speed_mbps;
		p->speed_wait = LACP_NEVER;
	} else if (rose) {
		p->speed_wait = now + LACP_SPEED_WAIT;
	}
}

void
lacp_port_link(struct lacp_port *p, bool up, uint32_t speed_mbps, enum lacp_duplex duplex,
	       uint64_t now)
{
	const bool rose = up && !p->link_up;

	p->link_up = up;
	if (up) {
		take_speed(p, rose, speed_mbps, now);
		p->duplex = duplex;
	} else {
		p->speed_wait = LACP_NEVER;
	}
	lacp_port_refresh(p, now);
	lacp_run(p->sys, now);
}

void
lacp_path_done(struct lacp_port *p, bool collecting, bool distributing, uint64_t now)
{
	p->path_have = (uint8_t)((collecting ? LACP_COLLECTING : 0) |
				 (distributing ? LACP_DISTRIBUTING : 0));
	lacp_run(p->sys, now);
}

bool
lacp_port_collecting(const struct lacp_port *p)
{
	return p->path_want & LACP_COLLECTING;
}

bool
lacp_port_distributing(const struct lacp_port *p)
{
	return p->path_want & LACP_DISTRIBUTING;
}

bool
lacp_port_standby(const struct lacp_port *p)
{
	return p->selected == LACP_STANDBY;
}

uint16_t
lacp_port_aggregator(const struct lacp_port *p)
{
	return p->agg ? p->agg->id : 0;
}
