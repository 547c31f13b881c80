/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_probe_change.c - options, addresses and members that change under the ARP and NS monitor. */
#include <errno.h>

#include "probe_case.h"

static void
nobody_is_blamed_for_the_time_that_nobody_watched(void **state)
{
	const struct bond_options o = validated();

	(void)state;
	start(&o, 3);
	lab.f.now += 3600 * BOND_SEC; /* the process was stopped, the frames are lost */
	bond_tick(&lab.f.b, lab.f.now);
	fixture_check(&lab.f);
	lab_send(&lab.f);
	lab_advance(&lab, lab.f.now + 5 * BOND_SEC);
	assert_string_equal(lab.f.log, "");
}

static void
options_change_while_it_runs(void **state)
{
	struct bond_options o = validated();

	(void)state;
	start(&o, 2);
	lab.target_alive = false;
	lab_advance(&lab, 7 * BOND_SEC);
	assert_false(lab.f.b.carrier);
	o.probe.arp.n = 0; /* without targets there is nothing to hold them for */
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	assert_true(is_up(0) && is_up(1) && lab.f.b.carrier);
	assert_non_null(strstr(lab.f.log, "Removing last arp target with arp_interval on"));
	lab_advance(&lab, 8 * BOND_SEC);

	o.probe.arp.n = 1; /* another one */
	memcpy(o.probe.arp.octet[0], lab_second.octet, 4);
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	bond_probe_route(&lab.f.b, &lab_second,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip}, lab.f.now);
	lab_advance(&lab, 10 * BOND_SEC);
	assert_true(is_up(0) && is_up(1));

	o.probe.arp.n = 2; /* one more, that is dead: it has its time before it counts */
	memcpy(o.probe.arp.octet[1], lab_target.octet, 4);
	o.probe.all_targets = BOND_TARGETS_ALL;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	lab_advance(&lab, 10300 * BOND_MSEC);
	assert_true(is_up(0));
	lab_advance(&lab, 12 * BOND_SEC);
	assert_false(lab.f.b.carrier);
	o.probe.interval_ms = 0;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
	fixture_check(&lab.f);
	assert_true(is_up(0) && is_up(1));
	lab_advance(&lab, 20 * BOND_SEC);
	assert_true(bond_deadline(&lab.f.b) == BOND_NEVER);
}

static void
wrong_options_are_refused(void **state)
{
	const struct bond_options good = validated();
	struct bond_options o;
	static const uint8_t bad4[][4] = {{0, 0, 0, 0}, {255, 255, 255, 255}, {10, 9, 0, 1}};
	static const uint8_t fine4[][4] = {{0, 1, 2, 3}, {224, 0, 0, 1}, {127, 0, 0, 1}};
	static const uint8_t bad6[][16] = {{0}, {[15] = 1}, {0xff, 2, [15] = 1}};

	(void)state;
	start(&good, 2);
	for (size_t i = 0; i < 3; i++) {
		o = good;
		o.probe.arp.n = 2;
		memcpy(o.probe.arp.octet[1], bad4[i], 4);
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
		memcpy(o.probe.arp.octet[1], fine4[i], 4);
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), 0);
		o = good;
		o.probe.ns.n = 1;
		memcpy(o.probe.ns.octet[0], bad6[i], 16);
		assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
	}
	o = good;
	o.probe.arp.n = BOND_MAX_TARGETS + 1;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
	o = good;
	o.probe.missed_max = 0;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
	o.probe.missed_max = 256;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
	o = good;
	o.probe.validate = 7;
	assert_int_equal(bond_set_options(&lab.f.b, &o, lab.f.now), -EINVAL);
}

/* Frames that only look like proof. */
static void
forged_frames_prove_nothing(void **state)
{
	const struct bond_options o = validated();
	const struct bond_tags none = {.n = 0};
	uint8_t f[5][BOND_FRAME_SIZE];
	size_t len[5];

	(void)state;
	start(&o, 2);
	lab.target_alive = false;
	/* an answer to somebody else, seen because the switch floods */
	len[0] = bond_frame_arp(lab_target_mac, &lab_target, &lab_ip, &none, f[0]);
	memcpy(f[0], lab_stranger_mac, 6);
	/* the target asks for somebody else */
	len[1] = bond_frame_arp(lab_target_mac, &lab_target, &lab_stranger, &none, f[1]);
	/* a stranger asks for us */
	len[2] = bond_frame_arp(lab_stranger_mac, &lab_stranger, &lab_ip, &none, f[2]);
	/* an answer to a probe that nobody of us has sent */
	len[3] = bond_frame_arp(lab_target_mac, &lab_target, &(struct bond_ip){.v6 = false}, &none,
				f[3]);
	f[3][21] = 2;
	memcpy(f[3] + 32, lab_stranger_mac, 6);
	/* cut short */
	len[4] = bond_frame_arp(lab_target_mac, &lab_target, &lab_ip, &none, f[4]) - 30;
	for (uint64_t ms = 5000; ms < 8000; ms += 10) {
		lab_advance(&lab, ms * BOND_MSEC);
		for (unsigned int i = 0; i < 5; i++)
			for (uint8_t slot = 0; slot < 2; slot++)
				bond_probe_input(&lab.f.b, slot, f[i], len[i], lab.f.now);
	}
	assert_false(lab.f.b.carrier);
	bond_probe_input(&lab.f.b, 31, f[0], len[0], lab.f.now); /* no such member */
	fixture_check(&lab.f);
}

static void
the_bonds_address_may_change_while_it_is_probed(void **state)
{
	const struct bond_options o = validated();

	(void)state;
	start(&o, 2);
	lab.address[0].ip = lab_stranger;
	bond_probe_route(&lab.f.b, &lab_target,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_stranger},
			 lab.f.now);
	lab_advance(&lab, 8 * BOND_SEC);
	bond_net_set(&lab.f.b, &(struct bond_net){.n_addresses = 0});
	bond_probe_route(&lab.f.b, &lab_target, &(struct bond_route){.via = BOND_VIA_NONE},
			 lab.f.now);
	lab_advance(&lab, 10 * BOND_SEC);
	assert_true(is_up(0) && is_up(1));
	assert_int_equal(lab.f.b.member[0].link_failure_count, 0);
}

static void
a_member_that_joins_is_used_at_once_and_then_judged(void **state)
{
	const struct bond_options o = validated();

	(void)state;
	start(&o, 1);
	lab.silent[1] = true;
	lab_attach(&lab, 1, true);
	lab_attach(&lab, 2, false);
	assert_true(is_up(1));
	lab_advance(&lab, 7 * BOND_SEC);
	assert_false(is_up(1));
	lab.silent[2] = true;
	fixture_do(&lab.f, "restore m2");
	lab_advance(&lab, 8 * BOND_SEC);
	assert_false(is_up(2));
	lab.silent[2] = false;
	lab_advance(&lab, 9 * BOND_SEC);
	assert_true(is_up(2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_blamed_for_the_time_that_nobody_watched),
		cmocka_unit_test(options_change_while_it_runs),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(forged_frames_prove_nothing),
		cmocka_unit_test(the_bonds_address_may_change_while_it_is_probed),
		cmocka_unit_test(a_member_that_joins_is_used_at_once_and_then_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
