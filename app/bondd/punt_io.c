/* SPDX-License-Identifier: BSD-3-Clause */
/* punt_io.c - takes punted frames from the rings and hands each to who understands it. */
#include "punt_io.h"

#include <rte_mbuf.h>

#include "bfd_match.h"
#include "lacp_io.h"
#include "neighbour_match.h"

#define FRAMES_A_TURN 128 /* of one member: a flood costs a bounded part of a turn */
#define COPY_SIZE     192 /* every protocol frame fits; what is longer is cut, and refused or data */

_Static_assert(COPY_SIZE >= BFD_FRAME_MAX && COPY_SIZE >= LACP_FRAME_SIZE + 4, "all of them fit");

static void
bfd(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len)
{
	bond_bfd_input(&b->core, slot, frame, len, b->daemon->now);
}

static void
neighbour(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len)
{
	bond_probe_input(&b->core, slot, frame, len, b->daemon->now);
	if (b->core.mode->balance != BOND_BALANCE_NONE)
		bond_balance_heard(&b->core, slot, frame, len, b->daemon->now);
}

/* A row a kind of frame; the first that matches takes it, the last one takes all others. */
static const struct {
	bool (*is)(const uint8_t *frame, size_t len); /* NULL: always */
	void (*take)(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len);
} kinds[] = {
	{bond_bfd_is, bfd},
	{bond_neighbour_is, neighbour},
	{NULL, lacp_io_input},
};

static void
hand_in(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len)
{
	size_t k = 0;

	while (kinds[k].is != NULL && !kinds[k].is(frame, len))
		k++;
	kinds[k].take(b, slot, frame, len);
}

void
punt_io_receive(struct bondd_bond *b)
{
	bond_foreach_member (&b->core, slot)
		for (int i = 0; i < FRAMES_A_TURN; i++) {
			struct rte_mbuf *m = dp_ctrl_receive(b->member[slot].port);
			uint8_t copy[COPY_SIZE];
			uint32_t len;
			const void *frame;

			if (m == NULL)
				break;
			len = RTE_MIN(m->pkt_len, (uint32_t)sizeof(copy));
			frame = rte_pktmbuf_read(m, 0, len, copy);
			if (frame != NULL)
				hand_in(b, slot, frame, len);
			rte_pktmbuf_free(m);
		}
}
