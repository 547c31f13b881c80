/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_ease.c - flows wait for a member that joins, unless nobody else carries them. */
#include "ad_lab.h"

#define PATIENCE 500 /* ms, as ease.c has it */

/* Two members, of which the first came back just now: told to the partner, not yet used. */
static void
pair_with_one_back(void)
{
	lab_pair(2);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 3);
	lab_carrier(0, false);
	lab_go(2000);
	assert_int_equal(lab_view(A)->tx, 2);
	lab_carrier(0, true);
	lab_until(A, 0, true, 2600);
}

static void
a_member_that_returns_is_told_at_once_and_used_later(void **state)
{
	uint64_t since;

	(void)state;
	pair_with_one_back();
	since = lab_ms();
	lab_go(10);
	assert_true(A->told[0].state & LACP_DISTRIBUTING);
	assert_int_equal(lab_view(A)->distributing, 3);
	assert_int_equal(lab_view(A)->rx, 3);
	assert_int_equal(lab_view(A)->tx, 2);
	assert_int_equal(A->b.member[0].backup, false);
	lab_go(PATIENCE - 20);
	assert_int_equal(lab_view(A)->tx, 2);
	while (lab_view(A)->tx != 3)
		lab_go(1);
	assert_in_range(lab_ms() - since, PATIENCE - 5, PATIENCE + 5);
}

static void
whoever_is_left_carries_at_once(void **state)
{
	(void)state;
	pair_with_one_back();
	lab_go(100);
	assert_int_equal(lab_view(A)->tx, 2);
	lab_carrier(1, false);
	assert_int_equal(lab_view(A)->tx, 1);
	lab_carrier(1, true);
	lab_until(A, 1, true, 2600);
	lab_go(10);
	assert_int_equal(lab_view(A)->tx, 1); /* now it is the other that has to wait */
	lab_go(PATIENCE);
	assert_int_equal(lab_view(A)->tx, 3);
}

static void
a_member_alone_does_not_wait(void **state)
{
	(void)state;
	lab_pair(1);
	lab_until(A, 0, true, 2600);
	assert_int_equal(lab_view(A)->tx, 1);
	lab_carrier(0, false);
	lab_go(3000);
	lab_carrier(0, true);
	lab_until(A, 0, true, 2600);
	assert_int_equal(lab_view(A)->tx, 1);
}

static void
a_member_that_flaps_waits_anew(void **state)
{
	(void)state;
	pair_with_one_back();
	for (int i = 0; i < 5; i++) {
		lab_go(PATIENCE - 100);
		lab_carrier(0, false);
		lab_go(10);
		lab_carrier(0, true);
		lab_until(A, 0, true, 3000);
		assert_int_equal(lab_view(A)->tx, 2);
	}
	lab_go(PATIENCE + 10);
	assert_int_equal(lab_view(A)->tx, 3);
}

/* With downdelay a member stays in the aggregate through a short loss. */
static void
a_loss_within_downdelay_is_followed_by_a_wait_too(void **state)
{
	(void)state;
	A->options.downdelay_ms = 1000;
	lab_pair(2);
	lab_go(5000);
	lab_carrier(0, false);
	lab_go(200);
	assert_int_equal(lab_view(A)->tx, 2);
	lab_carrier(0, true);
	lab_go(10);
	assert_int_equal(lab_view(A)->tx, 2);
	lab_go(PATIENCE);
	assert_int_equal(lab_view(A)->tx, 3);
}

static void
the_partners_sync_is_looked_for_but_not_for_ever(void **state)
{
	unsigned int waited = 0, late = 0;

	(void)state;
	A->options.max_active_ports = 1;
	lab_pair(2); /* A keeps one of B's ports standing by: in sync, and not answered */
	for (unsigned int ms = 0; ms < 60000; ms++) {
		lab_go(1);
		waited += ms < 8000 && bond_lacp_expects(&B->b, lab.now);
		late += ms > 30000 && bond_lacp_expects(&B->b, lab.now);
	}
	assert_int_equal(lab_port(B, 1)->mux, LACP_MUX_ATTACHED);
	assert_in_range(waited, 1000, 4200);
	assert_int_equal(late, 0);
	assert_false(bond_lacp_expects(&A->b, lab.now));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_member_that_returns_is_told_at_once_and_used_later),
		LAB_TEST(whoever_is_left_carries_at_once),
		LAB_TEST(a_member_alone_does_not_wait),
		LAB_TEST(a_member_that_flaps_waits_anew),
		LAB_TEST(a_loss_within_downdelay_is_followed_by_a_wait_too),
		LAB_TEST(the_partners_sync_is_looked_for_but_not_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
