/* SPDX-License-Identifier: BSD-3-Clause */
/* event.c - tells the hook what changed. */
#include "bond_machine.h"

void
bond_emit(const struct bond *b, const struct bond_event *e)
{
	struct bond_event event = *e;

	if (!b->hooks.event)
		return;
	event.bond = b->name;
	b->hooks.event(b->hooks.ctx, &event);
}
