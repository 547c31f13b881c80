/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel.h - network interfaces of the kernel over netlink: look, change, be told of changes. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "bond.h"

/* All of it belongs to the control thread and to the network namespace the daemon started in. */
struct kernel;

/* What an interface of kind "tun" says of itself. */
struct kernel_tun {
	bool tap;         /* it carries Ethernet */
	bool multi_queue; /* several queues can be attached */
	bool persist;     /* it stays when nobody has it open */
	uint32_t queues;  /* that processes hold; known only with multi_queue */
};

/* An interface as RTM_NEWLINK describes it. */
struct kernel_link {
	int ifindex;
	int master; /* ifindex of the bridge, bond or team it is enslaved to; 0: none */
	char name[BOND_NAME_SIZE];
	char kind[16]; /* "veth", "bridge" ...; "" for hardware */
	bool ether;    /* of type Ethernet */
	bool up;       /* administratively */
	bool carrier;
	uint32_t promiscuity; /* how many want everything */
	bool allmulti;
	bool has_perm_mac;
	uint8_t mac[6];
	uint8_t perm_mac[6];
	uint32_t mtu;
	uint32_t max_mtu; /* that its driver takes; 0: it does not say */
	char alias[64];
	struct kernel_tun tun; /* all false unless kind is "tun" */
};

/* An address of an interface. */
struct kernel_address {
	int family; /* AF_INET or AF_INET6 */
	uint8_t prefix_len;
	bool link_local;
	bool tentative; /* IPv6: not yet to be used */
	uint8_t addr[16];
};

struct kernel_hooks {
	/* An interface appeared or changed (gone false) or disappeared (gone true). */
	void (*link)(void *ctx, const struct kernel_link *link, bool gone);
	/* Some address was added or removed. */
	void (*address)(void *ctx);
	/* Some multicast group was joined or left; only kernels since 6.14 tell. */
	void (*groups)(void *ctx);
	/* Events were lost: look at everything again. */
	void (*resync)(void *ctx);
	void *ctx;
};

/** Open the sockets. @return 0 or -errno */
int kernel_open(struct kernel **kernel, const struct kernel_hooks *hooks);

void kernel_close(struct kernel *kernel);

/** @return the descriptor to watch for input; then call kernel_dispatch() */
int kernel_event_fd(const struct kernel *kernel);

/** Read pending events, a bounded number, and call the hooks; never waits. */
void kernel_dispatch(struct kernel *kernel);

/** Look at one interface by index. @return 0, -ENODEV or another -errno */
int kernel_link_by_index(struct kernel *kernel, int ifindex, struct kernel_link *link);

/** Look at one interface by name. @return 0, -ENODEV or another -errno */
int kernel_link_by_name(struct kernel *kernel, const char *name, struct kernel_link *link);

/**
 * Find the interfaces of this namespace whose alias begins so.
 * @param link room for max
 * @return how many there are in link[] (at most max), or -errno
 */
int
kernel_links_by_alias(struct kernel *kernel, const char *prefix, struct kernel_link *link, int max);

/**
 * Read the addresses of an interface.
 * @param address room for max
 * @return how many there are in address[] (at most max), or -errno
 */
int kernel_addresses(struct kernel *kernel, int ifindex, struct kernel_address *address, int max);

/**
 * Read the unicast addresses that an interface is to hear beside its own.
 * @param mac room for max
 * @return how many there are in mac[] (at most max), or -errno
 */
int kernel_unicast(struct kernel *kernel, int ifindex, uint8_t (*mac)[6], int max);

/* Routes that somebody made: those that come with an address do not count. */
struct kernel_routes {
	unsigned int n;              /* over the interface */
	struct kernel_address first; /* destination of one of them */
	bool defaults[2][2];         /* [IPv6][elsewhere]: there is a default route */
};

/** Read the routes of an interface, of all tables. @return 0 or -errno */
int kernel_routes(struct kernel *kernel, int ifindex, struct kernel_routes *routes);

/** Rename an interface, which has to be down. @return 0 or -errno */
int kernel_set_name(struct kernel *kernel, int ifindex, const char *name);

/** Change one property of an interface. @return 0 or -errno */
int kernel_set_mac(struct kernel *kernel, int ifindex, const uint8_t mac[6]);
int kernel_set_mtu(struct kernel *kernel, int ifindex, uint32_t mtu);
int kernel_set_up(struct kernel *kernel, int ifindex, bool up);
int kernel_set_carrier(struct kernel *kernel, int ifindex, bool carrier);
int kernel_set_alias(struct kernel *kernel, int ifindex, const char *alias);

/** Remove an interface made of software. @return 0 or -errno */
int kernel_delete(struct kernel *kernel, int ifindex);

/** Attach an XDP program where there is none, in the driver. @param fd of it @return 0 or -errno */
int kernel_attach_xdp(struct kernel *kernel, int ifindex, int fd);

/** Remove whatever XDP program is attached to an interface. @return 0 or -errno */
int kernel_detach_xdp(struct kernel *kernel, int ifindex);

#endif
