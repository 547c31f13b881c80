/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev_private.h - what the files of netdev.h share. */
#ifndef NETDEV_PRIVATE_H
#define NETDEV_PRIVATE_H

#include "netdev.h"
#include "netdev_record.h"

struct netdev {
	struct kernel *kernel;
	struct kernel_link found; /* as it was when it was taken */
	struct netdev_record record;
	bool lost;       /* it is not here any more: whatever has its index is another one */
	int claim;       /* descriptor of the locked record */
	int filter;      /* packet socket whose memberships are our receive filter, or -1 */
	char driver[32]; /* of the kernel */
	bool segments;   /* see netdev_has_segments() */
};

/**
 * Let the far end of a veth cut its TCP segments itself: it does so while an XDP program is attached
 * to this end, even one that passes everything. @return 0 or -errno
 */
int netdev_refuse_segments(struct netdev *netdev);

/**
 * Read one property. @return its value, -errno when it cannot be read (then it is left alone)
 */
int64_t netdev_property_get(struct kernel *kernel, const struct kernel_link *link,
			    enum netdev_property property);

/** Write one property. @return 0 or -errno */
int netdev_property_set(struct kernel *kernel, const struct kernel_link *link,
			enum netdev_property property, int64_t value);

/** Undo what a record says was changed, where it is still as it was set. */
void netdev_restore(struct kernel *kernel, const struct netdev_record *record);

#endif
