/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_churn.c - churn detection: all inputs of next(), and the conformance cases CHN. */
#include "lacp_bench.h"

static void
next_obeys_the_diagram_under_every_input(void **state)
{
	BENCH_UNUSED(state);
	for (enum lacp_churn_state from = 0; from <= LACP_CHURN_CHURNED; from++)
		for (unsigned int in = 0; in < 8; in++) {
			const bool enabled = in & 1, sync = in & 2, due = in & 4;
			const enum lacp_churn_state to = lacp_churn_next(from, enabled, sync, due);

			if (!enabled)
				assert_int_equal(to, LACP_CHURN_MONITOR);
			else if (sync)
				assert_int_equal(to, LACP_CHURN_NONE);
			else if (from == LACP_CHURN_NONE)
				assert_int_equal(to, LACP_CHURN_MONITOR);
			else if (from == LACP_CHURN_CHURNED || due)
				assert_int_equal(to, LACP_CHURN_CHURNED);
			else
				assert_int_equal(to, LACP_CHURN_MONITOR);
		}
}

static void
chn_01_no_churn(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	assert_int_equal(ms(), 2000);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_NONE);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_MONITOR);
	hear(1, 0x0d);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_NONE);
	tester_every(1, 0x3d, 1000);
	go(200000);
	assert_int_equal(dut(1)->actor_churn.count + dut(1)->partner_churn.count, 0);
}

static void
chn_02_actor_churn(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	go(30000); /* without a link nothing is monitored */
	make_exp0(1);
	go(59999);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_MONITOR);
	go(1);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_CHURNED);
	assert_int_equal(dut(1)->actor_churn.count, 1);
	go(600000);
	assert_int_equal(dut(1)->actor_churn.count, 1);
}

static void
chn_03_partner_churn(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	tester_every(1, 0x05, 1000);
	go_to(59999);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_MONITOR);
	go(1);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_CHURNED);
	assert_int_equal(dut(1)->partner_churn.count, 1);
	assert_int_equal(dut(1)->actor_churn.count, 0);
}

static void
chn_04_recovery(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	go(70000);
	hear_first(1, 0x05);
	tester_every(1, 0x05, 1000);
	go(1999);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_CHURNED);
	go(1);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_NONE);
}

static void
chn_05_monitors_again(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	hear(1, 0x05);
	tester_every(1, 0x05, 1000);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_MONITOR);
	go_to(t + 59999);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_MONITOR);
	go(1);
	assert_int_equal(dut(1)->partner_churn.state, LACP_CHURN_CHURNED);
}

static void
chn_06_short_losses_of_sync_are_no_churn(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	for (int n = 0; n < 20; n++) {
		hear(1, 0x05);
		go(30000);
		hear(1, 0x3d);
		go(1000);
	}
	assert_int_equal(dut(1)->partner_churn.count, 0);
}

static void
chn_07_link_down(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	go(70000);
	dut_link(1, false);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_MONITOR);
	go(600000);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_MONITOR);
	dut_link(1, true);
	go(60000);
	assert_int_equal(dut(1)->actor_churn.count, 2);
}

/* The same run twice; churn is made impossible in the second by lifting its deadline. */
static size_t
run_for_two_minutes(bool churn, struct bench_frame *frames)
{
	bench_setup(NULL);
	bench_start(1);
	make_att(1);
	tester_every(1, 0x05, 1000);
	while (ms() < 120000) {
		if (!churn)
			dut(1)->partner_churn.deadline = LACP_NEVER - 1;
		go(100);
	}
	assert_int_equal(dut(1)->partner_churn.state == LACP_CHURN_CHURNED, churn);
	memcpy(frames, bench.sent, bench.n_sent * sizeof(frames[0]));
	return bench.n_sent;
}

static void
chn_08_no_side_effect(void **state)
{
	static struct bench_frame with[64], without[64];
	const size_t n = run_for_two_minutes(true, with);

	BENCH_UNUSED(state);
	assert_in_range(n, 4, 64);
	assert_int_equal(run_for_two_minutes(false, without), n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(with[i].at, without[i].at);
		assert_memory_equal(with[i].raw, without[i].raw, LACP_FRAME_SIZE);
	}
}

static void
chn_09_begin(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	go(70000);
	lacp_system_reset(&bench.sys, bench.now);
	assert_int_equal(dut(1)->actor_churn.state, LACP_CHURN_MONITOR);
	go(59999);
	assert_int_equal(dut(1)->actor_churn.count, 1);
	go(1);
	assert_int_equal(dut(1)->actor_churn.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(next_obeys_the_diagram_under_every_input),
		BENCH_TEST(chn_01_no_churn),
		BENCH_TEST(chn_02_actor_churn),
		BENCH_TEST(chn_03_partner_churn),
		BENCH_TEST(chn_04_recovery),
		BENCH_TEST(chn_05_monitors_again),
		BENCH_TEST(chn_06_short_losses_of_sync_are_no_churn),
		BENCH_TEST(chn_07_link_down),
		BENCH_TEST(chn_08_no_side_effect),
		BENCH_TEST(chn_09_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
