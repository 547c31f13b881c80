/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_balance_rr.c - every member that can send takes its turn, in order of attachment. */
#include "bond_machine.h"

static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	const uint32_t packets = b->options.packets_per_member;

	/* Turns have no memory: where a worker is in the ring is its own business. */
	next->spread = BOND_SPREAD_ROUND_ROBIN;
	next->packets_per_member = packets < UINT16_MAX ? (uint16_t)packets : UINT16_MAX;
	bond_foreach_member (b, slot)
		if (bond_member_can_tx(b, slot))
			bond_view_activate(next, slot);
	/*
	 * Reports of group membership stay on one member as long as it sends, for the switch's sake.
	 * To find them costs more than all the rest: only while there may be some.
	 */
	if (next->n_active > 0 && b->host_igmp)
		next->igmp = prev->igmp != BOND_NONE && next->tx >> prev->igmp & 1
				     ? prev->igmp
				     : next->active[0];
	bond_view_by_queue(b, next);
}

const struct bond_mode bond_mode_balance_rr = {
	.number = BOND_MODE_BALANCE_RR,
	.name = "balance-rr",
	.title = "load balancing (round-robin)",
	.doc = "Frames go out on all members in turn: the sum of their speeds even for one flow, "
	       "at "
	       "the price of reordering. The switch needs a static trunk.",
	.elect = elect,
};
