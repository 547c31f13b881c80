/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_8023ad.c - flows are hashed over the members that LACP lets distribute. */
#include "bond_machine.h"

/*
 * What LACP wants is one thing, and what the host interface, the carrier and all_slaves_active make
 * of it is no business of the partner's, therefore twice.
 */
static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	next->punt = BOND_PUNT_SLOW;
	next->broadcast_neighbor = b->options.broadcast_neighbor;
	bond_foreach_member (b, slot) {
		const struct lacp_port *port = bond_lacp_port(b, slot);

		next->distributing |= (uint32_t)(port && lacp_port_distributing(port)) << slot;
		next->collecting |= (uint32_t)(port && lacp_port_collecting(port)) << slot;
		if (bond_member_can_tx(b, slot))
			bond_view_activate(next, slot);
	}
	bond_view_hash(b, prev, next);
}

const struct bond_mode bond_mode_8023ad = {
	.number = BOND_MODE_8023AD,
	.name = "802.3ad",
	.title = "IEEE 802.3ad Dynamic link aggregation",
	.doc = "Both ends negotiate by LACP which members carry traffic, so that neither a wrong "
	       "cable nor a dead switch loses frames. Every flow keeps its order on one member. "
	       "The "
	       "switch needs an LACP trunk.",
	.lacp = true,
	.elect = elect,
};
