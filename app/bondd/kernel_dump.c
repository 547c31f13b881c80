/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_dump.c - lists of the kernel: devices, addresses, and the MACs that bridges have learned. */
#include <errno.h>
#include <string.h>

#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <sys/socket.h>

#include "kernel_net.h"
#include "kernel_private.h"

#define MAX_BRIDGED 4096 /* MACs behind bridges that are announced */

static void
parse_vlan(const struct nlattr *data, struct kernel_device *d)
{
	const struct nlattr *attr;

	d->tag.tpid = 0x8100;
	mnl_attr_for_each_nested (attr, data) {
		const uint16_t type = mnl_attr_get_type(attr);

		if (type == IFLA_VLAN_ID)
			d->tag.tci = mnl_attr_get_u16(attr) & 0xfff;
		else if (type == IFLA_VLAN_PROTOCOL)
			d->tag.tpid = (uint16_t)(mnl_attr_get_u16(attr) << 8 |
						 mnl_attr_get_u16(attr) >> 8);
	}
}

static void
parse_info(const struct nlattr *info, struct kernel_device *d)
{
	const struct nlattr *attr, *data = NULL;

	mnl_attr_for_each_nested (attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND) {
			d->bridge = strcmp(mnl_attr_get_str(attr), "bridge") == 0;
			d->vlan = strcmp(mnl_attr_get_str(attr), "vlan") == 0;
			d->vrf = strcmp(mnl_attr_get_str(attr), "vrf") == 0;
		} else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA) {
			data = attr;
		}
	}
	if (d->vlan && data != NULL)
		parse_vlan(data, d);
}

static int
one_device(const struct nlmsghdr *header, void *arg)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	struct kernel_device d = {.ifindex = info->ifi_index};
	struct kernel_net *net = arg;
	bool elsewhere = false;
	const struct nlattr *attr;
	void *grown;

	if (info->ifi_type != ARPHRD_ETHER)
		return MNL_CB_OK;
	mnl_attr_for_each (attr, header, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			strncpy(d.name, mnl_attr_get_str(attr), sizeof(d.name) - 1);
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(attr) == sizeof(d.mac))
				memcpy(d.mac, mnl_attr_get_payload(attr), sizeof(d.mac));
			break;
		case IFLA_LINK:
			d.lower = (int)mnl_attr_get_u32(attr);
			break;
		case IFLA_LINK_NETNSID: /* the device below is in another namespace */
			elsewhere = true;
			break;
		case IFLA_MASTER:
			d.master = (int)mnl_attr_get_u32(attr);
			break;
		case IFLA_LINKINFO:
			parse_info(attr, &d);
			break;
		default:
			break;
		}
	}
	if (elsewhere)
		d.lower = 0;
	grown = kernel_net_grow(net->device, net->n_devices, sizeof(d));
	if (grown == NULL) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	net->device = grown;
	net->device[net->n_devices++] = d;
	return MNL_CB_OK;
}

int
kernel_net_devices(struct kernel *k, struct kernel_net *net)
{
	return kernel_list(k, RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg), one_device, net);
}

static int
one_address(const struct nlmsghdr *header, void *arg)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(header);
	const size_t len = info->ifa_family == AF_INET ? 4 : 16;
	struct kernel_net *net = arg;
	const struct kernel_device *d = kernel_net_find(net, (int)info->ifa_index);
	struct bond_address a;
	const struct nlattr *attr;
	bool local = false;
	void *grown;

	if (d == NULL || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
		return MNL_CB_OK;
	memset(&a, 0, sizeof(a));
	a.ip.v6 = info->ifa_family == AF_INET6;
	a.tags = d->tags;
	a.quiet = info->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
	mnl_attr_for_each (attr, header, sizeof(*info)) {
		const uint16_t type = mnl_attr_get_type(attr);

		if (mnl_attr_get_payload_len(attr) != len ||
		    (type != IFA_LOCAL && (type != IFA_ADDRESS || local)))
			continue; /* IFA_ADDRESS is the far end where IFA_LOCAL is given too */
		memcpy(a.ip.octet, mnl_attr_get_payload(attr), len);
		local = type == IFA_LOCAL;
	}
	a.has_mac = memcmp(d->mac, net->mac, sizeof(d->mac)) != 0;
	memcpy(a.mac, d->mac, sizeof(a.mac));
	grown = kernel_net_grow(net->address, net->net.n_addresses, sizeof(a));
	if (grown == NULL) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	net->address = grown;
	net->address[net->net.n_addresses++] = a;
	return MNL_CB_OK;
}

int
kernel_net_addresses(struct kernel *k, struct kernel_net *net)
{
	return kernel_list(k, RTM_GETADDR, AF_UNSPEC, sizeof(struct ifaddrmsg), one_address, net);
}

/* @return the bridge with that index, if the host interface is below it */
static const struct kernel_device *
find_bridge(const struct kernel_net *net, int ifindex)
{
	const struct kernel_device *d = kernel_net_find(net, ifindex);

	return d != NULL && d->bridge ? d : NULL;
}

/* What a bridge has learned on another port than ours lies behind us for everybody outside. */
static int
one_neighbour(const struct nlmsghdr *header, void *arg)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(header);
	struct kernel_net *net = arg;
	const struct kernel_device *bridge = NULL;
	const uint8_t *mac = NULL;
	const struct nlattr *attr;
	struct bond_bridged *grown;

	mnl_attr_for_each (attr, header, sizeof(*info)) {
		if (mnl_attr_get_type(attr) == NDA_LLADDR && mnl_attr_get_payload_len(attr) == 6)
			mac = mnl_attr_get_payload(attr);
		else if (mnl_attr_get_type(attr) == NDA_MASTER)
			bridge = find_bridge(net, (int)mnl_attr_get_u32(attr));
	}
	if (mac == NULL || bridge == NULL || mac[0] & 1 || info->ndm_ifindex == bridge->port ||
	    info->ndm_state & NUD_PERMANENT || net->net.n_bridged == MAX_BRIDGED)
		return MNL_CB_OK;
	grown = kernel_net_grow(net->bridged, net->net.n_bridged, sizeof(*grown));
	if (grown == NULL) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	net->bridged = grown;
	grown += net->net.n_bridged++;
	*grown = (struct bond_bridged){.tags = bridge->tags};
	memcpy(grown->mac, mac, sizeof(grown->mac));
	return MNL_CB_OK;
}

int
kernel_net_bridged(struct kernel *k, struct kernel_net *net)
{
	bool bridge = false;

	for (unsigned int i = 0; i < net->n_devices; i++)
		bridge |= net->device[i].stacked && net->device[i].bridge;
	if (!bridge)
		return 0;
	return kernel_list(k, RTM_GETNEIGH, AF_BRIDGE, sizeof(struct ndmsg), one_neighbour, net);
}

struct unicast_list {
	int ifindex, n, max;
	uint8_t (*mac)[6];
};

/* The kernel lists them as entries of the interface's own table, groups too. */
static int
one_unicast(const struct nlmsghdr *header, void *arg)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(header);
	struct unicast_list *list = arg;
	const uint8_t *mac = NULL;
	const struct nlattr *attr;
	bool bridged = false;

	mnl_attr_for_each (attr, header, sizeof(*info)) {
		if (mnl_attr_get_type(attr) == NDA_LLADDR && mnl_attr_get_payload_len(attr) == 6)
			mac = mnl_attr_get_payload(attr);
		bridged |= mnl_attr_get_type(attr) == NDA_MASTER; /* of the table of its bridge */
	}
	if (info->ndm_ifindex == list->ifindex && info->ndm_flags & NTF_SELF && !bridged &&
	    mac != NULL && !(mac[0] & 1) && list->n < list->max)
		memcpy(list->mac[list->n++], mac, 6);
	return MNL_CB_OK;
}

int
kernel_unicast(struct kernel *k, int ifindex, uint8_t (*mac)[6], int max)
{
	struct unicast_list list = {.ifindex = ifindex, .mac = mac, .max = max};
	int rc = -EINTR;

	for (int i = 0; i < KERNEL_TRIES && rc == -EINTR; i++) {
		list.n = 0;
		rc = kernel_list(k, RTM_GETNEIGH, AF_BRIDGE, sizeof(struct ndmsg), one_unicast,
				 &list);
	}
	return rc < 0 ? rc : list.n;
}
