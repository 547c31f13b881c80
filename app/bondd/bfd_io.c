/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_io.c - sends what BFD sessions have to say, in time; punt_io.c hands in what they hear. */
#include "bfd_io.h"

#include <time.h>

#define LEAVE_MAX (100 * BOND_MSEC)
#define LOOKS     8 /* at the rings, in an interval: how late a frame may be heard */

void
bfd_io_send(struct bondd_bond *b)
{
	uint8_t frame[BFD_FRAME_SIZE];
	size_t len;

	/* What the ring does not take is lost like on a bad cable: the next one is not far. */
	bond_foreach_member (&b->core, slot)
		while ((len = bond_bfd_output(&b->core, slot, frame, b->daemon->now)) > 0)
			(void)dp_ctrl_send(&b->daemon->dp, b->member[slot].port, frame,
					   (uint16_t)len);
}

uint64_t
bfd_io_deadline(const struct bondd_bond *b)
{
	if (!bond_bfd_enabled(&b->core))
		return BOND_NEVER;
	return b->daemon->now + b->core.options.bfd.interval_ms * BOND_MSEC / LOOKS;
}

static bool
all_left(const struct bondd *d)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		if (!bond_bfd_left(&d->bond[i]->core))
			return false;
	return true;
}

void
bfd_io_leave(struct bondd *d, void (*turn)(struct bondd *d))
{
	const uint64_t deadline = loop_now() + LEAVE_MAX;
	const struct timespec moment = {0, BOND_MSEC};

	d->now = loop_now();
	for (uint32_t i = 0; i < d->n_bonds; i++)
		bond_bfd_leave(&d->bond[i]->core, d->now);
	while (!all_left(d) && loop_now() < deadline) {
		turn(d);
		nanosleep(&moment, NULL);
	}
}
