/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_storm.c - flaps without end, clocks that jump, rubbish on the wire: others never notice. */
#include "bond_fixture.h"
#include "event_gate.h"

#ifdef __SANITIZE_ADDRESS__
#define FLAPS_MS 6000 /* slow; all of them in the other builds */
#else
#define FLAPS_MS 60000
#endif

static struct fixture f;
static struct event_gate gate;
static unsigned int told; /* events that came through the gate */

static void
hear(void *ctx, const struct bond_event *e)
{
	(void)ctx;
	assert_string_not_equal(e->kind, "");
	told++;
}

/* As the daemon does it: events go through the gate. */
static void
on_event(void *ctx, const struct bond_event *e)
{
	f.now = e->time;
	fixture_event(ctx, e);
	f.log[0] = '\0'; /* 60000 flaps are many lines */
	event_gate_pass(&gate, e);
}

static void
start(uint32_t mode, uint32_t delay_ms)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.updelay_ms = o.downdelay_ms = delay_ms;
	memset(&gate, 0, sizeof(gate));
	gate.out.event = hear;
	told = 0;
	fixture_start(&f, &o);
	f.b.hooks.event = on_event;
	fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2;1000");
}

static unsigned int
buckets_of(uint8_t slot)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		n += f.view.bucket[i] == slot;
	return n;
}

/* What the others carry, and have to keep. */
struct kept {
	uint8_t bucket[BOND_BUCKETS];
	uint8_t active;
};

/* The flows of m1 and m2 stay where they are whatever m0 does. */
static void
assert_kept(const struct kept *k)
{
	if (f.view.spread == BOND_SPREAD_BUCKETS)
		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			assert_true(k->bucket[i] == 0 || f.view.bucket[i] == k->bucket[i]);
	for (uint8_t slot = 1; slot <= 2; slot++) {
		assert_int_equal(f.b.member[slot].link, BOND_LINK_UP);
		assert_int_equal(f.b.member[slot].link_failure_count, 0);
		if (!f.b.mode->standby)
			assert_true(f.view.tx >> slot & 1);
	}
	if (f.b.mode->standby)
		assert_int_equal(f.b.active, k->active);
	assert_true(f.b.carrier);
}

static void
flap(uint64_t from_ms)
{
	struct kept kept;

	fixture_link(&f, "m0", false);
	fixture_check(&f);
	fixture_link(&f, "m0", true);
	fixture_check(&f);
	fixture_advance(&f, (from_ms + 1000) * BOND_MSEC); /* its flows are back */
	memcpy(kept.bucket, f.view.bucket, sizeof(kept.bucket));
	kept.active = f.b.active;
	for (uint64_t ms = from_ms + 1000; ms < from_ms + 1000 + FLAPS_MS; ms++) {
		fixture_advance(&f, ms * BOND_MSEC);
		fixture_link(&f, "m0", false);
		fixture_advance(&f, ms * BOND_MSEC + BOND_MSEC / 2);
		fixture_link(&f, "m0", true);
		fixture_check(&f);
		assert_kept(&kept);
		event_gate_tick(&gate, f.now);
	}
}

static void
sixty_thousand_flaps_a_minute_disturb_nobody(void **state)
{
	static const struct {
		uint32_t mode, delay_ms;
	} cases[] = {{BOND_MODE_BALANCE_RR, 0},
		     {BOND_MODE_ACTIVE_BACKUP, 0},
		     {BOND_MODE_ACTIVE_BACKUP, 300},
		     {BOND_MODE_BALANCE_XOR, 0},
		     {BOND_MODE_BROADCAST, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(cases[i].mode, cases[i].delay_ms);
		flap(2000);
		/* of each kind at most a burst a second, and in the end only sums */
		print_message("%s, delay %u: %u events, %u told\n", f.b.mode->name,
			      cases[i].delay_ms, f.events, told);
		assert_true(told < 60 * (EVENT_GATE_BURST + 1) * 3);
		assert_true(gate.n_used <= 12);
		fixture_advance(&f, f.now + 5 * BOND_SEC);
		assert_int_equal(f.b.member[0].link, BOND_LINK_UP);
		if (f.view.spread == BOND_SPREAD_BUCKETS && !f.b.mode->standby)
			assert_true(buckets_of(0) > 0);
	}
}

/* Whatever may have a deadline. A monitor that hears nobody keeps its members down. */
enum with { WITH_DELAYS, WITH_PROBES, WITH_BFD, WITHS };

static void
busy(uint32_t mode, enum with with)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.updelay_ms = 50;
	o.downdelay_ms = 50;
	o.num_peer_notif = 200;
	o.resend_igmp = 200;
	o.flap.hold_ms = 4000;
	o.probe.interval_ms = 100;
	o.probe.arp.n = with == WITH_PROBES;
	memcpy(o.probe.arp.octet[0], (uint8_t[]){10, 9, 0, 1}, 4);
	if (with == WITH_BFD) {
		snprintf(o.bfd.local, sizeof(o.bfd.local), "10.0.0.1");
		snprintf(o.bfd.remote, sizeof(o.bfd.remote), "10.0.0.2");
	}
	memcpy(o.system_mac, "\2\0\0\0\1\1", 6);
	memset(&gate, 0, sizeof(gate));
	gate.out.event = hear;
	told = 0;
	f = (struct fixture){.now = 0};
	bond_view_clear(&f.view);
	assert_int_equal(
		bond_init(&f.b, "bond0", &o, &(struct bond_hooks){.event = on_event, .ctx = &f}, 0),
		0);
	for (unsigned int i = 0; i < 3; i++) {
		struct bond_member_options member = bond_member_options_default();
		const struct bond_link_fact fact = {
			.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
		char name[] = "m0";
		uint8_t slot;

		name[1] = (char)('0' + i);
		memcpy(member.lacp_mac, "\2\0\0\0\2\1", 6);
		member.lacp_mac[5] = (uint8_t)i;
		assert_int_equal(bond_member_add(&f.b, name, &member, &fact, 0, &slot), 0);
	}
}

/* One turn of the control thread. @return what it sent or announced */
static unsigned int
turn(uint64_t now)
{
	uint8_t frame[256], slot;
	unsigned int n = 0;

	f.now = now;
	bond_tick(&f.b, now);
	if (f.b.dirty) {
		struct bond_view next;

		bond_elect(&f.b, &f.view, &next);
		f.view = next;
		f.b.dirty = false;
		bond_view_applied(&f.b, &f.view, now);
	}
	bond_foreach_member (&f.b, s) {
		while (bond_probe_output(&f.b, s, frame, now) > 0)
			n++;
		while (bond_bfd_output(&f.b, s, frame, now) > 0)
			n++;
		while (bond_lacp_output(&f.b, s, frame, now) > 0)
			n++;
	}
	n += bond_notify_due(&f.b, now);
	n += bond_rejoin_due(&f.b, now, &slot);
	event_gate_tick(&gate, now);
	return n;
}

static void
hours_that_are_missing_make_no_storm(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP,
					 BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST,
					 BOND_MODE_8023AD};

	(void)state;
	for (size_t i = 0; i < WITHS * sizeof(modes) / sizeof(modes[0]); i++) {
		uint64_t now = 0;

		busy(modes[i / WITHS], i % WITHS);
		for (unsigned int jump = 0; jump < 6; jump++) {
			const struct bond_link_fact fact = {.carrier = jump % 2,
							    .duplex = BOND_DUPLEX_FULL};
			unsigned int turns = 0, sent = 0, before = f.events;

			for (unsigned int ms = 0; ms < 500; ms++)
				turn(now += BOND_MSEC);
			bond_member_link(&f.b, 0, &fact, now); /* delays begin */
			now += (jump + 1) * 3600 * BOND_SEC;
			before = f.events;
			/* what was due in these hours is due once, and then there is a pause */
			while (bond_deadline(&f.b) <= now) {
				sent += turn(now);
				assert_true(++turns < 10);
			}
			assert_true(sent <= 40 && f.events - before <= 60);
			for (unsigned int ms = 0, n = 0; ms < 1000; ms++) {
				n += turn(now += BOND_MSEC);
				assert_true(n <= 40 + ms * 4); /* at their usual pace */
			}
			bond_foreach_member (&f.b, slot) {
				const struct bond_member *m = &f.b.member[slot];

				assert_true(m->link_since <= now && m->carrier_since <= now);
				assert_true(m->link_deadline == BOND_NEVER ||
					    m->link_deadline < now + 6 * BOND_SEC);
			}
			assert_true(bond_deadline(&f.b) > now - BOND_MSEC);
		}
		print_message("%s, %zu: %u events, %u told\n", f.b.mode->name, i % WITHS, f.events,
			      told);
	}
}

/* The deadline of a bond is never in the past once its turn is over: the control thread can sleep. */
static void
no_deadline_stays_behind_a_turn(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP,
					 BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST,
					 BOND_MODE_8023AD};

	(void)state;
	for (size_t i = 0; i < WITHS * sizeof(modes) / sizeof(modes[0]); i++) {
		uint64_t now = 0;
		unsigned int turns = 0;

		busy(modes[i / WITHS], i % WITHS);
		while (now < 30 * BOND_SEC) {
			const struct bond_link_fact fact = {.carrier = turns % 7 > 0,
							    .duplex = BOND_DUPLEX_FULL};
			unsigned int idle = 0;

			if (turns % 50 == 0)
				bond_member_link(&f.b, (uint8_t)(turns / 50 % 3), &fact, now);
			while (turn(now), bond_deadline(&f.b) <= now)
				assert_true(++idle < 5);
			now = bond_deadline(&f.b) == BOND_NEVER ? now + 100 * BOND_MSEC
								: bond_deadline(&f.b);
			turns++;
		}
		print_message("%s, %zu: %u turns in 30 s\n", f.b.mode->name, i % WITHS, turns);
		assert_true(turns < 30 * 300);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sixty_thousand_flaps_a_minute_disturb_nobody),
		cmocka_unit_test(hours_that_are_missing_make_no_storm),
		cmocka_unit_test(no_deadline_stays_behind_a_turn),
	};
	return cmocka_run_group_tests_name("bond_storm", tests, NULL, NULL);
}
