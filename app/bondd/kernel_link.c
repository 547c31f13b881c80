/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_link.c - reading interfaces and their addresses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <sys/socket.h>

#include "kernel_private.h"

static void
copy_mac(uint8_t to[6], const struct nlattr *attr)
{
	if (mnl_attr_get_payload_len(attr) == 6)
		memcpy(to, mnl_attr_get_payload(attr), 6);
}

static void
copy_text(char *to, size_t size, const struct nlattr *attr)
{
	snprintf(to, size, "%.*s", (int)mnl_attr_get_payload_len(attr),
		 (const char *)mnl_attr_get_payload(attr));
}

static void
parse_tun(const struct nlattr *data, struct kernel_tun *tun)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested (attr, data) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_TUN_TYPE:
			tun->tap = mnl_attr_get_u8(attr) == IFF_TAP;
			break;
		case IFLA_TUN_MULTI_QUEUE:
			tun->multi_queue = mnl_attr_get_u8(attr) != 0;
			break;
		case IFLA_TUN_PERSIST:
			tun->persist = mnl_attr_get_u8(attr) != 0;
			break;
		case IFLA_TUN_NUM_QUEUES:
		case IFLA_TUN_NUM_DISABLED_QUEUES:
			tun->queues += mnl_attr_get_u32(attr);
			break;
		default:
			break;
		}
	}
}

static void
parse_info(const struct nlattr *info, struct kernel_link *link)
{
	const struct nlattr *attr, *data = NULL;

	mnl_attr_for_each_nested (attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			copy_text(link->kind, sizeof(link->kind), attr);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	if (data != NULL && strcmp(link->kind, "tun") == 0)
		parse_tun(data, &link->tun);
}

int
kernel_link_parse(const struct nlmsghdr *header, struct kernel_link *link)
{
	/*
	 * Of a cable between two kernel interfaces LOWER_UP comes before the bridge behind the far
	 * end knows of it, RUNNING after; when carrier is lost, LOWER_UP goes first.
	 */
	const unsigned int carrier = IFF_LOWER_UP | IFF_RUNNING;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(header) < sizeof(*info) || info->ifi_family != AF_UNSPEC)
		return -EINVAL;
	*link = (struct kernel_link){
		.ifindex = info->ifi_index,
		.ether = info->ifi_type == ARPHRD_ETHER,
		.up = info->ifi_flags & IFF_UP,
		.carrier = (info->ifi_flags & carrier) == carrier,
		.promiscuity = (info->ifi_flags & IFF_PROMISC) != 0, /* at least */
		.allmulti = info->ifi_flags & IFF_ALLMULTI,
	};
	mnl_attr_for_each (attr, header, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			copy_text(link->name, sizeof(link->name), attr);
			break;
		case IFLA_MTU:
			link->mtu = mnl_attr_get_u32(attr);
			break;
		case IFLA_MAX_MTU:
			link->max_mtu = mnl_attr_get_u32(attr);
			break;
		case IFLA_ADDRESS:
			copy_mac(link->mac, attr);
			break;
		case IFLA_PERM_ADDRESS:
			link->has_perm_mac = mnl_attr_get_payload_len(attr) == 6;
			copy_mac(link->perm_mac, attr);
			break;
		case IFLA_MASTER:
			link->master = mnl_attr_get_u32(attr);
			break;
		case IFLA_PROMISCUITY:
			link->promiscuity = mnl_attr_get_u32(attr);
			break;
		case IFLA_IFALIAS:
			copy_text(link->alias, sizeof(link->alias), attr);
			break;
		case IFLA_LINKINFO:
			parse_info(attr, link);
			break;
		default:
			break;
		}
	}
	return 0;
}

static int
one_link(const struct nlmsghdr *header, void *arg)
{
	return kernel_link_parse(header, arg) == 0 ? MNL_CB_STOP : MNL_CB_OK;
}

static int
look(struct kernel *k, int ifindex, const char *name, struct kernel_link *link)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	if (name != NULL)
		mnl_attr_put_strz(request, IFLA_IFNAME, name);
	return kernel_request(k, request, one_link, link);
}

int
kernel_link_by_index(struct kernel *k, int ifindex, struct kernel_link *link)
{
	return look(k, ifindex, NULL, link);
}

int
kernel_link_by_name(struct kernel *k, const char *name, struct kernel_link *link)
{
	return look(k, 0, name, link);
}

struct link_list {
	const char *prefix;
	struct kernel_link *link;
	int n, max;
};

static int
one_of_links(const struct nlmsghdr *header, void *arg)
{
	struct link_list *list = arg;
	struct kernel_link link;

	if (list->n < list->max && kernel_link_parse(header, &link) == 0 &&
	    strncmp(link.alias, list->prefix, strlen(list->prefix)) == 0)
		list->link[list->n++] = link;
	return MNL_CB_OK;
}

int
kernel_links_by_alias(struct kernel *k, const char *prefix, struct kernel_link *link, int max)
{
	struct link_list list = {.prefix = prefix, .link = link, .max = max};
	int rc = -EINTR;

	for (int i = 0; i < KERNEL_TRIES && rc == -EINTR; i++) {
		list.n = 0;
		rc = kernel_list(k, RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg), one_of_links,
				 &list);
	}
	return rc < 0 ? rc : list.n;
}

struct address_list {
	int ifindex;
	struct kernel_address *address;
	int n, max;
};

static int
one_address(const struct nlmsghdr *header, void *arg)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(header);
	struct address_list *list = arg;
	struct kernel_address a = {.family = info->ifa_family,
				   .prefix_len = info->ifa_prefixlen,
				   .link_local = info->ifa_scope == RT_SCOPE_LINK,
				   .tentative = info->ifa_flags & IFA_F_TENTATIVE};
	const size_t len = a.family == AF_INET ? 4 : 16;
	const struct nlattr *attr;
	bool local = false;

	if ((int)info->ifa_index != list->ifindex || list->n == list->max ||
	    (a.family != AF_INET && a.family != AF_INET6))
		return MNL_CB_OK;
	mnl_attr_for_each (attr, header, sizeof(*info)) {
		const int type = mnl_attr_get_type(attr);

		if (mnl_attr_get_payload_len(attr) != len ||
		    (type != IFA_LOCAL && (type != IFA_ADDRESS || local)))
			continue; /* IFA_ADDRESS is the far end where IFA_LOCAL is given too */
		memcpy(a.addr, mnl_attr_get_payload(attr), len);
		local = type == IFA_LOCAL;
	}
	list->address[list->n++] = a;
	return MNL_CB_OK;
}

int
kernel_addresses(struct kernel *k, int ifindex, struct kernel_address *address, int max)
{
	struct address_list list = {.ifindex = ifindex, .address = address, .max = max};
	int rc = -EINTR;

	for (int i = 0; i < KERNEL_TRIES && rc == -EINTR; i++) {
		list.n = 0;
		rc = kernel_list(k, RTM_GETADDR, AF_UNSPEC, sizeof(struct ifaddrmsg), one_address,
				 &list);
	}
	return rc < 0 ? rc : list.n;
}
