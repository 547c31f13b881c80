/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_marker.c - Markers are answered when what came before them has been delivered. */
#include "ad_lab.h"

#define TURNS 16 /* of every worker, to empty a queue of 1024 frames */

static void
ask(struct lab_side *s, uint8_t slot)
{
	const struct lacp_port_config c = lacp_port_config_default();
	const struct lacp_marker marker = {.type = LACP_MARKER_INFORMATION, .port = 7};
	uint8_t frame[LACP_FRAME_SIZE];

	lacp_build_marker(frame, c.protocol_da, (const uint8_t *)"\x02\0\0\0\0\x77", &marker);
	assert_int_equal(bond_lacp_input(&s->b, slot, frame, sizeof(frame), lab.now),
			 LACP_PARSE_MARKER);
	lab_settle();
}

static void
mrk_14_a_response_waits_until_every_worker_made_its_turns(void **state)
{
	unsigned int applied;
	uint64_t since;

	(void)state;
	lab_pair(2);
	lab_go(5000);
	applied = A->n_applied;
	since = lab_ms();
	ask(A, 0);
	while (A->told[0].responses == 0) {
		assert_true(lab_ms() - since < 350);
		assert_true(A->n_applied - applied <= TURNS + 1);
		lab_go(1);
	}
	assert_true(A->n_applied - applied > TURNS); /* one more: it may have been under way */
	assert_int_equal(lab_view(A)->tx & lab_view(A)->rx, 3);
	applied = A->n_applied;
	lab_go(2000);
	assert_int_equal(A->n_applied, applied); /* nothing is published for nothing */
	assert_int_equal(A->told[0].responses, 1);
	assert_int_equal(A->told[1].responses, 0);
}

static void
mrk_14_markers_that_come_meanwhile_wait_for_turns_of_their_own(void **state)
{
	unsigned int applied;

	(void)state;
	lab_pair(2);
	lab_go(5000);
	ask(A, 0);
	lab_go(10);
	applied = A->n_applied;
	ask(A, 0);
	ask(A, 0);
	ask(A, 1);
	while (A->told[0].responses == 0)
		lab_go(1);
	assert_true(A->n_applied - applied <= TURNS);
	assert_int_equal(A->told[0].responses, 1);
	while (A->told[0].responses < 3)
		lab_go(1);
	assert_true(A->n_applied - applied > TURNS);
	assert_int_equal(A->told[1].responses, 1);
}

static void
stuck_workers_delay_markers_but_not_lacp(void **state)
{
	unsigned int pdus;

	(void)state;
	lab_pair(1);
	lab_go(5000);
	pdus = A->told[0].pdus;
	lab.view_delay = 60 * BOND_SEC;
	for (unsigned int n = 0; n < 100; n++)
		ask(A, 0);
	lab_go(20000);
	assert_int_equal(A->told[0].responses, 0);
	assert_int_equal(lab_port(A, 0)->counters.marker_dropped, 100 - LACP_MARKER_QUEUE);
	assert_in_range(A->told[0].pdus - pdus, 19, 21);
	assert_int_equal(lab_port(A, 0)->mux, LACP_MUX_DISTRIBUTING);
}

static void
a_marker_dies_with_its_member(void **state)
{
	(void)state;
	lab_pair(2);
	lab_go(5000);
	ask(A, 0);
	ask(A, 1);
	lab_carrier(0, false);
	bond_member_remove(&A->b, 1, lab.now);
	lab_settle();
	lab_go(1000);
	assert_int_equal(A->told[0].responses, 0);
	assert_int_equal(A->told[1].responses, 0);
	assert_int_equal(lab_port(A, 0)->counters.marker_dropped, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(mrk_14_a_response_waits_until_every_worker_made_its_turns),
		LAB_TEST(mrk_14_markers_that_come_meanwhile_wait_for_turns_of_their_own),
		LAB_TEST(stuck_workers_delay_markers_but_not_lacp),
		LAB_TEST(a_marker_dies_with_its_member),
	};

	return cmocka_run_group_tests_name("bond_8023ad_marker", tests, NULL, NULL);
}
