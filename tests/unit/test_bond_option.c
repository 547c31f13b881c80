/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_option.c - options change while the bond runs, and every change of anything is told. */
#include <errno.h>

#include "bond_fixture.h"

static struct fixture f;

static void
start(uint32_t mode)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	fixture_start(&f, &options);
}

/* The last event, as far as a test wants to know, and how many there were. */
struct last {
	char kind[16], from[64], to[64], reason[128], line[96];
	uint64_t lasted;
	enum bond_severity severity;
	unsigned int n;
};

static void
remember(void *ctx, const struct bond_event *e)
{
	struct last *last = ctx;

	snprintf(last->kind, sizeof(last->kind), "%s", e->kind);
	snprintf(last->from, sizeof(last->from), "%s", e->from);
	snprintf(last->to, sizeof(last->to), "%s", e->to);
	snprintf(last->reason, sizeof(last->reason), "%s", e->reason);
	snprintf(last->line, sizeof(last->line), "%s", e->log_line ? e->log_line : "");
	last->lasted = e->lasted;
	last->severity = e->severity;
	last->n++;
}

static void
remember_active(void *ctx, const struct bond_event *e)
{
	if (strcmp(e->kind, "active") == 0)
		remember(ctx, e);
}

static void
delays_that_run_are_shortened_but_not_prolonged(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "0 set downdelay 1000;0 attach m0;0 attach m1;100 cut m0");
	assert_int_equal(f.b.member[0].link_deadline, 1100 * BOND_MSEC);
	fixture_run(&f, "200 set downdelay 5000");
	assert_int_equal(f.b.member[0].link_deadline, 1100 * BOND_MSEC);
	fixture_run(&f, "300 set downdelay 500");
	assert_int_equal(f.b.member[0].link_deadline, 600 * BOND_MSEC);
	fixture_run(&f, "400 set downdelay 300"); /* over in this instant */
	assert_int_equal(f.b.member[0].link, BOND_LINK_DOWN);
	fixture_run(&f, "500 set updelay 1000;600 restore m0;700 set updelay 50");
	assert_int_equal(f.b.member[0].link, BOND_LINK_UP);
}

static void
a_change_of_mode_is_refused_and_repeating_options_does_nothing(void **state)
{
	struct bond_options options;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 set primary m0;0 attach m0;0 attach m1;1 activate m1;10");
	f.events = 0;
	options = f.b.options;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), 0);
	fixture_check(&f);
	assert_string_equal(f.active, "m1");
	options.updelay_ms = 5;
	options.mode = BOND_MODE_BALANCE_RR;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), -EBUSY);
	options.mode = BOND_MODE_ACTIVE_BACKUP;
	options.primary_reselect = 3;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), -EINVAL);
	assert_int_equal(f.b.options.updelay_ms, 0);
	assert_int_equal(f.events, 0);
}

static void
each_option_that_changes_is_told_by_its_linux_name(void **state)
{
	static const char *const told[][2] = {
		{"updelay=0", "updelay=5"},
		{"primary=", "primary=m9"},
		{"primary_reselect=always", "primary_reselect=better"},
		{"all_slaves_active=0", "all_slaves_active=1"},
		{"num_grat_arp=1", "num_grat_arp=2"},
		{"xmit_hash_policy=layer2", "xmit_hash_policy=vlan+srcmac"},
		{"hash_seed=0", "hash_seed=4294967295"},
		{"symmetric_hash=0", "symmetric_hash=1"},
		{"resilient_hash=1", "resilient_hash=0"},
		{"nic_hash=auto", "nic_hash=off"},
	};
	struct last last = {.n = 0};

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_do(&f, "attach m0");
	f.b.hooks = (struct bond_hooks){remember, &last};
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		char name[32], value[32];

		assert_int_equal(sscanf(told[i][1], "%31[^=]=%31s", name, value), 2);
		last.n = 0;
		fixture_set(&f, name, value);
		assert_int_equal(last.n, 1);
		assert_string_equal(last.kind, "option");
		assert_string_equal(last.from, told[i][0]);
		assert_string_equal(last.to, told[i][1]);
	}
	fixture_prio(&f, "m0", -7);
	assert_string_equal(last.from, "prio=0");
	assert_string_equal(last.to, "prio=-7");
	assert_int_equal(fixture_member(&f, "m0", 3, 0), 0);
	assert_string_equal(last.from, "queue_id=0");
	assert_string_equal(last.to, "queue_id=3");
	assert_int_equal(fixture_member(&f, "m0", 3, 255), 0);
	assert_string_equal(last.from, "weight=0");
	assert_string_equal(last.to, "weight=255");
}

static void
an_option_out_of_range_or_taken_is_refused_and_nothing_changes(void **state)
{
	struct bond_member_options member = bond_member_options_default();
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_options options;
	uint8_t slot;

	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	assert_int_equal(fixture_member(&f, "m0", 1, 0), 0);
	f.events = 0;
	options = f.b.options;
	options.xmit_hash_policy = BOND_HASH_POLICIES;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), -EINVAL);
	options = f.b.options;
	options.nic_hash = BOND_NIC_HASH_AUTO + 1;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), -EINVAL);
	assert_int_equal(fixture_member(&f, "m1", 1, 0), -EEXIST);
	assert_int_equal(fixture_member(&f, "m1", UINT16_MAX + 1, 0), -EINVAL);
	assert_int_equal(fixture_member(&f, "m1", 0, UINT8_MAX + 1), -EINVAL);
	member.queue_id = 1;
	assert_int_equal(bond_member_add(&f.b, "m2", &member, &up, f.now, &slot), -EEXIST);
	assert_int_equal(f.events, 0);
	assert_int_equal(f.b.n_members, 2);
	assert_int_equal(f.b.member[1].options.queue_id, 0);
	assert_int_equal(fixture_member(&f, "m0", 1, 7), 0); /* its own is not taken */
	assert_int_equal(fixture_member(&f, "m1", UINT16_MAX, UINT8_MAX), 0);
	fixture_check(&f);
}

static void
an_event_tells_how_long_the_old_state_had_lasted(void **state)
{
	struct last last = {.n = 0};

	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "1000 attach m0;1000 attach m1");
	f.b.hooks = (struct bond_hooks){remember, &last};
	f.now = 61000 * BOND_MSEC;
	fixture_link(&f, "m0", false);
	assert_int_equal(last.n, 1);
	assert_string_equal(last.kind, "link");
	assert_string_equal(last.from, "up");
	assert_string_equal(last.to, "down");
	assert_string_equal(last.reason, "carrier lost");
	assert_string_equal(last.line, "link status definitely down, disabling slave");
	assert_int_equal(last.severity, BOND_WARNING);
	assert_int_equal(last.lasted, 60 * BOND_SEC);
	f.now += BOND_SEC;
	fixture_link(&f, "m1", false);
	assert_string_equal(last.kind, "carrier");
	assert_string_equal(last.line, "now running without any active interface!");
	assert_int_equal(last.lasted, 61 * BOND_SEC);
	f.now += BOND_SEC;
	bond_host_admin(&f.b, false, f.now);
	assert_string_equal(last.kind, "host");
	assert_string_equal(last.to, "down");
	assert_int_equal(last.lasted, 63 * BOND_SEC);
	f.now += BOND_SEC;
	bond_host_admin(&f.b, true, f.now);
	assert_string_equal(last.to, "up");
	assert_int_equal(last.lasted, BOND_SEC);
	bond_member_remove(&f.b, 0, f.now);
	assert_string_equal(last.kind, "member");
	assert_string_equal(last.to, "removed");
	assert_int_equal(last.lasted, 63 * BOND_SEC);
}

static void
a_change_of_the_current_member_tells_who_was_it_how_long_and_why(void **state)
{
	struct last last = {.n = 0};

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "1000 attach m0;1000 attach m1;2000 activate m1");
	f.b.hooks = (struct bond_hooks){remember_active, &last};
	f.now = 5000 * BOND_MSEC;
	fixture_link(&f, "m1", false);
	assert_int_equal(last.n, 1);
	assert_string_equal(last.from, "m1");
	assert_string_equal(last.to, "m0");
	assert_string_equal(last.reason, "the current member lost its link");
	assert_int_equal(last.lasted, 3 * BOND_SEC);
	assert_int_equal(last.severity, BOND_NOTICE);
	f.now += BOND_SEC;
	fixture_link(&f, "m0", false);
	assert_string_equal(last.to, "none");
	assert_string_equal(last.line, "");
	assert_int_equal(last.lasted, BOND_SEC);
	assert_int_equal(last.severity, BOND_WARNING);
}

static void
a_link_tells_why_it_is_up(void **state)
{
	static const struct {
		const char *script, *reason;
	} rows[] = {
		{"1000 cut m0;1100 restore m0", "carrier came back within downdelay"},
		{"1000 cut m0;2000 restore m0;3000", "carrier held for the whole of updelay"},
		{"1000 cut m0 m1;2000 restore m0",
		 "updelay cut short: no other member can carry traffic"},
		{"1000 cut m0;2000 restore m0;2100 cut m1",
		 "updelay cut short: no other member can carry traffic"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(BOND_MODE_BALANCE_RR);
		fixture_run(&f, "0 set updelay 500;0 set downdelay 500;0 attach m0;0 attach m1");
		fixture_run(&f, rows[i].script);
		assert_string_equal(fixture_heard(&f, "m0")->link, "up");
		assert_string_equal(fixture_heard(&f, "m0")->reason, rows[i].reason);
	}
}

static void
a_new_speed_is_told_while_there_is_carrier(void **state)
{
	const struct bond_link_fact slow = {true, 1000, BOND_DUPLEX_HALF};
	const struct bond_link_fact gone = {false, 0, BOND_DUPLEX_UNKNOWN};
	struct last last = {.n = 0};

	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	f.b.hooks = (struct bond_hooks){remember, &last};
	bond_member_link(&f.b, 0, &slow, f.now);
	bond_member_link(&f.b, 0, &slow, f.now);
	assert_int_equal(last.n, 1);
	assert_string_equal(last.kind, "speed");
	assert_string_equal(last.from, "10000 Mbps full duplex");
	assert_string_equal(last.to, "1000 Mbps half duplex");
	assert_int_equal(bond_speed_mbps(&f.b), 11000);
	bond_member_link(&f.b, 0, &gone, f.now);
	assert_int_equal(last.n, 2);
	bond_member_link(&f.b, 0, &slow, f.now);
	assert_int_equal(last.n, 3);
	assert_string_equal(last.line, "link status definitely up, 1000 Mbps half duplex");
}

static void
failures_are_counted_up_to_the_end_and_no_further(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_attach(&f, "m0", 0, true);
	f.b.member[0].link_failure_count = UINT32_MAX - 1;
	for (int i = 0; i < 3; i++) {
		fixture_link(&f, "m0", false);
		assert_int_equal(f.b.member[0].link_failure_count, UINT32_MAX);
		fixture_link(&f, "m0", true);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays_that_run_are_shortened_but_not_prolonged),
		cmocka_unit_test(a_change_of_mode_is_refused_and_repeating_options_does_nothing),
		cmocka_unit_test(each_option_that_changes_is_told_by_its_linux_name),
		cmocka_unit_test(an_option_out_of_range_or_taken_is_refused_and_nothing_changes),
		cmocka_unit_test(an_event_tells_how_long_the_old_state_had_lasted),
		cmocka_unit_test(a_change_of_the_current_member_tells_who_was_it_how_long_and_why),
		cmocka_unit_test(a_link_tells_why_it_is_up),
		cmocka_unit_test(a_new_speed_is_told_while_there_is_carrier),
		cmocka_unit_test(failures_are_counted_up_to_the_end_and_no_further),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
