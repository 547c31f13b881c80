/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_client.c - balance-alb: neighbours send to the member that they are told. */
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

/* How many clients send to each member; each of them gets through, once. */
static void
count(unsigned int on[BOND_MAX_MEMBERS])
{
	memset(on, 0, BOND_MAX_MEMBERS * sizeof(on[0]));
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		const uint8_t slot = lab_member_of(i);

		assert_int_not_equal(slot, BOND_NONE);
		on[slot]++;
		assert_int_equal(lab_ping(i), 1);
	}
}

static void
clients_that_ask_are_given_to_the_members_in_turn(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	start(3);
	all_ask();
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		assert_int_equal(lab_member_of(i), i % 3);
	count(on);
	assert_true(on[0] == 4 && on[1] == 4 && on[2] == 4);
	assert_int_equal(bond_balance_counts(&lab.f.b)->clients, LAB_CLIENTS);
	/* asked again, a client stays where it is */
	all_ask();
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		assert_int_equal(lab_member_of(i), i % 3);
}

static void
whom_the_host_asks_is_told_two_seconds_after(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	start(3);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab_host_asks(i);
	/* a broadcast teaches the bond's own MAC; of IPv6 only the one concerned hears */
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		if (!lab.client[i].ip.v6)
			assert_int_equal(lab_member_of(i), 0);
	lab_wait(1900);
	assert_int_equal(lab.updates, 0);
	lab_wait(200);
	assert_int_equal(lab.updates, 2 * LAB_CLIENTS / 2);
	count(on);
	assert_true(on[0] == 4 && on[1] == 4 && on[2] == 4);
	lab_wait(10000);
	assert_int_equal(lab.updates, 2 * LAB_CLIENTS / 2); /* once is enough */
}

static void
announcements_without_end_do_not_keep_clients_waiting_for_ever(void **state)
{
	unsigned int rounds = 0, last = 0;

	(void)state;
	start(3);
	all_ask();
	for (unsigned int i = 0; i < 30; i++) {
		lab_host_asks(0);
		lab_wait(1000);
		rounds += lab.updates != last;
		last = lab.updates;
	}
	assert_in_range(rounds, 4, 6);
	lab_wait(3000);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		assert_int_equal(lab_member_of(i), i % 3);
}

static void
a_pulled_cable_moves_its_clients_at_once_and_tells_them_four_times(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	start(3);
	all_ask();
	lab.updates = 0;
	fixture_do(&lab.f, "cut m1");
	lab_wait(1);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		if (i % 3 != 1)
			assert_int_equal(lab_member_of(i), i % 3); /* the others stay */
	count(on);
	assert_true(on[0] == 6 && on[1] == 0 && on[2] == 6);
	assert_int_equal(lab.updates, 4 * 2);
	lab_wait(1900);
	assert_int_equal(lab.updates, 4 * 2);
	lab_wait(200);
	assert_int_equal(lab.updates, 4 * 2 * 2);
	lab_wait(20000);
	assert_int_equal(lab.updates, 4 * 2 * 4);
}

static void
who_did_not_hear_is_received_on_the_current_member_for_ten_seconds(void **state)
{
	uint8_t old[6];

	(void)state;
	start(3);
	all_ask();
	memcpy(old, lab.client[1].told, 6);
	fixture_do(&lab.f, "cut m1");
	lab_wait(1);
	assert_true(bond_balance_promisc(&lab.f.b, 0, lab.f.now));
	assert_false(bond_balance_promisc(&lab.f.b, 2, lab.f.now));
	memcpy(lab.client[1].told, old, 6); /* as if the updates had been lost */
	assert_int_equal(lab_ping(1), 1);
	lab_wait(9900);
	memcpy(lab.client[1].told, old, 6);
	assert_int_equal(lab_ping(1), 1);
	lab_wait(200);
	assert_false(bond_balance_promisc(&lab.f.b, 0, lab.f.now));
}

static void
a_lost_current_member_hands_the_address_on(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS];
	uint8_t bond_mac[6], second[6];

	(void)state;
	start(3);
	all_ask();
	memcpy(bond_mac, lab.f.b.mac, 6);
	memcpy(second, lab.f.b.member[1].mac, 6);
	fixture_do(&lab.f, "cut m0");
	lab_wait(1);
	assert_int_equal(lab.f.b.active, 1);
	assert_memory_equal(lab.f.b.mac, bond_mac, 6);
	assert_memory_equal(lab.f.b.member[1].mac, bond_mac, 6);
	assert_memory_equal(lab.f.b.member[0].mac, second, 6);
	count(on);
	assert_true(on[0] == 0 && on[1] == 6 && on[2] == 6);
	assert_true(bond_balance_promisc(&lab.f.b, 1, lab.f.now));
	/* the switch sends what is for the lost one's address to the current one */
	memcpy(lab.client[1].told, second, 6);
	assert_int_equal(lab_ping(1), 1);
}

static void
a_returned_cable_takes_its_share_without_loss(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS], moved = 0;
	uint8_t before[LAB_CLIENTS];

	(void)state;
	start(3);
	all_ask();
	fixture_do(&lab.f, "cut m1");
	lab_wait(30000);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		before[i] = lab_member_of(i);
	fixture_do(&lab.f, "restore m1");
	for (unsigned int ms = 0; ms < 300; ms++) {
		lab_wait(1);
		count(on);
	}
	assert_true(on[0] == 4 && on[1] == 4 && on[2] == 4);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		moved += lab_member_of(i) != before[i];
	assert_int_equal(moved, 4); /* no more than its share */
}

static void
a_current_member_within_downdelay_is_stood_in_for_when_the_role_goes_on(void **state)
{
	struct bond_options o = bond_options_default();
	uint8_t second[6];
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	o.mode = BOND_MODE_BALANCE_ALB;
	o.mac.donated = true;
	o.downdelay_ms = 500;
	lab_start_with(&o, LAB_ROOM);
	for (unsigned int n = 0; n < 3; n++)
		lab_attach(n, 10000);
	lab_wait(10);
	all_ask();
	memcpy(second, lab.f.b.member[1].mac, 6);
	fixture_do(&lab.f, "cut m0");
	lab_wait(10); /* the role stays, but nobody sends to it any more */
	assert_int_equal(lab.f.b.active, 0);
	count(on);
	assert_true(on[0] == 0 && on[1] == 6 && on[2] == 6);
	lab_wait(500);
	assert_int_equal(lab.f.b.active, 1);
	count(on);
	assert_true(on[0] == 0 && on[1] == 6 && on[2] == 6);
	memcpy(lab.client[1].told, second, 6); /* m1 had it, and m0 cannot receive now */
	assert_int_equal(lab_ping(1), 1);
}

static void
a_new_speed_moves_clients(void **state)
{
	const struct bond_link_fact slow = {
		.carrier = true, .speed_mbps = 1000, .duplex = BOND_DUPLEX_FULL};
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	start(2);
	all_ask();
	bond_member_link(&lab.f.b, 1, &slow, lab.f.now);
	fixture_check(&lab.f);
	lab_wait(200);
	count(on);
	assert_true(on[0] == 11 && on[1] == 1);
}

static void
shares_are_by_speed(void **state)
{
	unsigned int on[BOND_MAX_MEMBERS];

	(void)state;
	lab_start(BOND_MODE_BALANCE_ALB);
	lab_attach(0, 1000);
	lab_attach(1, 10000);
	lab_attach(2, 1000);
	all_ask();
	count(on);
	assert_true(on[0] == 1 && on[1] == 10 && on[2] == 1);
}

static void
without_alb_ipv6_only_ipv4_is_received_everywhere(void **state)
{
	struct bond_options o;

	(void)state;
	start(3);
	o = lab.f.b.options;
	o.balance.ipv6 = false;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	all_ask();
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		assert_int_equal(lab_member_of(i), i % 2 ? 0 : i / 2 % 3);
		assert_int_equal(lab_ping(i), 1);
	}
}

static void
switched_off_alb_ipv6_takes_its_clients_back(void **state)
{
	struct bond_options o;

	(void)state;
	start(3);
	all_ask();
	o = lab.f.b.options;
	o.balance.ipv6 = false;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	lab_wait(200);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		if (lab.client[i].ip.v6)
			assert_int_equal(lab_member_of(i), 0);
		assert_int_equal(lab_ping(i), 1);
	}
	fixture_do(&lab.f, "cut m0");
	lab_wait(1);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		if (lab.client[i].ip.v6)
			assert_int_equal(lab_member_of(i), 1);
		assert_int_equal(lab_ping(i), 1);
	}
	o.balance.ipv6 = true;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	lab_wait(200);
	assert_in_range(lab.f.b.balancer.clients.on[2], 5, 7);
}

static void
clients_of_a_vlan_go_with_it(void **state)
{
	static const struct bond_tags vlan = {1, {{0x8100, 100}}};
	const struct bond_balance_counts *n = bond_balance_counts(&lab.f.b);
	const struct bond_ip host = lab_ip(false, 2);
	uint8_t frame[LAB_FRAME], tagged[LAB_FRAME], slot;
	size_t len;

	(void)state;
	start(2);
	lab.address[2] = (struct bond_address){.ip = host, .tags = vlan};
	lab.net.n_addresses = 3;
	bond_net_set(&lab.f.b, &lab.net);
	len = lab_arp(frame, lab.client[0].mac, lab.f.b.mac, 2, lab.f.b.mac, &host,
		      lab.client[0].mac, &lab.client[0].ip);
	memcpy(tagged, frame, 12);
	memcpy(tagged + 12, (const uint8_t[]){0x81, 0, 0xe0, 100}, 4);
	memcpy(tagged + 16, frame + 12, len - 12);
	bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
	bond_balance_host_frame(&lab.f.b, tagged, len + 4, lab.f.now, &slot);
	assert_int_equal(n->clients, 2);
	assert_int_equal(slot, 1);
	assert_memory_equal(tagged + 26, lab.f.b.member[1].mac, 6);
	lab.net.n_addresses = 2;
	bond_net_set(&lab.f.b, &lab.net);
	assert_int_equal(n->clients, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_that_ask_are_given_to_the_members_in_turn),
		cmocka_unit_test(whom_the_host_asks_is_told_two_seconds_after),
		cmocka_unit_test(announcements_without_end_do_not_keep_clients_waiting_for_ever),
		cmocka_unit_test(
			a_pulled_cable_moves_its_clients_at_once_and_tells_them_four_times),
		cmocka_unit_test(
			who_did_not_hear_is_received_on_the_current_member_for_ten_seconds),
		cmocka_unit_test(a_lost_current_member_hands_the_address_on),
		cmocka_unit_test(a_returned_cable_takes_its_share_without_loss),
		cmocka_unit_test(
			a_current_member_within_downdelay_is_stood_in_for_when_the_role_goes_on),
		cmocka_unit_test(a_new_speed_moves_clients),
		cmocka_unit_test(shares_are_by_speed),
		cmocka_unit_test(without_alb_ipv6_only_ipv4_is_received_everywhere),
		cmocka_unit_test(switched_off_alb_ipv6_takes_its_clients_back),
		cmocka_unit_test(clients_of_a_vlan_go_with_it),
	};
	return cmocka_run_group_tests_name("bond_balance_client", tests, NULL, NULL);
}
