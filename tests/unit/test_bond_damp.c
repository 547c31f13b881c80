/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_damp.c - flapping members are left alone for longer and longer, unless they are needed. */
#include <errno.h>

#include "bond_fixture.h"

#ifdef __SANITIZE_ADDRESS__
#define FLAPS_MS 6000 /* slow; the whole minute runs in the other builds */
#else
#define FLAPS_MS 60000
#endif

static struct fixture f;

static void
start(uint32_t mode, uint32_t hold_ms)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	options.num_peer_notif = 0;
	options.flap = (struct damp_options){
		.hold_ms = hold_ms, .hold_max_ms = 8000, .count = 2, .window_ms = 10000};
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;1000");
	f.log[0] = '\0';
}

/* The link of m0, which flaps. */
static enum bond_link
link0(void)
{
	return f.b.member[0].link;
}

static void
the_second_failure_within_the_window_holds(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR, 1000);
	fixture_run(&f, "2000 cut m0;2100 restore m0;2101");
	assert_int_equal(link0(), BOND_LINK_UP);
	fixture_run(&f, "2200 cut m0;2300 restore m0;3199");
	assert_int_equal(link0(), BOND_LINK_DOWN);
	fixture_run(&f, "3300");
	assert_string_equal(
		f.log,
		"2000 m0: link status definitely down, disabling slave\n"
		"2100 m0: link status definitely up, 10000 Mbps full duplex\n"
		"2200 m0: link status definitely down, disabling slave\n"
		"2200 m0: flap damping begins: 2 failures within 10000 ms, down for 1000 ms\n"
		"3200 m0: flap damping ends: it has been quiet long enough\n"
		"3200 m0: link status definitely up, 10000 Mbps full duplex\n");
	assert_string_equal(fixture_heard(&f, "m0")->reason, "no monitor holds it down any more");
	fixture_run(&f, "4000 cut m0;4001 restore m0;5999");
	assert_int_equal(link0(), BOND_LINK_DOWN); /* twice as long */
	fixture_run(&f, "6001");
	assert_int_equal(link0(), BOND_LINK_UP);
	assert_int_equal(f.b.member[0].damp.holds, 2);
	assert_int_equal(f.b.member[1].damp.failures, 0);
}

static void
it_must_be_quiet_for_the_whole_hold(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR, 1000);
	fixture_run(&f, "2000 cut m0;2001 restore m0;2002 cut m0;2003 restore m0;"
			"2900 cut m0;2901 restore m0;3899");
	assert_int_equal(link0(), BOND_LINK_DOWN);
	fixture_run(&f, "3901");
	assert_int_equal(link0(), BOND_LINK_UP);
}

static void
off_by_default(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1");
	for (int i = 1; i < 100; i++) {
		char script[64];

		snprintf(script, sizeof(script), "%d cut m0;%d restore m0", i * 10, i * 10 + 5);
		fixture_run(&f, script);
		assert_int_equal(link0(), BOND_LINK_UP);
		f.log[0] = '\0';
	}
}

static void
a_damped_member_is_used_at_once_when_no_other_can_be(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP,
					 BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		start(modes[i], 1000);
		fixture_run(&f, "2000 cut m0;2001 restore m0;2002 cut m0;2003 restore m0;2100");
		assert_int_equal(link0(), BOND_LINK_DOWN);
		fixture_run(&f, "2200 cut m1;2201");
		assert_int_equal(link0(), BOND_LINK_UP);
		assert_true(bond_member_can_tx(&f.b, 0));
		assert_string_equal(f.carrier, "up");
		assert_non_null(strstr(f.log,
				       "2200 m0: flap damping ends: no other member can carry "
				       "traffic\n"));
		/* and stays in use when the other one is back */
		fixture_run(&f, "2300 restore m1;2301");
		assert_int_equal(link0(), BOND_LINK_UP);
		/* alone, it comes back each time with its carrier */
		fixture_run(&f, "2400 cut m1;2500 cut m0;2600 restore m0;2601");
		assert_int_equal(link0(), BOND_LINK_UP);
	}
}

static void
in_active_backup_nobody_is_without_a_current_member_meanwhile(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 1000);
	fixture_run(&f, "2000 cut m0;2001 restore m0;2002 cut m0;2003 restore m0;2100 activate m1;"
			"2101");
	f.log[0] = '\0';
	fixture_run(&f, "2200 cut m1;2201");
	assert_string_equal(f.log, "2200 m1: link status definitely down, disabling slave\n"
				   "2200 m0: flap damping ends: no other member can carry traffic\n"
				   "2200 m0: link status definitely up, 10000 Mbps full duplex\n"
				   "2200 m0: making interface the new active one\n");
}

static void
a_member_going_back_is_taken_before_a_damped_one(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 100000);
	fixture_run(&f,
		    "1000 attach m2;1000 set updelay 500;2000 cut m2;3000 cut m0;3001 restore m0;"
		    "3600 cut m0;3601 restore m0;5000 restore m2;5100 cut m1;5101");
	assert_string_equal(f.active, "m2");
	assert_int_equal(link0(), BOND_LINK_DOWN);
}

static void
a_thousand_flaps_a_second_for_a_minute_are_few_events(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP};
	static const uint32_t delays[][2] = {{0, 0}, {0, 50}, {50, 0}};

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct bond_options o;
		unsigned int events;

		start(modes[i / 3], 1000);
		o = f.b.options;
		o.updelay_ms = delays[i % 3][0];
		o.downdelay_ms = delays[i % 3][1];
		assert_int_equal(bond_set_options(&f.b, &o, f.now), 0);
		fixture_check(&f);
		events = f.events;
		for (uint64_t ms = 2000; ms < 2000 + FLAPS_MS; ms++) {
			fixture_advance(&f, ms * BOND_MSEC);
			fixture_link(&f, "m0", false);
			fixture_check(&f);
			fixture_advance(&f, ms * BOND_MSEC + BOND_MSEC / 2);
			fixture_link(&f, "m0", true);
			fixture_check(&f);
			/* the other one does not notice */
			assert_int_equal(f.b.member[1].link, BOND_LINK_UP);
			assert_int_equal(f.b.member[1].link_failure_count, 0);
			assert_true(f.b.carrier);
			if (ms > 2010) {
				assert_int_equal(link0(), BOND_LINK_DOWN);
				assert_int_equal(f.view.tx, 2);
			}
		}
		assert_true(f.events - events <= 20);
		assert_int_equal(f.b.member[0].damp.holds, 1);
		fixture_advance(&f, 64000 * BOND_MSEC);
		assert_int_equal(link0(), BOND_LINK_UP);
	}
}

static void
turning_it_off_lets_everyone_go(void **state)
{
	struct bond_options o;

	(void)state;
	start(BOND_MODE_BALANCE_RR, 100000);
	fixture_run(&f, "2000 cut m0;2001 restore m0;2002 cut m0;2003 restore m0;2100");
	assert_int_equal(link0(), BOND_LINK_DOWN);
	o = f.b.options;
	o.flap.hold_ms = 0;
	assert_int_equal(bond_set_options(&f.b, &o, f.now), 0);
	fixture_check(&f);
	assert_int_equal(link0(), BOND_LINK_UP);
	assert_int_equal(bond_deadline(&f.b), BOND_NEVER);
	o.flap.count = 17;
	assert_int_equal(bond_set_options(&f.b, &o, f.now), -EINVAL);
}

static void
failures_that_a_monitor_finds_count_as_well(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR, 1000);
	fixture_run(&f, "2000 hold m0;2100 unhold m0;2200 hold m0;2300 unhold m0;2301");
	assert_int_equal(link0(), BOND_LINK_DOWN);
	assert_true(f.b.member[0].damp.held);
	fixture_run(&f, "3300");
	assert_int_equal(link0(), BOND_LINK_UP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_failure_within_the_window_holds),
		cmocka_unit_test(it_must_be_quiet_for_the_whole_hold),
		cmocka_unit_test(off_by_default),
		cmocka_unit_test(a_damped_member_is_used_at_once_when_no_other_can_be),
		cmocka_unit_test(in_active_backup_nobody_is_without_a_current_member_meanwhile),
		cmocka_unit_test(a_member_going_back_is_taken_before_a_damped_one),
		cmocka_unit_test(a_thousand_flaps_a_second_for_a_minute_are_few_events),
		cmocka_unit_test(turning_it_off_lets_everyone_go),
		cmocka_unit_test(failures_that_a_monitor_finds_count_as_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
