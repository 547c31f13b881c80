/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_broadcast.c - every frame leaves on every member that can send. */
#include "bond_machine.h"

static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	(void)prev;
	next->spread = BOND_SPREAD_ALL;
	bond_foreach_member (b, slot)
		if (bond_member_can_tx(b, slot))
			bond_view_activate(next, slot);
}

const struct bond_mode bond_mode_broadcast = {
	.number = BOND_MODE_BROADCAST,
	.name = "broadcast",
	.title = "fault-tolerance (broadcast)",
	.doc = "Every frame goes out on all members: none is lost when a cable or a whole network "
	       "fails. The far end must bear what arrives twice.",
	.copies = true,
	.elect = elect,
};
