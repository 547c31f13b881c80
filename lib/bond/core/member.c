/* SPDX-License-Identifier: BSD-3-Clause */
/* member.c - members join, leave, and report what their links do. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define TEXT_SIZE 64

struct bond_member *
bond_member_at(struct bond *b, uint8_t slot)
{
	assert(slot < BOND_MAX_MEMBERS && b->member[slot].used);
	return &b->member[slot];
}

bool
bond_member_usable(const struct bond_member *m)
{
	return m->link == BOND_LINK_UP && m->fact.carrier && m->held == 0 && !m->leaving;
}

bool
bond_member_can_tx(const struct bond *b, uint8_t slot)
{
	const struct bond_member *m = &b->member[slot];

	return b->host_up && m->used && bond_member_usable(m) && !m->backup && !bond_is_easing(m);
}

bool
bond_in_force(const struct bond *b)
{
	if (b->active != BOND_NONE)
		return true;
	bond_foreach_member (b, slot)
		if (bond_member_usable(&b->member[slot]))
			return true;
	return false;
}

uint8_t
bond_member_find(const struct bond *b, const char *name)
{
	bond_foreach_member (b, slot)
		if (strcmp(b->member[slot].name, name) == 0)
			return slot;
	return BOND_NONE;
}

static uint8_t
free_slot(const struct bond *b)
{
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		if (!b->member[slot].used)
			return slot;
	return BOND_NONE;
}

static void
emit_joined(const struct bond *b, const struct bond_member *m, uint64_t now)
{
	char line[TEXT_SIZE];
	const struct bond_event event = {
		.time = now,
		.member = m->name,
		.kind = "member",
		.from = "none",
		.to = "added",
		.reason = m->fact.carrier ? "it joined with carrier" : "it joined without carrier",
		.log_line = line,
		.severity = BOND_INFO,
	};

	snprintf(line, sizeof(line), "Enslaving as %s interface with %s link",
		 m->backup ? "a backup" : "an active",
		 m->link == BOND_LINK_DOWN ? "a down" : "an up");
	bond_emit(b, &event);
}

int
bond_member_add(struct bond *b, const char *name, const struct bond_member_options *options,
		const struct bond_link_fact *fact, uint64_t now, uint8_t *slot)
{
	const size_t length = strlen(name);
	const uint8_t s = free_slot(b);
	struct bond_member *m;
	int err;

	if (length == 0 || length >= BOND_NAME_SIZE)
		return -EINVAL;
	if (bond_member_find(b, name) != BOND_NONE)
		return -EEXIST;
	if (s == BOND_NONE)
		return -ENOSPC;
	err = bond_member_options_check(b, s, options);
	if (err)
		return err;

	m = &b->member[s];
	*m = (struct bond_member){
		.used = true,
		.options = *options,
		.fact = *fact,
		.backup = b->mode->standby || b->mode->lacp,
		.joined = now,
		.carrier_since = now,
		.speed_since = now,
		.role_since = now,
		.lacp_alarm_at = BOND_NEVER,
	};
	memcpy(m->name, name, length + 1);
	for (unsigned int monitor = 0; monitor < BOND_HOLDS; monitor++)
		m->held_since[monitor] = now;
	bond_bfd_begin(b, s, now);
	bond_link_begin(b, s, now);
	bond_probe_join(b, s, now);
	b->order[b->n_members++] = s;
	bond_mac_join(b, s, now);
	bond_role_update(b, s, now);
	if (strcmp(name, b->options.primary) == 0)
		b->force_primary = true;

	if (m->link == BOND_LINK_UP) /* else there is nothing new to choose from */
		bond_select(b, NULL, now);
	emit_joined(b, m, now);
	bond_lacp_add(b, s, now);
	if (bond_link_run(b, s, now)) /* updelay is skipped */
		bond_select(b, NULL, now);
	bond_settle(b, now);
	*slot = s;
	return 0;
}

void
bond_member_linger(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = bond_member_at(b, slot);

	m->lingers = !m->inactive;
	m->leaving = true;
	if (slot == b->active)
		bond_select(b, "the current member leaves the bond", now);
	bond_settle(b, now);
}

static void
emit_left(const struct bond *b, const struct bond_member *m, bool backup, uint64_t now)
{
	const struct bond_event event = {
		.time = now,
		.lasted = now - m->joined,
		.member = m->name,
		.kind = "member",
		.from = "added",
		.to = "removed",
		.reason = "it was taken out of the bond",
		.log_line = backup ? "Releasing backup interface" : "Releasing active interface",
		.severity = BOND_INFO,
	};

	bond_emit(b, &event);
}

void
bond_member_remove(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = bond_member_at(b, slot);
	const bool backup = m->backup;
	uint8_t place = 0;

	while (b->order[place] != slot)
		place++;
	b->n_members--;
	memmove(&b->order[place], &b->order[place + 1], b->n_members - place);

	if (slot == b->active) /* no longer in order[], it is not chosen again */
		bond_select(b, "the current member leaves the bond", now);
	if (bond_lacp_port_of(b, slot))
		lacp_port_remove(bond_lacp_port_of(b, slot), now);
	emit_left(b, m, backup, now);
	bond_mac_leave(b, slot, now);
	*m = (struct bond_member){.used = false};
	bond_settle(b, now);
}

static void
emit_speed(const struct bond *b, const struct bond_member *m, const struct bond_link_fact *old,
	   uint64_t now)
{
	char from[TEXT_SIZE], to[TEXT_SIZE];
	const struct bond_event event = {
		.time = now,
		.lasted = now - m->speed_since,
		.member = m->name,
		.kind = "speed",
		.from = from,
		.to = to,
		.reason = "reported by the port",
		.severity = BOND_INFO,
	};

	snprintf(from, sizeof(from), "%u Mbps %s duplex", old->speed_mbps,
		 bond_duplex_name(old->duplex));
	snprintf(to, sizeof(to), "%u Mbps %s duplex", m->fact.speed_mbps,
		 bond_duplex_name(m->fact.duplex));
	bond_emit(b, &event);
}

void
bond_member_link(struct bond *b, uint8_t slot, const struct bond_link_fact *fact, uint64_t now)
{
	struct bond_member *m = bond_member_at(b, slot);
	const struct bond_link_fact old = m->fact;
	const bool new_speed = old.speed_mbps != fact->speed_mbps || old.duplex != fact->duplex;

	m->fact = *fact;
	if (old.carrier != fact->carrier) {
		m->carrier_since = now;
		bond_bfd_carrier(b, slot, now);
		if (!fact->carrier)
			bond_damp_lost(b, slot, now);
	}
	if (new_speed && old.carrier && fact->carrier) /* else the line about the link has it */
		emit_speed(b, m, &old, now);
	if (new_speed)
		m->speed_since = now;
	if (bond_link_run(b, slot, now))
		bond_select(b, NULL, now);
	bond_settle(b, now);
}
