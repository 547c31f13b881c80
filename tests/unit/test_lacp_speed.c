/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_speed.c - keys and speeds, members that come later: the cases SEL-28 to SEL-32. */
#include "lacp_bench.h"

static void
sel_28_speed_unknown_at_link_up(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	make_up(1);
	lacp_port_link(dut(2), true, 0, LACP_DUPLEX_FULL, bench.now);
	go(300);
	assert_int_equal(pdus(2, 0, ms() + 1), 0);
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_SPEED_UNKNOWN);
	dut_link(2, true);
	assert_int_equal(last(2)->pdu.actor.key, last(1)->pdu.actor.key);
	hear_first(2, 0x05);
	sync_up(2);
	go(2500);
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
	assert_true(carries(2));
	/* a port that is up keeps its speed */
	lacp_port_link(dut(2), true, 0, LACP_DUPLEX_FULL, bench.now);
	go(5000);
	assert_true(carries(2));
}

static void
sel_28_speed_never_known(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	lacp_port_link(dut(1), true, 0, LACP_DUPLEX_FULL, bench.now);
	lacp_port_link(dut(2), true, UINT32_MAX, LACP_DUPLEX_FULL, bench.now);
	drain();
	assert_int_equal(last(2)->pdu.actor.key, 1); /* does not wait */
	go(999);
	lacp_port_link(dut(1), true, 0, LACP_DUPLEX_FULL,
		       bench.now); /* repeating does not prolong */
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(last(1)->pdu.actor.key, 1);
	/* the speed becomes known at last: another key, so the port starts again */
	hear_first(1, 0x05);
	dut_link(1, true);
	assert_int_equal(last(1)->pdu.actor.key, 15);
	assert_int_equal(dut(1)->counters.unselected, 1);
}

static void
sel_28_a_speed_change_while_up_restarts_the_port(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	make_up2();
	lacp_port_link(dut(2), true, 1000, LACP_DUPLEX_FULL, bench.now);
	drain();
	assert_last(2, 0x05);
	assert_int_equal(last(2)->pdu.actor.key, 9);
	go(5000);
	assert_true(carries(1));
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_ACTOR_KEY);
}

static void
sel_29_every_speed_has_its_own_key(void **state)
{
	static const uint32_t speeds[] = {0,      10,     100,    1000,   2500,    5000,  10000,
					  14000,  20000,  25000,  40000,  50000,   56000, 80000,
					  100000, 200000, 400000, 800000, 1600000, 12345};

	BENCH_UNUSED(state);
	for (size_t a = 0; a < sizeof(speeds) / sizeof(speeds[0]); a++)
		for (size_t b = 0; b < a; b++)
			assert_int_not_equal(lacp_key(3, speeds[a], LACP_DUPLEX_FULL),
					     lacp_key(3, speeds[b], LACP_DUPLEX_FULL));
	assert_int_equal(lacp_key(0, 1000, LACP_DUPLEX_FULL), 9);
	assert_int_equal(lacp_key(0, 1000, LACP_DUPLEX_HALF), 8);
	assert_int_equal(lacp_key(0, 10000, LACP_DUPLEX_FULL), 15);
	assert_int_equal(lacp_key(0, 25000, LACP_DUPLEX_FULL), 21);
	assert_int_equal(lacp_key(0, 40000, LACP_DUPLEX_FULL), 23);
	assert_int_equal(lacp_key(0, 100000, LACP_DUPLEX_FULL), 31);
	assert_int_equal(lacp_key(0, 400000, LACP_DUPLEX_FULL), 35);
	assert_int_equal(lacp_key(1023, 0, LACP_DUPLEX_UNKNOWN), 0xffc1);
	assert_int_equal(lacp_key(0, UINT32_MAX, LACP_DUPLEX_FULL), 1);
}

static void
sel_29_25g_and_100g_do_not_aggregate(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	lacp_port_link(dut(1), true, 25000, LACP_DUPLEX_FULL, bench.now);
	lacp_port_link(dut(2), true, 100000, LACP_DUPLEX_FULL, bench.now);
	drain();
	hear_first(1, 0x05);
	hear_first(2, 0x05);
	sync_up(1);
	sync_up(2);
	go(5000);
	assert_ptr_not_equal(dut(1)->agg, dut(2)->agg);
	assert_state(1, 0x05); /* 100G is more, and both were equally new */
	assert_true(carries(2));
}

static void
sel_30_stable_prefers_what_works(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	make_up(1);
	lacp_port_link(dut(2), true, 100000, LACP_DUPLEX_FULL, bench.now);
	drain();
	hear_first(2, 0x05);
	sync_up(2);
	go(20000);
	assert_true(carries(1));
	assert_state(2, 0x05);
}

static void
sel_31_member_added(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	assert_int_equal(lacp_port_add(&bench.sys, 1, &bench.port[2].config, bench.now), 0);
	make_exp0(2);
	hear_first(2, 0x05);
	sync_up(2);
	go(3000);
	assert_true(carries(2));
	for (unsigned int n = 0; sent_since(1, t, n); n++)
		assert_int_equal(sent_since(1, t, n)->pdu.actor.state, FULL);
}

static void
sel_32_stale_view_after_our_restart(void **state)
{
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	pdu = says_first(1, FULL);
	pdu.partner = (struct lacp_info){0x8000, {2, 9, 9, 9, 9, 9}, 0x10, 0x8000, 1, 0x3d};
	tell(1, &pdu);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_last(1, 0x05);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(sel_28_speed_unknown_at_link_up),
		BENCH_TEST(sel_28_speed_never_known),
		BENCH_TEST(sel_28_a_speed_change_while_up_restarts_the_port),
		BENCH_TEST(sel_29_every_speed_has_its_own_key),
		BENCH_TEST(sel_29_25g_and_100g_do_not_aggregate),
		BENCH_TEST(sel_30_stable_prefers_what_works),
		BENCH_TEST(sel_31_member_added),
		BENCH_TEST(sel_32_stale_view_after_our_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
