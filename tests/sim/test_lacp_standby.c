/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_standby.c - limited aggregations between two systems: the conformance cases STB. */
#include "lacp_lab.h"

#define DUT 0 /* its System ID is the lower one: it decides */
#define T   1

static unsigned int
active(unsigned int sys)
{
	unsigned int n = 0;

	for (unsigned int p = 1; p <= LAB_PORTS; p++)
		n += lab_carries(sys, p);
	return n;
}

/* Let time pass and see that never more than so many ports are open. */
static void
go_with_at_most(unsigned int n, uint64_t msec)
{
	for (uint64_t t = 0; t < msec; t += 10) {
		lab_go(10);
		assert_in_range(active(DUT), 0, n);
	}
}

/* Four cables between two systems; the device may use some of them. */
static void
start_limited(uint8_t max)
{
	lab.sys[DUT].config.max_active_ports = max;
	lab_start(DUT, 4);
	lab_start(T, 4);
	for (unsigned int p = 1; p <= 4; p++)
		lab_plug(DUT, p, T, p);
}

static void
bring_up(void)
{
	for (unsigned int w = 0; w < 4; w++)
		lab_link(w, true);
	lab_go(5000);
}

static void
expect_active(unsigned int set)
{
	for (unsigned int p = 1; p <= 4; p++) {
		assert_int_equal(lab_carries(DUT, p), set >> p & 1);
		assert_int_equal(lab_state(DUT, p) & 0x3c, set >> p & 1 ? 0x3c : 0x04);
	}
}

#define PORT(n) (1U << (n))

static void
stb_01_max_2_of_4(void **state)
{
	LAB_UNUSED(state);
	start_limited(2);
	bring_up();
	expect_active(PORT(1) | PORT(2));
	for (unsigned int p = 3; p <= 4; p++) {
		assert_int_equal(lab_state(DUT, p), 0x05);
		assert_int_equal(lab_port(DUT, p)->rx, LACP_RX_CURRENT);
		assert_int_equal(lab_port(DUT, p)->selected, LACP_STANDBY);
	}
	lab_go(600000);
	expect_active(PORT(1) | PORT(2));
}

static void
stb_02_priority_beats_number(void **state)
{
	LAB_UNUSED(state);
	lab.sys[DUT].port[4].config.prio = 1;
	start_limited(2);
	bring_up();
	expect_active(PORT(4) | PORT(1));
}

static void
stb_03_the_other_side_decides_by_its_own_port_ids(void **state)
{
	LAB_UNUSED(state);
	lab.sys[T].config.sys_prio = 1;
	lab.sys[T].port[3].config.prio = 1;
	lab.sys[T].port[4].config.prio = 2;
	start_limited(2);
	bring_up();
	expect_active(PORT(3) | PORT(4));
}

static void
stb_04_tie_on_system_priority(void **state)
{
	LAB_UNUSED(state);
	memcpy(lab.sys[T].config.sys, "\0\0\0\0\0\x05", 6); /* the lower address */
	lab.sys[T].port[4].config.prio = 1;
	start_limited(2);
	bring_up();
	expect_active(PORT(4) | PORT(1));
}

static void
stb_05_failover(void **state)
{
	LAB_UNUSED(state);
	start_limited(2);
	bring_up();
	lab_link(0, false);
	go_with_at_most(2, 700);
	expect_active(PORT(2) | PORT(3));
}

static void
stb_06_failover_on_expiry(void **state)
{
	LAB_UNUSED(state);
	lab.sys[DUT].config.fast = true;
	start_limited(2);
	bring_up();
	lab.wire[0].mute[1] = true; /* the link stays up */
	go_with_at_most(2, 3000);
	go_with_at_most(2, 700);
	assert_false(lab_carries(DUT, 1));
	assert_true(lab_carries(DUT, 2) && lab_carries(DUT, 3));
	lab_go(10000);
	assert_int_equal(lab_port(DUT, 1)->rx, LACP_RX_DEFAULTED);
	assert_true(lab_carries(DUT, 2) && lab_carries(DUT, 3));
}

static void
stb_07_preempt_on(void **state)
{
	LAB_UNUSED(state);
	start_limited(2);
	bring_up();
	lab_link(0, false);
	lab_go(5000);
	lab_link(0, true);
	go_with_at_most(2, 5000);
	expect_active(PORT(1) | PORT(2));
	assert_int_equal(lab_state(DUT, 3), 0x05);
}

static void
stb_08_preempt_off(void **state)
{
	LAB_UNUSED(state);
	lab.sys[DUT].config.preempt = false;
	start_limited(2);
	bring_up();
	expect_active(PORT(1) | PORT(2));
	lab_link(0, false);
	lab_go(5000);
	lab_link(0, true);
	go_with_at_most(2, 60000);
	expect_active(PORT(2) | PORT(3));
	lab_link(1, false);
	go_with_at_most(2, 5000);
	expect_active(PORT(1) | PORT(3));
}

static void
stb_09_a_better_port_that_must_wait_does_not_push_yet(void **state)
{
	LAB_UNUSED(state);
	start_limited(2);
	lab_link(1, true);
	lab_link(2, true);
	lab_go(5000);
	expect_active(PORT(2) | PORT(3));
	lab_link(0, true); /* new here: two seconds to wait */
	for (int n = 0; n < 190; n++) {
		lab_go(10);
		assert_int_equal(active(DUT), 2);
	}
	go_with_at_most(2, 3000);
	expect_active(PORT(1) | PORT(2));
}

static void
stb_10_a_standby_port_dies_silently(void **state)
{
	LAB_UNUSED(state);
	lab.sys[DUT].config.fast = true;
	start_limited(2);
	bring_up();
	lab.wire[2].mute[1] = true;
	lab_go(10000);
	assert_int_equal(lab_port(DUT, 3)->rx, LACP_RX_DEFAULTED);
	assert_int_equal(lab_port(DUT, 3)->selected, LACP_UNSELECTED);
	lab_link(0, false);
	go_with_at_most(2, 700);
	assert_true(lab_carries(DUT, 2) && lab_carries(DUT, 4));
}

static void
stb_11_limit_raised(void **state)
{
	uint64_t before;

	LAB_UNUSED(state);
	start_limited(2);
	bring_up();
	before = lab.sys[DUT].port[1].n_sent;
	lab.sys[DUT].config.max_active_ports = 3;
	lab_configure(DUT);
	go_with_at_most(3, 700);
	expect_active(PORT(1) | PORT(2) | PORT(3));
	assert_int_equal(lab.sys[DUT].port[1].n_sent, before);
}

static void
stb_12_both_sides_have_limits(void **state)
{
	LAB_UNUSED(state);
	lab.sys[T].config.max_active_ports = 1;
	lab.sys[DUT].port[3].config.prio = 1;
	start_limited(2);
	bring_up();
	assert_true(lab_carries(DUT, 3)); /* first for both of them */
	assert_int_equal(active(DUT), 1);
	assert_int_equal(lab_state(DUT, 1), 0x0d); /* ours to use, but not the partner's */
}

static void
stb_13_partner_standby(void **state)
{
	LAB_UNUSED(state);
	lab.sys[T].config.max_active_ports = 2;
	start_limited(0);
	bring_up();
	for (unsigned int p = 3; p <= 4; p++) {
		assert_int_equal(lab_state(DUT, p), 0x0d);
		assert_false(lab_carries(DUT, p));
	}
	lab_go(600000);
	assert_int_equal(lab_state(DUT, 3), 0x0d);
	assert_int_equal(lab_port(DUT, 3)->rx, LACP_RX_CURRENT);
}

static unsigned int data_on[LAB_PORTS + 1];

static void
count_data(unsigned int sys, unsigned int port, const uint8_t *raw)
{
	LAB_UNUSED(raw);
	if (sys == DUT)
		data_on[port]++;
}

static void
stb_14_no_data_on_standby(void **state)
{
	uint8_t broadcast[LACP_FRAME_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	LAB_UNUSED(state);
	memset(data_on, 0, sizeof(data_on));
	lab.on_data = count_data;
	start_limited(2);
	bring_up();
	for (unsigned int p = 1; p <= 4; p++)
		lab_send(T, p, broadcast);
	lab_go(100);
	assert_true(data_on[1] == 1 && data_on[2] == 1);
	assert_true(data_on[3] == 0 && data_on[4] == 0);
	assert_false(lacp_port_distributing(lab_port(DUT, 3)));
}

static void
stb_15_with_a_slow_data_path_the_limit_holds_too(void **state)
{
	LAB_UNUSED(state);
	lab.sys[DUT].path_delay = 30;
	start_limited(2);
	bring_up();
	for (unsigned int w = 0; w < 4; w++) {
		lab_link(w, false);
		go_with_at_most(2, 3000);
		lab_link(w, true);
		go_with_at_most(2, 3000);
	}
	expect_active(PORT(1) | PORT(2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(stb_01_max_2_of_4),
		LAB_TEST(stb_02_priority_beats_number),
		LAB_TEST(stb_03_the_other_side_decides_by_its_own_port_ids),
		LAB_TEST(stb_04_tie_on_system_priority),
		LAB_TEST(stb_05_failover),
		LAB_TEST(stb_06_failover_on_expiry),
		LAB_TEST(stb_07_preempt_on),
		LAB_TEST(stb_08_preempt_off),
		LAB_TEST(stb_09_a_better_port_that_must_wait_does_not_push_yet),
		LAB_TEST(stb_10_a_standby_port_dies_silently),
		LAB_TEST(stb_11_limit_raised),
		LAB_TEST(stb_12_both_sides_have_limits),
		LAB_TEST(stb_13_partner_standby),
		LAB_TEST(stb_14_no_data_on_standby),
		LAB_TEST(stb_15_with_a_slow_data_path_the_limit_holds_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
