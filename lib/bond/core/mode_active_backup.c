/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_active_backup.c - the current member carries everything, the others stand by. */
#include "bond_machine.h"

static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	next->spread = BOND_SPREAD_BUCKETS;
	if (b->active != BOND_NONE && bond_member_can_tx(b, b->active))
		bond_view_activate(next, b->active);
	bond_view_deal(prev, next);
	bond_view_by_queue(b, next);
}

const struct bond_mode bond_mode_active_backup = {
	.number = BOND_MODE_ACTIVE_BACKUP,
	.name = "active-backup",
	.title = "fault-tolerance (active-backup)",
	.doc = "One member carries the traffic; when its link fails another takes over. Needs "
	       "nothing "
	       "of the switch, and works across two.",
	.has_active = true,
	.standby = true,
	.notify_peers = true,
	.elect = elect,
};
