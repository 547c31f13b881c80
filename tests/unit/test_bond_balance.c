/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance.c - balance-tlb and balance-alb: views, addresses, learning packets. */
#include <errno.h>

#include "balance_lab.h"

static void
start(uint32_t mode, unsigned int members)
{
	lab_start(mode);
	for (unsigned int n = 0; n < members; n++)
		lab_attach(n, 10000);
	lab_wait(10);
}

/* The current member has the bond's address, and no two have the same. */
static void
check_addresses(void)
{
	const struct bond *b = &lab.f.b;

	if (b->active != BOND_NONE)
		assert_memory_equal(b->member[b->active].mac, b->mac, 6);
	bond_foreach_member (b, one) {
		assert_memory_equal(lab.f.view.mac[one], b->member[one].mac, 6);
		bond_foreach_member (b, other)
			assert_true(one == other ||
				    !lab_same(b->member[one].mac, b->member[other].mac));
	}
	assert_memory_equal(lab.f.view.bond_mac, b->mac, 6);
}

static void
tlb_spreads_what_is_sent_and_receives_on_the_current_member(void **state)
{
	const struct bond_view *v = &lab.f.view;

	(void)state;
	start(BOND_MODE_BALANCE_TLB, 3);
	assert_int_equal(v->balance, BOND_BALANCE_TLB);
	assert_int_equal(v->spread, BOND_SPREAD_BUCKETS);
	assert_false(v->by_address);
	assert_true(v->measure);
	assert_false(v->punt_host);
	assert_int_equal(v->current, 0);
	assert_int_equal(v->tx, 7);
	assert_int_equal(v->rx, 1);
	assert_int_equal(v->rewrite, 6);
	assert_int_equal(v->restore | v->adopt, 0);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_in_range(v->bucket[i], 0, 2);
	check_addresses();
	fixture_do(&lab.f, "cut m0");
	assert_int_equal(v->current, 1);
	assert_int_equal(v->rx, 2);
	assert_int_equal(v->tx, 6);
	assert_int_equal(v->rewrite, 4);
	check_addresses();
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_in_range(v->bucket[i], 1, 2);
}

static void
alb_receives_on_every_member_what_is_for_it(void **state)
{
	const struct bond_view *v = &lab.f.view;

	(void)state;
	start(BOND_MODE_BALANCE_ALB, 3);
	assert_int_equal(v->balance, BOND_BALANCE_ALB);
	assert_true(v->by_address);
	assert_true(v->punt_host);
	assert_true(v->punt & BOND_PUNT_NEIGHBOUR);
	assert_int_equal(v->rx, 1);
	assert_int_equal(v->restore, 6);
	assert_int_equal(v->adopt, 0);
	fixture_do(&lab.f, "cut m1");
	assert_int_equal(v->adopt, 2);
	assert_int_equal(v->tx, 5);
	fixture_do(&lab.f, "host down");
	assert_int_equal(v->tx | v->rx | v->restore | v->adopt, 0);
	assert_int_equal(v->current, BOND_NONE);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_int_equal(v->bucket[i], BOND_NONE);
	fixture_do(&lab.f, "host up");
	assert_int_equal(v->tx, 5);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_int_not_equal(v->bucket[i], BOND_NONE);
}

static void
without_tlb_dynamic_lb_flows_are_hashed(void **state)
{
	struct bond_options o;
	const struct bond_view *v = &lab.f.view;

	(void)state;
	start(BOND_MODE_BALANCE_TLB, 3);
	o = lab.f.b.options;
	o.balance.dynamic_lb = false;
	o.resilient_hash = false;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	assert_int_equal(v->spread, BOND_SPREAD_MODULO); /* as Linux */
	assert_false(v->measure);
	assert_int_equal(v->rewrite, 6);
	assert_false(bond_balance_load_due(&lab.f.b, BOND_NEVER));
	o.resilient_hash = true;
	o.balance.dynamic_lb = true;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	assert_int_equal(v->spread, BOND_SPREAD_BUCKETS);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_int_not_equal(v->bucket[i], BOND_NONE);
	o.balance.lp_interval_s = 0;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
}

static struct {
	unsigned int untagged[BOND_MAX_MEMBERS], tagged[BOND_MAX_MEMBERS];
	unsigned int own;     /* of a device with its own MAC */
	unsigned int bridged; /* of somebody else */
	uint8_t own_slot;
} seen;

static const uint8_t device_mac[6] = {2, 0, 0, 0, 4, 4}, guest_mac[6] = {2, 0, 0, 0, 7, 7};

static void
note_learning(struct fixture *fixture, const uint8_t *frame, size_t len, uint8_t slot)
{
	const bool tag = lab_type(frame) == 0x8100;

	(void)fixture;
	assert_memory_equal(frame, frame + 6, 6);
	assert_int_equal(len, tag ? 64 : 60);
	assert_int_equal(frame[tag ? 16 : 12], 0x90);
	if (lab_same(frame, device_mac)) {
		seen.own++;
		seen.own_slot = slot;
	} else if (lab_same(frame, guest_mac)) {
		seen.bridged++;
		assert_int_equal(slot, lab.f.b.active);
	} else if (lab_same(frame, lab.f.b.member[slot].mac)) {
		*(tag ? &seen.tagged[slot] : &seen.untagged[slot]) += 1;
	}
}

static void
every_member_teaches_the_switch_in_every_vlan(void **state)
{
	static const struct bond_tags vlan = {1, {{0x8100, 100}}};
	static const struct bond_tags other = {1, {{0x8100, 200}}};
	static const struct bond_vlan vlans[] = {{.tags = {1, {{0x8100, 100}}}},
						 {.tags = {1, {{0x8100, 300}}}}};
	static struct bond_bridged bridged = {.mac = {2, 0, 0, 0, 7, 7}};
	static const uint32_t modes[] = {BOND_MODE_BALANCE_TLB, BOND_MODE_BALANCE_ALB};
	struct bond_options o;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		lab_start(modes[i]);
		lab.address[2] = (struct bond_address){.ip = lab_ip(false, 2), .tags = vlan};
		lab.address[3] = (struct bond_address){
			.ip = lab_ip(true, 3), .tags = other, .has_mac = true};
		memcpy(lab.address[3].mac, device_mac, 6);
		lab.net.n_addresses = 4;
		lab.net.bridged = &bridged;
		lab.net.n_bridged = 1;
		lab.net.vlan = vlans; /* one without any address */
		lab.net.n_vlans = 2;
		bond_net_set(&lab.f.b, &lab.net);
		for (unsigned int n = 0; n < 3; n++)
			lab_attach(n, 10000);
		lab_wait(10);
		lab.f.sent = note_learning;
		memset(&seen, 0, sizeof(seen));
		lab_wait(10000);
		for (unsigned int n = 0; n < 3; n++) {
			assert_int_equal(seen.untagged[n], 10);
			assert_int_equal(seen.tagged[n], 2 * 10);
		}
		assert_int_equal(seen.own, 10); /* there alone it is received */
		assert_int_equal(seen.own_slot, 0);
		assert_int_equal(seen.bridged, 0);

		memset(&seen, 0, sizeof(seen));
		fixture_do(&lab.f, "cut m0");
		lab_wait(1); /* the new one at once, with what is bridged */
		assert_int_equal(seen.untagged[1], 1);
		assert_int_equal(seen.own_slot, 1);
		assert_int_equal(seen.bridged, 1);
		assert_int_equal(seen.untagged[0], 0);

		o = lab.f.b.options;
		o.balance.lp_interval_s = 5;
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
		memset(&seen, 0, sizeof(seen));
		lab_wait(20000);
		assert_in_range(seen.untagged[2], 4, 5);
		assert_int_equal(seen.untagged[0], 0);
	}
}

/* A member is lost in the middle of its learning packets; the next one begins with its first. */
static void
who_is_lost_while_it_teaches_takes_nothing_from_the_next(void **state)
{
	static const struct bond_vlan vlans[] = {{.tags = {1, {{0x8100, 100}}}},
						 {.tags = {1, {{0x8100, 300}}}}};
	uint8_t frame[BOND_BALANCE_FRAME_SIZE], slot = BOND_NONE;
	unsigned int of_1 = 0;
	size_t len;

	(void)state;
	start(BOND_MODE_BALANCE_TLB, 3);
	lab.net.vlan = vlans;
	lab.net.n_vlans = 2;
	bond_net_set(&lab.f.b, &lab.net);
	lab_wait(5000);
	lab.f.sent = note_learning;
	memset(&seen, 0, sizeof(seen));
	lab.f.now += BOND_SEC;
	while (of_1 < 2) {
		assert_true(bond_balance_output(&lab.f.b, lab.f.now, frame, &len, &slot));
		of_1 += slot == 1;
	}
	fixture_do(&lab.f, "cut m1");
	lab_wait(1);
	assert_int_equal(seen.untagged[1] + seen.tagged[1], 0);
	assert_int_equal(seen.untagged[2], 1);
	assert_int_equal(seen.tagged[2], 2);
}

static void
members_get_addresses_of_their_own_whatever_happens(void **state)
{
	const uint8_t chosen[6] = {2, 9, 9, 9, 9, 9};
	struct bond_member_options o = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = true, .speed_mbps = 1000, .duplex = BOND_DUPLEX_FULL};
	uint8_t slot;

	(void)state;
	start(BOND_MODE_BALANCE_ALB, 2);
	/* a port with the address of another one: it gets one of its own */
	memcpy(o.perm_mac, lab.f.b.member[0].options.perm_mac, 6);
	assert_int_equal(bond_member_add(&lab.f.b, "twin", &o, &fact, lab.f.now, &slot), 0);
	fixture_check(&lab.f);
	check_addresses();
	/* likewise one without any */
	memset(o.perm_mac, 0, 6);
	assert_int_equal(bond_member_add(&lab.f.b, "none", &o, &fact, lab.f.now, &slot), 0);
	fixture_check(&lab.f);
	check_addresses();
	fixture_do(&lab.f, "activate m1"); /* m0 has that of m1 now */
	check_addresses();
	assert_memory_equal(lab.f.b.member[fixture_slot(&lab.f, "m0")].mac,
			    lab.f.b.member[fixture_slot(&lab.f, "m1")].options.perm_mac, 6);
	assert_int_equal(bond_activate(&lab.f.b, slot, lab.f.now), 0);
	fixture_check(&lab.f);
	fixture_do(&lab.f, "release m1"); /* and must give it back */
	check_addresses();
	bond_foreach_member (&lab.f.b, m)
		assert_int_not_equal(lab.f.b.member[m].mac[5], 1);
	assert_int_equal(bond_set_mac(&lab.f.b, chosen, lab.f.now), 0);
	fixture_check(&lab.f);
	check_addresses();
	assert_memory_equal(lab.f.b.mac, chosen, 6);
	/* the address of another member */
	assert_int_equal(
		bond_set_mac(&lab.f.b, lab.f.b.member[fixture_slot(&lab.f, "none")].mac, lab.f.now),
		0);
	fixture_check(&lab.f);
	check_addresses();
}

/* As recorded: plain_balance-tlb and -alb, igmp_balance-tlb and -alb. */
static void
a_port_that_leaves_its_address_is_warned_of_and_groups_are_reported(void **state)
{
	struct bond_options o;

	(void)state;
	for (uint32_t mode = BOND_MODE_BALANCE_TLB; mode <= BOND_MODE_BALANCE_ALB; mode++) {
		start(mode, 2);
		o = lab.f.b.options;
		o.resend_igmp = 3;
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
		fixture_check(&lab.f);
		lab_wait(1000);
		lab.f.reports = 0;
		fixture_do(&lab.f, "cut m0");
		lab_wait(1000);
		assert_int_equal(lab.f.reports, 3);
		fixture_do(&lab.f, "restore m0");
		lab_wait(1000);
		assert_int_equal(lab.f.reports, 3);
		lab.f.log[0] = '\0';
		fixture_do(&lab.f, "release m0");
		assert_non_null(strstr(
			lab.f.log, "the permanent HWaddr of slave - 02:00:00:00:01:00 - is still "
				   "in use by bond"));
		lab.f.log[0] = '\0';
		fixture_do(&lab.f, "release m1");
		assert_null(strstr(lab.f.log, "HWaddr"));
	}
}

static void
other_modes_know_nothing_of_it(void **state)
{
	uint8_t frame[LAB_FRAME] = {0}, slot;
	uint64_t octets[BOND_BUCKETS] = {0};
	size_t len;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 2);
	assert_int_equal(lab.f.view.balance, BOND_BALANCE_NONE);
	assert_int_equal(lab.f.view.current, BOND_NONE);
	assert_false(bond_balance_load_due(&lab.f.b, BOND_NEVER));
	bond_balance_load(&lab.f.b, octets, 0, lab.f.now);
	bond_balance_host_frame(&lab.f.b, frame, sizeof(frame), lab.f.now, &slot);
	assert_int_equal(slot, 0);
	bond_balance_heard(&lab.f.b, 0, frame, sizeof(frame), lab.f.now);
	assert_false(bond_balance_output(&lab.f.b, lab.f.now, frame, &len, &slot));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tlb_spreads_what_is_sent_and_receives_on_the_current_member),
		cmocka_unit_test(alb_receives_on_every_member_what_is_for_it),
		cmocka_unit_test(without_tlb_dynamic_lb_flows_are_hashed),
		cmocka_unit_test(every_member_teaches_the_switch_in_every_vlan),
		cmocka_unit_test(who_is_lost_while_it_teaches_takes_nothing_from_the_next),
		cmocka_unit_test(members_get_addresses_of_their_own_whatever_happens),
		cmocka_unit_test(
			a_port_that_leaves_its_address_is_warned_of_and_groups_are_reported),
		cmocka_unit_test(other_modes_know_nothing_of_it),
	};
	return cmocka_run_group_tests_name("bond_balance", tests, NULL, NULL);
}
