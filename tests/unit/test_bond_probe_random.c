/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_probe_random.c - ten thousand random lives of a bond that probes; seeded, replayable. */
#include "probe_lab.h"

#ifdef __SANITIZE_ADDRESS__
#define LIVES 1000 /* slow; all of them run in the other builds */
#else
#define LIVES 10000
#endif
#define STEPS 14
#define NAMES 4

static struct lab lab;
static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static void
random_probe(struct bond_probe_options *p)
{
	static const uint32_t intervals[] = {0, 100, 100, 200, 250};

	memset(p, 0, sizeof(*p));
	p->interval_ms = intervals[random_below(5)];
	p->validate = random_below(7);
	p->all_targets = random_below(2);
	p->missed_max = 1 + random_below(3);
	p->arp.n = random_below(3);
	memcpy(p->arp.octet[0], lab_target.octet, 4);
	if (p->arp.n > 1)
		memcpy(p->arp.octet[1], lab_second.octet, 4);
	p->ns.n = random_below(4) == 0;
	memcpy(p->ns.octet[0], lab_target6.octet, 16);
}

static struct bond_options
random_options(void)
{
	static const uint32_t delays[] = {0, 0, 100, 400};
	struct bond_options o = lab_options(random_below(4));

	o.miimon_ms = 100 * random_below(2);
	o.updelay_ms = delays[random_below(4)];
	o.downdelay_ms = delays[random_below(4)];
	o.num_peer_notif = random_below(3);
	o.resend_igmp = random_below(3);
	o.mac.fail_over = random_below(3);
	o.mac.donated = random_below(2);
	if (random_below(3) == 0)
		snprintf(o.primary, sizeof(o.primary), "m%u", random_below(NAMES));
	random_probe(&o.probe);
	return o;
}

static void
change_options(void)
{
	struct bond_options o = random_options();

	o.mode = lab.f.b.options.mode;
	o.mac = lab.f.b.options.mac;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
}

static void
change_route(void)
{
	const struct bond_route route = {.via = random_below(3), .source = lab_ip};

	bond_probe_route(&lab.f.b, &lab_target, &route, lab.f.now);
}

static void
change_cable(const char *name, uint8_t slot)
{
	switch (random_below(4)) {
	case 0:
		lab.silent[slot] = !lab.silent[slot];
		break;
	case 1:
		lab.deaf_out[slot] = !lab.deaf_out[slot];
		break;
	default:
		fixture_link(&lab.f, name, random_below(3) > 0);
	}
}

/* Anything at all as a frame: beginning like one of ours, or not. */
static void
send_rubbish(void)
{
	uint8_t frame[BOND_FRAME_SIZE];
	size_t len = bond_frame_arp(lab_target_mac, &lab_target, &lab_ip,
				    &(struct bond_tags){.n = 0}, frame);

	for (unsigned int i = random_below(6); i > 0; i--)
		frame[random_below(60)] = (uint8_t)random_below(256);
	if (random_below(4) == 0)
		len = random_below((uint32_t)len);
	bond_probe_input(&lab.f.b, (uint8_t)random_below(BOND_MAX_MEMBERS), frame, len, lab.f.now);
}

static void
step(void)
{
	const unsigned int i = random_below(NAMES);
	const uint32_t dice = random_below(100);
	char name[BOND_NAME_SIZE];
	uint8_t slot;

	snprintf(name, sizeof(name), "m%u", i);
	slot = bond_member_find(&lab.f.b, name);
	if (dice < 8)
		lab.target_alive = !lab.target_alive;
	else if (dice < 12)
		lab.second_alive = !lab.second_alive;
	else if (dice < 20)
		send_rubbish();
	else if (dice < 26)
		change_route();
	else if (dice < 34)
		change_options();
	else if (dice < 38)
		bond_host_admin(&lab.f.b, random_below(3) > 0, lab.f.now);
	else if (dice < 40)
		lab.f.now += random_below(60) * BOND_SEC; /* nobody watches for a while */
	else if (slot == BOND_NONE)
		lab_attach(&lab, i, random_below(4) > 0);
	else if (dice < 80)
		change_cable(name, slot);
	else if (dice < 86)
		bond_member_remove(&lab.f.b, slot, lab.f.now);
	else if (dice < 92)
		bond_activate(&lab.f.b, random_below(4) ? slot : BOND_NONE, lab.f.now);
	else
		bond_probe_traffic(&lab.f.b, slot, lab.rx_frames[slot], lab.f.now);
	bond_tick(&lab.f.b, lab.f.now);
	fixture_check(&lab.f);
	lab_send(&lab.f);
}

/* All is well again: what has carrier is up, what has none is down, and nothing more happens. */
static void
heal(void)
{
	struct bond *b = &lab.f.b;
	unsigned int events;

	memset(lab.silent, 0, sizeof(lab.silent));
	memset(lab.deaf_out, 0, sizeof(lab.deaf_out));
	lab.target_alive = lab.second_alive = true;
	bond_host_admin(b, true, lab.f.now);
	bond_probe_route(b, &lab_target,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip}, lab.f.now);
	bond_probe_route(b, &lab_second,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip}, lab.f.now);
	bond_probe_route(b, &lab_target6,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip6}, lab.f.now);
	fixture_check(&lab.f);
	fixture_advance(&lab.f, lab.f.now + 6 * BOND_SEC);
	events = lab.f.events;
	fixture_advance(&lab.f, lab.f.now + 2 * BOND_SEC);
	assert_int_equal(lab.f.events, events);
	bond_foreach_member (b, slot)
		assert_int_equal(b->member[slot].link,
				 b->member[slot].fact.carrier ? BOND_LINK_UP : BOND_LINK_DOWN);
}

static void
no_life_of_a_bond_that_probes_breaks_its_rules(void **state)
{
	unsigned long events = 0, failures = 0, probes = 0;

	(void)state;
	for (uint64_t life = 1; life <= LIVES; life++) {
		struct bond_options options;

		seed = life * UINT64_C(0x9e3779b97f4a7c15);
		options = random_options();
		lab_start(&lab, &options);
		for (unsigned int i = 0; i < STEPS; i++) {
			if (random_below(3))
				fixture_advance(&lab.f, lab.f.now + random_below(700) * BOND_MSEC);
			lab.f.log[0] = '\0';
			step();
		}
		lab.f.log[0] = '\0';
		heal();
		assert_true(!lab.f.b.mode->standby || lab.hijacked == 0);
		bond_foreach_member (&lab.f.b, slot)
			failures += lab.f.b.member[slot].link_failure_count;
		for (unsigned int i = 0; i < NAMES; i++)
			probes += lab.sent[i];
		events += lab.f.events;
	}
	print_message("%lu events, %lu failures, %lu probes\n", events, failures, probes);
	/* the lives were not dull */
	assert_true(events > 10 * LIVES && failures > LIVES && probes > 10 * LIVES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_life_of_a_bond_that_probes_breaks_its_rules),
	};
	return cmocka_run_group_tests_name("bond_probe_random", tests, NULL, NULL);
}
