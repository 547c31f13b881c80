/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_fallback.c - silent partners and carrier: the conformance cases IND and MIN. */
#include "lacp_bench.h"

/* The only port that is open, 0: none. Fails when there are two. */
static unsigned int
the_open_port(void)
{
	unsigned int open = 0;

	for (unsigned int d = 1; d <= BENCH_PORTS; d++)
		if (bench.port[d].rx_open || bench.port[d].tx_open) {
			assert_int_equal(open, 0);
			open = d;
		}
	return open;
}

/* Let time pass in small steps, so that no moment with two open ports is missed. */
static void
watch(uint64_t msec)
{
	for (const uint64_t end = ms() + msec; ms() < end;) {
		go(50);
		the_open_port();
	}
}

static void
start_silent(unsigned int n, enum lacp_fallback fallback)
{
	bench.config.fallback = fallback;
	bench.config.fallback_timeout_s = 10;
	bench_start(n);
	for (unsigned int d = 1; d <= n; d++)
		dut_link(d, true);
}

static void
ind_01_strict_default(void **state)
{
	BENCH_UNUSED(state);
	start_silent(2, LACP_FALLBACK_OFF);
	go(300000);
	assert_int_equal(the_open_port(), 0);
	assert_false(lacp_carrier(&bench.sys));
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_NO_PARTNER);
	assert_int_equal(entered(1, LACP_MACHINE_SELECTED, "STANDBY", 0), 0);
}

static void
ind_02_individual_policy(void **state)
{
	BENCH_UNUSED(state);
	bench.config.select_defaulted = true;
	bench.port[1].config.partner_admin.state = LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING;
	bench_start(1);
	make_exp0(1);
	go(4999);
	assert_int_equal(the_open_port(), 0);
	go(1);
	assert_int_equal(the_open_port(), 1);
	assert_last(1, 0x7d);
	assert_true(lacp_carrier(&bench.sys));
}

static void
ind_03_individual_policy_on_two_ports_opens_one(void **state)
{
	BENCH_UNUSED(state);
	bench.config.select_defaulted = true;
	for (unsigned int d = 1; d <= 2; d++)
		bench.port[d].config.partner_admin.state =
			LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING;
	bench_start(2);
	dut_link(2, true);
	dut_link(1, true);
	watch(60000);
	assert_int_equal(the_open_port(), 1);
	assert_state(2, 0x45);
}

static void
ind_04_fallback_delay(void **state)
{
	for (enum lacp_fallback f = LACP_FALLBACK_STATIC; f <= LACP_FALLBACK_INDIVIDUAL; f++) {
		bench_setup(state);
		start_silent(4, f);
		go(9999);
		assert_int_equal(the_open_port(), 0);
		assert_int_equal(lacp_why(dut(1)), LACP_WHY_NO_PARTNER);
		go(1);
		assert_int_equal(the_open_port(), 1);
		assert_last(1, 0x7d);
		watch(60000);
		assert_int_equal(the_open_port(), 1);
		assert_state(2, 0x45);
		assert_int_equal(lacp_why(dut(2)), LACP_WHY_INDIVIDUAL);
	}
}

static void
ind_05_fallback_port_choice(void **state)
{
	BENCH_UNUSED(state);
	bench.port[3].config.prio = 1;
	start_silent(4, LACP_FALLBACK_STATIC);
	watch(11000);
	assert_int_equal(the_open_port(), 3);
}

static void
ind_06_static_returns_to_the_best_port_and_individual_stays(void **state)
{
	for (enum lacp_fallback f = LACP_FALLBACK_STATIC; f <= LACP_FALLBACK_INDIVIDUAL; f++) {
		bench_setup(state);
		start_silent(2, f);
		watch(20000);
		dut_link(1, false);
		watch(100);
		assert_int_equal(the_open_port(), 2); /* at once: it had waited */
		watch(10000);
		dut_link(1, true);
		watch(10000);
		assert_int_equal(the_open_port(), f == LACP_FALLBACK_STATIC ? 1 : 2);
	}
}

static void
ind_07_cancelled_by_a_pdu_on_the_same_port(void **state)
{
	BENCH_UNUSED(state);
	start_silent(4, LACP_FALLBACK_STATIC);
	watch(12000);
	hear_first(1, 0x05);
	assert_int_equal(the_open_port(), 0);
	assert_last(1, 0x05);
	tester_every(1, 0x3d, 500);
	go(1999);
	assert_int_equal(the_open_port(), 0);
	go(1);
	assert_last(1, 0x3d);
}

static void
ind_08_cancelled_by_a_pdu_on_another_port(void **state)
{
	for (uint64_t delay = 0; delay <= 100; delay += 100) {
		bench_setup(state);
		bench.path_delay = delay;
		start_silent(4, LACP_FALLBACK_INDIVIDUAL);
		watch(12000);
		assert_int_equal(the_open_port(), 1);
		hear_first(2, 0x05);
		go(delay);
		assert_int_equal(the_open_port(), 0);
		tester_every(2, 0x3d, 500);
		watch(2500);
		assert_int_equal(the_open_port(), 2);
		watch(60000);
		assert_int_equal(the_open_port(), 2);
	}
}

static void
ind_09_comes_back_when_the_partner_is_gone_for_good(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	start_silent(2, LACP_FALLBACK_STATIC);
	hear_first(1, 0x07);
	tester_every(1, 0x3f, 1000);
	go(5000);
	assert_state(1, 0x3f);
	bench.port[1].every = 0;
	go(3000);
	assert_int_equal(the_open_port(), 0); /* EXPIRED */
	go(9000);
	assert_int_equal(the_open_port(), 0);
	go(1000);
	assert_int_equal(the_open_port(), 1);
	assert_last(1, 0x7f);
}

static void
ind_10_fallback_beside_a_real_partner(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fallback = LACP_FALLBACK_STATIC;
	bench.config.fallback_timeout_s = 0;
	bench_start(2);
	make_up(1);
	dut_link(2, true);
	watch(300000);
	assert_int_equal(the_open_port(), 1);
	assert_int_equal(entered(2, LACP_MACHINE_MUX, "ATTACHED", 0), 0);
}

static void
ind_11_fallback_can_be_switched_on_and_off(void **state)
{
	BENCH_UNUSED(state);
	start_silent(1, LACP_FALLBACK_OFF);
	go(100000);
	bench.config.fallback = LACP_FALLBACK_STATIC;
	dut_configure();
	go(2000);
	assert_int_equal(the_open_port(), 1);
	bench.config.fallback = LACP_FALLBACK_OFF;
	dut_configure();
	assert_int_equal(the_open_port(), 0);
	assert_state(1, 0x45);
}

static void
ind_12_defaults_with_aggregation_are_never_used_by_fallback(void **state)
{
	BENCH_UNUSED(state);
	for (unsigned int d = 1; d <= 2; d++)
		bench.port[d].config.partner_admin.state = LACP_AGGREGATION;
	start_silent(2, LACP_FALLBACK_STATIC);
	watch(20000);
	assert_int_equal(the_open_port(), 1);
	assert_ptr_not_equal(dut(1)->agg, dut(2)->agg);
}

/* ---- MIN ---- */

static void
min_01_carrier_falls_with_the_second_link(void **state)
{
	BENCH_UNUSED(state);
	bench.config.min_links = 2;
	bench_start(2);
	make_up2();
	assert_true(lacp_carrier(&bench.sys));
	dut_link(2, false);
	bench.port[2].every = 0;
	assert_false(lacp_carrier(&bench.sys));
	assert_state(1, 0x3d); /* option A: the partner is not told */
}

static void
min_02_carrier_comes_back_with_distributing_not_with_the_link(void **state)
{
	BENCH_UNUSED(state);
	min_01_carrier_falls_with_the_second_link(state);
	go(5000);
	dut_link(2, true);
	assert_false(lacp_carrier(&bench.sys));
	hear(2, 0x3d);
	assert_int_equal(dut(2)->mux, LACP_MUX_DISTRIBUTING);
	assert_true(lacp_carrier(&bench.sys));
}

/* Both can be configured: fallback opens its one port, min_links says what that is worth. */
static void
lesson_81_fallback_and_min_links_go_together(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fallback = LACP_FALLBACK_STATIC;
	bench.config.fallback_timeout_s = 10;
	bench.config.min_links = 2;
	bench.port[2].config.prio = 1;
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	go(20000);
	assert_true(carries(2)); /* the better priority */
	assert_false(carries(1));
	assert_false(lacp_carrier(&bench.sys));
	bench.config.min_links = 1;
	dut_configure();
	assert_true(carries(2));
	assert_true(lacp_carrier(&bench.sys));
	hear_first(1, 0x05);
	assert_false(carries(2)); /* a partner: fallback is over */
	assert_false(lacp_carrier(&bench.sys));
	go(2000);
	hear(1, 0x3d);
	hear(1, 0x3d);
	assert_true(carries(1));
	assert_true(lacp_carrier(&bench.sys));
}

static void
min_03_counting_as_linux_does(void **state)
{
	BENCH_UNUSED(state);
	bench.config.min_links = 2;
	bench.config.strict = false;
	bench_start(2);
	make_up2();
	dut_link(2, false);
	bench.port[2].every = 0;
	assert_false(lacp_carrier(&bench.sys));
	dut_link(2, true); /* enabled is enough */
	assert_true(lacp_carrier(&bench.sys));
}

static void
min_05_counts_the_active_lag_only(void **state)
{
	BENCH_UNUSED(state);
	bench.config.min_links = 2;
	bench.port[2].tester.sys[5] = 3;
	bench_start(2);
	for (unsigned int d = 1; d <= 2; d++) {
		make_exp0(d);
		hear_first(d, 0x05);
		tester_every(d, 0x3d, 1000);
	}
	go(10000);
	assert_state(1, 0x3d);
	assert_false(lacp_carrier(&bench.sys));
}

static void
min_06_no_carrier_without_an_active_aggregator(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	assert_false(lacp_carrier(&bench.sys));
	make_att(1);
	assert_false(lacp_carrier(&bench.sys));
	hear(1, 0x0d); /* collecting is not distributing */
	assert_false(lacp_carrier(&bench.sys));
	hear(1, 0x1d);
	assert_true(lacp_carrier(&bench.sys));
}

static void
min_07_more_than_there_are_members(void **state)
{
	BENCH_UNUSED(state);
	bench.config.min_links = 3;
	bench_start(2);
	make_up2();
	assert_false(lacp_carrier(&bench.sys));
	assert_state(1, 0x3d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(ind_01_strict_default),
		BENCH_TEST(ind_02_individual_policy),
		BENCH_TEST(ind_03_individual_policy_on_two_ports_opens_one),
		BENCH_TEST(ind_04_fallback_delay),
		BENCH_TEST(ind_05_fallback_port_choice),
		BENCH_TEST(ind_06_static_returns_to_the_best_port_and_individual_stays),
		BENCH_TEST(ind_07_cancelled_by_a_pdu_on_the_same_port),
		BENCH_TEST(ind_08_cancelled_by_a_pdu_on_another_port),
		BENCH_TEST(ind_09_comes_back_when_the_partner_is_gone_for_good),
		BENCH_TEST(ind_10_fallback_beside_a_real_partner),
		BENCH_TEST(ind_11_fallback_can_be_switched_on_and_off),
		BENCH_TEST(ind_12_defaults_with_aggregation_are_never_used_by_fallback),
		BENCH_TEST(min_01_carrier_falls_with_the_second_link),
		BENCH_TEST(min_02_carrier_comes_back_with_distributing_not_with_the_link),
		BENCH_TEST(lesson_81_fallback_and_min_links_go_together),
		BENCH_TEST(min_03_counting_as_linux_does),
		BENCH_TEST(min_05_counts_the_active_lag_only),
		BENCH_TEST(min_06_no_carrier_without_an_active_aggregator),
		BENCH_TEST(min_07_more_than_there_are_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
