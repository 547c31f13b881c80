/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_api.c - what lacp.h promises: refusals, names, reasons, restart, and the invariants. */
#include <errno.h>

#include "lacp_bench.h"

static void
a_system_refuses_values_out_of_range(void **state)
{
	struct lacp_config c;
	struct lacp_system s;

	BENCH_UNUSED(state);
	c = bench.config;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), 0);
	assert_int_equal(lacp_deadline(&s), LACP_NEVER);
	c.user_key = 1024;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	c = bench.config;
	c.sys[0] = 1;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	memset(c.sys, 0, 6);
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	c = bench.config;
	c.max_aggregators = 0;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	c.max_aggregators = LACP_MAX_PORTS + 1;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	c = bench.config;
	c.ad_select = (enum lacp_ad_select)4;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	c = bench.config;
	c.fallback = (enum lacp_fallback)3;
	assert_int_equal(lacp_system_init(&s, &c, NULL, 0), -EINVAL);
	bench_start(1);
	assert_int_equal(lacp_system_configure(&bench.sys, &c, 0), -EINVAL);
	assert_int_equal(bench.sys.config.fallback, LACP_FALLBACK_OFF); /* all or nothing */
}

static void
a_port_refuses_bad_slots_numbers_and_addresses(void **state)
{
	struct lacp_port_config c;

	BENCH_UNUSED(state);
	bench_start(2);
	c = bench.port[3].config;
	assert_int_equal(lacp_port_add(&bench.sys, LACP_MAX_PORTS, &c, 0), -EINVAL);
	assert_int_equal(lacp_port_add(&bench.sys, 1, &c, 0), -EBUSY);
	c.number = 2;
	assert_int_equal(lacp_port_add(&bench.sys, 2, &c, 0), -EEXIST);
	assert_int_equal(lacp_port_configure(dut(1), &c, 0), -EEXIST);
	c.number = 0;
	assert_int_equal(lacp_port_add(&bench.sys, 2, &c, 0), -EINVAL);
	c = bench.port[3].config;
	c.mac[0] = 1;
	assert_int_equal(lacp_port_add(&bench.sys, 2, &c, 0), -EINVAL);
	memset(c.mac, 0, 6);
	assert_int_equal(lacp_port_add(&bench.sys, 2, &c, 0), -EINVAL);
	c = bench.port[3].config;
	c.protocol_da[5] = 1;
	assert_int_equal(lacp_port_add(&bench.sys, 2, &c, 0), -EINVAL);
	c.protocol_da[5] = 3;
	assert_int_equal(lacp_port_add(&bench.sys, LACP_MAX_PORTS - 1, &c, 0), 0);
	c.protocol_da[0] = 2;
	assert_int_equal(lacp_port_configure(lacp_port(&bench.sys, LACP_MAX_PORTS - 1), &c, 0),
			 -EINVAL);
}

static void
a_system_works_without_any_hook(void **state)
{
	struct lacp_port_config pc = bench.port[1].config;
	uint8_t buf[LACP_FRAME_SIZE];
	struct lacp_system s;
	struct lacp_active a;
	struct lacp_pdu pdu;
	struct lacp_port *p;
	uint32_t transaction;

	BENCH_UNUSED(state);
	assert_int_equal(lacp_system_init(&s, &bench.config, NULL, 0), 0);
	assert_int_equal(lacp_port_add(&s, 7, &pc, 0), 0);
	assert_false(lacp_active(&s, &a));
	p = lacp_port(&s, 7);
	lacp_port_link(p, true, 1000, LACP_DUPLEX_FULL, 0);
	pdu = says_first(1, 0x39);
	lacp_build_pdu(buf, pc.protocol_da, pdu.actor.sys, &pdu);
	assert_int_equal(lacp_input(p, buf, sizeof(buf), 0), LACP_PARSE_LACPDU);
	lacp_tick(&s, 2 * LACP_SEC);
	assert_true(lacp_port_collecting(p) && lacp_port_distributing(p));
	assert_true(lacp_marker_send(p, buf, 0, 0, &transaction) > 0);
	lacp_tick(&s, 3 * LACP_SEC);
	assert_int_equal(lacp_port_aggregator(p), 1);
}

static void
names_are_those_of_the_standard(void **state)
{
	char buf[64];

	BENCH_UNUSED(state);
	assert_string_equal(lacp_rx_name(LACP_RX_LACP_DISABLED), "LACP_DISABLED");
	assert_string_equal(lacp_rx_name(LACP_RX_STATES), "unknown");
	assert_string_equal(lacp_mux_name(LACP_MUX_COLLECTING_DISTRIBUTING),
			    "COLLECTING_DISTRIBUTING");
	assert_string_equal(lacp_mux_name(LACP_MUX_STATES), "unknown");
	assert_string_equal(lacp_selected_name(LACP_STANDBY), "STANDBY");
	assert_string_equal(lacp_selected_name((enum lacp_selected)3), "unknown");
	assert_string_equal(lacp_machine_name(LACP_MACHINE_MUX), "mux");
	assert_string_equal(lacp_machine_name((enum lacp_machine)8), "unknown");
	assert_string_equal(lacp_state_text(0x3d, buf, sizeof(buf)), "ACT|AGG|SYNC|COL|DIST");
	assert_string_equal(lacp_state_text(0xc2, buf, sizeof(buf)), "TMO|DEF|EXP");
	assert_string_equal(lacp_state_text(0, buf, sizeof(buf)), "");
	assert_string_equal(lacp_state_text(0xff, buf, 8), "ACT|TMO");
	lacp_state_text(0xff, buf, 0);
}

static void
expect_why(unsigned int d, enum lacp_why why, const char *text)
{
	char buf[160];

	assert_int_equal(lacp_why(dut(d)), why);
	assert_true(lacp_why_text(dut(d), buf, sizeof(buf)) < (int)sizeof(buf));
	assert_string_equal(buf, text);
}

static void
a_port_says_why_it_does_not_carry_data(void **state)
{
	struct lacp_pdu pdu;

	BENCH_UNUSED(state);
	bench_start(2);
	expect_why(1, LACP_WHY_LINK_DOWN, "the link is down");
	make_exp0(1);
	expect_why(1, LACP_WHY_NO_PARTNER, "no LACP partner answers");
	hear_first(1, 0x05);
	expect_why(1, LACP_WHY_WAITING, "waits for the aggregate wait time");
	go(2000);
	expect_why(1, LACP_WHY_PARTNER_NOT_SYNC, "the partner is not in sync");
	pdu = says(1, 0x0d);
	pdu.partner.key++;
	tell(1, &pdu);
	expect_why(1, LACP_WHY_PARTNER_VIEW, "the partner repeats wrong facts about this port");
	hear(1, 0x0d);
	expect_why(1, LACP_WHY_PARTNER_NOT_COLLECTING, "the partner does not collect");
	hear(1, 0x3d);
	expect_why(1, LACP_WHY_CARRYING, "carries data");
	go(90000);
	expect_why(1, LACP_WHY_PARTNER_SILENT, "the partner has fallen silent");
	lacp_port_link(dut(2), true, 100, LACP_DUPLEX_HALF, bench.now);
	expect_why(2, LACP_WHY_HALF_DUPLEX, "the link is half duplex");
}

/* ---- hitless restart, 16.19 and SYS-16 ---- */

/* The process stops and another one starts with the same configuration. */
static void
restart(const struct lacp_saved *saved, uint64_t age_ms, int expected)
{
	const uint64_t t = ms() + age_ms;

	bench.now = t * LACP_MSEC;
	bench_start(2);
	for (unsigned int d = 1; d <= 2; d++) {
		if (expected != 0) /* a data path that begins anew is closed */
			bench.port[d].rx_open = bench.port[d].tx_open = false;
		lacp_port_link(dut(d), true, 10000, LACP_DUPLEX_FULL, bench.now);
		assert_int_equal(
			lacp_port_restore(dut(d), &saved[d - 1], age_ms * LACP_MSEC, bench.now),
			expected);
	}
	drain();
}

static void
sys_16_hitless_restart(void **state)
{
	struct lacp_saved saved[2];
	uint64_t t;

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	t = ms();
	assert_int_equal(lacp_port_save(dut(1), &saved[0]), 0);
	assert_int_equal(lacp_port_save(dut(2), &saved[1]), 0);
	restart(saved, 5000, 0);
	for (unsigned int d = 1; d <= 2; d++) {
		assert_int_equal(sent_since(d, t, 0)->at, t + 5000);
		assert_int_equal(sent_since(d, t, 0)->pdu.partner.port, 10 + d);
		assert_true(lacp_port_distributing(dut(d)));
	}
	go(300000);
	for (size_t n = 0; n < bench.n_sent; n++)
		if (bench.sent[n].at >= t)
			assert_int_equal(bench.sent[n].pdu.actor.state, 0x3d);
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
	/* and the port goes on as if nothing had been */
	hear(1, 0x05);
	assert_state(1, 0x0d);
}

static void
a_restart_that_took_too_long_is_refused(void **state)
{
	struct lacp_saved saved[2];

	BENCH_UNUSED(state);
	bench_start(2);
	make_up2();
	hear(1, 0x3f); /* the partner expires us after 3 s */
	hear(2, 0x3f);
	assert_int_equal(lacp_port_save(dut(1), &saved[0]), 0);
	assert_int_equal(lacp_port_save(dut(2), &saved[1]), 0);
	restart(saved, 3000, -ESTALE);
	assert_last(1, 0xc5);
	restart(saved, 2999, 0);
	assert_last(1, 0x3d);
}

static void
only_what_fits_is_saved_and_restored(void **state)
{
	struct lacp_saved saved, other;

	BENCH_UNUSED(state);
	bench_start(2);
	assert_int_equal(lacp_port_save(dut(1), &saved), -EINVAL);
	make_up(1);
	assert_int_equal(lacp_port_save(dut(1), &saved), 0);
	assert_int_equal(lacp_port_restore(dut(1), &saved, 0, bench.now), -EINVAL); /* is up */
	assert_int_equal(lacp_port_restore(dut(2), &saved, 0, bench.now), -EINVAL); /* no link */
	make_exp0(2);
	assert_int_equal(lacp_port_restore(dut(2), &saved, 0, bench.now), -EINVAL); /* identity */
	other = saved;
	other.actor = dut(2)->actor;
	other.mux = LACP_MUX_STATES;
	assert_int_equal(lacp_port_restore(dut(2), &other, 0, bench.now), -EINVAL);
	other.mux = LACP_MUX_WAITING;
	assert_int_equal(lacp_port_restore(dut(2), &other, 0, bench.now), -EINVAL);
	other.mux = LACP_MUX_DISTRIBUTING;
	other.actor.state ^= LACP_TIMEOUT;
	assert_int_equal(lacp_port_restore(dut(2), &other, 0, bench.now), -EINVAL);
	other.actor.state ^= LACP_TIMEOUT;
	other.partner.sys[5] = 0x66; /* another partner than the active one */
	assert_int_equal(lacp_port_restore(dut(2), &other, 0, bench.now), -EINVAL);
	drain();
	assert_int_equal(dut(2)->selected, LACP_STANDBY);
	assert_state(1, 0x3d);
}

static void
a_restart_with_a_slow_data_path(void **state)
{
	struct lacp_saved saved[2];

	BENCH_UNUSED(state);
	bench.config.coupled = true;
	bench_start(2);
	make_up2();
	assert_int_equal(lacp_port_save(dut(1), &saved[0]), 0);
	assert_int_equal(lacp_port_save(dut(2), &saved[1]), 0);
	bench.path_delay = 300;
	restart(saved, 1000, 0);
	go(1000);
	assert_true(bench.port[1].rx_open && bench.port[1].tx_open);
	assert_state(1, 0x3d);
}

/* ---- the invariants see what they are for ---- */

#define BROKEN(expect, spoil)                                                                      \
	do {                                                                                       \
		bench_setup(NULL);                                                                 \
		bench_start(2);                                                                    \
		make_up2();                                                                        \
		assert_null(lacp_broken(&bench.sys));                                              \
		spoil;                                                                             \
		assert_string_equal(lacp_broken(&bench.sys), expect);                              \
	} while (0)

static void
every_invariant_is_seen_when_it_breaks(void **state)
{
	BENCH_UNUSED(state);
	BROKEN("DIST without COL", dut(1)->actor.state &= (uint8_t)~LACP_COLLECTING);
	BROKEN("COL without SYNC", dut(1)->actor.state &= (uint8_t)~LACP_SYNC);
	BROKEN("the data path is not what is told",
	       dut(1)->path_have = dut(1)->path_want = LACP_COLLECTING);
	BROKEN("EXP outside EXPIRED and PORT_DISABLED", dut(1)->actor.state |= LACP_EXPIRED);
	BROKEN("DEF with another partner than the administrative one",
	       dut(1)->actor.state |= LACP_DEFAULTED);
	BROKEN("CURRENT without current_while", dut(1)->current_while = LACP_NEVER);
	BROKEN("selected without an aggregator", dut(1)->agg = NULL);
	BROKEN("SYNC without SELECTED", dut(1)->selected = LACP_STANDBY);
	BROKEN("SYNC outside the active aggregator", bench.sys.active = &bench.sys.agg[5]);
	BROKEN("attached to an aggregator of another LAG ID", dut(1)->partner.key++);
	BROKEN("an individual link has company", dut(1)->agg->individual = true);
	BROKEN("more ports than max_active_ports", bench.sys.config.max_active_ports = 1);
	BROKEN("two aggregators with one id or LAG ID", bench.sys.agg[7] = bench.sys.agg[0]);
	bench_setup(NULL);
	bench_start(2);
	bench.sys.active = &bench.sys.agg[0];
	bench.sys.agg[0].id = 5;
	assert_string_equal(lacp_broken(&bench.sys), "the active aggregator has no port");
	bench_setup(NULL);
	bench_start(2);
	make_wait(1);
	bench.sys.active = NULL;
	assert_string_equal(lacp_broken(&bench.sys), "SELECTED outside the active aggregator");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(a_system_refuses_values_out_of_range),
		BENCH_TEST(a_port_refuses_bad_slots_numbers_and_addresses),
		BENCH_TEST(a_system_works_without_any_hook),
		BENCH_TEST(names_are_those_of_the_standard),
		BENCH_TEST(a_port_says_why_it_does_not_carry_data),
		BENCH_TEST(sys_16_hitless_restart),
		BENCH_TEST(a_restart_that_took_too_long_is_refused),
		BENCH_TEST(only_what_fits_is_saved_and_restored),
		BENCH_TEST(a_restart_with_a_slow_data_path),
		BENCH_TEST(every_invariant_is_seen_when_it_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
