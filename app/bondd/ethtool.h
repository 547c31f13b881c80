/* SPDX-License-Identifier: BSD-3-Clause */
/* ethtool.h - the few settings of an interface that only the ethtool ioctl reaches. */
#ifndef ETHTOOL_H
#define ETHTOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An offload of the receive side that would change frames before we see them. */
enum ethtool_offload { ETHTOOL_OFFLOAD_GRO, ETHTOOL_OFFLOAD_LRO, ETHTOOL_OFFLOAD_RXVLAN };

/* All: control thread; the interface is named, in the namespace of the calling thread. */

/** @param speed_mbps 0 when unknown. @return 0 or -errno */
int ethtool_speed(const char *ifname, uint32_t *speed_mbps, bool *full_duplex, bool *duplex_known);

/** Set what the interface claims its speed to be (full duplex). @param speed_mbps 0: unknown */
int ethtool_set_speed(const char *ifname, uint32_t speed_mbps);

/** Name of the kernel driver, "" when there is none. @return 0 or -errno */
int ethtool_driver(const char *ifname, char *driver, size_t size);

/** @return number of receive queues in use, 1 where the driver does not say */
unsigned int ethtool_rx_queues(const char *ifname);

/** @return 1 on, 0 off, -errno where the driver does not know it */
int ethtool_offload(const char *ifname, enum ethtool_offload offload);

/** @return 0 or -errno */
int ethtool_set_offload(const char *ifname, enum ethtool_offload offload, bool on);

#endif
