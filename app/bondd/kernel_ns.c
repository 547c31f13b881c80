/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_ns.c - the control thread in another network namespace, for one question. */
#include "kernel_ns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "log.h"

static int own = -1; /* the daemon's namespace, once somebody left it */

int
kernel_ns_enter(int netns)
{
	if (netns == 0)
		return 0;
	if (own < 0)
		own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return own < 0 || setns(netns, CLONE_NEWNET) < 0 ? -errno : 0;
}

void
kernel_ns_leave(int netns)
{
	if (netns == 0 || setns(own, CLONE_NEWNET) == 0)
		return;
	log_error("the way back to the daemon's own network namespace is barred");
	abort(); /* whatever came next would be done to interfaces of somebody else */
}

uint64_t
kernel_ns_inode(int netns)
{
	struct stat st;

	return fstat(netns, &st) == 0 ? st.st_ino : 0;
}
