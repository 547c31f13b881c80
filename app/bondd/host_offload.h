/* SPDX-License-Identifier: BSD-3-Clause */
/* host_offload.h - what is left undone between the kernel and us, and what that asks of ports. */
#ifndef HOST_OFFLOAD_H
#define HOST_OFFLOAD_H

#include "bondd.h"

/* Settings of the host group, with "auto" decided. */
struct host_offload {
	bool csum; /* checksums of TCP and UDP are partial, both ways */
	bool tso;  /* the kernel hands over large TCP packets */
	bool gro;  /* segments are merged before they enter the kernel, unless it forwards them */
};

/** Decide for a type of host interface. Pure. @param type never CONF_HOST_AUTO */
struct host_offload host_offload_decide(const struct conf_host *conf, enum conf_host_type type);

/** What to ask of the port of the host interface. */
void host_offload_ask_host(const struct host_offload *o, struct dp_port_conf *port);

/** What to ask of the port of a member, whose frames come from such a host. */
void host_offload_ask_member(const struct host_offload *o, struct dp_port_conf *port);

#endif
