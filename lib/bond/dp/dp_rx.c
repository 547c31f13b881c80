/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rx.c - from the members to the host: classify a burst, punt, deliver or drop. */
#include <rte_ether.h>

#include "dp_path.h"

/* A slow-protocol frame, also behind a tag that carries nothing but a priority (VID 0). */
static inline bool
is_slow(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_vlan_hdr *tag = (const struct rte_vlan_hdr *)(eth + 1);

	if (likely(eth->ether_type != RTE_BE16(RTE_ETHER_TYPE_VLAN)))
		return eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_SLOW);
	return (tag->vlan_tci & RTE_BE16(0x0fff)) == 0 &&
	       tag->eth_proto == RTE_BE16(RTE_ETHER_TYPE_SLOW) && m->data_len >= sizeof(*eth) + 4;
}

/* Move the slow-protocol frames of a burst out of it. @return how many are left in pkt[] */
static uint16_t
punt_slow(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	struct rte_mbuf *slow[DP_BURST];
	uint16_t n_slow = 0, left = 0;

	for (uint16_t i = 0; i < n; i++)
		if (unlikely(is_slow(pkt[i])))
			slow[n_slow++] = pkt[i];
		else
			pkt[left++] = pkt[i];
	if (n_slow > 0)
		dp_ctrl_punt(w, port, slow, n_slow);
	return left;
}

static void
finish_checksums(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	uint64_t finished = 0;

	for (uint16_t i = 0; i < n; i++)
		finished += dp_csum_finish(pkt[i]);
	dp_counters_of(w, port)->csum_finished += finished;
}

unsigned int
dp_rx_member(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot)
{
	struct dp_port *port = b->port[slot];
	struct rte_mbuf *pkt[DP_BURST];
	unsigned int received = 0;

	for (uint16_t q = w->index; q < port->n_rxq; q += w->dp->n_workers) {
		uint16_t n = dp_receive(w, port, q, pkt);

		received += n;
		if (n > 0 && b->bond.punt & BOND_PUNT_SLOW)
			n = punt_slow(w, port, pkt, n);
		if (n == 0)
			continue;
		if (b->bond.rx >> slot & 1 && b->host != NULL) {
			if (port->finish_csum)
				finish_checksums(w, port, pkt, n);
			dp_send(w, b->host, pkt, n, DP_DROP_RX_HOST_FULL);
		} else {
			dp_drop(w, port, b->host_up ? DP_DROP_RX_INACTIVE : DP_DROP_RX_HOST_DOWN,
				pkt, n);
		}
	}
	return received;
}
