/* SPDX-License-Identifier: BSD-3-Clause */
/* link.c - the link of a member as decided: its carrier, held back by updelay and downdelay. */
#include <inttypes.h>
#include <stdio.h>

#include "bond_machine.h"

#define LINE_SIZE 96

/* Why a link goes from one state into another; what next() never asks for has no row. */
static const char *const reasons[4][4] = {
	[BOND_LINK_UP][BOND_LINK_FAIL] = "carrier lost, downdelay begins",
	[BOND_LINK_UP][BOND_LINK_DOWN] = "carrier lost",
	[BOND_LINK_FAIL][BOND_LINK_UP] = "carrier came back within downdelay",
	[BOND_LINK_FAIL][BOND_LINK_DOWN] = "no carrier for the whole of downdelay",
	[BOND_LINK_DOWN][BOND_LINK_UP] = "carrier found",
	[BOND_LINK_DOWN][BOND_LINK_BACK] = "carrier found, updelay begins",
	[BOND_LINK_BACK][BOND_LINK_UP] = "carrier held for the whole of updelay",
	[BOND_LINK_BACK][BOND_LINK_DOWN] = "carrier lost within updelay",
};

const char *
bond_link_name(enum bond_link link)
{
	static const char *const names[] = {
		[BOND_LINK_UP] = "up",
		[BOND_LINK_FAIL] = "going down",
		[BOND_LINK_DOWN] = "down",
		[BOND_LINK_BACK] = "going back",
	};

	return names[link];
}

const char *
bond_duplex_name(enum bond_duplex duplex)
{
	switch (duplex) {
	case BOND_DUPLEX_HALF:
		return "half";
	case BOND_DUPLEX_FULL:
		return "full";
	case BOND_DUPLEX_UNKNOWN:
		break;
	}
	return "Unknown";
}

/* The end of updelay; a monitor may have held the member down while it was running. */
static uint64_t
back_until(const struct bond *b, const struct bond_member *m)
{
	return m->carrier_since + b->options.updelay_ms * BOND_MSEC;
}

/* Where the link goes from here, or stays. Pure. */
static enum bond_link
next(const struct bond *b, const struct bond_member *m, uint64_t now)
{
	const bool good = bond_hold_permits(b, m);

	if (bond_hold_link(b, m))
		return BOND_LINK_DOWN; /* delays are about the carrier only */
	switch (m->link) {
	case BOND_LINK_UP:
		if (good)
			return BOND_LINK_UP;
		return b->options.downdelay_ms > 0 ? BOND_LINK_FAIL : BOND_LINK_DOWN;
	case BOND_LINK_FAIL:
		if (good)
			return BOND_LINK_UP;
		return now < m->link_deadline ? BOND_LINK_FAIL : BOND_LINK_DOWN;
	case BOND_LINK_DOWN:
		if (!good)
			return BOND_LINK_DOWN;
		return now < back_until(b, m) ? BOND_LINK_BACK : BOND_LINK_UP;
	case BOND_LINK_BACK:
		break;
	}
	if (!good)
		return BOND_LINK_DOWN;
	return now < m->link_deadline ? BOND_LINK_BACK : BOND_LINK_UP;
}

/* How long the link is to stay in a state that a delay ends; 0 as well: not at all. ns */
static uint64_t
delay(const struct bond *b, const struct bond_member *m, enum bond_link link, uint64_t now)
{
	switch (link) {
	case BOND_LINK_FAIL:
		return b->options.downdelay_ms * BOND_MSEC;
	case BOND_LINK_BACK:
		return bond_in_force(b) ? back_until(b, m) - now : 0;
	case BOND_LINK_UP:
	case BOND_LINK_DOWN:
		break;
	}
	return 0;
}

static bool
is_delay(enum bond_link link)
{
	return link == BOND_LINK_FAIL || link == BOND_LINK_BACK;
}

/* Take a state and start its delay. */
static void
set(struct bond *b, struct bond_member *m, enum bond_link to, uint64_t now)
{
	const uint64_t end = now + delay(b, m, to, now);

	m->link = to;
	m->link_since = now;
	m->link_deadline = is_delay(to) ? end : BOND_NEVER;
	if (is_delay(to))
		m->link_change_seen = m->carrier_since;
}

/* A member going back that is up before its time: the others have failed. */
static bool
is_early(const struct bond_member *m, enum bond_link to, uint64_t now)
{
	return m->link == BOND_LINK_BACK && to == BOND_LINK_UP && now < m->link_deadline;
}

/* The lines of Linux are written before the change, while the running delay is still known. */

/* A delay ends before its time because the link turned round. @return false: it does not */
static bool
line_of_return(char line[LINE_SIZE], const struct bond_member *m, enum bond_link to, uint64_t now)
{
	const bool again_up = m->link == BOND_LINK_FAIL && to == BOND_LINK_UP;
	const bool again_down = m->link == BOND_LINK_BACK && to == BOND_LINK_DOWN;

	if (!again_up && !again_down)
		return false;
	snprintf(line, LINE_SIZE, "link status %s again after %" PRIu64 " ms",
		 again_up ? "up" : "down", (now - m->link_change_seen) / BOND_MSEC);
	return true;
}

static void
line_of_change(char line[LINE_SIZE], const struct bond *b, const struct bond_member *m,
	       enum bond_link to, uint64_t now)
{
	const char *probe = is_delay(to) ? NULL : bond_probe_line(b, m, to, now);
	const char *role = !b->mode->standby ? "" : m->backup ? "backup " : "active ";

	if (probe && !is_early(m, to, now)) {
		snprintf(line, LINE_SIZE, "%s", probe);
		return;
	}
	switch (to) {
	case BOND_LINK_UP:
		if (is_early(m, to, now)) /* Linux counts what has passed of the delay */
			snprintf(line, LINE_SIZE,
				 "making interface the new active one %" PRIu64 " ms earlier",
				 (now - m->link_change_seen) / BOND_MSEC);
		else
			snprintf(line, LINE_SIZE, "link status definitely up, %u Mbps %s duplex",
				 m->fact.speed_mbps,
				 m->fact.duplex == BOND_DUPLEX_HALF ? "half" : "full");
		break;
	case BOND_LINK_FAIL:
		snprintf(line, LINE_SIZE,
			 "link status down for %sinterface, disabling it in %" PRIu64 " ms", role,
			 delay(b, m, to, now) / BOND_MSEC);
		break;
	case BOND_LINK_DOWN:
		snprintf(line, LINE_SIZE, "link status definitely down, disabling slave");
		break;
	case BOND_LINK_BACK:
		snprintf(line, LINE_SIZE, "link status up, enabling it in %" PRIu64 " ms",
			 delay(b, m, to, now) / BOND_MSEC);
		break;
	}
}

static const char *
reason_of(const struct bond_member *m, enum bond_link to, uint64_t now)
{
	const char *held = to == BOND_LINK_DOWN ? bond_hold_reason(m) : NULL;

	if (held && (m->fact.carrier || (m->link == BOND_LINK_FAIL && now < m->link_deadline)))
		return held;
	if (m->link == BOND_LINK_DOWN && m->carrier_since < now)
		return "no monitor holds it down any more";
	return reasons[m->link][to];
}

/*
 * In modes that count on speeds Linux leaves such a member down for ever. Many virtual ports have none:
 * ours is used, and warned of.
 */
static bool
lacks_speed(const struct bond *b, const struct bond_member *m, enum bond_link to)
{
	return to == BOND_LINK_UP && b->mode->number >= BOND_MODE_8023AD &&
	       (m->fact.speed_mbps == 0 || m->fact.duplex == BOND_DUPLEX_UNKNOWN);
}

/* The one way from a state into another. */
static void
enter(struct bond *b, struct bond_member *m, enum bond_link to, uint64_t now)
{
	const enum bond_link from = m->link;
	const bool skipped = m->link == BOND_LINK_BACK && now == m->link_since;
	const bool worse = to == BOND_LINK_FAIL || to == BOND_LINK_DOWN;
	char first[LINE_SIZE], line[LINE_SIZE];
	struct bond_event event = {
		.time = now,
		.lasted = now - m->link_since,
		.member = m->name,
		.kind = "link",
		.from = bond_link_name(m->link),
		.to = bond_link_name(to),
		.reason = reason_of(m, to, now),
		.log_line = line,
		.severity = worse ? BOND_WARNING : BOND_NOTICE,
	};

	if (to == BOND_LINK_UP && (skipped || is_early(m, to, now)))
		event.reason = "updelay cut short: no other member can carry traffic";
	if (line_of_return(first, m, to, now))
		event.log_first = first;
	else if (lacks_speed(b, m, to))
		event.log_first = "failed to get link speed/duplex";
	line_of_change(line, b, m, to, now);

	set(b, m, to, now);
	if (to == BOND_LINK_DOWN && m->link_failure_count < UINT32_MAX)
		m->link_failure_count++;
	bond_emit(b, &event);
	if (to == BOND_LINK_DOWN)
		bond_probe_link_down(b, (uint8_t)(m - b->member), now);
	if (worse && from != BOND_LINK_FAIL)
		bond_damp_failed(b, (uint8_t)(m - b->member), now);
}

void
bond_link_begin(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	const enum bond_link up = b->options.updelay_ms > 0 ? BOND_LINK_BACK : BOND_LINK_UP;

	set(b, m, bond_hold_permits(b, m) ? up : BOND_LINK_DOWN, now);
}

bool
bond_link_run(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	bool due = false;
	enum bond_link to;

	/* Two rounds at most: down, going back for no time at all, up. */
	while ((to = next(b, m, now)) != m->link) {
		enter(b, m, to, now);
		due |= bond_select_due(b, slot);
	}
	return due;
}

uint8_t
bond_link_next_back(const struct bond *b)
{
	uint8_t best = BOND_NONE;

	bond_foreach_member (b, slot)
		if (b->member[slot].link == BOND_LINK_BACK && !b->member[slot].leaving &&
		    (best == BOND_NONE ||
		     b->member[slot].link_deadline < b->member[best].link_deadline))
			best = slot;
	return best;
}

bool
bond_link_hasten(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	const bool early = is_early(m, BOND_LINK_UP, now);

	enter(b, m, BOND_LINK_UP, now);
	return early;
}

void
bond_link_shorten(struct bond *b)
{
	bond_foreach_member (b, slot) {
		struct bond_member *m = &b->member[slot];
		const uint32_t ms =
			m->link == BOND_LINK_FAIL ? b->options.downdelay_ms : b->options.updelay_ms;
		const uint64_t end = m->link_change_seen + ms * BOND_MSEC;

		if (is_delay(m->link) && end < m->link_deadline)
			m->link_deadline = end;
	}
}
