/* SPDX-License-Identifier: BSD-3-Clause */
/* host_offload.c - from the settings of a host interface to the offloads of ports. */
#include "host_offload.h"

/* The tap driver of DPDK 22.11 speaks to the kernel without the header that says what is missing. */
static bool
decide(uint32_t setting, enum conf_host_type type)
{
	if (type == CONF_HOST_TAP)
		return false;
	return setting == CONF_OFFLOAD_AUTO ? type == CONF_HOST_VIRTIO_USER
					    : setting == CONF_OFFLOAD_ON;
}

struct host_offload
host_offload_decide(const struct conf_host *conf, enum conf_host_type type)
{
	const bool csum = decide(conf->csum, type);

	return (struct host_offload){
		.csum = csum,
		.tso = csum && decide(conf->tso, type),
		.gro = csum && decide(conf->gro, type),
	};
}

void
host_offload_ask_host(const struct host_offload *o, struct dp_port_conf *port)
{
	port->host = true;
	port->finishes = o->csum;
	if (o->csum) {
		port->rx_offloads |= RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
		port->tx_offloads |= RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	}
	if (o->tso)
		port->rx_offloads |= RTE_ETH_RX_OFFLOAD_TCP_LRO;
	if (o->gro)
		port->tx_offloads |= RTE_ETH_TX_OFFLOAD_TCP_TSO;
}

void
host_offload_ask_member(const struct host_offload *o, struct dp_port_conf *port)
{
	port->finishes = o->csum;
	if (o->csum) {
		port->rx_offloads |= RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
		port->tx_offloads |= RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM |
				     RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	}
	if (o->tso)
		port->tx_offloads |= RTE_ETH_TX_OFFLOAD_TCP_TSO;
	if (o->gro) /* only of devices whose merging can be undone */
		port->rx_offloads |= RTE_ETH_RX_OFFLOAD_TCP_LRO;
}
