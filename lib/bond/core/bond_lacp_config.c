/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_lacp_config.c - from the options of a bond and its members to those of LACP. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "bond_machine.h"

static bool
is_station(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return !(mac[0] & 1) && memcmp(mac, zero, sizeof(zero)) != 0;
}

static const uint8_t *
system_of(const struct bond_options *o)
{
	static const uint8_t zero[6];

	return memcmp(o->ad_actor_system, zero, sizeof(zero)) != 0 ? o->ad_actor_system
								   : o->system_mac;
}

int
bond_lacp_check(const struct bond_mode *mode, const struct bond_options *o)
{
	if (o->ad_select > LACP_SELECT_PORT_PRIO || o->lacp_fallback > LACP_FALLBACK_INDIVIDUAL ||
	    o->lacp_host_down > BOND_HOST_DOWN_INDIVIDUAL)
		return -EINVAL;
	if (!mode->lacp)
		return 0;
	if (o->ad_actor_sys_prio < 1 || o->ad_actor_sys_prio > UINT16_MAX ||
	    o->ad_user_port_key > 1023 || !is_station(system_of(o)))
		return -EINVAL;
	return 0;
}

/* Above 32 ports no number makes a difference. */
static uint8_t
clamp(uint32_t n)
{
	return n < UINT8_MAX ? (uint8_t)n : UINT8_MAX;
}

static struct lacp_config
config_of(const struct bond_options *o)
{
	struct lacp_config c = lacp_config_default();

	c.sys_prio = (uint16_t)o->ad_actor_sys_prio;
	memcpy(c.sys, system_of(o), sizeof(c.sys));
	c.user_key = (uint16_t)o->ad_user_port_key;
	c.active = o->lacp_active;
	c.fast = o->lacp_fast;
	c.coupled = o->coupled_control;
	c.ad_select = (enum lacp_ad_select)o->ad_select;
	c.min_links = clamp(o->min_links);
	c.strict = o->lacp_strict;
	c.max_active_ports = clamp(o->max_active_ports);
	c.fallback = (enum lacp_fallback)o->lacp_fallback;
	c.fallback_timeout_s = o->lacp_fallback_timeout_s;
	c.sync_alone = true; /* Open vSwitch is a common peer */
	return c;
}

/* The workers have to pass a grace period: bond_view_applied() answers. */
static bool
on_path(void *ctx, struct lacp_port *p, bool collecting, bool distributing)
{
	(void)ctx;
	(void)p;
	(void)collecting;
	(void)distributing;
	return false;
}

void
bond_lacp_init(struct bond *b, uint64_t now)
{
	const struct lacp_hooks hooks = {.ctx = b,
					 .trace = bond_lacp_trace,
					 .path = on_path,
					 .marker_flush = bond_flush_begin};
	const struct lacp_config config = config_of(&b->options);
	int err;

	if (!b->mode->lacp)
		return;
	err = lacp_system_init(&b->lacp, &config, &hooks, now);
	assert(!err); /* bond_lacp_check() said so */
	(void)err;
}

/* Repeating what is in force must not make the ports speak. */
static bool
is_same(const struct lacp_config *a, const struct lacp_config *b)
{
	return a->sys_prio == b->sys_prio && memcmp(a->sys, b->sys, sizeof(a->sys)) == 0 &&
	       a->user_key == b->user_key && a->active == b->active && a->fast == b->fast &&
	       a->coupled == b->coupled && a->ad_select == b->ad_select &&
	       a->min_links == b->min_links && a->strict == b->strict &&
	       a->max_active_ports == b->max_active_ports && a->fallback == b->fallback &&
	       a->fallback_timeout_s == b->fallback_timeout_s;
}

void
bond_lacp_configure(struct bond *b, uint64_t now)
{
	const struct lacp_config config = config_of(&b->options);
	int err;

	if (!b->mode->lacp || is_same(&config, &b->lacp.config))
		return;
	err = lacp_system_configure(&b->lacp, &config, now);
	assert(!err);
	(void)err;
}

static bool
is_taken(const struct bond *b, uint8_t self, uint32_t number)
{
	bond_foreach_member (b, slot) {
		const struct lacp_port *p = bond_lacp_port(b, slot);

		if (slot != self && p && p->config.number == number)
			return true;
	}
	return false;
}

int
bond_lacp_check_member(const struct bond *b, uint8_t slot, const struct bond_member_options *o)
{
	if (!b->mode->lacp)
		return 0;
	if (o->actor_port_prio > UINT16_MAX || !is_station(o->lacp_mac))
		return -EINVAL;
	return is_taken(b, slot, o->lacp_port) ? -EEXIST : 0;
}

/* The port number of a member: as configured, or else by its slot, past what others configured. */
static uint16_t
number_of(const struct bond *b, uint8_t slot)
{
	uint32_t number = b->member[slot].options.lacp_port;

	if (number == 0)
		for (number = slot + 1U; is_taken(b, slot, number);)
			number += BOND_MAX_MEMBERS;
	return (uint16_t)number;
}

static struct lacp_port_config
port_config_of(const struct bond *b, uint8_t slot)
{
	const struct bond_member_options *o = &b->member[slot].options;
	struct lacp_port_config c = lacp_port_config_default();

	c.number = number_of(b, slot);
	c.prio = (uint16_t)o->actor_port_prio;
	memcpy(c.mac, o->lacp_mac, sizeof(c.mac));
	c.individual = !b->host_up && b->options.lacp_host_down == BOND_HOST_DOWN_INDIVIDUAL;
	return c;
}

void
bond_lacp_host(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot) {
		struct lacp_port *p = bond_lacp_port_of(b, slot);
		struct lacp_port_config config;
		int err;

		if (!p)
			continue;
		config = p->config;
		config.individual = port_config_of(b, slot).individual;
		if (config.individual == p->config.individual)
			continue; /* or the port would speak */
		err = lacp_port_configure(p, &config, now);
		assert(!err);
		(void)err;
	}
}

void
bond_lacp_add(struct bond *b, uint8_t slot, uint64_t now)
{
	struct lacp_port_config config;
	int err;

	if (!b->mode->lacp)
		return;
	for (unsigned int n = 0; n < LACP_MACHINE_DIAGNOSIS; n++)
		b->member[slot].lacp_since[n] = now;
	config = port_config_of(b, slot);
	err = lacp_port_add(&b->lacp, slot, &config, now);
	assert(!err); /* bond_lacp_check_member() said so */
	(void)err;
}

void
bond_lacp_configure_member(struct bond *b, uint8_t slot, const struct bond_member_options *old,
			   uint64_t now)
{
	const struct bond_member_options *o = &b->member[slot].options;
	struct lacp_port *p = bond_lacp_port_of(b, slot);
	struct lacp_port_config config;
	int err;

	if (!p || (o->lacp_port == old->lacp_port && o->actor_port_prio == old->actor_port_prio &&
		   memcmp(o->lacp_mac, old->lacp_mac, sizeof(o->lacp_mac)) == 0))
		return;
	config = port_config_of(b, slot);
	if (o->lacp_port == old->lacp_port) /* a number by slot does not move without need */
		config.number = p->config.number;
	err = lacp_port_configure(p, &config, now);
	assert(!err);
	(void)err;
}
