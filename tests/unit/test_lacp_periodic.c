/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_periodic.c - the Periodic machine: all inputs of next(), and the conformance cases PER. */
#include "lacp_bench.h"

static void
expect_gaps(unsigned int d, uint64_t from, uint64_t to, uint64_t gap)
{
	const struct bench_frame *a, *b;

	for (unsigned int n = 0; (a = sent_since(d, from, n)) != NULL; n++) {
		b = sent_since(d, from, n + 1);
		if (!b || b->at >= to)
			break;
		assert_int_equal(b->at - a->at, gap);
	}
}

static void
next_periodic_obeys_the_diagram_under_every_input(void **state)
{
	BENCH_UNUSED(state);
	for (enum lacp_periodic from = LACP_PERIODIC_NONE; from <= LACP_PERIODIC_TX; from++)
		for (unsigned int in = 0; in < 64; in++) {
			const struct lacp_port p = {
				.periodic = from,
				.port_enabled = in & 1,
				.lacp_enabled = in & 2,
				.actor.state = in & 4 ? LACP_ACTIVITY : 0xfe,
				.partner.state =
					(in & 8 ? LACP_ACTIVITY : 0) | (in & 16 ? LACP_TIMEOUT : 0),
			};
			const bool fast = in & 16, due = in & 32;
			const enum lacp_periodic to = lacp_periodic_next(&p, due);
			const enum lacp_periodic rate =
				fast ? LACP_PERIODIC_FAST : LACP_PERIODIC_SLOW;

			if ((in & 3) != 3 || !(in & 12))
				assert_int_equal(to, LACP_PERIODIC_NONE);
			else if (from == LACP_PERIODIC_NONE)
				assert_int_equal(to, LACP_PERIODIC_FAST);
			else if (from == LACP_PERIODIC_TX)
				assert_int_equal(to, rate);
			else if (due || (from == LACP_PERIODIC_SLOW && fast))
				assert_int_equal(to, LACP_PERIODIC_TX);
			else
				assert_int_equal(to, rate);
		}
}

static void
per_01_slow_rate(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	go(300000);
	assert_in_range(pdus(1, t, t + 300000), 10, 11);
	expect_gaps(1, t, t + 300000, 30000);
}

static void
per_02_fast_rate(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	tester_every(1, 0x3f, 30000);
	t = ms() + 1;
	go(60000);
	assert_int_equal(pdus(1, t, t + 60000), 60);
	expect_gaps(1, t, t + 60000, 1000);
}

static void
per_03_both_rates_at_once(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.fast = true; /* ours is Short, the partner's Long: we send slowly */
	bench_start(1);
	make_up(1);
	hear(1, 0x3d);
	tester_every(1, 0x3d, 1000);
	t = ms();
	go(300000);
	assert_int_equal(pdus(1, t, t + 300000), 10);
	assert_state(1, 0x3f);
}

static void
per_04_slow_to_fast(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	hear(1, 0x3f);
	assert_int_equal(pdus(1, t, t + 1), 1);
	go(10500);
	assert_int_equal(pdus(1, t, ms()), 11);
	expect_gaps(1, t, ms(), 1000);
}

static void
per_05_fast_to_slow(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	go(10500);
	t = ms();
	bench.port[1].every = 0;
	hear(1, 0x3d);
	go(29999);
	assert_int_equal(pdus(1, t, ms() + 1), 0);
	go(1);
	assert_int_equal(pdus(1, t, ms() + 1), 1);
}

static void
per_06_defaulted_probes_at_the_slow_rate(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_defd(1);
	t = ms() + 1;
	go(300000);
	assert_int_equal(pdus(1, t, t + 300000), 10);
}

static void
per_07_passive_with_a_silent_partner(void **state)
{
	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_exp0(1);
	go(180000);
	assert_int_equal(bench.n_sent, 0);
}

static void
per_08_passive_wakes_for_an_active_partner(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_exp0(1);
	go(180000);
	t = ms();
	hear_first(1, 0x05);
	assert_int_equal(pdus(1, t, t + 1), 1);
	assert_last(1, 0x04);
	go(85000);
	assert_in_range(pdus(1, t + 3000, ms()), 2, 3);
}

static void
per_10_passive_to_passive(void **state)
{
	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_exp0(1);
	hear_first(1, 0x04);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	go(80000);
	assert_int_equal(bench.n_sent, 0);
	assert_false(dut(1)->ntt);
}

static void
per_11_active_to_passive_with_a_passive_partner(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3c);
	tester_every(1, 0x3c, 30000);
	bench.config.active = false;
	dut_configure();
	t = ms() + 1;
	go(200000);
	assert_int_equal(pdus(1, t, ms()), 0);
}

static void
per_12_active_with_a_passive_partner_sends(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3c);
	tester_every(1, 0x3c, 30000);
	t = ms() + 1;
	go(300000);
	assert_in_range(pdus(1, t, ms()), 10, 11);
}

static void
per_13_partner_activity_is_kept_in_expired(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_up(1);
	bench.port[1].every = 0;
	while (dut(1)->rx != LACP_RX_EXPIRED)
		go(500);
	t = ms() - ms() % 500;
	go_to(t + 2900);
	assert_in_range(pdus(1, t - 500, ms()), 2, 4);
	go(1000);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	t = ms();
	go(200000);
	assert_int_equal(pdus(1, t, ms()), 0);
}

static void
per_14_link_down_stops(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	dut_link(1, false);
	t = ms();
	go(200000);
	assert_int_equal(pdus(1, t, ms()), 0);
}

static void
per_16_no_drift_even_with_a_lazy_caller(void **state)
{
	uint8_t buf[LACP_FRAME_SIZE];
	uint64_t previous = 0, start;
	unsigned int n = 0;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	start = previous = bench.now;
	while (bench.now < start + 3600 * LACP_SEC) {
		bench.now += 17 * LACP_MSEC; /* the caller looks at the clock now and then */
		if ((n % 20) == 0)
			lacp_rx_pdu(
				dut(1),
				&(struct lacp_pdu){says(1, 0x3f).actor, says(1, 0).partner, 0, 1},
				bench.now);
		if (lacp_deadline(&bench.sys) > bench.now)
			continue;
		lacp_tick(&bench.sys, bench.now);
		if (!lacp_output(dut(1), buf, bench.now))
			continue;
		assert_true(bench.now - previous <= 1250 * LACP_MSEC);
		previous = bench.now;
		n++;
	}
	assert_in_range(n, 3590, 3601);
}

static void
per_17_data_load_is_not_known_here(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	tester_every(1, 0x3f, 1000);
	for (int n = 0; n < 10000; n++) { /* data frames handed in by mistake change nothing */
		uint8_t data[64] = {2, 0, 0, 0, 1, 1};

		assert_true(lacp_parse_is_data(tell_raw(1, data, sizeof(data))));
		if (n % 100 == 0)
			go(100);
	}
	expect_gaps(1, 14000, ms(), 1000);
	assert_state(1, 0x3d);
}

static void
per_18_who_asks_for_the_fast_rate_probes_every_second(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_defd(1);
	t = ms() + 1;
	go(60000);
	assert_int_equal(pdus(1, t, t + 60000), 60);
	assert_last(1, 0x47);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(next_periodic_obeys_the_diagram_under_every_input),
		BENCH_TEST(per_01_slow_rate),
		BENCH_TEST(per_02_fast_rate),
		BENCH_TEST(per_03_both_rates_at_once),
		BENCH_TEST(per_04_slow_to_fast),
		BENCH_TEST(per_05_fast_to_slow),
		BENCH_TEST(per_06_defaulted_probes_at_the_slow_rate),
		BENCH_TEST(per_07_passive_with_a_silent_partner),
		BENCH_TEST(per_08_passive_wakes_for_an_active_partner),
		BENCH_TEST(per_10_passive_to_passive),
		BENCH_TEST(per_11_active_to_passive_with_a_passive_partner),
		BENCH_TEST(per_12_active_with_a_passive_partner_sends),
		BENCH_TEST(per_13_partner_activity_is_kept_in_expired),
		BENCH_TEST(per_14_link_down_stops),
		BENCH_TEST(per_16_no_drift_even_with_a_lazy_caller),
		BENCH_TEST(per_17_data_load_is_not_known_here),
		BENCH_TEST(per_18_who_asks_for_the_fast_rate_probes_every_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
