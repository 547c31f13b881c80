/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_tx.c - when LACPDUs leave: the conformance cases NTT, PER and TX. */
#include "lacp_bench.h"

/* UP, quiet; then one LACPDU in sync to be altered by the case. */
static struct lacp_pdu
up_and_says(void)
{
	bench_start(1);
	make_up(1);
	return says(1, 0x3d);
}

#define NTT(name, expect, alter)                                                                   \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct lacp_pdu pdu = up_and_says();                                               \
                                                                                                   \
		BENCH_UNUSED(state);                                                               \
		alter;                                                                             \
		tell(1, &pdu);                                                                     \
		expect(1);                                                                         \
	}

NTT(ntt_01_echo, expect_silence, (void)pdu)
NTT(ntt_02_partner_port, expect_reply, pdu.partner.port++)
NTT(ntt_03_partner_port_priority, expect_reply, pdu.partner.port_prio++)
NTT(ntt_04_partner_system, expect_reply, pdu.partner.sys[5]++)
NTT(ntt_05_partner_system_priority, expect_reply, pdu.partner.sys_prio++)
NTT(ntt_06_partner_key, expect_reply, pdu.partner.key++)
NTT(ntt_07_activity, expect_reply, pdu.partner.state ^= LACP_ACTIVITY)
NTT(ntt_08_timeout, expect_reply, pdu.partner.state ^= LACP_TIMEOUT)
NTT(ntt_09_synchronization, expect_reply, pdu.partner.state ^= LACP_SYNC)
NTT(ntt_10_aggregation, expect_reply, pdu.partner.state ^= LACP_AGGREGATION)
NTT(ntt_11_collecting, expect_silence, pdu.partner.state ^= LACP_COLLECTING)
NTT(ntt_12_distributing, expect_silence, pdu.partner.state ^= LACP_DISTRIBUTING)
NTT(ntt_13_defaulted, expect_silence, pdu.partner.state ^= LACP_DEFAULTED)
NTT(ntt_14_expired, expect_silence, pdu.partner.state ^= LACP_EXPIRED)
NTT(ntt_15_collector_max_delay, expect_silence, pdu.collector_max_delay++)

/* One LACPDU at once; with the echo afterwards nothing more. */
static void
expect_told(void)
{
	const uint64_t at = ms();

	assert_int_equal(pdus(1, at, at + 1), 1);
	hear(1, 0x3d);
	go(350);
	assert_int_equal(pdus(1, at, at + 350), 1);
}

static void
ntt_16_own_key_port_priority_and_port_number(void **state)
{
	struct lacp_port_config c;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	c = bench.port[1].config;
	c.prio = 1;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	assert_int_equal(last(1)->pdu.actor.port_prio, 1);
	expect_told();
	go(2000);
	c.key = 0x11;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	assert_int_equal(last(1)->pdu.actor.key, 0x11);
	expect_told();
	go(5000);
	c.number = 7;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	assert_int_equal(last(1)->pdu.actor.port, 7);
	assert_last(1, 0xc5);
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	expect_told();
}

static void
ntt_16_own_system_timeout_and_activity(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.config.fast = true;
	dut_configure();
	assert_last(1, 0x3f);
	expect_told();
	go(2000);
	bench.config.fast = false;
	bench.config.active = false;
	dut_configure();
	assert_last(1, 0x3c);
	expect_told();
	go(2000);
	bench.config.active = true;
	bench.config.sys_prio = 1;
	dut_configure();
	assert_int_equal(last(1)->pdu.actor.sys_prio, 1);
	expect_told();
	go(5000);
	bench.config.sys[5] = 0x77;
	dut_configure();
	assert_int_equal(last(1)->pdu.actor.sys[5], 0x77);
	expect_told();
}

/* ---- PER ---- */

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

/* ---- TX ---- */

static void
tx_01_three_per_second(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	for (int n = 0; n < 1000; n++) {
		struct lacp_pdu pdu = says(1, 0x3d);

		pdu.partner.key = 0x99;
		tell(1, &pdu);
		go(10);
	}
	assert_true(pdus(1, t, ms()) >= 28); /* check_rate() holds every window to three */
}

/* Something the partner must know: the port priority changes back and forth. */
static void
event(void)
{
	struct lacp_port_config c = dut(1)->config;

	c.prio ^= 1;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
}

static void
tx_02_burst_then_wait(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	go(5000);
	t = ms();
	for (int n = 0; n < 4; n++) {
		event();
		go(50);
	}
	go(2000);
	assert_int_equal(sent_since(1, t, 0)->at, t);
	assert_int_equal(sent_since(1, t, 1)->at, t + 50);
	assert_int_equal(sent_since(1, t, 2)->at, t + 100);
	assert_int_equal(sent_since(1, t, 3)->at, t + 1000);
	assert_null(sent_since(1, t, 4));
}

static void
tx_03_the_newest_state_is_sent_when_the_window_opens(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	for (int n = 0; n < 7; n++)
		event();
	go(2000);
	assert_int_equal(pdus(1, t, ms()), 4);
	assert_int_equal(last(1)->pdu.actor.port_prio, dut(1)->config.prio);
}

static void
tx_04_several_reasons_make_one_pdu(void **state)
{
	uint64_t t;
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	pdu = says(1, 0x05);
	pdu.actor.sys[5] = 9;
	pdu.partner.key = 9;
	tell(1, &pdu);
	go(900);
	assert_int_equal(pdus(1, t, ms()), 1);
	assert_last(1, 0x05);
}

static void
tx_05_sliding_window(void **state)
{
	static const uint64_t at[] = {900, 950, 990, 1010, 1050, 1090};
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	for (size_t n = 0; n < 6; n++) {
		go_to(t + at[n]);
		event();
	}
	go_to(t + 3000);
	assert_in_range(pdus(1, t + 900, t + 1900), 1, 3);
	assert_int_equal(sent_since(1, t, 3)->at, t + 1900);
}

static void
tx_07_send_failure(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	bench.port[1].tx_full = true;
	event();
	event();
	event();
	event(); /* no failure uses up the budget */
	go(500);
	assert_int_equal(pdus(1, t, ms()), 0);
	assert_true(dut(1)->counters.tx_failed >= 40);
	bench.port[1].tx_full = false;
	go(20);
	assert_int_equal(pdus(1, t, ms()), 1);
	event();
	event();
	assert_int_equal(pdus(1, t, ms() + 1), 3);
	assert_int_equal(dut(1)->counters.lacpdu_tx, pdus(1, 0, ms() + 1));
}

static void
tx_07_a_failure_of_nothing_is_harmless(void **state)
{
	uint8_t buf[LACP_FRAME_SIZE];

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	assert_int_equal(lacp_output(dut(1), buf, bench.now), 0);
	lacp_output_failed(dut(1), bench.now);
	assert_int_equal(dut(1)->counters.tx_failed, 0);
	expect_silence(1);
}

static void
tx_08_marker_outside_the_limit(void **state)
{
	const struct lacp_marker m = {1, 5, {1, 2, 3, 4, 5, 6}, 77};
	uint8_t raw[LACP_FRAME_SIZE];
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	event();
	event();
	lacp_build_marker(raw, bench.port[1].config.protocol_da, raw, &m);
	tell_raw(1, raw, sizeof(raw));
	event();
	assert_int_equal(pdus(1, t, t + 1), 3);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, t, t + 1), 1);
}

static void
tx_10_ntt_is_forgotten_in_no_periodic(void **state)
{
	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_exp0(1);
	assert_false(dut(1)->ntt);
	go(10000);
	assert_int_equal(bench.n_sent, 0);
	hear_first(1, 0x05);
	go(900);
	assert_int_equal(bench.n_sent, 1);
}

static void
a_window_undoes_exactly_its_last_entry(void **state)
{
	struct lacp_window w = {0};

	BENCH_UNUSED(state);
	for (uint64_t n = 1; n <= 20; n++) {
		const struct lacp_window before = w;

		lacp_window_add(&w, 3, n * LACP_SEC);
		lacp_window_undo(&w, 3);
		assert_int_equal(lacp_window_open(&w, 3), lacp_window_open(&before, 3));
		lacp_window_add(&w, 3, n * LACP_SEC);
		assert_int_equal(lacp_window_open(&w, 3),
				 n < 3 ? 0 : (n - 2) * LACP_SEC + LACP_SEC);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(ntt_01_echo),
		BENCH_TEST(ntt_02_partner_port),
		BENCH_TEST(ntt_03_partner_port_priority),
		BENCH_TEST(ntt_04_partner_system),
		BENCH_TEST(ntt_05_partner_system_priority),
		BENCH_TEST(ntt_06_partner_key),
		BENCH_TEST(ntt_07_activity),
		BENCH_TEST(ntt_08_timeout),
		BENCH_TEST(ntt_09_synchronization),
		BENCH_TEST(ntt_10_aggregation),
		BENCH_TEST(ntt_11_collecting),
		BENCH_TEST(ntt_12_distributing),
		BENCH_TEST(ntt_13_defaulted),
		BENCH_TEST(ntt_14_expired),
		BENCH_TEST(ntt_15_collector_max_delay),
		BENCH_TEST(ntt_16_own_key_port_priority_and_port_number),
		BENCH_TEST(ntt_16_own_system_timeout_and_activity),
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
		BENCH_TEST(tx_01_three_per_second),
		BENCH_TEST(tx_02_burst_then_wait),
		BENCH_TEST(tx_03_the_newest_state_is_sent_when_the_window_opens),
		BENCH_TEST(tx_04_several_reasons_make_one_pdu),
		BENCH_TEST(tx_05_sliding_window),
		BENCH_TEST(tx_07_send_failure),
		BENCH_TEST(tx_07_a_failure_of_nothing_is_harmless),
		BENCH_TEST(tx_08_marker_outside_the_limit),
		BENCH_TEST(tx_10_ntt_is_forgotten_in_no_periodic),
		BENCH_TEST(a_window_undoes_exactly_its_last_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
