/* SPDX-License-Identifier: BSD-3-Clause */
/* host_net.h - keeps the core informed of what is stacked on the host interface. */
#ifndef HOST_NET_H
#define HOST_NET_H

#include "bondd.h"

/** Read everything now, and the routes to the targets of probes. Control thread. */
void host_net_read(struct bondd_bond *b);

/** Something about addresses or interfaces changed: the next reading is due soon. */
void host_net_changed(struct bondd_bond *b);

/** Read it if that is due: at changes and every second, and only while targets are probed. */
void host_net_sync(struct bondd_bond *b);

#endif
