/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_probe.c - the ARP and NS monitor beyond what Linux does: all at once, and beside miimon. */
#include "probe_case.h"

static void
a_silent_failure_costs_three_intervals_at_most(void **state)
{
	struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);

	(void)state;
	o.probe.interval_ms = 100;
	for (unsigned int ms = 0; ms < 100; ms += 7) {
		const uint64_t at = 6 * BOND_SEC + ms * BOND_MSEC;

		start(&o, 2);
		lab_advance(&lab, at);
		lab.silent[0] = true;
		lab_advance(&lab, at + 301 * BOND_MSEC);
		assert_string_equal(lab.f.active, "m1");
	}
}

static void
backups_ask_as_themselves(void **state)
{
	const struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);
	uint8_t mac[6];

	(void)state;
	start(&o, 3);
	assert_false(bond_probe_mac(&lab.f.b, 0, mac));
	assert_true(bond_probe_mac(&lab.f.b, 1, mac));
	assert_memory_equal(lab.last[1] + 6, mac, 6);
	assert_memory_not_equal(mac, lab_bond_mac, 6);
	assert_memory_equal(lab.last[1] + 28, "\0\0\0\0", 4); /* no sender address */
	assert_memory_equal(lab.last[0] + 28, lab_ip.octet, 4);
	/* m0 gave its MAC to the bond: as a backup it takes one of its own */
	fixture_do(&lab.f, "activate m1");
	assert_true(bond_probe_mac(&lab.f.b, 0, mac));
	assert_memory_not_equal(mac, lab_bond_mac, 6);
	assert_true(mac[0] & 2);
	lab_advance(&lab, 8 * BOND_SEC);
	assert_int_equal(lab.hijacked, 0);
	assert_true(is_up(0) && is_up(1) && is_up(2));
}

static void
a_failover_tries_no_dead_candidates(void **state)
{
	const struct bond_options o = validated();

	(void)state;
	start(&o, 4);
	/* they still hear the current member through the switch, but nothing of theirs gets out */
	lab.deaf_out[1] = lab.deaf_out[2] = true;
	lab_advance(&lab, 7 * BOND_SEC);
	assert_true(!is_up(1) && !is_up(2) && is_up(3));
	lab.f.log[0] = '\0';
	fixture_do(&lab.f, "cut m0");
	lab_advance(&lab, 9 * BOND_SEC);
	assert_string_equal(lab.f.log, "7000 m0: link status definitely down, disabling slave\n"
				       "7000 m3: making interface the new active one\n");
}

static void
all_come_back_in_one_round(void **state)
{
	const struct bond_options o = validated();

	(void)state;
	start(&o, 4);
	lab.target_alive = false;
	lab_advance(&lab, 8 * BOND_SEC);
	assert_false(lab.f.b.carrier);
	lab.target_alive = true;
	lab_advance(&lab, 8401 * BOND_MSEC);
	assert_true(lab.f.b.carrier);
	for (unsigned int i = 0; i < 4; i++)
		assert_true(is_up(i));
}

static void
all_targets_must_answer_if_all_are_asked_for(void **state)
{
	struct bond_options o = validated();

	(void)state;
	o.probe.arp.n = 2;
	memcpy(o.probe.arp.octet[1], lab_second.octet, 4);
	start(&o, 2);
	lab.second_alive = false;
	lab_advance(&lab, 7 * BOND_SEC);
	assert_true(is_up(0) && is_up(1));
	o.probe.all_targets = BOND_TARGETS_ALL;
	lab.second_alive = true;
	start(&o, 2);
	lab.second_alive = false;
	lab_advance(&lab, 7 * BOND_SEC);
	assert_true(!is_up(0) && !is_up(1));
	lab.second_alive = true;
	lab_advance(&lab, 8 * BOND_SEC);
	assert_true(is_up(0) && is_up(1));
	/* nobody can prove anything without validation: Linux would take all members down */
	o.probe.validate = BOND_VALIDATE_NONE;
	start(&o, 2);
	lab_advance(&lab, 7 * BOND_SEC);
	assert_true(is_up(0) && is_up(1));
}

static void
arp_missed_max_is_how_many_may_be_missed(void **state)
{
	struct bond_options o = validated();

	(void)state;
	for (uint32_t missed = 1; missed < 6; missed++) {
		unsigned int ms = 0;

		o.probe.missed_max = missed;
		start(&o, 2);
		lab_advance(&lab, 6 * BOND_SEC + BOND_MSEC); /* just after a round */
		lab.silent[0] = true;
		while (is_up(0)) {
			ms += 10;
			lab_advance(&lab, 6 * BOND_SEC + (ms + 1) * BOND_MSEC);
			assert_true(ms < 10000);
		}
		assert_int_equal(ms, (missed + 1) * 200);
	}
}

static void
ipv6_targets_are_solicited(void **state)
{
	struct bond_options o = validated();

	(void)state;
	o.probe.arp.n = 0;
	o.probe.ns.n = 1;
	memcpy(o.probe.ns.octet[0], lab_target6.octet, 16);
	start(&o, 3);
	lab_advance(&lab, 7 * BOND_SEC);
	assert_true(is_up(0) && is_up(1) && is_up(2));
	lab.silent[2] = true;
	lab_advance(&lab, 8 * BOND_SEC);
	assert_true(is_up(0) && is_up(1) && !is_up(2));
	lab.target_alive = false;
	lab_advance(&lab, 9 * BOND_SEC);
	assert_false(lab.f.b.carrier);
	lab.target_alive = true;
	lab.silent[2] = false;
	lab_advance(&lab, 10 * BOND_SEC);
	assert_true(is_up(0) && is_up(1) && is_up(2));
	assert_int_equal(lab.hijacked, 0);
}

static void
routes_decide_what_leaves(void **state)
{
	const struct bond_options o = validated();
	struct bond_route route = {
		.via = BOND_VIA_BOND, .source = lab_ip, .tags = {2, {{0x88a8, 100}, {0x8100, 7}}}};
	unsigned int sent;

	(void)state;
	start(&o, 2);
	bond_probe_route(&lab.f.b, &lab_target, &route, lab.f.now);
	lab_advance(&lab, 5300 * BOND_MSEC);
	assert_memory_equal(lab.last[0] + 12, "\x88\xa8\0\x64\x81\0\0\7\x08\6", 10);
	assert_memory_equal(lab.last[1] + 12, "\x88\xa8\0\x64\x81\0\0\7\x08\6", 10);

	/* without a route it is asked without an address, and the answer counts all the same */
	route.via = BOND_VIA_NONE;
	bond_probe_route(&lab.f.b, &lab_target, &route, lab.f.now);
	lab_advance(&lab, 7 * BOND_SEC);
	assert_memory_equal(lab.last[0] + 12, "\x08\6", 2);
	assert_memory_equal(lab.last[0] + 28, "\0\0\0\0", 4);
	assert_true(is_up(0) && is_up(1));
	assert_string_equal(lab.f.log,
			    "5300 no route to arp_ip_target 10.9.0.1 and arp_validate is set\n");

	/* a target elsewhere is not asked, and so nobody is heard */
	route.via = BOND_VIA_OTHER;
	bond_probe_route(&lab.f.b, &lab_target, &route, lab.f.now);
	sent = lab.sent[0];
	lab_advance(&lab, 9 * BOND_SEC);
	assert_int_equal(lab.sent[0], sent);
	assert_false(lab.f.b.carrier);
}

static void
probes_of_our_other_members_are_no_sign_of_life(void **state)
{
	const struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP); /* any frame counts */

	(void)state;
	start(&o, 3);
	lab.target_alive = false;
	lab_advance(&lab, 5401 * BOND_MSEC);
	assert_false(is_up(0)); /* m1 and m2 were talking all the time */
}

static void
traffic_is_a_sign_of_life_unless_it_is_to_be_validated(void **state)
{
	struct bond_options o = lab_options(BOND_MODE_BALANCE_RR);

	(void)state;
	start(&o, 1);
	lab.target_alive = false;
	lab.noise = LAB_BROADCAST;
	lab_advance(&lab, 8 * BOND_SEC);
	assert_true(is_up(0));
	lab.noise = LAB_QUIET;
	lab_advance(&lab, 9 * BOND_SEC);
	assert_false(is_up(0));
	o.probe.validate = BOND_VALIDATE_ACTIVE;
	start(&o, 1);
	lab.target_alive = false;
	lab.noise = LAB_BROADCAST;
	lab_advance(&lab, 8 * BOND_SEC);
	assert_true(!is_up(0) || lab.f.b.member[0].link_failure_count > 1);
}

static void
either_monitor_takes_a_member_down(void **state)
{
	struct bond_options o = validated();

	(void)state;
	o.miimon_ms = 100;
	o.updelay_ms = 1000;
	start(&o, 2);
	fixture_do(&lab.f, "cut m0");
	assert_string_equal(lab.f.active, "m1");
	lab_advance(&lab, 6 * BOND_SEC);
	lab.silent[0] = true;
	fixture_do(&lab.f, "restore m0");
	lab_advance(&lab, 9 * BOND_SEC);
	assert_int_equal(lab.f.b.member[0].link, BOND_LINK_DOWN); /* carrier is not enough */
	fixture_do(&lab.f, "cut m0");
	lab.silent[0] = false;
	fixture_do(&lab.f, "restore m0");
	lab_advance(&lab, 9900 * BOND_MSEC);
	assert_int_equal(lab.f.b.member[0].link, BOND_LINK_BACK); /* nor are answers */
	lab_advance(&lab, 10001 * BOND_MSEC);
	assert_true(is_up(0));
	lab.silent[1] = true;
	lab_advance(&lab, 11 * BOND_SEC);
	assert_string_equal(lab.f.active, "m0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_failure_costs_three_intervals_at_most),
		cmocka_unit_test(backups_ask_as_themselves),
		cmocka_unit_test(a_failover_tries_no_dead_candidates),
		cmocka_unit_test(all_come_back_in_one_round),
		cmocka_unit_test(all_targets_must_answer_if_all_are_asked_for),
		cmocka_unit_test(arp_missed_max_is_how_many_may_be_missed),
		cmocka_unit_test(ipv6_targets_are_solicited),
		cmocka_unit_test(routes_decide_what_leaves),
		cmocka_unit_test(probes_of_our_other_members_are_no_sign_of_life),
		cmocka_unit_test(traffic_is_a_sign_of_life_unless_it_is_to_be_validated),
		cmocka_unit_test(either_monitor_takes_a_member_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
