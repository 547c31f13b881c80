/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_pdu.c - frames as bytes: the conformance cases FMT. */
#include "lacp_bench.h"

/* Octets after the ethertype of the last LACPDU on D1. */
static const uint8_t *
octets(void)
{
	return last(1)->raw + 14;
}

static void
fmt_01_addressing(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	assert_memory_equal(last(1)->raw, "\x01\x80\xc2\0\0\x02", 6);
	assert_memory_equal(last(1)->raw + 6, bench.port[1].config.mac, 6);
	assert_int_equal(last(1)->raw[6] & 1, 0);
	assert_memory_not_equal(last(1)->raw + 6, bench.config.sys, 6);
	assert_memory_equal(last(1)->raw + 12, "\x88\x09", 2);
}

static void
fmt_02_fixed_octets(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1); /* check_pdu() looks at each of them in every frame */
	assert_int_equal(octets()[0], 1);
	assert_int_equal(octets()[1], 1);
	assert_int_equal(octets()[3], 20);
	assert_int_equal(octets()[43], 16);
}

static void
fmt_03_every_legal_destination(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.protocol_da[5] = 0;
	bench_start(1);
	make_wait(1);
	assert_int_equal(last(1)->raw[5], 0);
	/* the default address is data on this port */
	assert_int_equal(
		tell_raw(1, (const uint8_t *)"\x01\x80\xc2\0\0\x02\2\0\0\0\0\1\x88\x09\1", 15),
		LACP_REFUSE_ADDRESS);
}

static void
fmt_04_actor_fields_and_byte_order(void **state)
{
	BENCH_UNUSED(state);
	bench.config.sys_prio = 0x1234;
	bench.port[1].config.key = 0x5678;
	bench.port[1].config.prio = 0x9abc;
	bench_start(1);
	make_exp0(1);
	assert_memory_equal(octets() + 4, "\x12\x34\x02\0\0\0\0\x01\x56\x78\x9a\xbc\0\x01\xc5", 15);
}

static void
fmt_05_partner_fields_before_any_pdu(void **state)
{
	struct lacp_info *admin = &bench.port[1].config.partner_admin;

	BENCH_UNUSED(state);
	*admin = (struct lacp_info){0x1122, {3, 4, 5, 6, 7, 8}, 0x99, 0x3344, 0x5566, 0};
	bench_start(1);
	make_exp0(1);
	assert_memory_equal(octets() + 24,
			    "\x11\x22\x03\x04\x05\x06\x07\x08\0\x99\x33\x44\x55\x66\x02", 15);
	assert_last(1, 0xc5);
}

static void
fmt_06_default_partner_fields(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	assert_memory_equal(octets() + 24, "\xff\xff\0\0\0\0\0\0\0\0\xff\xff\0\0\x02", 15);
}

static void
fmt_07_stored_not_received_partner_state(void **state)
{
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	go(2000);
	pdu = says(1, 0x0d);
	pdu.partner.port = 99;
	tell(1, &pdu);
	assert_int_equal(last(1)->at, ms());
	assert_int_equal(octets()[38], 0x05);
}

static void
fmt_08_collector_max_delay(void **state)
{
	BENCH_UNUSED(state);
	bench.config.collector_max_delay = 50; /* 500 us */
	bench_start(1);
	make_up(1);
	assert_memory_equal(octets() + 44, "\0\x32", 2);
}

static void
fmt_10_one_system_id(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	dut_link(1, false);
	bench.port[1].every = 0;
	go(60000);
	assert_memory_equal(last(2)->pdu.actor.sys, bench.config.sys, 6);
	assert_true(last(2)->at > 60000);
	assert_last(2, 0x3d);
}

static void
fmt_11_version_on_transmit_toward_version_2(void **state)
{
	uint8_t raw[LACP_FRAME_SIZE];
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].every = 0;
	pdu = says(1, 0x3d);
	lacp_build_pdu(raw, bench.port[1].config.protocol_da, raw, &pdu);
	raw[15] = 2;
	assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_PARSE_LACPDU);
	go(60000);
	assert_int_equal(octets()[1], 1);
	assert_state(1, 0x3d);
}

/* ---- MAL: UP/S, one test frame a second for 5 s, nothing else. ---- */

struct frame {
	uint8_t raw[1024];
	size_t len;
};

static void
parsing_what_was_built_gives_the_same(void **state)
{
	struct lacp_pdu in = {{0x0102, {1, 2, 3, 4, 5, 6}, 0x0304, 0x0506, 0x0708, 0x3d},
			      {0x1112, {9, 8, 7, 6, 5, 4}, 0x1314, 0x1516, 0x1718, 0xc5},
			      0x2122,
			      1};
	const struct lacp_marker marker = {2, 0x1234, {5, 4, 3, 2, 1, 0}, 0x89abcdef};
	static const uint8_t da[6] = {0x01, 0x80, 0xc2, 0, 0, 3}, sa[6] = {2, 4, 6, 8, 10, 12};
	uint8_t raw[LACP_FRAME_SIZE];
	struct lacp_frame out;

	BENCH_UNUSED(state);
	assert_int_equal(lacp_build_pdu(raw, da, sa, &in), LACP_FRAME_SIZE);
	assert_int_equal(lacp_parse(raw, sizeof(raw), da, &out), LACP_PARSE_LACPDU);
	assert_memory_equal(out.src, sa, 6);
	assert_true(lacp_info_same_identity(&in.actor, &out.pdu.actor));
	assert_true(lacp_info_same_identity(&in.partner, &out.pdu.partner));
	assert_int_equal(out.pdu.actor.state, 0x3d);
	assert_int_equal(out.pdu.partner.state, 0xc5);
	assert_int_equal(out.pdu.collector_max_delay, 0x2122);
	assert_int_equal(out.pdu.version, 1);
	assert_int_equal(lacp_build_marker(raw, da, sa, &marker), LACP_FRAME_SIZE);
	assert_int_equal(lacp_parse(raw, sizeof(raw), da, &out), LACP_PARSE_MARKER_RESPONSE);
	assert_int_equal(out.marker.port, 0x1234);
	assert_int_equal(out.marker.transaction, 0x89abcdef);
	assert_memory_equal(out.marker.sys, marker.sys, 6);
}

static void
every_parse_result_has_a_name_of_its_own(void **state)
{
	BENCH_UNUSED(state);
	for (int a = 0; a < LACP_PARSE_REASONS; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(lacp_parse_name(a), lacp_parse_name(b));
	assert_string_equal(lacp_parse_name(LACP_PARSE_REASONS), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(fmt_01_addressing),
		BENCH_TEST(fmt_02_fixed_octets),
		BENCH_TEST(fmt_03_every_legal_destination),
		BENCH_TEST(fmt_04_actor_fields_and_byte_order),
		BENCH_TEST(fmt_05_partner_fields_before_any_pdu),
		BENCH_TEST(fmt_06_default_partner_fields),
		BENCH_TEST(fmt_07_stored_not_received_partner_state),
		BENCH_TEST(fmt_08_collector_max_delay),
		BENCH_TEST(fmt_10_one_system_id),
		BENCH_TEST(fmt_11_version_on_transmit_toward_version_2),
		BENCH_TEST(parsing_what_was_built_gives_the_same),
		BENCH_TEST(every_parse_result_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
