/* SPDX-License-Identifier: BSD-3-Clause */
/* test_absent.c - a member whose device was pulled out stays configured until it is removed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "absent.h"
#include "api_ask.h"

#define REFUSAL(code, words) REFUSED(code, words, "1") "\n"
#define NOTHING              "{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1}\n"
#define ETH2                 "{\"bond\":\"bond0\",\"member\":\"eth2\"}"
#define REMOVE               CALL("member.remove", ETH2)

/* What plug.c and the core do: first it is remembered, in a later turn it leaves the core. */
static struct bondd_absent *
pull_out(const char *name)
{
	struct bondd_bond *b = ask_d->bond[0];
	const uint8_t slot = bond_member_find(&b->core, name);
	struct bondd_absent *a = absent_add(b, slot);

	assert_non_null(a);
	bond_member_remove(&b->core, slot, ask_d->now);
	fake_bondd_forget(b, slot);
	return a;
}

static void
expect_config(const char *words, bool has)
{
	json_t *o = ask_result("config.get", "{}");
	const bool found = strstr(json_string_value(o), words) != NULL;

	json_decref(o);
	assert_int_equal(found, has);
}

static void
config_get_has_it_with_its_last_options(void **state)
{
	(void)state;
	json_decref(ask_result("member.set", "{\"bond\":\"bond0\",\"member\":\"eth2\","
					     "\"options\":{\"prio\":7}}"));
	pull_out("eth2");
	expect_config("netdev = \"veth-eth2\"", true);
	expect_config("prio = 7", true);
}

static void
it_is_shown_as_absent(void **state)
{
	json_t *o;

	(void)state;
	pull_out("eth2");
	o = ask_result("bond.get", "{\"bond\":\"bond0\"}");
	ask_expect(o, "absent", "[\"eth2\"]");
	ask_expect(o, "members.0.name", "\"eth1\"");
	json_decref(o);
	o = ask_result("bond.get", "{\"bond\":\"bond1\"}");
	ask_expect(o, "absent", "[]");
	json_decref(o);
}

/* While it is still on its way out of the core, it is there once. */
static void
config_get_has_it_once(void **state)
{
	struct bondd_bond *b = ask_d->bond[0];

	(void)state;
	assert_non_null(absent_add(b, bond_member_find(&b->core, "eth2")));
	json_decref(ask_result("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50}}"));
	expect_config("netdev = \"veth-eth2\"", true);
}

static void
options_that_name_it_are_still_right(void **state)
{
	(void)state;
	json_decref(
		ask_result("bond.set", "{\"bond\":\"bond0\",\"options\":{\"primary\":\"eth2\"}}"));
	pull_out("eth2");
	json_decref(ask_result("bond.set", "{\"bond\":\"bond0\",\"options\":{\"miimon\":50}}"));
	expect_config("primary = \"eth2\"", true);
}

static void
it_can_only_be_removed(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{CALL("member.activate", ETH2),
		 REFUSAL(-19, "bond0: the device of eth2 was pulled out: until it is back, the "
			      "member can only be removed")},
		{CALL("member.set",
		      "{\"bond\":\"bond0\",\"member\":\"eth2\",\"options\":{\"prio\":7}}"),
		 REFUSAL(-19, "bond0: the device of eth2 was pulled out: until it is back, the "
			      "member can only be removed")},
		{CALL("bond.set", "{\"bond\":\"bond0\",\"options\":{\"active_slave\":\"eth2\"}}"),
		 REFUSAL(-19, "bond0: eth2 cannot be made the active member: its device was pulled "
			      "out")},
		{CALL("member.add", "{\"bond\":\"bond0\",\"member\":{\"name\":\"eth2\","
				    "\"netdev\":\"ens7\"}}"),
		 REFUSAL(-22, "bond0/eth2.name: bond0 has another member of this name")},
		{CALL("member.add", "{\"bond\":\"bond0\",\"member\":{\"name\":\"eth7\","
				    "\"netdev\":\"veth-eth2\"}}"),
		 REFUSAL(-22, "bond0/eth7.netdev: veth-eth2 belongs to bond0/eth2 already")},
	};

	(void)state;
	pull_out("eth2");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(ask(rows[i].line), rows[i].answer);
}

static void
remove_forgets_it(void **state)
{
	struct bondd_absent *a = pull_out("eth2");

	(void)state;
	a->closed = true;
	assert_string_equal(ask(REMOVE), NOTHING);
	assert_null(ask_d->absent); /* nobody waits for its device any more */
	expect_config("eth2", false);
	assert_non_null(strstr(fake_seen.log, "bond0/eth2: device unplugged -> forgotten: removed "
					      "by the administrator"));
	assert_string_equal(
		ask(REMOVE),
		REFUSAL(-19, "bond0 has no member \\\"eth2\\\"; did you mean \\\"eth1\\\"?"));
}

/* A driver may take minutes to close its port: the answer does not wait, and its memory stays. */
static void
remove_forgets_it_before_its_port_is_closed(void **state)
{
	struct bondd_absent *a = pull_out("eth2");

	(void)state;
	assert_string_equal(ask(REMOVE), NOTHING);
	expect_config("eth2", false);
	assert_ptr_equal(ask_d->absent, a);
	assert_true(a->forgotten);
	absent_free(ask_d, a);
}

/* In the turn in which it was pulled out it is one of the core's, too. */
static void
remove_forgets_it_while_it_leaves_the_core(void **state)
{
	struct bondd_bond *b = ask_d->bond[0];
	struct bondd_absent *a = absent_add(b, bond_member_find(&b->core, "eth2"));

	(void)state;
	assert_non_null(a);
	assert_string_equal(ask(REMOVE), NOTHING);
	assert_string_equal(fake_seen.left, "eth2");
	assert_true(a->forgotten);
	expect_config("eth2", false);
}

static void
others_are_not_forgotten(void **state)
{
	(void)state;
	pull_out("eth1")->closed = true;
	pull_out("eth2")->closed = true;
	assert_string_equal(ask(REMOVE), NOTHING);
	expect_config("veth-eth1", true);
	expect_config("eth2", false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(config_get_has_it_with_its_last_options),
		TEST(it_is_shown_as_absent),
		TEST(config_get_has_it_once),
		TEST(options_that_name_it_are_still_right),
		TEST(it_can_only_be_removed),
		TEST(remove_forgets_it),
		TEST(remove_forgets_it_before_its_port_is_closed),
		TEST(remove_forgets_it_while_it_leaves_the_core),
		TEST(others_are_not_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
