/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port_plan.h - how a port is going to be configured; private to the bring-up. */
#ifndef DP_PORT_PLAN_H
#define DP_PORT_PLAN_H

#include "dp_port.h"

#define DP_FRAME_OVERHEAD 26 /* Ethernet header, two tags and FCS around an MTU */

/**
 * Offloads that are wanted and offered; what is not offered is noted in port->refused.
 */
void dp_port_plan_offloads(struct dp_port *port, const struct dp_port_conf *conf,
			   const struct rte_eth_dev_info *info, struct rte_eth_conf *c);

/** Spread what is received over the queues, alike for both directions of a conversation. */
void
dp_port_plan_rss(struct dp_port *port, const struct rte_eth_dev_info *info, struct rte_eth_conf *c);

/** A driver refused this configuration. @return what to do without, a bit for refused; 0: nothing */
uint32_t dp_port_give_up(uint32_t refused, const struct rte_eth_conf *c);

#endif
