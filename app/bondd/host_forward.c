/* SPDX-License-Identifier: BSD-3-Clause */
/* host_forward.c - segments are merged for this machine, not for others behind it. */
#include "host_forward.h"

#include <stdio.h>

#include "host_offload.h"
#include "kernel_ns.h"

#define INTERVAL BOND_SEC          /* settings of the kernel tell nothing when they change */
#define SOON     (100 * BOND_MSEC) /* changes come in crowds */

static bool
is_vrf(const struct kernel_net *net, int ifindex)
{
	for (unsigned int i = 0; i < net->n_devices; i++)
		if (net->device[i].ifindex == ifindex)
			return net->device[i].vrf;
	return false; /* not of type Ethernet, or in another namespace */
}

const char *
host_forward_reason(const struct kernel_net *net, bool (*forwards)(const char *ifname),
		    const char **who)
{
	for (unsigned int i = 0; i < net->n_devices; i++) {
		const struct kernel_device *d = &net->device[i];

		if (!d->stacked)
			continue;
		*who = d->name;
		if (d->master != 0 && !is_vrf(net, d->master))
			return "is a port of another interface";
		if (forwards(d->name))
			return "forwards";
	}
	return NULL;
}

static bool
is_on(const char *family, const char *ifname)
{
	char path[80];
	FILE *f;
	int c;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/forwarding", family, ifname);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	c = fgetc(f);
	fclose(f);
	return c != EOF && c != '0';
}

/* IPv6 has one switch for all interfaces beside those that make a router of each. */
static bool
forwards_now(const char *ifname)
{
	return is_on("ipv4", ifname) || is_on("ipv6", ifname) || is_on("ipv6", "all");
}

void
host_forward_changed(struct bondd_bond *b)
{
	const uint64_t soon = b->daemon->now + SOON;

	if (b->host.forward_at > soon)
		b->host.forward_at = soon;
}

static void
decide(struct bondd_bond *b, bool merge, const char *who, const char *reason)
{
	char text[80];

	if (merge == b->host.merge)
		return;
	snprintf(text, sizeof(text), "%s %s", who, reason);
	bondd_event(b, NULL, "gro", merge ? "off" : "on", merge ? "on" : "off", text);
	b->host.merge = merge;
	b->core.dirty = true;
}

void
host_forward_sync(struct bondd_bond *b)
{
	struct kernel_net net = {.device = NULL};
	struct bondd_host *h = &b->host;
	const char *reason = NULL, *who = h->ifname;
	int rc;

	if (h->port == NULL || !(h->port->tx_offloads & RTE_ETH_TX_OFFLOAD_TCP_TSO) ||
	    b->daemon->now < h->forward_at)
		return;
	h->forward_at = b->daemon->now + INTERVAL;
	if (b->conf->host.gro == CONF_OFFLOAD_AUTO && h->ifindex != 0) {
		if (kernel_ns_enter(h->netns) < 0)
			return; /* as before, and asked again */
		rc = kernel_net_devices(h->kernel, &net);
		kernel_net_stack(&net, h->ifindex);
		reason = host_forward_reason(&net, forwards_now, &who);
		kernel_ns_leave(h->netns);
		if (rc < 0) {
			kernel_net_free(&net);
			return; /* likewise */
		}
	}
	decide(b, reason == NULL, reason != NULL ? who : h->ifname,
	       reason != NULL ? reason : "does not forward");
	kernel_net_free(&net);
}
