/* SPDX-License-Identifier: BSD-3-Clause */
/* host_ns.h - follows the host interface into another network namespace. */
#ifndef HOST_NS_H
#define HOST_NS_H

#include "bondd.h"

/** The host interface is open: remember how to ask where it is. Control thread, as the others. */
void host_ns_open(struct bondd_bond *b);

/**
 * The host interface is no longer where it was (host.lost): from now on look at it where it is; or,
 * if it was deleted or cannot be followed, stop the daemon.
 */
void host_ns_follow(struct bondd_bond *b);

/** Give back what host_ns_follow() opened. */
void host_ns_close(struct bondd_bond *b);

#endif
