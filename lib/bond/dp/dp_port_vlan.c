/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port_vlan.c - opens a filter of VLANs that is closed at the start, without making anybody wait. */
#include "dp_driver.h"
#include "dp_port.h"

#define VLAN_IDS 4096

/*
 * Others filter VLANs when they are told to. A virtio device with a control queue always does: it
 * drops every tag that was not named (5.1.6.5.3), and its driver names none. To name all takes a
 * command each, a second or more together, in which no timer of the control thread would run. So
 * they are named one by one in the course of some turns, and meanwhile the port is promiscuous, which
 * lets all of them pass. Which VLANs are needed nobody can tell: those on bond0 may have been moved to
 * network namespaces that we do not see.
 */
static bool
is_closed(const struct dp_port *port, const struct rte_eth_dev_info *info)
{
	return dp_driver_traits(port->driver) & DP_TRAIT_ONLY_VLANS &&
	       (info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) != 0;
}

unsigned int
dp_port_vlans_left(const struct dp_port *port)
{
	return port->vlans_left;
}

static int
name_next(struct dp_port *port)
{
	const uint16_t id = VLAN_IDS - port->vlans_left;

	port->vlans_left--;
	return rte_eth_dev_vlan_filter(port->id, id, 1);
}

static int
name_all(struct dp_port *port)
{
	int rc = 0;

	while (rc == 0 && port->vlans_left > 0)
		rc = name_next(port);
	return rc;
}

int
dp_port_let_vlans(struct dp_port *port)
{
	struct rte_eth_dev_info info;
	int rc = rte_eth_dev_info_get(port->id, &info);

	port->vlans_left = 0;
	port->refused &= ~(uint32_t)DP_REFUSED_VLANS;
	if (rc < 0 || !is_closed(port, &info))
		return rc;
	rc = rte_eth_dev_set_vlan_offload(port->id, RTE_ETH_VLAN_FILTER_OFFLOAD);
	if (rc < 0)
		return rc;
	port->vlans_left = VLAN_IDS;
	return rte_eth_promiscuous_enable(port->id) == 0 ? 0 : name_all(port);
}

void
dp_port_let_vlan(struct dp_port *port)
{
	if (name_next(port) < 0) {
		port->vlans_left = 0;
		port->refused |= DP_REFUSED_VLANS;
	}
	if (port->vlans_left == 0)
		dp_port_set_promisc(port, port->promisc);
}
