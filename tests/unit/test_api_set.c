/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_set.c - options of what runs are changed by the rules of the configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

#define BOND_SET(options)     CALL("bond.set", "{\"bond\":\"bond0\",\"options\":" options "}")
#define LACP_SET(options)     CALL("bond.set", "{\"bond\":\"bond2\",\"options\":" options "}")
#define REFUSAL(code, words)  REFUSED(code, words, "1") "\n"
#define MEMBER_SET(m, values) "{\"bond\":\"bond0\",\"member\":\"" m "\",\"options\":" values "}"

static void
changes(const char *method, const char *params, const char *expected)
{
	json_t *o = ask_result(method, params);

	ask_expect(o, "", expected);
	json_decref(o);
}

static void
what_changed_is_the_answer(void **state)
{
	(void)state;
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50,\"updelay\":200}}",
		"{\"miimon\":50,\"updelay\":200}");
	assert_int_equal(ask_d->bond[0]->core.options.miimon_ms, 50);
	assert_int_equal(ask_d->bond[0]->core.options.updelay_ms, 200);
	/* what was so already is no change */
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50,\"downdelay\":100}}",
		"{\"downdelay\":100}");
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{}}", "{}");
}

static void
values_may_be_text_as_in_linux(void **state)
{
	(void)state;
	changes("bond.set",
		"{\"bond\":\"bond0\",\"options\":{\"miimon\":\"70\",\"all_slaves_active\":true,"
		"\"primary_reselect\":\"2\",\"arp_ip_target\":\"10.0.0.1,10.0.0.2\"}}",
		"{\"miimon\":70,\"arp_ip_target\":[\"10.0.0.1\",\"10.0.0.2\"],"
		"\"primary_reselect\":\"failure\",\"all_slaves_active\":1}");
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"arp_ip_target\":[\"10.0.0.2\"]}}",
		"{\"arp_ip_target\":[\"10.0.0.2\"]}");
}

static void
a_group_changes_in_what_is_named(void **state)
{
	(void)state;
	changes("bond.set",
		"{\"bond\":\"bond0\",\"options\":{\"bfd\":{\"local\":\"10.0.0.1\",\"remote\":"
		"\"10.0.0.2\"},\"bfd.interval\":\"100\"}}",
		"{\"bfd\":{\"local\":\"10.0.0.1\",\"remote\":\"10.0.0.2\",\"interval\":100}}");
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"bfd.multiplier\":5}}",
		"{\"bfd\":{\"multiplier\":5}}");
	assert_string_equal(ask_d->bond[0]->core.options.bfd.local, "10.0.0.1");
}

static void
every_refused_option_is_named_and_nothing_changes(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{BOND_SET("{\"miimon\":\"often\",\"updelay\":100}"),
		 REFUSAL(-22, "bond0: miimon: \\\"often\\\" is not a whole number")},
		{BOND_SET("{\"miimon\":-1,\"num_grat_arp\":256}"),
		 REFUSAL(-22, "bond0: miimon: -1 is not between 0 and 2147483647 ms; "
			      "num_grat_arp: 256 is not between 0 and 255")},
		{BOND_SET("{\"primary_reselect\":\"alway\"}"),
		 REFUSAL(-22, "bond0: primary_reselect: unknown value \\\"alway\\\" (did you mean "
			      "\\\"always\\\"?), use always, better or failure")},
		{BOND_SET("{\"mode\":\"802.3ad\"}"),
		 REFUSAL(-22, "bond0: mode: it cannot become \\\"802.3ad\\\" while the daemon "
			      "runs: change the configuration and start it anew")},
		{BOND_SET("{\"host\":{\"queues\":4}}"),
		 REFUSAL(-22, "bond0: host: it cannot be changed while the daemon runs: change "
			      "the configuration and start it anew")},
		{BOND_SET("{\"host.queues\":4}"),
		 REFUSAL(-22, "bond0: host.queues: it cannot become \\\"4\\\" while the daemon "
			      "runs: change the configuration and start it anew")},
		{BOND_SET("{\"use_carrier\":0}"),
		 REFUSAL(-22, "bond0: use_carrier: it cannot be turned off, as in Linux: only 1 is "
			      "allowed")},
		{BOND_SET("{\"members\":[]}"),
		 REFUSAL(-22, "bond0: members: they come and go one by one, by member.add and "
			      "member.remove")},
		{BOND_SET("{\"lacp_rate\":\"fast\"}"),
		 REFUSAL(-22, "bond0: lacp_rate: mode active-backup does not have this option, "
			      "only 802.3ad")},
		{BOND_SET("{\"mimon\":1}"),
		 REFUSAL(-22, "bond0: mimon: unknown option, did you mean \\\"miimon\\\"?")},
		{BOND_SET("{\"bfd.intervall\":1}"),
		 REFUSAL(-22, "bond0: bfd.intervall: unknown option, did you mean "
			      "\\\"interval\\\"?")},
		{BOND_SET("{\"bfd\":7}"),
		 REFUSAL(-22, "bond0: bfd: it must be a group of options, like bfd.local")},
		{BOND_SET("{\"miimon\":[1]}"),
		 REFUSAL(-22, "bond0: miimon: it must be a text, a number or true or false")},
		{BOND_SET("{\"miimon\":null}"),
		 REFUSAL(-22, "bond0: miimon: it must be a text, a number or true or false")},
		/* a rule between options, in the words of the configuration */
		{BOND_SET("{\"miimon\":0,\"updelay\":100}"),
		 REFUSAL(-22, "bond0.updelay: 100 ms need a miimon above 0")},
		{BOND_SET("{\"active_slave\":\"eth9\"}"),
		 REFUSAL(-22, "bond0.active_slave: \\\"eth9\\\" is not a member of bond0, which "
			      "has eth1, eth2")},
		{BOND_SET("{\"mtu\":9000,\"miimon\":10}"),
		 REFUSAL(-22, "bond0: mtu: eth2 (net_x) carries an MTU of 4000 at most, not 9000")},
		{BOND_SET("{\"mtu\":2000,\"mac\":\"02:00:00:00:00:ee\",\"miimon\":10}"),
		 REFUSAL(-5, "bond0: mac: eth1 refuses the address")},
		{BOND_SET("[]"), REFUSAL(-32602, "bond.set: \\\"options\\\" must be an object")},
	};
	const struct bond_options before = ask_d->bond[0]->core.options;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(ask(rows[i].line), rows[i].answer);
		assert_memory_equal(&ask_d->bond[0]->core.options, &before, sizeof(before));
		assert_int_equal(ask_d->bond[0]->host.mtu, 1500);
	}
}

static void
mtu_and_mac_reach_the_host(void **state)
{
	(void)state;
	changes("bond.set",
		"{\"bond\":\"bond0\",\"options\":{\"mtu\":2000,\"mac\":\"02:00:00:00:00:77\"}}",
		"{\"mtu\":2000,\"mac\":\"02:00:00:00:00:77\"}");
	assert_int_equal(ask_d->bond[0]->host.mtu, 2000);
	assert_int_equal(ask_d->bond[0]->core.mac[5], 0x77);
}

static void
the_active_member_is_an_option_too(void **state)
{
	struct bond *b = &ask_d->bond[0]->core;

	(void)state;
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"active_slave\":\"eth2\"}}",
		"{\"active_slave\":\"eth2\"}");
	assert_string_equal(b->member[b->active].name, "eth2");
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"active_member\":\"eth1\"}}",
		"{\"active_slave\":\"eth1\"}");
	bond_member_link(b, 1, &(struct bond_link_fact){0}, ask_d->now);
	assert_string_equal(ask(BOND_SET("{\"miimon\":9,\"active_slave\":\"eth2\"}")),
			    REFUSAL(-22, "bond0: eth2 cannot be made the active member: its link "
					 "is down"));
	assert_int_equal(b->options.miimon_ms, 100);
}

static void
lacp_hears_of_it(void **state)
{
	(void)state;
	fake_bondd_add_lacp(ask_d);
	changes("bond.set",
		"{\"bond\":\"bond2\",\"options\":{\"lacp_rate\":\"fast\",\"min_links\":1}}",
		"{\"lacp_rate\":\"fast\",\"min_links\":1}");
	assert_true(ask_d->bond[2]->core.lacp.config.fast);
	assert_string_equal(ask(LACP_SET("{\"lacp_rate\":\"faster\"}")),
			    REFUSAL(-22, "bond2: lacp_rate: unknown value \\\"faster\\\" (did you "
					 "mean \\\"fast\\\"?), use slow or fast"));
	assert_string_equal(ask(LACP_SET("{\"primary\":\"eth3\"}")),
			    REFUSAL(-22, "bond2: primary: mode 802.3ad does not have this "
					 "option, only active-backup, balance-tlb, "
					 "balance-alb"));
}

static void
what_is_legal_but_odd_is_logged_once(void **state)
{
	static const char sentence[] = "bond0.primary: \"eth7\" is not a member of bond0 now";
	const char *first;

	(void)state;
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"primary\":\"eth7\"}}",
		"{\"primary\":\"eth7\"}");
	first = strstr(fake_seen.log, sentence);
	assert_non_null(first);
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50}}", "{\"miimon\":50}");
	assert_null(strstr(first + 1, sentence));
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"primary\":\"eth1\"}}",
		"{\"primary\":\"eth1\"}");
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"primary\":\"eth7\"}}",
		"{\"primary\":\"eth7\"}");
	assert_non_null(strstr(first + 1, sentence)); /* it is news again */
}

static void
what_linux_takes_for_nothing_to_do_is_nothing_to_do(void **state)
{
	(void)state;
	fake_bondd_add_lacp(ask_d);
	changes("bond.set", "{\"bond\":\"bond0\",\"options\":{\"use_carrier\":1}}", "{}");
	changes("bond.set",
		"{\"bond\":\"bond2\",\"options\":{\"ad_actor_system\":\"00:00:00:00:00:00\"}}",
		"{}");
}

static void
options_of_a_member_change_likewise(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{CALL("member.set", MEMBER_SET("eth1", "{\"weight\":1,\"prio\":\"high\"}")),
		 REFUSAL(-22, "bond0/eth1: weight: mode active-backup does not have this option, "
			      "only balance-xor, 802.3ad, balance-tlb, balance-alb; prio: "
			      "\\\"high\\\" is not a whole number")},
		{CALL("member.set", MEMBER_SET("eth1", "{\"netdev\":\"eth9\"}")),
		 REFUSAL(-22, "bond0/eth1: netdev: it cannot become \\\"eth9\\\" while the daemon "
			      "runs: remove the member and add it with another one")},
		{CALL("member.set", MEMBER_SET("eth1", "{\"name\":\"eth9\"}")),
		 REFUSAL(-22, "bond0/eth1: name: it cannot be changed: remove the member and add "
			      "it with another one")},
		{CALL("member.set", MEMBER_SET("eth1", "{\"queue_id\":3}")),
		 REFUSAL(-22, "bond0/eth2.queue_id: 3 is that of eth1 already, each may be given "
			      "once in bond0")},
		{CALL("member.set", MEMBER_SET("eth3", "{}")),
		 REFUSAL(-19, "bond0 has no member \\\"eth3\\\"; did you mean \\\"eth1\\\"?")},
	};

	(void)state;
	changes("member.set", MEMBER_SET("eth2", "{\"prio\":7,\"queue_id\":\"3\"}"),
		"{\"prio\":7,\"queue_id\":3}");
	assert_int_equal(ask_d->bond[0]->core.member[1].options.prio, 7);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(ask(rows[i].line), rows[i].answer);
	assert_int_equal(ask_d->bond[0]->core.member[0].options.queue_id, 0);
}

static void
config_get_is_a_file_that_says_the_same(void **state)
{
	json_t *o;
	struct conf *c;
	struct conf_err err;
	const char *text;

	(void)state;
	json_decref(ask_result("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50,"
					   "\"mac\":\"02:00:00:00:00:78\"}}"));
	json_decref(ask_result("member.set", MEMBER_SET("eth2", "{\"prio\":-3}")));
	o = ask_result("config.get", "{}");
	text = json_string_value(o);
	assert_non_null(text);
	if (conf_load_text("got.cfg", text, strlen(text), NULL, &c, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(c->n_bonds, 2);
	assert_int_equal(c->bonds[0].options.miimon_ms, 50);
	assert_int_equal(c->bonds[0].mac[5], 0x78);
	assert_int_equal(c->bonds[0].n_members, 2);
	assert_string_equal(c->bonds[0].member[1].port, "veth-eth2");
	assert_int_equal(c->bonds[0].member[1].options.prio, -3);
	assert_int_equal(c->bonds[1].n_members, 0);
	conf_free(c);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_changed_is_the_answer, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(values_may_be_text_as_in_linux, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(a_group_changes_in_what_is_named, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(every_refused_option_is_named_and_nothing_changes,
						ask_setup, ask_teardown),
		cmocka_unit_test_setup_teardown(mtu_and_mac_reach_the_host, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(the_active_member_is_an_option_too, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(lacp_hears_of_it, ask_setup, ask_teardown),
		cmocka_unit_test_setup_teardown(what_is_legal_but_odd_is_logged_once, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(what_linux_takes_for_nothing_to_do_is_nothing_to_do,
						ask_setup, ask_teardown),
		cmocka_unit_test_setup_teardown(options_of_a_member_change_likewise, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(config_get_is_a_file_that_says_the_same, ask_setup,
						ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
