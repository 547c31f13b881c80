/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_hold.c - monitors beside the carrier: either takes a member down, both bring it back. */
#include "bond_fixture.h"

static struct fixture f;

static void
start(uint32_t mode)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	options.num_peer_notif = 0;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;1000");
	f.log[0] = '\0';
}

static void
a_monitor_takes_a_member_down_at_once_whatever_downdelay(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "1000 set downdelay 500;2000 hold m0;2001");
	assert_string_equal(f.log, "2000 m0: link status definitely down, disabling slave\n"
				   "2000 m1: making interface the new active one\n");
	assert_string_equal(fixture_heard(&f, "m0")->reason, "its BFD session is not up");
	assert_int_equal(f.b.member[0].link_failure_count, 1);
}

static void
a_monitor_ends_a_downdelay_that_runs(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "1000 set downdelay 500;2000 cut m0;2100 hold m0;2101");
	assert_int_equal(f.b.member[0].link, BOND_LINK_DOWN);
	assert_string_equal(f.active, "m1");
}

static void
both_must_agree_that_it_is_up_again(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "2000 hold m0;2100 cut m0;2200 unhold m0;2300");
	assert_int_equal(f.b.member[0].link, BOND_LINK_DOWN);
	fixture_run(&f, "2300 hold m0;2400 restore m0;2500");
	assert_int_equal(f.b.member[0].link, BOND_LINK_DOWN);
	fixture_run(&f, "2500 unhold m0;2501");
	assert_int_equal(f.b.member[0].link, BOND_LINK_UP);
	assert_string_equal(fixture_heard(&f, "m0")->reason, "no monitor holds it down any more");
	assert_int_equal(f.b.member[0].link_failure_count, 1);
}

static void
updelay_runs_from_the_carrier_while_a_monitor_holds(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "1000 set updelay 500;2000 cut m0;2000 hold m0;3000 restore m0;"
			"3200 unhold m0;3201");
	assert_int_equal(f.b.member[0].link, BOND_LINK_BACK);
	assert_int_equal(f.b.member[0].link_deadline, 3500 * BOND_MSEC);
	fixture_run(&f, "4000 hold m0;5000 unhold m0;5001");
	assert_int_equal(f.b.member[0].link, BOND_LINK_UP); /* the carrier was always there */
}

static void
the_last_member_held_takes_the_carrier(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "2000 hold m0;2000 hold m1;2001");
	assert_string_equal(f.carrier, "down");
	assert_string_equal(f.active, "none");
	fixture_run(&f, "2100 unhold m1;2101");
	assert_string_equal(f.carrier, "up");
	assert_string_equal(f.active, "m1");
}

static void
two_monitors_hold_independently(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	bond_member_hold(&f.b, 0, BOND_HOLD_PROBE, true, f.now);
	fixture_check(&f);
	fixture_run(&f, "2000 hold m0;2100 unhold m0;2101");
	assert_int_equal(f.b.member[0].link, BOND_LINK_DOWN);
	bond_member_hold(&f.b, 0, BOND_HOLD_PROBE, false, f.now);
	fixture_check(&f);
	assert_int_equal(f.b.member[0].link, BOND_LINK_UP);
	assert_int_equal(f.b.member[0].link_failure_count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_monitor_takes_a_member_down_at_once_whatever_downdelay),
		cmocka_unit_test(a_monitor_ends_a_downdelay_that_runs),
		cmocka_unit_test(both_must_agree_that_it_is_up_again),
		cmocka_unit_test(updelay_runs_from_the_carrier_while_a_monitor_holds),
		cmocka_unit_test(the_last_member_held_takes_the_carrier),
		cmocka_unit_test(two_monitors_hold_independently),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
