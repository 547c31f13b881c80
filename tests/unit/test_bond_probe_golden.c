/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_probe_golden.c - what Linux's ARP monitor was seen to do in time, ours does as well. */
#include "bond_recording.h"
#include "probe_lab.h"

/*
 * The recordings are compared phase by phase, a phase being what follows one action of the script.
 * We are better on purpose in two ways, which decide how a phase is compared:
 *
 * - A carrier that is lost counts at once, so that nothing is said of the first line's delay.
 * - Where arp_validate asks backups for proof they have been asked themselves: the loss of the
 *   target takes all members down in the same round, none is tried in vain, and none is fooled by
 *   other traffic. With Linux they go one after the other, or stay.
 */
#define INTERVAL_MS  200
#define TOLERANCE_MS 60 /* of a gap between two lines; Linux's rounds are 204 ms apart */
#define FIRST_MS     650
#define MAX_LINES    64

static struct lab lab;
static struct recording theirs;

struct lines {
	struct row row[MAX_LINES];
	unsigned int n;
};

/* The commands that made a loss in both directions took long: Linux saw half of it for a while. */
static const struct cut_off {
	const char *file;
	unsigned int ms; /* of the action */
	unsigned int n;  /* lines that belong to the loss itself */
} cut_off[] = {
	{"arp_active-backup_none", 14521, 2},
	{"arp_active-backup_filter_active", 21459, 2},
};

static void
perform(const char *action)
{
	unsigned int member;

	if (sscanf(action, "cut m%u", &member) == 1 || sscanf(action, "restore m%u", &member) == 1)
		fixture_do(&lab.f, action);
	else if (sscanf(action, "write active_slave=m%u", &member) == 1)
		fixture_do(&lab.f, member == 0 ? "activate m0" : "activate m1");
	else if (sscanf(action, "silent loss on m%u", &member) == 1)
		lab.silent[member] = strstr(action, " ends") == NULL;
	else if (recording_begins(action, "target"))
		lab.target_alive = strcmp(action, "target back") == 0;
	if (strstr(action, "non-ARP"))
		lab.noise = LAB_BROADCAST;
	else if (strstr(action, "ARP requests of a stranger"))
		lab.noise = LAB_STRANGER_ARP;
	else if (strstr(action, "background stops"))
		lab.noise = LAB_QUIET;
}

static void
begin(const char *create)
{
	static const char *const validate[] = {"none",   "active",        "backup",       "all",
					       "filter", "filter_active", "filter_backup"};
	const char *v = strstr(create, "arp_validate ");
	struct bond_options o;
	char mode[32];

	assert_int_equal(sscanf(create, "create bond mode %31s", mode), 1);
	o = lab_options(bond_mode_by_name(mode)->number);
	for (uint32_t i = 0; v && i < sizeof(validate) / sizeof(validate[0]); i++)
		if (strcmp(v + strlen("arp_validate "), validate[i]) == 0)
			o.probe.validate = i;
	lab_start(&lab, &o);
	lab_attach(&lab, 0, true);
	lab_attach(&lab, 1, true);
}

static void
add(struct lines *l, unsigned int ms, const char *text)
{
	assert_true(l->n < MAX_LINES);
	l->row[l->n].ms = ms;
	snprintf(l->row[l->n++].text, LINE_SIZE, "%s", text);
}

static void
their_lines(struct lines *out, const char *file, unsigned int from, unsigned int to)
{
	out->n = 0;
	for (unsigned int i = 0; i < theirs.lines.n; i++)
		if (theirs.lines.row[i].ms >= from && theirs.lines.row[i].ms < to)
			add(out, theirs.lines.row[i].ms, theirs.lines.row[i].text);
	for (size_t i = 0; i < sizeof(cut_off) / sizeof(cut_off[0]); i++)
		if (strcmp(cut_off[i].file, file) == 0 && cut_off[i].ms == from)
			out->n = cut_off[i].n;
}

static void
our_lines(struct lines *out)
{
	out->n = 0;
	for (char *save, *l = strtok_r(lab.f.log, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		const unsigned int ms = (unsigned int)strtoul(l, &l, 10);

		if (!recording_is_carrier_line(l))
			add(out, ms, l + 1);
	}
}

static bool
is_down(const struct row *r)
{
	return strstr(r->text, "definitely down") != NULL;
}

static unsigned int
count_down(const struct lines *l)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < l->n; i++)
		n += is_down(&l->row[i]);
	return n;
}

/* The role flaps for ever: another member goes down every three intervals and soon comes back. */
static void
assert_flapping(const struct lines *l, unsigned int slack_ms)
{
	const struct row *last = NULL;

	assert_true(count_down(l) >= 2);
	for (unsigned int i = 0; i < l->n; i++) {
		const struct row *r = &l->row[i];

		if (!is_down(r))
			continue;
		if (last) {
			assert_true(r->ms - last->ms >= 3 * INTERVAL_MS);
			assert_true(r->ms - last->ms <= 3 * INTERVAL_MS + slack_ms);
			assert_memory_not_equal(r->text, last->text, 2);
		}
		last = r;
		if (i + 2 >= l->n) /* the phase ends */
			break;
		assert_true(strstr(l->row[i + 1].text, "the new active one"));
		assert_true(strstr(l->row[i + 2].text, "definitely up"));
		assert_memory_equal(l->row[i + 2].text, r->text, 2);
	}
}

static void
assert_together(const struct lines *l)
{
	const struct row *first = NULL;

	for (unsigned int i = 0; i < l->n; i++) {
		assert_true(is_down(&l->row[i]));
		if (!first)
			first = &l->row[i];
		assert_int_equal(l->row[i].ms, first->ms);
	}
}

static void
assert_same(const struct lines *t, const struct lines *o, unsigned int from)
{
	assert_int_equal(t->n, o->n);
	for (unsigned int i = 0; i < t->n; i++) {
		assert_string_equal(t->row[i].text, o->row[i].text);
		if (i == 0) {
			assert_true(o->row[i].ms - from <= FIRST_MS);
		} else {
			const int gap = (int)(t->row[i].ms - t->row[i - 1].ms) -
					(int)(o->row[i].ms - o->row[i - 1].ms);

			assert_true(abs(gap) <= TOLERANCE_MS);
		}
	}
}

/* A phase may end amid a flap: that the member comes back is then a line of the next. */
static void
drop_rest_of_flap(struct lines *l)
{
	if (l->n == 0 || !strstr(l->row[0].text, "definitely up"))
		return;
	memmove(&l->row[0], &l->row[1], --l->n * sizeof(l->row[0]));
}

/* @return the role flaps */
static bool
compare(const struct row *action, const struct lines *t, const struct lines *o)
{
	const struct bond *b = &lab.f.b;
	const bool proof = b->options.probe.validate & BOND_VALIDATE_BACKUP;

	print_message("  %u %s: %u lines, Linux %u\n", action->ms, action->text, o->n, t->n);
	if (strcmp(action->text, "target back") == 0) {
		assert_true(b->carrier);
		assert_int_equal(b->member[0].link, BOND_LINK_UP);
		assert_int_equal(b->member[1].link, BOND_LINK_UP);
	} else if (!proof && count_down(t) >= 2) {
		assert_flapping(t, TOLERANCE_MS);
		assert_flapping(o, 0);
		return true;
	} else if (proof && !lab.target_alive) {
		assert_together(o);
		/* without validation of the current member its traffic keeps it, as in Linux */
		if (lab.noise == LAB_QUIET || b->options.probe.validate != BOND_VALIDATE_BACKUP)
			assert_false(b->carrier);
		assert_true(b->member[b->active == 0].held);
	} else {
		assert_same(t, o, action->ms);
	}
	return false;
}

static void
replay(const char *name)
{
	struct lines t, o;
	bool started = false, flapped = false;

	recording_read(&theirs, name);
	print_message("%s\n", name);
	for (unsigned int i = 0; i < theirs.actions.n; i++) {
		const struct row *a = &theirs.actions.row[i];
		const unsigned int end =
			i + 1 < theirs.actions.n ? theirs.actions.row[i + 1].ms : a->ms + 2000;

		if (recording_begins(a->text, "create "))
			begin(a->text);
		started |= recording_begins(a->text, "cut");
		if (!started)
			continue;
		lab_advance(&lab, a->ms * BOND_MSEC);
		lab.f.log[0] = '\0';
		perform(a->text);
		lab_advance(&lab, end * BOND_MSEC);
		their_lines(&t, name, a->ms, end);
		our_lines(&o);
		if (flapped) {
			drop_rest_of_flap(&t);
			drop_rest_of_flap(&o);
		}
		flapped = compare(a, &t, &o);
	}
	assert_true(started);
	assert_int_equal(lab.f.b.mode->standby ? lab.hijacked : 0, 0);
}

static void
each_recording_is_matched(void **state)
{
	static const char *const recordings[] = {
		"arp_active-backup_none",
		"arp_active-backup_active",
		"arp_active-backup_backup",
		"arp_active-backup_all",
		"arp_active-backup_filter",
		"arp_active-backup_filter_active",
		"arp_active-backup_filter_backup",
		"arp_balance-rr",
		"arp_balance-xor",
		"arp_broadcast",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++)
		replay(recordings[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recording_is_matched),
	};
	return cmocka_run_group_tests_name("bond_probe_golden", tests, NULL, NULL);
}
