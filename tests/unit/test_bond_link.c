/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_link.c - what carrier does to a link: every row of Linux's MII monitor, in time. */
#include "bond_fixture.h"

static struct fixture f;

#define RR 1U /* sets of modes */
#define AB 2U

#define DOWN_FOR(member, role)                                                                     \
	member ": link status down for " role "interface, disabling it in $D ms\n"
#define DOWN(member)   member ": link status definitely down, disabling slave\n"
#define UP(member)     member ": link status definitely up, 10000 Mbps full duplex\n"
#define UP_IN(member)  member ": link status up, enabling it in $D ms\n"
#define UP_NOW(member) member ": link status up, enabling it in 0 ms\n"
#define ACTIVE(member) member ": making interface the new active one\n"
#define NO_CARRIER     "now running without any active interface!\n"
#define CARRIER        "active interface up!\n"

/*
 * Two members, m0 and m1, both long up, m0 the current one of active-backup. In scripts and lines
 * $D is the delay in ms (updelay as downdelay), $H half of it; $d and $h are 10000 ms plus that;
 * $b and $a are the words "backup " and "active ", which Linux writes in active-backup only.
 */
struct timeline {
	const char *name;
	unsigned int modes;
	const char *before; /* to get there */
	const char *script; /* from 10000 ms on */
	const char *lines;
	enum bond_link link; /* of m1 in the end */
	uint32_t failures;   /* of m1 */
};

static const struct timeline delayed[] = {
	{"up, carrier again: nothing", RR | AB, "", "10000 restore m1;20000", "", BOND_LINK_UP, 0},
	{"up, carrier lost: going down, and down when downdelay is over", RR | AB, "",
	 "10000 cut m1;20000", "10000 " DOWN_FOR("m1", "$b") "$d " DOWN("m1"), BOND_LINK_DOWN, 1},
	{"going down, still no carrier: downdelay does not start again", RR | AB, "",
	 "10000 cut m1;$h cut m1;20000", "10000 " DOWN_FOR("m1", "$b") "$d " DOWN("m1"),
	 BOND_LINK_DOWN, 1},
	{"going down, carrier: up again, not a failure", RR | AB, "",
	 "10000 cut m1;$h restore m1;20000",
	 "10000 " DOWN_FOR("m1", "$b") "$h m1: link status up again after $H ms\n$h " UP("m1"),
	 BOND_LINK_UP, 0},
	{"going down, carrier at the very end: the fact goes before the timer", RR | AB, "",
	 "10000 cut m1;$d restore m1;20000",
	 "10000 " DOWN_FOR("m1", "$b") "$d m1: link status up again after $D ms\n$d " UP("m1"),
	 BOND_LINK_UP, 0},
	{"down, no carrier: nothing", RR | AB, "5000 cut m1;", "10000 cut m1;20000", "",
	 BOND_LINK_DOWN, 1},
	{"down, carrier: going back, and up when updelay is over", RR | AB, "5000 cut m1;",
	 "10000 restore m1;20000", "10000 " UP_IN("m1") "$d " UP("m1"), BOND_LINK_UP, 1},
	{"going back, carrier again: updelay does not start again", RR | AB, "5000 cut m1;",
	 "10000 restore m1;$h restore m1;20000", "10000 " UP_IN("m1") "$d " UP("m1"), BOND_LINK_UP,
	 1},
	{"going back, carrier lost: down again, which is a failure", RR | AB, "5000 cut m1;",
	 "10000 restore m1;$h cut m1;20000",
	 "10000 " UP_IN("m1") "$h m1: link status down again after $H ms\n$h " DOWN("m1"),
	 BOND_LINK_DOWN, 2},
	{"going back, carrier lost at the very end: the fact goes before the timer", RR | AB,
	 "5000 cut m1;", "10000 restore m1;$d cut m1;20000",
	 "10000 " UP_IN("m1") "$d m1: link status down again after $D ms\n$d " DOWN("m1"),
	 BOND_LINK_DOWN, 2},
	{"the current member keeps its role while it is going down", AB, "", "10000 cut m0;20000",
	 "10000 " DOWN_FOR("m0", "$a") "$d " DOWN("m0") "$d " ACTIVE("m1") "$d notify\n",
	 BOND_LINK_UP, 0},
	{"the current member comes back in time: nobody takes over", AB, "",
	 "10000 cut m0;$h restore m0;20000",
	 "10000 " DOWN_FOR("m0", "$a") "$h m0: link status up again after $H ms\n$h " UP("m0"),
	 BOND_LINK_UP, 0},
	{"all going down: the carrier is off at once", RR, "", "10000 cut m0 m1;20000",
	 "10000 " DOWN_FOR("m0", "") "10000 " DOWN_FOR("m1", "") "10000 " NO_CARRIER
								 "$d " DOWN("m0") "$d " DOWN("m1"),
	 BOND_LINK_DOWN, 1},
	{"all going down: the carrier is off at once", AB, "", "10000 cut m0 m1;20000",
	 "10000 " DOWN_FOR("m0", "active ") "10000 " DOWN_FOR(
		 "m1", "backup ") "10000 " NO_CARRIER "$d " DOWN("m0") "$d " DOWN("m1"),
	 BOND_LINK_DOWN, 1},
	{"short loss of all: back as if nothing had been", RR | AB, "",
	 "10000 cut m0 m1;$h restore m0 m1;20000",
	 "10000 " DOWN_FOR("m0", "$a") "10000 " DOWN_FOR(
		 "m1", "$b") "10000 " NO_CARRIER
			     "$h m0: link status up again after $H ms\n$h " UP(
				     "m0") "$h " CARRIER
					   "$h m1: link status up again after $H ms\n$h " UP("m1"),
	 BOND_LINK_UP, 0},
	{"all down, one up: updelay is skipped", RR, "5000 cut m0 m1;", "10000 restore m1;20000",
	 "10000 " UP_NOW("m1") "10000 " UP("m1") "10000 " CARRIER, BOND_LINK_UP, 1},
	{"all down, one up: updelay is skipped", AB, "5000 cut m0 m1;", "10000 restore m1;20000",
	 "10000 " UP_NOW("m1") "10000 " UP("m1") "10000 " ACTIVE("m1") "10000 " CARRIER
								       "10000 notify\n",
	 BOND_LINK_UP, 1},
	{"all down, both up: updelay is skipped for the first", RR, "5000 cut m0 m1;",
	 "10000 restore m0 m1;20000",
	 "10000 " UP_NOW("m0") "10000 " UP("m0") "10000 " CARRIER
						 "10000 " UP_IN("m1") "$d " UP("m1"),
	 BOND_LINK_UP, 1},
	{"all down, both up: updelay is skipped for the first", AB, "5000 cut m0 m1;",
	 "10000 restore m0 m1;20000",
	 "10000 " UP_NOW("m0") "10000 " UP("m0") "10000 " ACTIVE(
		 "m0") "10000 " CARRIER "10000 " UP_IN("m1") "10000 notify\n$d " UP("m1"),
	 BOND_LINK_UP, 1},
	{"a member going back is taken at once when the last one loses carrier", RR, "5000 cut m1;",
	 "10000 restore m1;$h cut m0;20000",
	 "10000 " UP_IN("m1") "$h " DOWN_FOR(
		 "m0",
		 "") "$h m1: making interface the new active one $H ms earlier\n$e " DOWN("m0"),
	 BOND_LINK_UP, 1},
	{"a member is up at once when the only other one is going down", RR, "5000 cut m1;",
	 "10000 cut m0;$h restore m1;20000",
	 "10000 " DOWN_FOR("m0", "") "10000 " NO_CARRIER "$h " UP_NOW("m1") "$h " UP(
		 "m1") "$h " CARRIER "$d " DOWN("m0"),
	 BOND_LINK_UP, 1},
	{"a member going back takes over early when the current one is down", AB, "5000 cut m1;",
	 "10000 cut m0;$h restore m1;20000",
	 "10000 " DOWN_FOR("m0", "active ") "10000 " NO_CARRIER "$h " UP_IN("m1") "$d " DOWN(
		 "m0") "$d m1: making interface the new active one $H ms earlier\n$d " CARRIER
		       "$d notify\n",
	 BOND_LINK_UP, 1},
};

static const struct timeline immediate[] = {
	{"carrier lost: down at once", RR | AB, "", "10000 cut m1;20000", "10000 " DOWN("m1"),
	 BOND_LINK_DOWN, 1},
	{"carrier: up at once", RR | AB, "5000 cut m1;", "10000 restore m1;20000",
	 "10000 " UP("m1"), BOND_LINK_UP, 1},
	{"a short loss counts", RR | AB, "", "10000 cut m1;10001 restore m1;20000",
	 "10000 " DOWN("m1") "10001 " UP("m1"), BOND_LINK_UP, 1},
	{"the current member falls: the other takes over at once", AB, "", "10000 cut m0;20000",
	 "10000 " DOWN("m0") "10000 " ACTIVE("m1") "10000 notify\n", BOND_LINK_UP, 0},
	{"all down", RR | AB, "", "10000 cut m1 m0;20000",
	 "10000 " DOWN("m1") "10000 " DOWN("m0") "10000 " NO_CARRIER, BOND_LINK_DOWN, 1},
	{"all down, one up", AB, "5000 cut m1 m0;", "10000 restore m1;20000",
	 "10000 " UP("m1") "10000 " ACTIVE("m1") "10000 " CARRIER "10000 notify\n", BOND_LINK_UP,
	 1},
	{"all down, both up", RR, "5000 cut m1 m0;", "10000 restore m0 m1;20000",
	 "10000 " UP("m0") "10000 " CARRIER "10000 " UP("m1"), BOND_LINK_UP, 1},
};

static void
expand(char *out, size_t size, const char *in, uint32_t delay_ms, uint32_t mode)
{
	size_t n = 0;

	for (; *in; in++) {
		if (*in != '$') {
			n += (size_t)snprintf(out + n, size - n, "%c", *in);
			continue;
		}
		switch (*++in) {
		case 'D':
			n += (size_t)snprintf(out + n, size - n, "%u", delay_ms);
			break;
		case 'H':
			n += (size_t)snprintf(out + n, size - n, "%u", delay_ms / 2);
			break;
		case 'd':
			n += (size_t)snprintf(out + n, size - n, "%u", 10000 + delay_ms);
			break;
		case 'h':
			n += (size_t)snprintf(out + n, size - n, "%u", 10000 + delay_ms / 2);
			break;
		case 'e': /* half a delay later than $d */
			n += (size_t)snprintf(out + n, size - n, "%u",
					      10000 + delay_ms / 2 + delay_ms);
			break;
		case 'a':
		case 'b':
			if (mode == BOND_MODE_ACTIVE_BACKUP)
				n += (size_t)snprintf(out + n, size - n, "%s",
						      *in == 'a' ? "active " : "backup ");
			break;
		default:
			fail_msg("no $%c", *in);
		}
		assert_true(n < size);
	}
	out[n] = '\0';
}

static void
play(const struct timeline *t, uint32_t mode, uint32_t delay_ms)
{
	struct bond_options options = bond_options_default();
	char script[512], lines[2048];

	print_message("mode %u, delay %u ms: %s\n", mode, delay_ms, t->name);
	options.mode = mode;
	options.updelay_ms = options.downdelay_ms = delay_ms;
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;4000");
	fixture_run(&f, t->before);
	fixture_run(&f, "9999");
	f.log[0] = '\0';

	expand(script, sizeof(script), t->script, delay_ms, mode);
	expand(lines, sizeof(lines), t->lines, delay_ms, mode);
	fixture_run(&f, script);
	assert_string_equal(f.log, lines);
	assert_int_equal(f.b.member[1].link, t->link);
	assert_int_equal(f.b.member[1].link_failure_count, t->failures);
}

static void
play_all(const struct timeline *t, size_t n, uint32_t delay_ms)
{
	for (const struct timeline *end = t + n; t < end; t++) {
		if (t->modes & RR)
			play(t, BOND_MODE_BALANCE_RR, delay_ms);
		if (t->modes & AB)
			play(t, BOND_MODE_ACTIVE_BACKUP, delay_ms);
	}
}

static void
each_row_with_delays(void **state)
{
	/* 34 and 1002: no multiple of miimon is needed */
	static const uint32_t delays[] = {2, 34, 100, 200, 1000, 1002};

	(void)state;
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		play_all(delayed, sizeof(delayed) / sizeof(delayed[0]), delays[i]);
}

static void
each_row_without_delays(void **state)
{
	(void)state;
	play_all(immediate, sizeof(immediate) / sizeof(immediate[0]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_with_delays),
		cmocka_unit_test(each_row_without_delays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
