/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_info.c - identities: comparisons, System ID, Port ID, LAG ID and key, 802.1AX 6.3. */
#include <string.h>

#include "lacp_internal.h"

uint64_t
lacp_system_id(const struct lacp_info *i)
{
	uint64_t id = i->sys_prio;

	for (int n = 0; n < LACP_ADDR_SIZE; n++)
		id = id << 8 | i->sys[n];
	return id;
}

uint32_t
lacp_port_id(const struct lacp_info *i)
{
	return (uint32_t)i->port_prio << 16 | i->port;
}

bool
lacp_info_same_identity(const struct lacp_info *a, const struct lacp_info *b)
{
	return lacp_system_id(a) == lacp_system_id(b) && lacp_port_id(a) == lacp_port_id(b) &&
	       a->key == b->key;
}

const char *
lacp_info_difference(const struct lacp_info *a, const struct lacp_info *b)
{
	if (memcmp(a->sys, b->sys, LACP_ADDR_SIZE) != 0)
		return "partner system changed";
	if (a->sys_prio != b->sys_prio)
		return "partner system priority changed";
	if (a->key != b->key)
		return "partner key changed";
	if (a->port != b->port)
		return "partner port changed";
	if (a->port_prio != b->port_prio)
		return "partner port priority changed";
	if ((a->state ^ b->state) & LACP_AGGREGATION)
		return "partner aggregation bit changed";
	return NULL;
}

static struct lacp_lag_half
half(const struct lacp_info *i, bool individual)
{
	return (struct lacp_lag_half){
		.sys = lacp_system_id(i),
		.port = individual ? lacp_port_id(i) : 0,
		.key = i->key,
	};
}

static bool
half_less(const struct lacp_lag_half *a, const struct lacp_lag_half *b)
{
	if (a->sys != b->sys)
		return a->sys < b->sys;
	if (a->key != b->key)
		return a->key < b->key;
	return a->port < b->port;
}

struct lacp_lag_id
lacp_lag_id(const struct lacp_info *actor, const struct lacp_info *partner)
{
	const bool individual = !(actor->state & partner->state & LACP_AGGREGATION);
	const struct lacp_lag_half a = half(actor, individual), p = half(partner, individual);

	return half_less(&p, &a) ? (struct lacp_lag_id){{p, a}} : (struct lacp_lag_id){{a, p}};
}

static bool
half_same(const struct lacp_lag_half *a, const struct lacp_lag_half *b)
{
	return a->sys == b->sys && a->key == b->key && a->port == b->port;
}

bool
lacp_lag_same(const struct lacp_lag_id *a, const struct lacp_lag_id *b)
{
	return half_same(&a->half[0], &b->half[0]) && half_same(&a->half[1], &b->half[1]);
}

bool
lacp_individual(const struct lacp_port *p)
{
	return !(p->actor.state & p->partner.state & LACP_AGGREGATION);
}

uint16_t
lacp_key(uint16_t user_key, uint32_t speed_mbps, enum lacp_duplex duplex)
{
	static const uint32_t speeds[] = {
		0,     1,     10,    100,   1000,  2500,   5000,   10000,  14000,  20000,
		25000, 40000, 50000, 56000, 80000, 100000, 200000, 400000, 800000, 1600000,
	};
	const uint16_t other = 31; /* a speed without code: still not the same as unknown */
	uint16_t code = other;

	if (speed_mbps == UINT32_MAX)
		code = 0;
	for (uint16_t n = 0; n < sizeof(speeds) / sizeof(speeds[0]); n++)
		if (speeds[n] == speed_mbps)
			code = n;
	return (uint16_t)(user_key << 6 | code << 1 | (duplex != LACP_DUPLEX_HALF));
}
