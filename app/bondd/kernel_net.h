/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_net.h - what the kernel has stacked on a host interface: devices, addresses, groups, MACs. */
#ifndef KERNEL_NET_H
#define KERNEL_NET_H

#include "kernel.h"

/* A device that is the host interface or stacked on it: VLAN, macvlan, or a bridge it is a port of. */
struct kernel_device {
	int ifindex;
	int lower;  /* ifindex of the device below, 0: none */
	int master; /* ifindex of the bridge it is a port of, 0: none */
	char name[BOND_NAME_SIZE];
	uint8_t mac[6];
	bool bridge;
	bool vlan;
	bool vrf;
	struct bond_tag tag; /* vlan: its own */
	bool stacked;        /* the rest is valid */
	int port;            /* bridge: which of its ports is on the host interface */
	struct bond_tags tags;
};

/* Filled by kernel_net_read(); zero before the first time. */
struct kernel_net {
	uint8_t mac[6];               /* of the host interface */
	struct kernel_device *device; /* all of the namespace that are Ethernet */
	unsigned int n_devices;
	struct bond_address *address;
	struct bond_group *group;
	struct bond_bridged *bridged;
	struct bond_vlan *vlan;
	struct bond_net net; /* the same, for the core */
};

/**
 * Read everything anew; what cannot be read is left out.
 * @return 0 or -errno, then net is empty
 */
int kernel_net_read(struct kernel *k, int ifindex, struct kernel_net *net);

/** Give everything back. */
void kernel_net_free(struct kernel_net *net);

/** @return a device that is stacked on the host interface, NULL: it is not */
const struct kernel_device *kernel_net_find(const struct kernel_net *net, int ifindex);

/** How does the kernel reach a target that is on the link? */
void kernel_net_route(struct kernel *k, const struct kernel_net *net, const struct bond_ip *target,
		      struct bond_route *route);

/** Find what is stacked on a host interface: fills the last part of each device. Pure. */
void kernel_net_stack(struct kernel_net *net, int ifindex);

/* The parts of kernel_net_read(); each appends to its array. */
int kernel_net_devices(struct kernel *k, struct kernel_net *net);
int kernel_net_addresses(struct kernel *k, struct kernel_net *net);
int kernel_net_bridged(struct kernel *k, struct kernel_net *net);
int kernel_net_groups(struct kernel_net *net);
int kernel_net_vlans(struct kernel_net *net);

/** Make room for one more element. @return the array or a larger one; NULL: no memory */
void *kernel_net_grow(void *array, unsigned int n, size_t size);

#endif
