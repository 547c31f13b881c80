/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rx.c - from the members to the host: classify a burst, punt, deliver or drop. */
#include "dp_path.h"

/* Hand the frames of a set of numbers to the control thread. @return how many are left in pkt[] */
static __attribute__((noinline)) uint16_t
punt(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n, uint64_t rare)
{
	struct rte_mbuf *up[DP_BURST];
	uint16_t n_up = 0, left = 0;

	for (uint16_t i = 0; i < n; i++)
		if (rare >> i & 1)
			up[n_up++] = pkt[i];
		else
			pkt[left++] = pkt[i];
	dp_ctrl_punt(w, port, up, n_up);
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
		if (n > 0 && b->bond.punt != 0) {
			const uint64_t rare = b->find_rare(b, pkt, n);

			if (unlikely(rare != 0))
				n = punt(w, port, pkt, n, rare);
		}
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
