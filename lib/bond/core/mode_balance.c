/* SPDX-License-Identifier: BSD-3-Clause */
/* mode_balance.c - balance-tlb and balance-alb: every member sends by load, in alb also receives. */
#include <string.h>

#include "bond_machine.h"

/* By measured load, as it was laid; a member that cannot send now has no buckets. */
static void
take_buckets(const struct bond *b, struct bond_view *next)
{
	next->spread = BOND_SPREAD_BUCKETS;
	next->by_address = b->mode->balance == BOND_BALANCE_ALB;
	next->measure = true;
	bond_view_hash_conf(b, next);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		const uint8_t slot = b->balancer.load.bucket[i];

		if (slot != BOND_NONE && next->tx >> slot & 1)
			next->bucket[i] = slot;
	}
}

static bool
has_bond_mac(const struct bond *b, uint8_t slot)
{
	return memcmp(b->member[slot].mac, b->mac, sizeof(b->mac)) == 0;
}

/* Who receives what in balance-alb. */
static void
open_for_clients(const struct bond *b, struct bond_view *next)
{
	next->punt |= BOND_PUNT_NEIGHBOUR;
	next->punt_host = true;
	bond_foreach_member (b, slot) {
		if (!b->host_up || has_bond_mac(b, slot))
			continue;
		next->restore |= UINT32_C(1) << slot;
		if (!bond_member_usable(&b->member[slot]))
			next->adopt |= UINT32_C(1) << slot;
	}
}

static void
elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	next->balance = b->mode->balance;
	memcpy(next->bond_mac, b->mac, sizeof(next->bond_mac));
	bond_foreach_member (b, slot) {
		memcpy(next->mac[slot], b->member[slot].mac, sizeof(next->mac[slot]));
		if (!bond_member_can_tx(b, slot))
			continue;
		bond_view_activate(next, slot);
		if (!has_bond_mac(b, slot))
			next->rewrite |= UINT32_C(1) << slot;
	}
	if (b->active != BOND_NONE && bond_member_can_tx(b, b->active))
		next->current = b->active;
	if (b->options.balance.dynamic_lb)
		take_buckets(b, next);
	else
		bond_view_hash(b, prev, next);
	if (b->mode->balance == BOND_BALANCE_ALB)
		open_for_clients(b, next);
}

const struct bond_mode bond_mode_balance_tlb = {
	.number = BOND_MODE_BALANCE_TLB,
	.name = "balance-tlb",
	.title = "transmit load balancing",
	.doc = "Every member sends, as much as its speed and the load of the others allow; the "
	       "current one receives, and when its link fails another takes over. Needs nothing "
	       "of the switch.",
	.has_active = true,
	.balance = BOND_BALANCE_TLB,
	.elect = elect,
};

const struct bond_mode bond_mode_balance_alb = {
	.number = BOND_MODE_BALANCE_ALB,
	.name = "balance-alb",
	.title = "adaptive load balancing",
	.doc = "As balance-tlb, and neighbours send to all members: each is told, by ARP or "
	       "neighbour advertisement, the MAC of one of them. Needs nothing of the switch.",
	.has_active = true,
	.balance = BOND_BALANCE_ALB,
	.elect = elect,
};
