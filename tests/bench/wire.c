/* SPDX-License-Identifier: BSD-3-Clause */
/* wire.c - cables of two rings each, over which two bonds can speak LACP. */
#include <stdio.h>

#include <rte_ring.h>

#include "bench.h"

#define LENGTH 1024 /* frames under way; a power of two */

/* What a port has as its queues: the ring it reads or writes. */
static void *ring[BENCH_MEMBERS][2];

static uint16_t
take(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	return rte_ring_dequeue_burst(queue, (void **)pkt, n, NULL);
}

static uint16_t
put(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	return rte_ring_enqueue_burst(queue, (void **)pkt, n, NULL);
}

static void
attach(uint16_t port, void **in, void **out)
{
	struct rte_eth_fp_ops *ops = &rte_eth_fp_ops[port];

	ops->rx_pkt_burst = take;
	ops->tx_pkt_burst = put;
	ops->rxq.data = in;
	ops->txq.data = out;
}

void
bench_wire(unsigned int i, uint16_t near, uint16_t far)
{
	for (unsigned int k = 0; k < 2; k++) {
		char name[32];

		if (ring[i][k] != NULL)
			continue;
		snprintf(name, sizeof(name), "wire%u.%u", i, k);
		ring[i][k] =
			rte_ring_create(name, LENGTH, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (ring[i][k] == NULL)
			bench_die("no memory for a cable");
	}
	attach(near, &ring[i][0], &ring[i][1]);
	attach(far, &ring[i][1], &ring[i][0]);
}
