/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_methods.c - what each method answers: every key, in Linux's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

static void
daemon_info_says_what_runs(void **state)
{
	json_t *o = ask_result("daemon.info", "{}");

	(void)state;
	ask_expect(o, "version", "\"" BONDD_VERSION "\"");
	ask_expect(o, "dpdk_version", "\"DPDK 0.0.0 (none)\"");
	assert_true(json_integer_value(ask_at(o, "pid")) > 0);
	ask_expect(o, "uptime_s", "60.0");
	ask_expect(o, "config_file", "\"bond.cfg\"");
	ask_expect(o, "workers.0", "{\"lcore\":1,\"busy_ratio\":0.0}");
	ask_expect(o, "workers.1", "{\"lcore\":2,\"busy_ratio\":0.0}");
	json_decref(o);
}

static void
busy_ratio_is_that_of_the_last_second(void **state)
{
	json_t *o;

	(void)state;
	api_load_update(&ask_load, &ask_d->dp, 10 * BOND_SEC);
	ask_d->dp.worker[0].busy_cycles = 250;
	ask_d->dp.worker[0].all_cycles = 1000;
	api_load_update(&ask_load, &ask_d->dp, 10 * BOND_SEC + 999 * BOND_MSEC); /* too early */
	o = ask_result("daemon.info", "{}");
	ask_expect(o, "workers.0.busy_ratio", "0.0");
	json_decref(o);
	api_load_update(&ask_load, &ask_d->dp, 11 * BOND_SEC);
	o = ask_result("daemon.info", "{}");
	ask_expect(o, "workers.0.busy_ratio", "0.25");
	ask_expect(o, "workers.1.busy_ratio", "0.0");
	json_decref(o);
	ask_d->dp.worker[0].busy_cycles += 1001; /* read later than the other */
	ask_d->dp.worker[0].all_cycles += 1000;
	api_load_update(&ask_load, &ask_d->dp, 12 * BOND_SEC);
	o = ask_result("daemon.info", "{}");
	ask_expect(o, "workers.0.busy_ratio", "1.0");
	json_decref(o);
}

static void
bond_get_has_every_key(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{"name", "\"bond0\""},
		{"mode", "\"active-backup\""},
		{"mode_number", "1"},
		{"carrier", "true"},
		{"mac", "\"02:00:00:00:01:00\""},
		{"mtu", "1500"},
		{"speed_mbps", "10000"},
		{"duplex", "\"full\""},
		{"active_member", "\"eth1\""},
		{"lacp", "null"},
		{"absent", "[]"},
		{"host.type", "\"tap\""},
		{"host.ifname", "\"bond0\""},
		{"host.carrier", "false"},
		{"host.admin_up", "true"},
		{"host.rx_packets", "0"},
		{"host.rx_bytes", "0"},
		{"host.tx_packets", "0"},
		{"host.tx_bytes", "0"},
		{"host.drops.tx_no_member", "0"},
		{"members.0.name", "\"eth1\""},
		{"members.0.port", "\"veth-eth1\""},
		{"members.0.driver", "\"net_af_packet (veth)\""},
		{"members.0.link", "\"up\""},
		{"members.0.state", "\"active\""},
		{"members.0.tx", "true"},
		{"members.0.rx", "true"},
		{"members.0.speed_mbps", "10000"},
		{"members.0.duplex", "\"full\""},
		{"members.0.mac", "\"02:00:00:00:01:00\""},
		{"members.0.perm_hwaddr", "\"02:00:00:00:01:00\""},
		{"members.0.link_failure_count", "0"},
		{"members.0.aggregator_id", "null"},
		{"members.0.actor_state", "null"},
		{"members.0.partner_state", "null"},
		{"members.0.rx_packets", "5"},
		{"members.0.rx_bytes", "0"},
		{"members.0.tx_packets", "0"},
		{"members.0.tx_bytes", "0"},
		{"members.0.refused", "\"\""},
		{"members.0.options.prio", "0"},
		{"members.1.name", "\"eth2\""},
		{"members.1.state", "\"backup\""},
		{"members.1.tx", "false"},
		{"members.1.rx", "false"},
		{"members.1.perm_hwaddr", "\"02:00:00:00:01:01\""},
		{"members.1.drops.rx_inactive_member", "7"},
		{"members.1.refused", "\"lsc\""},
	};
	json_t *o = ask_result("bond.get", "[\"bond0\"]");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ask_expect(o, rows[i].path, rows[i].text);
	assert_int_equal(json_array_size(ask_at(o, "members")), 2);
	assert_int_equal(json_object_size(ask_at(o, "host.drops")), DP_DROPS);
	json_decref(o);
}

static void
options_have_the_names_and_values_of_linux(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{"options.mode", "\"active-backup\""},
		{"options.miimon", "100"},
		{"options.updelay", "0"},
		{"options.downdelay", "0"},
		{"options.peer_notif_delay", "0"},
		{"options.num_grat_arp", "1"},
		{"options.num_unsol_na", "1"},
		{"options.primary", "\"\""},
		{"options.primary_reselect", "\"better\""},
		{"options.active_slave", "\"eth1\""},
		{"options.packets_per_slave", "1"},
		{"options.all_slaves_active", "0"},
		{"options.use_carrier", "1"},
	};
	json_t *o;

	(void)state;
	ask_d->bond[0]->core.options.primary_reselect = BOND_RESELECT_BETTER;
	o = ask_result("bond.get", "[\"bond0\"]");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ask_expect(o, rows[i].path, rows[i].text);
	/* Settings that are no options of Linux have keys of their own or none. */
	assert_null(ask_at(o, "options.mtu"));
	assert_null(ask_at(o, "options.all_members_active"));
	json_decref(o);
}

static void
a_bond_without_members_says_null_and_not_zero(void **state)
{
	json_t *o = ask_result("bond.get", "{\"bond\":\"bond1\"}");

	(void)state;
	ask_expect(o, "carrier", "false");
	ask_expect(o, "speed_mbps", "null");
	ask_expect(o, "duplex", "null");
	ask_expect(o, "active_member", "null");
	ask_expect(o, "members", "[]");
	ask_expect(o, "options.active_slave", "\"\"");
	json_decref(o);
}

static void
a_vdev_host_has_no_ifname_and_odd_octets_do_not_hurt(void **state)
{
	json_t *o;

	(void)state;
	ask_d->bond[0]->host.ifindex = 0;
	ask_d->bond[0]->member[0].used = true;
	strcpy(ask_d->bond[0]->member[0].port_name, "we\xffird");
	o = ask_result("bond.get", "[\"bond0\"]");
	ask_expect(o, "host.ifname", "null");
	ask_expect(o, "members.0.port", "\"we?ird\"");
	json_decref(o);
}

static void
stats_get_counts_by_bond_member_and_worker(void **state)
{
	json_t *o;

	(void)state;
	ask_d->bond[0]->member[0].port->counters[0].rx_nombuf = 4;
	fake_seen.buffers = (struct dp_buffers){.size = 100, .free = 60, .waiting = 7};
	o = ask_result("stats.get", "{}");
	assert_int_equal(json_array_size(ask_at(o, "bonds")), 2);
	ask_expect(o, "bonds.0.name", "\"bond0\"");
	ask_expect(o, "bonds.0.host.ifname", "\"bond0\"");
	ask_expect(o, "bonds.0.members.0.name", "\"eth1\"");
	ask_expect(o, "bonds.0.members.0.rx_packets", "5");
	ask_expect(o, "bonds.0.members.0.punted", "0");
	ask_expect(o, "bonds.0.members.1.drops.rx_inactive_member", "7");
	ask_expect(o, "bonds.0.members.0.rx_nombuf", "4");
	ask_expect(o, "bonds.0.host.rx_nombuf", "0");
	ask_expect(o, "buffers", "{\"size\":100,\"free\":60,\"waiting\":7}");
	ask_expect(o, "workers.0.lcore", "1");
	ask_expect(o, "workers.0.rx_packets", "2");
	ask_expect(o, "workers.1.rx_packets", "3");
	ask_expect(o, "workers.0.drops.rx_inactive_member", "0");
	ask_expect(o, "workers.1.drops.rx_inactive_member", "7");
	json_decref(o);
	o = ask_result("stats.get", "[\"bond1\"]");
	assert_int_equal(json_array_size(ask_at(o, "bonds")), 1);
	ask_expect(o, "bonds.0.name", "\"bond1\"");
	json_decref(o);
}

static void
member_activate_moves_the_traffic_or_says_why_not(void **state)
{
	const struct bond_link_fact down = {.carrier = false};
	struct bond *b = &ask_d->bond[0]->core;
	json_t *o = ask_result("member.activate", "[\"bond0\",\"eth2\"]");

	(void)state;
	assert_true(json_is_null(o));
	json_decref(o);
	assert_int_equal(b->active, 1);
	assert_true(b->dirty);
	bond_member_link(b, 0, &down, ask_d->now);
	assert_string_equal(
		ask(CALL("member.activate", "[\"bond0\",\"eth1\"]")),
		REFUSED(-22, "bond0: eth1 cannot be made the active member: its link is down",
			"1") "\n");
	assert_int_equal(b->active, 1);
}

static void
a_mode_without_active_member_refuses_to_activate(void **state)
{
	const struct bond_link_fact up = {true, 1000, BOND_DUPLEX_FULL};
	const struct bond_member_options options = {0};
	uint8_t slot;

	(void)state;
	assert_int_equal(
		bond_member_add(&ask_d->bond[1]->core, "eth7", &options, &up, ask_d->now, &slot),
		0);
	assert_string_equal(
		ask(CALL("member.activate", "[\"bond1\",\"eth7\"]")),
		REFUSED(-95,
			"bond1: eth7 cannot be made the active member: mode balance-rr has none",
			"1") "\n");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(daemon_info_says_what_runs),
		TEST(busy_ratio_is_that_of_the_last_second),
		TEST(bond_get_has_every_key),
		TEST(options_have_the_names_and_values_of_linux),
		TEST(a_bond_without_members_says_null_and_not_zero),
		TEST(a_vdev_host_has_no_ifname_and_odd_octets_do_not_hurt),
		TEST(stats_get_counts_by_bond_member_and_worker),
		TEST(member_activate_moves_the_traffic_or_says_why_not),
		TEST(a_mode_without_active_member_refuses_to_activate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
