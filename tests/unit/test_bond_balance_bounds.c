/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_bounds.c - balance-alb: storms, lies, and what is not ours do no harm. */
#include "balance_lab.h"

static void
start(unsigned int members)
{
	lab_start(BOND_MODE_BALANCE_ALB);
	for (unsigned int n = 0; n < members; n++)
		lab_attach(n, 10000);
	lab_wait(10);
}

static void
all_ask(void)
{
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab_client_asks(i);
}

static void
a_full_table_throws_out_who_was_silent_for_long_and_nobody_else(void **state)
{
	struct bond_options o = bond_options_default();
	const struct bond_balance_counts *n = bond_balance_counts(&lab.f.b);

	(void)state;
	o.mode = BOND_MODE_BALANCE_ALB;
	o.mac.donated = true;
	lab_start_with(&o, 4);
	for (unsigned int m = 0; m < 2; m++)
		lab_attach(m, 10000);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab_client_asks(i);
	assert_int_equal(n->clients, 4);
	assert_int_equal(n->full, LAB_CLIENTS - 4);
	assert_int_equal(n->evicted, 0);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		assert_int_equal(lab_member_of(i), i < 4 ? i % 2 : 0); /* the rest as without */
		assert_int_equal(lab_ping(i), 1);
	}
	lab_wait(299 * 1000);
	lab_client_asks(0);
	lab_client_asks(5);
	assert_int_equal(n->evicted, 0);
	lab_wait(1500);
	lab_client_asks(5);
	assert_int_equal(n->evicted, 1); /* the oldest, which is 1: 0 has asked since */
	assert_int_equal(n->clients, 4);
	lab_wait(1);
	assert_int_equal(lab_member_of(1), 0); /* it was told that the bond's MAC is right */
	assert_int_equal(lab_ping(1), 1);
	assert_int_equal(lab_member_of(5), 1);
}

static void
a_client_with_another_mac_is_told_there(void **state)
{
	const struct bond_balance_counts *n = bond_balance_counts(&lab.f.b);

	(void)state;
	start(2);
	all_ask();
	lab_wait(5000);
	for (uint8_t i = 0; i < 20; i++) { /* every second another one */
		lab.client[1].mac[3] = lab.client[2].mac[3] = (uint8_t)(i + 1);
		lab_host_asks(1);
		lab_host_asks(2);
		lab_wait(1000);
	}
	lab_wait(3000);
	assert_in_range(n->peers_moved, 20, 40);
	assert_int_equal(n->clients, LAB_CLIENTS);
	assert_int_equal(lab_member_of(1), 1);
	assert_int_equal(lab_member_of(2), 0);
	assert_int_equal(lab_ping(1), 1);
	fixture_do(&lab.f, "cut m1");
	lab_wait(1);
	assert_int_equal(lab_member_of(1), 0); /* where it is now */
	assert_int_equal(lab_ping(1), 1);
}

static void
an_address_that_moves_away_takes_its_clients_along(void **state)
{
	const struct bond_balance_counts *n = bond_balance_counts(&lab.f.b);
	const struct bond_ip host = lab_ip(false, 1);
	uint8_t frame[LAB_FRAME], forged[6] = {2, 0, 0, 0, 8, 8};
	size_t len;

	(void)state;
	start(2);
	all_ask();
	len = lab_arp(frame, lab_all, forged, 1, forged, &host, lab_all, &lab.client[0].ip);
	bond_balance_heard(&lab.f.b, 0, frame, len, lab.f.now);
	assert_int_equal(n->conflicts, 1); /* the host has it still: forged, or a conflict */
	assert_int_equal(n->clients, LAB_CLIENTS);
	lab.net.n_addresses = 0;
	bond_net_set(&lab.f.b, &lab.net);
	bond_balance_heard(&lab.f.b, 0, frame, len, lab.f.now);
	assert_int_equal(n->locals_moved, LAB_CLIENTS / 2);
	assert_int_equal(n->clients, LAB_CLIENTS / 2); /* those of IPv6 */
}

static void
forwarded_addresses_are_left_alone(void **state)
{
	static const uint8_t guest[6] = {2, 0, 0, 0, 7, 7};
	const struct bond_ip ip = lab_ip(false, 77);
	uint8_t frame[LAB_FRAME], copy[LAB_FRAME], slot;
	size_t len;

	(void)state;
	start(3);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		len = lab_arp(frame, lab.client[i].mac, guest, 2, guest, &ip, lab.client[i].mac,
			      &lab.client[i].ip);
		memcpy(copy, frame, len);
		bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
		assert_int_equal(slot, 0);
		assert_memory_equal(frame, copy, len);
	}
	assert_int_equal(bond_balance_counts(&lab.f.b)->foreign, LAB_CLIENTS);
	assert_int_equal(bond_balance_counts(&lab.f.b)->clients, 0);
}

static void
duplicate_address_detection_is_left_alone(void **state)
{
	static const uint8_t group_mac[6] = {0x33, 0x33, 0xff, 0, 0, 1};
	const struct bond_ip host = lab_ip(true, 1), none = {.v6 = true}, none4 = {.v6 = false};
	const struct bond_ip host4 = lab_ip(false, 1);
	uint8_t frame[LAB_FRAME], copy[LAB_FRAME], slot;
	size_t len;

	(void)state;
	start(3);
	all_ask(); /* so that there are clients who could be disturbed */
	len = lab_nd(frame, group_mac, lab.f.b.mac, 135, &none, &host, &host, lab.f.b.mac);
	memcpy(copy, frame, len);
	bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
	assert_int_equal(slot, 0);
	assert_memory_equal(frame, copy, len);
	len = lab_arp(frame, lab_all, lab.f.b.mac, 1, lab.f.b.mac, &none4, lab_all, &host4);
	memcpy(copy, frame, len);
	bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
	assert_int_equal(slot, 0);
	assert_memory_equal(frame, copy, len);
	lab.updates = 0;
	lab_wait(10000);
	assert_int_equal(lab.updates, 0);
}

/* The monitor by probes asks all, again and again: that must not teach them the bond's MAC. */
static void
probes_do_not_call_clients_back(void **state)
{
	static const struct bond_ip none = {.v6 = false}, target = {.octet = {10, 0, 0, 10}};
	const struct bond_route route = {.via = BOND_VIA_BOND, .source = {.octet = {10, 0, 0, 1}}};
	struct bond_options o;
	uint8_t frame[LAB_FRAME];
	size_t len;

	(void)state;
	start(2);
	all_ask();
	o = lab.f.b.options;
	o.probe.interval_ms = 200;
	o.probe.validate = BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP;
	o.probe.arp = (struct bond_targets){1, {{10, 0, 0, 10}}};
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	bond_probe_route(&lab.f.b, &target, &route, lab.f.now);
	lab.f.now += 200 * BOND_MSEC;
	bond_tick(&lab.f.b, lab.f.now);
	len = bond_probe_output(&lab.f.b, 0, frame, lab.f.now);
	assert_int_equal(len, 60);
	assert_memory_equal(frame + 6, lab.f.b.mac, 6);
	assert_memory_equal(frame + 28, none.octet, 4);
	/* and its answer proves that the target is there */
	len = lab_arp(frame, lab.f.b.mac, lab.client[0].mac, 2, lab.client[0].mac, &target,
		      lab.f.b.mac, &none);
	bond_probe_input(&lab.f.b, 0, frame, len, lab.f.now);
	assert_true(lab.f.b.member[0].probe.target_rx[0] == lab.f.now);
}

/* The cable is pulled between a solicitation of the host, which names that member, and its answer. */
static void
who_answers_after_its_member_was_lost_is_told_the_next(void **state)
{
	static const uint8_t group_mac[6] = {0x33, 0x33, 0xff, 0, 0, 11};
	const struct bond_ip host = lab_ip(true, 1);
	struct lab_client *c = &lab.client[1];
	char command[] = "cut m0";
	uint8_t frame[LAB_FRAME], slot;
	size_t len;

	(void)state;
	start(3);
	for (unsigned int k = 0; k < 2; k++) { /* the second one is not on the current member */
		c = &lab.client[1 + 2 * k];
		len = lab_nd(frame, group_mac, lab.f.b.mac, 135, &host, &c->ip, &c->ip,
			     lab.f.b.mac);
		bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
	}
	assert_int_equal(slot, 1);
	memcpy(c->told, lab.f.b.member[slot].mac, 6);
	c->knows = true;
	command[5] = (char)('0' + slot);
	fixture_do(&lab.f, command);
	lab_wait(1000);
	len = lab_nd(frame, lab.f.b.mac, c->mac, 136, &c->ip, &host, &c->ip, c->mac);
	bond_balance_heard(&lab.f.b, 0, frame, len, lab.f.now);
	fixture_check(&lab.f);
	lab_wait(200);
	assert_int_equal(lab_member_of(3), 2);
	assert_int_equal(lab_ping(3), 1);
}

static void
another_seed_does_not_hide_clients(void **state)
{
	struct bond_options o;

	(void)state;
	start(3);
	all_ask();
	o = lab.f.b.options;
	o.seed ^= UINT64_C(0x123456789abcdef);
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	all_ask();
	assert_int_equal(bond_balance_counts(&lab.f.b)->clients, LAB_CLIENTS);
	lab.net.n_addresses = 0;
	bond_net_set(&lab.f.b, &lab.net);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) { /* each is dropped from its own chain */
		const struct bond_ip host = lab_ip(i % 2, 1);
		uint8_t frame[LAB_FRAME], other[6] = {2, 0, 0, 0, 8, 8};
		const size_t len = lab_arp(frame, lab_all, other, 1, other, &host, lab_all, &host);

		lab_wait(200);
		bond_balance_heard(&lab.f.b, 0, frame, len, lab.f.now);
	}
	assert_int_equal(bond_balance_counts(&lab.f.b)->clients, LAB_CLIENTS / 2);
}

static void
a_storm_costs_no_more_than_the_table(void **state)
{
	static struct bond_client room[BOND_CLIENTS];
	const struct bond_balance_counts *n = bond_balance_counts(&lab.f.b);
	const struct bond_ip host = lab_ip(false, 1);
	uint8_t frame[LAB_FRAME], slot;
	uint32_t moved;

	(void)state;
	start(3);
	bond_balance_room(&lab.f.b, room, BOND_CLIENTS);
	for (uint32_t i = 0; i < 100000; i++) { /* a second of it */
		struct bond_ip who = {
			.octet = {11, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
		size_t len = lab_arp(frame, lab.client[i % LAB_CLIENTS].mac, lab.f.b.mac, 2,
				     lab.f.b.mac, &host, lab.client[0].mac, &who);

		lab.f.now += 10000;
		bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
		assert_int_not_equal(slot, BOND_NONE);
		len = lab_arp(frame, lab_all, lab.client[0].mac, 1, lab.client[0].mac, &who,
			      lab_all, &host);
		bond_balance_heard(&lab.f.b, 0, frame, len, lab.f.now);
	}
	assert_int_equal(n->clients, BOND_CLIENTS);
	assert_int_equal(n->full, 100000 - BOND_CLIENTS);
	assert_int_equal(n->evicted, 0);
	lab.f.sent = NULL;
	moved = lab.f.b.balancer.clients.on[2];
	assert_in_range(moved, BOND_CLIENTS / 3, BOND_CLIENTS / 3 + 1);
	fixture_do(&lab.f, "cut m2");
	lab_wait(100);
	for (uint32_t at = 0; at < BOND_CLIENTS;) {
		const struct bond_client *c = bond_balance_client(&lab.f.b, &at);

		assert_true(!c || c->slot < 2);
		moved -= c && c->rounds == 3; /* all have been told once */
	}
	assert_int_equal(moved, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_table_throws_out_who_was_silent_for_long_and_nobody_else),
		cmocka_unit_test(a_client_with_another_mac_is_told_there),
		cmocka_unit_test(an_address_that_moves_away_takes_its_clients_along),
		cmocka_unit_test(forwarded_addresses_are_left_alone),
		cmocka_unit_test(duplicate_address_detection_is_left_alone),
		cmocka_unit_test(probes_do_not_call_clients_back),
		cmocka_unit_test(who_answers_after_its_member_was_lost_is_told_the_next),
		cmocka_unit_test(another_seed_does_not_hide_clients),
		cmocka_unit_test(a_storm_costs_no_more_than_the_table),
	};
	return cmocka_run_group_tests_name("bond_balance_bounds", tests, NULL, NULL);
}
