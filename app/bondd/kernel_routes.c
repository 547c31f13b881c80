/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_routes.c - which routes an interface carries, beyond those that its addresses bring. */
#include <errno.h>
#include <string.h>

#include <sys/socket.h>

#include "kernel_private.h"

struct search {
	int ifindex;
	struct kernel_routes *routes;
};

/* Does a route, perhaps one of several ways, lead over the interface? */
static bool
leads_over(const struct nlattr *multipath, int ifindex)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop->rtnh_ifindex == ifindex)
			return true;
	return false;
}

static int
one_route(const struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(header);
	const struct search *s = arg;
	struct kernel_routes *r = s->routes;
	struct kernel_address dst = {.family = info->rtm_family, .prefix_len = info->rtm_dst_len};
	const bool v6 = info->rtm_family == AF_INET6;
	const struct nlattr *attr;
	bool here = false;

	if (info->rtm_type != RTN_UNICAST || info->rtm_table == RT_TABLE_LOCAL ||
	    info->rtm_protocol == RTPROT_KERNEL || (info->rtm_flags & RTM_F_CLONED))
		return MNL_CB_OK;
	mnl_attr_for_each (attr, header, sizeof(*info)) {
		const uint16_t type = mnl_attr_get_type(attr);

		if (type == RTA_OIF)
			here |= (int)mnl_attr_get_u32(attr) == s->ifindex;
		else if (type == RTA_MULTIPATH)
			here |= leads_over(attr, s->ifindex);
		else if (type == RTA_DST && mnl_attr_get_payload_len(attr) <= sizeof(dst.addr))
			memcpy(dst.addr, mnl_attr_get_payload(attr),
			       mnl_attr_get_payload_len(attr));
	}
	if (dst.prefix_len == 0)
		r->defaults[v6][!here] = true;
	if (!here)
		return MNL_CB_OK;
	if (r->n++ == 0)
		r->first = dst;
	return MNL_CB_OK;
}

int
kernel_routes(struct kernel *k, int ifindex, struct kernel_routes *routes)
{
	struct search s = {ifindex, routes};
	int rc = -EINTR;

	for (int i = 0; i < KERNEL_TRIES && rc == -EINTR; i++) {
		*routes = (struct kernel_routes){0};
		rc = kernel_list(k, RTM_GETROUTE, AF_INET, sizeof(struct rtmsg), one_route, &s);
		if (rc == 0)
			rc = kernel_list(k, RTM_GETROUTE, AF_INET6, sizeof(struct rtmsg), one_route,
					 &s);
	}
	return rc;
}
