/* SPDX-License-Identifier: BSD-3-Clause */
/* api_bond.c - bond.get: everything about a bond and its members. */
#include <errno.h>

#include "absent.h"
#include "api_int.h"

/* Unknown is null, not 0. */
static json_t *
speed(uint32_t mbps)
{
	return mbps ? json_integer(mbps) : json_null();
}

static json_t *
duplex(enum bond_duplex d)
{
	return d == BOND_DUPLEX_UNKNOWN ? json_null() : json_string(bond_duplex_name(d));
}

/* As Linux does: that of the first member that can send and knows it. */
static enum bond_duplex
bond_duplex_of(const struct bond *b)
{
	for (uint8_t i = 0; i < b->n_members; i++) {
		const enum bond_duplex d = b->member[b->order[i]].fact.duplex;

		if (d != BOND_DUPLEX_UNKNOWN && bond_member_can_tx(b, b->order[i]))
			return d;
	}
	return BOND_DUPLEX_UNKNOWN;
}

/* What the driver does, and what it would not do. */
static void
put_abilities(json_t *o, const struct dp_port *port, bool *failed)
{
	char text[160] = "";

	api_put(o, "queues", json_integer(port ? port->n_rxq : 0), failed);
	if (port)
		dp_port_offloads(port, text, sizeof(text));
	api_put(o, "offloads", api_string(text), failed);
	text[0] = '\0';
	if (port)
		dp_port_refusals(port, text, sizeof(text));
	api_put(o, "refused", api_string(text), failed);
}

static json_t *
host(const struct bondd_bond *b, bool *failed)
{
	const struct bondd_host *h = &b->host;
	json_t *o = json_object();

	api_put(o, "type", api_host_type(h->type), failed);
	api_put(o, "ifname", api_string_or_null(h->ifindex ? h->ifname : NULL), failed);
	api_put(o, "admin_up", json_boolean(h->admin_up), failed);
	api_put(o, "carrier", json_boolean(h->carrier), failed);
	put_abilities(o, h->port, failed);
	api_put(o, "gro", json_boolean(h->merge), failed);
	api_put_counters(o, b->daemon, h->port, false, failed);
	return o;
}

static void
put_port(json_t *o, const struct bondd_member *m, bool *failed)
{
	api_put(o, "port", api_string(m->port_name), failed);
	api_put(o, "driver", api_string_or_null(m->driver), failed);
	api_put(o, "mac", api_mac(m->mac), failed);
	api_put(o, "perm_hwaddr", api_mac(m->perm_mac), failed);
	put_abilities(o, m->port, failed);
}

json_t *
api_member(const struct bondd_bond *b, uint8_t slot, bool *failed)
{
	const struct bond_member *m = &b->core.member[slot];
	json_t *o = json_object();

	api_put(o, "name", api_string(m->name), failed);
	put_port(o, &b->member[slot], failed);
	api_put(o, "link", json_string(bond_link_name(m->link)), failed);
	api_put(o, "state", json_string(m->backup ? "backup" : "active"), failed);
	api_put(o, "tx", json_boolean(b->view.tx >> slot & 1), failed);
	api_put(o, "rx", json_boolean(b->view.rx >> slot & 1), failed);
	api_put(o, "speed_mbps", speed(m->fact.speed_mbps), failed);
	api_put(o, "duplex", duplex(m->fact.duplex), failed);
	api_put(o, "link_failure_count", json_integer(m->link_failure_count), failed);
	api_put_lacp_member(o, &b->core, slot, failed);
	api_put_monitors(o, b, slot, failed);
	api_put_balance_member(o, b, slot, failed);
	api_put(o, "options", api_member_options(&m->options), failed);
	api_put_counters(o, b->daemon, b->member[slot].port, false, failed);
	return o;
}

static json_t *
members(const struct bondd_bond *b, bool *failed)
{
	json_t *list = json_array();

	for (uint8_t i = 0; i < b->core.n_members; i++)
		if (json_array_append_new(list, api_member(b, b->core.order[i], failed)) < 0)
			*failed = true;
	return list;
}

/* Names of members whose device was pulled out. */
static json_t *
absent(const struct bondd_bond *b, bool *failed)
{
	const struct bondd_absent *a = NULL;
	json_t *list = json_array();

	while ((a = absent_next(b, a)) != NULL)
		if (json_array_append_new(list, api_string(a->conf.name)) < 0)
			*failed = true;
	return list;
}

int
api_bond_get(struct api_call *call, json_t **result)
{
	const struct bondd_bond *b = api_param_bond(call);
	const struct bond *core;
	json_t *o;
	bool failed = false;

	if (!b)
		return -ENODEV;
	core = &b->core;
	o = json_object();
	api_put(o, "name", api_string(core->name), &failed);
	api_put(o, "mode", json_string(core->mode->name), &failed);
	api_put(o, "mode_number", json_integer(core->mode->number), &failed);
	api_put(o, "carrier", json_boolean(core->carrier), &failed);
	api_put(o, "mac", api_mac(b->host.mac), &failed);
	api_put(o, "mtu", json_integer(b->host.mtu ? b->host.mtu : b->conf->mtu), &failed);
	api_put(o, "speed_mbps", speed(bond_speed_mbps(core)), &failed);
	api_put(o, "duplex", duplex(bond_duplex_of(core)), &failed);
	api_put(o, "active_member",
		api_string_or_null(core->active == BOND_NONE ? NULL
							     : core->member[core->active].name),
		&failed);
	api_put(o, "options", api_bond_options(b), &failed);
	api_put(o, "host", host(b, &failed), &failed);
	api_put(o, "lacp", api_lacp_bond(core, &failed), &failed);
	api_put(o, "balance", api_balance(b, json_object_get(call->params, "clients"), &failed),
		&failed);
	api_put(o, "members", members(b, &failed), &failed);
	api_put(o, "absent", absent(b, &failed), &failed);
	if (failed) {
		json_decref(o);
		o = NULL;
	}
	*result = o;
	return 0;
}
