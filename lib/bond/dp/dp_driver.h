/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_driver.h - what drivers of DPDK 22.11, or the devices behind them, do otherwise than they say. */
#ifndef DP_DRIVER_H
#define DP_DRIVER_H

#include <stdint.h>

enum dp_trait {
	DP_TRAIT_NO_LSC = 1 << 0,     /* promises link interrupts and never delivers one */
	DP_TRAIT_SOFTWARE = 1 << 1,   /* offers checksums, but computes them as we would */
	DP_TRAIT_EXACT = 1 << 2,      /* says where the segments were that it merged */
	DP_TRAIT_ONLY_VLANS = 1 << 3, /* lets in only VLANs that were named, unasked */
	DP_TRAIT_STEERS = 1 << 4,     /* spreads over its queues best without being told how */
	DP_TRAIT_WAITS = 1 << 5,      /* connects to its far end when it is started, once */
};

/** @param driver as in struct rte_eth_dev_info @return set of enum dp_trait */
uint32_t dp_driver_traits(const char *driver);

#endif
