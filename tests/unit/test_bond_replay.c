/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_replay.c - recordings of Linux that ours answers differently, each with what is better. */
#include "bond_recording.h"
#include "probe_lab.h"

static struct lab lab;
static struct fixture f;
static struct recording theirs;

/* The first line of the recording from a time on that has a text. @return ms; it must be there */
static unsigned int
their_line(const char *text, unsigned int from)
{
	for (unsigned int i = 0; i < theirs.lines.n; i++)
		if (theirs.lines.row[i].ms >= from && strstr(theirs.lines.row[i].text, text))
			return theirs.lines.row[i].ms;
	fail_msg("the recording has no \"%s\" after %u ms", text, from);
	return 0;
}

static unsigned int
action_at(const char *text, unsigned int from)
{
	for (unsigned int i = 0; i < theirs.actions.n; i++)
		if (theirs.actions.row[i].ms >= from &&
		    strcmp(theirs.actions.row[i].text, text) == 0)
			return theirs.actions.row[i].ms;
	fail_msg("the recording has no \"%s\" after %u ms", text, from);
	return 0;
}

static void
speed(const char *name, bool carrier, uint32_t mbps)
{
	const struct bond_link_fact fact = {.carrier = carrier,
					    .speed_mbps = mbps,
					    .duplex = mbps > 0 ? BOND_DUPLEX_FULL
							       : BOND_DUPLEX_UNKNOWN};

	bond_member_link(&f.b, fixture_slot(&f, name), &fact, f.now);
	fixture_check(&f);
}

/* Lines of the recording in a span, carrier apart, as our log has them but for the times. */
static void
assert_lines(unsigned int from, unsigned int to)
{
	char *save, *line = strtok_r(f.log, "\n", &save);

	for (unsigned int i = 0; i < theirs.lines.n; i++) {
		if (theirs.lines.row[i].ms < from || theirs.lines.row[i].ms >= to)
			continue;
		while (line && recording_is_carrier_line(line))
			line = strtok_r(NULL, "\n", &save);
		assert_non_null(line);
		assert_string_equal(strchr(line, ' ') + 1, theirs.lines.row[i].text);
		line = strtok_r(NULL, "\n", &save);
	}
	assert_null(line);
}

/* This one in full: lines and order. */
static void
better_compares_speeds_as_linux_does(void **state)
{
	struct bond_options o = bond_options_default();
	unsigned int from, to;

	(void)state;
	recording_read(&theirs, "speed_unknown_ab");
	from = action_at(
		"create bond mode active-backup miimon 100 primary_reselect better primary m0", 0);
	to = action_at("del", from);
	o.mode = BOND_MODE_ACTIVE_BACKUP;
	o.num_peer_notif = 0;
	fixture_start(&f, &o);
	fixture_set(&f, "primary_reselect", "better");
	fixture_do(&f, "attach m0");
	fixture_do(&f, "attach c0");
	speed("c0", true, 25000);
	fixture_do(&f, "set primary m0");
	fixture_run(&f, "12079 cut m0;12587 restore m0;13588 set primary c0");
	fixture_advance(&f, 13890 * BOND_MSEC);
	speed("c0", false, 0);
	fixture_advance(&f, 14345 * BOND_MSEC);
	speed("c0", true, 25000);
	fixture_advance(&f, 15000 * BOND_MSEC);
	assert_lines(from, to);
}

/* A member whose speed is unknown is as good as any where nothing depends on speeds. */
static void
a_member_of_unknown_speed_is_used(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_ACTIVE_BACKUP, BOND_MODE_BALANCE_RR};

	(void)state;
	recording_read(&theirs, "speed_unknown_ab");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct bond_options o = bond_options_default();

		o.mode = modes[i];
		o.num_peer_notif = 0;
		fixture_start(&f, &o);
		fixture_do(&f, "attach m0");
		fixture_do(&f, "attach_down c0");
		speed("c0", true, 0);
		assert_int_equal(f.b.member[fixture_slot(&f, "c0")].link, BOND_LINK_UP);
		fixture_do(&f, "cut m0");
		assert_true(bond_member_can_tx(&f.b, fixture_slot(&f, "c0")));
		assert_non_null(strstr(f.log, "c0: link status definitely up, 0 Mbps full duplex"));
	}
}

/*
 * Linux's members are interfaces and change their names with them, and a name that becomes that of
 * the primary selects it. Ours have the names of the configuration, whatever happens to a netdev; what
 * is left of it is that a primary may be named before it is there, and is taken when it comes.
 */
static void
a_primary_may_come_and_go(void **state)
{
	struct bond_options o = bond_options_default();

	(void)state;
	recording_read(&theirs, "rename_primary");
	o.mode = BOND_MODE_ACTIVE_BACKUP;
	o.num_peer_notif = 0;
	fixture_start(&f, &o);
	fixture_run(&f, "331 attach m0;606 attach m1;1040 activate m1;1052 set primary x9;1700");
	f.log[0] = '\0';
	fixture_run(&f, "1764 release m0;2878 attach x9;3300");
	assert_non_null(strstr(f.log, "x9: making interface the new active one"));
	their_line("x9: making interface the new active one", action_at("rename m0 to x9", 0));
	f.log[0] = '\0';
	fixture_run(&f, "3399 release x9;4048 attach m0;5000");
	assert_non_null(strstr(f.log, "m1: making interface the new active one"));
	their_line("m1: making interface the new active one", action_at("rename x9 to m0", 0));
	assert_string_equal(f.active, "m1"); /* theirs is called m0 when the primary still is x9 */
}

/* Better: all of the targets are asked for only where somebody looks at who answered. */
static void
all_targets_without_validation_takes_nobody_down(void **state)
{
	struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);
	unsigned int opened;

	(void)state;
	recording_read(&theirs, "arp_all_targets_without_validate");
	opened = action_at("attach m1", 0);
	their_line("m0: link status definitely down", opened);
	their_line("m1: link status definitely down", opened);
	o.probe.all_targets = BOND_TARGETS_ALL;
	lab_start(&lab, &o);
	lab_attach(&lab, 0, true);
	lab_attach(&lab, 1, true);
	lab_advance(&lab, action_at("write arp_all_targets=any", 0) * BOND_MSEC);
	o.probe.all_targets = BOND_TARGETS_ANY;
	bond_set_options(&lab.f.b, &o, lab.f.now);
	fixture_check(&lab.f);
	lab_advance(&lab, lab.f.now + 5 * BOND_SEC);
	assert_null(strstr(lab.f.log, "definitely down"));
	assert_true(lab.f.b.carrier);
}

static const struct bond_ip vlan_target = {.octet = {10, 8, 0, 1}};
static const struct bond_ip no_route = {.octet = {192, 0, 2, 9}};

/*
 * As Linux: who has no route is warned of, and the removal of the last target. Better: members go down
 * together, and without any target they are up again; Linux leaves them down for ever.
 */
static void
targets_that_do_not_exist_and_then_no_targets(void **state)
{
	struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);
	unsigned int first, second;

	(void)state;
	recording_read(&theirs, "arp_no_route_and_vlan_probe");
	first = their_line("definitely down", 0);
	second = their_line("definitely down", first + 1);
	assert_true(second - first > 500); /* one after the other */
	o.probe.validate = BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP;
	o.probe.arp.n = 3;
	memcpy(o.probe.arp.octet[1], vlan_target.octet, 4);
	memcpy(o.probe.arp.octet[2], no_route.octet, 4);
	lab_start(&lab, &o);
	lab.target_alive = false;
	lab_advance(&lab, BOND_SEC);
	for (unsigned int again = 0; again < 3; again++) { /* told once */
		bond_probe_route(&lab.f.b, &no_route, &(struct bond_route){.via = BOND_VIA_NONE},
				 lab.f.now);
		bond_probe_route(&lab.f.b, &vlan_target,
				 &(struct bond_route){.via = BOND_VIA_BOND,
						      .source = {.octet = {10, 8, 0, 2}},
						      .tags = {1, {{0x8100, 100}}}},
				 lab.f.now);
	}
	lab_attach(&lab, 0, true);
	lab_attach(&lab, 1, true);
	lab_advance(&lab, 4993 * BOND_MSEC);
	assert_non_null(
		strstr(lab.f.log, "no route to arp_ip_target 192.0.2.9 and arp_validate is set"));
	assert_null(strstr(strstr(lab.f.log, "no route") + 1, "no route"));
	assert_false(lab.f.b.carrier);
	assert_int_equal(lab.f.b.member[0].link_since, lab.f.b.member[1].link_since);
	for (o.probe.arp.n = 3; o.probe.arp.n-- > 0;) {
		assert_null(strstr(lab.f.log, "Removing last arp target with arp_interval on"));
		bond_set_options(&lab.f.b, &o, lab.f.now);
		fixture_check(&lab.f);
		if (o.probe.arp.n == 0)
			break;
	}
	assert_non_null(strstr(lab.f.log, "Removing last arp target with arp_interval on"));
	their_line("Removing last arp target with arp_interval on", 0);
	lab_advance(&lab, 8 * BOND_SEC);
	assert_true(lab.f.b.carrier);
	assert_int_equal(lab.f.b.member[0].link, BOND_LINK_UP);
	assert_int_equal(lab.f.b.member[1].link, BOND_LINK_UP);
}

/*
 * Better: a carrier that is lost counts at once, a backup that is mended is known to be good by its own
 * probes, and a lost target takes nobody's turn.
 */
static void
neighbour_solicitation_by_its_recording(void **state)
{
	struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);
	unsigned int restored, lost;

	(void)state;
	recording_read(&theirs, "ns_probes");
	restored = action_at("restore m0", 0);
	lost = action_at("vlan", 0); /* the target's address went there */
	o.probe.arp.n = 0;
	o.probe.ns.n = 1;
	memcpy(o.probe.ns.octet[0], lab_target6.octet, 16);
	o.probe.validate = BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP;
	lab_start(&lab, &o);
	lab_attach(&lab, 0, true);
	lab_attach(&lab, 1, true);
	lab_advance(&lab, action_at("cut m0", 0) * BOND_MSEC);
	assert_null(strstr(lab.f.log, "definitely down"));
	fixture_do(&lab.f, "cut m0");
	assert_int_equal(lab.f.b.active, 1);
	lab_advance(&lab, restored * BOND_MSEC);
	fixture_do(&lab.f, "restore m0");
	lab_advance(&lab, lost * BOND_MSEC);
	assert_int_equal(lab.f.b.member[0].link, BOND_LINK_UP);
	assert_true(lab.f.b.member[0].link_since <
		    their_line("m0: link status definitely up", restored) * BOND_MSEC);
	assert_int_equal(lab.f.b.active, 1);
	lab.target_alive = false;
	f.log[0] = lab.f.log[0] = '\0';
	lab_advance(&lab, (lost + 3000) * BOND_MSEC);
	assert_false(lab.f.b.carrier);
	assert_int_equal(lab.f.b.member[0].link_since, lab.f.b.member[1].link_since);
	assert_true(lab.f.b.member[0].link_since <
		    their_line("m1: link status definitely down", lost) * BOND_MSEC);
	assert_null(strstr(lab.f.log, "making interface the new active one"));
	their_line("m0: making interface the new active one", lost);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(better_compares_speeds_as_linux_does),
		cmocka_unit_test(a_member_of_unknown_speed_is_used),
		cmocka_unit_test(a_primary_may_come_and_go),
		cmocka_unit_test(all_targets_without_validation_takes_nobody_down),
		cmocka_unit_test(targets_that_do_not_exist_and_then_no_targets),
		cmocka_unit_test(neighbour_solicitation_by_its_recording),
	};
	return cmocka_run_group_tests_name("bond_replay", tests, NULL, NULL);
}
