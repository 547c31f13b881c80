/* SPDX-License-Identifier: BSD-3-Clause */
/* ease.c - 802.3ad: flows stay where they are until a member that joins them is ready in earnest. */
#include "bond_machine.h"

/*
 * A partner says COLLECTING when it has decided to collect. Not every one waits for its data path
 * before it says so: Open vSwitch enables a member in a later part of its main loop, and drops what
 * comes in on it until all its flows have been looked at again. That was measured to take 1 to 20 ms,
 * and longer on a busy machine; every frame sent there meanwhile is lost. While other members carry
 * the flows nothing is gained by haste. LACP is not delayed: the distributor is free to choose which
 * of the distributing links a flow goes to (802.1AX 6.2.4).
 */
#define PATIENCE (500 * BOND_MSEC)

bool
bond_is_easing(const struct bond_member *m)
{
	return m->ease_until != 0 && m->ease_until != BOND_NEVER;
}

/* Does somebody carry flows that could stay there? What the host interface says does not matter. */
static bool
is_carried(const struct bond *b)
{
	bond_foreach_member (b, slot)
		if (b->member[slot].ease_until == BOND_NEVER)
			return true;
	return false;
}

void
bond_ease(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot) {
		struct bond_member *m = &b->member[slot];

		if (m->backup || !bond_member_usable(m))
			m->ease_until = 0;
		else if (m->ease_until == 0)
			m->ease_until = now + PATIENCE;
		if (m->ease_until != 0 && m->ease_until <= now)
			m->ease_until = BOND_NEVER;
	}
	if (is_carried(b))
		return;
	bond_foreach_member (b, slot)
		if (b->member[slot].ease_until != 0)
			b->member[slot].ease_until = BOND_NEVER;
}

uint64_t
bond_ease_deadline(const struct bond *b)
{
	uint64_t next = BOND_NEVER;

	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		if (bond_is_easing(m) && m->ease_until < next)
			next = m->ease_until;
	}
	return next;
}
