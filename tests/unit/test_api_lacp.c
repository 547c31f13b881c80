/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_lacp.c - what bond.get and lacp.get say about a bond that runs LACP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

static int
setup(void **state)
{
	ask_setup(state);
	fake_bondd_add_lacp(ask_d);
	return 0;
}

static void
bond_get_tells_the_state_of_lacp(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{"mode_number", "4"},
		{"carrier", "true"},
		{"options.lacp_rate", "\"slow\""},
		{"options.lacp_active", "1"},
		{"options.ad_select", "\"stable\""},
		{"options.ad_actor_system", "\"00:00:00:00:00:00\""},
		{"lacp.system_priority", "65535"},
		{"lacp.system_mac", "\"02:00:00:00:01:00\""},
		{"lacp.min_links", "0"},
		{"lacp.active_aggregator", "1"},
		{"lacp.ports", "1"},
		{"lacp.distributing", "1"},
		{"lacp.speed_mbps", "10000"},
		{"lacp.partner_key", "7"},
		{"lacp.partner_system_priority", "1"},
		{"lacp.partner_mac", "\"02:00:00:00:02:00\""},
		{"members.0.tx", "true"},
		{"members.0.aggregator_id", "1"},
		{"members.0.actor_state", "61"},
		{"members.0.partner_state", "61"},
		{"members.0.lacp.actor.system_priority", "65535"},
		{"members.0.lacp.actor.system", "\"02:00:00:00:01:00\""},
		{"members.0.lacp.actor.port_priority", "255"},
		{"members.0.lacp.actor.port", "1"},
		{"members.0.lacp.partner.key", "7"},
		{"members.0.lacp.partner.port", "13"},
		{"members.0.lacp.churn",
		 "{\"actor\":\"none\",\"partner\":\"none\",\"actor_count\":0,"
		 "\"partner_count\":0}"},
		{"members.0.options.actor_port_prio", "255"},
		{"members.1.tx", "false"},
		{"members.1.lacp.churn.actor", "\"monitoring\""},
	};
	json_t *o, *key;

	(void)state;
	o = ask_result("bond.get", "[\"bond2\"]");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ask_expect(o, rows[i].path, rows[i].text);
	key = json_integer(lacp_key(0, 10000, LACP_DUPLEX_FULL));
	assert_true(json_equal(ask_at(o, "lacp.actor_key"), key));
	assert_true(json_equal(ask_at(o, "members.0.lacp.actor.key"), key));
	json_decref(key);
	json_decref(o);
}

static void
without_an_active_aggregator_its_facts_are_null(void **state)
{
	const struct bond_link_fact down = {.carrier = false};
	json_t *o;

	(void)state;
	bond_member_link(&ask_d->bond[2]->core, 0, &down, ask_d->now);
	bond_member_link(&ask_d->bond[2]->core, 1, &down, ask_d->now);
	fake_bondd_publish(ask_d->bond[2]);
	o = ask_result("bond.get", "[\"bond2\"]");
	ask_expect(o, "lacp.ports", "0");
	ask_expect(o, "lacp.distributing", "0");
	ask_expect(o, "lacp.speed_mbps", "null");
	json_decref(o);
	bond_member_remove(&ask_d->bond[2]->core, 1, ask_d->now);
	bond_member_remove(&ask_d->bond[2]->core, 0, ask_d->now);
	o = ask_result("bond.get", "[\"bond2\"]");
	ask_expect(o, "lacp.active_aggregator", "null");
	ask_expect(o, "lacp.actor_key", "null");
	ask_expect(o, "lacp.partner_key", "null");
	ask_expect(o, "lacp.partner_mac", "null");
	ask_expect(o, "lacp.system_mac", "\"02:00:00:00:01:00\"");
	json_decref(o);
}

static void
lacp_get_tells_every_port_and_why(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{"name", "\"bond2\""},
		{"lacp.active_aggregator", "1"},
		{"ports.0.name", "\"eth3\""},
		{"ports.0.rx_state", "\"CURRENT\""},
		{"ports.0.mux_state", "\"DISTRIBUTING\""},
		{"ports.0.selected", "\"SELECTED\""},
		{"ports.0.aggregator_id", "1"},
		{"ports.0.collecting", "true"},
		{"ports.0.distributing", "true"},
		{"ports.0.standby", "false"},
		{"ports.0.why", "\"carries data\""},
		{"ports.0.actor.state", "61"},
		{"ports.0.actor.state_text", "\"ACT|AGG|SYNC|COL|DIST\""},
		{"ports.0.partner.state_text", "\"ACT|AGG|SYNC|COL|DIST\""},
		{"ports.0.churn.partner", "\"none\""},
		{"ports.0.counters.lacpdu_rx", "8"},
		{"ports.0.counters.expired", "0"},
		{"ports.0.parsed.lacpdu", "8"},
		{"ports.0.parsed.reflection", "0"},
		{"ports.1.name", "\"eth4\""},
		{"ports.1.rx_state", "\"DEFAULTED\""},
		{"ports.1.distributing", "false"},
		{"ports.1.why", "\"no LACP partner answers\""},
		{"ports.1.counters.lacpdu_rx", "0"},
	};
	json_t *o;

	(void)state;
	o = ask_result("lacp.get", "[\"bond2\"]");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ask_expect(o, rows[i].path, rows[i].text);
	assert_int_equal(json_array_size(ask_at(o, "ports")), 2);
	assert_int_equal(json_object_size(ask_at(o, "ports.1.counters")),
			 sizeof(struct lacp_counters) / sizeof(uint64_t));
	assert_int_equal(json_object_size(ask_at(o, "ports.1.parsed")), LACP_PARSE_REASONS);
	json_decref(o);
}

static void
lacp_get_refuses_a_bond_of_another_mode(void **state)
{
	(void)state;
	assert_string_equal(
		ask(CALL("lacp.get", "[\"bond0\"]")),
		REFUSED(-95, "bond0: mode active-backup does not run LACP, only 802.3ad does",
			"1") "\n");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bond_get_tells_the_state_of_lacp),
		TEST(without_an_active_aggregator_its_facts_are_null),
		TEST(lacp_get_tells_every_port_and_why),
		TEST(lacp_get_refuses_a_bond_of_another_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
