/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_set.c - changing one property of an interface, each as one acknowledged request. */
#include <errno.h>
#include <string.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include "kernel_private.h"

static struct nlmsghdr *
begin(char *buf, int ifindex, unsigned int flags, unsigned int change)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;

	request->nlmsg_type = RTM_NEWLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	info->ifi_flags = flags;
	info->ifi_change = change;
	return request;
}

int
kernel_set_mac(struct kernel *k, int ifindex, const uint8_t mac[6])
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	mnl_attr_put(request, IFLA_ADDRESS, 6, mac);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_set_name(struct kernel *k, int ifindex, const char *name)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_set_mtu(struct kernel *k, int ifindex, uint32_t mtu)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	mnl_attr_put_u32(request, IFLA_MTU, mtu);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_set_up(struct kernel *k, int ifindex, bool up)
{
	char buf[KERNEL_BUFFER];

	return kernel_request(k, begin(buf, ifindex, up ? IFF_UP : 0, IFF_UP), NULL, NULL);
}

int
kernel_set_carrier(struct kernel *k, int ifindex, bool carrier)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	mnl_attr_put_u8(request, IFLA_CARRIER, carrier);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_set_alias(struct kernel *k, int ifindex, const char *alias)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	mnl_attr_put(request, IFLA_IFALIAS, strlen(alias), alias);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_delete(struct kernel *k, int ifindex)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);

	request->nlmsg_type = RTM_DELLINK;
	return kernel_request(k, request, NULL, NULL);
}

static int
set_xdp(struct kernel *k, int ifindex, int32_t fd, uint32_t flags)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = begin(buf, ifindex, 0, 0);
	struct nlattr *xdp = mnl_attr_nest_start(request, IFLA_XDP);

	mnl_attr_put(request, IFLA_XDP_FD, sizeof(fd), &fd);
	mnl_attr_put_u32(request, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(request, xdp);
	return kernel_request(k, request, NULL, NULL);
}

int
kernel_attach_xdp(struct kernel *k, int ifindex, int fd)
{
	return set_xdp(k, ifindex, fd, XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST);
}

int
kernel_detach_xdp(struct kernel *k, int ifindex)
{
	return set_xdp(k, ifindex, -1, 0);
}
