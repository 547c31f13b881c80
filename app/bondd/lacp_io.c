/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_io.c - moves LACPDUs and Markers between the data path and the core. */
#include "lacp_io.h"

#include <time.h>

#include "log.h"

#define LEAVE_MAX (250 * BOND_MSEC)

void
lacp_io_input(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len)
{
	if (bond_lacp_input(&b->core, slot, frame, len, b->daemon->now) ==
	    LACP_REFUSE_PORT_DISABLED)
		b->member[slot].link_poll_at = 0; /* it speaks: is it really down? */
}

void
lacp_io_send(struct bondd_bond *b)
{
	uint8_t frame[LACP_FRAME_SIZE];
	size_t len;

	if (!b->core.mode->lacp)
		return;
	bond_foreach_member (&b->core, slot)
		while ((len = bond_lacp_output(&b->core, slot, frame, b->daemon->now)) > 0) {
			if (dp_ctrl_send(&b->daemon->dp, b->member[slot].port, frame, len) == 0)
				continue;
			bond_lacp_output_failed(&b->core, slot, b->daemon->now);
			break;
		}
}

static bool
all_left(const struct bondd *d)
{
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		if (!d->bond[i]->core.mode->lacp)
			continue;
		if (!bond_lacp_left(&d->bond[i]->core))
			return false;
		bond_foreach_member (&d->bond[i]->core, slot)
			if (!dp_ctrl_sent(d->bond[i]->member[slot].port))
				return false;
	}
	return true;
}

void
lacp_io_leave(struct bondd *d, void (*turn)(struct bondd *d))
{
	const uint64_t deadline = loop_now() + LEAVE_MAX;
	const struct timespec moment = {0, BOND_MSEC};

	for (uint32_t i = 0; i < d->n_bonds; i++)
		if (d->bond[i]->core.mode->lacp)
			bond_lacp_leave(&d->bond[i]->core, loop_now());
	turn(d);
	while (!all_left(d) && loop_now() < deadline) {
		nanosleep(&moment, NULL); /* the workers have to move on first */
		turn(d);
	}
	if (!all_left(d))
		log_warning("not every partner could be told that we leave");
}
