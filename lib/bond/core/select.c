/* SPDX-License-Identifier: BSD-3-Clause */
/* select.c - who is the current member, in the modes that have one. */
#include <errno.h>

#include "bond_machine.h"

/* A member, or BOND_NONE, and why it should be the current one. */
struct choice {
	uint8_t slot;
	const char *why;
};

static const struct bond_member *
member(const struct bond *b, uint8_t slot)
{
	return slot == BOND_NONE ? NULL : &b->member[slot];
}

static bool
is_up(const struct bond_member *m)
{
	return m && m->link == BOND_LINK_UP && !m->leaving;
}

static uint8_t
find_primary(const struct bond *b)
{
	return b->options.primary[0] ? bond_member_find(b, b->options.primary) : BOND_NONE;
}

/* Of the members with link UP the one of highest prio; of equals the first attached. */
static uint8_t
find_highest(const struct bond *b)
{
	uint8_t best = BOND_NONE;

	bond_foreach_member (b, slot)
		if (is_up(&b->member[slot]) &&
		    (best == BOND_NONE ||
		     b->member[slot].options.prio > b->member[best].options.prio))
			best = slot;
	return best;
}

static int
duplex_rank(enum bond_duplex duplex)
{
	return duplex == BOND_DUPLEX_FULL ? 2 : duplex == BOND_DUPLEX_HALF ? 1 : 0;
}

static bool
is_faster(const struct bond_link_fact *a, const struct bond_link_fact *b)
{
	if (a->speed_mbps != b->speed_mbps)
		return a->speed_mbps > b->speed_mbps;
	return duplex_rank(a->duplex) > duplex_rank(b->duplex);
}

/* primary_reselect: may the candidate take the role from a current member that is healthy? */
static bool
may_replace(const struct bond *b, const struct bond_member *candidate,
	    const struct bond_member *current)
{
	switch ((enum bond_reselect)b->options.primary_reselect) {
	case BOND_RESELECT_ALWAYS:
		return true;
	case BOND_RESELECT_BETTER:
		return is_faster(&candidate->fact, &current->fact);
	case BOND_RESELECT_FAILURE:
		break;
	}
	return false;
}

/* No member has its link UP. */
static struct choice
choose_in_need(const struct bond *b, uint8_t current)
{
	const uint8_t back = bond_link_next_back(b);

	if (current != BOND_NONE && b->member[current].link == BOND_LINK_FAIL)
		return (struct choice){current, "downdelay is not over"};
	if (back != BOND_NONE)
		return (struct choice){back, "no member is up, and this one was next to come back"};
	return (struct choice){BOND_NONE, "no member has its link up"};
}

/*
 * Who should have the role, if current has it now. Pure. Unlike Linux, sticky: without a primary
 * nobody takes the role from a healthy member of the same prio.
 */
static struct choice
choose(const struct bond *b, uint8_t current)
{
	const struct bond_member *c = member(b, current);
	struct choice best = {find_primary(b), "it is the primary"};

	if (is_up(member(b, best.slot))) {
		if (b->force_primary)
			return best;
	} else {
		best = (struct choice){find_highest(b), "it has the highest prio"};
		if (best.slot == BOND_NONE)
			return choose_in_need(b, current);
		if (is_up(c) && b->member[best.slot].options.prio <= c->options.prio)
			best.slot = current;
	}
	if (!c)
		best.why = "there was no current member";
	else if (!is_up(c))
		best.why = "the current member lost its link";
	else if (!may_replace(b, &b->member[best.slot], c))
		best.slot = current;
	return best;
}

bool
bond_select_due(const struct bond *b, uint8_t slot)
{
	const struct bond_member *m = &b->member[slot];
	const struct bond_member *c = member(b, b->active);

	if (m->link == BOND_LINK_UP)
		return !c || slot == find_primary(b) || m->options.prio > c->options.prio;
	return m->link == BOND_LINK_DOWN && m == c;
}

void
bond_role_update(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	const struct lacp_port *port = bond_lacp_port(b, slot);
	const bool current = slot == b->active;
	const bool backup = b->mode->lacp ? !port || !lacp_port_distributing(port)
					  : b->mode->standby && !current;
	struct bond_event event = {
		.time = now,
		.lasted = now - m->role_since,
		.member = m->name,
		.kind = "role",
		.from = m->backup ? "backup" : "active",
		.to = backup ? "backup" : "active",
		.reason = current ? "it is now the current member" : "another is current, or none",
		.severity = BOND_INFO,
	};

	m->inactive = b->mode->has_active && !current && !b->options.all_members_active;
	if (b->mode->lacp) {
		m->inactive =
			(!port || !lacp_port_collecting(port)) && !b->options.all_members_active;
		event.reason = backup ? "LACP closes it for data" : "LACP opens it for data";
	}
	if (m->backup == backup)
		return;
	m->backup = backup;
	m->role_since = now;
	bond_emit(b, &event);
}

static const char *
name_of(const struct bond *b, uint8_t slot)
{
	return slot == BOND_NONE ? "none" : b->member[slot].name;
}

/* Make the choice the current member. The old one may just have been taken out of order[]. */
static void
change(struct bond *b, const struct choice *to, uint64_t now)
{
	const uint8_t old = b->active;
	struct bond_event event = {
		.time = now,
		.lasted = now - b->active_since,
		.kind = "active",
		.from = name_of(b, old),
		.to = name_of(b, to->slot),
		.reason = to->why,
		.severity = to->slot == BOND_NONE ? BOND_WARNING : BOND_NOTICE,
	};
	bool told = false;

	if (to->slot == old)
		return;
	if (to->slot != BOND_NONE) {
		if (b->member[to->slot].link == BOND_LINK_BACK)
			told = bond_link_hasten(b, to->slot, now);
		event.member = b->member[to->slot].name;
		event.log_line = told ? NULL : "making interface the new active one";
	}
	b->active = to->slot;
	b->active_since = now;
	bond_emit(b, &event);
	if (old != BOND_NONE)
		bond_role_update(b, old, now);
	if (to->slot != BOND_NONE)
		bond_role_update(b, to->slot, now);
	if (to->slot != BOND_NONE) {
		bond_mac_became_current(b, to->slot, now);
		bond_probe_became_current(b, to->slot, now);
	}
	bond_notify_start(b, now);
}

void
bond_select(struct bond *b, const char *why, uint64_t now)
{
	struct choice choice;

	if (!b->mode->has_active)
		return;
	bond_damp_relieve(b, now);
	choice = choose(b, why ? BOND_NONE : b->active);
	if (why)
		choice.why = why;
	if (is_up(member(b, find_primary(b))))
		b->force_primary = false; /* it has been heard */
	change(b, &choice, now);
}

int
bond_activate(struct bond *b, uint8_t slot, uint64_t now)
{
	const struct choice wanted = {slot, "set by the administrator"};

	if (!b->mode->has_active)
		return -EOPNOTSUPP;
	if (slot == BOND_NONE) {
		bond_select(b, "the administrator asked for a new choice", now);
	} else {
		if (slot >= BOND_MAX_MEMBERS || !b->member[slot].used || b->active == BOND_NONE ||
		    !bond_member_usable(&b->member[slot]))
			return -EINVAL;
		change(b, &wanted, now);
	}
	bond_settle(b, now);
	return 0;
}
