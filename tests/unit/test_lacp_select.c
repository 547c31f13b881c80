/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_select.c - Selection Logic: LAG IDs and the cases SEL-01 to SEL-10. */
#include "lacp_bench.h"

static void
start_two(void)
{
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	hear_first(1, 0x05);
	hear_first(2, 0x05);
}

static void
sel_01_same_lag_id_aggregates(void **state)
{
	struct lacp_active a;

	BENCH_UNUSED(state);
	start_two();
	sync_up(1);
	sync_up(2);
	go(3000);
	assert_true(carries(1) && carries(2));
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
	assert_true(lacp_active(&bench.sys, &a));
	assert_int_equal(a.id, 1);
	assert_int_equal(a.ports, 2);
	assert_int_equal(a.distributing, 2);
	assert_int_equal(a.speed_mbps, 20000);
	assert_int_equal(a.actor_key, 0x10);
	assert_int_equal(a.partner_key, 0x20);
	assert_int_equal(a.partner_sys[5], 2);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_CARRYING);
}

/* D1 and D2 have partners of different LAGs: one comes up, the other stays in contact. */
static void
expect_one_of_two(enum lacp_why why, const char *text)
{
	char buf[160];

	sync_up(1);
	sync_up(2);
	go(10000);
	assert_true(carries(1));
	assert_state(2, 0x05);
	assert_int_equal(dut(2)->rx, LACP_RX_CURRENT);
	assert_ptr_not_equal(dut(1)->agg, dut(2)->agg);
	assert_false(bench.port[2].rx_open || bench.port[2].tx_open);
	for (unsigned int n = 0; sent_since(2, 0, n); n++)
		assert_false(sent_since(2, 0, n)->pdu.actor.state & LACP_SYNC);
	assert_int_equal(lacp_why(dut(2)), why);
	lacp_why_text(dut(2), buf, sizeof(buf));
	assert_string_equal(buf, text);
}

static void
sel_02_different_partner_system(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].tester.sys[5] = 3;
	start_two();
	expect_one_of_two(LACP_WHY_PARTNER_SYSTEM,
			  "partner system 32768-02:00:00:00:00:03, the active aggregator has "
			  "32768-02:00:00:00:00:02");
}

static void
sel_03_different_partner_system_priority(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].tester.sys_prio = 0x9000;
	start_two();
	expect_one_of_two(LACP_WHY_PARTNER_SYSTEM,
			  "partner system 36864-02:00:00:00:00:02, the active aggregator has "
			  "32768-02:00:00:00:00:02");
}

static void
sel_04_different_partner_key(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].tester.key = 0x21;
	start_two();
	expect_one_of_two(LACP_WHY_PARTNER_KEY, "partner key 33, the active aggregator has 32");
}

static void
sel_05_different_own_key(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].config.key = 0x11;
	start_two();
	expect_one_of_two(LACP_WHY_ACTOR_KEY, "own key 17, the active aggregator has 16");
}

static void
sel_06_one_partner_is_individual(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	make_exp0(2);
	hear_first(2, 0x01);
	hear(2, 0x39);
	tester_every(2, 0x39, 1000);
	go(10000);
	assert_true(carries(1));
	assert_state(2, 0x05);
	assert_true(dut(2)->agg->individual);
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_INDIVIDUAL);
}

static void
sel_07_own_individual(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.individual = true;
	bench_start(2);
	make_exp0(1);
	assert_last(1, 0xc1);
	hear_first(1, 0x05);
	make_exp0(2);
	hear_first(2, 0x05);
	assert_true(dut(1)->agg->individual);
	assert_ptr_not_equal(dut(1)->agg, dut(2)->agg);
	assert_last(1, 0x01);
}

static void
sel_07_individual_configured_while_up(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	bench.port[2].config.individual = true;
	assert_int_equal(lacp_port_configure(dut(2), &bench.port[2].config, bench.now), 0);
	drain();
	assert_last(2, 0x01);
	assert_true(carries(1));
	go(5000);
	assert_state(2, 0x01);
}

static void
sel_08_two_individual_links_to_one_partner(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	hear_first(1, 0x01);
	hear_first(2, 0x01);
	assert_ptr_not_equal(dut(1)->agg, dut(2)->agg);
	for (unsigned int d = 1; d <= 2; d++) {
		hear(d, 0x39);
		tester_every(d, 0x39, 1000);
	}
	go(5000);
	assert_true(carries(1));
	assert_state(2, 0x05);
}

static void
sel_09_three_partners_one_active(void **state)
{
	BENCH_UNUSED(state);
	bench_start(3);
	for (unsigned int d = 1; d <= 3; d++) {
		bench.port[d].tester.sys[5] = (uint8_t)(0x10 * d);
		make_exp0(d);
		hear_first(d, 0x05);
		sync_up(d);
	}
	go(5000);
	assert_true(carries(1));
	assert_state(2, 0x05);
	assert_state(3, 0x05);
	dut_link(1, false); /* a hot standby: no wait, only the partner's next word */
	assert_int_equal(dut(2)->mux, LACP_MUX_DISTRIBUTING);
	assert_state(3, 0x05);
}

static void
sel_10_no_steal(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	t = ms();
	bench.port[2].tester.sys_prio = 1;
	make_exp0(2);
	hear_first(2, 0x05);
	sync_up(2);
	go(60000);
	for (unsigned int n = 0; sent_since(1, t, n); n++)
		assert_int_equal(sent_since(1, t, n)->pdu.actor.state, FULL);
	assert_state(2, 0x05);
}

/* ---- LAG IDs ---- */

static void
a_lag_id_is_the_same_from_both_ends(void **state)
{
	const struct lacp_info a = {0x8000, {2, 0, 0, 0, 0, 1}, 0x10, 0x8000, 1, 0x3d};
	const struct lacp_info b = {0x8000, {2, 0, 0, 0, 0, 2}, 0x20, 0x8000, 11, 0x3d};
	struct lacp_info c = b, d = a;
	struct lacp_lag_id ab = lacp_lag_id(&a, &b), ba = lacp_lag_id(&b, &a), x;

	BENCH_UNUSED(state);
	assert_true(lacp_lag_same(&ab, &ba));
	assert_true(ab.half[0].sys < ab.half[1].sys);
	c.port = 12; /* ports do not count ... */
	c.port_prio = 1;
	x = lacp_lag_id(&a, &c);
	assert_true(lacp_lag_same(&ab, &x));
	c.state &= (uint8_t)~LACP_AGGREGATION; /* ... but for individual links */
	x = lacp_lag_id(&a, &c);
	assert_false(lacp_lag_same(&ab, &x));
	assert_int_equal(x.half[1].port, 0x1000c);
	assert_int_equal(x.half[0].port, 0x80000001);
	c = b;
	c.key++;
	x = lacp_lag_id(&a, &c);
	assert_false(lacp_lag_same(&ab, &x));
	d.key++;
	x = lacp_lag_id(&d, &b);
	assert_false(lacp_lag_same(&ab, &x));
	d = a;
	d.sys_prio--;
	x = lacp_lag_id(&d, &b);
	assert_false(lacp_lag_same(&ab, &x));
	c = a; /* loopback: the same system twice */
	c.port = 2;
	c.state = d.state = 0;
	d = a;
	ab = lacp_lag_id(&c, &d);
	ba = lacp_lag_id(&d, &c);
	assert_true(lacp_lag_same(&ab, &ba));
}

static void
system_ids_are_unsigned_and_lower_wins(void **state)
{
	const struct lacp_info low = {0x7fff, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff}, 0, 1, 0xffff,
				      0};
	const struct lacp_info high = {0x8000, {0, 0, 0, 0, 0, 1}, 0, 0x8000, 0, 0};

	BENCH_UNUSED(state);
	assert_true(lacp_system_id(&low) < lacp_system_id(&high));
	assert_true(lacp_port_id(&low) < lacp_port_id(&high));
	assert_int_equal(lacp_system_id(&low), UINT64_C(0x7ffffeffffffffff));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(sel_01_same_lag_id_aggregates),
		BENCH_TEST(sel_02_different_partner_system),
		BENCH_TEST(sel_03_different_partner_system_priority),
		BENCH_TEST(sel_04_different_partner_key),
		BENCH_TEST(sel_05_different_own_key),
		BENCH_TEST(sel_06_one_partner_is_individual),
		BENCH_TEST(sel_07_own_individual),
		BENCH_TEST(sel_07_individual_configured_while_up),
		BENCH_TEST(sel_08_two_individual_links_to_one_partner),
		BENCH_TEST(sel_09_three_partners_one_active),
		BENCH_TEST(sel_10_no_steal),
		BENCH_TEST(a_lag_id_is_the_same_from_both_ends),
		BENCH_TEST(system_ids_are_unsigned_and_lower_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
