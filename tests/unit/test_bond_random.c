/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_random.c - ten thousand random lives of a bond; fixture_check() after every step. */
#include <errno.h>

#include "bond_fixture.h"

#ifdef __SANITIZE_ADDRESS__
#define LIVES 1000 /* slow; all of them run in the other builds */
#else
#define LIVES 10000
#endif
#define STEPS 24
#define NAMES 6

static struct fixture f;
static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static struct bond_options
random_options(void)
{
	static const uint32_t delays[] = {0, 0, 1, 100, 250, 1000};
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR,    BOND_MODE_ACTIVE_BACKUP,
					 BOND_MODE_ACTIVE_BACKUP, BOND_MODE_BALANCE_XOR,
					 BOND_MODE_BROADCAST,     BOND_MODE_BALANCE_TLB,
					 BOND_MODE_BALANCE_ALB};
	struct bond_options o = bond_options_default();

	o.mode = modes[random_below(7)];
	o.miimon_ms = delays[random_below(6)];
	o.updelay_ms = delays[random_below(6)];
	o.downdelay_ms = delays[random_below(6)];
	o.peer_notif_delay_ms = delays[random_below(6)];
	o.num_peer_notif = random_below(4);
	o.packets_per_member = random_below(3);
	o.primary_reselect = random_below(3);
	o.all_members_active = random_below(4) == 0;
	o.xmit_hash_policy = random_below(BOND_HASH_POLICIES);
	o.hash_seed = random_below(2);
	o.symmetric_hash = random_below(2);
	o.resilient_hash = random_below(3) > 0;
	o.nic_hash = random_below(2);
	o.flap = (struct damp_options){.hold_ms = 500 * random_below(2),
				       .hold_max_ms = 4000,
				       .count = 1 + random_below(3),
				       .window_ms = 1000};
	if (random_below(2))
		snprintf(o.primary, sizeof(o.primary), "m%u", random_below(NAMES));
	return o;
}

/* A queue_id that another member has is refused, and nothing changes. */
static void
new_member_options(uint8_t slot)
{
	struct bond_member_options o = f.b.member[slot].options;
	const unsigned int events = f.events;
	int rc;

	o.prio = (int32_t)random_below(3) - 1;
	o.queue_id = random_below(4);
	o.weight = random_below(3) * random_below(100);
	rc = bond_member_set_options(&f.b, slot, &o, f.now);
	assert_true(rc == 0 || (rc == -EEXIST && f.events == events));
}

static void
step(void)
{
	char name[BOND_NAME_SIZE];
	const uint32_t dice = random_below(100);
	uint8_t slot;

	snprintf(name, sizeof(name), "m%u", random_below(NAMES));
	slot = bond_member_find(&f.b, name);
	if (slot == BOND_NONE) {
		if (dice < 60)
			fixture_attach(&f, name, (int32_t)random_below(3) - 1, random_below(4) > 0);
	} else if (dice < 70) {
		const struct bond_link_fact fact = {.carrier = random_below(2),
						    .speed_mbps = 1000 * random_below(3),
						    .duplex = random_below(2)};

		bond_member_link(&f.b, slot, &fact, f.now);
	} else if (dice < 74) {
		bond_member_hold(&f.b, slot, random_below(BOND_HOLD_DAMPING), random_below(2),
				 f.now);
	} else if (dice < 78) {
		bond_member_remove(&f.b, slot, f.now);
	} else if (dice < 82) {
		bond_activate(&f.b, random_below(4) ? slot : BOND_NONE, f.now);
	} else if (dice < 88) {
		struct bond_options o = random_options();

		o.mode = f.b.options.mode;
		assert_int_equal(bond_set_options(&f.b, &o, f.now), 0);
	} else if (dice < 93) {
		new_member_options(slot);
	} else if (dice < 97) {
		bond_host_admin(&f.b, random_below(3) > 0, f.now);
	} else {
		bond_tick(&f.b, f.now); /* for no reason */
	}
	fixture_check(&f);
}

static void
no_life_of_a_bond_breaks_its_rules(void **state)
{
	unsigned long events = 0, notifications = 0, failures = 0;

	(void)state;
	for (uint64_t life = 1; life <= LIVES; life++) {
		struct bond_options options;

		seed = life * UINT64_C(0x9e3779b97f4a7c15);
		options = random_options();
		fixture_start(&f, &options);
		for (unsigned int i = 0; i < STEPS; i++) {
			if (random_below(3))
				fixture_advance(&f, f.now + random_below(400) * BOND_MSEC);
			f.log[0] = '\0';
			step();
		}
		fixture_advance(&f, f.now + 10 * BOND_SEC);
		fixture_check(&f);
		/* all delays are over: what nothing holds down is up, and the rounds are sent */
		bond_foreach_member (&f.b, slot) {
			const struct bond_member *m = &f.b.member[slot];

			assert_int_equal(m->link, m->fact.carrier && m->held == 0 ? BOND_LINK_UP
										  : BOND_LINK_DOWN);
			failures += m->link_failure_count;
		}
		assert_true(f.b.notify_left == 0 || bond_notify_due(&f.b, f.now) == false);
		events += f.events;
		notifications += f.notifications;
	}
	/* the lives were not dull */
	assert_true(events > 10 * LIVES && notifications > LIVES && failures > LIVES);
	print_message("%lu events, %lu notifications, %lu failures\n", events, notifications,
		      failures);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_life_of_a_bond_breaks_its_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
