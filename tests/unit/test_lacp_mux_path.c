/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_mux_path.c - Mux and data path, Ready, coupled control: the conformance cases MXI-10 to MXC-07. */
#include "lacp_bench.h"

static void
mxi_10_hardware_before_wire_when_opening(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.path_delay = 200;
	bench_start(1);
	make_att(1);
	go(500);
	t = ms();
	hear(1, 0x0d);
	assert_int_equal(lacp_why(dut(1)), LACP_WHY_PATH);
	go(199);
	assert_int_equal(pdus(1, t, ms() + 1), 0);
	assert_true(lacp_port_collecting(dut(1))); /* asked for, not told */
	go(1);
	assert_last(1, 0x1d);
	assert_true(bench.port[1].rx_open);
}

static void
mxi_11_hardware_before_wire_when_closing(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.path_delay = 200;
	bench_start(1);
	make_up(1);
	t = ms();
	hear(1, 0x05);
	go(199);
	assert_true(bench.port[1].tx_open);
	assert_int_equal(pdus(1, t, ms() + 1), 0);
	go(1);
	assert_last(1, 0x0d);
	assert_int_equal(pdus(1, t, ms() + 1), 1);
}

static void
mxi_12_a_stuck_data_path_does_not_silence_lacp(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.path_delay = 5000;
	hear(1, 0x3f); /* wants a LACPDU a second */
	t = ms();
	hear(1, 0x07);
	go(4900);
	assert_in_range(pdus(1, t + 1, ms() + 1), 4, 6);
	assert_last(1, 0x3d); /* still true: the path is open */
	go(200);
	assert_last(1, 0x0d);
}

static void
mxi_12_a_request_that_is_taken_back(void **state)
{
	BENCH_UNUSED(state);
	bench.path_delay = 200;
	bench_start(1);
	make_att(1);
	hear(1, 0x3d);
	go(100);
	hear(1, 0x05); /* before the path was open */
	go(300);
	assert_state(1, 0x0d);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
	hear(1, 0x3d);
	go(200);
	assert_state(1, 0x3d);
}

static void
mxi_13_ready_waits_for_all(void **state)
{
	BENCH_UNUSED(state);
	bench_start(2);
	make_exp0(1);
	make_exp0(2);
	go(1000);
	hear_first(1, 0x05);
	tester_every(1, 0x05, 1000);
	go(1500);
	hear_first(2, 0x05);
	tester_every(2, 0x05, 1000);
	go(1999);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	assert_int_equal(dut(2)->mux, LACP_MUX_WAITING);
	go(1);
	assert_last(1, 0x0d);
	assert_last(2, 0x0d);
	assert_int_equal(last(1)->at, 4500);
	assert_int_equal(last(2)->at, 4500);
}

static void
mxi_14_an_attached_port_does_not_wait(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up(1);
	t = ms();
	make_exp0(2);
	hear_first(2, 0x05);
	go(2000);
	assert_int_equal(dut(2)->mux, LACP_MUX_ATTACHED);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "COLLECTING", t), 0);
	for (unsigned int n = 0; sent_since(1, t, n); n++)
		assert_int_equal(sent_since(1, t, n)->pdu.actor.state, 0x3d);
	assert_state(1, 0x3d);
}

static void
mxi_15_unselected_while_waiting(void **state)
{
	BENCH_UNUSED(state);
	bench_start(1);
	make_wait(1);
	go(1500);
	bench.port[1].tester.key = 9;
	hear(1, 0x05);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "WAITING", 1500), 1);
	go(1999);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	go(1);
	assert_int_equal(dut(1)->mux, LACP_MUX_ATTACHED);
}

static void
mxi_16_standby_from_distributing(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench.config.max_active_ports = 2;
	bench_start(2);
	make_up2();
	t = ms();
	bench.config.max_active_ports = 1;
	dut_configure();
	assert_state(1, 0x3d);
	assert_int_equal(pdus(1, t, ms() + 1), 0);
	assert_last(2, 0x05);
	assert_int_equal(last(2)->at, t);
	assert_int_equal(dut(2)->mux, LACP_MUX_WAITING);
	assert_true(lacp_port_standby(dut(2)));
	assert_int_equal(lacp_why(dut(2)), LACP_WHY_LIMIT);
}

static void
mxi_17_begin(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	bench.port[1].every = 0;
	t = ms();
	lacp_system_reset(&bench.sys, bench.now);
	drain();
	assert_int_equal(pdus(1, t, t + 1), 1);
	assert_last(1, 0xc5);
	assert_int_equal(last(1)->pdu.partner.state, 0x02);
	assert_int_equal(dut(1)->mux, LACP_MUX_DETACHED);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
}

static void
mxi_17_begin_with_a_slow_data_path(void **state)
{
	BENCH_UNUSED(state);
	bench.path_delay = 100;
	bench_start(1);
	make_up(1);
	bench.port[1].every = 0;
	lacp_system_reset(&bench.sys, bench.now);
	drain();
	assert_last(1, 0x3d);
	go(100);
	assert_last(1, 0xc5);
}

static void
mxc_01_up(void **state)
{
	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench_start(1);
	make_att(1);
	hear(1, 0x0d);
	assert_last(1, 0x3d);
	assert_true(bench.port[1].rx_open && bench.port[1].tx_open);
}

static void
mxc_02_ignores_partner_collecting(void **state)
{
	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x0d);
	assert_state(1, 0x3d);
}

static void
mxc_03_partner_out_of_sync(void **state)
{
	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench_start(1);
	make_up(1);
	hear(1, 0x05);
	assert_last(1, 0x0d);
	assert_false(bench.port[1].rx_open || bench.port[1].tx_open);
}

static void
mxc_04_unselect(void **state)
{
	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench_start(1);
	make_up(1);
	bench.port[1].tester.key = 7;
	hear(1, 0x3d);
	assert_last(1, 0x05);
}

static void
mxc_07_atomicity(void **state)
{
	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench.path_delay = 50;
	bench_start(1);
	make_att(1);
	for (int n = 0; n < 20; n++) {
		hear(1, n % 3 ? 0x0d : 0x05);
		go(700);
	}
	for (size_t n = 0; n < bench.n_sent; n++) {
		const uint8_t both = LACP_COLLECTING | LACP_DISTRIBUTING;
		const uint8_t a = bench.sent[n].pdu.actor.state & both;

		assert_true(a == 0 || a == both);
	}
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "COLLECTING", 0), 0);
}

static void
control_can_be_changed_while_up(void **state)
{
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(1);
	make_up(1);
	t = ms();
	bench.config.coupled = true;
	dut_configure();
	assert_int_equal(dut(1)->mux, LACP_MUX_COLLECTING_DISTRIBUTING);
	hear(1, 0x0d); /* does not matter to coupled control */
	assert_state(1, 0x3d);
	bench.config.coupled = false;
	dut_configure();
	assert_int_equal(dut(1)->mux, LACP_MUX_COLLECTING);
	assert_false(bench.port[1].tx_open);
	bench.config.coupled = true;
	dut_configure();
	assert_state(1, 0x3d);
	assert_int_equal(entered(1, LACP_MACHINE_MUX, "ATTACHED", t), 0);
	bench.config.coupled = false;
	hear(1, 0x3d);
	dut_configure();
	assert_int_equal(dut(1)->mux, LACP_MUX_DISTRIBUTING);
}

static void
mxi_18_a_port_attaches_only_when_the_one_it_replaces_is_closed(void **state)
{
	BENCH_UNUSED(state);
	bench.config.max_active_ports = 1;
	bench_start(2);
	make_up(2);
	make_exp0(1);
	hear_first(1, 0x05);
	go(1900);
	bench.path_delay = 200;
	hear(1, FULL);
	go(100); /* D1 has waited: D2 has to go */
	assert_int_equal(dut(2)->selected, LACP_STANDBY);
	assert_int_equal(dut(2)->mux, LACP_MUX_DISTRIBUTING);
	go(199);
	assert_int_equal(dut(1)->mux, LACP_MUX_WAITING);
	go(1);
	assert_int_equal(dut(2)->mux, LACP_MUX_WAITING);
	assert_last(2, 0x05);
	go(200);
	assert_true(carries(1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(mxi_10_hardware_before_wire_when_opening),
		BENCH_TEST(mxi_11_hardware_before_wire_when_closing),
		BENCH_TEST(mxi_12_a_stuck_data_path_does_not_silence_lacp),
		BENCH_TEST(mxi_12_a_request_that_is_taken_back),
		BENCH_TEST(mxi_13_ready_waits_for_all),
		BENCH_TEST(mxi_14_an_attached_port_does_not_wait),
		BENCH_TEST(mxi_15_unselected_while_waiting),
		BENCH_TEST(mxi_16_standby_from_distributing),
		BENCH_TEST(mxi_17_begin),
		BENCH_TEST(mxi_17_begin_with_a_slow_data_path),
		BENCH_TEST(mxc_01_up),
		BENCH_TEST(mxc_02_ignores_partner_collecting),
		BENCH_TEST(mxc_03_partner_out_of_sync),
		BENCH_TEST(mxc_04_unselect),
		BENCH_TEST(mxc_07_atomicity),
		BENCH_TEST(control_can_be_changed_while_up),
		BENCH_TEST(mxi_18_a_port_attaches_only_when_the_one_it_replaces_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
