/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_kernel.h - a kernel of one interface, for what takes interfaces and gives them back. */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "kernel.h"

#define FAKE_IFINDEX 471147 /* no interface has it, so its records never mix with real ones */

/* What the interface is like, and what the kernel says to changes of it. */
struct kernel {
	struct kernel_link link;
	uint32_t max_mtu; /* a larger one is -EINVAL */
	int mac_error;    /* of changing the MAC address; 0: it is done */
	int list_error;   /* of listing addresses; 0: there are none */
};

/** "eth7", up, of MTU 1500, with the address 02:00:00:00:00:07. */
struct kernel fake_kernel(void);

#endif
