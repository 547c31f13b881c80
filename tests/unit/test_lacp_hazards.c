/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_hazards.c - interoperability hazards 1 to 18, one test each (the number is that of the list). */
#include "lacp_bench.h"

static bool
diagnosed(const char *what)
{
	for (size_t n = 0; n < bench.n_traces; n++)
		if (bench.trace[n].machine == LACP_MACHINE_DIAGNOSIS &&
		    strcmp(bench.trace[n].to, what) == 0)
			return true;
	return false;
}

static void
h01_a_reflection_does_not_stop_the_expiry(void **state)
{
	struct lacp_pdu own;

	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	bench.port[1].every = 0;
	for (int n = 0; n < 30; n++) {
		own = (struct lacp_pdu){.actor = dut(1)->actor, .partner = dut(1)->partner};
		tell(1, &own);
		go(100);
	}
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

static void
h02_another_bond_of_this_host_is_a_partner(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	/* same System ID and even the same port number, but another key and another port's MAC */
	memcpy(bench.port[1].tester.sys, bench.config.sys, 6);
	bench.port[1].tester.port = 1;
	make_exp0(1);
	{
		struct lacp_pdu pdu = says_first(1, 0x05);
		uint8_t raw[LACP_FRAME_SIZE];

		lacp_build_pdu(raw, bench.port[1].config.protocol_da,
			       (const uint8_t *)"\x02\0\0\0\x01\x77", &pdu);
		assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_PARSE_LACPDU);
	}
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_int_equal(dut(1)->selected, LACP_SELECTED);
	assert_int_not_equal(lacp_why(dut(1)), LACP_WHY_LOOPBACK);
}

static void
h04_partner_replaced(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	bench.port[1].tester = (struct lacp_info){1, {4, 4, 4, 4, 4, 4}, 9, 9, 9, 0};
	hear_first(1, 0xc5);
	assert_last(1, 0x05);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 1);
	tester_every(1, 0x3d, 500);
	go(2000);
	assert_true(carries(1));
}

static void
h06_a_new_master_makes_one_outage(void **state)
{
	unsigned int drops = 0;
	bool up = true;

	BENCH_UNUSED(state);
	bench_start(4);
	for (unsigned int d = 1; d <= 4; d++)
		make_up(d);
	for (unsigned int d = 1; d <= 4; d++) {
		bench.port[d].tester.sys[5] = 0x55;
		tester_every(d, 0x3d, 1000);
		bench.port[d].next = bench.now + d * 300 * LACP_MSEC;
	}
	for (int n = 0; n < 600; n++) {
		go(10);
		drops += up && !lacp_carrier(&bench.sys);
		up = lacp_carrier(&bench.sys);
	}
	assert_int_equal(drops, 1);
	for (unsigned int d = 1; d <= 4; d++)
		assert_true(carries(d));
}

static void
sys_09_partner_ignores_our_rate(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x3d);
	tester_every(1, 0x3d, 30000);
	go(89000);
	assert_false(dut(1)->rate_ignored);
	go(2000); /* the third cycle is complete */
	assert_true(dut(1)->rate_ignored);
	assert_true(diagnosed("rate ignored"));
	assert_int_equal(dut(1)->counters.expired, 3);
	tester_every(1, 0x3d, 1000); /* it learns */
	go(10000);
	assert_false(dut(1)->rate_ignored);
	go(60000);
	assert_int_equal(dut(1)->counters.expired, 3);
}

static void
h10_a_lossy_link_is_not_taken_for_it(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	for (int n = 0; n < 10; n++) {
		tester_every(1, 0x3f, 1000);
		go(20000);
		bench.port[1].every = 0;
		go(3500);
	}
	assert_in_range(dut(1)->counters.expired, 9, 10);
	assert_false(dut(1)->rate_ignored);
}

static void
h15_pdus_before_the_carrier_are_dropped(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	hear_first(1, 0x3d);
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	assert_int_equal(dut(1)->parsed[LACP_REFUSE_PORT_DISABLED], 1);
	make_exp0(1);
	assert_last(1, 0xc5);
}

static void
h16_a_flap_too_short_to_see(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	dut_link(1, false); /* an interrupt said "changed", the level is up again */
	dut_link(1, true);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_last(1, 0x8d);
	assert_false(carries(1));
}

static void
h18_graceful_leave(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.path_delay = 100;
	bench_start(2);
	make_up2();
	t = ms();
	lacp_port_leave(dut(2), bench.now);
	drain();
	assert_false(lacp_port_distributing(dut(2)));
	assert_false(lacp_port_left(dut(2)));
	go(99);
	assert_int_equal(pdus(2, t, ms() + 1), 0); /* not before the data path is closed */
	go(1);
	assert_true(lacp_port_left(dut(2)));
	assert_last(2, 0x01); /* SYNC, COL, DIST and AGG cleared */
	assert_int_equal(last(2)->pdu.partner.port, 12);
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_LEAVING);
	go(60000);
	assert_int_equal(pdus(2, t, ms()), 1);
	assert_state(1, 0x3d);
	lacp_port_remove(dut(2), bench.now);
	assert_null(lacp_port(&bench.sys, 1));
	go(60000);
	assert_state(1, 0x3d);
}

static void
h18_leaving_without_a_partner_to_tell(void **state)
{
	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(2);
	lacp_port_leave(dut(1), bench.now);
	assert_true(lacp_port_left(dut(1))); /* no link */
	make_exp0(2);
	lacp_port_leave(dut(2), bench.now);
	assert_true(lacp_port_left(dut(2))); /* both passive */
}

static void
h18_a_last_word_that_cannot_be_sent_is_tried_again(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tx_full = true;
	lacp_port_leave(dut(1), bench.now);
	drain();
	assert_false(lacp_port_left(dut(1)));
	bench.port[1].tx_full = false;
	go(10);
	assert_true(lacp_port_left(dut(1)));
	assert_last(1, 0x01);
}

static void
h02_another_bond_of_this_host_with_the_same_key(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	memcpy(bench.port[1].tester.sys, bench.config.sys, 6);
	bench.port[1].tester.key = bench.port[1].config.key;
	bench.port[1].tester.port = 77; /* none of this bond */
	make_exp0(1);
	{
		struct lacp_pdu pdu = says_first(1, 0x05);
		uint8_t raw[LACP_FRAME_SIZE];

		lacp_build_pdu(raw, bench.port[1].config.protocol_da,
			       (const uint8_t *)"\x02\0\0\0\x01\x77", &pdu);
		tell_raw(1, raw, sizeof(raw));
	}
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_WAITING);
}

static void
h18_an_individual_port_without_a_partner_says_goodbye_too(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.port[1].config.individual = true;
	bench_start(1);
	make_defd(1);
	go(2000);
	t = ms();
	lacp_port_leave(dut(1), bench.now);
	drain();
	assert_int_equal(pdus(1, t, t + 1), 1);
	assert_true(lacp_port_left(dut(1)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(h01_a_reflection_does_not_stop_the_expiry),
		BENCH_TEST(h02_another_bond_of_this_host_is_a_partner),
		BENCH_TEST(h04_partner_replaced),
		BENCH_TEST(h06_a_new_master_makes_one_outage),
		BENCH_TEST(sys_09_partner_ignores_our_rate),
		BENCH_TEST(h10_a_lossy_link_is_not_taken_for_it),
		BENCH_TEST(h15_pdus_before_the_carrier_are_dropped),
		BENCH_TEST(h16_a_flap_too_short_to_see),
		BENCH_TEST(h18_graceful_leave),
		BENCH_TEST(h18_leaving_without_a_partner_to_tell),
		BENCH_TEST(h18_a_last_word_that_cannot_be_sent_is_tried_again),
		BENCH_TEST(h02_another_bond_of_this_host_with_the_same_key),
		BENCH_TEST(h18_an_individual_port_without_a_partner_says_goodbye_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
