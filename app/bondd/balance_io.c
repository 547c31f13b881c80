/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_io.c - moves frames and counters of balance-tlb and balance-alb to the core and back. */
#include "balance_io.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_malloc.h>

#include "dp_load.h"

#define FRAMES_A_TURN 128 /* of the host: a flood costs a bounded part of a turn */
#define OUTPUT_A_TURN 256 /* frames of ours; ports take that many */

int
balance_io_open(struct bondd_bond *b)
{
	if (b->core.mode->balance == BOND_BALANCE_NONE)
		return 0;
	b->load = dp_load_alloc(&b->daemon->dp);
	if (b->load == NULL)
		return -ENOMEM;
	if (b->core.mode->balance != BOND_BALANCE_ALB)
		return 0;
	b->clients = calloc(BOND_CLIENTS, sizeof(b->clients[0]));
	if (b->clients == NULL)
		return -ENOMEM;
	bond_balance_room(&b->core, b->clients, BOND_CLIENTS);
	return 0;
}

void
balance_io_close(struct bondd_bond *b)
{
	rte_free(b->load);
	free(b->clients);
}

/* A frame that is ours alone and in one piece, so that it can be rewritten. @return NULL: dropped */
static struct rte_mbuf *
forward(struct bondd_bond *b, struct rte_mbuf *m)
{
	uint8_t slot = BOND_NONE;

	m = dp_ctrl_whole(&b->daemon->dp, m);
	if (m == NULL)
		return NULL;
	bond_balance_host_frame(&b->core, rte_pktmbuf_mtod(m, uint8_t *), m->data_len,
				b->daemon->now, &slot);
	if (slot == BOND_NONE || !b->member[slot].used)
		return m;
	dp_ctrl_forward(&b->daemon->dp, b->member[slot].port, m);
	return NULL;
}

void
balance_io_receive(struct bondd_bond *b)
{
	if (b->core.mode->balance != BOND_BALANCE_ALB)
		return;
	for (int i = 0; i < FRAMES_A_TURN; i++) {
		struct rte_mbuf *m = dp_ctrl_receive(b->host.port);

		if (m == NULL)
			break;
		rte_pktmbuf_free(forward(b, m));
	}
}

void
balance_io_measure(struct bondd_bond *b)
{
	struct dp_load sum;

	if (b->load == NULL || !bond_balance_load_due(&b->core, b->daemon->now))
		return;
	dp_load_sum(&b->daemon->dp, b->load, &sum);
	bond_balance_load(&b->core, sum.octets, sum.octets[DP_LOAD_OTHERS], b->daemon->now);
}

void
balance_io_send(struct bondd_bond *b)
{
	uint8_t frame[BOND_BALANCE_FRAME_SIZE], slot;
	size_t len;

	if (b->core.mode->balance == BOND_BALANCE_NONE)
		return;
	for (int i = 0; i < OUTPUT_A_TURN; i++) {
		if (!bond_balance_output(&b->core, b->daemon->now, frame, &len, &slot))
			break;
		dp_ctrl_send(&b->daemon->dp, b->member[slot].port, frame, (uint16_t)len);
	}
}
