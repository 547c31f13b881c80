/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_ad_select.c - which aggregator is active: ad_select, and partners that want another one. */
#include "lacp_bench.h"

static void
start_two(void)
{
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	hear_first(1, 0x05);
	hear_first(2, 0x05);
}

/* ---- ad_select ---- */

/* D1 carries data to one partner at 10G; D2 and D3 have another, at 1G each. */
static void
start_ad_select(enum lacp_ad_select ad)
{
	bench.config.ad_select = ad;
	for (unsigned int d = 1; d <= 3; d++)
		bench.port[d].config.key = 0;
	bench.port[2].tester.sys[5] = bench.port[3].tester.sys[5] = 3;
	bench_start(3);
	make_up(1);
	for (unsigned int d = 2; d <= 3; d++) {
		lacp_port_link(dut(d), true, 1000, LACP_DUPLEX_FULL, bench.now);
		drain();
		hear_first(d, 0x05);
		sync_up(d);
	}
}

static void
ad_select_bandwidth_takes_the_fastest(void **state)
{
	BENCH_UNUSED(state);
	start_ad_select(LACP_SELECT_BANDWIDTH);
	go(5000);
	assert_true(carries(1));
	for (unsigned int d = 2; d <= 3; d++)
		lacp_port_link(dut(d), true, 25000, LACP_DUPLEX_FULL, bench.now);
	drain();
	sync_up(2);
	sync_up(3);
	go(1999);
	assert_true(carries(1)); /* not before the others could follow at once */
	go(1000);
	assert_true(carries(2) && carries(3));
	assert_state(1, 0x05);
}

static void
ad_select_count_takes_the_most_ports(void **state)
{
	BENCH_UNUSED(state);
	start_ad_select(LACP_SELECT_COUNT);
	go(5000);
	assert_true(carries(2) && carries(3));
	assert_state(1, 0x05);
	dut_link(3, false);
	bench.port[3].every = 0;
	go(100);
	assert_true(carries(1)); /* as many, and faster */
}

static void
ad_select_port_prio_takes_the_largest_sum(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.prio = 100;
	bench.port[2].config.prio = 40;
	bench.port[3].config.prio = 61;
	start_ad_select(LACP_SELECT_PORT_PRIO);
	go(5000);
	assert_true(carries(2) && carries(3));
	bench.port[2].config.prio = 30;
	assert_int_equal(lacp_port_configure(dut(2), &bench.port[2].config, bench.now), 0);
	drain();
	go(1000);
	assert_true(carries(1));
}

static void
a_better_aggregator_waits_for_its_partner(void **state)
{
	BENCH_UNUSED(state);
	start_ad_select(LACP_SELECT_COUNT);
	hear(2, 0x05); /* a partner that holds us back there */
	hear(3, 0x05);
	tester_every(2, 0x05, 1000);
	tester_every(3, 0x05, 1000);
	go(60000);
	assert_true(carries(1));
}

/* ---- two systems must not wait for each other on different aggregators ---- */

static void
we_follow_a_partner_with_the_lower_system_id(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].tester.sys_prio = bench.port[2].tester.sys_prio = 1;
	bench.port[2].tester.key = 0x21; /* the partner's second aggregator */
	start_two();
	tester_every(1, 0x05, 1000);
	tester_every(2, 0x05, 1000);
	go(2000);
	assert_state(1, 0x0d);
	sync_up(2); /* it chose the other link */
	go(2000);
	assert_true(carries(2));
	assert_state(1, 0x05);
}

static void
we_wait_for_others_ten_seconds(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].tester.sys[5] = 3;
	start_two();
	tester_every(1, 0x05, 1000);
	sync_up(2);
	go(11999);
	assert_state(1, 0x0d);
	assert_state(2, 0x05);
	go(1);
	assert_true(carries(2));
	assert_state(1, 0x05);
}

static void
an_attached_aggregator_is_not_left_for_a_faster_one(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	make_att(1);
	tester_every(1, 0x05, 1000);
	lacp_port_link(dut(2), true, 100000, LACP_DUPLEX_FULL, bench.now);
	drain();
	hear_first(2, 0x05);
	tester_every(2, 0x05, 1000);
	go(60000);
	assert_state(1, 0x0d);
	assert_state(2, 0x05);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(ad_select_bandwidth_takes_the_fastest),
		BENCH_TEST(ad_select_count_takes_the_most_ports),
		BENCH_TEST(ad_select_port_prio_takes_the_largest_sum),
		BENCH_TEST(a_better_aggregator_waits_for_its_partner),
		BENCH_TEST(we_follow_a_partner_with_the_lower_system_id),
		BENCH_TEST(we_wait_for_others_ten_seconds),
		BENCH_TEST(an_attached_aggregator_is_not_left_for_a_faster_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
