/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_mux.c - the Mux machine: all inputs of next(), and the conformance cases MXI-01 to MXI-09. */
#include "lacp_bench.h"

#define INPUTS 96 /* selected (3) x ready, sync, collecting, coupled, begin (32) */

static struct lacp_system one;

static struct lacp_port
port_with(unsigned int in)
{
	one.config.coupled = in & 8;
	return (struct lacp_port){
		.sys = &one,
		.begin = in & 16,
		.ready = in & 1,
		.selected = (enum lacp_selected)(in / 32),
		.partner.state =
			(uint8_t)((in & 2 ? LACP_SYNC : 0) | (in & 4 ? LACP_COLLECTING : 0)),
	};
}

static void
next_settles_from_every_state_under_every_input(void **state)
{
	BENCH_UNUSED(state);
	for (unsigned int in = 0; in < INPUTS; in++)
		for (enum lacp_mux from = 0; from < LACP_MUX_STATES; from++) {
			struct lacp_port p = port_with(in);
			const bool sync = p.selected == LACP_SELECTED && in & 2 && !p.begin;
			const bool coupled = in & 8, collecting = in & 4;
			enum lacp_mux at = from;
			int steps = 0;

			while (lacp_mux_next(&p, at) != at) {
				at = lacp_mux_next(&p, at);
				if (at == LACP_MUX_WAITING)
					p.ready = false; /* nobody is ready who just came */
				assert_in_range(++steps, 1, LACP_MUX_STATES);
			}
			if (p.begin || p.selected == LACP_UNSELECTED)
				assert_int_equal(at, LACP_MUX_DETACHED);
			else if (p.selected == LACP_STANDBY)
				assert_int_equal(at, LACP_MUX_WAITING);
			else if (at == LACP_MUX_WAITING)
				assert_true(from <= LACP_MUX_WAITING);
			else if (!sync)
				assert_int_equal(at, LACP_MUX_ATTACHED);
			else if (coupled)
				assert_int_equal(at, LACP_MUX_COLLECTING_DISTRIBUTING);
			else
				assert_int_equal(at, collecting ? LACP_MUX_DISTRIBUTING
								: LACP_MUX_COLLECTING);
		}
}

static void
next_goes_down_in_steps(void **state)
{
	struct lacp_port p = port_with(0);

	BENCH_UNUSED(state);
	assert_int_equal(lacp_mux_next(&p, LACP_MUX_DISTRIBUTING), LACP_MUX_COLLECTING);
	assert_int_equal(lacp_mux_next(&p, LACP_MUX_COLLECTING), LACP_MUX_ATTACHED);
	assert_int_equal(lacp_mux_next(&p, LACP_MUX_ATTACHED), LACP_MUX_DETACHED);
	assert_int_equal(lacp_mux_next(&p, LACP_MUX_WAITING), LACP_MUX_DETACHED);
	assert_int_equal(lacp_mux_next(&p, LACP_MUX_COLLECTING_DISTRIBUTING), LACP_MUX_ATTACHED);
	assert_int_equal(lacp_mux_next(&p, (enum lacp_mux)LACP_MUX_STATES), LACP_MUX_DETACHED);
}

static void
mxi_01_waits_two_seconds(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_exp0(1);
	go(500);
	hear_first(1, 0x05);
	tester_every(1, 0x05, 1000);
	go(1999);
	assert_last(1, 0x05);
	go(1);
	assert_last(1, 0x0d);
	assert_int_equal(last(1)->at, 2500);
}

static void
mxi_02_attached_holds_while_the_partner_is_not_in_sync(void **state)
{
	const uint64_t t = 2000;

	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	tester_every(1, 0x05, 1000);
	go(120000);
	for (unsigned int n = 0; sent_since(1, t, n); n++)
		assert_int_equal(sent_since(1, t, n)->pdu.actor.state, 0x0d);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "COLLECTING", 0), 0);
	assert_false(bench.port[1].rx_want);
}

static void
mxi_03_attached_to_collecting(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	hear(1, 0x0d);
	assert_last(1, 0x1d);
	assert_true(bench.port[1].rx_open);
	assert_false(bench.port[1].tx_open);
	assert_true(lacp_port_collecting(dut(1)));
	assert_false(lacp_port_distributing(dut(1)));
}

static void
mxi_04_collecting_to_distributing(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	hear(1, 0x0d);
	go(1000);
	hear(1, 0x1d);
	assert_true(bench.port[1].tx_open);
	assert_true(lacp_port_distributing(dut(1)));
	assert_last(1, 0x3d);
}

static void
mxi_05_both_at_once(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	go(500);
	t = ms();
	hear(1, 0x1d);
	assert_int_equal(dut(1)->mux, LACP_MUX_DISTRIBUTING);
	assert_int_equal(pdus(1, t, t + 1), 1);
	assert_last(1, 0x3d);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "COLLECTING", t), 1);
}

static void
mxi_06_partner_stops_collecting(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x0d);
	assert_last(1, 0x1d);
	assert_true(bench.port[1].rx_open);
	assert_false(bench.port[1].tx_open);
}

static void
mxi_07_partner_out_of_sync(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	hear(1, 0x05);
	assert_last(1, 0x0d);
	assert_int_equal(pdus(1, t, t + 1), 1);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "DETACHED", t), 0);
}

static void
mxi_08_back_in_sync_without_waiting(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	hear(1, 0x05);
	go(1000);
	hear(1, 0x3d);
	assert_last(1, 0x3d);
}

static void
mxi_09_a_stopped_port_waits_again(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].tester.key = 1;
	hear(1, 0x05);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	go(1999);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	go(1);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
}

/* The reasons that operators read. */
static void
every_transition_has_its_reason(void **state)
{
	static const struct {
		enum lacp_machine machine;
		const char *to, *reason;
	} expected[] = {
		{LACP_MACHINE_RX, "EXPIRED", "link up"},
		{LACP_MACHINE_RX, "CURRENT", "LACPDU received"},
		{LACP_MACHINE_MUX, "WAITING", "selected"},
		{LACP_MACHINE_MUX, "ATTACHED", "every port of the aggregator waited"},
		{LACP_MACHINE_MUX, "COLLECTING", "partner in sync"},
		{LACP_MACHINE_MUX, "DISTRIBUTING", "partner collecting"},
		{LACP_MACHINE_MUX, "COLLECTING", "partner not collecting"},
		{LACP_MACHINE_MUX, "ATTACHED", "partner not in sync"},
		{LACP_MACHINE_MUX, "ATTACHED", "partner has a wrong view of us"},
		{LACP_MACHINE_MUX, "DETACHED", "partner key changed"},
		{LACP_MACHINE_RX, "EXPIRED", "no LACPDU for 90 s"},
		{LACP_MACHINE_MUX, "COLLECTING", "partner silent"},
		{LACP_MACHINE_RX, "DEFAULTED", "no LACPDU for 3 s in EXPIRED"},
		{LACP_MACHINE_RX, "PORT_DISABLED", "link down"},
	};
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(1);
	make_att(1);
	hear(1, 0x0d);
	hear(1, 0x3d);
	go(2000);
	hear(1, 0x0d);
	hear(1, 0x05);
	go(2000);
	hear(1, 0x3d);
	go(2000);
	pdu = says(1, 0x3d);
	pdu.partner.port = 9;
	tell(1, &pdu);
	bench.port[1].tester.key = 5;
	hear(1, 0x3d);
	go(3000);
	hear(1, 0x3d);
	go(100000);
	dut_link(1, false);
	for (size_t e = 0, from = 0; e < sizeof(expected) / sizeof(expected[0]); e++) {
		while (from < bench.n_traces &&
		       (bench.trace[from].machine != expected[e].machine ||
			strcmp(bench.trace[from].to, expected[e].to) != 0 ||
			strcmp(bench.trace[from].reason, expected[e].reason) != 0))
			from++;
		if (from == bench.n_traces)
			fail_msg("no trace of %s: %s", expected[e].to, expected[e].reason);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(next_settles_from_every_state_under_every_input),
		BENCH_TEST(next_goes_down_in_steps),
		BENCH_TEST(mxi_01_waits_two_seconds),
		BENCH_TEST(mxi_02_attached_holds_while_the_partner_is_not_in_sync),
		BENCH_TEST(mxi_03_attached_to_collecting),
		BENCH_TEST(mxi_04_collecting_to_distributing),
		BENCH_TEST(mxi_05_both_at_once),
		BENCH_TEST(mxi_06_partner_stops_collecting),
		BENCH_TEST(mxi_07_partner_out_of_sync),
		BENCH_TEST(mxi_08_back_in_sync_without_waiting),
		BENCH_TEST(mxi_09_a_stopped_port_waits_again),
		BENCH_TEST(every_transition_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
