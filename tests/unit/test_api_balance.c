/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_balance.c - what bond.get says about loads and clients of balance-alb. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bond_get_counts_and_lists_clients_if_asked, setup,
						ask_teardown),
		cmocka_unit_test_setup_teardown(other_modes_have_neither, setup, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
