/* SPDX-License-Identifier: BSD-3-Clause */
/* bond.c - a bond as a whole: its start, its clock, its carrier, and the view it comes down to. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "bond_machine.h"

int
bond_init(struct bond *b, const char *name, const struct bond_options *options,
	  const struct bond_hooks *hooks, uint64_t now)
{
	const size_t length = strlen(name);
	const struct bond_mode *mode = bond_mode_by_number(options->mode);

	if (!mode || length == 0 || length >= BOND_NAME_SIZE || bond_options_check(mode, options))
		return -EINVAL;
	*b = (struct bond){
		.mode = mode,
		.options = *options,
		.active = BOND_NONE,
		.active_since = now,
		.rejoin.slot = BOND_NONE,
		.carrier_since = now,
		.host_up = true,
		.host_igmp = true,
		.host_since = now,
		.lacp_active_since = now,
		.lacp_few_at = BOND_NEVER,
	};
	if (hooks)
		b->hooks = *hooks;
	memcpy(b->name, name, length + 1);
	bond_mac_init(b);
	b->probe.deadline = now;
	bond_view_clear(&b->outline);
	bond_lacp_init(b, now);
	bond_balance_init(b, now);
	bond_settle(b, now);
	return 0;
}

void
bond_host_igmp(struct bond *b, bool may, uint64_t now)
{
	if (may == b->host_igmp)
		return;
	b->host_igmp = may;
	bond_settle(b, now);
}

void
bond_host_admin(struct bond *b, bool up, uint64_t now)
{
	const struct bond_event event = {
		.time = now,
		.lasted = now - b->host_since,
		.kind = "host",
		.from = b->host_up ? "up" : "down",
		.to = up ? "up" : "down",
		.reason = "the host interface was set so",
		.severity = BOND_NOTICE,
	};

	if (up == b->host_up)
		return;
	b->host_up = up;
	b->host_since = now;
	bond_lacp_host(b, now);
	if (!up)
		b->notify_left = 0;
	bond_emit(b, &event);
	bond_settle(b, now);
}

void
bond_tick(struct bond *b, uint64_t now)
{
	bool due = bond_probe_tick(b, now);

	/* All links first: of several that change at once the selection sees the outcome. */
	bond_foreach_member (b, slot) {
		bond_bfd_tick(b, slot, now);
		bond_damp_tick(b, slot, now);
		due |= bond_link_run(b, slot, now);
	}
	if (due)
		bond_select(b, NULL, now);
	if (b->mode->lacp)
		lacp_tick(&b->lacp, now);
	bond_balance_tick(b, now);
	bond_settle(b, now);
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
bond_deadline(const struct bond *b)
{
	uint64_t next = earlier(bond_notify_deadline(b), bond_probe_deadline(b));

	next = earlier(next, bond_rejoin_deadline(b));
	next = earlier(next, bond_balance_deadline(b));

	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		next = earlier(next, m->link_deadline);
		next = earlier(next, bfd_session_deadline(&m->bfd));
		next = earlier(next, damp_deadline(&m->damp));
	}
	if (!b->mode->lacp)
		return next;
	next = earlier(next, earlier(lacp_deadline(&b->lacp), bond_lacp_watch_deadline(b)));
	return earlier(next, bond_ease_deadline(b));
}

uint32_t
bond_speed_mbps(const struct bond *b)
{
	uint32_t sum = 0, least = 0;

	bond_foreach_member (b, slot) {
		const uint32_t mbps = b->member[slot].fact.speed_mbps;

		if (!bond_member_can_tx(b, slot) || mbps == 0)
			continue;
		sum += mbps;
		if (least == 0 || mbps < least)
			least = mbps;
	}
	return b->mode->copies ? least : sum;
}

static uint32_t
bits_of(const uint8_t *slot, unsigned int n)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < n; i++)
		bits |= UINT32_C(1) << slot[i];
	return bits;
}

void
bond_elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	assert(prev != next);
	bond_view_clear(next);
	next->generation = b->generation;
	next->members = bits_of(b->order, b->n_members);
	bond_foreach_member (b, slot)
		if (b->host_up && (!b->member[slot].inactive || b->member[slot].lingers))
			next->rx |= UINT32_C(1) << slot;
	b->mode->elect(b, prev, next);
	if (bond_bfd_enabled(b))
		next->punt |= BOND_PUNT_BFD;
	if (bond_probe_runs(b))
		next->punt |= BOND_PUNT_NEIGHBOUR;
	assert(next->tx == bits_of(next->active, next->n_active));
	assert((next->tx & ~next->members) == 0);
}

/* A member going back is not left waiting when nobody else can carry traffic. */
static void
relieve(struct bond *b, uint64_t now)
{
	uint8_t slot = bond_in_force(b) ? BOND_NONE : bond_link_next_back(b);

	if (slot == BOND_NONE && !bond_in_force(b) && bond_damp_relieve(b, now)) {
		bond_select(b, NULL, now);
		slot = bond_in_force(b) ? BOND_NONE : bond_link_next_back(b);
	}
	if (slot == BOND_NONE)
		return;
	assert(!b->mode->has_active); /* or else bond_select() would have done it */
	bond_link_hasten(b, slot, now);
}

/* LACP goes on where a monitor stops the data: that the aggregator is up is then not enough. */
static bool
is_open(const struct bond *b)
{
	bool held = false;

	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		if (!m->backup && m->held == 0)
			return true;
		held |= !m->backup;
	}
	return !held;
}

static void
update_carrier(struct bond *b, uint64_t now)
{
	bool up = false;
	struct bond_event event = {
		.time = now,
		.lasted = now - b->carrier_since,
		.kind = "carrier",
		.from = "down",
		.to = "up",
		.reason = "a member has its link up",
		.log_line = "active interface up!",
		.severity = BOND_NOTICE,
	};

	bond_foreach_member (b, slot)
		up |= b->member[slot].link == BOND_LINK_UP;
	if (b->mode->lacp) {
		up = lacp_carrier(&b->lacp) && is_open(b);
		event.reason = "the active aggregator has min_links ports";
	}
	if (up == b->carrier)
		return;
	if (!up) {
		event.from = "up";
		event.to = "down";
		event.reason = b->n_members == 0 ? "it has no members"
			       : b->mode->lacp && lacp_carrier(&b->lacp)
				       ? "monitors hold all members of the active aggregator down"
			       : b->mode->lacp
				       ? "the active aggregator has fewer than min_links ports"
				       : "no member has its link up";
		event.log_line = "now running without any active interface!";
		event.severity = BOND_WARNING;
	}
	b->carrier = up;
	b->carrier_since = now;
	bond_emit(b, &event);
}

/* What must hold whenever a public function returns. */
static void
check(const struct bond *b)
{
	unsigned int senders = 0;

	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];
		const bool delay = m->link == BOND_LINK_FAIL || m->link == BOND_LINK_BACK;

		assert(m->used);
		assert(delay == (m->link_deadline != BOND_NEVER));
		assert(!b->mode->standby || m->backup == (slot != b->active));
		senders += !m->backup;
		(void)delay;
	}
	assert(!b->mode->standby || senders <= 1);
	assert(b->active == BOND_NONE || (b->mode->has_active && b->member[b->active].used));
	assert(b->notify_left == 0 || (b->host_up && (b->active != BOND_NONE || b->mode->lacp)));
	(void)senders;
}

static bool
is_same_view(const struct bond_view *a, const struct bond_view *b)
{
	return a->spread == b->spread && a->members == b->members && a->tx == b->tx &&
	       a->rx == b->rx && a->distributing == b->distributing &&
	       a->collecting == b->collecting && a->packets_per_member == b->packets_per_member &&
	       a->broadcast_neighbor == b->broadcast_neighbor && a->punt == b->punt &&
	       a->nic_hash == b->nic_hash && a->hash.policy == b->hash.policy &&
	       a->hash.symmetric == b->hash.symmetric && a->hash.seed == b->hash.seed &&
	       a->igmp == b->igmp && a->balance == b->balance && a->by_address == b->by_address &&
	       a->current == b->current && a->measure == b->measure &&
	       a->punt_host == b->punt_host && a->rewrite == b->rewrite &&
	       a->restore == b->restore && a->adopt == b->adopt &&
	       memcmp(a->bond_mac, b->bond_mac, sizeof(a->bond_mac)) == 0 &&
	       memcmp(a->mac, b->mac, sizeof(a->mac)) == 0 && a->by_queue == b->by_queue &&
	       memcmp(a->queue, b->queue, sizeof(a->queue)) == 0 && a->n_active == b->n_active &&
	       memcmp(a->active, b->active, sizeof(a->active)) == 0 &&
	       memcmp(a->share, b->share, sizeof(a->share)) == 0 &&
	       memcmp(a->bucket, b->bucket, sizeof(a->bucket)) == 0;
}

/*
 * Is the view in force still right? It is unknown here, but elect() is asked to start from
 * nothing: as long as that answer stays the same, so does the one that starts from the view in
 * force. No mode has to say what it depends on.
 */
static void
update_dirty(struct bond *b)
{
	struct bond_view empty, outline;
	uint32_t paths;

	bond_view_clear(&empty);
	bond_elect(b, &empty, &outline);
	if (is_same_view(&outline, &b->outline))
		return;
	paths = (outline.collecting ^ b->outline.collecting) |
		(outline.distributing ^ b->outline.distributing);
	b->generation++;
	bond_foreach_member (b, slot)
		if (paths >> slot & 1)
			b->member[slot].path_generation = b->generation;
	b->outline = outline;
	b->dirty = true;
}

void
bond_settle(struct bond *b, uint64_t now)
{
	const uint32_t sent = b->outline.tx;

	relieve(b, now);
	if (b->mode->lacp) {
		bond_lacp_follow(b, now);
		bond_foreach_member (b, slot)
			bond_role_update(b, slot, now);
		bond_ease(b, now);
		bond_lacp_watch(b, now);
	}
	update_carrier(b, now);
	bond_rejoin_update(b, now);
	bond_balance_follow(b, now);
	check(b);
	update_dirty(b);
	if (b->outline.tx & ~sent)
		bond_notify_opened(b, now);
}
