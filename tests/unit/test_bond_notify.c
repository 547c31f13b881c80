/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_notify.c - peers are told of a new current member: how often, when, and when not. */
#include "bond_fixture.h"

static struct fixture f;

/* active-backup, m0 current since 0 with its notifications sent, m1 ready; the clock is at 9 s */
static void
start(uint32_t rounds, uint32_t delay_ms, uint32_t miimon_ms)
{
	struct bond_options options = bond_options_default();

	options.mode = BOND_MODE_ACTIVE_BACKUP;
	options.num_peer_notif = rounds;
	options.peer_notif_delay_ms = delay_ms;
	options.miimon_ms = miimon_ms;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;9000");
	f.notifications = 0;
	f.log[0] = '\0';
}

/* The times of all notifications so far, in ms. */
static void
assert_notified(const char *times)
{
	char seen[256] = "", *save;

	for (char *line = strtok_r(f.log, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strstr(line, " notify"))
			snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%llu",
				 seen[0] ? " " : "", strtoull(line, NULL, 10));
	assert_string_equal(seen, times);
	assert_int_equal(f.b.notify_left, 0);
	assert_true(bond_deadline(&f.b) == BOND_NEVER);
}

static void
the_first_selection_is_announced(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	options.mode = BOND_MODE_ACTIVE_BACKUP;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach_down m0;500 restore m0;1000");
	assert_notified("500");
}

static void
a_failover_is_announced_num_grat_arp_times(void **state)
{
	(void)state;
	start(1, 0, 100);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("10000");
	start(3, 0, 100);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("10000 10100 10200");
	start(0, 0, 100);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("");
}

static void
rounds_are_apart_by_the_longer_of_delay_and_miimon(void **state)
{
	(void)state;
	start(3, 250, 100);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("10000 10250 10500");
	start(3, 50, 100);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("10000 10100 10200");
	start(3, 0, 0);
	fixture_run(&f, "10000 cut m0;20000");
	assert_notified("10000 10001 10002");
}

static void
a_manual_change_is_announced(void **state)
{
	(void)state;
	start(2, 0, 100);
	fixture_run(&f, "10000 activate m1;11000 activate m1;20000");
	assert_notified("10000 10100");
}

static void
a_new_failover_begins_anew(void **state)
{
	(void)state;
	start(3, 0, 100);
	fixture_run(&f, "10000 cut m0;10000 restore m0;10150 cut m1;20000");
	assert_notified("10000 10100 10150 10250 10350");
}

static void
a_round_that_cannot_be_sent_waits_for_the_link(void **state)
{
	(void)state;
	start(3, 0, 100);
	fixture_run(&f, "9000 set downdelay 1000;10000 activate m1;"
			"10050 cut m1;10900 restore m1;20000");
	assert_notified("10000 10900 11000");
	assert_int_equal(f.notifications, 3);
}

static void
after_an_outage_nothing_is_lost(void **state)
{
	(void)state;
	start(2, 0, 100);
	fixture_run(&f, "10000 cut m0 m1;12000 restore m0;20000");
	/* 10000: m1 had the role for an instant, but could not send any more when asked */
	assert_notified("12000 12100");
}

static void
setting_the_host_interface_down_forgets_them(void **state)
{
	(void)state;
	start(5, 0, 100);
	fixture_run(&f, "10000 cut m0;10150 host down;11000 host up;20000");
	assert_notified("10000 10100");
}

static void
a_change_while_the_host_interface_is_down_is_not_announced(void **state)
{
	(void)state;
	start(5, 0, 100);
	fixture_run(&f, "9500 host down;10000 cut m0;11000 host up;20000");
	assert_notified("");
}

static void
fewer_may_be_asked_for_on_the_way(void **state)
{
	(void)state;
	start(5, 0, 100);
	fixture_run(&f, "10000 cut m0;10050 set num_grat_arp 1;20000");
	assert_notified("10000 10100");
}

static void
round_robin_announces_nothing(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;1000 cut m0;2000 restore m0;3000");
	assert_notified("");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_selection_is_announced),
		cmocka_unit_test(a_failover_is_announced_num_grat_arp_times),
		cmocka_unit_test(rounds_are_apart_by_the_longer_of_delay_and_miimon),
		cmocka_unit_test(a_manual_change_is_announced),
		cmocka_unit_test(a_new_failover_begins_anew),
		cmocka_unit_test(a_round_that_cannot_be_sent_waits_for_the_link),
		cmocka_unit_test(after_an_outage_nothing_is_lost),
		cmocka_unit_test(setting_the_host_interface_down_forgets_them),
		cmocka_unit_test(a_change_while_the_host_interface_is_down_is_not_announced),
		cmocka_unit_test(fewer_may_be_asked_for_on_the_way),
		cmocka_unit_test(round_robin_announces_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
