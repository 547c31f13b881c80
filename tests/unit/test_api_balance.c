/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_balance.c - what bond.get and flow.lookup say in balance-tlb and balance-alb. */
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
	fake_bondd_add_alb(ask_d);
	return 0;
}

static void
bond_get_counts_and_lists_clients_if_asked(void **state)
{
	json_t *o;

	(void)state;
	o = ask_result("bond.get", "{\"bond\":\"bond2\"}");
	ask_expect(o, "mode", "\"balance-alb\"");
	ask_expect(o, "balance.clients_now", "1");
	ask_expect(o, "balance.host_frames", "1");
	ask_expect(o, "balance.malformed", "0");
	ask_expect(o, "balance.clients", "null");
	ask_expect(o, "members.0.tx_load_bps", "0");
	json_decref(o);
	o = ask_result("bond.get", "{\"bond\":\"bond2\",\"clients\":10}");
	ask_expect(o, "balance.clients.0.local", "\"10.0.0.1\"");
	ask_expect(o, "balance.clients.0.peer", "\"10.0.0.2\"");
	ask_expect(o, "balance.clients.0.mac", "\"02:00:00:00:00:02\"");
	ask_expect(o, "balance.clients.0.vlans", "[]");
	ask_expect(o, "balance.clients.0.member", "\"eth3\"");
	assert_null(ask_at(o, "balance.clients.1"));
	json_decref(o);
	o = ask_result("bond.get", "{\"bond\":\"bond2\",\"clients\":0}");
	ask_expect(o, "balance.clients", "[]");
	json_decref(o);
}

static void
other_modes_have_neither(void **state)
{
	json_t *o = ask_result("bond.get", "{\"bond\":\"bond0\",\"clients\":10}");

	(void)state;
	ask_expect(o, "balance", "null");
	ask_expect(o, "members.0.tx_load_bps", "null");
	json_decref(o);
}

#define FROM_BOND "\"src_mac\":\"02:00:00:00:00:aa\","

/* A bond of three members that balances; m1 has every second bucket, else m2, and m0 is current. */
static void
balance(uint32_t mode)
{
	struct bondd_bond *b = ask_bond(mode, 3);

	memcpy(b->view.bond_mac, "\x02\0\0\0\0\xaa", 6);
	assert_int_equal(b->view.current, 0);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		b->view.bucket[i] = (uint8_t)(1 + i % 2);
}

static void
expect(const char *fields, const char *rule, const char *member, const char *bucket)
{
	json_t *o = ask_flow(fields);

	ask_expect(o, "rule", rule);
	ask_expect(o, "member", member);
	ask_expect(o, "bucket", bucket);
	json_decref(o);
}

static void
what_is_not_balanced_leaves_on_the_current_member(void **state)
{
	(void)state;
	balance(BOND_MODE_BALANCE_TLB);
	expect(FROM_BOND
	       "\"dst_mac\":\"02:00:00:00:00:0b\",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\"",
	       "\"bucket\"", "\"m2\"", "161");
	expect(FROM_BOND "\"proto\":\"arp\"", "\"current\"", "\"m0\"", "null");
	expect(FROM_BOND "\"dst_mac\":\"01:00:5e:00:00:05\",\"dst\":\"224.0.0.5\"", "\"current\"",
	       "\"m0\"", "null");
	expect("\"src_mac\":\"02:00:00:00:00:bb\",\"dst\":\"10.0.0.2\"", "\"current\"", "\"m0\"",
	       "null");
	ask_d->bond[1]->view.current = BOND_NONE;
	expect(FROM_BOND "\"proto\":\"arp\"", "\"none\"", "null", "null");
}

static void
alb_goes_by_the_destination_and_has_a_way_of_its_own_for_arp(void **state)
{
	json_t *o;

	(void)state;
	balance(BOND_MODE_BALANCE_ALB);
	/* 10 ^ 0 ^ 0 ^ 2 and ^ 3, whatever the ports */
	expect(FROM_BOND "\"dst\":\"10.0.0.2\",\"sport\":7", "\"address\"", "\"m1\"", "8");
	expect(FROM_BOND "\"dst\":\"10.0.0.3\",\"sport\":7", "\"address\"", "\"m2\"", "9");
	expect(FROM_BOND "\"proto\":\"arp\"", "\"neighbour\"", "null", "null");
	expect(FROM_BOND "\"dst\":\"224.0.0.22\",\"proto\":\"igmp\"", "\"current\"", "\"m0\"",
	       "null");
	o = ask_flow(FROM_BOND "\"src\":\"10.0.0.1\"");
	ask_expect(o, "hash", "null");
	ask_expect(o, "assumed", "{\"dst\":\"0.0.0.0\"}");
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bond_get_counts_and_lists_clients_if_asked, setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_balanced_leaves_on_the_current_member,
						setup, ask_teardown),
		cmocka_unit_test_setup_teardown(
			alb_goes_by_the_destination_and_has_a_way_of_its_own_for_arp, setup,
			ask_teardown),
		cmocka_unit_test_setup_teardown(other_modes_have_neither, setup, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
