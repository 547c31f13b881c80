/* SPDX-License-Identifier: BSD-3-Clause */
/* rings.c - real members: ports of net_ring, whose bursts stand in for those of the members. */
#include <stdio.h>

#include <rte_eth_ring.h>
#include <rte_ring.h>

#include "bench.h"

#define LENGTH      16384 /* more than a sample, since one member may get all; a power of two */
#define DESCRIPTORS 1024

static struct {
	struct rte_ring *in, *out;
	struct rte_eth_fp_ops ops;
} side[BENCH_MEMBERS + 1];

static struct rte_ring *
ring(unsigned int i, const char *way)
{
	char name[32];
	struct rte_ring *r;

	snprintf(name, sizeof(name), "member%u.%s", i, way);
	r = rte_ring_create(name, LENGTH, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (r == NULL)
		bench_die("no memory for a ring");
	return r;
}

void
bench_rings_open(struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {0};

	for (unsigned int i = 0; i < RTE_DIM(side); i++) {
		char name[32];
		int port;

		side[i].in = ring(i, "in");
		side[i].out = ring(i, "out");
		snprintf(name, sizeof(name), "bench%u", i);
		port = rte_eth_from_rings(name, &side[i].in, 1, &side[i].out, 1, 0);
		if (port < 0 || rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
		    rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) != 0 ||
		    rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL) != 0 ||
		    rte_eth_dev_start(port) != 0)
			bench_die("no port of rings");
		side[i].ops = rte_eth_fp_ops[port];
	}
}

void
bench_rings_attach(unsigned int i, uint16_t port)
{
	rte_eth_fp_ops[port] = side[i].ops;
}

void
bench_rings_fill(unsigned int i, struct rte_mbuf **pkt, uint32_t n)
{
	if (rte_ring_enqueue_bulk(side[i].in, (void **)pkt, n, NULL) != n)
		bench_die("a ring is full");
}

static uint64_t
drain(struct rte_ring *r)
{
	struct rte_mbuf *pkt[256];
	uint64_t sum = 0;
	unsigned int n;

	while ((n = rte_ring_dequeue_burst(r, (void **)pkt, RTE_DIM(pkt), NULL)) > 0)
		sum += n;
	return sum;
}

uint64_t
bench_rings_drain(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < RTE_DIM(side); i++) {
		drain(side[i].in);
		sum += drain(side[i].out);
	}
	return sum;
}
