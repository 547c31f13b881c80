/* SPDX-License-Identifier: BSD-3-Clause */
/* rejoin.c - when the groups are to be reported again, because another member carries them now. */
#include "bond_machine.h"

#define SPACING (200 * BOND_MSEC)

/* In balance-rr one member has all IGMP, and keeps it while it can send. */
static uint8_t
carrier_of_groups(const struct bond *b)
{
	const uint8_t old = b->rejoin.slot;

	if (b->mode->has_active)
		return b->active;
	if (b->mode->number != BOND_MODE_BALANCE_RR)
		return BOND_NONE;
	if (old != BOND_NONE && bond_member_can_tx(b, old))
		return old;
	bond_foreach_member (b, slot)
		if (bond_member_can_tx(b, slot))
			return slot;
	return BOND_NONE;
}

void
bond_rejoin_update(struct bond *b, uint64_t now)
{
	const uint8_t slot = carrier_of_groups(b);

	if (b->rejoin.left > b->options.resend_igmp)
		b->rejoin.left = b->options.resend_igmp;
	if (!b->host_up)
		b->rejoin.left = 0;
	if (slot == b->rejoin.slot)
		return;
	b->rejoin.slot = slot;
	b->rejoin.left = slot == BOND_NONE || !b->host_up ? 0 : b->options.resend_igmp;
	b->rejoin.deadline = now;
}

uint64_t
bond_rejoin_deadline(const struct bond *b)
{
	/* as with peer notifications: a round that cannot be sent waits */
	if (b->rejoin.left == 0 || !bond_member_can_tx(b, b->rejoin.slot))
		return BOND_NEVER;
	return b->rejoin.deadline;
}

bool
bond_rejoin_due(struct bond *b, uint64_t now, uint8_t *slot)
{
	if (now < bond_rejoin_deadline(b))
		return false;
	*slot = b->rejoin.slot;
	b->rejoin.left--;
	b->rejoin.deadline = now + SPACING;
	return true;
}
