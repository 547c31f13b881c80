/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_golden.c - what Linux's driver was seen to do in time, the bond core does as well. */
#include <errno.h>

#include "bond_better.h"
#include "bond_recording.h"

/* Linux polls every 100 ms, and the recording machine was late by up to as much again. */
#define TOLERANCE_MS 150
#define INSTANT_MS   3 /* of one poll */

static struct fixture f;

static struct recording theirs;
static struct table ours;

/* Stable. @param from first row to sort */
static void
sort(struct table *t, unsigned int from, int (*order)(const struct row *, const struct row *))
{
	for (unsigned int i = from + 1; i < t->n; i++)
		for (unsigned int k = i; k > from && order(&t->row[k - 1], &t->row[k]) > 0; k--) {
			const struct row swap = t->row[k];

			t->row[k] = t->row[k - 1];
			t->row[k - 1] = swap;
		}
}

static int
by_time(const struct row *a, const struct row *b)
{
	return a->ms < b->ms ? -1 : a->ms > b->ms;
}

static int
by_text(const struct row *a, const struct row *b)
{
	return strcmp(a->text, b->text);
}

/* Within one instant by member; a line "m0: ..." begins with its name, and the rest keeps order. */
static int
by_member(const struct row *a, const struct row *b)
{
	return b->ms - a->ms > INSTANT_MS ? 0 : strncmp(a->text, b->text, 2);
}

static void
apply_better(const char *name)
{
	struct table *t = &theirs.lines;

	for (const struct better *e = better; e < better + sizeof(better) / sizeof(better[0]);
	     e++) {
		struct row *r = t->row;

		if (strcmp(e->file, name) != 0)
			continue;
		if (e->from[0]) {
			while (r < t->row + t->n &&
			       (r->ms != e->ms || strcmp(r->text, e->from) != 0))
				r++;
			assert_true(r < t->row + t->n); /* the exception has a case */
		} else {
			for (r = t->row + t->n++; r > t->row && r[-1].ms >= e->ms; r--)
				r[0] = r[-1];
		}
		r->ms = e->to_ms;
		snprintf(r->text, sizeof(r->text), "%s", e->to);
		if (!e->to[0])
			memmove(r, r + 1, (size_t)(t->row + t->n-- - r - 1) * sizeof(*r));
	}
	sort(t, 0, by_time);
}

/* The commands of the recording took long: what they do happened when Linux wrote its line. */
static unsigned int
when_done(const struct row *action, const char *line)
{
	for (const struct row *r = theirs.lines.row; r < theirs.lines.row + theirs.lines.n; r++)
		if (r->ms >= action->ms && strstr(r->text, line))
			return r->ms;
	fail_msg("nothing came of %s", action->text);
	return 0;
}

static uint32_t
number_after(const char *text, const char *word, uint32_t otherwise)
{
	const char *found = strstr(text, word);

	return found ? (uint32_t)strtoul(found + strlen(word), NULL, 10) : otherwise;
}

static void
create(const char *text)
{
	struct bond_options o = bond_options_default();
	const char *reselect = strstr(text, "primary_reselect ");

	char mode[16];

	assert_int_equal(sscanf(text, "create bond mode %15s", mode), 1);
	assert_non_null(bond_mode_by_name(mode));
	o.mode = bond_mode_by_name(mode)->number;
	o.miimon_ms = number_after(text, "miimon ", 0);
	o.updelay_ms = number_after(text, "updelay ", 0);
	o.downdelay_ms = number_after(text, "downdelay ", 0);
	o.num_peer_notif = 0;
	fixture_start(&f, &o);
	if (reselect)
		fixture_set(&f, "primary_reselect", strchr(reselect, ' ') + 1);
}

/* Only commands whose last words are members: "cut active while m1 going back" is a remark. */
static bool
is_about_members(const char *text)
{
	for (const char *word = strchr(text, ' '); word; word = strchr(word + 1, ' '))
		if (word[1] != 'm' || strcspn(word + 1, " ") != 2)
			return false;
	return true;
}

/* The fixture's command for a row, or "": nothing to do. @param ms when */
static void
translate(const struct row *a, char command[LINE_SIZE], unsigned int *ms)
{
	const char *member = strchr(a->text, ' ') ? strchr(a->text, ' ') + 1 : "";
	char option[32], value[32] = "";

	*ms = a->ms;
	command[0] = '\0';
	if (recording_begins(a->text, "attach ")) {
		*ms = when_done(a, "Enslaving");
		snprintf(command, LINE_SIZE, "%s", a->text);
	} else if (recording_begins(a->text, "release ")) {
		*ms = when_done(a, "Releasing");
		snprintf(command, LINE_SIZE, "%s", a->text);
	} else if (recording_begins(a->text, "cut ") || recording_begins(a->text, "restore ")) {
		if (is_about_members(a->text))
			snprintf(command, LINE_SIZE, "%s", a->text);
	} else if (recording_begins(a->text, "prio ")) {
		*ms = when_done(a, "making interface");
		snprintf(command, LINE_SIZE, "%s", a->text);
	} else if (recording_begins(a->text, "primary ")) {
		snprintf(command, LINE_SIZE, "set primary %s", member);
	} else if (sscanf(a->text, "write %31[^=]=%31s", option, value) == 2) {
		if (strcmp(option, "active_slave") == 0)
			snprintf(command, LINE_SIZE, "activate %s", value);
		else
			snprintf(command, LINE_SIZE, "set %s %s", option, value);
	}
}

/* Linux refuses to activate a member without a link, or where none has the role. @return 0: it does not */
static int
refusal(const char *command)
{
	if (!recording_begins(command, "activate "))
		return 0;
	if (!f.b.mode->has_active)
		return -EOPNOTSUPP;
	return f.b.member[fixture_slot(&f, command + 9)].fact.carrier ? 0 : -EINVAL;
}

static void
perform(void)
{
	char command[LINE_SIZE], line[LINE_SIZE];
	unsigned int ms;

	for (unsigned int i = 0; i < theirs.actions.n; i++) {
		if (recording_begins(theirs.actions.row[i].text, "create ")) {
			create(theirs.actions.row[i].text);
			continue;
		}
		translate(&theirs.actions.row[i], command, &ms);
		if (!command[0])
			continue;
		fixture_advance(&f, ms > f.now / BOND_MSEC ? ms * BOND_MSEC : f.now);
		if (refusal(command) < 0)
			assert_int_equal(bond_activate(&f.b, fixture_slot(&f, command + 9), f.now),
					 refusal(command));
		else
			fixture_do(&f, command);
	}
	fixture_advance(&f, f.now + 10 * BOND_SEC);
	for (char *save, *l = strtok_r(f.log, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		ms = (unsigned int)strtoul(l, &l, 10);
		snprintf(line, sizeof(line), "%s", l + 1);
		recording_add(&ours, ms, line);
	}
}

/* What our carrier was in turn, from its lines; these are then taken out. */
static void
compare_carrier(void)
{
	unsigned int kept = 0, k = 0;
	char now = '0';

	for (unsigned int i = 0; i < ours.n; i++) {
		if (!recording_is_carrier_line(ours.row[i].text)) {
			ours.row[kept++] = ours.row[i];
			continue;
		}
		now = now == '0' ? '1' : '0';
		while (k < theirs.carrier.n && /* before the bond was up, "?"; then "0" */
		       (theirs.carrier.row[k].text[0] == '?' ||
			(k < 2 && theirs.carrier.row[k].text[0] == '0')))
			k++;
		assert_true(k < theirs.carrier.n);
		assert_int_equal(theirs.carrier.row[k++].text[0], now);
	}
	assert_int_equal(k, theirs.carrier.n);
	ours.n = kept;
}

/* The number in a line that tells what has passed of a delay. */
static const char *
passed(const char *line)
{
	const char *after = strstr(line, "again after ");
	const char *earlier = strstr(line, "active one ");

	return after ? after + 12 : earlier ? earlier + 11 : NULL;
}

static void
assert_near(unsigned long a, unsigned long b)
{
	assert_true(a < b + TOLERANCE_MS && b < a + TOLERANCE_MS);
}

static void
compare_line(const char *a, const char *b)
{
	const char *p = passed(a), *q = passed(b);

	if (!p || !q) {
		assert_string_equal(a, b);
		return;
	}
	assert_int_equal(p - a, q - b);
	assert_memory_equal(a, b, (size_t)(p - a));
	assert_near(strtoul(p, NULL, 10), strtoul(q, NULL, 10));
	assert_string_equal(p + strspn(p, "0123456789"), q + strspn(q, "0123456789"));
}

/* @return how many of the lines are about members joining: those before anything else is done */
static unsigned int
count_start(const struct table *lines)
{
	unsigned int n = 0, end = 0;

	for (unsigned int i = 0; end == 0 && i < theirs.actions.n; i++)
		if (recording_begins(theirs.actions.row[i].text, "cut m") ||
		    recording_begins(theirs.actions.row[i].text, "prio "))
			end = theirs.actions.row[i].ms;
	while (n < lines->n && lines->row[n].ms < end)
		n++;
	return n;
}

static void
compare(void)
{
	const unsigned int start = count_start(&ours);
	struct table *t = &theirs.lines;
	struct table t_start = *t, o_start = ours;

	assert_int_equal(start, count_start(t));
	t_start.n = o_start.n = start;
	sort(&t_start, 0, by_text);
	sort(&o_start, 0, by_text);
	for (unsigned int i = 0; i < start; i++)
		assert_string_equal(t_start.row[i].text, o_start.row[i].text);

	sort(t, start, by_member);
	sort(&ours, start, by_member);
	for (unsigned int i = start; i < t->n && i < ours.n; i++) {
		print_message("%6u %6u %s\n", t->row[i].ms, ours.row[i].ms, ours.row[i].text);
		compare_line(t->row[i].text, ours.row[i].text);
		if (i > start)
			assert_near(t->row[i].ms + ours.row[i - 1].ms,
				    ours.row[i].ms + t->row[i - 1].ms);
	}
	assert_int_equal(t->n, ours.n);
}

static const char *const recordings[] = {
	"mii_active-backup_delay0",
	"mii_active-backup_delay200",
	"mii_active-backup_delay1000",
	"mii_back_used_early",
	"mii_balance-rr_delay0",
	"mii_balance-rr_delay200",
	"mii_balance-xor_delay0",
	"mii_balance-xor_delay200",
	"mii_broadcast_delay0",
	"mii_broadcast_delay200",
	"primary_reselect_always",
	"primary_reselect_better",
	"primary_reselect_failure",
	"ab_downdelay_blackhole",
	"ab_prio",
	"no_primary_selection_quirk",
	"ab_no_monitor",
	"garp_num0_delay0",
	"garp_num1_delay0",
	"garp_num3_delay0",
	"garp_num3_delay300",
	"garp_updelay_downdelay",
	"igmp_active-backup",
	"igmp_balance-rr",
	"igmp_balance-xor",
	"mii_balance-tlb_delay0",
	"mii_balance-alb_delay0",
	"mii_balance-alb_delay200",
	"igmp_balance-tlb",
	"igmp_balance-alb",
	"lb_balance-tlb",
	"lb_balance-alb",
};

static void
each_recording_is_matched(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
		print_message("%s\n", recordings[i]);
		ours.n = 0;
		recording_read(&theirs, recordings[i]);
		perform();
		apply_better(recordings[i]);
		compare_carrier();
		compare();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recording_is_matched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
