/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_member.c - members are added and removed by the rules of the configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

#define ADD(member)          CALL("member.add", "{\"bond\":\"bond0\",\"member\":" member "}")
#define REFUSAL(code, words) REFUSED(code, words, "1") "\n"

static void
a_newcomer_joins_with_its_options(void **state)
{
	json_t *o = ask_result("member.add", "{\"bond\":\"bond0\",\"member\":{\"name\":\"eth3\","
					     "\"netdev\":\"ens3\",\"prio\":\"5\"}}");

	(void)state;
	ask_expect(o, "name", "\"eth3\"");
	ask_expect(o, "port", "\"ens3\"");
	ask_expect(o, "link", "\"up\"");
	ask_expect(o, "options.prio", "5");
	assert_int_equal(ask_d->bond[0]->core.n_members, 3);
	assert_int_equal(ask_d->bond[0]->core.member[2].options.actor_port_prio, 255);
	json_decref(o);
}

static void
who_may_not_join_changes_nothing(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{ADD("{\"netdev\":\"ens3\"}"),
		 REFUSAL(-22, "bond0: the new member's name is missing")},
		{ADD("{\"name\":\"eth3\"}"),
		 REFUSAL(-22, "bond0/eth3: exactly one of pci, netdev, vdev is needed")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"ens3\",\"pci\":\"03:00.0\"}"),
		 REFUSAL(-22, "bond0/eth3: exactly one of pci, netdev, vdev is needed")},
		{ADD("{\"name\":\"eth1\",\"netdev\":\"ens3\"}"),
		 REFUSAL(-22, "bond0/eth1.name: bond0 has another member of this name")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"veth-eth2\"}"),
		 REFUSAL(-22, "bond0/eth3.netdev: veth-eth2 belongs to bond0/eth2 already")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"bond1\"}"),
		 REFUSAL(-22, "bond1.name: bond1 is the netdev of member bond0/eth3")},
		{ADD("{\"name\":\"eth3\",\"pci\":\"somewhere\"}"),
		 REFUSAL(-22, "bond0: pci: \\\"somewhere\\\": a PCI address looks like "
			      "0000:03:00.0 or 03:00.0")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"ens3\",\"weigth\":1}"),
		 REFUSAL(-22, "bond0: weigth: unknown option, did you mean \\\"weight\\\"?")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"ens3\",\"weight\":1}"),
		 REFUSAL(-22, "bond0: weight: mode active-backup does not have this option, only "
			      "balance-xor, 802.3ad, balance-tlb, balance-alb")},
		{ADD("{\"name\":\"eth3\",\"netdev\":\"missing\"}"),
		 REFUSAL(-19, "netdev missing does not exist")},
		{ADD("\"eth3\""), REFUSAL(-32602, "member.add: \\\"member\\\" must be an object")},
		{CALL("member.add", "{\"bond\":\"bond7\",\"member\":{}}"),
		 REFUSAL(-19, "there is no bond \\\"bond7\\\"; did you mean \\\"bond0\\\"?")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(ask(rows[i].line), rows[i].answer);
		assert_int_equal(ask_d->bond[0]->core.n_members, 2);
	}
}

static void
the_answer_to_remove_waits_for_its_port(void **state)
{
	(void)state;
	assert_string_equal(ask(CALL("member.remove", "{\"bond\":\"bond0\",\"member\":\"eth1\"}")),
			    "{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1}\n");
	assert_true(fake_seen.leaving < 0); /* asked until it was gone */
	assert_int_equal(ask_d->bond[0]->core.n_members, 1);
	assert_string_equal(
		ask(CALL("member.remove", "{\"bond\":\"bond0\",\"member\":\"eth1\"}")),
		REFUSAL(-19, "bond0 has no member \\\"eth1\\\"; did you mean \\\"eth2\\\"?"));
}

static void
requests_of_a_batch_wait_for_each_other(void **state)
{
	(void)state;
	assert_string_equal(
		ask("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.remove\",\"params\":"
		    "[\"bond0\",\"eth1\"]},{\"jsonrpc\":\"2.0\",\"method\":\"member.remove\","
		    "\"params\":[\"bond0\",\"eth2\"]},{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":"
		    "\"bond.list\"}]"),
		"[{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1},"
		"{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":3}]\n");
	assert_int_equal(ask_d->bond[0]->core.n_members, 0);
}

static void
a_newcomer_waits_until_another_has_left(void **state)
{
	json_t *o;

	(void)state;
	fake_seen.leaving = 4;
	o = ask_result("member.add", "{\"bond\":\"bond0\",\"member\":{\"name\":\"eth3\","
				     "\"vdev\":\"net_null0\"}}");
	ask_expect(o, "port", "\"net_null0\"");
	assert_int_equal(fake_seen.leaving, 0);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_newcomer_joins_with_its_options, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(who_may_not_join_changes_nothing, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(the_answer_to_remove_waits_for_its_port, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(requests_of_a_batch_wait_for_each_other, ask_setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(a_newcomer_waits_until_another_has_left, ask_setup,
						ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
