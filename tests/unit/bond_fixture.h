/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_fixture.h - a bond on virtual time for tests: commands in words, a log to compare. */
#ifndef BOND_FIXTURE_H
#define BOND_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bond.h"

/* What the events have told about a member: nothing may change without one. */
struct heard {
	char name[BOND_NAME_SIZE];
	char link[16];
	char role[16];
	char reason[96];   /* of the last change of link */
	uint32_t failures; /* events "to down" */
	char probe[8];     /* "good", "bad", "": no event yet */
};

/* A round of announcements. */
struct round {
	uint64_t ms;
	uint8_t slot; /* of the member that sends it */
};

#define MAX_ROUNDS 64 /* of each kind; later ones are only counted */

struct fixture {
	struct bond b;
	void (*after_tick)(struct fixture *f); /* NULL, or what a caller does then */
	/* NULL, or what hears the frames of balance-tlb and balance-alb */
	void (*sent)(struct fixture *f, const uint8_t *frame, size_t len, uint8_t slot);
	uint64_t octets[BOND_BUCKETS]; /* what workers have sent, by bucket */
	uint64_t unbalanced;           /* and beside */
	struct bond_view view;         /* in force */
	uint64_t now;
	char log[32768]; /* "TIME_MS MEMBER: LINE\n" of every log line */
	unsigned int events;
	unsigned int notifications;
	unsigned int reports; /* rounds of them */
	struct round notified[MAX_ROUNDS], reported[MAX_ROUNDS];
	char active[BOND_NAME_SIZE]; /* as the events say */
	char carrier[8];
	char mac[18]; /* of the bond, "": no event yet */
	struct heard heard[BOND_MAX_MEMBERS];
};

static inline void
fixture_write(struct fixture *f, uint64_t time, const char *member, const char *line)
{
	const size_t used = strlen(f->log);

	if (line)
		snprintf(f->log + used, sizeof(f->log) - used, "%llu %s%s%s\n",
			 (unsigned long long)(time / BOND_MSEC), member ? member : "",
			 member ? ": " : "", line);
	assert_true(strlen(f->log) < sizeof(f->log) - 1);
}

static inline struct heard *
fixture_heard(struct fixture *f, const char *name)
{
	for (struct heard *h = f->heard; h < f->heard + BOND_MAX_MEMBERS; h++)
		if (strcmp(h->name, name) == 0)
			return h;
	return NULL;
}

/* Every event must continue where the last one of its kind ended. */
static inline void
fixture_continue(char *known, size_t size, const struct bond_event *e)
{
	if (known[0])
		assert_string_equal(known, e->from);
	assert_string_not_equal(e->from, e->to);
	snprintf(known, size, "%s", e->to);
}

static inline void
fixture_event(void *ctx, const struct bond_event *e)
{
	struct fixture *f = ctx;
	struct heard *h = e->member ? fixture_heard(f, e->member) : NULL;

	assert_true(e->time == f->now && e->lasted <= f->now);
	assert_string_equal(e->bond, "bond0");
	assert_non_null(e->from);
	assert_non_null(e->to);
	assert_true(e->reason[0] != '\0');
	f->events++;
	if (strcmp(e->kind, "member") == 0) {
		if (!h && (h = fixture_heard(f, "")))
			snprintf(h->name, sizeof(h->name), "%s", e->member);
		if (strcmp(e->to, "removed") == 0)
			*h = (struct heard){.name = ""};
	} else if (strcmp(e->kind, "link") == 0) {
		fixture_continue(h->link, sizeof(h->link), e);
		snprintf(h->reason, sizeof(h->reason), "%s", e->reason);
		h->failures += strcmp(e->to, "down") == 0;
	} else if (strcmp(e->kind, "role") == 0) {
		if (h)
			fixture_continue(h->role, sizeof(h->role), e);
	} else if (strcmp(e->kind, "active") == 0) {
		fixture_continue(f->active, sizeof(f->active), e);
	} else if (strcmp(e->kind, "probe") == 0) {
		fixture_continue(h->probe, sizeof(h->probe), e);
	} else if (strcmp(e->kind, "mac") == 0 && !e->member) {
		fixture_continue(f->mac, sizeof(f->mac), e);
	} else if (strcmp(e->kind, "carrier") == 0) {
		fixture_continue(f->carrier, sizeof(f->carrier), e);
	}
	fixture_write(f, e->time, e->member, e->log_first);
	fixture_write(f, e->time, e->member, e->log_line);
}

/* What must be true after anything that can be done to a bond. Publishes when dirty. */
static inline void
fixture_check(struct fixture *f)
{
	const struct bond *b = &f->b;
	struct bond_view next, again;
	unsigned int current = 0, up = 0, stay = 0;

	bond_elect(b, &f->view, &next);
	bond_elect(b, &f->view, &again);
	assert_memory_equal(&next, &again, sizeof(next));
	assert_int_equal(b->dirty, memcmp(&next, &f->view, sizeof(next)) != 0);
	f->view = next;
	f->b.dirty = false;

	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];
		struct heard *h = fixture_heard(f, m->name);
		const bool tx = next.tx >> slot & 1;

		assert_int_equal(tx, bond_member_can_tx(b, slot));
		assert_true(!tx || (b->host_up && m->fact.carrier && m->link == BOND_LINK_UP));
		assert_true(!tx || m->held == 0);
		assert_true((m->fact.carrier && m->held == 0) ==
			    (m->link == BOND_LINK_UP || m->link == BOND_LINK_BACK));
		assert_true(m->link_deadline >= f->now);
		assert_non_null(h);
		if (!h->link[0]) /* how a member begins is told by no event of its own */
			snprintf(h->link, sizeof(h->link), "%s", bond_link_name(m->link));
		if (!h->role[0])
			snprintf(h->role, sizeof(h->role), "%s", m->backup ? "backup" : "active");
		assert_string_equal(h->link, bond_link_name(m->link));
		assert_string_equal(h->role, m->backup ? "backup" : "active");
		assert_int_equal(m->link_failure_count, h->failures);
		if (h->probe[0])
			assert_string_equal(h->probe,
					    m->held >> BOND_HOLD_PROBE & 1 ? "bad" : "good");
		current += !m->backup;
		up += m->link == BOND_LINK_UP;
		stay += m->link == BOND_LINK_UP && !m->leaving;
	}
	if (b->mode->standby) {
		assert_true(current <= 1 && next.n_active <= 1);
		assert_int_equal(current, b->active != BOND_NONE);
		assert_true(stay == 0 || b->active != BOND_NONE);
	}
	assert_int_equal(b->carrier, up > 0);
	bond_foreach_member (b, slot) /* nobody is damped who is needed */
		assert_true(up > 0 || b->active != BOND_NONE || !b->member[slot].fact.carrier ||
			    b->member[slot].held != 1U << BOND_HOLD_DAMPING);
	assert_string_equal(f->carrier[0] ? f->carrier : "down", b->carrier ? "up" : "down");
	assert_string_equal(f->active[0] ? f->active : "none",
			    b->active == BOND_NONE ? "none" : b->member[b->active].name);
}

static inline void
fixture_start(struct fixture *f, const struct bond_options *options)
{
	const struct bond_hooks hooks = {.event = fixture_event, .ctx = f};

	memset(f, 0, sizeof(*f));
	bond_view_clear(&f->view);
	assert_int_equal(bond_init(&f->b, "bond0", options, &hooks, 0), 0);
	fixture_check(f);
}

/* What the balancing wants of its caller. */
static inline void
fixture_balance(struct fixture *f)
{
	uint8_t frame[BOND_BALANCE_FRAME_SIZE], slot;
	size_t len;

	if (bond_balance_load_due(&f->b, f->now)) {
		bond_balance_load(&f->b, f->octets, f->unbalanced, f->now);
		fixture_check(f);
	}
	while (bond_balance_output(&f->b, f->now, frame, &len, &slot)) {
		assert_true(bond_member_can_tx(&f->b, slot));
		assert_true(len >= 60 && len <= sizeof(frame));
		if (f->sent)
			f->sent(f, frame, len, slot);
	}
}

static inline void
fixture_note(struct round *rounds, unsigned int n, uint64_t now, uint8_t slot)
{
	if (n < MAX_ROUNDS)
		rounds[n] = (struct round){now / BOND_MSEC, slot};
}

/* Let time pass, with everything that falls due before its end: facts go before timers. */
static inline void
fixture_advance(struct fixture *f, uint64_t until)
{
	uint8_t slot;

	assert_true(until >= f->now);
	while (bond_deadline(&f->b) < until) {
		f->now = bond_deadline(&f->b) > f->now ? bond_deadline(&f->b) : f->now;
		bond_tick(&f->b, f->now);
		fixture_check(f);
		if (f->after_tick)
			f->after_tick(f);
		fixture_balance(f);
		while (bond_notify_due(&f->b, f->now)) {
			fixture_note(f->notified, f->notifications++, f->now, f->b.active);
			fixture_write(f, f->now, NULL, "notify");
		}
		while (bond_rejoin_due(&f->b, f->now, &slot)) {
			fixture_note(f->reported, f->reports++, f->now, slot);
			assert_true(bond_member_can_tx(&f->b, slot));
		}
		assert_true(bond_deadline(&f->b) > f->now);
	}
	f->now = until;
}

static inline uint8_t
fixture_slot(const struct fixture *f, const char *name)
{
	const uint8_t slot = bond_member_find(&f->b, name);

	assert_int_not_equal(slot, BOND_NONE);
	return slot;
}

static inline void
fixture_link(struct fixture *f, const char *name, bool carrier)
{
	const struct bond_link_fact fact = {
		.carrier = carrier, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};

	bond_member_link(&f->b, fixture_slot(f, name), &fact, f->now);
}

static inline void
fixture_attach(struct fixture *f, const char *name, int32_t prio, bool carrier)
{
	const struct bond_member_options options = {.prio = prio};
	const struct bond_link_fact fact = {
		.carrier = carrier, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	uint8_t slot;

	assert_int_equal(bond_member_add(&f->b, name, &options, &fact, f->now, &slot), 0);
	assert_int_equal(slot, fixture_slot(f, name));
}

static inline void
fixture_hold(struct fixture *f, const char *name, bool hold)
{
	bond_member_hold(&f->b, fixture_slot(f, name), BOND_HOLD_BFD, hold, f->now);
}

static inline void
fixture_prio(struct fixture *f, const char *name, int32_t prio)
{
	const uint8_t slot = fixture_slot(f, name);
	struct bond_member_options options = f->b.member[slot].options;

	options.prio = prio;
	bond_member_set_options(&f->b, slot, &options, f->now);
}

/* queue_id and weight. */
static inline int
fixture_member(struct fixture *f, const char *name, uint32_t queue_id, uint32_t weight)
{
	const uint8_t slot = fixture_slot(f, name);
	struct bond_member_options options = f->b.member[slot].options;

	options.queue_id = queue_id;
	options.weight = weight;
	return bond_member_set_options(&f->b, slot, &options, f->now);
}

static inline void
fixture_set(struct fixture *f, const char *name, const char *value)
{
	struct bond_options o = f->b.options;
	const uint32_t number = (uint32_t)strtoul(value, NULL, 10);

	if (strcmp(name, "primary") == 0)
		snprintf(o.primary, sizeof(o.primary), "%s", strcmp(value, "none") ? value : "");
	else if (strcmp(name, "primary_reselect") == 0)
		o.primary_reselect = strcmp(value, "always") == 0   ? BOND_RESELECT_ALWAYS
				     : strcmp(value, "better") == 0 ? BOND_RESELECT_BETTER
								    : BOND_RESELECT_FAILURE;
	else if (strcmp(name, "updelay") == 0)
		o.updelay_ms = number;
	else if (strcmp(name, "downdelay") == 0)
		o.downdelay_ms = number;
	else if (strcmp(name, "all_slaves_active") == 0)
		o.all_members_active = number;
	else if (strcmp(name, "num_grat_arp") == 0)
		o.num_peer_notif = number;
	else if (strcmp(name, "xmit_hash_policy") == 0)
		while (strcmp(bond_hash_policy_name(o.xmit_hash_policy), value) != 0)
			o.xmit_hash_policy = (o.xmit_hash_policy + 1) % BOND_HASH_POLICIES;
	else if (strcmp(name, "hash_seed") == 0)
		o.hash_seed = number;
	else if (strcmp(name, "symmetric_hash") == 0)
		o.symmetric_hash = number;
	else if (strcmp(name, "resilient_hash") == 0)
		o.resilient_hash = number;
	else if (strcmp(name, "nic_hash") == 0)
		o.nic_hash = strcmp(value, "auto") == 0 ? BOND_NIC_HASH_AUTO : BOND_NIC_HASH_OFF;
	else
		fail_msg("no option %s", name);
	assert_int_equal(bond_set_options(&f->b, &o, f->now), 0);
}

/*
 * One command: attach M [PRIO], attach_down M [PRIO], release M, cut M..., restore M...,
 * hold M, unhold M, activate M|none, prio M N, set OPTION VALUE, host up|down.
 */
static inline void
fixture_do(struct fixture *f, const char *command)
{
	char words[128], *save, *verb, *arg, *more;

	snprintf(words, sizeof(words), "%s", command);
	verb = strtok_r(words, " ", &save);
	arg = strtok_r(NULL, " ", &save);
	more = strtok_r(NULL, " ", &save);
	if (strcmp(verb, "attach") == 0 || strcmp(verb, "attach_down") == 0)
		fixture_attach(f, arg, more ? atoi(more) : 0, verb[6] == '\0');
	else if (strcmp(verb, "release") == 0)
		bond_member_remove(&f->b, fixture_slot(f, arg), f->now);
	else if (strcmp(verb, "activate") == 0)
		assert_int_equal(bond_activate(&f->b, bond_member_find(&f->b, arg), f->now), 0);
	else if (strcmp(verb, "hold") == 0 || strcmp(verb, "unhold") == 0)
		fixture_hold(f, arg, verb[0] == 'h');
	else if (strcmp(verb, "prio") == 0)
		fixture_prio(f, arg, atoi(more));
	else if (strcmp(verb, "set") == 0)
		fixture_set(f, arg, more);
	else if (strcmp(verb, "host") == 0)
		bond_host_admin(&f->b, strcmp(arg, "up") == 0, f->now);
	else if (strcmp(verb, "cut") == 0 || strcmp(verb, "restore") == 0)
		for (; arg; arg = more, more = strtok_r(NULL, " ", &save)) {
			fixture_link(f, arg, verb[0] == 'r');
			fixture_check(f);
		}
	else
		fail_msg("no command %s", verb);
	fixture_check(f);
}

/* A script: "TIME_MS COMMAND" separated by ";". The last time may stand alone. */
static inline void
fixture_run(struct fixture *f, const char *script)
{
	char text[1024], *save;

	snprintf(text, sizeof(text), "%s", script);
	assert_true(strlen(script) < sizeof(text));
	for (char *step = strtok_r(text, ";", &save); step; step = strtok_r(NULL, ";", &save)) {
		char *command;
		const uint64_t ms = strtoull(step, &command, 10);

		fixture_advance(f, ms * BOND_MSEC);
		command += strspn(command, " ");
		if (*command)
			fixture_do(f, command);
	}
}

#endif
