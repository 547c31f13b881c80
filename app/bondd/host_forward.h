/* SPDX-License-Identifier: BSD-3-Clause */
/* host_forward.h - does the kernel forward what enters it on a host interface? */
#ifndef HOST_FORWARD_H
#define HOST_FORWARD_H

#include "bondd.h"

/**
 * Find out why what enters on a host interface may be forwarded: it or a VLAN on it is a port of a
 * bridge or something like it (a VRF is not), or forwards between interfaces. Pure.
 * @param net what is stacked on the interface
 * @param forwards asked for each interface that may receive: is forwarding on there?
 * @param who a name to say it with, when the result is not NULL
 * @return the reason, NULL: it is not
 */
const char *host_forward_reason(const struct kernel_net *net, bool (*forwards)(const char *ifname),
				const char **who);

/** An interface changed: look soon. */
void host_forward_changed(struct bondd_bond *b);

/** Look if that is due, and merge segments or stop it. Control thread. */
void host_forward_sync(struct bondd_bond *b);

#endif
