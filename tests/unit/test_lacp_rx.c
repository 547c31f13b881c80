/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_rx.c - the Receive machine: all inputs of next(), and the conformance cases RX. */
#include "lacp_bench.h"

/* A change of the partner's identity: detach at once, wait, attach again. */
static void
expect_restart(unsigned int d, uint8_t a)
{
	const uint64_t at = ms();

	assert_state(d, 0x05);
	assert_false(bench.port[d].rx_open || bench.port[d].tx_open);
	assert_int_equal(pdus(d, at, at + 1), 1);
	assert_last(d, 0x05);
	assert_int_equal(entered(d, LACP_MACHINE_MUX, "DETACHED", at), 1);
	tester_every(d, a, 1000);
	go(1999);
	assert_int_equal(dut(d)->mux, LACP_MUX_WAITING);
	go(1);
	assert_true(dut(d)->actor.state & LACP_SYNC);
	go(1000);
	assert_state(d, 0x3d);
}

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
rx_20_update_selected_system(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.sys[5] = 3;
	hear(1, 0x3d);
	expect_restart(1, 0x3d);
}

static void
rx_21_update_selected_system_priority(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.sys_prio = 0x7fff;
	hear(1, 0x3d);
	expect_restart(1, 0x3d);
}

static void
rx_22_update_selected_key(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.key = 0x21;
	hear(1, 0x3d);
	expect_restart(1, 0x3d);
}

static void
rx_23_update_selected_port_number(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.port = 12;
	hear(1, 0x3d);
	expect_restart(1, 0x3d);
}

static void
rx_24_update_selected_port_priority(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.port_prio = 1;
	hear(1, 0x3d);
	expect_restart(1, 0x3d);
}

static void
rx_25_update_selected_aggregation(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x39);
	expect_restart(1, 0x39);
	assert_true(dut(1)->agg->individual);
}

static void
rx_26_other_bits_never_detach(void **state)
{
	static const uint8_t bits[] = {LACP_SYNC,    LACP_COLLECTING, LACP_DISTRIBUTING,
				       LACP_TIMEOUT, LACP_ACTIVITY,   LACP_DEFAULTED,
				       LACP_EXPIRED};
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	for (size_t n = 0; n < sizeof(bits); n++) {
		hear(1, 0x3d ^ bits[n]);
		go(1000);
		hear(1, 0x3d);
		go(1000);
		assert_state(1, 0x3d);
	}
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 0);
	assert_int_equal(dut(1)->counters.unselected, 0);
}

static void
rx_28_update_default_selected_equal(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.select_defaulted = true;
	bench.port[1].config.partner_admin = bench.port[1].tester;
	bench.port[1].config.partner_admin.state = LACP_AGGREGATION;
	bench_start(1);
	make_up(1);
	t = ms();
	bench.port[1].every = 0;
	go(100000);
	assert_int_equal(dut(1)->rx, LACP_RX_DEFAULTED);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	assert_state(1, 0x4d);
	assert_int_equal(entered(1, LACP_MACHINE_SELECTED, "UNSELECTED", t), 0);
}

/* ATT, then an LACPDU in sync whose view of us the caller has spoilt; it is processed all the same. */
static void
expect_mismatch(const struct lacp_pdu *pdu)
{
	const uint64_t before = dut(1)->current_while;

	go(500);
	tell(1, pdu);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	assert_int_equal(dut(1)->partner.state & LACP_SYNC, 0);
	assert_false(bench.port[1].rx_open);
	assert_true(dut(1)->current_while > before);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_PARTNER_VIEW);
}

static struct lacp_pdu
att_and_in_sync(void)
{
	bench_start(1);
	make_att(1);
	return says(1, 0x0d);
}

static void
rx_29_match_wrong_partner_port(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.port = 99;
	expect_mismatch(&pdu);
}

static void
rx_30_match_wrong_partner_port_priority(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.port_prio++;
	expect_mismatch(&pdu);
}

static void
rx_31_match_wrong_partner_system(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.sys[5] = 9;
	expect_mismatch(&pdu);
}

static void
rx_32_match_wrong_partner_system_priority(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.sys_prio++;
	expect_mismatch(&pdu);
}

static void
rx_33_match_wrong_partner_key(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.key++;
	expect_mismatch(&pdu);
}

static void
rx_34_match_wrong_partner_aggregation(void **state)
{
	struct lacp_pdu pdu = att_and_in_sync();

	BENCH_UNUSED(state);
	pdu.partner.state ^= LACP_AGGREGATION;
	expect_mismatch(&pdu);
}

static void
rx_35_an_individual_partner_matches_with_any_view(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	hear_first(1, 0x01);
	go(2000);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	hear_first(1, 0x09);
	assert_int_equal(dut(1)->mux, LACP_MUX_COLLECTING);
}

static void
rx_37_alive_partner_passive_believes_us_active(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	hear(1, 0x0c);
	assert_int_equal(dut(1)->mux, LACP_MUX_COLLECTING);
}

static void
rx_38_alive_partner_passive_believes_us_passive(void **state)
{
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	go(1000);
	pdu = says(1, 0x0c);
	pdu.partner.state &= (uint8_t)~LACP_ACTIVITY;
	tell(1, &pdu);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	expect_reply(1);
}

static void
rx_39_both_passive_are_not_alive(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.config.active = false;
	bench.port[1].every = 0;
	dut_configure();
	hear(1, 0x3c);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
}

static void
rx_40_order_of_functions(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.key = 0x77;
	hear(1, 0x3d);
	assert_int_equal(dut(1)->counters.unselected, 1);
	assert_int_equal(dut(1)->partner.key, 0x77);
	assert_int_equal(last(1)->pdu.partner.key, 0x77);
}

static void
rx_41_port_moved(void **state)
{
	struct lacp_aggregator *a;
	uint16_t id;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	a = dut(1)->agg;
	id = lacp_port_aggregator(dut(1));
	dut_link(1, false);
	bench.port[1].every = 0;
	make_exp0(2);
	bench.port[2].tester = bench.port[1].tester;
	hear_first(2, 0x05);
	assert_true(entered(1, LACP_MACHINE_RX, "INITIALIZE", 1));
	assert_int_equal(dut(1)->rx, LACP_RX_PORT_DISABLED);
	assert_int_equal(dut(1)->partner.port, 0);
	assert_state(1, 0x45);
	assert_false(dut(1)->port_moved);
	assert_null(dut(1)->agg);
	assert_ptr_equal(dut(2)->agg, a);
	assert_int_equal(lacp_port_aggregator(dut(2)), id);
	assert_int_equal(dut(2)->selected, LACP_SELECTED);
}

static void
rx_42_port_moved_needs_the_same_system_and_port(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	dut_link(1, false);
	bench.port[1].every = 0;
	make_exp0(2);
	hear_first(2, 0x05); /* port 12 */
	bench.port[2].tester.port = 11;
	bench.port[2].tester.sys[5] = 9;
	hear_first(2, 0x05);
	assert_int_equal(entered(1, LACP_MACHINE_RX, "INITIALIZE", 1), 0);
	assert_int_equal(dut(1)->partner.port, 11);
}

static void
rx_43_a_pdu_at_the_instant_of_expiry_wins(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x3f);
	tester_every(1, 0x3f, 3000);
	go(60000);
	assert_state(1, 0x3f);
	assert_int_equal(dut(1)->counters.expired, 0);
}

static void
rx_44_after_a_stall_queued_pdus_come_before_timers(void **state)
{
	BENCH_UNUSED(state);
	bench.config.fast = true;
	bench_start(2);
	make_up2();
	bench.port[1].every = bench.port[2].every = 0;
	bench.now += 5 * LACP_SEC;
	hear(1, 0x3f); /* runs no timer of D2 either */
	assert_int_equal(dut(2)->rx, LACP_RX_CURRENT);
	hear(2, 0x3f);
	go(2999);
	assert_state(1, 0x3f);
	assert_state(2, 0x3f);
	assert_int_equal(dut(1)->counters.expired + dut(2)->counters.expired, 0);
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
		BENCH_TEST(rx_20_update_selected_system),
		BENCH_TEST(rx_21_update_selected_system_priority),
		BENCH_TEST(rx_22_update_selected_key),
		BENCH_TEST(rx_23_update_selected_port_number),
		BENCH_TEST(rx_24_update_selected_port_priority),
		BENCH_TEST(rx_25_update_selected_aggregation),
		BENCH_TEST(rx_26_other_bits_never_detach),
		BENCH_TEST(rx_28_update_default_selected_equal),
		BENCH_TEST(rx_29_match_wrong_partner_port),
		BENCH_TEST(rx_30_match_wrong_partner_port_priority),
		BENCH_TEST(rx_31_match_wrong_partner_system),
		BENCH_TEST(rx_32_match_wrong_partner_system_priority),
		BENCH_TEST(rx_33_match_wrong_partner_key),
		BENCH_TEST(rx_34_match_wrong_partner_aggregation),
		BENCH_TEST(rx_35_an_individual_partner_matches_with_any_view),
		BENCH_TEST(rx_37_alive_partner_passive_believes_us_active),
		BENCH_TEST(rx_38_alive_partner_passive_believes_us_passive),
		BENCH_TEST(rx_39_both_passive_are_not_alive),
		BENCH_TEST(rx_40_order_of_functions),
		BENCH_TEST(rx_41_port_moved),
		BENCH_TEST(rx_42_port_moved_needs_the_same_system_and_port),
		BENCH_TEST(rx_43_a_pdu_at_the_instant_of_expiry_wins),
		BENCH_TEST(rx_44_after_a_stall_queued_pdus_come_before_timers),
		BENCH_TEST(admin_values_of_the_partner_are_taken_where_they_are_in_use),
		BENCH_TEST(lacp_can_be_switched_off_and_on_while_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
