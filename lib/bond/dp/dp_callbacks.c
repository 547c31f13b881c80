/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_callbacks.c - bursts of queues that have callbacks: as an application without a bond would. */
#include "dp_path.h"

uint16_t
dp_rx_burst_called_back(const struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt,
			uint16_t room)
{
	return rte_eth_rx_burst(port->id, queue, pkt, room);
}

uint16_t
dp_tx_burst_called_back(const struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt,
			uint16_t n)
{
	return rte_eth_tx_burst(port->id, queue, pkt, n);
}
