/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_record.c - update_Selected, recordPDU, port_moved: the conformance cases RX-20 to RX-44. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
