/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_choice.c - two switches, two aggregators, two wires for one flow: cases SYS-11 to 13, GEN-08. */
#include "lacp_lab.h"

#define A 0
#define B 1
#define C 2

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

/* A is cabled to two switches. */
static void
start_dual_homed(void)
{
	lab_start(A, 2);
	lab_start(B, 2);
	lab_start(C, 2);
	lab_plug(A, 1, B, 1);
	lab_plug(A, 2, C, 1);
	lab_link(0, true);
	lab_link(1, true);
	lab_go(5000);
}

static void
sys_11_dual_homed_without_mlag(void **state)
{
	LAB_UNUSED(state);
	start_dual_homed();
	assert_int_equal(lab_carries(A, 1) + lab_carries(A, 2), 1);
	assert_true(lab_carries(A, 1));
	assert_false(lab_carries(C, 1)); /* it sees SYNC=0 and sends nothing */
	lab_link(0, false);
	lab_go(700);
	assert_true(lab_carries(A, 2) && lab_carries(C, 1));
	lab_link(0, true);
	lab_go(60000);
	assert_true(lab_carries(A, 2));
	assert_false(lab_carries(A, 1));
}

/* B and C pretend to be one system. */
static void
make_mlag(void)
{
	memcpy(lab.sys[C].config.sys, lab.sys[B].config.sys, 6);
	lab.sys[C].port[1].config.key = lab.sys[B].port[1].config.key;
}

static void
sys_12_dual_homed_with_mlag(void **state)
{
	LAB_UNUSED(state);
	make_mlag();
	start_dual_homed();
	assert_true(lab_carries(A, 1) && lab_carries(A, 2));
	assert_true(lab_carries(B, 1) && lab_carries(C, 1));
}

static void
sys_13_mlag_split_brain(void **state)
{
	LAB_UNUSED(state);
	make_mlag();
	start_dual_homed();
	lab.sys[C].config.sys[5] = 0x77;
	lab_configure(C);
	for (int n = 0; n < 1000; n++) {
		lab_go(10);
		assert_true(lab_carries(A, 1));
	}
	assert_false(lab_carries(A, 2));
	assert_int_equal(lab_state(A, 2), 0x05);
}

static void
two_aggregators_between_two_systems_agree_on_one(void **state)
{
	for (unsigned int n = 0; n < 50; n++) {
		lab_setup(state);
		lab.random += (uint64_t)n * 104729;
		lab.sys[A].port[2].config.key = 0x11;
		lab.sys[B].port[2].config.key = 0x22;
		lab.sys[B].port[2].config.prio = 1; /* B would prefer the second, A the first */
		start_pair(2);
		lab_link(n & 1, true);
		lab_go(lab_random(3000));
		lab_link(!(n & 1), true);
		lab_go(15000);
		assert_int_equal(lab_carries(A, 1) + lab_carries(A, 2), 1);
		assert_int_equal(lab_carries(A, 1), lab_carries(B, 1));
		assert_int_equal(lab_carries(A, 2), lab_carries(B, 2));
	}
}

/* ---- GEN-08: a flow moves between a slow and a fast wire and keeps its order ---- */

static uint32_t expected;
static unsigned int flow_on, released;
static uint32_t awaited;

static void
receive(unsigned int sys, unsigned int port, const uint8_t *raw)
{
	uint32_t n;

	LAB_UNUSED(port);
	assert_int_equal(sys, B);
	memcpy(&n, raw + 14, sizeof(n));
	assert_int_equal(n, expected);
	expected++;
}

static void
answered_marker(unsigned int sys, unsigned int port, uint32_t transaction, bool answered)
{
	assert_int_equal(sys, A);
	assert_int_equal(port, flow_on);
	assert_int_equal(transaction, awaited);
	assert_true(answered);
	released++;
}

static void
send_data(uint32_t n)
{
	uint8_t raw[LACP_FRAME_SIZE] = {2, 0, 0, 0, 0, 9};

	memcpy(raw + 14, &n, sizeof(n));
	lab_send(A, flow_on, raw);
}

static void
gen_08_flow_order_end_to_end(void **state)
{
	uint32_t sent = 0;

	LAB_UNUSED(state);
	bring_up(2);
	lab.wire[0].delay = 40;
	lab.wire[1].delay = 1;
	lab.on_data = receive;
	lab.on_marker = answered_marker;
	expected = released = 0;
	flow_on = 1;
	for (unsigned int move = 0; move < 100; move++) {
		uint8_t raw[LACP_FRAME_SIZE];

		for (int n = 0; n < 50; n++) {
			send_data(sent++);
			if (n % 5 == 0)
				lab_go(1);
		}
		assert_true(lacp_marker_send(lab_port(A, flow_on), raw, 100 * LACP_MSEC, lab.now,
					     &awaited) > 0);
		lab_send(A, flow_on, raw);
		while (released <= move)
			lab_go(1);
		flow_on = 3 - flow_on;
		lab_go(400);
	}
	lab_go(100);
	assert_int_equal(expected, 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(sys_11_dual_homed_without_mlag),
		LAB_TEST(sys_12_dual_homed_with_mlag),
		LAB_TEST(sys_13_mlag_split_brain),
		LAB_TEST(two_aggregators_between_two_systems_agree_on_one),
		LAB_TEST(gen_08_flow_order_end_to_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
