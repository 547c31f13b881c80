/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_tx.c - the Transmit machine: the conformance cases TX. */
#include "lacp_bench.h"

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
	lacp_system_reset(&bench.sys, bench.now);
	assert_int_equal(lacp_output(dut(1), buf, bench.now), LACP_FRAME_SIZE);
	lacp_output_failed(dut(1), bench.now);
	lacp_output_failed(dut(1), bench.now);
	assert_int_equal(dut(1)->counters.tx_failed, 1);
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
