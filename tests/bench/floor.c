/* SPDX-License-Identifier: BSD-3-Clause */
/* floor.c - the least that anybody could do: members' bursts, and what must be touched of a frame. */
#include <string.h>

#include "bench.h"

static volatile uint64_t seen; /* so that what is read is read */

/* Of 8 octets from the source address on: any address, and what stands behind it. */
#define ADDRESS RTE_LE64(0x000100000002)
#define TYPE    RTE_LE64(0xffff000000000000)

static inline uint64_t *
source_of(const struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod_offset(m, uint64_t *, RTE_ETHER_ADDR_LEN);
}

/*
 * All loads of a burst are on their way at once, for none waits for another; a pass of prefetches
 * before would only add to them. The address is stored together with the type behind it, which is
 * cheaper than without.
 */
static void
touch(struct rte_mbuf *const *pkt, uint16_t n, enum bench_touch what)
{
	uint64_t all = 0;

	switch (what) {
	case BENCH_NOTHING:
		return;
	case BENCH_MBUF_READ:
		for (uint16_t i = 0; i < n; i++)
			all |= pkt[i]->hash.rss;
		break;
	case BENCH_MBUF_WRITTEN:
		for (uint16_t i = 0; i < n; i++)
			rte_mbuf_refcnt_set(pkt[i], 1);
		break;
	case BENCH_HEADER_READ:
		for (uint16_t i = 0; i < n; i++)
			all |= *source_of(pkt[i]);
		break;
	case BENCH_HEADER_WRITTEN:
		for (uint16_t i = 0; i < n; i++) {
			uint64_t *at = source_of(pkt[i]);

			*at = (*at & TYPE) | ADDRESS;
		}
		break;
	}
	seen = all;
}

void
bench_floor_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const enum bench_touch what = p->nic_hash ? BENCH_MBUF_READ : p->mode->sent;
	const uint8_t members = bench_carriers(p);
	const uint16_t share = p->mode->copies ? BENCH_BURST : BENCH_BURST / members;
	const uint16_t step = p->mode->copies ? 0 : share;

	for (uint32_t i = 0; i < n; i += BENCH_BURST) {
		touch(pkt + i, BENCH_BURST, what);
		for (uint8_t k = 0; k < members; k++)
			rte_eth_tx_burst(b->theirs.member[k], 0, pkt + i + k * step, share);
	}
}

/* What the current member receives is addressed to the bond. */
static enum bench_touch
of_current(const struct bench_mode *mode)
{
	return mode->received == BENCH_HEADER_WRITTEN ? BENCH_HEADER_READ : mode->received;
}

void
bench_floor_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = bench_carriers(p);
	const uint16_t host = b->ours.host->id;
	struct rte_mbuf *burst[BENCH_BURST];
	uint32_t got = 0;

	(void)pkt;
	while (got < n)
		for (uint8_t k = 0; k < members && got < n; k++) {
			const uint16_t some =
				rte_eth_rx_burst(b->theirs.member[k], 0, burst, BENCH_BURST);

			touch(burst, some, k > 0 ? p->mode->received : of_current(p->mode));
			rte_eth_tx_burst(host, 0, burst, some);
			got += some;
		}
}
