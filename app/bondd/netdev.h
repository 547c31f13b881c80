/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev.h - a kernel interface as a member: check, take, filter, give back as it was. */
#ifndef NETDEV_H
#define NETDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "kernel.h"

/* How DPDK reaches the interface. */
enum netdev_driver { NETDEV_AF_XDP, NETDEV_AF_PACKET };

/* A taken interface. Control thread only. */
struct netdev;

/**
 * Check that an interface can be a member and take it: remember what it is like (also on disk, for
 * whoever comes after a kill -9), take it up, give it our MTU, silence the kernel's own IPv6 on it.
 * @param ifname name of the interface in this network namespace
 * @param bond name of our bond, for messages and for those who ask who owns it
 * @param mtu octets
 * @param err one sentence on failure, and nothing has changed
 * @return 0; -ENODEV: there is none; -EBUSY: somebody uses it; or another -errno
 */
int netdev_take(struct kernel *kernel, const char *ifname, const char *bond, uint32_t mtu,
		struct netdev **netdev, struct conf_err *err);

/** Give it back as it was: MAC, MTU, up or down, offloads, IPv6, filters. NULL is fine. */
void netdev_release(struct netdev *netdev);

/**
 * Restore every interface of this namespace that a dead daemon left changed.
 * @return how many there were
 */
unsigned int netdev_recover(struct kernel *kernel);

/** @return its index; 0: it is lost */
int netdev_ifindex(const struct netdev *netdev);

/**
 * It was deleted, or went to another namespace, which also ends what DPDK has of it, for good. Another
 * interface may get its index then: from now on nothing is read of that, and nothing changed.
 */
void netdev_lose(struct netdev *netdev);

/** Look at it now. @return 0, -errno; -ENODEV: it is lost, or should be */
int netdev_look(const struct netdev *netdev, struct kernel_link *link);

/** @return its name when it was taken */
const char *netdev_name(const struct netdev *netdev);

/** @return the MAC address it had when it was taken */
const uint8_t *netdev_perm_mac(const struct netdev *netdev);

/** @return name of its kernel driver, "" when unknown */
const char *netdev_kernel_driver(const struct netdev *netdev);

/** Is it made of software, so that frames may arrive with unfinished checksums? */
bool netdev_is_virtual(const struct netdev *netdev);

/** Prepare for a DPDK driver: offloads that would change frames off, deaf kernel for AF_PACKET. */
void netdev_prepare(struct netdev *netdev, enum netdev_driver driver);

/**
 * Can frames be longer than the MTU, because a virtual far end leaves it to us to cut segments of TCP?
 * AF_PACKET loses such frames.
 */
bool netdev_has_segments(const struct netdev *netdev);

/** The devargs with which DPDK reaches it. @param n unique number @param sleep the worker sleeps */
void netdev_devargs(const struct netdev *netdev, enum netdev_driver driver, unsigned int n,
		    bool sleep, char *buf, size_t size);

/** @return receive queues that the interface spreads its frames over */
uint16_t netdev_queues(const struct netdev *netdev);

/** Change its MAC address, while up if it can, else by a short down. @return 0 or -errno */
int netdev_set_mac(struct netdev *netdev, const uint8_t mac[6]);

int netdev_set_mtu(struct netdev *netdev, uint32_t mtu);

/** @return the largest MTU that its kernel driver takes, as far as it says; else UINT32_MAX */
uint32_t netdev_max_mtu(const struct netdev *netdev);

/**
 * Receive these addresses, everything multicast, or everything. The kernel itself undoes it when the
 * process ends, however it ends.
 * @param mac n groups, and unicast addresses beside its own, of 6 octets each
 */
int netdev_set_filter(struct netdev *netdev, const uint8_t (*mac)[6], unsigned int n, bool allmulti,
		      bool promisc);

#endif
