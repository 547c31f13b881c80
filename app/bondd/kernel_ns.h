/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_ns.h - the control thread in another network namespace, for one question. */
#ifndef KERNEL_NS_H
#define KERNEL_NS_H

#include <stdint.h>

/**
 * What needs it: files below /proc and new sockets belong to the namespace of the thread, netlink
 * sockets to the one they were opened in. Then kernel_ns_leave(), before anything else.
 * @param netns descriptor of the namespace; 0: the one the thread is in, nothing is done
 * @return 0 or -errno, then the thread is where it was
 */
int kernel_ns_enter(int netns);

/** Back to where it was. @param netns as it was given to kernel_ns_enter(), which succeeded */
void kernel_ns_leave(int netns);

/** @return inode of a namespace, by which they are told apart; 0: it cannot be told */
uint64_t kernel_ns_inode(int netns);

#endif
