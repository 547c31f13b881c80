/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_hazards_more.c - interoperability hazards from 21 on, and odd states of a whole system. */
#include "lacp_bench.h"

static void
h21_two_passive_ends_are_silent(void **state)
{
	BENCH_UNUSED(state);
	bench.config.active = false;
	bench_start(1);
	make_exp0(1);
	hear_first(1, 0x04);
	go(300000);
	assert_int_equal(bench.n_sent, 0);
	assert_int_equal(entered(1, LACP_MACHINE_PERIODIC, "FAST_PERIODIC", 0), 0);
}

static void
h24_no_ping_pong(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	for (int n = 0; n < 50; n++) { /* answered each time, COL and DIST of our view lagging */
		struct lacp_pdu pdu = says(1, 0x3d);

		pdu.partner.state &= (uint8_t) ~(LACP_COLLECTING | LACP_DISTRIBUTING);
		tell(1, &pdu);
	}
	assert_int_equal(pdus(1, t, ms() + 1), 0);
}

static void
h26_an_individual_partner_in_sync_comes_up_alone(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	hear_first(1, 0x39);
	go(2000);
	assert_true(carries(1));
	assert_true(dut(1)->agg->individual);
}

static void
h27_two_links_with_one_partner_port_number(void **state)
{
	BENCH_UNUSED(state);
	bench.port[2].tester.port = 11;
	bench_start(2);
	make_up2();
	tester_every(1, 0x3d, 1000);
	tester_every(2, 0x3d, 1000);
	go(60000);
	assert_true(carries(1) && carries(2));
	assert_int_equal(entered(1, LACP_MACHINE_RX, "INITIALIZE", 1), 0);
}

static void
h29_time_that_jumps_back_or_repeats(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	lacp_tick(&bench.sys, bench.now - 5 * LACP_SEC);
	lacp_tick(&bench.sys, bench.now);
	lacp_tick(&bench.sys, bench.now);
	assert_state(1, 0x3d);
	expect_silence(1);
}

static void
h31_a_lag_id_known_only_through_a_dead_port_is_joined(void **state)
{
	struct lacp_aggregator *a;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	a = dut(1)->agg;
	bench.port[1].every = 0;
	dut_link(1, false);
	make_exp0(2);
	hear_first(2, 0x05); /* port 12: nothing moved */
	assert_ptr_equal(dut(1)->agg, a);
	assert_ptr_equal(dut(2)->agg, a);
	hear(2, 0x3d);
	go(2000);
	assert_true(carries(2));
}

static void
h31_an_emptied_aggregator_forgets_its_lag_id(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	lacp_port_remove(dut(1), bench.now);
	for (unsigned int n = 0; n < LACP_MAX_PORTS; n++)
		assert_int_equal(bench.sys.agg[n].id, 0);
	assert_null(bench.sys.active);
	assert_int_equal(lacp_deadline(&bench.sys), LACP_NEVER);
}

static void
h33_a_port_that_comes_back_with_another_number_begins_anew(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	lacp_port_leave(dut(2), bench.now);
	drain();
	assert_last(2, 0x01);
	lacp_port_remove(dut(2), bench.now);
	bench.port[2].config.number = 20;
	bench.port[2].config.key = 0x99;
	assert_int_equal(lacp_port_add(&bench.sys, 1, &bench.port[2].config, bench.now), 0);
	go(1000);
	dut_link(2, true);
	assert_last(2, 0xc5);
	assert_int_equal(last(2)->pdu.actor.port, 20);
	assert_true(carries(1));
}

static void
sys_08_partner_fallback_trap(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear_first(1, 0x7d); /* SYNC, but it has never heard us */
	assert_false(carries(1));
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
	assert_int_equal(dut(1)->partner.state & LACP_SYNC, 0);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
}

static void
sys_10_actor_state_0(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	hear(1, 0x00); /* a PDU like any other: AGG changed, so detach */
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_last(1, 0x05);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 1);
}

/* Of a partner that sends every so many ms two LACPDUs in a row are lost, again and again. */
static void
two_lost_of(uint64_t period, unsigned int expired)
{
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	for (int n = 0; n < 100; n++) {
		hear(1, 0x3f);
		tester_every(1, 0x3f, 3 * period); /* in 3 periods, and not before */
		go(3 * period);
		assert_true(carries(1));
		tester_every(1, 0x3f, period);
		go(5 * period);
	}
	assert_int_equal(dut(1)->counters.expired, expired);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DISTRIBUTING", 0), 1);
}

static void
sys_05_two_pdus_lost_of_a_partner_at_900_ms(void **state)
{
	BENCH_UNUSED(state);
	two_lost_of(900, 0);
}

static void
sys_05_two_pdus_lost_of_a_partner_at_1_s(void **state)
{
	BENCH_UNUSED(state);
	two_lost_of(1000, 0); /* the third comes at the instant of expiry, and wins */
}

static void
sys_14_bond_down_keeps_contact_but_not_sync(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	tester_every(1, 0x3d, 1000);
	tester_every(2, 0x3d, 1000);
	bench.config.hold = true;
	dut_configure();
	for (unsigned int d = 1; d <= 2; d++) {
		assert_last(d, 0x05);
		assert_false(carries(d));
		assert_int_equal(lacp_why(dut(d)), LACP_WHY_HELD);
	}
	assert_false(lacp_carrier(&bench.sys));
	go(200000);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	bench.config.hold = false;
	dut_configure();
	assert_true(carries(1) && carries(2)); /* they had waited */
}

static void
sys_18_flap_storm(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	tester_every(1, 0x3d, 1000);
	t = ms();
	for (int n = 0; n < 1200; n++) {
		dut_link(2, n & 1);
		go(50);
	}
	for (unsigned int n = 0; sent_since(1, t, n); n++)
		assert_int_equal(sent_since(1, t, n)->pdu.actor.state, 0x3d);
	assert_true(carries(1)); /* check_rate() holds D2 to three a second */
}

static void
h31_an_aggregator_is_reclaimed_once_even_when_that_takes_time(void **state)
{
	BENCH_UNUSED(state);
	bench.config.max_aggregators = 1;
	bench_start(2);
	make_up(1);
	bench.port[2].tester.sys[5] = 9;
	make_exp0(2);
	hear_first(2, 0x05);
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_NO_AGGREGATOR);
	bench.path_delay = 300;
	dut_link(1, false);
	hear(2, FULL);
	assert_int_equal(dut(2)->selected, LACP_UNSELECTED);
	go(300);
	assert_int_equal(dut(2)->selected, LACP_SELECTED);
	assert_int_equal(dut(1)->counters.unselected, 1);
}

static void
silence_as_seen_by_sync(bool alone)
{
	bench.config.fast = true;
	bench.config.sync_alone = alone;
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	bench.port[1].every = 0;
	go(3500);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(last(1)->pdu.actor.state & LACP_SYNC, alone ? 0 : LACP_SYNC);
	hear(1, 0x3f);
	go(1000);
	assert_int_equal(last(1)->pdu.actor.state & LACP_SYNC, LACP_SYNC);
	assert_int_equal(dut(1)->mux, LACP_MUX_DISTRIBUTING);

	hear(1, 0x3f | LACP_EXPIRED);
	assert_int_equal(dut(1)->mux, alone ? LACP_MUX_COLLECTING : LACP_MUX_DISTRIBUTING);
	hear(1, 0x3f);
	assert_int_equal(dut(1)->mux, LACP_MUX_DISTRIBUTING);
}

/* Open vSwitch sends while it sees SYNC, and says SYNC, COL and DIST while it hears nothing. */
static void
h34_silence_is_told_to_partners_that_look_at_sync_alone(void **state)
{
	BENCH_UNUSED(state);
	silence_as_seen_by_sync(true);
}

static void
h34_by_default_sync_stays_as_the_standard_has_it(void **state)
{
	BENCH_UNUSED(state);
	silence_as_seen_by_sync(false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(h21_two_passive_ends_are_silent),
		BENCH_TEST(h24_no_ping_pong),
		BENCH_TEST(h26_an_individual_partner_in_sync_comes_up_alone),
		BENCH_TEST(h27_two_links_with_one_partner_port_number),
		BENCH_TEST(h29_time_that_jumps_back_or_repeats),
		BENCH_TEST(h31_a_lag_id_known_only_through_a_dead_port_is_joined),
		BENCH_TEST(h31_an_emptied_aggregator_forgets_its_lag_id),
		BENCH_TEST(h31_an_aggregator_is_reclaimed_once_even_when_that_takes_time),
		BENCH_TEST(h33_a_port_that_comes_back_with_another_number_begins_anew),
		BENCH_TEST(h34_silence_is_told_to_partners_that_look_at_sync_alone),
		BENCH_TEST(h34_by_default_sync_stays_as_the_standard_has_it),
		BENCH_TEST(sys_05_two_pdus_lost_of_a_partner_at_900_ms),
		BENCH_TEST(sys_05_two_pdus_lost_of_a_partner_at_1_s),
		BENCH_TEST(sys_08_partner_fallback_trap),
		BENCH_TEST(sys_10_actor_state_0),
		BENCH_TEST(sys_14_bond_down_keeps_contact_but_not_sync),
		BENCH_TEST(sys_18_flap_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
