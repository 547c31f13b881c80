/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_malformed.c - malformed and unusual frames: the conformance cases MAL. */
#include <stdlib.h>

#include "lacp_bench.h"

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
chained_buffers_are_the_callers_to_join(void **state)
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
		BENCH_TEST(chained_buffers_are_the_callers_to_join),
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
