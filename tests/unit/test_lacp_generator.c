/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_generator.c - Marker Generator: the conformance cases GEN. */
#include <errno.h>

#include "lacp_bench.h"

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

/* ---- GEN ---- */

static uint8_t sent[LACP_FRAME_SIZE];

static uint32_t
request(unsigned int d)
{
	uint32_t transaction;

	assert_int_equal(lacp_marker_send(dut(d), sent, 5 * LACP_MSEC, bench.now, &transaction),
			 LACP_FRAME_SIZE);
	return transaction;
}

static void
answer(unsigned int d, uint16_t port, uint32_t transaction)
{
	struct lacp_marker m = {LACP_MARKER_RESPONSE, port, {2, 0, 0, 0, 0, 1}, transaction};

	assert_int_equal(ask(d, &m), LACP_PARSE_MARKER_RESPONSE);
}

static void
gen_01_generator_format(void **state)
{
	uint32_t transaction;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	transaction = request(1);
	assert_memory_equal(sent, "\x01\x80\xc2\0\0\x02\x02\0\0\0\x01\x01\x88\x09", 14);
	assert_memory_equal(sent + 14, "\x02\x01\x01\x10\0\x01\x02\0\0\0\0\x01", 12);
	assert_int_equal(transaction, sent[29]);
	for (int n = 16; n < 110; n++)
		assert_int_equal(sent[14 + n], 0);
	assert_int_equal(dut(1)->counters.marker_tx, 1);
}

static void
gen_02_release_on_response(void **state)
{
	uint32_t transaction;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	transaction = request(1);
	go(10);
	assert_int_equal(bench.done, 0);
	answer(1, 1, transaction);
	assert_int_equal(bench.done, 1);
	assert_int_equal(bench.done_transaction, transaction);
	answer(1, 1, transaction); /* once */
	assert_int_equal(bench.done, 1);
	assert_int_equal(dut(1)->counters.marker_stale, 1);
}

static void
gen_03_release_on_timeout(void **state)
{
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	pdu = says(1, 0x3d);
	pdu.collector_max_delay = 200; /* 2 ms */
	tell(1, &pdu);
	assert_int_equal(lacp_marker_wait(dut(1), 5 * LACP_MSEC), 17 * LACP_MSEC);
	request(1);
	go(16);
	assert_int_equal(bench.timed_out, 0);
	go(1);
	assert_int_equal(bench.timed_out, 1);
	answer(1, 1, bench.done_transaction); /* too late */
	assert_int_equal(bench.done, 0);
}

static void
gen_04_stale_id(void **state)
{
	uint32_t transaction;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	transaction = request(1);
	answer(1, 1, transaction - 1);
	assert_int_equal(bench.done, 0);
	assert_int_equal(dut(1)->counters.marker_stale, 1);
}

static void
gen_05_wrong_port_or_system(void **state)
{
	struct lacp_marker m = {LACP_MARKER_RESPONSE, 1, {2, 0, 0, 0, 0, 9}, 0};
	uint32_t transaction;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	transaction = request(1);
	answer(2, 1, transaction);
	answer(1, 2, transaction);
	m.transaction = transaction;
	ask(1, &m);
	assert_int_equal(bench.done, 0);
}

static void
gen_06_no_link_no_marker(void **state)
{
	uint32_t transaction;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	request(1);
	dut_link(1, false);
	assert_int_equal(bench.timed_out, 1); /* nobody will answer */
	assert_int_equal(lacp_marker_send(dut(1), sent, 0, bench.now, &transaction), -ENETDOWN);
}

static void
gen_07_two_moves(void **state)
{
	uint32_t a, b;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	a = request(1);
	b = request(1);
	assert_int_not_equal(a, b);
	answer(1, 1, b);
	assert_int_equal(bench.done_transaction, b);
	answer(1, 1, a);
	assert_int_equal(bench.done_transaction, a);
	assert_int_equal(bench.done, 2);
}

static void
gen_09_eight_at_once_and_ten_a_second(void **state)
{
	uint32_t transaction;
	int n = 0;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	while (lacp_marker_send(dut(1), sent, 0, bench.now, &transaction) > 0)
		n++;
	assert_int_equal(n, 8);
	assert_int_equal(lacp_marker_send(dut(1), sent, 0, bench.now, &transaction), -EAGAIN);
	go(100);
	while (lacp_marker_send(dut(1), sent, 0, bench.now, &transaction) > 0)
		n++;
	assert_int_equal(n, 10);
	go(900);
	assert_true(lacp_marker_send(dut(1), sent, 0, bench.now, &transaction) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(gen_01_generator_format),
		BENCH_TEST(gen_02_release_on_response),
		BENCH_TEST(gen_03_release_on_timeout),
		BENCH_TEST(gen_04_stale_id),
		BENCH_TEST(gen_05_wrong_port_or_system),
		BENCH_TEST(gen_06_no_link_no_marker),
		BENCH_TEST(gen_07_two_moves),
		BENCH_TEST(gen_09_eight_at_once_and_ten_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
