/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_random.c - two thousand random lives of two bonds that are wired together. */
#include "ad_lab.h"

#ifdef __SANITIZE_ADDRESS__
#define LIVES 200 /* slow; all of them run in the other builds */
#else
#define LIVES 2000
#endif
#define STEPS 24

static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static struct lab_side *
random_side(void)
{
	return &lab.side[random_below(2)];
}

static void
new_options(struct lab_side *s)
{
	static const uint32_t delays[] = {0, 0, 0, 50, 700};
	struct bond_options o = s->b.options;

	o.lacp_fast = random_below(2);
	o.lacp_active = random_below(4) > 0;
	o.coupled_control = random_below(2);
	o.lacp_strict = random_below(2);
	o.lacp_host_down = random_below(2);
	o.ad_select = random_below(4);
	o.ad_actor_sys_prio = 1 + random_below(2);
	o.ad_actor_system[0] = random_below(3) ? 0 : 2;
	o.ad_user_port_key = random_below(2);
	o.min_links = random_below(4);
	o.max_active_ports = random_below(4);
	o.lacp_fallback = random_below(3);
	o.lacp_fallback_timeout_s = random_below(5);
	o.updelay_ms = delays[random_below(5)];
	o.downdelay_ms = delays[random_below(5)];
	assert_int_equal(bond_set_options(&s->b, &o, lab.now), 0);
}

static void
new_fact(struct lab_side *s, uint8_t slot)
{
	static const uint32_t speeds[] = {0, 1000, 10000, 10000};
	const struct bond_link_fact fact = {
		.carrier = random_below(2),
		.speed_mbps = speeds[random_below(4)],
		.duplex = random_below(8) ? BOND_DUPLEX_FULL : BOND_DUPLEX_HALF,
	};

	bond_member_link(&s->b, slot, &fact, lab.now);
}

static void
new_member_options(struct lab_side *s, uint8_t slot)
{
	struct bond_member_options o = s->b.member[slot].options;

	o.actor_port_prio = random_below(3);
	o.lacp_port = (uint16_t)(random_below(2) * (1 + random_below(5)));
	bond_member_set_options(&s->b, slot, &o, lab.now); /* or the number is taken */
}

/* Another port takes the place of a member while views of the old one are on their way. */
static void
replace(struct lab_side *s, uint8_t slot)
{
	const struct bond_link_fact fact = {
		.carrier = random_below(2), .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	const struct bond_member_options o = lab_member_options(s, slot);
	char name[BOND_NAME_SIZE];
	uint8_t again;

	snprintf(name, sizeof(name), "%s", s->b.member[slot].name);
	bond_member_remove(&s->b, slot, lab.now);
	if (random_below(2))
		lab_settle();
	assert_int_equal(bond_member_add(&s->b, name, &o, &fact, lab.now, &again), 0);
	assert_int_equal(again, slot);
}

static void
step(void)
{
	struct lab_side *s = random_side();
	const uint8_t slot = (uint8_t)random_below(s->b.n_members);
	const uint32_t dice = random_below(100);

	if (dice < 30)
		lab_carrier(random_below(lab.n_wires), random_below(3) > 0);
	else if (dice < 45)
		lab.wire[random_below(lab.n_wires)].mute[random_below(2)] = random_below(2);
	else if (dice < 55)
		new_options(s);
	else if (dice < 65)
		new_fact(s, slot);
	else if (dice < 70)
		new_member_options(s, slot);
	else if (dice < 80)
		bond_host_admin(&s->b, random_below(2), lab.now);
	else if (dice < 86)
		bond_member_leave(&s->b, slot, lab.now);
	else if (dice < 94)
		replace(s, slot);
	else
		lab.view_delay = random_below(100) * BOND_MSEC;
	lab_settle();
}

/* Everything is well again, and the members that left or had odd numbers are new. */
static void
heal(void)
{
	for (struct lab_side *s = A; s <= B; s++) {
		bond_host_admin(&s->b, true, lab.now);
		for (uint8_t slot = 0; slot < lab.n_wires; slot++)
			replace(s, slot);
		assert_int_equal(bond_set_options(&s->b, &s->options, lab.now), 0);
	}
	lab.view_delay = 2 * BOND_MSEC;
	for (unsigned int w = 0; w < lab.n_wires; w++) {
		lab.wire[w].mute[0] = lab.wire[w].mute[1] = false;
		lab_carrier(w, false);
	}
	lab_go(200);
	for (unsigned int w = 0; w < lab.n_wires; w++)
		lab_carrier(w, true);
	lab_go(4000);
}

static void
no_life_of_two_bonds_breaks_their_rules(void **state)
{
	unsigned long opened = 0, alarms = 0;

	(void)state;
	for (uint64_t life = 1; life <= LIVES; life++) {
		const unsigned int n = 1 + life % LAB_MEMBERS;

		seed = life * UINT64_C(0x9e3779b97f4a7c15);
		lab_setup(NULL);
		lab_pair(n);
		for (unsigned int i = 0; i < STEPS; i++) {
			if (random_below(4))
				lab_go(random_below(random_below(4) ? 600 : 5000));
			step();
		}
		heal();
		for (struct lab_side *s = A; s <= B; s++) {
			const struct bond_view *v = lab_view(s);

			assert_int_equal(v->tx, (1U << n) - 1);
			assert_int_equal(v->rx, (1U << n) - 1);
			assert_int_equal(s->n_views, 1);
			assert_true(s->b.carrier);
			for (unsigned int i = 0; i < s->n_events; i++) {
				opened += strcmp(s->event[i].to, "DISTRIBUTING") == 0;
				alarms += strcmp(s->event[i].kind, "lacp-alarm") == 0;
			}
		}
	}
	/* the lives were not dull */
	print_message("%lu times open, %lu alarms\n", opened, alarms);
	assert_true(opened > 8 * LIVES && alarms > LIVES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(no_life_of_two_bonds_breaks_their_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
