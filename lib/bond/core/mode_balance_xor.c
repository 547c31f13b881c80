/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_balance_xor.c - flows are hashed over the members that can send, the switch has a static trunk. */
#include "bond_machine.h"

static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	bond_foreach_member (b, slot)
		if (bond_member_can_tx(b, slot))
			bond_view_activate(next, slot);
	bond_view_hash(b, prev, next);
}

const struct bond_mode bond_mode_balance_xor = {
	.number = BOND_MODE_BALANCE_XOR,
	.name = "balance-xor",
	.title = "load balancing (xor)",
	.doc = "Every flow has its member, chosen by a hash of its headers, so that its frames "
	       "keep their order. The switch needs a static trunk.",
	.elect = elect,
};
