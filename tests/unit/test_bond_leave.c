/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_leave.c - who leaves sends no more, but hears what is under way to it. */
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

static struct bond_view
view(void)
{
	static struct bond_view empty, v;

	bond_view_clear(&empty);
	bond_elect(&f.b, &empty, &v);
	return v;
}

static void
the_current_member_hands_over_and_still_hears(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	assert_int_equal(view().rx, 1);
	bond_member_linger(&f.b, 0, f.now);
	assert_string_equal(f.active, "m1");
	assert_int_equal(view().tx, 2);
	assert_int_equal(view().rx, 3);
	assert_true(f.b.carrier);
	assert_int_equal(f.b.member[0].link_failure_count, 0);
	/* its link flaps meanwhile: it is not chosen again */
	fixture_run(&f, "2000 cut m0;2100 restore m0;3000");
	assert_string_equal(f.active, "m1");
	bond_member_remove(&f.b, 0, f.now);
	assert_int_equal(view().rx, 2);
}

static void
a_backup_that_leaves_goes_on_to_be_deaf(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	bond_member_linger(&f.b, 1, f.now);
	assert_string_equal(f.active, "m0");
	assert_int_equal(view().rx, 1);
	fixture_run(&f, "2000 cut m0;2100");
	assert_string_equal(f.active, "none"); /* nor is it taken in need */
}

static void
where_all_send_the_others_go_on(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_BALANCE_XOR,
					 BOND_MODE_BROADCAST};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		start(modes[i]);
		assert_int_equal(view().tx, 3);
		bond_member_linger(&f.b, 0, f.now);
		assert_int_equal(view().tx, 2);
		assert_int_equal(view().rx, 3);
		bond_member_remove(&f.b, 0, f.now);
		assert_int_equal(view().members, 2);
	}
}

static void
the_last_one_may_leave(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	bond_member_linger(&f.b, 0, f.now);
	bond_member_remove(&f.b, 0, f.now);
	bond_member_linger(&f.b, 1, f.now);
	assert_string_equal(f.active, "none");
	assert_int_equal(view().tx, 0);
	bond_member_remove(&f.b, 1, f.now);
	assert_int_equal(view().members, 0);
	assert_false(f.b.carrier);
}

/* m0 up, m1 and then m2 going back for 5 s. */
static void
start_with_delay(uint32_t mode)
{
	struct bond_options options;

	start(mode);
	options = f.b.options;
	options.updelay_ms = 5000;
	assert_int_equal(bond_set_options(&f.b, &options, f.now), 0);
	fixture_run(&f,
		    "2000 attach m2;8000 cut m1;8000 cut m2;9000 restore m1;9500 restore m2;10000");
	assert_int_equal(f.b.member[1].link, BOND_LINK_BACK);
	assert_int_equal(f.b.member[2].link, BOND_LINK_BACK);
}

static void
who_leaves_is_not_the_next_to_come_back(void **state)
{
	(void)state;
	start_with_delay(BOND_MODE_ACTIVE_BACKUP);
	bond_member_linger(&f.b, 1, f.now);
	fixture_run(&f, "10100 cut m0;10200");
	assert_string_equal(f.active, "m2");
	assert_int_equal(f.b.member[1].link, BOND_LINK_BACK);

	start_with_delay(BOND_MODE_BALANCE_XOR);
	bond_member_linger(&f.b, 1, f.now);
	fixture_run(&f, "10100 cut m0;10200");
	assert_int_equal(view().tx, 4);
	assert_int_equal(f.b.member[1].link, BOND_LINK_BACK);
}

/* m1 and then m2 are held for their flaps. */
static void
who_leaves_is_not_let_go_of_its_hold(void **state)
{
	struct bond_options options;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	options = f.b.options;
	options.flap = (struct damp_options){
		.hold_ms = 5000, .hold_max_ms = 5000, .count = 1, .window_ms = 10000};
	assert_int_equal(bond_set_options(&f.b, &options, f.now), 0);
	fixture_run(&f,
		    "2000 attach m2;3000 cut m1;3500 restore m1;4000 cut m2;4500 restore m2;5000");
	assert_true(f.b.member[1].damp.held && f.b.member[2].damp.held);
	bond_member_linger(&f.b, 1, f.now);
	fixture_run(&f, "5100 cut m0;5200");
	assert_string_equal(f.active, "m2");
	assert_true(f.b.member[1].damp.held);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_current_member_hands_over_and_still_hears),
		cmocka_unit_test(a_backup_that_leaves_goes_on_to_be_deaf),
		cmocka_unit_test(where_all_send_the_others_go_on),
		cmocka_unit_test(the_last_one_may_leave),
		cmocka_unit_test(who_leaves_is_not_the_next_to_come_back),
		cmocka_unit_test(who_leaves_is_not_let_go_of_its_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
