/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_pdu.c - frames as bytes: the conformance cases FMT and MAL. */
#include <stdlib.h>

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

/* A good LACPDU of T1, to be spoilt by the case. */
static struct frame
good(void)
{
	const struct lacp_pdu pdu = says(1, 0x3f);
	struct frame f = {.len = LACP_FRAME_SIZE};

	lacp_build_pdu(f.raw, bench.port[1].config.protocol_da, pdu.actor.sys, &pdu);
	return f;
}

static void
start_mal(void)
{
	bench.config.fast = true;
	bench_start(2);
	make_up(1);
	bench.port[1].every = 0;
	hear(1, 0x3f);
}

/* Hand in a copy that ends where the frame ends, so that the sanitizer sees every over-read. */
static enum lacp_parse
tell_exact(const struct frame *f)
{
	uint8_t *copy = malloc(f->len ? f->len : 1);
	enum lacp_parse parse;

	assert_non_null(copy);
	memcpy(copy, f->raw, f->len);
	parse = tell_raw(1, copy, f->len);
	free(copy);
	return parse;
}

static void
expect_accepted(const struct frame *f)
{
	for (int n = 0; n < 5; n++) {
		go(1000);
		assert_int_equal(tell_exact(f), LACP_PARSE_LACPDU);
		assert_state(1, 0x3f);
	}
	assert_last(1, 0x3f);
}

static void
expect_ignored(const struct frame *f, enum lacp_parse why)
{
	const uint64_t before = dut(1)->parsed[why], t0 = ms();

	for (int n = 0; n < 2; n++) {
		go(1000);
		assert_int_equal(tell_exact(f), why);
	}
	go_to(t0 + 2999);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(tell_exact(f), why);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(dut(1)->parsed[why], before + 3);
}

#define ACCEPTED(name, spoil)                                                                      \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct frame f;                                                                    \
                                                                                                   \
		BENCH_UNUSED(state);                                                               \
		start_mal();                                                                       \
		f = good();                                                                        \
		spoil;                                                                             \
		expect_accepted(&f);                                                               \
	}

#define IGNORED(name, why, counter, spoil)                                                         \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct frame f;                                                                    \
		uint64_t before;                                                                   \
                                                                                                   \
		BENCH_UNUSED(state);                                                               \
		start_mal();                                                                       \
		f = good();                                                                        \
		before = dut(1)->counters.counter;                                                 \
		spoil;                                                                             \
		expect_ignored(&f, why);                                                           \
		assert_int_equal(dut(1)->counters.counter, before + 3);                            \
	}

#define DATA(name, why, spoil)                                                                     \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct lacp_counters before;                                                       \
		struct frame f;                                                                    \
                                                                                                   \
		BENCH_UNUSED(state);                                                               \
		start_mal();                                                                       \
		f = good();                                                                        \
		spoil;                                                                             \
		before = dut(1)->counters;                                                         \
		assert_true(lacp_parse_is_data(why));                                              \
		expect_ignored(&f, why);                                                           \
		assert_int_equal(dut(1)->counters.lacpdu_rx, before.lacpdu_rx);                    \
		assert_int_equal(dut(1)->counters.lacpdu_illegal_rx, before.lacpdu_illegal_rx);    \
	}

#define OCTET(n) f.raw[14 + (n)]

/* An LACPDU as 802.1AX-2014 version 2 lays it out. */
static void
make_v2(struct frame *f)
{
	uint8_t *tlv = f->raw + 14 + 58;

	f->raw[15] = 2;
	memcpy(tlv, "\x04\x06\x00\x80\xc2\x01", 6);
	tlv[6] = 5;
	tlv[7] = 20;
	memset(tlv + 8, 0x77, 18);
	tlv[26] = tlv[27] = 0;
}

static void
make_long_v2(struct frame *f)
{
	uint8_t *tlv = f->raw + 14 + 58 + 26;

	make_v2(f);
	f->len = 14 + 625;
	memset(tlv, 0xff, f->raw + f->len - tlv);
	tlv[0] = 6;
	tlv[1] = 131;
	for (uint8_t type = 7; type <= 9; type++) {
		tlv[131 + (type - 7) * 130] = type;
		tlv[132 + (type - 7) * 130] = 130;
	}
}

static void
insert_tag(struct frame *f, uint16_t tci)
{
	memmove(f->raw + 16, f->raw + 12, f->len - 12);
	f->raw[12] = 0x81;
	f->raw[13] = 0;
	f->raw[14] = (uint8_t)(tci >> 8);
	f->raw[15] = (uint8_t)tci;
	f->len += 4;
}

ACCEPTED(mal_01_version_0, OCTET(1) = 0)
ACCEPTED(mal_02_version_2, OCTET(1) = 2)
ACCEPTED(mal_03_version_255, OCTET(1) = 255)
ACCEPTED(mal_04_real_v2_layout, make_v2(&f))
ACCEPTED(mal_05_long_v2, make_long_v2(&f))
ACCEPTED(mal_07_actor_tlv_type, OCTET(2) = 7)
ACCEPTED(mal_08_partner_tlv_type, OCTET(22) = 0)
ACCEPTED(mal_09_collector_tlv_type, OCTET(42) = 0x55)
IGNORED(mal_11_actor_length_19, LACP_REFUSE_ACTOR_LENGTH, lacpdu_illegal_rx, OCTET(3) = 19)
IGNORED(mal_12_actor_length_0, LACP_REFUSE_ACTOR_LENGTH, lacpdu_illegal_rx, OCTET(3) = 0)
IGNORED(mal_13_partner_length_255, LACP_REFUSE_PARTNER_LENGTH, lacpdu_illegal_rx, OCTET(23) = 255)
IGNORED(mal_14_collector_length_0, LACP_REFUSE_COLLECTOR_LENGTH, lacpdu_illegal_rx, OCTET(43) = 0)
ACCEPTED(mal_15_terminator_length, OCTET(59) = 9)
ACCEPTED(mal_16_terminator_missing, memset(&OCTET(58), 0xff, 52))
IGNORED(mal_17_short_frame_109, LACP_REFUSE_SHORT, lacpdu_illegal_rx, f.len = 14 + 109)
IGNORED(mal_18_short_frame_60, LACP_REFUSE_SHORT, lacpdu_illegal_rx, f.len = 14 + 46)
IGNORED(mal_19_header_only, LACP_REFUSE_SHORT, lacpdu_illegal_rx, f.len = 14 + 1)
IGNORED(mal_19_no_payload_at_all, LACP_REFUSE_SHORT, lacpdu_illegal_rx, f.len = 14)
IGNORED(mal_19_not_even_an_ethertype, LACP_REFUSE_RUNT, lacpdu_illegal_rx, f.len = 13)
IGNORED(mal_19_nothing, LACP_REFUSE_RUNT, lacpdu_illegal_rx, f.len = 0)
ACCEPTED(mal_20_padded, f.len += 64)
ACCEPTED(mal_21_fcs_left_on, f.len += 4)
DATA(mal_23_unicast_address, LACP_REFUSE_ADDRESS, memcpy(f.raw, bench.port[1].config.mac, 6))
DATA(mal_24_other_group_address, LACP_REFUSE_ADDRESS, f.raw[5] = 0x0e)
DATA(mal_25_broadcast_address, LACP_REFUSE_ADDRESS, memset(f.raw, 0xff, 6))
IGNORED(mal_26_wrong_ethertype, LACP_REFUSE_ETHERTYPE, lacpdu_unknown_rx, f.raw[13] = 0x08)
IGNORED(mal_27_subtype_0, LACP_REFUSE_SUBTYPE, lacpdu_illegal_rx, OCTET(0) = 0)
IGNORED(mal_27_subtype_11, LACP_REFUSE_SUBTYPE, lacpdu_illegal_rx, OCTET(0) = 11)
IGNORED(mal_28_reserved_subtype_4, LACP_PARSE_OTHER, lacpdu_unknown_rx, OCTET(0) = 4)
IGNORED(mal_29_oam, LACP_PARSE_OTHER, lacpdu_unknown_rx, (OCTET(0) = 3, f.len = 60))
IGNORED(mal_29_ossp, LACP_PARSE_OTHER, lacpdu_unknown_rx, OCTET(0) = 10)
DATA(mal_31_vlan_100, LACP_REFUSE_VLAN, insert_tag(&f, 100))
ACCEPTED(mal_32_priority_tag, insert_tag(&f, 0xe000))
IGNORED(mal_33_truncated_tag, LACP_REFUSE_RUNT, lacpdu_illegal_rx, (insert_tag(&f, 0), f.len = 17))
ACCEPTED(mal_37_actor_defaulted_and_expired, OCTET(18) = 0xff)

static void
mal_10_reserved_octets_are_not_echoed(void **state)
{
	static const uint8_t at[] = {19, 20, 21, 39, 40, 41, 46, 57, 60, 109};
	struct frame f;

	BENCH_UNUSED(state);
	start_mal();
	f = good();
	for (size_t n = 0; n < sizeof(at); n++)
		OCTET(at[n]) = 0xa5;
	expect_accepted(&f); /* and check_pdu() wants zeroes in what is sent */
}

static void
mal_22_chained_buffers_are_the_callers_to_join(void **state)
{
	struct frame whole, f;

	BENCH_UNUSED(state);
	start_mal();
	whole = good();
	f = (struct frame){.len = whole.len};
	memcpy(f.raw, whole.raw, 32);
	memcpy(f.raw + 32, whole.raw + 32, 50);
	memcpy(f.raw + 82, whole.raw + 82, 42);
	expect_accepted(&f);
}

static void
mal_34_a_group_address_is_a_system_like_any_other(void **state)
{
	unsigned int reports = 0;

	BENCH_UNUSED(state);
	bench_start(1);
	memcpy(bench.port[1].tester.sys, "\x01\0\x5e\0\0\x01", 6);
	make_up(1);
	go(120000);
	assert_state(1, 0x3d);
	for (size_t n = 0; n < bench.n_traces; n++)
		reports += bench.trace[n].machine == LACP_MACHINE_DIAGNOSIS &&
			   strcmp(bench.trace[n].to, "group system") == 0;
	assert_int_equal(reports, 1);
}

static void
mal_35_actor_port_0_and_key_0(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	bench.port[1].tester.port = 0;
	bench.port[1].tester.key = 0;
	make_up(1);
	assert_state(1, 0x3d);
}

static void
mal_36_system_0(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	memset(bench.port[1].tester.sys, 0, 6);
	make_up(1);
	assert_state(1, 0x3d);
}

static void
mal_38_a_port_that_is_not_there_says_nothing(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	assert_null(lacp_port(&bench.sys, 2));
	assert_null(lacp_port(&bench.sys, LACP_MAX_PORTS));
}

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
		BENCH_TEST(mal_01_version_0),
		BENCH_TEST(mal_02_version_2),
		BENCH_TEST(mal_03_version_255),
		BENCH_TEST(mal_04_real_v2_layout),
		BENCH_TEST(mal_05_long_v2),
		BENCH_TEST(mal_07_actor_tlv_type),
		BENCH_TEST(mal_08_partner_tlv_type),
		BENCH_TEST(mal_09_collector_tlv_type),
		BENCH_TEST(mal_10_reserved_octets_are_not_echoed),
		BENCH_TEST(mal_11_actor_length_19),
		BENCH_TEST(mal_12_actor_length_0),
		BENCH_TEST(mal_13_partner_length_255),
		BENCH_TEST(mal_14_collector_length_0),
		BENCH_TEST(mal_15_terminator_length),
		BENCH_TEST(mal_16_terminator_missing),
		BENCH_TEST(mal_17_short_frame_109),
		BENCH_TEST(mal_18_short_frame_60),
		BENCH_TEST(mal_19_header_only),
		BENCH_TEST(mal_19_no_payload_at_all),
		BENCH_TEST(mal_19_not_even_an_ethertype),
		BENCH_TEST(mal_19_nothing),
		BENCH_TEST(mal_20_padded),
		BENCH_TEST(mal_21_fcs_left_on),
		BENCH_TEST(mal_22_chained_buffers_are_the_callers_to_join),
		BENCH_TEST(mal_23_unicast_address),
		BENCH_TEST(mal_24_other_group_address),
		BENCH_TEST(mal_25_broadcast_address),
		BENCH_TEST(mal_26_wrong_ethertype),
		BENCH_TEST(mal_27_subtype_0),
		BENCH_TEST(mal_27_subtype_11),
		BENCH_TEST(mal_28_reserved_subtype_4),
		BENCH_TEST(mal_29_oam),
		BENCH_TEST(mal_29_ossp),
		BENCH_TEST(mal_31_vlan_100),
		BENCH_TEST(mal_32_priority_tag),
		BENCH_TEST(mal_33_truncated_tag),
		BENCH_TEST(mal_34_a_group_address_is_a_system_like_any_other),
		BENCH_TEST(mal_35_actor_port_0_and_key_0),
		BENCH_TEST(mal_36_system_0),
		BENCH_TEST(mal_37_actor_defaulted_and_expired),
		BENCH_TEST(mal_38_a_port_that_is_not_there_says_nothing),
		BENCH_TEST(parsing_what_was_built_gives_the_same),
		BENCH_TEST(every_parse_result_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
