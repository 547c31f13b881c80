/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev.c - takes a kernel interface as a member and gives it back as it was. */
#include "netdev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ethtool.h"
#include "log.h"
#include "netdev_private.h"

#define MAX_ADDRESSES 16 /* enough to name one that forbids taking the interface */

/* An up interface has a link-local IPv6 address of its own; only others are somebody's. */
static int
check_addresses(struct kernel *kernel, const struct kernel_link *link, struct conf_err *err)
{
	struct kernel_address address[MAX_ADDRESSES];
	const int n = kernel_addresses(kernel, link->ifindex, address, MAX_ADDRESSES);

	if (n < 0)
		return conf_refuse(err, n, "netdev %s: cannot tell whether it has addresses: %s",
				   link->name, strerror(-n));
	for (int i = 0; i < n; i++) {
		char text[INET6_ADDRSTRLEN];

		if (address[i].family == AF_INET6 && address[i].link_local)
			continue;
		return conf_refuse(
			err, -EBUSY,
			"netdev %s has the address %s/%u: remove it first (ip addr flush dev %s)",
			link->name,
			inet_ntop(address[i].family, address[i].addr, text, sizeof(text)),
			address[i].prefix_len, link->name);
	}
	return 0;
}

/* As Linux: what has ports of its own is no member; a bond of the kernel may be, bonds nest. */
static bool
has_ports(const struct kernel_link *link)
{
	static const char *const kinds[] = {"bridge", "team", "vrf", "hsr"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(link->kind, kinds[i]) == 0)
			return true;
	return false;
}

static int
check(struct kernel *kernel, const char *ifname, uint32_t mtu, struct kernel_link *link,
      struct conf_err *err)
{
	struct kernel_link owner;
	int rc = kernel_link_by_name(kernel, ifname, link);

	if (rc == -ENODEV)
		return conf_refuse(err, rc, "netdev %s does not exist in this network namespace",
				   ifname);
	if (rc < 0)
		return conf_refuse(err, rc, "netdev %s: %s", ifname, strerror(-rc));
	if (!link->ether)
		return conf_refuse(err, -EINVAL, "netdev %s is not an Ethernet interface", ifname);
	if (has_ports(link))
		return conf_refuse(err, -EPERM, "netdev %s is a %s, which has ports of its own",
				   ifname, link->kind);
	if (link->master != 0) {
		if (kernel_link_by_index(kernel, link->master, &owner) < 0)
			snprintf(owner.name, sizeof(owner.name), "%d", link->master);
		return conf_refuse(err, -EBUSY, "netdev %s is enslaved to %s%s%s: release it first",
				   ifname, owner.kind, owner.kind[0] != '\0' ? " " : "",
				   owner.name);
	}
	if (link->max_mtu != 0 && mtu > link->max_mtu)
		return conf_refuse(err, -EINVAL, "netdev %s carries an MTU of %u at most, not %u",
				   ifname, link->max_mtu, mtu);
	return check_addresses(kernel, link, err);
}

static int
claim(struct netdev *n, struct conf_err *err)
{
	struct netdev_record owner;

	n->claim = netdev_record_claim(n->record.netns, n->found.ifindex, &owner);
	if (n->claim == -EBUSY)
		return conf_refuse(err, -EBUSY,
				   "netdev %s belongs to %s of another dpdk-bondd (pid %d)",
				   n->found.name, owner.bond, (int)owner.pid);
	if (n->claim < 0)
		return conf_refuse(err, n->claim, "netdev %s: cannot keep a record under /run: %s",
				   n->found.name, strerror(-n->claim));
	return 0;
}

/* Change a property, after writing down what it was. Those the interface lacks are left alone. */
static int
change(struct netdev *n, enum netdev_property property, int64_t value)
{
	struct netdev_setting *s = &n->record.setting[property], before = *s;
	const int64_t was = n->lost ? -ENODEV : netdev_property_get(n->kernel, &n->found, property);
	int rc;

	if (was < 0 || was == value)
		return 0;
	if (!s->changed)
		s->was = was;
	s->set = value;
	s->changed = true;
	netdev_record_write(n->claim, &n->record);
	rc = netdev_property_set(n->kernel, &n->found, property, value);
	if (rc == 0)
		return 0;
	*s = before; /* else it would seem at the end that somebody else had changed it */
	netdev_record_write(n->claim, &n->record);
	log_info("netdev %s: %s stays %lld, not %lld: %s", n->found.name,
		 netdev_property_name(property), (long long)was, (long long)value, strerror(-rc));
	return rc;
}

int
netdev_take(struct kernel *kernel, const char *ifname, const char *bond, uint32_t mtu,
	    struct netdev **netdev, struct conf_err *err)
{
	struct netdev *n = calloc(1, sizeof(*n));
	int rc;

	if (n == NULL)
		return conf_refuse(err, -ENOMEM, "netdev %s: no memory", ifname);
	n->kernel = kernel;
	n->claim = n->filter = -1;
	rc = check(kernel, ifname, mtu, &n->found, err);
	if (rc < 0) {
		free(n);
		return rc;
	}
	n->record = (struct netdev_record){
		.pid = getpid(), .netns = netdev_namespace(), .ifindex = n->found.ifindex};
	snprintf(n->record.ifname, sizeof(n->record.ifname), "%s", n->found.name);
	snprintf(n->record.bond, sizeof(n->record.bond), "%s", bond);
	memcpy(n->record.mac_was, n->found.mac, 6);
	ethtool_driver(n->found.name, n->driver, sizeof(n->driver));
	rc = claim(n, err);
	if (rc < 0) {
		free(n);
		return rc;
	}
	netdev_record_write(n->claim, &n->record);
	change(n, NETDEV_DISABLE_IPV6, 1); /* the bond speaks, not its members */
	rc = change(n, NETDEV_MTU, mtu);
	if (rc == 0)
		rc = change(n, NETDEV_UP, 1);
	if (rc < 0) {
		conf_refuse(err, rc,
			    "netdev %s: cannot be set up with an MTU of %u (it has %u): %s", ifname,
			    mtu, n->found.mtu, strerror(-rc));
		netdev_release(n);
		return rc;
	}
	*netdev = n;
	return 0;
}

void
netdev_release(struct netdev *n)
{
	if (n == NULL)
		return;
	if (n->filter >= 0)
		close(n->filter);
	if (!n->lost)
		netdev_restore(n->kernel, &n->record);
	netdev_record_drop(n->claim, n->record.netns, n->record.ifindex);
	free(n);
}

unsigned int
netdev_recover(struct kernel *kernel)
{
	const uint64_t netns = netdev_namespace();
	struct netdev_record record;
	unsigned int n = 0;
	int fd;

	while ((fd = netdev_record_claim_stale(netns, &record)) >= 0) {
		log_notice("netdev %s: left changed by a dead dpdk-bondd (pid %d): restored",
			   record.ifname, (int)record.pid);
		netdev_restore(kernel, &record);
		netdev_record_drop(fd, netns, record.ifindex);
		n++;
	}
	return n;
}

void
netdev_prepare(struct netdev *n, enum netdev_driver driver)
{
	change(n, NETDEV_LRO, 0);
	if (driver == NETDEV_AF_XDP) {
		n->record.xdp = true;
		change(n, NETDEV_RXVLAN, 0); /* a tag taken out by hardware would be lost */
	} else {
		n->segments = strcmp(n->driver, "veth") == 0 && netdev_refuse_segments(n) < 0;
		/* The kernel hears every frame too: it must neither merge nor answer them. */
		change(n, NETDEV_GRO, 0);
		change(n, NETDEV_ARP_IGNORE, 8);
		change(n, NETDEV_RP_FILTER, 1);
	}
	netdev_record_write(n->claim, &n->record);
}

int
netdev_set_mac(struct netdev *n, const uint8_t mac[6])
{
	const struct netdev_record before = n->record;
	int rc;

	if (n->lost)
		return -ENODEV;
	n->record.mac_changed = true;
	memcpy(n->record.mac_set, mac, 6);
	netdev_record_write(n->claim, &n->record);
	rc = kernel_set_mac(n->kernel, n->found.ifindex, mac);
	if (rc == -EBUSY) { /* drivers that change it only while down */
		kernel_set_up(n->kernel, n->found.ifindex, false);
		rc = kernel_set_mac(n->kernel, n->found.ifindex, mac);
		kernel_set_up(n->kernel, n->found.ifindex, true);
	}
	if (rc < 0) { /* it still has the one of before, which is to be taken back at the end */
		n->record = before;
		netdev_record_write(n->claim, &n->record);
	}
	return rc;
}

int
netdev_set_mtu(struct netdev *n, uint32_t mtu)
{
	return change(n, NETDEV_MTU, mtu);
}

uint32_t
netdev_max_mtu(const struct netdev *n)
{
	return n->found.max_mtu != 0 ? n->found.max_mtu : UINT32_MAX;
}

int
netdev_ifindex(const struct netdev *n)
{
	return n->lost ? 0 : n->found.ifindex;
}

void
netdev_lose(struct netdev *n)
{
	n->lost = true;
}

int
netdev_look(const struct netdev *n, struct kernel_link *link)
{
	return n->lost ? -ENODEV : kernel_link_by_index(n->kernel, n->found.ifindex, link);
}

const char *
netdev_name(const struct netdev *n)
{
	return n->found.name;
}

const uint8_t *
netdev_perm_mac(const struct netdev *n)
{
	return n->record.mac_was;
}

const char *
netdev_kernel_driver(const struct netdev *n)
{
	return n->driver;
}
