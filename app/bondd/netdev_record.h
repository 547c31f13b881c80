/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev_record.h - on disk: what a taken interface was like, and a lock that dies with its owner. */
#ifndef NETDEV_RECORD_H
#define NETDEV_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bond.h"

/* One property that we change: as it was, and as we set it. Restored only if still as we set it. */
struct netdev_setting {
	bool changed;
	int64_t was, set;
};

enum netdev_property {
	NETDEV_MTU,
	NETDEV_UP,
	NETDEV_GRO,
	NETDEV_LRO,
	NETDEV_RXVLAN,
	NETDEV_DISABLE_IPV6,
	NETDEV_ARP_IGNORE,
	NETDEV_RP_FILTER,
	NETDEV_PROPERTIES
};

struct netdev_record {
	pid_t pid;      /* who took it */
	uint64_t netns; /* inode of the network namespace */
	int ifindex;
	char ifname[BOND_NAME_SIZE];
	char bond[BOND_NAME_SIZE];
	bool mac_changed;
	bool xdp; /* we attached a program */
	uint8_t mac_was[6], mac_set[6];
	struct netdev_setting setting[NETDEV_PROPERTIES];
};

/** @return the name of a property as the file spells it */
const char *netdev_property_name(enum netdev_property property);

/** @return inode of the network namespace of the calling thread, 0 when it cannot be told */
uint64_t netdev_namespace(void);

/**
 * Claim an interface: create or open its record and lock it.
 * @param owner where to write who holds it when the result is -EBUSY
 * @return a descriptor that keeps the claim, -EBUSY: a living process holds it, or -errno
 */
int netdev_record_claim(uint64_t netns, int ifindex, struct netdev_record *owner);

/** Write the record behind a claim. @return 0 or -errno */
int netdev_record_write(int fd, const struct netdev_record *record);

/** Read the record behind a claim. @return 0, -ENOENT: empty, -EINVAL: not understood */
int netdev_record_read(int fd, struct netdev_record *record);

/** Remove the record and end the claim. */
void netdev_record_drop(int fd, uint64_t netns, int ifindex);

/**
 * Claim the next record of this namespace whose owner is dead.
 * @return a claim as netdev_record_claim(), -ENOENT: there is none
 */
int netdev_record_claim_stale(uint64_t netns, struct netdev_record *record);

/** @return whether a living process holds a record of this namespace; it is written to record */
bool netdev_record_is_held(uint64_t netns, struct netdev_record *record);

#endif
