/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_bfd.c - two bonds, back to back, with BFD on every cable: who carries data, and when. */
#include "bfd_ends.h"

#ifdef __SANITIZE_ADDRESS__
#define PHASES 3 /* slow; all of them run in the other builds */
#else
#define PHASES 20
#endif

static const uint32_t plain_modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP,
				       BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST};

static void
members_are_used_once_their_sessions_are_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin_both(plain_modes[i]);
		assert_int_equal(ends[0].b.member[0].link, BOND_LINK_DOWN);
		assert_false(ends[0].b.carrier);
		pass(BOND_MSEC);
		for (int n = 0; n < 2; n++) {
			assert_int_equal(state_of(n, 0), BFD_UP);
			assert_int_equal(state_of(n, 1), BFD_UP);
			assert_int_equal(ends[n].b.member[0].link, BOND_LINK_UP);
			assert_true(ends[n].b.carrier);
			assert_int_equal(ends[n].view.tx, ends[n].b.mode->standby ? 1 : 3);
			assert_true(ends[n].view.punt & BOND_PUNT_BFD);
			assert_int_equal(ends[n].b.member[0].link_failure_count, 0);
		}
	}
}

static void
without_a_neighbour_that_speaks_it_a_member_is_not_used(void **state)
{
	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	ends[0].deaf[0] = ends[0].deaf[1] = true;
	pass(60 * BOND_SEC);
	assert_false(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 0);
}

static void
it_is_when_bfd_is_not_required(void **state)
{
	struct bond_options o = options_of(0, BOND_MODE_ACTIVE_BACKUP);

	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	o.bfd.required = false;
	begin(0, &o);
	ends[0].deaf[0] = ends[0].deaf[1] = true;
	pass(60 * BOND_SEC);
	assert_true(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 1);
	/* but from its first Up on it is judged */
	ends[0].deaf[0] = ends[0].deaf[1] = false;
	pass(2 * BOND_SEC);
	assert_int_equal(state_of(0, 0), BFD_UP);
	ends[0].deaf[0] = true;
	pass(31 * BOND_MSEC);
	assert_int_equal(ends[0].view.tx, 2);
}

static void
a_silent_failure_costs_less_than_three_intervals(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int phase = 0; phase < PHASES; phase++) {
			begin_both(plain_modes[i]);
			pass(BOND_SEC + (uint64_t)phase * BOND_MSEC * 2 / 3);
			ends[1].deaf[0] = true; /* one direction only */
			pass(FLIGHT);           /* what is on its way */
			pass(30 * BOND_MSEC);
			for (int n = 0; n < 2; n++) { /* both ends have left it */
				assert_int_equal(ends[n].view.tx, 2);
				assert_int_equal(ends[n].b.member[0].link, BOND_LINK_DOWN);
				assert_int_equal(ends[n].b.member[1].link, BOND_LINK_UP);
				assert_true(ends[n].b.carrier);
			}
			pass(10 * BOND_SEC); /* and do not come back */
			assert_int_equal(ends[0].view.tx, 2);
			ends[1].deaf[0] = false;
			pass(1100 * BOND_MSEC);
			assert_int_equal(state_of(0, 0), BFD_UP);
			assert_int_equal(ends[0].b.member[0].link, BOND_LINK_UP);
			assert_int_equal(ends[1].b.member[0].link, BOND_LINK_UP);
		}
}

static void
every_change_of_state_is_told_with_its_reason_and_duration(void **state)
{
	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	pass(2 * BOND_SEC);
	ends[0].log[0] = ends[1].log[0] = '\0';
	ends[1].deaf[0] = true;
	pass(40 * BOND_MSEC);
	assert_non_null(strstr(ends[1].log, "m0 bfd up->down: detection timed out\n"));
	assert_non_null(strstr(ends[1].log, "m0 link up->down: its BFD session is not up\n"));
	assert_non_null(strstr(ends[0].log, "m0 bfd up->down: the neighbour said down\n"));
	ends[1].deaf[0] = false;
	pass(2 * BOND_SEC);
	assert_non_null(strstr(ends[1].log, "->up: the neighbour said "));
	assert_non_null(
		strstr(ends[1].log, "m0 link down->up: no monitor holds it down any more\n"));
	ends[0].log[0] = '\0';
	pass(5 * BOND_SEC - 40 * BOND_MSEC);
	bond_bfd_leave(&ends[1].b, now);
	pass(40 * BOND_MSEC);
	assert_non_null(
		strstr(ends[0].log, "m0 bfd up->down: the neighbour is administratively down\n"));
	assert_true(ends[0].lasted > 5 * BOND_SEC && ends[0].lasted < 10 * BOND_SEC);
	assert_null(strstr(ends[0].log, "link")); /* which says nothing about the cable */
	assert_true(bond_bfd_left(&ends[1].b));
}

static void
in_8023ad_only_data_stops_and_lacp_goes_on(void **state)
{
	(void)state;
	begin_both(BOND_MODE_8023AD);
	pass(10 * BOND_SEC);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(ends[n].view.tx, 3);
		assert_true(ends[n].view.punt & BOND_PUNT_SLOW &&
			    ends[n].view.punt & BOND_PUNT_BFD);
	}
	/* LACP alone would need 3 s */
	ends[1].deaf[0] = true;
	pass(31 * BOND_MSEC);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(ends[n].view.tx, 2);
		assert_int_equal(ends[n].b.member[0].link, BOND_LINK_UP);
		assert_true(lacp_port_distributing(bond_lacp_port(&ends[n].b, 0)));
		assert_true(ends[n].b.carrier);
	}
	ends[1].deaf[1] = true;
	pass(31 * BOND_MSEC);
	assert_false(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 0);
	ends[1].deaf[0] = ends[1].deaf[1] = false;
	pass(1700 * BOND_MSEC); /* the slow timer, and half a second to ease in */
	assert_int_equal(ends[0].view.tx, 3);
	assert_true(ends[0].b.carrier);
}

static void
in_8023ad_bfd_starts_before_lacp_is_done(void **state)
{
	(void)state;
	begin_both(BOND_MODE_8023AD);
	pass(BOND_MSEC);
	assert_int_equal(state_of(0, 0), BFD_UP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_used_once_their_sessions_are_up),
		cmocka_unit_test(without_a_neighbour_that_speaks_it_a_member_is_not_used),
		cmocka_unit_test(it_is_when_bfd_is_not_required),
		cmocka_unit_test(a_silent_failure_costs_less_than_three_intervals),
		cmocka_unit_test(every_change_of_state_is_told_with_its_reason_and_duration),
		cmocka_unit_test(in_8023ad_only_data_stops_and_lacp_goes_on),
		cmocka_unit_test(in_8023ad_bfd_starts_before_lacp_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
