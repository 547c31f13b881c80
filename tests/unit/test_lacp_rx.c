/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_rx.c - the Receive machine: all inputs of next(), and the conformance cases RX-01 to RX-19. */
#include "lacp_bench.h"

static void
next_obeys_the_diagram_under_every_input(void **state)
{
	BENCH_UNUSED(state);
	for (enum lacp_rx rx = LACP_RX_INITIALIZE; rx <= LACP_RX_CURRENT; rx++)
		for (unsigned int in = 0; in < 32; in++) {
			const struct lacp_port p = {.rx = rx,
						    .port_enabled = in & 1,
						    .lacp_enabled = in & 2,
						    .port_moved = in & 4};
			const bool due = in & 8, pdu = in & 16;
			const bool running = p.port_enabled && p.lacp_enabled;
			const enum lacp_rx to = lacp_rx_next(&p, due, pdu);

			if (rx == LACP_RX_INITIALIZE)
				assert_int_equal(to, LACP_RX_PORT_DISABLED);
			else if (rx == LACP_RX_PORT_DISABLED && p.port_moved)
				assert_int_equal(to, LACP_RX_INITIALIZE);
			else if (!p.port_enabled)
				assert_int_equal(to, LACP_RX_PORT_DISABLED);
			else if (rx == LACP_RX_PORT_DISABLED)
				assert_int_equal(to, p.lacp_enabled ? LACP_RX_EXPIRED
								    : LACP_RX_LACP_DISABLED);
			else if (rx == LACP_RX_LACP_DISABLED)
				assert_int_equal(to, p.lacp_enabled ? LACP_RX_PORT_DISABLED
								    : LACP_RX_LACP_DISABLED);
			else if (!running)
				assert_int_equal(to, LACP_RX_PORT_DISABLED);
			else if (pdu)
				assert_int_equal(to, LACP_RX_CURRENT);
			else if (!due || rx == LACP_RX_DEFAULTED)
				assert_int_equal(to, rx);
			else
				assert_int_equal(to, rx == LACP_RX_CURRENT ? LACP_RX_EXPIRED
									   : LACP_RX_DEFAULTED);
		}
}

static void
rx_01_initialize(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	go(60000);
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	assert_state(1, 0x45);
	assert_int_equal(dut(1)->selected, LACP_UNSELECTED);
	assert_int_equal(bench.n_sent, 0);
	assert_int_equal(lacp_deadline(&bench.sys), LACP_NEVER);
}

static void
rx_02_enable(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	dut_link(1, true);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(last(1)->at, 0);
	assert_last(1, 0xc5);
	assert_int_equal(last(1)->pdu.partner.state, 0x02);
}

static void
rx_02_enable_without_cor_1_waits_a_second(void **state)
{
	BENCH_UNUSED(state);
	bench.config.no_ntt_on_expired = true;
	bench.port[1].config.key = 0; /* that the key is new at link up does not matter */
	bench_start(1);
	dut_link(1, true);
	go(999);
	assert_int_equal(bench.n_sent, 0);
	go(1);
	assert_last(1, 0xc5);
}

static void
rx_03_silence_leads_to_defaulted(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	go(2999);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	assert_last(1, 0x45);
	assert_int_equal(last(1)->pdu.partner.state, 0x00);
}

static void
rx_04_expired_to_current(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	hear_first(1, 0x05);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_last(1, 0x05);
}

static void
rx_05_defaulted_to_current(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_defd(1);
	go(2000);
	hear_first(1, 0x05);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	expect_reply(1);
	assert_last(1, 0x05);
}

static void
expect_expiry(uint64_t timeout, uint8_t a)
{
	uint64_t t0;

	bench_start(1);
	make_up(1);
	hear(1, bench.port[1].tester.state);
	t0 = ms();
	bench.port[1].every = 0;
	go_to(t0 + timeout - 1);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	assert_true(bench.port[1].tx_open);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	assert_int_equal(last(1)->at, t0 + timeout);
	assert_last(1, a);
	assert_int_equal(last(1)->pdu.partner.port, 11);
	assert_int_equal(last(1)->pdu.partner.state & (LACP_SYNC | LACP_TIMEOUT), LACP_TIMEOUT);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
}

static void
rx_07_expiry_long(void **state)
{
	BENCH_UNUSED(state);
	expect_expiry(90000, 0x8d);
}

static void
rx_08_expiry_short(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	expect_expiry(3000, 0x8f);
}

static void
rx_09_expired_lasts_three_seconds_even_with_a_long_timeout(void **state)
{
	BENCH_UNUSED(state);
	expect_expiry(90000, 0x8d);
	go(2999);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	assert_last(1, 0x45);
	assert_int_equal(last(1)->pdu.partner.port, 0);
	assert_int_equal(dut(1)->mux, LACP_MUX_DETACHED);
}

static void
rx_10_fast_probing_in_expired(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	expect_expiry(90000, 0x8d);
	t = ms();
	go(3000);
	assert_in_range(pdus(1, t, t + 3000), 3, 4);
	for (unsigned int n = 0; n < 3; n++)
		assert_int_equal(sent_since(1, t, n)->at, t + 1000 * n);
}

static void
rx_11_recovery_inside_expired(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	expect_expiry(90000, 0x8d);
	go(1000);
	t = ms();
	hear(1, 0x3d);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	go(700);
	assert_last(1, 0x3d);
	assert_in_range(pdus(1, t, t + 700), 1, 2);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 0);
}

static void
rx_13_link_down_keeps_the_partner(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].every = 0;
	dut_link(1, false);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
	go(5000);
	t = ms();
	dut_link(1, true);
	assert_int_equal(sent_since(1, t, 0)->at, t);
	assert_int_equal(sent_since(1, t, 0)->pdu.actor.state, 0x8d);
	assert_int_equal(sent_since(1, t, 0)->pdu.partner.port, 11);
}

static void
rx_14_link_flap_rejoins_without_waiting(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	dut_link(1, false);
	go(1000);
	dut_link(1, true);
	t = ms();
	hear(1, 0x0d);
	go(700);
	assert_last(1, 0x1d);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t - 1000), 0);
}

static void
rx_16_pdu_while_the_link_is_down(void **state)
{
	const struct lacp_pdu pdu = {.actor = {.state = 0x05}};
	uint8_t raw[LACP_FRAME_SIZE];

	BENCH_UNUSED(state);
	bench_start(1);
	lacp_build_pdu(raw, bench.port[1].config.protocol_da, raw, &pdu);
	assert_int_equal(tell_raw(1, raw, sizeof(raw)), LACP_REFUSE_PORT_DISABLED);
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	assert_int_equal(dut(1)->counters.lacpdu_rx, 1);
	go(10000);
	assert_int_equal(bench.n_sent, 0);
}

static void
rx_17_half_duplex_disables_lacp(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	lacp_port_link(dut(1), true, 10000, LACP_DUPLEX_HALF, bench.now);
	drain();
	assert_int_equal(dut(1)->rx, LACP_RX_LACP_DISABLED);
	assert_int_equal(lacp_port_aggregator(dut(1)), 0);
	assert_false(bench.port[1].tx_open);
	go(120000);
	assert_int_equal(pdus(1, t, ms()), 0);
	assert_int_equal(dut(1)->rx, LACP_RX_LACP_DISABLED);
	assert_true(dut(1)->parsed[LACP_REFUSE_LACP_DISABLED] > 0);
	/* and full duplex again */
	dut_link(1, true);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

static void
rx_18_unknown_duplex_runs_lacp(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	lacp_port_link(dut(1), true, UINT32_MAX, LACP_DUPLEX_UNKNOWN, bench.now);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

static void
rx_19_timeout_change_while_current(void **state)
{
	uint64_t heard;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x3d);
	heard = ms();
	bench.port[1].every = 0;
	go(10000);
	bench.config.fast = true;
	dut_configure();
	assert_last(1, 0x3f);
	go_to(heard + 30000);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	hear(1, 0x3d);
	go(2999);
	assert_int_equal(dut(1)->rx, LACP_RX_CURRENT);
	go(1);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

static void
admin_values_of_the_partner_are_taken_where_they_are_in_use(void **state)
{
	struct lacp_port_config c;

	BENCH_UNUSED(state);
	bench_start(2);
	make_defd(1);
	c = bench.port[1].config;
	c.partner_admin.key = 0x55;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	assert_int_equal(dut(1)->partner.key, 0x55);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	/* in EXPIRED, never heard: SYNC=0 and Short are kept */
	make_exp0(2);
	c = bench.port[2].config;
	c.partner_admin.key = 0x66;
	c.partner_admin.state = LACP_SYNC;
	assert_int_equal(lacp_port_configure(dut(2), &c, bench.now), 0);
	assert_int_equal(dut(2)->partner.key, 0x66);
	assert_int_equal(dut(2)->partner.state, LACP_TIMEOUT);
	/* not while a partner is known */
	hear_first(2, 0x05);
	c.partner_admin.key = 0x67;
	assert_int_equal(lacp_port_configure(dut(2), &c, bench.now), 0);
	assert_int_equal(dut(2)->partner.key, 0x20);
}

static void
lacp_can_be_switched_off_and_on_while_current(void **state)
{
	struct lacp_port_config c;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	c = bench.port[1].config;
	c.disabled = true;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	drain();
	assert_int_equal(dut(1)->rx, LACP_RX_LACP_DISABLED);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_LACP_OFF);
	c.partner_admin.key = 3;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	assert_int_equal(dut(1)->partner.key, 3);
	dut_link(1, false);
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	dut_link(1, true);
	c.disabled = false;
	assert_int_equal(lacp_port_configure(dut(1), &c, bench.now), 0);
	assert_int_equal(dut(1)->rx, LACP_RX_EXPIRED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(next_obeys_the_diagram_under_every_input),
		BENCH_TEST(rx_01_initialize),
		BENCH_TEST(rx_02_enable),
		BENCH_TEST(rx_02_enable_without_cor_1_waits_a_second),
		BENCH_TEST(rx_03_silence_leads_to_defaulted),
		BENCH_TEST(rx_04_expired_to_current),
		BENCH_TEST(rx_05_defaulted_to_current),
		BENCH_TEST(rx_07_expiry_long),
		BENCH_TEST(rx_08_expiry_short),
		BENCH_TEST(rx_09_expired_lasts_three_seconds_even_with_a_long_timeout),
		BENCH_TEST(rx_10_fast_probing_in_expired),
		BENCH_TEST(rx_11_recovery_inside_expired),
		BENCH_TEST(rx_13_link_down_keeps_the_partner),
		BENCH_TEST(rx_14_link_flap_rejoins_without_waiting),
		BENCH_TEST(rx_16_pdu_while_the_link_is_down),
		BENCH_TEST(rx_17_half_duplex_disables_lacp),
		BENCH_TEST(rx_18_unknown_duplex_runs_lacp),
		BENCH_TEST(rx_19_timeout_change_while_current),
		BENCH_TEST(admin_values_of_the_partner_are_taken_where_they_are_in_use),
		BENCH_TEST(lacp_can_be_switched_off_and_on_while_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
