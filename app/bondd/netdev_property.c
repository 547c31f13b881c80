/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev_property.c - the properties of an interface that we change: read, write, restore. */
#include <errno.h>
#include <string.h>

#include "ethtool.h"
#include "log.h"
#include "netdev_private.h"
#include "sysctl.h"

static const char *const sysctls[NETDEV_PROPERTIES] = {
	[NETDEV_DISABLE_IPV6] = SYSCTL_DISABLE_IPV6,
	[NETDEV_ARP_IGNORE] = SYSCTL_ARP_IGNORE,
	[NETDEV_RP_FILTER] = SYSCTL_RP_FILTER,
};

static enum ethtool_offload
offload(enum netdev_property property)
{
	return property == NETDEV_GRO   ? ETHTOOL_OFFLOAD_GRO
	       : property == NETDEV_LRO ? ETHTOOL_OFFLOAD_LRO
					: ETHTOOL_OFFLOAD_RXVLAN;
}

int64_t
netdev_property_get(struct kernel *kernel, const struct kernel_link *link,
		    enum netdev_property property)
{
	struct kernel_link now;

	switch (property) {
	case NETDEV_MTU:
	case NETDEV_UP:
		if (kernel_link_by_index(kernel, link->ifindex, &now) < 0)
			return -ENODEV;
		return property == NETDEV_UP ? now.up : now.mtu;
	case NETDEV_GRO:
	case NETDEV_LRO:
	case NETDEV_RXVLAN:
		return ethtool_offload(link->name, offload(property));
	default:
		return sysctl_get(sysctls[property], link->name);
	}
}

int
netdev_property_set(struct kernel *kernel, const struct kernel_link *link,
		    enum netdev_property property, int64_t value)
{
	switch (property) {
	case NETDEV_MTU:
		return kernel_set_mtu(kernel, link->ifindex, value);
	case NETDEV_UP:
		return kernel_set_up(kernel, link->ifindex, value);
	case NETDEV_GRO:
	case NETDEV_LRO:
	case NETDEV_RXVLAN:
		return ethtool_set_offload(link->name, offload(property), value);
	default:
		return sysctl_set(sysctls[property], link->name, value);
	}
}

/* Somebody may have renamed it or changed its address; who did both has it as he wants it. */
static bool
is_that_of(const struct kernel_link *link, const struct netdev_record *r)
{
	return strcmp(link->name, r->ifname) == 0 || memcmp(link->mac, r->mac_was, 6) == 0 ||
	       (r->mac_changed && memcmp(link->mac, r->mac_set, 6) == 0);
}

void
netdev_restore(struct kernel *kernel, const struct netdev_record *r)
{
	struct kernel_link link;

	if (kernel_link_by_index(kernel, r->ifindex, &link) < 0 || !is_that_of(&link, r))
		return; /* gone, and everything of it */
	if (r->xdp)
		kernel_detach_xdp(kernel, r->ifindex); /* none is left after a clean end */
	if (r->mac_changed && memcmp(link.mac, r->mac_set, 6) == 0) {
		const int rc = kernel_set_mac(kernel, r->ifindex, r->mac_was);

		if (rc < 0)
			log_warning("%s: MAC address cannot be restored: %s", link.name,
				    strerror(-rc));
	}
	for (int p = 0; p < NETDEV_PROPERTIES; p++) {
		const struct netdev_setting *s = &r->setting[p];

		if (s->changed && netdev_property_get(kernel, &link, p) == s->set)
			netdev_property_set(kernel, &link, p, s->was);
	}
}
