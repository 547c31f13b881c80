/* SPDX-License-Identifier: BSD-3-Clause */
/* host_net.c - reads addresses, VLANs, groups and routes of the host interface for the core. */
#include "host_net.h"

#include <string.h>

#include "kernel_ns.h"
#include "log.h"

#define INTERVAL BOND_SEC          /* routes tell nothing when they change */
#define SELDOM   (10 * BOND_SEC)   /* only MACs that a bridge learns */
#define SOON     (100 * BOND_MSEC) /* changes come in crowds */

static void
read_routes(struct bondd_bond *b)
{
	struct bond_ip target;

	for (unsigned int i = 0; i < BOND_PROBE_TARGETS; i++) {
		struct bond_route route;

		if (!bond_probe_target(&b->core, i, &target))
			continue;
		kernel_net_route(b->host.kernel, &b->net, &target, &route);
		bond_probe_route(&b->core, &target, &route, b->daemon->now);
	}
}

void
host_net_read(struct bondd_bond *b)
{
	int rc;

	if (b->host.ifindex == 0)
		return;
	b->net_at = b->daemon->now + (bond_probe_runs(&b->core) ? INTERVAL : SELDOM);
	rc = kernel_ns_enter(b->host.netns);
	if (rc == 0) {
		rc = kernel_net_read(b->host.kernel, b->host.ifindex, &b->net);
		kernel_ns_leave(b->host.netns);
	}
	bond_net_set(&b->core, &b->net.net); /* also when empty: what was there is gone */
	if (rc < 0) {
		log_warning("%s: what is on %s cannot be read: %s", b->core.name, b->host.ifname,
			    strerror(-rc));
		return;
	}
	read_routes(b);
}

void
host_net_changed(struct bondd_bond *b)
{
	b->net_at = RTE_MIN(b->net_at, b->daemon->now + SOON);
}

/* All the time: for probes, and to teach the switch in every VLAN. */
static bool
is_wanted(const struct bondd_bond *b)
{
	return bond_probe_runs(&b->core) || b->core.mode->balance != BOND_BALANCE_NONE;
}

void
host_net_sync(struct bondd_bond *b)
{
	if (is_wanted(b) && b->daemon->now >= b->net_at && !b->notify.running && !b->rejoin.running)
		host_net_read(b);
}
