/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_lessons.c - what users of other LACPs complained of: flaps that leave a port out, strange LACPDUs. */
#include "lacp_lab.h"

#define A 0
#define B 1

static void
start(bool fast)
{
	lab.sys[A].config.fast = lab.sys[B].config.fast = fast;
	for (unsigned int s = A; s <= B; s++)
		lab_start(s, 4);
	for (unsigned int p = 1; p <= 2; p++)
		lab_link(lab_plug(A, p, B, p), true);
	lab_go(5000);
	assert_true(lab_carries(A, 1) && lab_carries(A, 2));
}

static void
one_link(unsigned int sys, bool up)
{
	lacp_port_link(lab_port(sys, 1), up, up ? 10000 : 0,
		       up ? LACP_DUPLEX_FULL : LACP_DUPLEX_UNKNOWN, lab.now);
	lab_drain();
}

/* Edges that only one end sees, in every order, of every length, with frames that outrun them. */
static void
flaps(bool fast)
{
	start(fast);
	for (int n = 0; n < 500; n++) {
		const unsigned int first = lab_random(2), kind = lab_random(4);

		one_link(first, false);
		lab_go(lab_random(3) * lab_random(fast ? 5000 : 100000));
		if (kind > 0)
			one_link(!first, false);
		lab_go(lab_random(200));
		one_link(kind == 1 ? !first : first, true);
		lab_go(lab_random(3) * lab_random(2000));
		one_link(A, true);
		one_link(B, true);
		/* what is in hand may be a fresh aggregate wait of 2 s on either side, one after the other */
		lab_go(fast ? 6000 : 35000);
		if (!lab_carries(A, 1) || !lab_carries(B, 1))
			fail_msg("flap %d, kind %u: still out", n, kind);
		assert_true(lab_carries(A, 2) && lab_carries(B, 2));
	}
	assert_int_equal(lab_port(A, 2)->counters.unselected, 0);
}

static void
lesson_76_no_flap_leaves_a_port_out(void **state)
{
	LAB_UNUSED(state);
	flaps(true);
}

static void
lesson_76_nor_with_the_slow_rate(void **state)
{
	LAB_UNUSED(state);
	flaps(false);
}

/* Link facts that are told again and again change nothing and send nothing. */
static void
lesson_76_facts_are_levels(void **state)
{
	uint64_t sent;

	LAB_UNUSED(state);
	start(true);
	lab_go(500);
	sent = lab.frames_sent;
	for (int n = 0; n < 1000; n++)
		one_link(n & 1, true);
	assert_int_equal(lab.frames_sent, sent);
	assert_true(lab_carries(A, 1) && lab_carries(B, 1));
}

/* The LACPDUs of another pair of systems are mirrored onto a wire, in the midst of the right ones. */
static void
lesson_17_mirrored_lacpdus_harm_nobody_else(void **state)
{
	struct lacp_pdu pdu = {
		.actor = {.sys_prio = 1,
			  .sys = {2, 0, 0, 0, 9, 9},
			  .key = 9,
			  .port_prio = 1,
			  .port = 9,
			  .state = 0x3f},
		.partner = {.sys_prio = 1,
			    .sys = {2, 0, 0, 0, 8, 8},
			    .key = 8,
			    .port_prio = 1,
			    .port = 8,
			    .state = 0x3f},
	};
	uint8_t raw[LACP_FRAME_SIZE];

	LAB_UNUSED(state);
	start(true);
	lacp_build_pdu(raw, lab_port(A, 1)->config.protocol_da,
		       (const uint8_t *)"\x02\0\0\0\x09\x01", &pdu);
	for (int n = 0; n < 600; n++) {
		lacp_input(lab_port(A, 1), raw, sizeof(raw), lab.now);
		lab_drain();
		/* never data while the last word was about somebody else's link */
		assert_false(lab_carries(A, 1));
		assert_int_equal(lab_port(A, 1)->partner.state & LACP_SYNC, 0);
		assert_true(lab_carries(A, 2) && lab_carries(B, 2));
		lab_go(100);
	}
	assert_true(lab_port(A, 1)->counters.unselected >= 50); /* it is counted */
	assert_int_equal(lab_port(A, 2)->counters.unselected, 0);
	lab_go(6000);
	assert_true(lab_carries(A, 1) && lab_carries(B, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(lesson_17_mirrored_lacpdus_harm_nobody_else),
		LAB_TEST(lesson_76_no_flap_leaves_a_port_out),
		LAB_TEST(lesson_76_nor_with_the_slow_rate),
		LAB_TEST(lesson_76_facts_are_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
