/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_choice.c - several partners or none: aggregators, alarms, limits, fallback. */
#include "ad_lab.h"

/* A with n members to B and m to C. */
static void
fork_to(unsigned int n, unsigned int m)
{
	lab_start(3);
	while (n-- > 0)
		lab_wire(A, B);
	while (m-- > 0)
		lab_wire(A, C);
}

static void
only_one_of_two_aggregators_carries_data(void **state)
{
	struct lacp_active active;
	const struct lab_event *e;

	(void)state;
	A->options.lacp_fast = B->options.lacp_fast = C->options.lacp_fast = false;
	fork_to(1, 2);
	lab_go(10000);
	assert_true(bond_lacp_active(&A->b, &active));
	assert_memory_equal(active.partner_sys, C->options.system_mac, 6);
	assert_int_equal(lab_view(A)->tx, 6);
	assert_int_equal(lab_view(A)->rx, 6);
	assert_int_equal(lab_view(B)->tx, 0);
	assert_int_equal(lab_view(B)->rx, 0);
	assert_int_equal(lab_view(C)->tx, 3);
	assert_false(A->told[0].state & LACP_SYNC);
	assert_true(A->b.member[0].backup && A->b.member[0].inactive);
	assert_false(B->b.carrier);
	assert_int_equal(lacp_port_aggregator(lab_port(A, 0)), 1);
	assert_int_equal(lacp_port_aggregator(lab_port(A, 1)), 2);

	e = lab_event(A, "lacp-alarm", "partner system differs", 0);
	assert_non_null(e);
	assert_string_equal(e->member, "m0");
	assert_string_equal(e->from, "none");
	assert_string_equal(e->reason,
			    "partner system 65535-02:00:00:01:00:ff, the active aggregator has "
			    "65535-02:00:00:02:00:ff");
	assert_string_equal(e->line, "not in the active aggregator: partner system "
				     "65535-02:00:00:01:00:ff, the active aggregator has "
				     "65535-02:00:00:02:00:ff");
	assert_int_equal(e->severity, BOND_WARNING);
	assert_in_range(e->at, 1000 + 3000, 1000 + 3100); /* what lasts for 3 s, and once */
	assert_null(lab_event(A, "lacp-alarm", NULL, e->at + 1));
	assert_null(lab_event(C, "lacp-alarm", NULL, 0));
}

static void
the_other_aggregator_takes_over_and_the_alarm_ends(void **state)
{
	const struct lab_event *e;
	uint64_t cut;

	(void)state;
	fork_to(1, 2);
	lab_go(10000);
	cut = lab_ms();
	lab_carrier(1, false);
	lab_carrier(2, false);
	assert_int_equal(lab_view(A)->tx, 0);
	lab_go(3000);
	assert_int_equal(lab_view(A)->tx, 1);
	assert_int_equal(lab_view(B)->tx, 1);
	e = lab_event(A, "lacp-alarm", "none", cut);
	assert_non_null(e);
	assert_string_equal(e->from, "partner system differs");
	assert_string_equal(e->member, "m0");
	assert_true(e->line[0] != '\0');
	e = lab_event(A, "lacp-active", "1", cut);
	assert_non_null(e);
	assert_string_equal(e->from, "2");
	lab_carrier(1, true);
	lab_carrier(2, true);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 1); /* stable */
	lab_set(A, ad_select, LACP_SELECT_BANDWIDTH);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 6);
}

static void
ad_select_chooses_by_its_name(void **state)
{
	static const struct {
		uint32_t select, tx;
	} rows[] = {
		{LACP_SELECT_BANDWIDTH, 1},
		{LACP_SELECT_COUNT, 6},
		{LACP_SELECT_PORT_PRIO, 6}, /* the sum of 255 each */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lab_setup(NULL);
		A->options.ad_select = rows[i].select;
		lab.speed[1] = lab.speed[2] = 1000;
		fork_to(1, 2);
		lab_go(20000);
		assert_int_equal(lab_view(A)->tx, rows[i].tx);
	}
}

static void
the_port_priority_of_a_member_counts(void **state)
{
	struct bond_member_options o;

	(void)state;
	A->options.ad_select = LACP_SELECT_PORT_PRIO;
	fork_to(1, 2);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 6);
	o = A->b.member[0].options;
	o.actor_port_prio = 1000;
	assert_int_equal(bond_member_set_options(&A->b, 0, &o, lab.now), 0);
	lab_go(20000);
	assert_int_equal(lab_view(A)->tx, 1);
	assert_int_equal(lab_port(B, 0)->partner.port_prio, 1000);
}

static void
another_speed_is_another_key_and_an_alarm(void **state)
{
	const struct lab_event *e;

	(void)state;
	lab.speed[0] = 1000;
	lab_pair(3);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 6);
	assert_int_equal(lab_view(B)->tx, 6);
	e = lab_event(A, "lacp-alarm", "own key differs", 0);
	assert_non_null(e);
	assert_string_equal(e->reason, "own key 9, the active aggregator has 15");
	assert_null(lab_event(A, "lacp-alarm", "partner key differs", 0));
	lab.speed[0] = 10000; /* the switch port is set right */
	lab_carrier(0, true);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 7);
	assert_non_null(lab_event(A, "lacp-alarm", "none", e->at));
}

static void
another_key_of_the_partner_is_told_with_both(void **state)
{
	const struct lab_event *e;

	(void)state;
	fork_to(2, 1); /* B and C are one system, but two groups of ports */
	C->options = B->options;
	C->options.ad_user_port_key = 5;
	assert_int_equal(bond_set_options(&C->b, &C->options, lab.now), 0);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 3);
	e = lab_event(A, "lacp-alarm", "partner key differs", 0);
	assert_non_null(e);
	assert_string_equal(e->member, "m2");
	assert_string_equal(e->reason, "partner key 335, the active aggregator has 15");
}

static void
the_key_waits_for_the_speed(void **state)
{
	const struct bond_link_fact fact = {true, 25000, BOND_DUPLEX_FULL};

	(void)state;
	lab.speed[0] = 0;
	lab_pair(1);
	lab_go(500);
	assert_int_equal(A->told[0].pdus, 0);
	bond_member_link(&A->b, 0, &fact, lab.now);
	lab_go(10);
	assert_int_equal(A->told[0].pdus, 1);
	assert_int_equal(lab_port(A, 0)->actor.key, 21 + 0);
	lab_go(1000); /* B waits no longer */
	assert_true(B->told[0].pdus > 0);
	lab_go(3000);
	assert_int_equal(lab_view(A)->tx, 1);
}

static void
no_more_than_max_active_ports_are_active(void **state)
{
	struct bond_member_options o;

	(void)state;
	A->options.max_active_ports = 2;
	A->options.ad_actor_sys_prio = 1; /* its priorities decide */
	lab_pair(4);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 3);
	assert_int_equal(lab_view(B)->tx, 3);
	assert_true(lacp_port_standby(lab_port(A, 2)));
	assert_null(lab_event(A, "lacp-alarm", NULL, 0)); /* standing by is no fault */
	lab_carrier(0, false);
	lab_go(2600);
	assert_int_equal(lab_view(A)->tx, 6);
	o = A->b.member[3].options;
	o.actor_port_prio = 1;
	assert_int_equal(bond_member_set_options(&A->b, 3, &o, lab.now), 0);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 10);
	lab_set(A, max_active_ports, 0);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 14);
	lab_set(A, max_active_ports, 1);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 8);
	assert_int_equal(lab_view(B)->tx, 8);
}

static void
fallback_lets_one_member_carry_data_after_its_timeout(void **state)
{
	static const struct {
		uint32_t fallback, tx;
	} rows[] = {
		{LACP_FALLBACK_OFF, 0},
		{LACP_FALLBACK_STATIC, 1},
		{LACP_FALLBACK_INDIVIDUAL, 2}, /* stable takes the faster */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lab_setup(NULL);
		A->options.lacp_fallback = rows[i].fallback;
		A->options.lacp_fallback_timeout_s = 20;
		lab.speed[1] = 25000;
		lab_pair(2);
		lab.wire[0].mute[1] = lab.wire[1].mute[1] = true; /* no LACP there */
		lab_go(19500);
		assert_int_equal(lab_view(A)->tx, 0);
		assert_false(A->b.carrier);
		assert_non_null(lab_event(A, "lacp-alarm", "no partner", 0));
		lab_go(600);
		assert_int_equal(lab_view(A)->tx, rows[i].tx);
		assert_int_equal(lab_view(A)->rx, rows[i].tx);
		assert_int_equal(A->b.carrier, rows[i].tx != 0);
		if (rows[i].tx) {
			lab_carrier(rows[i].tx - 1, false);
			assert_int_equal(lab_view(A)->tx, 0);
			lab_go(3000);
			assert_int_equal(lab_view(A)->tx, 3 - rows[i].tx);
			lab_carrier(rows[i].tx - 1, true);
		}
		lab_go(8000); /* who hears no partner is no stray member */
		assert_null(lab_event(A, "lacp-alarm", "own key differs", 0));
		lab.wire[0].mute[1] = lab.wire[1].mute[1] = false; /* the switch learns LACP */
		lab_go(45000);
		assert_int_equal(lab_view(A)->tx, 2); /* keys differ: 25G is more */
		assert_string_equal(lab_event(A, "lacp-alarm", "none", 0)->from, "no partner");
	}
}

static void
a_bond_whose_second_member_may_still_be_answered_is_not_silent(void **state)
{
	(void)state;
	lab_pair(2);
	lab_carrier(1, false);
	lab.wire[0].mute[1] = lab.wire[1].mute[1] = true;
	lab_go(2000);
	lab_carrier(1, true);
	lab_go(1500); /* the first waits no longer, the second does */
	lab.wire[1].mute[1] = false;
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 2);
	assert_null(lab_event(A, "lacp-alarm", NULL, 0));
}

static void
a_loop_plug_raises_an_alarm_and_carries_nothing(void **state)
{
	const struct lab_event *e;

	(void)state;
	lab_start(1);
	lab_wire(A, A);
	lab_go(10000);
	assert_int_equal(lab_view(A)->tx, 0);
	e = lab_event(A, "lacp-alarm", "loopback", 0);
	assert_non_null(e);
	assert_string_equal(e->reason, "is cabled to another port of this bond");
}

static void
own_lacpdus_that_come_back_are_told_in_the_words_of_linux(void **state)
{
	uint8_t octets[LACP_FRAME_SIZE];
	const struct lab_event *e;
	size_t n;

	(void)state;
	lab_pair(1);
	lab_go(5000);
	do {
		lab.now += BOND_MSEC;
		bond_tick(&A->b, lab.now);
		n = bond_lacp_output(&A->b, 0, octets, lab.now);
	} while (n == 0);
	assert_int_equal(bond_lacp_input(&A->b, 0, octets, n, lab.now), LACP_REFUSE_REFLECTION);
	e = lab_event(A, "lacp-alarm", "reflection", 0);
	assert_non_null(e);
	assert_string_equal(e->member, "m0");
	assert_string_equal(e->line, "Check the configuration to verify that all adapters are "
				     "connected to 802.3ad compliant switch ports");
	assert_int_equal(lab_view(A)->tx, 1);
}

static void
a_partner_that_ignores_our_rate_is_told(void **state)
{
	const struct lab_event *e;

	(void)state;
	B->options.lacp_fast = false;
	lab_pair(1);
	lab_go(5000);
	for (int i = 0; i < 200; i++) { /* B's LACPDUs come through one or two in 10 s */
		lab.wire[0].mute[1] = i % 20 > 2;
		lab_go(500);
	}
	e = lab_event(A, "lacp-alarm", "rate ignored", 0);
	assert_non_null(e);
	assert_string_equal(e->member, "m0");
	assert_int_equal(e->severity, BOND_WARNING);
	lab.wire[0].mute[1] = false;
	lab_go(60000);
	do /* of another alarm first */
		e = lab_event(A, "lacp-alarm", "none", e->at + 1);
	while (e && strcmp(e->from, "rate ignored") != 0);
	assert_non_null(e);
	assert_string_equal(e->member, "m0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(only_one_of_two_aggregators_carries_data),
		LAB_TEST(the_other_aggregator_takes_over_and_the_alarm_ends),
		LAB_TEST(ad_select_chooses_by_its_name),
		LAB_TEST(the_port_priority_of_a_member_counts),
		LAB_TEST(another_speed_is_another_key_and_an_alarm),
		LAB_TEST(another_key_of_the_partner_is_told_with_both),
		LAB_TEST(the_key_waits_for_the_speed),
		LAB_TEST(no_more_than_max_active_ports_are_active),
		LAB_TEST(fallback_lets_one_member_carry_data_after_its_timeout),
		LAB_TEST(a_bond_whose_second_member_may_still_be_answered_is_not_silent),
		LAB_TEST(a_loop_plug_raises_an_alarm_and_carries_nothing),
		LAB_TEST(own_lacpdus_that_come_back_are_told_in_the_words_of_linux),
		LAB_TEST(a_partner_that_ignores_our_rate_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
