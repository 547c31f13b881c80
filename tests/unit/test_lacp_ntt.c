/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_ntt.c - what makes an LACPDU leave at once: the conformance cases NTT. */
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
