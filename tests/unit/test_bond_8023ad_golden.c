/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_golden.c - updelay and downdelay in 802.3ad, as Linux was seen to keep them. */
#include "ad_lab.h"
#include "bond_recording.h"

/*
 * Lines about links are compared in order, member by member, each with the action that it follows.
 * Ours differ where we are better on purpose:
 *
 * - When no member is usable updelay is skipped for one, in every mode; Linux, whose array of usable
 *   members is then gone, waits in full. So a line about updelay may say 0 ms and what follows it
 *   comes up to updelay earlier.
 * - A carrier that was lost and came back within downdelay: Linux forgets the speed meanwhile and
 *   says so ("speed changed to 0").
 */
#define LATE_MS 260 /* two polls of Linux, and what its lock delays them */

static struct recording theirs;

static bool
is_link_line(const char *line)
{
	return strstr(line, "link status") != NULL;
}

/* The next line about a member's link within an action, from a place on. @return rows: none */
static unsigned int
next_line(const struct table *t, unsigned int at, const char *member, unsigned int to)
{
	while (at < t->n && t->row[at].ms < to &&
	       (!recording_begins(t->row[at].text, member) || !is_link_line(t->row[at].text)))
		at++;
	return at < t->n && t->row[at].ms < to ? at : t->n;
}

static void
add(struct table *out, const struct lab_event *e, const char *line)
{
	char text[LINE_SIZE];

	if (strcmp(e->kind, "link") != 0 || !line[0])
		return;
	snprintf(text, sizeof(text), "%s: %.100s", e->member, line);
	recording_add(out, (unsigned int)e->at, text);
}

static void
our_lines(struct table *out)
{
	out->n = 0;
	for (const struct lab_event *e = A->event; e < A->event + A->n_events; e++) {
		add(out, e, e->first);
		add(out, e, e->line);
	}
}

/* Text up to a number of ms that says how long something has been or will be. */
static size_t
fixed_part(const char *line)
{
	const char *in = strstr(line, " it in "), *after = strstr(line, " again after ");

	return in ? (size_t)(in - line) : after ? (size_t)(after - line) : strlen(line);
}

static void
compare_member(const struct table *ours, const char *member, unsigned int from, unsigned int to)
{
	const uint32_t updelay = A->b.options.updelay_ms;
	unsigned int t = 0, o = 0;

	while (t < theirs.lines.n && theirs.lines.row[t].ms < from)
		t++;
	while (o < ours->n && ours->row[o].ms < from)
		o++;
	for (;; t++, o++) {
		const struct row *a, *b;

		t = next_line(&theirs.lines, t, member, to);
		o = next_line(ours, o, member, to);
		if (t == theirs.lines.n || o == ours->n)
			break;
		a = &theirs.lines.row[t];
		b = &ours->row[o];
		print_message("  %6u %6u %s\n", a->ms, b->ms, b->text);
		assert_int_equal(fixed_part(a->text), fixed_part(b->text));
		assert_memory_equal(a->text, b->text, fixed_part(a->text));
		assert_true(b->ms <= a->ms && b->ms + LATE_MS + updelay >= a->ms);
	}
	assert_int_equal(t, theirs.lines.n);
	assert_int_equal(o, ours->n);
}

static void
cables(const char *action)
{
	const bool on = recording_begins(action, "restore ");

	for (const char *m = strchr(action, ' '); m; m = strchr(m + 1, ' '))
		if (m[1] == 'm' && (m[3] == '\0' || m[3] == ' '))
			lab_carrier((unsigned int)(m[2] - '0'), on);
}

static bool
is_about_cables(const char *action)
{
	return recording_begins(action, "cut m") || recording_begins(action, "restore m");
}

static void
start(uint32_t delay, unsigned int ms)
{
	lab_setup(NULL);
	A->options.updelay_ms = A->options.downdelay_ms = delay;
	lab_start(2);
	lab_wire(A, B);
	lab_wire(A, B);
	assert_true(lab_ms() < ms);
	lab_go(ms - lab_ms());
}

static void
replay(const char *name, uint32_t delay)
{
	static struct table ours;
	unsigned int first = 0;

	print_message("%s\n", name);
	recording_read(&theirs, name);
	while (!is_about_cables(theirs.actions.row[first].text))
		first++;
	start(delay, theirs.actions.row[first].ms);
	assert_true(A->b.carrier);
	for (unsigned int i = first; i < theirs.actions.n; i++) {
		const struct row *a = &theirs.actions.row[i];
		const unsigned int end =
			i + 1 < theirs.actions.n ? theirs.actions.row[i + 1].ms : a->ms + 4000;

		if (is_about_cables(a->text))
			cables(a->text);
		lab_go(end - lab_ms());
		our_lines(&ours);
		if (!is_about_cables(a->text))
			continue;
		print_message(" %s\n", a->text);
		compare_member(&ours, "m0", a->ms, end);
		compare_member(&ours, "m1", a->ms, end);
	}
	assert_true(A->b.carrier);
}

static void
links_follow_their_delays(void **state)
{
	(void)state;
	replay("mii_802.3ad_delay0", 0);
	replay("mii_802.3ad_delay200", 200);
}

/* Linux keeps it down for ever. */
static void
a_member_of_unknown_speed_is_used_and_warned_of(void **state)
{
	const struct lab_event *e;

	(void)state;
	lab_setup(NULL);
	lab.speed[0] = 0;
	lab_pair(1);
	e = lab_event(A, "link", "up", 0);
	assert_non_null(e);
	assert_string_equal(e->first, "failed to get link speed/duplex");
	assert_true(lab_until(A, 0, true, 12000) < 12000); /* it waits for the speed first */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_follow_their_delays),
		cmocka_unit_test(a_member_of_unknown_speed_is_used_and_warned_of),
	};
	return cmocka_run_group_tests_name("bond_8023ad_golden", tests, NULL, NULL);
}
