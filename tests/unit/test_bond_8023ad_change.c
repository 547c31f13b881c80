/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_change.c - what a person does to a bond: options, host, members. */
#include <errno.h>

#include "ad_lab.h"

#define PATHS (LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING)

static void
min_07_more_min_links_than_members_is_told(void **state)
{
	const struct lab_event *e;
	uint64_t since;

	(void)state;
	A->options.min_links = 2;
	lab_pair(2);
	lab_go(8000);
	assert_null(lab_event(A, "lacp-alarm", NULL, 0)); /* they join one after the other */
	assert_true(A->b.carrier);
	since = lab_ms();
	lab_set(A, min_links, 3);
	assert_false(A->b.carrier);
	lab_go(2900);
	assert_null(lab_event(A, "lacp-alarm", NULL, since));
	lab_go(200);
	e = lab_event(A, "lacp-alarm", "too few members", since);
	assert_non_null(e);
	assert_string_equal(e->reason, "min_links is 3, and it has 2 members: no carrier before "
				       "more join");
	assert_int_equal(e->severity, BOND_WARNING);
	since = lab_ms();
	lab_go(60000);
	assert_null(lab_event(A, "lacp-alarm", NULL, since)); /* once */
	lab_wire(A, B);
	lab_go(8000);
	e = lab_event(A, "lacp-alarm", "none", since);
	assert_non_null(e);
	assert_string_equal(e->reason, "min_links is 3, and it has 3 members");
	assert_true(A->b.carrier);
}

static void
lacp_goes_on_while_the_host_is_down(void **state)
{
	uint64_t since;

	(void)state;
	lab_pair(2);
	lab_go(5000);
	bond_host_admin(&A->b, false, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx | lab_view(A)->rx, 0);
	assert_int_equal(lab_view(A)->distributing & lab_view(A)->collecting, 3);
	lab_go(20000);
	assert_int_equal(lab_view(B)->tx, 3);
	assert_true(A->told[0].pdu_at > 24000);
	lab_carrier(0, false); /* paths close and open without the host */
	lab_go(2000);
	assert_false(A->told[0].state & LACP_DISTRIBUTING && lab_port(A, 0)->link_up);
	lab_carrier(0, true);
	lab_until(A, 0, true, 2600);
	lab_go(600);
	assert_int_equal(B->told[0].state & PATHS, PATHS);
	assert_int_equal(lab_view(A)->tx | lab_view(A)->rx, 0);
	since = lab_ms();
	bond_host_admin(&A->b, true, lab.now);
	lab_settle();
	assert_int_equal(lab_view(A)->tx & lab_view(A)->rx, 3);
	lab_go(2000);
	assert_null(lab_event(A, "lacp-mux", NULL, since));
}

static void
bonds_that_start_with_their_hosts_down_negotiate(void **state)
{
	(void)state;
	lab_start(2);
	bond_host_admin(&A->b, false, lab.now);
	bond_host_admin(&B->b, false, lab.now);
	lab_wire(A, B);
	assert_true(lab_until(A, 0, true, 2600) < 2600);
	assert_int_equal(lab_view(A)->tx, 0);
}

static void
a_host_that_is_down_makes_ports_individual_if_wanted(void **state)
{
	uint64_t since;

	(void)state;
	A->options.lacp_host_down = BOND_HOST_DOWN_INDIVIDUAL;
	lab_pair(2);
	lab_go(5000);
	assert_int_equal(A->told[0].state & A->told[1].state & LACP_AGGREGATION, LACP_AGGREGATION);
	since = lab_ms();
	bond_host_admin(&A->b, false, lab.now);
	lab_settle();
	lab_go(100);
	for (unsigned int n = 0; n < 2; n++) {
		assert_false(A->told[n].state & LACP_AGGREGATION);
		assert_true(A->told[n].pdu_at - since <= 100); /* said at once */
	}
	lab_go(3000);
	assert_int_equal(__builtin_popcount(lab_view(B)->tx), 1); /* the aggregate is apart */
	bond_host_admin(&A->b, true, lab.now);
	lab_settle();
	lab_go(4000);
	assert_int_equal(A->told[0].state & A->told[1].state & LACP_AGGREGATION, LACP_AGGREGATION);
	assert_int_equal(lab_view(A)->tx & lab_view(B)->tx, 3);
	bond_host_admin(&A->b, false, lab.now);
	lab_settle();
	lab_set(A, lacp_host_down, BOND_HOST_DOWN_KEEP); /* while it is down */
	lab_go(4000);
	assert_int_equal(lab_view(B)->tx, 3);
}

static void
options_change_while_traffic_flows(void **state)
{
	const uint64_t since = 6000;

	(void)state;
	lab_pair(2);
	lab_go(5000);
	lab_set(A, lacp_fast, false);
	assert_false(A->told[0].state & LACP_TIMEOUT); /* said at once */
	assert_int_equal(A->told[0].pdu_at, since);
	lab_go(3000);
	lab_set(A, lacp_active, false);
	assert_false(A->told[0].state & LACP_ACTIVITY);
	lab_go(3000);
	lab_set(A, coupled_control, true);
	lab_go(100);
	assert_int_equal(lab_port(A, 0)->mux, LACP_MUX_COLLECTING_DISTRIBUTING);
	lab_set(A, coupled_control, false);
	lab_go(100);
	assert_int_equal(lab_port(A, 0)->mux, LACP_MUX_DISTRIBUTING);
	lab_set(A, broadcast_neighbor, true);
	assert_true(lab_view(A)->broadcast_neighbor);
	lab_go(3000);
	assert_int_equal(lab_view(A)->tx, 3);
	assert_null(lab_event(A, "carrier", "down", since));
	assert_null(lab_event(A, "role", NULL, since));
	assert_string_equal(lab_event(A, "option", "lacp_rate=slow", since)->from,
			    "lacp_rate=fast");
	assert_non_null(lab_event(A, "option", "lacp_active=off", since));
	assert_non_null(lab_event(A, "option", "coupled_control=on", since));
	assert_non_null(lab_event(A, "option", "broadcast_neighbor=on", since));
}

static void
a_new_identity_is_said_at_once_and_taken_up_again(void **state)
{
	struct bond_options o;

	(void)state;
	lab_pair(2);
	lab_go(5000);
	o = A->b.options;
	memcpy(o.ad_actor_system, "\x02\x12\x34\x56\x78\x9a", 6);
	assert_int_equal(bond_set_options(&A->b, &o, lab.now), 0);
	lab_go(3); /* first the old path closes */
	assert_memory_equal(lab_port(B, 0)->partner.sys, o.ad_actor_system, 6);
	lab_go(4000);
	assert_int_equal(lab_view(A)->tx & lab_view(B)->tx, 3);
	assert_string_equal(lab_event(A, "option", "ad_actor_system=02:12:34:56:78:9a", 0)->from,
			    "ad_actor_system=00:00:00:00:00:00");
	lab_set(A, ad_actor_sys_prio, 7);
	lab_set(A, ad_user_port_key, 1023);
	lab_go(5000);
	assert_int_equal(lab_port(B, 1)->partner.sys_prio, 7);
	assert_int_equal(lab_port(B, 1)->partner.key, 1023 << 6 | 15);
	assert_int_equal(lab_view(A)->tx & lab_view(B)->tx, 3);
	assert_null(lab_event(A, "lacp-alarm", NULL, 0)); /* all of that was over soon */
	assert_null(lab_event(B, "lacp-alarm", NULL, 0));
}

static void
repeating_options_sends_and_changes_nothing(void **state)
{
	unsigned int events, pdus;
	struct bond_options o;
	struct bond_member_options m;

	(void)state;
	lab_pair(1);
	lab.wire[0].mute[1] = true;
	lab_go(10000); /* DEFAULTED, where it would show */
	events = A->n_events;
	pdus = A->told[0].pdus;
	o = A->b.options;
	m = A->b.member[0].options;
	assert_int_equal(bond_set_options(&A->b, &o, lab.now), 0);
	assert_int_equal(bond_member_set_options(&A->b, 0, &m, lab.now), 0);
	lab_settle();
	assert_int_equal(A->n_events, events);
	assert_int_equal(A->told[0].pdus, pdus);
}

static void
options_that_cannot_be_are_refused_and_nothing_changes(void **state)
{
	static const uint8_t group[6] = {1, 0, 0x5e, 0, 0, 1};
	const struct bond_options good = A->options;
	struct bond_options bad[8];
	struct bond b;

	(void)state;
	lab_pair(1);
	for (int i = 0; i < 8; i++)
		bad[i] = good;
	bad[0].ad_select = LACP_SELECT_PORT_PRIO + 1;
	bad[1].lacp_fallback = LACP_FALLBACK_INDIVIDUAL + 1;
	bad[2].ad_actor_sys_prio = 0;
	bad[3].ad_actor_sys_prio = 65536;
	bad[4].ad_user_port_key = 1024;
	memcpy(bad[5].ad_actor_system, group, 6);
	memset(bad[6].system_mac, 0, 6);
	bad[7].primary_reselect = 3;
	for (int i = 0; i < 8; i++) {
		bad[i].lacp_fast = false;
		assert_int_equal(bond_set_options(&A->b, &bad[i], lab.now), -EINVAL);
		assert_true(A->b.options.lacp_fast && A->b.lacp.config.fast);
		assert_int_equal(bond_init(&b, "bond0", &bad[i], NULL, 0), -EINVAL);
	}
	bad[0] = good;
	bad[0].mode = BOND_MODE_BALANCE_RR;
	assert_int_equal(bond_set_options(&A->b, &bad[0], lab.now), -EBUSY);
	bad[0].ad_actor_sys_prio = 0; /* of no meaning there */
	assert_int_equal(bond_init(&b, "bond0", &bad[0], NULL, 0), 0);
}

static void
a_member_needs_a_port_number_of_its_own_and_a_mac(void **state)
{
	const struct bond_link_fact down = {.duplex = BOND_DUPLEX_UNKNOWN};
	struct bond_member_options o = lab_member_options(A, 9);
	uint8_t slot;

	(void)state;
	lab_start(1);
	o.lacp_port = 2;
	assert_int_equal(bond_member_add(&A->b, "m0", &o, &down, lab.now, &slot), 0);
	assert_int_equal(lab_port(A, 0)->config.number, 2);
	assert_int_equal(bond_member_add(&A->b, "m1", &o, &down, lab.now, &slot), -EEXIST);
	o.lacp_port = 0; /* slot + 1 is taken: the next of its own */
	assert_int_equal(bond_member_add(&A->b, "m1", &o, &down, lab.now, &slot), 0);
	assert_int_equal(lab_port(A, 1)->config.number, 2 + BOND_MAX_MEMBERS);
	o.lacp_port = 2;
	assert_int_equal(bond_member_set_options(&A->b, 1, &o, lab.now), -EEXIST);
	assert_int_equal(A->b.member[1].options.lacp_port, 0);
	o.actor_port_prio = 65536;
	o.lacp_port = 5;
	assert_int_equal(bond_member_set_options(&A->b, 1, &o, lab.now), -EINVAL);
	o.actor_port_prio = 65535;
	assert_int_equal(bond_member_set_options(&A->b, 1, &o, lab.now), 0);
	assert_int_equal(lab_port(A, 1)->actor.port, 5);
	assert_int_equal(lab_port(A, 1)->actor.port_prio, 65535);
	assert_non_null(lab_event(A, "option", "lacp_port=5", 0));
	assert_non_null(lab_event(A, "option", "actor_port_prio=65535", 0));
	memset(o.lacp_mac, 0, sizeof(o.lacp_mac));
	assert_int_equal(bond_member_set_options(&A->b, 1, &o, lab.now), -EINVAL);
	o.lacp_port = 6;
	assert_int_equal(bond_member_add(&A->b, "m2", &o, &down, lab.now, &slot), -EINVAL);
	assert_int_equal(A->b.n_members, 2);
}

static void
a_port_number_by_slot_does_not_move_with_other_options(void **state)
{
	const struct bond_link_fact down = {.duplex = BOND_DUPLEX_UNKNOWN};
	struct bond_member_options o = lab_member_options(A, 9);
	uint8_t slot;

	(void)state;
	lab_start(1);
	o.lacp_port = 2;
	assert_int_equal(bond_member_add(&A->b, "m0", &o, &down, lab.now, &slot), 0);
	o.lacp_port = 0;
	assert_int_equal(bond_member_add(&A->b, "m1", &o, &down, lab.now, &slot), 0);
	bond_member_remove(&A->b, 0, lab.now);
	o.actor_port_prio = 1;
	assert_int_equal(bond_member_set_options(&A->b, 1, &o, lab.now), 0);
	assert_int_equal(lab_port(A, 1)->actor.port, 2 + BOND_MAX_MEMBERS);
	assert_int_equal(lab_port(A, 1)->actor.port_prio, 1);
}

static void
frames_that_cannot_be_sent_are_due_again(void **state)
{
	uint8_t octets[LACP_FRAME_SIZE];
	size_t n;

	(void)state;
	lab_pair(1);
	lab_go(5000);
	do {
		lab.now += BOND_MSEC;
		bond_tick(&A->b, lab.now);
		n = bond_lacp_output(&A->b, 0, octets, lab.now);
	} while (n == 0);
	assert_int_equal(n, LACP_FRAME_SIZE);
	bond_lacp_output_failed(&A->b, 0, lab.now);
	assert_int_equal(bond_lacp_output(&A->b, 0, octets, lab.now), 0);
	assert_int_equal(bond_deadline(&A->b), lab.now + 10 * BOND_MSEC);
	assert_int_equal(bond_lacp_output(&A->b, 0, octets, lab.now + 10 * BOND_MSEC), n);
	assert_int_equal(lab_port(A, 0)->counters.tx_failed, 1);
}

static void
frames_for_nobody_do_no_harm(void **state)
{
	uint8_t octets[LACP_FRAME_SIZE] = {0};
	struct bond_options o = bond_options_default();
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_view view;
	struct lacp_active active;
	uint8_t slot;

	(void)state;
	lab_pair(1);
	assert_int_equal(bond_lacp_input(&A->b, 7, octets, sizeof(octets), lab.now),
			 LACP_REFUSE_LACP_DISABLED);
	assert_int_equal(bond_lacp_output(&A->b, 200, octets, lab.now), 0);
	assert_int_equal(bond_lacp_input(&A->b, 0, octets, 3, lab.now), LACP_REFUSE_RUNT);

	lab_setup(NULL);
	assert_int_equal(bond_init(&A->b, "bond0", &o, NULL, 0), 0); /* another mode */
	assert_int_equal(
		bond_member_add(&A->b, "m0", &(struct bond_member_options){0}, &up, 0, &slot), 0);
	assert_int_equal(bond_lacp_input(&A->b, slot, octets, sizeof(octets), 0),
			 LACP_REFUSE_LACP_DISABLED);
	assert_int_equal(bond_lacp_output(&A->b, slot, octets, 0), 0);
	bond_lacp_output_failed(&A->b, slot, 0);
	bond_elect(&A->b, &A->view[0], &view);
	bond_view_applied(&A->b, &view, 0);
	bond_lacp_leave(&A->b, 0);
	assert_true(bond_lacp_left(&A->b) && bond_member_left(&A->b, slot));
	assert_null(bond_lacp_port(&A->b, slot));
	assert_false(bond_lacp_active(&A->b, &active));
	assert_int_equal(view.tx, 1);
	assert_int_equal(view.punt, 0);
}

static void
all_slaves_active_delivers_all_but_says_nothing_else_to_the_partner(void **state)
{
	uint64_t since;

	(void)state;
	lab_pair(2);
	lab_go(3000);
	assert_int_equal(lab_view(A)->rx, 3);
	lab_carrier(0, false);
	assert_int_equal(lab_view(A)->rx, 2);
	since = lab_ms();
	lab_set(A, all_members_active, true);
	assert_int_equal(lab_view(A)->rx, 3);
	assert_int_equal(lab_view(A)->collecting, 2);
	assert_null(lab_event(A, "lacp-mux", NULL, since));
	lab_carrier(0, true);
	lab_go(3000);
	assert_int_equal(lab_view(A)->collecting, 3);
	lab_set(A, all_members_active, false);
	assert_int_equal(lab_view(A)->rx, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(min_07_more_min_links_than_members_is_told),
		LAB_TEST(lacp_goes_on_while_the_host_is_down),
		LAB_TEST(a_host_that_is_down_makes_ports_individual_if_wanted),
		LAB_TEST(bonds_that_start_with_their_hosts_down_negotiate),
		LAB_TEST(options_change_while_traffic_flows),
		LAB_TEST(a_new_identity_is_said_at_once_and_taken_up_again),
		LAB_TEST(repeating_options_sends_and_changes_nothing),
		LAB_TEST(options_that_cannot_be_are_refused_and_nothing_changes),
		LAB_TEST(a_member_needs_a_port_number_of_its_own_and_a_mac),
		LAB_TEST(a_port_number_by_slot_does_not_move_with_other_options),
		LAB_TEST(all_slaves_active_delivers_all_but_says_nothing_else_to_the_partner),
		LAB_TEST(frames_that_cannot_be_sent_are_due_again),
		LAB_TEST(frames_for_nobody_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
