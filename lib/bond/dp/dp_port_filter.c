/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port_filter.c - what a port lets in, its addresses, its MTU and its link: ask, note a refusal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dp_port_plan.h"

/* A driver's "not supported" is an answer: remember it, so that it is shown and not asked again. */
static int
answer(struct dp_port *port, enum dp_port_refusal what, int rc)
{
	if (rc == -ENOTSUP || rc == -ENOSYS || rc == -EPERM) {
		port->refused |= what;
		return -ENOTSUP;
	}
	return rc;
}

int
dp_port_set_mac(struct dp_port *port, const uint8_t mac[6])
{
	struct rte_ether_addr addr;

	if (port->refused & DP_REFUSED_MAC)
		return -ENOTSUP;
	memcpy(addr.addr_bytes, mac, sizeof(addr.addr_bytes));
	return answer(port, DP_REFUSED_MAC, rte_eth_dev_default_mac_addr_set(port->id, &addr));
}

int
dp_port_get_mac(const struct dp_port *port, uint8_t mac[6])
{
	struct rte_ether_addr addr;
	int rc = rte_eth_macaddr_get(port->id, &addr);

	if (rc == 0)
		memcpy(mac, addr.addr_bytes, sizeof(addr.addr_bytes));
	return rc;
}

/* Frames of this MTU need several buffers, and the driver was started without. */
static bool
lacks_scatter(const struct dp_port *port, uint16_t mtu)
{
	struct rte_eth_dev_info info;

	return (uint32_t)mtu + DP_FRAME_OVERHEAD > port->room &&
	       !(port->rx_offloads & RTE_ETH_RX_OFFLOAD_SCATTER) &&
	       rte_eth_dev_info_get(port->id, &info) == 0 &&
	       (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0;
}

int
dp_port_set_mtu(struct dp_port *port, uint16_t mtu)
{
	uint16_t now;
	int rc;

	if (mtu > port->max_mtu)
		return -EINVAL;
	if (port->refused & DP_REFUSED_MTU)
		return -ENOTSUP;
	if (rte_eth_dev_get_mtu(port->id, &now) == 0 && now == mtu)
		rc = 0;
	else if (lacks_scatter(port, mtu))
		rc = -EBUSY;
	else
		rc = answer(port, DP_REFUSED_MTU, rte_eth_dev_set_mtu(port->id, mtu));
	port->mtu_waits = rc == -EBUSY;
	if (rc < 0 && rc != -EBUSY)
		return rc;
	port->mtu = mtu;
	return 0;
}

int
dp_port_set_promisc(struct dp_port *port, bool on)
{
	port->promisc = on;
	if (port->refused & DP_REFUSED_PROMISC)
		return -ENOTSUP;
	on |= port->vlans_left > 0 || (port->refused & DP_REFUSED_VLANS) != 0;
	return answer(port, DP_REFUSED_PROMISC,
		      on ? rte_eth_promiscuous_enable(port->id)
			 : rte_eth_promiscuous_disable(port->id));
}

static int
set_allmulti(struct dp_port *port, bool on)
{
	if (port->refused & DP_REFUSED_ALLMULTI)
		return -ENOTSUP;
	return answer(port, DP_REFUSED_ALLMULTI,
		      on ? rte_eth_allmulticast_enable(port->id)
			 : rte_eth_allmulticast_disable(port->id));
}

static int
set_list(struct dp_port *port, const struct rte_ether_addr *mac, uint32_t n)
{
	struct rte_ether_addr *list = (struct rte_ether_addr *)(uintptr_t)mac; /* only read */

	if (port->refused & DP_REFUSED_MC_LIST)
		return -ENOTSUP;
	return answer(port, DP_REFUSED_MC_LIST, rte_eth_dev_set_mc_addr_list(port->id, list, n));
}

int
dp_port_set_multicast(struct dp_port *port, const struct rte_ether_addr *mac, uint32_t n,
		      bool allmulti)
{
	/* A list too long for the hardware is no refusal for ever: only this one goes to allmulti. */
	if (!allmulti && set_list(port, mac, n) == 0) {
		set_allmulti(port, false); /* where there is none, there is none to turn off */
		return 0;
	}
	if (set_allmulti(port, true) == 0)
		return 0;
	return dp_port_set_promisc(port, true);
}

static bool
has(const struct rte_ether_addr *list, uint32_t n, const struct rte_ether_addr *mac)
{
	for (uint32_t i = 0; i < n; i++)
		if (rte_is_same_ether_addr(&list[i], mac))
			return true;
	return false;
}

int
dp_port_set_unicast(struct dp_port *port, const struct rte_ether_addr *mac, uint32_t n)
{
	int rc = n <= DP_PORT_UNICAST ? 0 : -ENOTSUP;

	for (uint32_t i = port->n_unicast; i-- > 0;) {
		if (rc == 0 && has(mac, n, &port->unicast[i]))
			continue;
		rte_eth_dev_mac_addr_remove(port->id, &port->unicast[i]);
		port->unicast[i] = port->unicast[--port->n_unicast];
	}
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		struct rte_ether_addr added = mac[i];

		if (has(port->unicast, port->n_unicast, &added))
			continue;
		rc = rte_eth_dev_mac_addr_add(port->id, &added, 0);
		if (rc == 0)
			port->unicast[port->n_unicast++] = added;
	}
	return rc < 0 ? -ENOTSUP : 0;
}

bool
dp_port_link(const struct dp_port *port, uint32_t *speed_mbps, bool *full_duplex)
{
	struct rte_eth_link link = {0};

	if (rte_eth_link_get_nowait(port->id, &link) != 0)
		return false;
	*speed_mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
	*full_duplex = link.link_duplex == RTE_ETH_LINK_FULL_DUPLEX;
	return link.link_status == RTE_ETH_LINK_UP;
}

const char *
dp_port_offloads(const struct dp_port *port, char *buf, size_t size)
{
	const struct {
		const char *name;
		bool on;
	} all[] = {
		{"rx_csum", port->rx_offloads & RTE_ETH_RX_OFFLOAD_TCP_CKSUM},
		{"lro", port->rx_offloads & RTE_ETH_RX_OFFLOAD_TCP_LRO},
		{"scatter", port->rx_offloads & RTE_ETH_RX_OFFLOAD_SCATTER},
		{"tx_csum", port->tx_offloads & RTE_ETH_TX_OFFLOAD_TCP_CKSUM},
		{"tso", port->tx_offloads & RTE_ETH_TX_OFFLOAD_TCP_TSO},
		{"multi_segs", port->tx_offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS},
		{"fast_free", port->tx_offloads & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE},
		{"rss", port->rss},
	};
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < RTE_DIM(all); i++)
		if (all[i].on && at < size)
			at += snprintf(buf + at, size - at, "%s%s", at > 0 ? ", " : "",
				       all[i].name);
	return buf;
}

const char *
dp_port_refusals(const struct dp_port *port, char *buf, size_t size)
{
	static const char *const names[] = {"mac", "mtu",     "promisc",  "allmulti", "mc_list",
					    "lsc", "rx_csum", "lro",      "tx_csum",  "tso",
					    "rss", "rss_key", "offloads", "queues",   "vlans"};
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < RTE_DIM(names); i++)
		if (port->refused >> i & 1 && at < size)
			at += snprintf(buf + at, size - at, "%s%s", at > 0 ? ", " : "", names[i]);
	return buf;
}
