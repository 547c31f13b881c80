/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad.c - two bonds come up, lose cables and frames, and come back. */
#include "ad_lab.h"

static void
both_ends_distribute_within_2600_ms(void **state)
{
	struct lacp_active active;

	(void)state;
	lab_pair(3);
	assert_int_equal(lab_view(A)->tx, 0);
	assert_false(A->b.carrier);
	for (uint8_t slot = 0; slot < 3; slot++) {
		lab_until(A, slot, true, 2600);
		lab_until(B, slot, true, 2600);
	}
	assert_true(lab_ms() - 1000 < 2600);
	lab_go(600); /* the flows are spread over all of them */
	assert_int_equal(lab_view(A)->tx, 7);
	assert_int_equal(lab_view(A)->rx, 7);
	assert_int_equal(lab_view(B)->tx, 7);
	assert_true(A->b.carrier && B->b.carrier);
	assert_int_equal(bond_speed_mbps(&A->b), 30000);
	assert_true(bond_lacp_active(&A->b, &active));
	assert_int_equal(active.distributing, 3);
	assert_memory_equal(active.partner_sys, B->options.system_mac, 6);
	assert_int_equal(lab_port(A, 2)->config.number, 3);
	assert_int_equal(lab_port(A, 2)->actor.port_prio, 255);
	assert_int_equal(lab_port(A, 2)->actor.sys_prio, 65535);
}

static void
slow_rate_comes_up_as_fast(void **state)
{
	(void)state;
	A->options.lacp_fast = B->options.lacp_fast = false;
	lab_pair(2);
	assert_true(lab_until(A, 0, true, 2600) < 2600);
	lab_until(B, 1, true, 2600);
	assert_true(lab_ms() - 1000 < 2600);
}

static void
every_transition_is_told_with_its_reason(void **state)
{
	const struct lab_event *e;

	(void)state;
	lab_pair(1);
	lab_go(3000);
	e = lab_event(A, "lacp-rx", "CURRENT", 0);
	assert_non_null(e);
	assert_string_equal(e->reason, "LACPDU received");
	assert_string_equal(e->member, "m0");
	assert_int_equal(e->severity, BOND_INFO);
	e = lab_event(A, "lacp-mux", "COLLECTING", 0);
	assert_non_null(e);
	assert_string_equal(e->from, "ATTACHED");
	assert_string_equal(e->line, "mux ATTACHED -> COLLECTING (partner in sync)");
	assert_int_equal(e->severity, BOND_NOTICE);
	assert_non_null(lab_event(A, "lacp-mux", "DISTRIBUTING", 0));
	e = lab_event(A, "lacp-selected", "SELECTED", 0);
	assert_non_null(e);
	assert_string_equal(e->line, "");
	e = lab_event(A, "lacp-active", "1", 0);
	assert_non_null(e);
	assert_string_equal(e->from, "none");
	assert_string_equal(e->member, "");
	assert_string_equal(lab_event(A, "role", NULL, 0)->to, "active");
	assert_string_equal(lab_event(A, "member", "added", 0)->line,
			    "Enslaving as a backup interface with a down link");
	e = lab_event(A, "carrier", "up", 0);
	assert_non_null(e);
	assert_string_equal(e->reason, "the active aggregator has min_links ports");
	e = lab_event(A, "lacp-churn", "actor NO_CHURN", 0);
	assert_non_null(e);
	assert_string_equal(e->line, "");
	lab.wire[0].mute[1] = true;
	lab_go(4000);
	e = lab_event(A, "lacp-rx", "EXPIRED", 4000);
	assert_non_null(e);
	assert_string_equal(e->line, "receive CURRENT -> EXPIRED (no LACPDU for 3 s)");
	assert_null(lab_event(A, "lacp-alarm", NULL, 0));
	lab_go(70000);
	e = lab_event(A, "lacp-churn", "partner CHURN", 0);
	assert_non_null(e);
	assert_int_equal(e->severity, BOND_WARNING);
	assert_true(strncmp(e->line, "churn partner ", 14) == 0);
	e = lab_event(A, "lacp-alarm", "no partner", 0);
	assert_non_null(e);
	assert_string_equal(e->line, "No 802.3ad response from the link partner for any adapters "
				     "in the bond");
	lab.wire[0].mute[1] = false;
	lab_go(31000);
	assert_non_null(lab_event(A, "lacp-alarm", "none", e->at));
}

/* lab_check_pdu() holds every LACPDU against the workers; here they are slow to follow. */
static void
the_wire_never_promises_what_the_workers_do_not_do(void **state)
{
	(void)state;
	lab.view_delay = 300 * BOND_MSEC;
	lab_pair(1);
	lab_until(A, 0, true, 4000);
	lab_until(B, 0, true, 4000);
	lab_go(400);
	assert_int_equal(lab_view(A)->tx, 1);
	lab.wire[0].mute[0] = true; /* B hears nothing, says so, and A has to close */
	lab_go(4000);
	assert_false(A->told[0].state & LACP_DISTRIBUTING);
	assert_int_equal(lab_view(A)->tx | lab_view(B)->tx, 0);
}

static void
receive_opens_before_and_transmit_closes_before_it_is_told(void **state)
{
	uint64_t opened;

	(void)state;
	lab.view_delay = 400 * BOND_MSEC;
	lab_pair(1);
	while (!(lab_view(A)->rx & 1))
		lab_go(1);
	opened = lab_ms();
	assert_true(lab_port(A, 0)->mux == LACP_MUX_ATTACHED);
	lab_go(398);
	assert_false(A->told[0].state & LACP_COLLECTING);
	lab_go(4);
	assert_true(A->told[0].state & LACP_COLLECTING);
	assert_in_range(A->told[0].pdu_at, opened + 399, opened + 402);
	lab_until(A, 0, true, 4000);
	lab_go(2000);
	bond_member_leave(&A->b, 0, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx, 0);
	assert_int_equal(lab_view(A)->rx, 0);
	lab_go(398);
	assert_true(A->told[0].state & LACP_DISTRIBUTING);
	lab_go(4);
	assert_int_equal(A->told[0].state & (LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING), 0);
}

/* The first view that opens the port is followed by one that closes it, and one that opens it. */
static void
a_view_made_before_a_port_changed_its_mind_is_no_answer(void **state)
{
	uint64_t opened;

	(void)state;
	lab.view_delay = 100 * BOND_MSEC;
	lab_pair(1);
	while (!lab_view(A)->collecting)
		lab_go(1);
	opened = lab_ms();
	lab_go(20);
	lab_carrier(0, false);
	assert_int_equal(lab_view(A)->collecting, 0);
	lab_go(20);
	lab_carrier(0, true);
	lab_go(5);
	assert_int_equal(lab_view(A)->collecting, 1);
	while (!(lab_port(A, 0)->actor.state & LACP_COLLECTING))
		lab_go(1);
	assert_in_range(lab_ms(), opened + 140, opened + 150); /* not from + 100 on */
}

static void
a_restless_member_does_not_keep_others_waiting(void **state)
{
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	const struct bond_member_options o = lab_member_options(A, 9);
	uint64_t since;
	uint8_t slot;

	(void)state;
	lab.view_delay = 100 * BOND_MSEC;
	lab_pair(1);
	since = lab_ms();
	while (!(lab_port(A, 0)->actor.state & LACP_DISTRIBUTING)) {
		assert_true(lab_ms() - since < 2600);
		assert_int_equal(bond_member_add(&A->b, "m9", &o, &up, lab.now, &slot), 0);
		lab_go(30); /* never are all workers on the last view */
		bond_member_remove(&A->b, slot, lab.now);
		lab_go(30);
	}
}

static void
a_pulled_cable_is_out_at_once_and_comes_back(void **state)
{
	uint8_t before[BOND_BUCKETS];

	(void)state;
	lab_pair(3);
	lab_go(3000);
	memcpy(before, lab_view(A)->bucket, sizeof(before));
	lab_carrier(1, false);
	assert_int_equal(lab_view(A)->tx, 5);
	assert_int_equal(lab_view(A)->rx, 5);
	for (unsigned int k = 0; k < BOND_BUCKETS; k++) { /* only its flows move */
		assert_int_not_equal(lab_view(A)->bucket[k], 1);
		if (before[k] != 1)
			assert_int_equal(lab_view(A)->bucket[k], before[k]);
	}
	assert_true(A->b.carrier);
	lab_go(5000);
	memcpy(before, lab_view(A)->bucket, sizeof(before));
	lab_carrier(1, true);
	assert_true(lab_until(A, 1, true, 2600) < 2600);
	lab_go(600);
	assert_int_equal(lab_view(A)->tx, 7);
	for (unsigned int k = 0; k < BOND_BUCKETS; k++) /* and it takes only its share back */
		assert_true(lab_view(A)->bucket[k] == before[k] || lab_view(A)->bucket[k] == 1);
}

static void
one_way_silence_takes_the_member_out_within_3500_ms(void **state)
{
	(void)state;
	for (unsigned int deaf = 0; deaf < 2; deaf++) {
		lab_setup(NULL);
		lab_pair(2);
		lab_go(5000);
		lab.wire[0].mute[!deaf] = true; /* that end hears nothing any more */
		lab_go(3500);
		assert_int_equal(lab_view(A)->tx, 2);
		assert_int_equal(lab_view(B)->tx, 2);
		assert_true(A->b.carrier && B->b.carrier);
		lab.wire[0].mute[!deaf] = false;
		lab_until(A, 0, true, 4000);
		lab_until(B, 0, true, 4000);
		lab_go(600);
		assert_int_equal(lab_view(A)->tx, 3);
		assert_int_equal(lab_view(B)->tx, 3);
	}
}

static void
a_long_silence_ends_with_the_first_lacpdu(void **state)
{
	(void)state;
	lab_pair(2);
	lab_go(5000);
	lab.wire[0].mute[0] = lab.wire[0].mute[1] = true;
	lab_go(60000);
	assert_int_equal(lab_view(A)->tx | lab_view(B)->tx, 2);
	lab.wire[0].mute[0] = lab.wire[0].mute[1] = false;
	lab_until(A, 0, true, 33000); /* both have fallen back to the slow rate */
	lab_go(600);
	assert_int_equal(lab_view(A)->tx, 3);
}

static void
carrier_wants_min_links_that_distribute(void **state)
{
	const struct lab_event *e;

	(void)state;
	A->options.min_links = 2;
	lab_pair(3);
	lab_go(3000);
	assert_true(A->b.carrier);
	lab_carrier(0, false);
	lab_go(10);
	assert_true(A->b.carrier);
	lab.wire[1].mute[0] = lab.wire[1].mute[1] = true; /* its link is up all the time */
	lab_go(3500);
	assert_false(A->b.carrier);
	assert_true(B->b.carrier);
	assert_int_equal(lab_view(A)->tx, 4);
	e = lab_event(A, "carrier", "down", 0);
	assert_string_equal(e->reason, "the active aggregator has fewer than min_links ports");
	assert_int_equal(e->severity, BOND_WARNING);
	lab_carrier(0, true);
	lab_go(3000);
	assert_true(A->b.carrier);
}

static void
without_lacp_strict_links_count_as_in_linux(void **state)
{
	(void)state;
	A->options.min_links = 2;
	A->options.lacp_strict = false;
	lab_pair(2);
	lab_go(5000);
	assert_true(A->b.carrier);
	lab.wire[1].mute[1] = true;
	lab_go(3500); /* EXPIRED, still of the aggregator */
	assert_int_equal(lab_view(A)->tx, 1);
	assert_true(A->b.carrier);
	lab_set(A, lacp_strict, true);
	assert_false(A->b.carrier);
	lab_set(A, min_links, 1);
	assert_true(A->b.carrier);
	lab_set(A, min_links, 33);
	assert_false(A->b.carrier);
}

static void
updelay_holds_the_port_back_and_downdelay_keeps_the_aggregate(void **state)
{
	(void)state;
	A->options.updelay_ms = 5000;
	A->options.downdelay_ms = 1000;
	lab_pair(2);
	lab_go(3000); /* the first one is needed, the second waits */
	assert_int_equal(lab_view(A)->tx, 1);
	assert_int_equal(A->b.member[1].link, BOND_LINK_BACK);
	assert_int_equal(lab_port(A, 1)->rx, LACP_RX_PORT_DISABLED);
	lab_go(5000);
	assert_int_equal(lab_view(A)->tx, 3);
	lab_carrier(0, false);
	lab_carrier(1, false);
	assert_int_equal(lab_view(A)->tx, 0);
	lab_go(990);
	assert_true(A->b.carrier); /* as Linux: it falls with the commit */
	assert_false(B->b.carrier);
	lab_go(20);
	assert_false(A->b.carrier);
	assert_int_equal(lab_port(A, 0)->rx, LACP_RX_PORT_DISABLED);
}

/* As Linux since 7.2: the switches that see neighbours do not tell each other. */
static void
with_broadcast_neighbor_who_begins_to_send_is_announced(void **state)
{
	(void)state;
	A->options.broadcast_neighbor = true;
	A->options.num_peer_notif = 2;
	lab_pair(2);
	lab_go(8000);
	assert_int_equal(A->notified, 3);
	assert_int_equal(B->notifications, 0); /* not without it */
	A->notifications = 0;
	lab_carrier(0, false);
	lab_go(5000);
	assert_int_equal(A->notifications, 0); /* nothing new to be learnt */
	lab_carrier(0, true);
	lab_go(8000);
	assert_int_equal(A->notifications, 2);
	assert_int_equal(A->notified, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(with_broadcast_neighbor_who_begins_to_send_is_announced),
		LAB_TEST(both_ends_distribute_within_2600_ms),
		LAB_TEST(slow_rate_comes_up_as_fast),
		LAB_TEST(every_transition_is_told_with_its_reason),
		LAB_TEST(the_wire_never_promises_what_the_workers_do_not_do),
		LAB_TEST(receive_opens_before_and_transmit_closes_before_it_is_told),
		LAB_TEST(a_view_made_before_a_port_changed_its_mind_is_no_answer),
		LAB_TEST(a_restless_member_does_not_keep_others_waiting),
		LAB_TEST(a_pulled_cable_is_out_at_once_and_comes_back),
		LAB_TEST(one_way_silence_takes_the_member_out_within_3500_ms),
		LAB_TEST(a_long_silence_ends_with_the_first_lacpdu),
		LAB_TEST(carrier_wants_min_links_that_distribute),
		LAB_TEST(without_lacp_strict_links_count_as_in_linux),
		LAB_TEST(updelay_holds_the_port_back_and_downdelay_keeps_the_aggregate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
