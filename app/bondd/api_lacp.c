/* SPDX-License-Identifier: BSD-3-Clause */
/* api_lacp.c - lacp.get, and what bond.get says about LACP: systems, ports, states, counters. */
#include <errno.h>

#include "api_int.h"

#define WHY_SIZE   160
#define STATE_SIZE 48

/* In the words of Linux's /proc/net/bonding. */
static const char *const churn_names[] = {
	[LACP_CHURN_MONITOR] = "monitoring",
	[LACP_CHURN_NONE] = "none",
	[LACP_CHURN_CHURNED] = "churned",
};

#define COUNTER(name)                                                                              \
	{                                                                                          \
#name, offsetof(struct lacp_counters, name)                                        \
	}
static const struct {
	const char *name;
	size_t offset;
} counter_rows[] = {
	COUNTER(lacpdu_rx),         COUNTER(lacpdu_tx),      COUNTER(lacpdu_unknown_rx),
	COUNTER(lacpdu_illegal_rx), COUNTER(marker_rx),      COUNTER(marker_tx),
	COUNTER(marker_resp_rx),    COUNTER(marker_resp_tx), COUNTER(marker_unknown_rx),
	COUNTER(marker_dropped),    COUNTER(marker_stale),   COUNTER(tx_failed),
	COUNTER(expired),           COUNTER(unselected),
};
_Static_assert(sizeof(counter_rows) / sizeof(counter_rows[0]) * sizeof(uint64_t) ==
		       sizeof(struct lacp_counters),
	       "each counter has a row");

static json_t *
number_or_null(bool known, uint64_t number)
{
	return known ? json_integer((json_int_t)number) : json_null();
}

/* The port's aggregator; 0 is none. */
static json_t *
aggregator(const struct lacp_port *p)
{
	const uint16_t id = lacp_port_aggregator(p);

	return number_or_null(id != 0, id);
}

static json_t *
info(const struct lacp_info *i, bool *failed)
{
	char text[STATE_SIZE];
	json_t *o = json_object();

	api_put(o, "system_priority", json_integer(i->sys_prio), failed);
	api_put(o, "system", api_mac(i->sys), failed);
	api_put(o, "key", json_integer(i->key), failed);
	api_put(o, "port_priority", json_integer(i->port_prio), failed);
	api_put(o, "port", json_integer(i->port), failed);
	api_put(o, "state", json_integer(i->state), failed);
	api_put(o, "state_text", json_string(lacp_state_text(i->state, text, sizeof(text))),
		failed);
	return o;
}

static json_t *
churn(const struct lacp_port *p, bool *failed)
{
	json_t *o = json_object();

	api_put(o, "actor", json_string(churn_names[p->actor_churn.state]), failed);
	api_put(o, "partner", json_string(churn_names[p->partner_churn.state]), failed);
	api_put(o, "actor_count", json_integer(p->actor_churn.count), failed);
	api_put(o, "partner_count", json_integer(p->partner_churn.count), failed);
	return o;
}

static void
put_ends(json_t *o, const struct lacp_port *p, bool *failed)
{
	api_put(o, "actor", info(&p->actor, failed), failed);
	api_put(o, "partner", info(&p->partner, failed), failed);
	api_put(o, "churn", churn(p, failed), failed);
}

/* As Linux counts: without those whose link is down, though they keep their aggregator. */
static unsigned int
ports_of(const struct bond *b, uint16_t id)
{
	unsigned int n = 0;

	bond_foreach_member (b, slot) {
		const struct lacp_port *p = bond_lacp_port(b, slot);

		n += p->link_up && p->selected != LACP_UNSELECTED && lacp_port_aggregator(p) == id;
	}
	return n;
}

json_t *
api_lacp_bond(const struct bond *b, bool *failed)
{
	struct lacp_active a;
	const bool active = bond_lacp_active(b, &a);
	json_t *o;

	if (!b->mode->lacp)
		return json_null();
	o = json_object();
	api_put(o, "system_priority", json_integer(b->lacp.config.sys_prio), failed);
	api_put(o, "system_mac", api_mac(b->lacp.config.sys), failed);
	api_put(o, "min_links", json_integer(b->options.min_links), failed);
	api_put(o, "active_aggregator", number_or_null(active, a.id), failed);
	api_put(o, "ports", json_integer(active ? ports_of(b, a.id) : 0), failed);
	api_put(o, "distributing", json_integer(a.distributing), failed);
	api_put(o, "speed_mbps", number_or_null(a.speed_mbps, a.speed_mbps), failed);
	api_put(o, "actor_key", number_or_null(active, a.actor_key), failed);
	api_put(o, "partner_key", number_or_null(active, a.partner_key), failed);
	api_put(o, "partner_system_priority", number_or_null(active, a.partner_sys_prio), failed);
	api_put(o, "partner_mac", active ? api_mac(a.partner_sys) : json_null(), failed);
	return o;
}

void
api_put_lacp_member(json_t *o, const struct bond *b, uint8_t slot, bool *failed)
{
	const struct lacp_port *p = bond_lacp_port(b, slot);
	json_t *lacp = p ? json_object() : json_null();

	api_put(o, "aggregator_id", p ? aggregator(p) : json_null(), failed);
	api_put(o, "actor_state", p ? json_integer(p->actor.state) : json_null(), failed);
	api_put(o, "partner_state", p ? json_integer(p->partner.state) : json_null(), failed);
	if (p)
		put_ends(lacp, p, failed);
	api_put(o, "lacp", lacp, failed);
}

static json_t *
counters(const struct lacp_counters *c, bool *failed)
{
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(counter_rows) / sizeof(counter_rows[0]); i++) {
		const uint64_t *n = (const void *)((const char *)c + counter_rows[i].offset);

		api_put(o, counter_rows[i].name, json_integer((json_int_t)*n), failed);
	}
	return o;
}

static json_t *
parsed(const struct lacp_port *p, bool *failed)
{
	json_t *o = json_object();

	for (int i = 0; i < LACP_PARSE_REASONS; i++)
		api_put(o, lacp_parse_name(i), json_integer((json_int_t)p->parsed[i]), failed);
	return o;
}

static json_t *
port(const struct bond *b, uint8_t slot, bool *failed)
{
	const struct lacp_port *p = bond_lacp_port(b, slot);
	char why[WHY_SIZE];
	json_t *o = json_object();

	lacp_why_text(p, why, sizeof(why));
	api_put(o, "name", api_string(b->member[slot].name), failed);
	api_put(o, "rx_state", json_string(lacp_rx_name(p->rx)), failed);
	api_put(o, "mux_state", json_string(lacp_mux_name(p->mux)), failed);
	api_put(o, "selected", json_string(lacp_selected_name(p->selected)), failed);
	api_put(o, "aggregator_id", aggregator(p), failed);
	api_put(o, "collecting", json_boolean(lacp_port_collecting(p)), failed);
	api_put(o, "distributing", json_boolean(lacp_port_distributing(p)), failed);
	api_put(o, "standby", json_boolean(lacp_port_standby(p)), failed);
	api_put(o, "why", json_string(why), failed);
	put_ends(o, p, failed);
	api_put(o, "counters", counters(&p->counters, failed), failed);
	api_put(o, "parsed", parsed(p, failed), failed);
	return o;
}

int
api_lacp_get(struct api_call *call, json_t **result)
{
	const struct bondd_bond *b = api_param_bond(call);
	json_t *o, *ports;
	bool failed = false;

	if (!b)
		return -ENODEV;
	if (!b->core.mode->lacp)
		return api_refuse(call, -EOPNOTSUPP,
				  "%s: mode %s does not run LACP, only 802.3ad does", b->core.name,
				  b->core.mode->name);
	o = json_object();
	ports = json_array();
	bond_foreach_member (&b->core, slot)
		if (json_array_append_new(ports, port(&b->core, slot, &failed)) < 0)
			failed = true;
	api_put(o, "name", api_string(b->core.name), &failed);
	api_put(o, "lacp", api_lacp_bond(&b->core, &failed), &failed);
	api_put(o, "ports", ports, &failed);
	if (failed) {
		json_decref(o);
		o = NULL;
	}
	*result = o;
	return 0;
}
