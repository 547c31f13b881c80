/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_bfd.c - a bond and its BFD sessions: one a member, which is held down unless it is good. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define PORTS     (UINT16_MAX - BFD_PORT_FIRST + 1)
#define LINE_SIZE 128

struct bond_bfd_options
bond_bfd_options_default(void)
{
	return (struct bond_bfd_options){.interval_ms = 300, .multiplier = 3, .required = true};
}

int
bond_bfd_check(const struct bond_bfd_options *o)
{
	struct bfd_addr local, remote;

	if (o->interval_ms < 10 || o->interval_ms > 10000 || o->multiplier < 1 ||
	    o->multiplier > UINT8_MAX)
		return -EINVAL;
	if (!*o->local && !*o->remote)
		return 0;
	if (bfd_addr_parse(o->local, &local) < 0 || bfd_addr_parse(o->remote, &remote) < 0 ||
	    local.v6 != remote.v6 || bfd_addr_equal(&local, &remote))
		return -EINVAL;
	return 0;
}

bool
bond_bfd_enabled(const struct bond *b)
{
	return *b->options.bfd.local != '\0';
}

/*
 * A member that carries data when BFD is turned on goes on doing so until its session has been Up
 * once (RFC 7130, appendix A), or its link goes down.
 */
static struct bfd_config
config_of(const struct bond *b, uint8_t slot, bool in_use)
{
	const struct bond_bfd_options *o = &b->options.bfd;
	const struct bond_member *m = &b->member[slot];
	struct bfd_config c = {
		.interval_ms = o->interval_ms,
		.multiplier = (uint8_t)o->multiplier,
		.required = o->required && !in_use,
		.multicast = o->multicast,
		/* A place for every member of this bond, a stretch of its own for the bond. */
		.source_port = (uint16_t)(BFD_PORT_FIRST +
					  b->options.seed * BOND_MAX_MEMBERS % PORTS + slot),
	};

	memcpy(c.mac, m->options.lacp_mac, sizeof(c.mac));
	bfd_addr_parse(o->local, &c.local); /* bond_bfd_check() has seen them */
	bfd_addr_parse(o->remote, &c.remote);
	return c;
}

static void
emit_state(const struct bond *b, const struct bond_member *m, enum bfd_state from, uint64_t since,
	   uint64_t now)
{
	const struct bfd_session *s = &m->bfd;
	const bool bad = from == BFD_UP && s->state == BFD_DOWN;
	char line[LINE_SIZE];
	const struct bond_event event = {
		.time = now,
		.lasted = now - since,
		.member = m->name,
		.kind = "bfd",
		.from = bfd_state_name(from),
		.to = bfd_state_name(s->state),
		.reason = s->why,
		.log_line = bad || s->state == BFD_UP ? line : NULL,
		.severity = bad                  ? BOND_WARNING
			    : s->state == BFD_UP ? BOND_NOTICE
						 : BOND_INFO,
	};

	snprintf(line, sizeof(line), "BFD session %s: %s", bfd_state_name(s->state), s->why);
	bond_emit(b, &event);
}

/*
 * What a session has become decides whether the member is held; the caller runs its link. Leaving
 * for a shutdown makes no dead member good.
 */
static bool
judge(struct bond *b, uint8_t slot, uint64_t now)
{
	const struct bfd_session *s = &b->member[slot].bfd;
	const bool hold = !bfd_session_good(s);
	const bool news = (b->member[slot].held >> BOND_HOLD_BFD & 1) != hold;

	if (!news || !s->used || (s->state == BFD_ADMIN_DOWN && bond_bfd_enabled(b)))
		return false;
	bond_hold_set(b, slot, BOND_HOLD_BFD, hold, NULL, now);
	if (hold && b->mode->lacp) /* elsewhere the link goes down with it, and that counts */
		bond_damp_failed(b, slot, now);
	return true;
}

/* Tell what a session did since it was in a state. */
static bool
observe(struct bond *b, uint8_t slot, enum bfd_state from, uint64_t since, uint64_t now)
{
	if (b->member[slot].bfd.state != from)
		emit_state(b, &b->member[slot], from, since, now);
	return judge(b, slot, now);
}

/* @return a seed for the next session of a member: of the bond's seed, and never the same twice */
static uint64_t
seed_of(struct bond *b, uint8_t slot)
{
	return b->options.seed ^ (uint64_t)slot << 56 ^ ++b->bfd_started << 24;
}

void
bond_bfd_begin(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bfd_config c;

	if (!bond_bfd_enabled(b))
		return;
	c = config_of(b, slot, false);
	bfd_session_start(&b->member[slot].bfd, &c, seed_of(b, slot), now);
	judge(b, slot, now);
}

static bool
reconfigure(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	struct bfd_session *s = &m->bfd;
	const enum bfd_state from = s->state;
	const uint64_t since = s->used ? s->since : now;
	const struct bfd_config c = config_of(b, slot, bond_member_usable(m));
	const struct bfd_counters counters = s->counters;

	if (!bond_bfd_enabled(b)) {
		bfd_session_stop(s, now);
	} else if (s->used && s->state != BFD_ADMIN_DOWN &&
		   bfd_addr_equal(&c.local, &s->config.local) &&
		   bfd_addr_equal(&c.remote, &s->config.remote)) {
		bfd_session_configure(s, &c, now);
	} else {
		bfd_session_start(s, &c, seed_of(b, slot), now);
		s->counters = counters;
	}
	return observe(b, slot, from, since, now);
}

bool
bond_bfd_configure(struct bond *b, const struct bond_bfd_options *old, uint64_t now)
{
	const struct bond_bfd_options *o = &b->options.bfd;
	bool due = false;

	if (memcmp(old, o, sizeof(*o)) == 0)
		return false;
	bond_foreach_member (b, slot)
		if (reconfigure(b, slot, now))
			due |= bond_link_run(b, slot, now);
	return due;
}

void
bond_bfd_carrier(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];

	if (m->fact.carrier)
		bfd_session_hurry(&m->bfd, now);
	else
		m->bfd.config.required = b->options.bfd.required;
	judge(b, slot, now);
}

void
bond_bfd_tick(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bfd_session *s = &b->member[slot].bfd;
	const enum bfd_state from = s->state;
	const uint64_t since = s->since;

	bfd_session_tick(s, now);
	observe(b, slot, from, since, now);
}

enum bfd_parse
bond_bfd_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now)
{
	struct bfd_session *s = &b->member[slot].bfd;
	const enum bfd_state from = s->state;
	const uint64_t since = s->since;
	const enum bfd_parse parse = bfd_session_input(s, frame, len, now);

	if (parse != BFD_PARSE_OK || !observe(b, slot, from, since, now))
		return parse;
	if (bond_link_run(b, slot, now))
		bond_select(b, NULL, now);
	bond_settle(b, now);
	return parse;
}

size_t
bond_bfd_output(struct bond *b, uint8_t slot, uint8_t *buf, uint64_t now)
{
	return bfd_session_output(&b->member[slot].bfd, buf, now);
}

void
bond_bfd_stop(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bfd_session *s = &b->member[slot].bfd;
	const enum bfd_state from = s->state;
	const uint64_t since = s->since;

	bfd_session_stop(s, now);
	observe(b, slot, from, since, now);
}

void
bond_bfd_leave(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot)
		bond_bfd_stop(b, slot, now);
}

bool
bond_bfd_left(const struct bond *b)
{
	bond_foreach_member (b, slot)
		if (!bfd_session_stopped(&b->member[slot].bfd))
			return false;
	return true;
}

const struct bfd_session *
bond_bfd_session(const struct bond *b, uint8_t slot)
{
	const struct bond_member *m = slot < BOND_MAX_MEMBERS ? &b->member[slot] : NULL;

	return m && m->used && m->bfd.used ? &m->bfd : NULL;
}
