/* SPDX-License-Identifier: BSD-3-Clause */
/* whole.c - net_bonding, and what its caller has to do for a host that we do. */
#include <rte_ether.h>

#include "bench.h"

/* What is addressed to a member becomes the bond's; here both have one address. */
static void
readdress(const struct rte_ether_addr *member, const struct rte_ether_addr *bond,
	  struct rte_mbuf **pkt, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		struct rte_ether_addr *to = rte_pktmbuf_mtod(pkt[i], struct rte_ether_addr *);

		if (rte_is_same_ether_addr(to, member))
			rte_ether_addr_copy(bond, to);
	}
}

void
bench_whole_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond, host = b->ours.host->id;
	struct rte_mbuf *burst[BENCH_BURST];
	uint32_t got = 0;

	(void)pkt;
	while (got < n) {
		const uint16_t some = rte_eth_rx_burst(bond, 0, burst, BENCH_BURST);

		if (p->mode->all_receive)
			readdress(&b->mac, &b->mac, burst, some);
		rte_eth_tx_burst(host, 0, burst, some);
		got += some;
	}
}
