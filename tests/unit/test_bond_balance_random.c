/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_random.c - random lives of balance-tlb and -alb among neighbours and a switch. */
#include "balance_lab.h"

#ifdef __SANITIZE_ADDRESS__
#define LIVES 200
#else
#define LIVES 1000
#endif
#define STEPS   40
#define MEMBERS 5

static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

/* What holds at any time. */
static void
check(void)
{
	const struct bond *b = &lab.f.b;
	const struct bond_clients *t = &b->balancer.clients;
	uint32_t on[BOND_MAX_MEMBERS] = {0}, n = 0;
	const struct bond_client *c;

	if (b->active != BOND_NONE)
		assert_memory_equal(b->member[b->active].mac, b->mac, 6);
	bond_foreach_member (b, one)
		bond_foreach_member (b, other)
			assert_true(one == other ||
				    !lab_same(b->member[one].mac, b->member[other].mac));
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		assert_true(lab.f.view.n_active == 0 ? lab.f.view.bucket[i] == BOND_NONE
						     : lab.f.view.tx >> lab.f.view.bucket[i] & 1);
	assert_true(lab.f.view.current == BOND_NONE || lab.f.view.current == b->active);
	for (uint32_t at = 0; (c = bond_balance_client(b, &at)); n++) {
		if (c->slot == BOND_NONE)
			continue;
		assert_true(b->member[c->slot].used);
		assert_int_equal(b->member[c->slot].link, BOND_LINK_UP);
		assert_true(b->member[c->slot].fact.carrier && !b->member[c->slot].leaving);
		on[c->slot]++;
	}
	assert_memory_equal(on, t->on, sizeof(on));
	assert_int_equal(n, bond_balance_counts(b)->clients);
}

static void
forget_all(void)
{
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab.client[i].knows = false;
}

/* Noise from the wire and from the host: any octets behind a header that looks right. */
static void
babble(void)
{
	uint8_t frame[LAB_FRAME], slot;
	const size_t len = random_below(sizeof(frame) + 1);

	for (size_t i = 0; i < len; i++)
		frame[i] = (uint8_t)random_below(256);
	if (len >= 16) {
		frame[12] = random_below(2) ? 0x08 : 0x86;
		frame[13] = frame[12] == 0x08 ? 0x06 : 0xdd;
	}
	bond_balance_heard(&lab.f.b, (uint8_t)random_below(BOND_MAX_MEMBERS), frame, len,
			   lab.f.now);
	bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
}

static void
member_step(unsigned int n)
{
	char command[32], name[4];
	uint8_t slot;

	snprintf(name, sizeof(name), "m%u", n);
	slot = bond_member_find(&lab.f.b, name);
	if (slot == BOND_NONE) {
		lab_attach(n, 1000 * (1 + 9 * random_below(2)));
		return;
	}
	switch (random_below(12)) {
	case 0:
		if (lab.f.b.n_members == 1)
			return; /* the bond would have another address */
		fixture_do(&lab.f,
			   (snprintf(command, sizeof(command), "release %s", name), command));
		bond_foreach_member (&lab.f.b, other) /* the port has its own again */
			assert_true(lab.f.b.member[other].mac[4] != 1 ||
				    lab.f.b.member[other].mac[5] != n ||
				    lab_same(lab.f.b.member[other].mac, lab.f.b.mac));
		return;
	case 1:
		if (lab.f.b.active != BOND_NONE && lab.f.b.member[slot].link == BOND_LINK_UP &&
		    !lab.f.b.member[slot].leaving)
			fixture_do(&lab.f, (snprintf(command, sizeof(command), "activate %s", name),
					    command));
		return;
	case 2:
	case 3:
		fixture_do(&lab.f, (snprintf(command, sizeof(command), "%s %s",
					     random_below(3) ? "unhold" : "hold", name),
				    command));
		return;
	case 4: /* it is to be released some time */
		bond_member_linger(&lab.f.b, slot, lab.f.now);
		fixture_check(&lab.f);
		return;
	default:
		fixture_do(&lab.f, (snprintf(command, sizeof(command), "%s %s",
					     random_below(3) ? "restore" : "cut", name),
				    command));
		return;
	}
}

static void
step(void)
{
	const uint32_t dice = random_below(100);
	const uint8_t mac[6] = {2, 0, 0, 0, 6, (uint8_t)random_below(256)};

	if (dice < 40) {
		member_step(random_below(MEMBERS));
	} else if (dice < 60) {
		lab_client_asks(random_below(LAB_CLIENTS));
	} else if (dice < 80) {
		lab_host_asks(random_below(LAB_CLIENTS));
	} else if (dice < 82) {
		fixture_do(&lab.f, random_below(3) ? "host up" : "host down");
	} else if (dice < 84) {
		assert_int_equal(bond_set_mac(&lab.f.b, mac, lab.f.now), 0);
		fixture_check(&lab.f);
	} else if (dice < 86) {
		struct bond_options o = lab.f.b.options;

		o.balance.ipv6 = random_below(2);
		o.balance.dynamic_lb = random_below(2);
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
		fixture_check(&lab.f);
	} else if (dice < 90) {
		babble();
	} else {
		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			lab.f.octets[i] += random_below(1000) * random_below(1000000);
		lab.f.unbalanced += random_below(100000000);
	}
	check();
}

/* Everything has settled: whoever knows the host reaches it, once. */
static unsigned int
check_reach(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		if (!lab.client[i].knows)
			continue;
		assert_int_equal(lab_ping(i), 1);
		n++;
	}
	return n;
}

static void
whatever_happens_neighbours_reach_the_host_in_the_end(void **state)
{
	unsigned long reached = 0, elsewhere = 0, moved = 0, updates = 0;

	(void)state;
	for (uint64_t life = 1; life <= LIVES; life++) {
		struct bond_options o = bond_options_default();
		uint8_t mac[6];

		seed = life * UINT64_C(0x9e3779b97f4a7c15);
		o.mode = random_below(4) ? BOND_MODE_BALANCE_ALB : BOND_MODE_BALANCE_TLB;
		o.mac.donated = random_below(2);
		memcpy(o.system_mac, (const uint8_t[]){2, 0, 0, 0, 5, 5}, 6);
		o.updelay_ms = 300 * random_below(2);
		o.downdelay_ms = 300 * random_below(2);
		o.balance.dynamic_lb = random_below(4) > 0;
		o.balance.ipv6 = random_below(4) > 0;
		lab_start_with(&o, random_below(4) ? LAB_ROOM : 3);
		memcpy(mac, lab.f.b.mac, 6);
		for (unsigned int i = 0; i < STEPS; i++) {
			lab.f.log[0] = '\0';
			if (random_below(2))
				lab_wait(random_below(1500));
			step();
			if (!lab_same(mac, lab.f.b.mac))
				forget_all(); /* nobody could tell them all */
			memcpy(mac, lab.f.b.mac, 6);
		}
		fixture_do(&lab.f, "host up");
		lab_wait(12000);
		check();
		moved += bond_balance_counts(&lab.f.b)->buckets_moved;
		updates += lab.updates;
		if (lab.f.b.active == BOND_NONE)
			continue;
		reached += check_reach();
		for (unsigned int i = 0; i < LAB_CLIENTS; i++)
			elsewhere += lab.client[i].knows && lab_member_of(i) != lab.f.b.active;
	}
	/* the lives were not dull */
	assert_true(reached > 3 * LIVES && elsewhere > LIVES && moved > LIVES && updates > LIVES);
	print_message(
		"%lu reached, %lu not by the current member, %lu buckets moved, %lu updates\n",
		reached, elsewhere, moved, updates);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_neighbours_reach_the_host_in_the_end),
	};
	return cmocka_run_group_tests_name("bond_balance_random", tests, NULL, NULL);
}
