/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_lacp_alarm.c - what a person should know: members outside the aggregate, silent partners. */
#include <stdio.h>

#include "bond_machine.h"

/*
 * While partners come up or change their identity, ports change aggregators one after the other.
 * Only what outlasts that is an alarm.
 */
#define HOLD (3 * BOND_SEC)

#define LINE_SIZE 224
#define TEXT_SIZE 160

/* Why a port that hears a partner stays outside the active aggregator; others are no alarm. */
static const char *const alarms[LACP_WHY_PATH + 1] = {
	[LACP_WHY_LOOPBACK] = "loopback",
	[LACP_WHY_NO_AGGREGATOR] = "no aggregator",
	[LACP_WHY_ACTOR_KEY] = "own key differs",
	[LACP_WHY_PARTNER_SYSTEM] = "partner system differs",
	[LACP_WHY_PARTNER_KEY] = "partner key differs",
	[LACP_WHY_INDIVIDUAL] = "cannot aggregate",
};

static const char *
name_of(enum lacp_why why)
{
	return alarms[why] ? alarms[why] : "none";
}

/* Tell that the alarm of a member is now another, or none. */
static void
tell(const struct bond *b, const struct bond_member *m, const struct lacp_port *p,
     enum lacp_why from, enum lacp_why to, uint64_t now)
{
	char text[TEXT_SIZE], line[LINE_SIZE];
	const struct bond_event event = {
		.time = now,
		.member = m->name,
		.kind = "lacp-alarm",
		.from = name_of(from),
		.to = name_of(to),
		.reason = text,
		.log_line = line,
		.severity = alarms[to] ? BOND_WARNING : BOND_NOTICE,
	};

	lacp_why_text(p, text, sizeof(text));
	if (to == LACP_WHY_NO_AGGREGATOR)
		snprintf(line, sizeof(line), "Port %u did not find a suitable aggregator",
			 p->config.number);
	else if (alarms[to])
		snprintf(line, sizeof(line), "not in the active aggregator: %s", text);
	else
		snprintf(line, sizeof(line), "no longer outside the active aggregator: %s", text);
	bond_emit(b, &event);
}

static void
watch_place(const struct bond *b, struct bond_member *m, const struct lacp_port *p, uint64_t now)
{
	const bool heard = p->rx == LACP_RX_CURRENT;
	const enum lacp_why found = lacp_why(p);
	const enum lacp_why why = heard && alarms[found] ? found : LACP_WHY_CARRYING;
	const enum lacp_why told = m->lacp_alarm;

	if (why == told) {
		m->lacp_alarm_at = BOND_NEVER;
		return;
	}
	if (alarms[why] && (m->lacp_alarm_at == BOND_NEVER || m->lacp_alarm_new != why)) {
		m->lacp_alarm_new = why;
		m->lacp_alarm_at = now + HOLD;
	}
	if (alarms[why] && now < m->lacp_alarm_at)
		return;
	m->lacp_alarm = why;
	m->lacp_alarm_at = BOND_NEVER;
	tell(b, m, p, told, why, now);
}

static void
watch_rate(const struct bond *b, struct bond_member *m, const struct lacp_port *p, uint64_t now)
{
	const struct bond_event event = {
		.time = now,
		.member = m->name,
		.kind = "lacp-alarm",
		.from = "rate ignored",
		.to = "none",
		.reason = "the partner no longer ignores our request for a LACPDU a second",
		.severity = BOND_NOTICE,
	};

	if (!m->lacp_rate_alarm || p->rate_ignored)
		return;
	m->lacp_rate_alarm = false;
	bond_emit(b, &event);
}

/* Does no partner answer on any link? While one is yet to be heard, the answer stays. */
static bool
is_silent(const struct bond *b)
{
	unsigned int silent = 0, waiting = 0, heard = 0;

	bond_foreach_member (b, slot) {
		const enum lacp_rx rx = bond_lacp_port(b, slot)->rx;

		silent += rx == LACP_RX_DEFAULTED;
		waiting += rx == LACP_RX_EXPIRED;
		heard += rx == LACP_RX_CURRENT;
	}
	return waiting && !heard ? b->lacp_silent : silent && !heard;
}

static void
watch_silence(struct bond *b, uint64_t now)
{
	const bool silent = is_silent(b);
	const struct bond_event event = {
		.time = now,
		.kind = "lacp-alarm",
		.from = silent ? "none" : "no partner",
		.to = silent ? "no partner" : "none",
		.reason = silent ? "no LACP partner answers on any member"
				 : "a partner answers, or no member has its link up",
		.log_line = silent ? "No 802.3ad response from the link partner for any adapters "
				     "in the bond"
				   : NULL,
		.severity = silent ? BOND_WARNING : BOND_NOTICE,
	};

	if (silent == b->lacp_silent)
		return;
	b->lacp_silent = silent;
	bond_emit(b, &event);
}

/* Members join one after the other: only what lasts is told. */
static void
watch_number(struct bond *b, uint64_t now)
{
	const bool few = b->options.min_links > b->n_members;
	char text[TEXT_SIZE];
	const struct bond_event event = {
		.time = now,
		.kind = "lacp-alarm",
		.from = few ? "none" : "too few members",
		.to = few ? "too few members" : "none",
		.reason = text,
		.log_line = text,
		.severity = few ? BOND_WARNING : BOND_NOTICE,
	};

	if (few == b->lacp_few) {
		b->lacp_few_at = BOND_NEVER;
		return;
	}
	if (few && b->lacp_few_at == BOND_NEVER)
		b->lacp_few_at = now + HOLD;
	if (few && now < b->lacp_few_at)
		return;
	b->lacp_few = few;
	b->lacp_few_at = BOND_NEVER;
	snprintf(text, sizeof(text), "min_links is %u, and it has %u member%s%s",
		 b->options.min_links, b->n_members, b->n_members == 1 ? "" : "s",
		 few ? ": no carrier before more join" : "");
	bond_emit(b, &event);
}

void
bond_lacp_watch(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot) {
		const struct lacp_port *p = bond_lacp_port(b, slot);

		watch_place(b, &b->member[slot], p, now);
		watch_rate(b, &b->member[slot], p, now);
	}
	watch_silence(b, now);
	watch_number(b, now);
}

uint64_t
bond_lacp_watch_deadline(const struct bond *b)
{
	uint64_t next = b->lacp_few_at;

	bond_foreach_member (b, slot)
		if (b->member[slot].lacp_alarm_at < next)
			next = b->member[slot].lacp_alarm_at;
	return next;
}
