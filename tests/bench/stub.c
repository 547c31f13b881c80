/* SPDX-License-Identifier: BSD-3-Clause */
/* stub.c - members that cost nothing, so that what is left is the bond's own cost. */
#include <string.h>

#include "bench.h"

/*
 * Pointers that are handed out by one store, as the vectors of most drivers do. One of 32 or 64 octets
 * cannot be forwarded to the loads of single pointers: whoever reads them waits until it has reached
 * the cache, which is after everything before it, and bursts could not overlap.
 */
#define PAIR 2

static struct {
	struct rte_mbuf **pkt;
	uint32_t n, at;
	uint16_t limit;
} source;

static uint64_t counted;

static uint16_t
take_all(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	(void)pkt;
	return n;
}

static uint16_t
take_and_count(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	(void)pkt;
	counted += n;
	return n;
}

static uint16_t
hand_out(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	n = RTE_MIN(n, source.limit);
	if (source.at + n > source.n)
		source.at = 0;
	for (uint16_t i = 0; i < n; i += PAIR)
		memcpy(pkt + i, source.pkt + source.at + i, PAIR * sizeof(pkt[0]));
	source.at += n;
	return n;
}

static uint16_t
hand_out_nothing(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	(void)pkt;
	(void)n;
	return 0;
}

void
bench_stub_silent(uint16_t port)
{
	rte_eth_fp_ops[port].tx_pkt_burst = take_all;
	rte_eth_fp_ops[port].rx_pkt_burst = hand_out_nothing;
}

void
bench_stub(uint16_t port)
{
	rte_eth_fp_ops[port].tx_pkt_burst = take_all;
	rte_eth_fp_ops[port].rx_pkt_burst = hand_out;
}

void
bench_stub_counting(uint16_t port)
{
	rte_eth_fp_ops[port].tx_pkt_burst = take_and_count;
	rte_eth_fp_ops[port].rx_pkt_burst = hand_out;
}

uint64_t
bench_stub_counted(void)
{
	const uint64_t n = counted;

	counted = 0;
	return n;
}

void
bench_stub_source(struct rte_mbuf **pkt, uint32_t n, uint16_t limit)
{
	source.pkt = pkt;
	source.n = n;
	source.at = 0;
	source.limit = limit;
}
