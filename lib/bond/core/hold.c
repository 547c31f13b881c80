/* SPDX-License-Identifier: BSD-3-Clause */
/* hold.c - monitors beside the carrier hold a member down; it is up only if none does. */
#include "bond_machine.h"

/* What a monitor is called in events (NULL: it tells them itself), and what its word means. */
static const struct {
	const char *kind;
	const char *lost;
	const char *found;
} monitors[BOND_HOLDS] = {
	[BOND_HOLD_PROBE] = {"probe", "nothing was heard of the targets of its probes",
			     "the targets of its probes are heard"},
	[BOND_HOLD_BFD] = {NULL, "its BFD session is not up", "its BFD session is up"},
	[BOND_HOLD_DAMPING] = {NULL, "it flapped too often", "it has been quiet long enough"},
};

bool
bond_hold_permits(const struct bond *b, const struct bond_member *m)
{
	return m->fact.carrier && !bond_hold_link(b, m);
}

/* With LACP a partner should not see what flaps, either. */
bool
bond_hold_link(const struct bond *b, const struct bond_member *m)
{
	return b->mode->lacp ? m->held >> BOND_HOLD_DAMPING & 1 : m->held != 0;
}

bool
bond_hold_set(struct bond *b, uint8_t slot, enum bond_hold monitor, bool hold, const char *why,
	      uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	const char *usual = hold ? monitors[monitor].lost : monitors[monitor].found;
	const struct bond_event event = {
		.time = now,
		.lasted = now - m->held_since[monitor],
		.member = m->name,
		.kind = monitors[monitor].kind,
		.from = hold ? "good" : "bad",
		.to = hold ? "bad" : "good",
		.reason = why ? why : usual,
		.severity = hold ? BOND_WARNING : BOND_NOTICE,
	};

	if ((m->held >> monitor & 1) == hold)
		return false;
	m->held ^= UINT32_C(1) << monitor;
	m->held_since[monitor] = now;
	if (event.kind)
		bond_emit(b, &event);
	return true;
}

const char *
bond_hold_reason(const struct bond_member *m)
{
	for (unsigned int monitor = 0; monitor < BOND_HOLDS; monitor++)
		if (m->held >> monitor & 1)
			return monitors[monitor].lost;
	return NULL;
}

void
bond_member_hold(struct bond *b, uint8_t slot, enum bond_hold monitor, bool hold, uint64_t now)
{
	bond_member_at(b, slot);
	if (!bond_hold_set(b, slot, monitor, hold, NULL, now))
		return;
	if (bond_link_run(b, slot, now))
		bond_select(b, NULL, now);
	bond_settle(b, now);
}
