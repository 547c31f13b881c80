/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_select.c - who becomes the current member of active-backup, and who does not. */
#include <errno.h>

#include "bond_fixture.h"

static struct fixture f;

static void
start(const char *primary, uint32_t reselect)
{
	struct bond_options options = bond_options_default();

	options.mode = BOND_MODE_ACTIVE_BACKUP;
	options.primary_reselect = reselect;
	snprintf(options.primary, sizeof(options.primary), "%s", primary);
	fixture_start(&f, &options);
}

static const char *
current(void)
{
	return f.b.active == BOND_NONE ? "none" : f.b.member[f.b.active].name;
}

/* A story: steps without times, and who is the current member after each of them. */
struct story {
	const char *name;
	const char *primary;
	enum bond_reselect reselect;
	const char *steps; /* as fixture_do(), separated by ";" */
	const char *current;
};

static const struct story stories[] = {
	/* nobody is primary */
	{"the first attached", "", BOND_RESELECT_ALWAYS, "attach m0;attach m1;attach m2",
	 "m0 m0 m0"},
	{"the first with a link", "", BOND_RESELECT_ALWAYS, "attach_down m0;attach m1;restore m0",
	 "none m1 m1"},
	{"never back without need, unlike Linux", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;cut m0;restore m0;attach m2;set primary_reselect better;"
	 "set primary_reselect always;cut m2;restore m2;release m0",
	 "m0 m0 m1 m1 m1 m1 m1 m1 m1 m1"},
	{"the earliest attached takes over", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;attach m2;cut m0;cut m1;restore m0;cut m2", "m0 m0 m0 m1 m2 m2 m0"},
	{"a member attached again is the last", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;attach m2;release m1;attach m1;cut m0", "m0 m0 m0 m0 m0 m2"},
	{"the last one gone", "", BOND_RESELECT_ALWAYS,
	 "attach m0;release m0;attach_down m1;restore m1", "m0 none none m1"},
	{"release of the current one", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;attach m2;release m0;release m1;release m2", "m0 m0 m0 m1 m2 none"},
	/* prio */
	{"a higher prio takes the role when it joins", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1 5;attach m2 5;attach m3 -1", "m0 m1 m1 m1"},
	{"a higher prio takes it back when it recovers", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1 5;cut m1;restore m1", "m0 m1 m0 m1"},
	{"of those left the highest prio", "", BOND_RESELECT_ALWAYS,
	 "attach m0 9;attach m1;attach m2 5;attach m3 5;cut m0;cut m2;cut m3",
	 "m0 m0 m0 m0 m2 m3 m1"},
	{"prio written", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;prio m1 1;prio m0 1;prio m1 0;prio m1 -5", "m0 m0 m1 m1 m0 m0"},
	{"prio obeys failure", "", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1 5;prio m1 9;cut m0;restore m0;prio m0 99;cut m1",
	 "m0 m0 m0 m1 m1 m1 m0"},
	{"prio obeys better: the same speed is not", "", BOND_RESELECT_BETTER,
	 "attach m0;attach m1 5;cut m0;restore m0;prio m0 9", "m0 m0 m1 m1 m1"},
	/* a primary */
	{"the primary when it joins", "m1", BOND_RESELECT_ALWAYS, "attach m0;attach m1", "m0 m1"},
	{"the primary when it joins, even with failure", "m1", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1", "m0 m1"},
	{"the primary when it first comes up, even with failure", "m1", BOND_RESELECT_FAILURE,
	 "attach m0;attach_down m1;restore m1;cut m1;restore m1", "m0 m0 m1 m0 m0"},
	{"the primary returns", "m0", BOND_RESELECT_ALWAYS, "attach m0;attach m1;cut m0;restore m0",
	 "m0 m0 m1 m0"},
	{"the primary waits for a failure", "m0", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1;attach m2;cut m0;restore m0;cut m2;cut m1", "m0 m0 m0 m1 m1 m1 m0"},
	{"the primary is preferred to prio", "m0", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1 9;attach m2 9;cut m0;restore m0", "m0 m0 m0 m1 m0"},
	{"without its primary the bond goes by prio", "m0", BOND_RESELECT_ALWAYS,
	 "attach m1;attach m2 3;cut m2;restore m2", "m1 m2 m1 m2"},
	{"the primary written", "", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1;set primary m1;set primary none;cut m1;restore m1",
	 "m0 m0 m1 m1 m0 m0"},
	{"the primary written while it is down", "", BOND_RESELECT_FAILURE,
	 "attach m0;attach_down m1;set primary m1;restore m1", "m0 m0 m0 m1"},
	{"always, written", "m0", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1;cut m0;restore m0;set primary_reselect always", "m0 m0 m1 m1 m0"},
	{"the primary leaves", "m0", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;release m0;attach m0", "m0 m0 m1 m0"},
	/* by hand */
	{"by hand, until the primary is asked for again", "m0", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;activate m1;cut m0;restore m0", "m0 m0 m1 m1 m0"},
	{"by hand, and an attachment selects anew", "m0", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;activate m1;attach_down m2;attach m3", "m0 m0 m1 m1 m0"},
	{"by hand, and it stays without a primary", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;activate m1;attach m2;cut m0;restore m0", "m0 m0 m1 m1 m1 m1"},
	{"forgetting the current one selects anew", "", BOND_RESELECT_FAILURE,
	 "attach m0;attach m1;activate m1;activate none", "m0 m0 m1 m0"},
	{"forgetting the right one changes nothing", "", BOND_RESELECT_ALWAYS,
	 "attach m0;attach m1;activate none", "m0 m0 m0"},
	/* downdelay: the current one keeps the role, unless a selection finds a better one */
	{"going down keeps the role", "", BOND_RESELECT_ALWAYS,
	 "set downdelay 100;attach m0;attach m1;cut m0;restore m0", "none m0 m0 m0 m0"},
	{"going down, none left: a member that joins without link takes nothing", "",
	 BOND_RESELECT_ALWAYS, "set downdelay 100;attach m0;cut m0;attach_down m1;prio m1 5",
	 "none m0 m0 m0 m0"},
	{"going down, a member that joins with a link takes over", "", BOND_RESELECT_FAILURE,
	 "set downdelay 100;attach m0;cut m0;attach m1;restore m0", "none m0 m0 m1 m1"},
	{"going down, the primary comes up", "m1", BOND_RESELECT_FAILURE,
	 "set downdelay 100;attach m0;attach m1;activate m0;cut m0;activate none",
	 "none m0 m1 m0 m0 m1"},
};

static void
each_story_has_its_current_members(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct story *s = &stories[i];
		char steps[512], seen[256] = "", *save;

		print_message("%s\n", s->name);
		start(s->primary, s->reselect);
		snprintf(steps, sizeof(steps), "%s", s->steps);
		for (char *step = strtok_r(steps, ";", &save); step;
		     step = strtok_r(NULL, ";", &save)) {
			fixture_advance(&f, f.now + 10 * BOND_MSEC);
			fixture_do(&f, step);
			snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%s",
				 seen[0] ? " " : "", current());
		}
		assert_string_equal(seen, s->current);
	}
}

/* One cell of the matrix: three members, some of them down, one of the others current. */
struct cell {
	int primary; /* -1: none */
	enum bond_reselect reselect;
	int prio[3];
	unsigned int up; /* bit i: m<i> has its link up */
	int current;
};

static bool
prepare(const struct cell *c)
{
	char command[32];

	start("", BOND_RESELECT_FAILURE); /* nothing moves by itself in here */
	for (int i = 0; i < 3; i++) {
		snprintf(command, sizeof(command), "attach m%d %d", i, c->prio[i]);
		fixture_do(&f, command);
	}
	if (c->primary >= 0) {
		snprintf(command, sizeof(command), "set primary m%d", c->primary);
		fixture_do(&f, command);
	}
	if (!(c->up >> c->current & 1))
		return false;
	snprintf(command, sizeof(command), "activate m%d", c->current);
	fixture_do(&f, command);
	for (int i = 0; i < 3; i++)
		if (!(c->up >> i & 1)) {
			snprintf(command, sizeof(command), "cut m%d", i);
			fixture_do(&f, command);
		}
	f.b.options.primary_reselect = c->reselect; /* as if it had always been so */
	return f.b.active == c->current;
}

/* The one to follow when nobody has the role. */
static int
successor(const struct cell *c, unsigned int up)
{
	int best = -1;

	if (c->primary >= 0 && up >> c->primary & 1)
		return c->primary;
	for (int i = 0; i < 3; i++)
		if (up >> i & 1 && (best < 0 || c->prio[i] > c->prio[best]))
			best = i;
	return best;
}

static int
after(const char *verb, int i)
{
	char command[32];

	snprintf(command, sizeof(command), "%s m%d", verb, i);
	fixture_do(&f, command);
	return f.b.active == BOND_NONE ? -1 : f.b.active; /* m<i> is in slot i */
}

static void
try_cell(const struct cell *c)
{
	for (int i = 0; i < 3; i++) {
		const unsigned int without = c->up & ~(1U << i);
		const bool up = c->up >> i & 1;
		const bool outranks = i == c->primary || c->prio[i] > c->prio[c->current];

		assert_true(prepare(c));
		assert_int_equal(after("release", i),
				 i == c->current ? successor(c, without) : c->current);
		assert_true(prepare(c));
		if (up) {
			assert_int_equal(after("cut", i),
					 i == c->current ? successor(c, without) : c->current);
			assert_true(prepare(c));
			assert_int_equal(after("activate", i), i);
		} else {
			/* it only asks: of several that may have the role the best gets it */
			const bool asks = outranks && c->reselect == BOND_RESELECT_ALWAYS;

			assert_int_equal(after("restore", i),
					 asks ? successor(c, c->up | 1U << i) : c->current);
		}
	}
	assert_true(prepare(c));
	fixture_do(&f, "activate none");
	assert_int_equal(f.b.active, successor(c, c->up));
	assert_true(prepare(c));
	fixture_do(&f, "attach_down m3 99"); /* joins without a link */
	assert_int_equal(f.b.active, c->current);
}

static void
every_cell_of_the_matrix_moves_the_role_as_it_should(void **state)
{
	static const int prios[][3] = {{0, 0, 0},  {1, 0, 0}, {0, 1, 0}, {0, 0, 1},
				       {-1, 5, 5}, {3, 2, 1}, {1, 2, 3}, {0, -1, 0}};
	unsigned int cells = 0;
	struct cell c;

	(void)state;
	for (size_t p = 0; p < sizeof(prios) / sizeof(prios[0]); p++)
		for (c.primary = -1; c.primary < 3; c.primary++)
			for (c.reselect = 0; c.reselect <= BOND_RESELECT_FAILURE; c.reselect++)
				for (c.up = 1; c.up < 8; c.up++)
					for (c.current = 0; c.current < 3; c.current++) {
						memcpy(c.prio, prios[p], sizeof(c.prio));
						if (prepare(&c)) {
							try_cell(&c);
							cells++;
						}
					}
	assert_int_equal(cells, 8 * 4 * 3 * 12); /* 12 pairs of a set and one of its members */
}

static void
link_of(const char *name, bool carrier, uint32_t speed_mbps, enum bond_duplex duplex)
{
	const struct bond_link_fact fact = {carrier, speed_mbps, duplex};

	bond_member_link(&f.b, fixture_slot(&f, name), &fact, f.now);
	fixture_check(&f);
}

static void
better_means_faster_or_of_better_duplex(void **state)
{
	static const struct {
		uint32_t speed_mbps;
		enum bond_duplex duplex;
		const char *current; /* when the primary m0 returns so, m1 being 1000 half */
	} rows[] = {
		{10000, BOND_DUPLEX_FULL, "m0"}, {1000, BOND_DUPLEX_FULL, "m0"},
		{10000, BOND_DUPLEX_HALF, "m0"}, {1000, BOND_DUPLEX_HALF, "m1"},
		{100, BOND_DUPLEX_FULL, "m1"},   {1000, BOND_DUPLEX_UNKNOWN, "m1"},
		{0, BOND_DUPLEX_UNKNOWN, "m1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start("m0", BOND_RESELECT_BETTER);
		fixture_run(&f, "0 attach m0;0 attach m1;1 cut m0");
		link_of("m1", true, 1000, BOND_DUPLEX_HALF);
		assert_string_equal(current(), "m1");
		link_of("m0", true, rows[i].speed_mbps, rows[i].duplex);
		assert_string_equal(current(), rows[i].current);
	}
}

static void
what_cannot_be_activated_is_refused_and_changes_nothing(void **state)
{
	struct bond_options options = bond_options_default();

	(void)state;
	start("", BOND_RESELECT_ALWAYS);
	fixture_run(&f, "0 attach_down m0");
	assert_int_equal(bond_activate(&f.b, 0, f.now), -EINVAL); /* no current one */
	fixture_run(&f, "1 attach m1;2");
	assert_int_equal(bond_activate(&f.b, 0, f.now), -EINVAL); /* no link */
	assert_int_equal(bond_activate(&f.b, 2, f.now), -EINVAL); /* nobody there */
	assert_int_equal(bond_activate(&f.b, BOND_MAX_MEMBERS, f.now), -EINVAL);
	fixture_run(&f, "3 set updelay 100;3 restore m0;4"); /* going back */
	assert_int_equal(bond_activate(&f.b, 0, f.now), -EINVAL);
	assert_string_equal(current(), "m1");
	f.events = 0;
	assert_int_equal(bond_activate(&f.b, 1, f.now), 0);
	assert_int_equal(f.events, 0); /* it is already */

	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0");
	assert_int_equal(bond_activate(&f.b, 0, f.now), -EOPNOTSUPP);
	assert_int_equal(bond_activate(&f.b, BOND_NONE, f.now), -EOPNOTSUPP);
}

static void
of_members_going_back_the_next_one_is_taken(void **state)
{
	(void)state;
	start("", BOND_RESELECT_ALWAYS);
	fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2;1 cut m1 m2;2 set updelay 1000;"
			"100 restore m2;300 restore m1;500");
	f.log[0] = '\0';
	fixture_run(&f, "600 cut m0;700");
	assert_string_equal(f.log, "600 m0: link status definitely down, disabling slave\n"
				   "600 m2: making interface the new active one 500 ms earlier\n"
				   "600 notify\n");
	fixture_run(&f, "2000");
	assert_int_equal(f.b.member[1].link, BOND_LINK_UP);
	assert_string_equal(current(), "m2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_story_has_its_current_members),
		cmocka_unit_test(every_cell_of_the_matrix_moves_the_role_as_it_should),
		cmocka_unit_test(better_means_faster_or_of_better_duplex),
		cmocka_unit_test(what_cannot_be_activated_is_refused_and_changes_nothing),
		cmocka_unit_test(of_members_going_back_the_next_one_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
