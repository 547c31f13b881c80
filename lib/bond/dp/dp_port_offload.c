/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port_offload.c - what a port is asked to do itself: checksums, segmentation, long frames, RSS. */
#include "dp_driver.h"
#include "dp_port_plan.h"

#define RX_CSUM (RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM)
#define TX_CSUM (RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM)

static bool
is(const struct rte_eth_dev_info *info, enum dp_trait trait)
{
	return (dp_driver_traits(info->driver_name) & trait) != 0;
}

/* Segmentation is of no use without checksums and chains, nor checksums without both protocols. */
static uint64_t
transmit(uint64_t wanted, const struct rte_eth_dev_info *info)
{
	uint64_t offered = info->tx_offload_capa;

	if (is(info, DP_TRAIT_SOFTWARE))
		offered &= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	if ((offered & TX_CSUM) != TX_CSUM)
		offered &= ~(TX_CSUM | RTE_ETH_TX_OFFLOAD_TCP_TSO);
	if (!(offered & RTE_ETH_TX_OFFLOAD_MULTI_SEGS))
		offered &= ~RTE_ETH_TX_OFFLOAD_TCP_TSO;
	return (wanted | RTE_ETH_TX_OFFLOAD_MULTI_SEGS) & offered;
}

static uint64_t
receive(uint64_t wanted, const struct rte_eth_dev_info *info, uint32_t frame, uint32_t room)
{
	uint64_t offered = info->rx_offload_capa;

	if (is(info, DP_TRAIT_SOFTWARE))
		offered &= ~(RX_CSUM | RTE_ETH_RX_OFFLOAD_IPV4_CKSUM);
	if ((offered & RX_CSUM) != RX_CSUM)
		offered &= ~(RX_CSUM | RTE_ETH_RX_OFFLOAD_TCP_LRO);
	if (frame > room || wanted & RTE_ETH_RX_OFFLOAD_TCP_LRO)
		wanted |= RTE_ETH_RX_OFFLOAD_SCATTER;
	return wanted & offered;
}

void
dp_port_plan_offloads(struct dp_port *port, const struct dp_port_conf *conf,
		      const struct rte_eth_dev_info *info, struct rte_eth_conf *c)
{
	static const struct {
		uint64_t rx, tx;
		enum dp_port_refusal what;
	} notes[] = {
		{RX_CSUM, 0, DP_REFUSED_RX_CSUM},
		{RTE_ETH_RX_OFFLOAD_TCP_LRO, 0, DP_REFUSED_LRO},
		{0, TX_CSUM, DP_REFUSED_TX_CSUM},
		{0, RTE_ETH_TX_OFFLOAD_TCP_TSO, DP_REFUSED_TSO},
	};
	const uint32_t frame = RTE_MAX(conf->mtu, RTE_ETHER_MTU) + DP_FRAME_OVERHEAD;
	const uint64_t rx = conf->host || is(info, DP_TRAIT_EXACT)
				    ? conf->rx_offloads
				    : conf->rx_offloads & ~RTE_ETH_RX_OFFLOAD_TCP_LRO;

	c->rxmode.offloads = receive(rx, info, frame, port->room);
	c->txmode.offloads = transmit(conf->tx_offloads, info);
	for (size_t i = 0; i < RTE_DIM(notes); i++)
		if ((rx & notes[i].rx & ~c->rxmode.offloads) != 0 ||
		    (conf->tx_offloads & notes[i].tx & ~c->txmode.offloads) != 0)
			port->refused |= notes[i].what;
}

/*
 * One key for both directions of a conversation: with 0x6d5a repeated, the hash of Toeplitz stays the
 * same when addresses and ports change places (Woo and Park, Scalable TCP session monitoring with
 * symmetric receive-side scaling, 2012). DPDK 22.11 has no other way to ask for that.
 */
static uint8_t symmetric_key[128];

void
dp_port_plan_rss(struct dp_port *port, const struct rte_eth_dev_info *info, struct rte_eth_conf *c)
{
	const uint64_t types =
		info->flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);

	if (port->n_rxq < 2 || port->host || is(info, DP_TRAIT_STEERS))
		return;
	if (types == 0 || port->refused & DP_REFUSED_RSS) { /* its first queue gets everything */
		port->refused |= DP_REFUSED_RSS;
		return;
	}
	c->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	c->rx_adv_conf.rss_conf.rss_hf = types;
	if (info->hash_key_size == 0 || info->hash_key_size > sizeof(symmetric_key) ||
	    port->refused & DP_REFUSED_RSS_KEY) {
		port->refused |= DP_REFUSED_RSS_KEY;
		return;
	}
	for (size_t i = 0; i < sizeof(symmetric_key); i++)
		symmetric_key[i] = i % 2 ? 0x5a : 0x6d;
	c->rx_adv_conf.rss_conf.rss_key = symmetric_key;
	c->rx_adv_conf.rss_conf.rss_key_len = info->hash_key_size;
}

uint32_t
dp_port_give_up(uint32_t refused, const struct rte_eth_conf *c)
{
	const struct {
		bool asked;
		enum dp_port_refusal what;
	} order[] = {
		{c->rx_adv_conf.rss_conf.rss_key != NULL, DP_REFUSED_RSS_KEY},
		{c->rxmode.mq_mode == RTE_ETH_MQ_RX_RSS, DP_REFUSED_RSS},
		{c->rxmode.offloads != 0 || c->txmode.offloads & ~RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
		 DP_REFUSED_OFFLOADS},
	};

	for (size_t i = 0; i < RTE_DIM(order); i++)
		if (order[i].asked && !(refused & order[i].what))
			return order[i].what;
	return 0;
}
