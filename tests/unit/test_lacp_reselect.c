/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_reselect.c - partners, keys and systems change, loops: the cases SEL-11 to SEL-26. */
#include "lacp_bench.h"

static void
sel_11_partner_system_changes_on_one_link(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	bench.port[2].tester.sys[5] = 3;
	hear(2, FULL);
	tester_every(2, FULL, 1000);
	go(10000);
	assert_last(2, 0x05);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "COLLECTING", t), 0);
	assert_true(carries(1));
}

static void
sel_12_the_other_way_round(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	bench.port[1].tester.sys[5] = 3;
	sync_up(1);
	go(10000);
	assert_state(1, 0x05);
	assert_true(carries(2));
	assert_int_equal(lacp_port_aggregator(dut(1)), 1); /* port 1 names its aggregator */
	assert_int_equal(lacp_port_aggregator(dut(2)), 2);
}

static void
sel_13_partner_system_changes_on_all_links_staggered(void **state)
{
	uint64_t second;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	bench.port[1].tester.sys[5] = 3;
	sync_up(1);
	go(500);
	assert_true(carries(2));
	bench.port[2].tester.sys[5] = 3;
	sync_up(2);
	second = ms();
	/* lacp_broken() looks for two LAG IDs on one aggregator after each event */
	go_to(second + 1999);
	assert_false(dut(1)->actor.state & LACP_SYNC || dut(2)->actor.state & LACP_SYNC);
	go_to(second + 4000);
	assert_true(carries(1) && carries(2));
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
}

static void
sel_14_partner_key_changes_on_all_links(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	bench.port[1].tester.key = bench.port[2].tester.key = 0x21;
	hear(1, 0x05);
	hear(2, 0x05);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	assert_int_equal(dut(2)->mux, LACP_MUX_WAITING);
	go_to(t + 2000);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	assert_int_equal(dut(2)->mux, LACP_MUX_ATTACHED);
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
}

static void
sel_15_own_key_changes_on_all_links(void **state)
{
	BENCH_UNUSED(state);
	bench.port[1].config.key = bench.port[2].config.key = 0;
	bench_start(2);
	make_up2();
	bench.config.user_key = 5;
	dut_configure();
	for (unsigned int d = 1; d <= 2; d++) {
		assert_last(d, 0x05);
		assert_int_equal(last(d)->pdu.actor.key, 5 << 6 | 15);
		sync_up(d);
	}
	go(3000);
	assert_true(carries(1) && carries(2));
}

static void
sel_16_own_system_changes(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	bench.config.sys[5] = 0x99;
	dut_configure();
	for (unsigned int d = 1; d <= 2; d++) {
		assert_int_equal(pdus(d, t, t + 1), 1);
		assert_int_equal(last(d)->pdu.actor.sys[5], 0x99);
		assert_last(d, 0x05);
		sync_up(d);
	}
	go(5000);
	assert_true(carries(1) && carries(2));
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 1);
	assert_int_equal(entered(2, LACP_MACHINE_MUX, "DETACHED", t), 1);
}

static void
sel_17_own_port_priority_changes(void **state)
{
	struct lacp_pdu old;
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	old = says(1, FULL);
	bench.port[1].config.prio = 1;
	assert_int_equal(lacp_port_configure(dut(1), &bench.port[1].config, bench.now), 0);
	drain();
	tell(1, &old); /* crossed ours on the wire */
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	assert_int_equal(dut(1)->selected, LACP_SELECTED);
	hear(1, FULL);
	assert_true(carries(1));
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 0);
}

/* The partner starts anew: it knows nothing of us. */
static void
expect_rejoin_after_reboot(uint64_t t)
{
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 0);
	for (unsigned int d = 1; d <= 2; d++)
		assert_state(d, 0x0d);
	go(2000);
	for (unsigned int d = 1; d <= 2; d++)
		sync_up(d);
	assert_true(carries(1) && carries(2));
	assert_int_equal(dut(1)->counters.unselected, 0);
}

static void
sel_18_partner_reboots_with_its_links_up(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	hear_first(1, 0xc5);
	hear_first(2, 0xc5);
	assert_int_equal(pdus(1, t, t + 1), 1); /* our answer tells it who we are */
	expect_rejoin_after_reboot(t);
}

static void
sel_19_partner_reboots_with_a_link_drop(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	for (unsigned int d = 1; d <= 2; d++) {
		bench.port[d].every = 0;
		dut_link(d, false);
	}
	go(30000);
	for (unsigned int d = 1; d <= 2; d++) {
		dut_link(d, true);
		hear_first(d, 0xc5);
	}
	expect_rejoin_after_reboot(t);
}

static void
reflect(unsigned int d, uint64_t since)
{
	for (size_t n = 0; n < bench.n_sent; n++)
		if (bench.sent[n].port == d && bench.sent[n].at >= since)
			assert_int_equal(tell_raw(d, bench.sent[n].raw, LACP_FRAME_SIZE),
					 LACP_REFUSE_REFLECTION);
}

static unsigned int
diagnoses(const char *what)
{
	unsigned int count = 0;

	for (size_t n = 0; n < bench.n_traces; n++)
		count += bench.trace[n].machine == LACP_MACHINE_DIAGNOSIS &&
			 strcmp(bench.trace[n].to, what) == 0;
	return count;
}

static void
sel_20_own_reflection(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	for (int n = 0; n < 30; n++) {
		reflect(1, ms() >= 100 ? ms() - 99 : 0);
		go(100);
	}
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	assert_int_equal(ms(), 3000);
	assert_int_equal(dut(1)->partner.port, 0);
	assert_int_equal(pdus(1, 0, 3001), 4);
	assert_int_equal(diagnoses("reflection"), 1);
	assert_true(dut(1)->parsed[LACP_REFUSE_REFLECTION] >= 3);
	go(60000);
	reflect(1, ms() - 30000);
	assert_int_equal(diagnoses("reflection"), 2);
}

static void
sel_21_a_reflection_is_known_by_its_source_after_a_key_change(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	bench.port[1].config.key = 0x77;
	assert_int_equal(lacp_port_configure(dut(1), &bench.port[1].config, bench.now), 0);
	assert_int_equal(tell_raw(1, bench.sent[0].raw, LACP_FRAME_SIZE), LACP_REFUSE_REFLECTION);
}

static void
sel_22_reflection_beside_a_good_partner(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	t = ms();
	for (int n = 0; n < 60; n++) {
		go(500);
		reflect(1, ms() - 499);
	}
	assert_state(1, 0x3f);
	assert_in_range(pdus(1, t, ms()), 29, 31);
}

/* A frame that one port sends arrives on the other. */
static void
cable(unsigned int a, unsigned int b, size_t *from)
{
	for (; *from < bench.n_sent; ++*from) {
		const struct bench_frame *f = &bench.sent[*from];
		uint8_t raw[LACP_FRAME_SIZE];

		memcpy(raw, f->raw, sizeof(raw));
		if (f->port == a || f->port == b)
			tell_raw(f->port == a ? b : a, raw, sizeof(raw));
	}
}

static void
sel_23_two_ports_of_one_bond_cabled_together(void **state)
{
	size_t from = 0;

	BENCH_UNUSED(state);
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	for (int n = 0; n < 200; n++) {
		cable(1, 2, &from);
		go(100);
	}
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_int_equal(dut(2)->rx, LACP_RX_CURRENT);
	assert_false(dut(1)->mux >= LACP_MUX_ATTACHED && dut(2)->mux >= LACP_MUX_ATTACHED);
	assert_false(bench.port[1].rx_want || bench.port[2].rx_want);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_LOOPBACK);
	assert_in_range(bench.n_sent, 4, 60);
}

static void
sel_24_a_loop_does_not_disturb_a_good_port(void **state)
{
	size_t from = 0;

	BENCH_UNUSED(state);
	bench_start(3);
	make_up(3);
	make_exp0(1);
	make_exp0(2);
	for (int n = 0; n < 100; n++) {
		cable(1, 2, &from);
		go(100);
	}
	assert_true(carries(3));
	assert_false(bench.port[1].rx_want || bench.port[2].rx_want);
}

static void
sel_25_no_free_aggregator(void **state)
{
	BENCH_UNUSED(state);
	bench.config.max_aggregators = 1;
	bench.port[1].config.individual = true;
	bench_start(2);
	make_up(1);
	make_exp0(2);
	hear_first(2, 0x05);
	sync_up(2);
	go(5000);
	assert_int_equal(dut(2)->selected, LACP_UNSELECTED);
	assert_state(2, 0x05);
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_NO_AGGREGATOR);
	bench.port[1].every = 0;
	dut_link(1, false); /* keeps its partner, but not at the expense of D2 */
	go(2000);
	assert_true(carries(2));
	dut_link(1, true);
	hear_first(1, 0x05);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_NO_AGGREGATOR);
}

static void
sel_26_determinism(void **state)
{
	for (unsigned int order = 0; order < 256; order++) {
		const unsigned int o[4] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};

		if ((1U << o[0] | 1U << o[1] | 1U << o[2] | 1U << o[3]) != 15)
			continue; /* not one of the 24 */
		bench_setup(state);
		bench.port[3].tester.sys[5] = bench.port[4].tester.sys[5] = 9;
		bench_start(4);
		for (int n = 0; n < 4; n++) {
			make_exp0(o[n] + 1);
			hear_first(o[n] + 1, 0x05);
			go(300);
		}
		assert_int_equal(lacp_port_aggregator(dut(1)), 1);
		assert_int_equal(lacp_port_aggregator(dut(2)), 1);
		assert_int_equal(lacp_port_aggregator(dut(3)), 3);
		assert_int_equal(lacp_port_aggregator(dut(4)), 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(sel_11_partner_system_changes_on_one_link),
		BENCH_TEST(sel_12_the_other_way_round),
		BENCH_TEST(sel_13_partner_system_changes_on_all_links_staggered),
		BENCH_TEST(sel_14_partner_key_changes_on_all_links),
		BENCH_TEST(sel_15_own_key_changes_on_all_links),
		BENCH_TEST(sel_16_own_system_changes),
		BENCH_TEST(sel_17_own_port_priority_changes),
		BENCH_TEST(sel_18_partner_reboots_with_its_links_up),
		BENCH_TEST(sel_19_partner_reboots_with_a_link_drop),
		BENCH_TEST(sel_20_own_reflection),
		BENCH_TEST(sel_21_a_reflection_is_known_by_its_source_after_a_key_change),
		BENCH_TEST(sel_22_reflection_beside_a_good_partner),
		BENCH_TEST(sel_23_two_ports_of_one_bond_cabled_together),
		BENCH_TEST(sel_24_a_loop_does_not_disturb_a_good_port),
		BENCH_TEST(sel_25_no_free_aggregator),
		BENCH_TEST(sel_26_determinism),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
