/* SPDX-License-Identifier: BSD-3-Clause */
/* notify.c - when peers are to be told that another member carries the bond's addresses. */
#include "bond_machine.h"

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* On all that send, where switches do not share their tables: they cannot learn from each other. */
static bool
tells_on_all(const struct bond *b)
{
	return b->mode->lacp && b->options.broadcast_neighbor;
}

uint32_t
bond_notify_members(const struct bond *b)
{
	uint32_t members = 0;

	bond_foreach_member (b, slot)
		if ((slot == b->active || tells_on_all(b)) && bond_member_can_tx(b, slot))
			members |= UINT32_C(1) << slot;
	return members;
}

void
bond_notify_opened(struct bond *b, uint64_t now)
{
	if (!tells_on_all(b))
		return;
	b->notify_left = b->host_up ? b->options.num_peer_notif : 0;
	b->notify_deadline = now;
}

void
bond_notify_start(struct bond *b, uint64_t now)
{
	if (!b->mode->notify_peers)
		return;
	b->notify_left = b->host_up && b->active != BOND_NONE ? b->options.num_peer_notif : 0;
	b->notify_deadline = now;
}

uint64_t
bond_notify_deadline(const struct bond *b)
{
	/*
	 * A round that falls due while the current member cannot send is not lost but waits: the
	 * peers need it most after just such an outage.
	 */
	if (b->notify_left == 0 || bond_notify_members(b) == 0)
		return BOND_NEVER;
	return b->notify_deadline;
}

bool
bond_notify_due(struct bond *b, uint64_t now)
{
	const uint32_t spacing_ms =
		larger(1, larger(b->options.peer_notif_delay_ms, b->options.miimon_ms));

	if (now < bond_notify_deadline(b))
		return false;
	b->notify_left--;
	b->notify_deadline = now + spacing_ms * BOND_MSEC;
	return true;
}
