/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_marker.c - Marker Responder: the conformance cases MRK. */
#include "lacp_bench.h"

static const struct lacp_marker asked = {
	1, 0x0012, {0x00, 0x04, 0x96, 0x1f, 0x50, 0x6a}, 0x01020304};

static void
build(uint8_t *raw, const struct lacp_marker *m)
{
	lacp_build_marker(raw, bench.port[1].config.protocol_da, m->sys, m);
	raw[14 + 16] = 0x5a; /* pad */
	raw[14 + 17] = 0xa5;
	memset(raw + 14 + 20, 0x11, 90);
}

static enum lacp_parse
ask(unsigned int d, const struct lacp_marker *m)
{
	uint8_t raw[LACP_FRAME_SIZE];

	build(raw, m);
	return tell_raw(d, raw, sizeof(raw));
}

/* The last frame of all. */
static const struct bench_frame *
newest(void)
{
	return &bench.sent[bench.n_sent - 1];
}

static void
mrk_01_respond(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	assert_int_equal(ask(1, &asked), LACP_PARSE_MARKER);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, t, t + 1), 1);
	assert_memory_equal(newest()->raw, "\x01\x80\xc2\0\0\x02\x02\0\0\0\x01\x01\x88\x09", 14);
	assert_memory_equal(newest()->raw + 14,
			    "\x02\x01\x02\x10\x00\x12\x00\x04\x96\x1f\x50\x6a\x01\x02\x03\x04", 16);
	for (int n = 16; n < 110; n++)
		assert_int_equal(newest()->raw[14 + n], 0);
	assert_int_equal(dut(1)->counters.marker_rx, 1);
	assert_int_equal(dut(1)->counters.marker_resp_tx, 1);
}

static void
mrk_02_same_port(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	ask(2, &asked);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 0);
	assert_int_equal(markers(2, LACP_MARKER_RESPONSE, 0, ms() + 1), 1);
}

static void
mrk_03_in_every_state_with_a_link(void **state)
{
	BENCH_UNUSED(state);
	bench_start(4);
	make_exp0(1);
	ask(1, &asked);
	make_wait(2);
	ask(2, &asked);
	lacp_port_link(dut(3), true, 1000, LACP_DUPLEX_HALF, bench.now);
	ask(3, &asked); /* LACP_DISABLED */
	ask(4, &asked); /* link down */
	for (unsigned int d = 1; d <= 4; d++)
		assert_int_equal(markers(d, LACP_MARKER_RESPONSE, 0, ms() + 1), d < 4);
	assert_int_equal(dut(4)->counters.marker_dropped, 1);
}

static void
mrk_04_defaulted(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_defd(1);
	ask(1, &asked);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 1);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
}

static void
mrk_05_does_not_refresh_lacp(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	bench.port[1].every = 0;
	for (int n = 0; n < 6; n++) {
		assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
		ask(1, &asked);
		go(500);
	}
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

static void
mrk_06_a_response_is_never_answered(void **state)
{
	struct lacp_marker m = asked;
	size_t before;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	before = bench.n_sent;
	m.type = LACP_MARKER_RESPONSE;
	assert_int_equal(ask(1, &m), LACP_PARSE_MARKER_RESPONSE);
	go(2000);
	assert_int_equal(bench.n_sent, before);
	assert_int_equal(dut(1)->counters.marker_resp_rx, 1);
	assert_int_equal(dut(1)->counters.marker_stale, 1);
}

static void
mrk_07_unknown_tlv_type(void **state)
{
	static const uint8_t types[] = {3, 0, 255};
	size_t before;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	before = bench.n_sent;
	for (size_t n = 0; n < sizeof(types); n++) {
		struct lacp_marker m = asked;

		m.type = types[n];
		assert_int_equal(ask(1, &m), LACP_REFUSE_MARKER_TYPE);
	}
	go(2000);
	assert_int_equal(bench.n_sent, before);
	assert_int_equal(dut(1)->counters.marker_unknown_rx, 3);
}

static void
mrk_08_version_not_checked_but_length_is(void **state)
{
	uint8_t raw[LACP_FRAME_SIZE];

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	build(raw, &asked);
	raw[15] = 2;
	assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_PARSE_MARKER);
	assert_int_equal(newest()->marker.transaction, asked.transaction);
	raw[14 + 3] = 15;
	assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_REFUSE_MARKER_LENGTH);
	assert_int_equal(dut(1)->counters.lacpdu_illegal_rx, 1);
}

static void
mrk_10_short(void **state)
{
	uint8_t raw[14 + 60];
	uint8_t whole[LACP_FRAME_SIZE];

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	build(whole, &asked);
	memcpy(raw, whole, sizeof(raw));
	assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_REFUSE_SHORT);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 0);
}

static void
mrk_11_any_transaction(void **state)
{
	static const uint32_t ids[] = {0, UINT32_MAX};

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	for (size_t n = 0; n < 2; n++) {
		struct lacp_marker m = asked;

		m.transaction = ids[n];
		ask(1, &m);
		assert_int_equal(newest()->marker.transaction, ids[n]);
	}
}

static void
mrk_12_ten_at_once_are_answered_at_once(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	for (uint32_t n = 0; n < 12; n++) {
		struct lacp_marker m = asked;

		m.transaction = n;
		ask(1, &m);
	}
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, ms(), ms() + 1), 10);
	go(1000); /* the others follow, in order */
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 12);
	assert_int_equal(newest()->marker.transaction, 11);
}

static void
mrk_13_flood(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	t = ms();
	for (int n = 0; n < 100000; n++) {
		ask(1, &asked);
		if (n % 25 == 0)
			go(1);
	}
	assert_int_equal(ms(), t + 4000);
	assert_in_range(markers(1, LACP_MARKER_RESPONSE, t, ms()), 40, 50);
	for (uint64_t w = t; w + 1000 <= ms(); w += 10)
		assert_in_range(markers(1, LACP_MARKER_RESPONSE, w, w + 1000), 1, 10);
	assert_state(1, 0x3f);
	assert_in_range(pdus(1, t, ms()), 3, 5);
	assert_int_equal(dut(1)->counters.marker_rx, 100000);
}

static void
mrk_14_ordering(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.flush_later = true;
	bench_start(1);
	make_up(1);
	t = ms();
	ask(1, &asked);
	ask(1, &asked);
	go(700); /* frames before it still wait in the receive queues */
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, t, ms() + 1), 0);
	lacp_marker_flushed(dut(1), bench.flush_seq - 1, bench.now);
	drain();
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, t, ms() + 1), 1);
	lacp_marker_flushed(dut(1), bench.flush_seq, bench.now);
	drain();
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, t, ms() + 1), 2);
}

static void
mrk_15_a_response_that_cannot_be_sent_is_sent_later(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tx_full = true;
	for (uint32_t n = 0; n < LACP_MARKER_QUEUE + 2; n++) {
		struct lacp_marker m = asked;

		m.transaction = n;
		ask(1, &m);
	}
	go(100);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 0);
	bench.port[1].tx_full = false;
	go(2000);
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), LACP_MARKER_QUEUE);
	for (uint32_t n = 1; n <= LACP_MARKER_QUEUE; n++) /* in order */
		assert_int_equal(bench.sent[bench.n_sent - n].marker.transaction,
				 LACP_MARKER_QUEUE - n);
	assert_int_equal(dut(1)->counters.marker_dropped, 2);
	assert_int_equal(dut(1)->counters.marker_resp_tx, LACP_MARKER_QUEUE);
}

static void
mrk_16_responses_die_with_the_link(void **state)
{
	BENCH_UNUSED(state);
	bench.flush_later = true;
	bench_start(1);
	make_up(1);
	ask(1, &asked);
	dut_link(1, false);
	assert_int_equal(dut(1)->counters.marker_dropped, 1);
	dut_link(1, true);
	lacp_marker_flushed(dut(1), bench.flush_seq, bench.now);
	drain();
	assert_int_equal(markers(1, LACP_MARKER_RESPONSE, 0, ms() + 1), 0);
}

static void
a_response_that_failed_while_the_queue_filled_is_dropped(void **state)
{
	uint8_t buf[LACP_FRAME_SIZE];

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tx_full = true;
	for (int n = 0; n < LACP_MARKER_QUEUE; n++)
		ask(1, &asked);
	bench.now += 20 * LACP_MSEC;
	assert_int_equal(lacp_output(dut(1), buf, bench.now), LACP_FRAME_SIZE);
	build(buf, &asked);
	lacp_input(dut(1), buf, sizeof(buf), bench.now);
	lacp_output_failed(dut(1), bench.now);
	assert_int_equal(dut(1)->counters.marker_dropped, 1);
}

/* ---- GEN ---- */

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(mrk_01_respond),
		BENCH_TEST(mrk_02_same_port),
		BENCH_TEST(mrk_03_in_every_state_with_a_link),
		BENCH_TEST(mrk_04_defaulted),
		BENCH_TEST(mrk_05_does_not_refresh_lacp),
		BENCH_TEST(mrk_06_a_response_is_never_answered),
		BENCH_TEST(mrk_07_unknown_tlv_type),
		BENCH_TEST(mrk_08_version_not_checked_but_length_is),
		BENCH_TEST(mrk_10_short),
		BENCH_TEST(mrk_11_any_transaction),
		BENCH_TEST(mrk_12_ten_at_once_are_answered_at_once),
		BENCH_TEST(mrk_13_flood),
		BENCH_TEST(mrk_14_ordering),
		BENCH_TEST(mrk_15_a_response_that_cannot_be_sent_is_sent_later),
		BENCH_TEST(mrk_16_responses_die_with_the_link),
		BENCH_TEST(a_response_that_failed_while_the_queue_filled_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
