/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_io.c - sends probes, and counts what members receive. */
#include "probe_io.h"

#include "bond_frame.h"

static uint64_t
frames_received(const struct bondd *d, const struct dp_port *port)
{
	uint64_t sum = 0;

	for (unsigned int w = 0; w < d->dp.n_workers; w++)
		sum += port->counters[w].rx_packets;
	return sum;
}

void
probe_io_count(struct bondd_bond *b)
{
	if (!bond_probe_runs(&b->core))
		return;
	bond_foreach_member (&b->core, slot)
		bond_probe_traffic(&b->core, slot, frames_received(b->daemon, b->member[slot].port),
				   b->daemon->now);
}

void
probe_io_send(struct bondd_bond *b)
{
	uint8_t frame[BOND_FRAME_SIZE];
	size_t len;

	bond_foreach_member (&b->core, slot)
		while ((len = bond_probe_output(&b->core, slot, frame, b->daemon->now)) > 0)
			dp_ctrl_send(&b->daemon->dp, b->member[slot].port, frame, len);
}
