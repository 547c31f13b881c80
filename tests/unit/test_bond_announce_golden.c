/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_announce_golden.c - announcements after failovers, as Linux was seen to send them, or more. */
#include "bond_capture.h"
#include "bond_recording.h"

/*
 * Linux 6.1 uses the first slot up at a failover that its monitor finds, and after an outage loses
 * another, for the bond has no carrier yet. Ours sends all that were asked for, the first at once.
 * Where Linux sends several they are as far apart as ours.
 */
#define MAX_PHASES   8
#define LATE_MS      120 /* of the recording machine, a poll included */
#define TOLERANCE_MS 60

static struct fixture f;
static struct recording theirs;

/* Rounds that the recorded driver sent. */
struct rounds {
	struct round round[MAX_ROUNDS];
	unsigned int n;
};

/* What follows a change of the member that is announced. */
struct phase {
	unsigned int ms;
	bool outage; /* it ends one: nobody could send before */
};

static bool
is_garp(const struct captured *c)
{
	static const uint8_t arp[10] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
	static const uint8_t address[4] = {10, 9, 0, 2};

	return c->len >= 42 && memcmp(c->octet + 12, arp, 10) == 0 &&
	       memcmp(c->octet + 28, address, 4) == 0 && memcmp(c->octet + 38, address, 4) == 0;
}

static bool
is_report(const struct captured *c)
{
	return c->len >= 38 && c->octet[12] == 8 && c->octet[13] == 0 && c->octet[23] == 2;
}

/* A frame that the switch gave back on the other member was seen on this one before. */
static void
add(struct rounds *r, unsigned int ms, uint8_t slot)
{
	for (unsigned int i = 0; i < r->n; i++)
		if (r->round[i].slot != slot && ms >= r->round[i].ms && ms - r->round[i].ms < 3)
			return;
	assert_true(r->n < MAX_ROUNDS);
	r->round[r->n++] = (struct round){ms, slot};
}

static void
merge(struct rounds *r, const struct captured *c, uint8_t slot)
{
	for (unsigned int i = 0; i < r->n; i++)
		if (r->round[i].slot != slot && c->ms <= r->round[i].ms &&
		    r->round[i].ms - c->ms < 3) {
			r->round[i].slot = slot; /* the earlier one is the original */
			return;
		}
	add(r, c->ms, slot);
}

static void
read_rounds(const char *name, bool (*is)(const struct captured *c), struct rounds *r)
{
	static const char *const members[] = {"m1", "m0"};

	r->n = 0;
	for (uint8_t i = 0; i < 2; i++) {
		FILE *file = capture_open(name, members[i]);
		struct captured c;

		assert_non_null(file);
		while (capture_next(file, &c))
			if (is(&c))
				merge(r, &c, !i);
		fclose(file);
	}
}

static uint32_t
number_after(const char *text, const char *word)
{
	const char *found = strstr(text, word);

	return found ? (uint32_t)strtoul(found + strlen(word), NULL, 10) : 0;
}

static void
start(const char *create, unsigned int ms)
{
	struct bond_options o = bond_options_default();
	char mode[16];

	assert_int_equal(sscanf(create, "create bond mode %15s", mode), 1);
	o.mode = bond_mode_by_name(mode)->number;
	o.miimon_ms = 100;
	o.updelay_ms = number_after(create, "updelay ");
	o.downdelay_ms = number_after(create, "downdelay ");
	o.num_peer_notif = number_after(create, "num_grat_arp ");
	o.peer_notif_delay_ms = number_after(create, "peer_notify_delay ");
	o.resend_igmp = number_after(create, "resend_igmp ");
	fixture_start(&f, &o);
	fixture_advance(&f, ms * BOND_MSEC);
}

static uint8_t
announcer(void)
{
	return f.b.mode->has_active ? f.b.active : f.b.rejoin.slot;
}

/* Do what the script did. @return phases */
static unsigned int
perform(const char *name, struct phase phase[MAX_PHASES])
{
	unsigned int n = 0;

	recording_read(&theirs, name);
	for (unsigned int i = 0; i < theirs.actions.n; i++) {
		const struct row *a = &theirs.actions.row[i];
		uint8_t before;
		bool outage;

		if (recording_begins(a->text, "create "))
			start(a->text, a->ms);
		if (!recording_begins(a->text, "attach ") && !recording_begins(a->text, "cut m") &&
		    !recording_begins(a->text, "restore ") &&
		    strcmp(a->text, "write active_slave=m0"))
			continue;
		fixture_advance(&f, a->ms * BOND_MSEC);
		if (n == 0 && recording_begins(a->text, "cut"))
			f.notifications = f.reports = 0; /* theirs was not up when members joined */
		before = announcer();
		outage = !f.b.carrier;
		if (a->text[0] != 'w')
			fixture_do(&f, a->text);
		else if (f.b.mode->has_active)
			fixture_do(&f, "activate m0");
		if (i + 1 < theirs.actions.n)
			fixture_advance(&f, theirs.actions.row[i + 1].ms * BOND_MSEC);
		if (!recording_begins(a->text, "attach ") && announcer() != before && f.b.carrier)
			phase[n++] = (struct phase){a->ms, outage};
		assert_true(n < MAX_PHASES);
	}
	fixture_advance(&f, f.now + 5 * BOND_SEC);
	return n;
}

/* Rounds from a time on, up to another. @return how many; the first at *first */
static unsigned int
count(const struct round *r, unsigned int n, uint64_t from, uint64_t to, const struct round **first)
{
	unsigned int found = 0;

	*first = NULL;
	for (unsigned int i = 0; i < n; i++)
		if (r[i].ms >= from && r[i].ms < to) {
			*first = *first ? *first : &r[i];
			found++;
		}
	return found;
}

static void
compare(const struct phase *p, uint64_t to, const struct rounds *r, const struct round *own,
	unsigned int n_own, unsigned int wanted, uint64_t spacing)
{
	const uint64_t begins = p->ms + f.b.options.downdelay_ms;
	const struct round *t, *o;
	const unsigned int n_theirs = count(r->round, r->n, p->ms, to, &t);
	const unsigned int n_ours = count(own, n_own, p->ms, to, &o);

	print_message("  %u: %u rounds, Linux %u\n", p->ms, n_ours, n_theirs);
	assert_int_equal(n_ours, wanted);
	assert_true(n_theirs <= wanted && n_theirs + (p->outage ? 2 : 1) >= wanted);
	for (unsigned int i = 0; i < n_ours; i++) {
		assert_int_equal(o[i].slot, o->slot);
		if (p->outage) /* updelay is skipped then */
			assert_int_equal(o[i].ms, p->ms + i * spacing);
		else
			assert_int_equal(o[i].ms, begins + i * spacing);
	}
	for (unsigned int i = 0; i < n_theirs; i++) {
		assert_int_equal(t[i].slot, o->slot);
		/* each slot of theirs belongs to one of ours, late by their polls at most */
		assert_true(t[i].ms < o[n_ours - n_theirs + i].ms + LATE_MS + TOLERANCE_MS);
	}
	if (n_theirs > 1) /* the first gap ends with a tick of theirs, whenever that comes */
		assert_true(llabs((long long)(t[n_theirs - 1].ms - t[n_theirs - 2].ms) -
				  (long long)spacing) <= TOLERANCE_MS);
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void
addresses_are_announced_as_often_as_asked_for(void **state)
{
	static const char *const recordings[] = {"garp_num0_delay0", "garp_num1_delay0",
						 "garp_num3_delay0", "garp_num3_delay300",
						 "garp_updelay_downdelay"};
	struct phase phase[MAX_PHASES];
	struct rounds r;

	(void)state;
	for (size_t k = 0; k < sizeof(recordings) / sizeof(recordings[0]); k++) {
		unsigned int n;

		print_message("%s\n", recordings[k]);
		n = perform(recordings[k], phase);
		read_rounds(recordings[k], is_garp, &r);
		assert_true(n >= 2);
		for (unsigned int i = 0; i < n; i++)
			compare(&phase[i], i + 1 < n ? phase[i + 1].ms : UINT64_MAX, &r, f.notified,
				f.notifications, f.b.options.num_peer_notif,
				larger(f.b.options.peer_notif_delay_ms, f.b.options.miimon_ms));
	}
}

static void
groups_are_reported_by_whom_and_as_often_as_linux_did(void **state)
{
	static const struct {
		const char *name;
		unsigned int phases, rounds;
	} recordings[] = {
		{"igmp_active-backup", 2, 3},
		{"igmp_balance-rr", 1, 3},
		{"igmp_balance-xor", 0, 0},
	};
	struct phase phase[MAX_PHASES];
	struct rounds r;

	(void)state;
	for (size_t k = 0; k < sizeof(recordings) / sizeof(recordings[0]); k++) {
		const unsigned int n = perform(recordings[k].name, phase);

		print_message("%s\n", recordings[k].name);
		read_rounds(recordings[k].name, is_report, &r);
		assert_int_equal(n, recordings[k].phases);
		assert_int_equal(r.n, n * recordings[k].rounds); /* of these Linux loses none */
		assert_int_equal(f.reports, r.n);
		for (unsigned int i = 0; i < n; i++)
			compare(&phase[i], i + 1 < n ? phase[i + 1].ms : UINT64_MAX, &r, f.reported,
				f.reports, recordings[k].rounds, 200);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_announced_as_often_as_asked_for),
		cmocka_unit_test(groups_are_reported_by_whom_and_as_often_as_linux_did),
	};
	return cmocka_run_group_tests_name("bond_announce_golden", tests, NULL, NULL);
}
