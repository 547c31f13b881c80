/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_leave.c - who leaves tells its partner, and frames under way still come. */
#include "ad_lab.h"

#define PATHS (LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING)

static void
shutdown_tells_the_partner_of_every_member(void **state)
{
	(void)state;
	lab_pair(2);
	lab_go(5000);
	assert_int_equal(B->told[0].state & PATHS, PATHS);
	assert_false(bond_lacp_left(&A->b));
	bond_lacp_leave(&A->b, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx, 0);
	assert_int_equal(lab_view(A)->rx, 0);
	assert_false(bond_lacp_left(&A->b)); /* workers still may send */
	lab_go(2);
	assert_true(bond_lacp_left(&A->b));
	for (uint8_t slot = 0; slot < 2; slot++) {
		assert_int_equal(A->told[slot].state & (PATHS | LACP_AGGREGATION), 0);
		assert_true(bond_member_left(&A->b, slot));
	}
	lab_go(1);
	assert_int_equal(lab_view(B)->tx, 0); /* at once, not after a timeout */
	lab_go(10000);
	assert_true(A->told[0].pdu_at < 7000); /* silent since */
}

static void
one_member_leaves_politely_and_the_others_carry_on(void **state)
{
	(void)state;
	lab_pair(3);
	lab_go(5000);
	bond_member_leave(&A->b, 1, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx, 5);
	assert_false(bond_member_left(&A->b, 1));
	lab_go(3);
	assert_true(bond_member_left(&A->b, 1));
	assert_int_equal(A->told[1].state & PATHS, 0);
	assert_int_equal(lab_view(B)->tx, 5);
	bond_member_remove(&A->b, 1, lab.now);
	lab_settle();
	assert_null(bond_lacp_port(&A->b, 1));
	assert_int_equal(lab_view(A)->members, 5);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 5);
	assert_int_equal(lab_view(B)->tx, 5);
	assert_true(A->b.carrier);
}

static void
what_is_under_way_to_who_leaves_is_delivered(void **state)
{
	(void)state;
	lab_pair(3);
	lab_go(5000);
	bond_member_linger(&A->b, 1, lab.now);
	bond_member_leave(&A->b, 1, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx, 5);
	lab_go(3);
	assert_true(bond_member_left(&A->b, 1));
	assert_int_equal(A->told[1].state & PATHS, 0); /* the partner is told all the same */
	lab_go(90);
	assert_int_equal(lab_view(A)->rx, 7);
	assert_int_equal(lab_view(A)->tx, 5);
	bond_member_remove(&A->b, 1, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->rx, 5);
}

static void
a_member_without_link_has_left_at_once(void **state)
{
	(void)state;
	lab_pair(1);
	lab_go(5000);
	lab_carrier(0, false);
	lab_go(5);
	bond_member_leave(&A->b, 0, lab.now);
	lab_settle();
	assert_true(bond_member_left(&A->b, 0));
	bond_member_remove(&A->b, 0, lab.now);
	lab_settle();
	assert_false(A->b.carrier);
	assert_string_equal(lab_event(A, "carrier", "down", 0)->member, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(shutdown_tells_the_partner_of_every_member),
		LAB_TEST(one_member_leaves_politely_and_the_others_carry_on),
		LAB_TEST(what_is_under_way_to_who_leaves_is_delivered),
		LAB_TEST(a_member_without_link_has_left_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
