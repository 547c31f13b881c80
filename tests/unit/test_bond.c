/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond.c - a bond and its members: who may join, and what view it comes down to. */
#include <errno.h>

#include "bond_fixture.h"

static struct fixture f;

static const struct bond_member_options plain = {.prio = 0};
static const struct bond_link_fact no_carrier = {.duplex = BOND_DUPLEX_UNKNOWN};

static void
start(uint32_t mode)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	fixture_start(&f, &options);
}

static void
modes_have_the_names_and_numbers_of_linux(void **state)
{
	size_t n;
	const struct bond_mode *const *modes = bond_modes(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(bond_mode_by_name(modes[i]->name), modes[i]);
		assert_ptr_equal(bond_mode_by_number(modes[i]->number), modes[i]);
	}
	assert_int_equal(bond_mode_by_name("balance-rr")->number, 0);
	assert_int_equal(bond_mode_by_name("active-backup")->number, 1);
	assert_string_equal(bond_mode_by_name("0")->title, "load balancing (round-robin)");
	assert_string_equal(bond_mode_by_name("1")->title, "fault-tolerance (active-backup)");
	assert_null(bond_mode_by_name("balanced_rr"));
	assert_null(bond_mode_by_name("7"));
	assert_null(bond_mode_by_name("01"));
	assert_null(bond_mode_by_name(""));
	assert_null(bond_mode_by_number(7));
	assert_string_equal(bond_duplex_name(BOND_DUPLEX_HALF), "half");
	assert_string_equal(bond_duplex_name(BOND_DUPLEX_FULL), "full");
	assert_string_equal(bond_duplex_name(BOND_DUPLEX_UNKNOWN), "Unknown");
}

static void
a_bond_that_cannot_be_is_refused(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	assert_int_equal(bond_init(&f.b, "", &options, NULL, 0), -EINVAL);
	assert_int_equal(bond_init(&f.b, "a-name-too-long.", &options, NULL, 0), -EINVAL);
	options.primary_reselect = 3;
	assert_int_equal(bond_init(&f.b, "bond0", &options, NULL, 0), -EINVAL);
	options = bond_options_default();
	options.mode = 7;
	assert_int_equal(bond_init(&f.b, "bond0", &options, NULL, 0), -EINVAL);
	options.mode = BOND_MODE_BALANCE_RR;
	assert_int_equal(bond_init(&f.b, "just-15-letters", &options, NULL, 0), 0);
}

static void
a_bond_needs_no_listener(void **state)
{
	const struct bond_options options = bond_options_default();
	uint8_t slot;

	(void)state;
	assert_int_equal(bond_init(&f.b, "bond0", &options, NULL, 0), 0);
	assert_int_equal(bond_member_add(&f.b, "m0", &plain, &no_carrier, 1, &slot), 0);
	bond_member_remove(&f.b, slot, 2);
}

static void
a_member_that_cannot_be_is_refused(void **state)
{
	char name[BOND_NAME_SIZE];
	uint8_t slot = 77;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_do(&f, "attach m0");
	f.events = 0;
	assert_int_equal(bond_member_add(&f.b, "m0", &plain, &no_carrier, 0, &slot), -EEXIST);
	assert_int_equal(bond_member_add(&f.b, "", &plain, &no_carrier, 0, &slot), -EINVAL);
	assert_int_equal(bond_member_add(&f.b, "a-name-too-long.", &plain, &no_carrier, 0, &slot),
			 -EINVAL);
	assert_int_equal(f.events, 0);
	for (unsigned int i = 1; i < BOND_MAX_MEMBERS; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		fixture_attach(&f, name, 0, true);
		fixture_check(&f);
	}
	assert_int_equal(bond_member_add(&f.b, "m32", &plain, &no_carrier, 0, &slot), -ENOSPC);
	assert_int_equal(slot, 77);
	assert_int_equal(f.b.n_members, BOND_MAX_MEMBERS);
}

static void
slots_stay_and_the_order_closes_up_when_a_member_leaves(void **state)
{
	static const uint8_t order[] = {0, 2, 3, 1};

	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "0 attach a;0 attach b;0 attach c;0 attach d;1 release b;2 attach e");
	assert_int_equal(f.b.n_members, 4);
	assert_memory_equal(f.b.order, order, sizeof(order));
	assert_int_equal(bond_member_find(&f.b, "d"), 3);
	assert_int_equal(bond_member_find(&f.b, "e"), 1);
	assert_int_equal(bond_member_find(&f.b, "b"), BOND_NONE);
	assert_memory_equal(f.view.active, order, sizeof(order)); /* turns by attachment */
}

static void
round_robin_sends_on_what_is_up_and_receives_on_all(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "0 set downdelay 1000;0 attach m0;0 attach_down m1;0 attach m2;1 cut m0");
	assert_int_equal(f.view.spread, BOND_SPREAD_ROUND_ROBIN);
	assert_int_equal(f.view.members, 7);
	assert_int_equal(f.view.rx, 7);
	assert_int_equal(f.view.tx, 4); /* m0 is out at once, although downdelay runs */
	assert_int_equal(f.view.packets_per_member, 1);
	assert_int_equal(bond_speed_mbps(&f.b), 10000);
	fixture_run(&f, "2 restore m0");
	assert_int_equal(f.view.tx, 5);
	assert_int_equal(bond_speed_mbps(&f.b), 20000);
	bond_foreach_member (&f.b, slot) {
		assert_false(f.b.member[slot].backup);
		assert_false(f.b.member[slot].inactive);
	}
}

static void
packets_per_member_reaches_the_workers(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	options.packets_per_member = 0;
	fixture_start(&f, &options);
	assert_int_equal(f.view.packets_per_member, 0);
	options.packets_per_member = 100000;
	assert_int_equal(bond_set_options(&f.b, &options, 0), 0);
	assert_true(f.b.dirty);
	fixture_check(&f);
	assert_int_equal(f.view.packets_per_member, UINT16_MAX);
}

static void
active_backup_sends_and_receives_on_the_current_member(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 set downdelay 1000;0 attach m0;0 attach m1");
	assert_int_equal(f.view.spread, BOND_SPREAD_BUCKETS);
	assert_int_equal(f.view.members, 3);
	assert_int_equal(f.view.tx, 1);
	assert_int_equal(f.view.rx, 1);
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		assert_int_equal(f.view.bucket[k], 0);
	assert_true(f.b.member[1].backup && f.b.member[1].inactive);
	assert_int_equal(bond_speed_mbps(&f.b), 10000);

	fixture_run(&f, "1 cut m0"); /* keeps the role, but nothing can be sent */
	assert_int_equal(f.view.tx, 0);
	assert_int_equal(f.view.rx, 1);
	assert_int_equal(f.view.bucket[0], BOND_NONE);
	assert_int_equal(bond_speed_mbps(&f.b), 0);
	fixture_run(&f, "2000");
	assert_int_equal(f.view.tx, 2);
	assert_int_equal(f.view.rx, 2);
	assert_int_equal(f.view.bucket[255], 1);
}

static void
all_members_active_lets_backups_receive_at_once(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 attach m0;0 attach m1;0 set all_slaves_active 1");
	assert_int_equal(f.view.rx, 3);
	assert_int_equal(f.view.tx, 1);
	assert_true(f.b.member[1].backup && !f.b.member[1].inactive);
	fixture_run(&f, "1 cut m0");
	assert_int_equal(f.view.rx, 3);
	assert_int_equal(f.view.tx, 2);
	fixture_run(&f, "2 set all_slaves_active 0");
	assert_int_equal(f.view.rx, 2);
	assert_true(f.b.member[0].inactive);
}

static void
while_the_host_interface_is_down_nothing_passes_but_links_go_on(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 attach m0;0 attach m1;1 host down");
	assert_int_equal(f.view.members, 3);
	assert_int_equal(f.view.tx, 0);
	assert_int_equal(f.view.rx, 0);
	assert_true(f.b.carrier);
	fixture_run(&f, "2 cut m0");
	assert_string_equal(f.active, "m1");
	fixture_run(&f, "3 cut m1");
	assert_false(f.b.carrier);
	fixture_run(&f, "4 restore m1;5 host up");
	assert_int_equal(f.view.tx, 2);
	f.events = 0;
	fixture_run(&f, "6 host up");
	assert_int_equal(f.events, 0);
}

static void
the_successor_is_chosen_before_the_current_member_leaves(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 attach m0;0 attach m1;100");
	f.log[0] = '\0';
	fixture_run(&f, "100 release m0;200 release m1;300");
	assert_string_equal(f.log, "100 m1: making interface the new active one\n"
				   "100 m0: Releasing active interface\n"
				   "100 notify\n"
				   "200 m1: Releasing active interface\n"
				   "200 now running without any active interface!\n");
}

static void
members_join_in_words_of_linux(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 attach_down m0;1 attach m1;2 attach m2;3 release m0");
	assert_string_equal(f.log, "0 m0: Enslaving as a backup interface with a down link\n"
				   "1 m1: making interface the new active one\n"
				   "1 m1: Enslaving as an active interface with an up link\n"
				   "1 active interface up!\n"
				   "1 notify\n"
				   "2 m2: Enslaving as a backup interface with an up link\n"
				   "3 m0: Releasing backup interface\n");
	start(BOND_MODE_BALANCE_RR);
	fixture_run(&f, "0 attach_down m0;1 release m0");
	assert_string_equal(f.log, "0 m0: Enslaving as an active interface with a down link\n"
				   "1 m0: Releasing active interface\n");
}

static void
the_first_member_to_join_does_not_wait_for_updelay(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 set updelay 1000;1 attach m0;2 attach m1");
	assert_int_equal(f.b.member[0].link, BOND_LINK_UP);
	assert_int_equal(f.b.member[1].link, BOND_LINK_BACK);
	assert_int_equal(f.b.member[1].link_deadline, 1002 * BOND_MSEC);
	fixture_run(&f, "1003");
	assert_int_equal(f.b.member[1].link, BOND_LINK_UP);
}

static void
a_member_nobody_knows_cannot_send(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		assert_false(bond_member_can_tx(&f.b, slot));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_have_the_names_and_numbers_of_linux),
		cmocka_unit_test(a_bond_that_cannot_be_is_refused),
		cmocka_unit_test(a_bond_needs_no_listener),
		cmocka_unit_test(a_member_that_cannot_be_is_refused),
		cmocka_unit_test(slots_stay_and_the_order_closes_up_when_a_member_leaves),
		cmocka_unit_test(round_robin_sends_on_what_is_up_and_receives_on_all),
		cmocka_unit_test(packets_per_member_reaches_the_workers),
		cmocka_unit_test(active_backup_sends_and_receives_on_the_current_member),
		cmocka_unit_test(all_members_active_lets_backups_receive_at_once),
		cmocka_unit_test(while_the_host_interface_is_down_nothing_passes_but_links_go_on),
		cmocka_unit_test(the_successor_is_chosen_before_the_current_member_leaves),
		cmocka_unit_test(members_join_in_words_of_linux),
		cmocka_unit_test(the_first_member_to_join_does_not_wait_for_updelay),
		cmocka_unit_test(a_member_nobody_knows_cannot_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
