/* SPDX-License-Identifier: BSD-3-Clause */
/* announce.c - sends gratuitous ARP and unsolicited neighbour advertisements after a failover. */
#include "announce.h"

#include <sys/socket.h>

#include "announce_frame.h"
#include "kernel.h"
#include "log.h"

#define MAX_ADDRESSES 64 /* of one interface; the rest is not announced */

void
announce(struct bondd_bond *b)
{
	struct kernel_address address[MAX_ADDRESSES];
	uint8_t frame[ANNOUNCE_MAX_FRAME];
	int n, sent = 0;

	if (b->host.ifindex == 0 || b->core.active == BOND_NONE)
		return;
	n = kernel_addresses(b->daemon->kernel, b->host.ifindex, address, MAX_ADDRESSES);
	for (int i = 0; i < n; i++) {
		const struct kernel_address *a = &address[i];
		unsigned int len;

		if (a->tentative)
			continue;
		len = a->family == AF_INET ? announce_arp(b->host.mac, a->addr, frame)
					   : announce_na(b->host.mac, a->addr, false, frame);
		if (dp_ctrl_send(&b->daemon->dp, b->member[b->core.active].port, frame, len) == 0)
			sent++;
	}
	log_debug("%s: %d of %d addresses announced on %s", b->core.name, sent, n,
		  b->core.member[b->core.active].name);
}
