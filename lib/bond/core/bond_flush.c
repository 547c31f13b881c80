/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_flush.c - finds out when all that was received before a Marker has been delivered. */
#include "bond_machine.h"

/*
 * A receive queue holds 1024 frames, of which a worker takes 64 a turn: 16 turns empty it. Between
 * two views that were applied every worker has made a turn, but the one before the first view may
 * have been under way already.
 */
#define ROUNDS (1024 / 64 + 1)

/* Nothing changes in this view; that every worker moved on to it is what we want to know. */
static void
ask(struct bond *b, struct bond_flush *f)
{
	f->generation = ++b->generation;
	b->dirty = true;
}

bool
bond_flush_begin(void *ctx, struct lacp_port *port, uint32_t seq)
{
	struct bond *b = ctx;
	struct bond_flush *f = &b->member[port->slot].flush;

	if (f->rounds > 0) {
		f->again = true;
		f->again_seq = seq;
		return false;
	}
	*f = (struct bond_flush){.rounds = ROUNDS, .seq = seq};
	ask(b, f);
	return false;
}

void
bond_flush_applied(struct bond *b, uint8_t slot, uint64_t generation, uint64_t now)
{
	struct bond_flush *f = &b->member[slot].flush;
	struct bond_flush done;

	if (f->rounds == 0 || generation < f->generation)
		return;
	if (--f->rounds > 0) {
		ask(b, f);
		return;
	}
	done = *f;
	if (done.again)
		bond_flush_begin(b, bond_lacp_port_of(b, slot), done.again_seq);
	lacp_marker_flushed(bond_lacp_port_of(b, slot), done.seq, now);
}
