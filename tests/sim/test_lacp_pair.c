/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_pair.c - two systems on wires: the conformance cases SYS-01 to 08, 15, 16, 23, MXC-05, MIN-04. */
#include "lacp_lab.h"

#define A 0
#define B 1

/* Two systems, two wires, 1 ms long. */
static void
start_pair(unsigned int wires)
{
	lab_start(A, 4);
	lab_start(B, 4);
	for (unsigned int p = 1; p <= wires; p++)
		lab_plug(A, p, B, p);
}

static void
bring_up(unsigned int wires)
{
	start_pair(wires);
	for (unsigned int w = 0; w < wires; w++)
		lab_link(w, true);
	lab_go(5000);
	for (unsigned int p = 1; p <= wires; p++)
		assert_true(lab_carries(A, p) && lab_carries(B, p));
}

static void
both_fast(void)
{
	lab.sys[A].config.fast = lab.sys[B].config.fast = true;
}

static void
sys_01_all_combinations_come_up(void **state)
{
	for (unsigned int in = 0; in < 64; in++) {
		lab_setup(state);
		lab.sys[A].config.active = in & 1;
		lab.sys[B].config.active = in & 2;
		lab.sys[A].config.fast = in & 4;
		lab.sys[B].config.fast = in & 8;
		lab.sys[A].config.coupled = in & 16;
		lab.sys[B].path_delay = in & 32 ? 20 : 0;
		start_pair(1);
		lab_link(0, true);
		lab_go(4350);
		assert_int_equal(lab_carries(A, 1) && lab_carries(B, 1), (in & 3) != 0);
		lab_go(600000);
		assert_int_equal(lab_carries(A, 1) && lab_carries(B, 1), (in & 3) != 0);
		assert_int_equal(lab_port(A, 1)->counters.expired, 0);
		assert_true((in & 3) != 0 || lab.frames_sent == 0);
	}
}

static void
detection(bool fast, uint64_t timeout)
{
	for (int n = 0; n < 20; n++) {
		uint64_t from;

		lab_setup(NULL);
		lab.random += (uint64_t)n * 7919;
		lab.sys[A].config.fast = fast;
		bring_up(1);
		lab_go(lab_random(60000));
		lab.wire[0].mute[1] = true;
		lab_go(5); /* what is under way arrives */
		from = lab.wire[0].last_pdu[1] / LACP_MSEC;
		lab_go(from + timeout - 1 - lab_ms());
		assert_true(lab_carries(A, 1));
		lab_go(1);
		assert_false(lab_carries(A, 1));
	}
}

static void
sys_02_worst_case_detection_long(void **state)
{
	LAB_UNUSED(state);
	detection(false, 90000);
}

static void
sys_03_worst_case_detection_short(void **state)
{
	LAB_UNUSED(state);
	detection(true, 3000);
}

static void
losing(unsigned int pdus)
{
	both_fast();
	bring_up(1);
	for (int n = 0; n < 20; n++) {
		lab.wire[0].drop[0] = pdus;
		lab_go(10000);
		assert_int_equal(lab.wire[0].drop[0], 0);
	}
	assert_int_equal(lab_port(B, 1)->counters.expired, 0);
	assert_true(lab_carries(A, 1) && lab_carries(B, 1));
}

static void
sys_04_one_pdu_lost(void **state)
{
	LAB_UNUSED(state);
	losing(1);
}

static void
sys_05_two_pdus_lost_at_1_s(void **state)
{
	LAB_UNUSED(state);
	losing(2); /* the third arrives at the instant of expiry, and wins */
}

static void
sys_06_unidirectional_we_hear_nothing(void **state)
{
	LAB_UNUSED(state);
	both_fast();
	bring_up(2);
	lab.wire[0].mute[1] = true;
	lab_go(3100);
	assert_false(lab_carries(A, 1));
	lab_go(3900);
	assert_false(lab_carries(B, 1));
	assert_int_equal(lab_port(B, 1)->rx, LACP_RX_CURRENT);
	assert_true(lab_carries(A, 2) && lab_carries(B, 2));
	lab_go(60000);
	assert_false(lab_carries(A, 1) || lab_carries(B, 1));
	assert_int_equal(lab_port(A, 1)->rx, LACP_RX_DEFAULTED);
	lab.wire[0].mute[1] = false;
	lab_go(35000);
	assert_true(lab_carries(A, 1) && lab_carries(B, 1));
	assert_int_equal(lab_port(A, 2)->counters.expired, 0);
}

static void
sys_07_unidirectional_they_hear_nothing(void **state)
{
	LAB_UNUSED(state);
	both_fast();
	bring_up(2);
	lab.wire[0].mute[0] = true;
	while (lab_port(B, 1)->rx == LACP_RX_CURRENT)
		lab_go(1);
	lab_go(2); /* B's first LACPDU with EXP and COL=0 */
	assert_int_equal(lab_port(A, 1)->mux, LACP_MUX_COLLECTING);
	lab_go(3100); /* B is DEFAULTED: it repeats zeroes for us */
	assert_int_equal(lab_port(A, 1)->mux, LACP_MUX_ATTACHED);
	assert_int_equal(lab_port(A, 1)->rx, LACP_RX_CURRENT);
	assert_true(lab_carries(A, 2) && lab_carries(B, 2));
}

static void
sys_08_partner_falls_back_on_a_one_way_link(void **state)
{
	LAB_UNUSED(state);
	both_fast();
	lab.sys[B].config.fallback = LACP_FALLBACK_STATIC;
	lab.sys[B].config.fallback_timeout_s = 0;
	bring_up(1);
	lab.wire[0].mute[0] = true;
	lab_go(30000);
	assert_int_equal(lab_state(B, 1), 0x7f);                 /* forwards into the hole ... */
	assert_false(lab_port(A, 1)->partner.state & LACP_SYNC); /* ... but we do not */
	assert_false(lab_carries(A, 1));
}

static void
sys_15_graceful_stop(void **state)
{
	LAB_UNUSED(state);
	bring_up(2);
	for (unsigned int p = 1; p <= 2; p++)
		lacp_port_leave(lab_port(A, p), lab.now);
	lab_drain();
	lab_go(10);
	for (unsigned int p = 1; p <= 2; p++) {
		assert_true(lacp_port_left(lab_port(A, p)));
		assert_false(lab_carries(B, p)); /* at once, not after 90 s */
	}
	assert_false(lacp_carrier(&lab.sys[B].sys));
}

static void
sys_16_a_killed_process_comes_back(void **state)
{
	LAB_UNUSED(state);
	bring_up(2);
	lab_start(A, 4); /* all forgotten, no last word */
	lab_go(4350);
	for (unsigned int p = 1; p <= 2; p++) {
		assert_true(lab_carries(A, p) && lab_carries(B, p));
		assert_int_equal(lab_port(B, p)->counters.unselected, 0);
	}
}

static void
a_wire_is_moved_to_another_port(void **state)
{
	LAB_UNUSED(state);
	bring_up(2);
	lab_replug(0, 0, A, 3); /* B's port 1 now sits on A's port 3 */
	lab_go(5000);
	assert_true(lab_carries(A, 3) && lab_carries(B, 1));
	assert_true(lab_carries(A, 2));
	assert_int_equal(lab_port(A, 1)->partner.port, 0); /* port_moved: forgotten */
	assert_ptr_equal(lab_port(A, 3)->agg, lab_port(A, 2)->agg);
}

static void
crossed_wires_are_no_matter(void **state)
{
	LAB_UNUSED(state);
	bring_up(2);
	lab_link(0, false);
	lab_link(1, false);
	lab.wire[0].end[1].port = 2;
	lab.wire[1].end[1].port = 1;
	lab_link(0, true);
	lab_link(1, true);
	lab_go(5000);
	assert_true(lab_carries(A, 1) && lab_carries(A, 2) && lab_carries(B, 1));
}

static void
sys_23_counters(void **state)
{
	uint64_t sent;

	LAB_UNUSED(state);
	both_fast();
	bring_up(2);
	lab_go(60000);
	for (unsigned int p = 1; p <= 2; p++) {
		sent = lab.sys[A].port[p].n_sent;
		assert_int_equal(lab_port(A, p)->counters.lacpdu_tx, sent);
		assert_in_range(lab_port(B, p)->counters.lacpdu_rx, sent - 1, sent);
		assert_int_equal(lab_port(B, p)->counters.lacpdu_illegal_rx, 0);
		assert_int_equal(lab_port(B, p)->counters.lacpdu_unknown_rx, 0);
	}
}

static void
mxc_05_coupled_and_independent_control(void **state)
{
	LAB_UNUSED(state);
	lab.sys[A].config.coupled = true;
	start_pair(2);
	lab_link(0, true);
	lab_link(1, true);
	lab_go(4000);
	for (unsigned int p = 1; p <= 2; p++) {
		assert_int_equal(lab_state(A, p), 0x3d);
		assert_int_equal(lab_state(B, p), 0x3d);
	}
}

static void
min_04_both_sides_want_two_links(void **state)
{
	LAB_UNUSED(state);
	lab.sys[A].config.min_links = lab.sys[B].config.min_links = 2;
	bring_up(2);
	assert_true(lacp_carrier(&lab.sys[A].sys) && lacp_carrier(&lab.sys[B].sys));
	lab_link(1, false);
	assert_false(lacp_carrier(&lab.sys[A].sys) || lacp_carrier(&lab.sys[B].sys));
	lab_link(1, true);
	lab_go(1000);
	assert_true(lacp_carrier(&lab.sys[A].sys) && lacp_carrier(&lab.sys[B].sys));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(sys_01_all_combinations_come_up),
		LAB_TEST(sys_02_worst_case_detection_long),
		LAB_TEST(sys_03_worst_case_detection_short),
		LAB_TEST(sys_04_one_pdu_lost),
		LAB_TEST(sys_05_two_pdus_lost_at_1_s),
		LAB_TEST(sys_06_unidirectional_we_hear_nothing),
		LAB_TEST(sys_07_unidirectional_they_hear_nothing),
		LAB_TEST(sys_08_partner_falls_back_on_a_one_way_link),
		LAB_TEST(sys_15_graceful_stop),
		LAB_TEST(sys_16_a_killed_process_comes_back),
		LAB_TEST(a_wire_is_moved_to_another_port),
		LAB_TEST(crossed_wires_are_no_matter),
		LAB_TEST(sys_23_counters),
		LAB_TEST(mxc_05_coupled_and_independent_control),
		LAB_TEST(min_04_both_sides_want_two_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
