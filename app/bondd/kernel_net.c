/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_net.c - reads what is stacked on a host interface, and how targets are reached. */
#include "kernel_net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel_private.h"

#define STEP 16 /* an array grows by so many elements */

void *
kernel_net_grow(void *array, unsigned int n, size_t size)
{
	return n % STEP != 0 ? array : realloc(array, (n + STEP) * size);
}

void
kernel_net_free(struct kernel_net *net)
{
	free(net->device);
	free(net->address);
	free(net->group);
	free(net->bridged);
	free(net->vlan);
	*net = (struct kernel_net){.device = NULL};
}

const struct kernel_device *
kernel_net_find(const struct kernel_net *net, int ifindex)
{
	for (unsigned int i = 0; i < net->n_devices; i++)
		if (net->device[i].ifindex == ifindex)
			return net->device[i].stacked ? &net->device[i] : NULL;
	return NULL;
}

/* A VLAN device adds its tag inside those below it. @return false: more than a frame can have */
static bool
stack_on(struct kernel_device *d, const struct kernel_device *below)
{
	d->tags = below->tags;
	if (d->vlan) {
		if (d->tags.n == BOND_MAX_TAGS)
			return false;
		if ((d->tag.tci & 0xfff) != 0) /* id 0 is a priority only */
			d->tags.tag[d->tags.n++] = d->tag;
	}
	d->stacked = true;
	return true;
}

/* @return does d stand on another device that is stacked already? */
static bool
find_place(const struct kernel_net *net, struct kernel_device *d)
{
	for (unsigned int i = 0; i < net->n_devices; i++) {
		const struct kernel_device *below = &net->device[i];

		if (!below->stacked)
			continue;
		if (d->lower == below->ifindex)
			return stack_on(d, below);
		if (d->bridge && below->master == d->ifindex) {
			d->port = below->ifindex;
			return stack_on(d, below);
		}
	}
	return false;
}

void
kernel_net_stack(struct kernel_net *net, int ifindex)
{
	bool more = true;

	for (unsigned int i = 0; i < net->n_devices; i++) {
		net->device[i].stacked = net->device[i].ifindex == ifindex;
		if (net->device[i].stacked)
			memcpy(net->mac, net->device[i].mac, sizeof(net->mac));
	}
	while (more) {
		more = false;
		for (unsigned int i = 0; i < net->n_devices; i++)
			if (!net->device[i].stacked)
				more |= find_place(net, &net->device[i]);
	}
}

int
kernel_net_vlans(struct kernel_net *net)
{
	for (unsigned int i = 0; i < net->n_devices; i++) {
		const struct kernel_device *d = &net->device[i];
		struct bond_vlan *grown;

		if (!d->stacked || !d->vlan)
			continue;
		grown = kernel_net_grow(net->vlan, net->net.n_vlans, sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		net->vlan = grown;
		grown += net->net.n_vlans++;
		*grown = (struct bond_vlan){.tags = d->tags};
		grown->has_mac = memcmp(d->mac, net->mac, sizeof(d->mac)) != 0;
		memcpy(grown->mac, d->mac, sizeof(grown->mac));
	}
	return 0;
}

static int
read_all(struct kernel *k, int ifindex, struct kernel_net *net)
{
	int rc;

	kernel_net_free(net);
	rc = kernel_net_devices(k, net);
	if (rc == 0) {
		kernel_net_stack(net, ifindex);
		rc = kernel_net_vlans(net);
	}
	if (rc == 0)
		rc = kernel_net_addresses(k, net);
	if (rc == 0)
		rc = kernel_net_groups(net);
	return rc == 0 ? kernel_net_bridged(k, net) : rc;
}

int
kernel_net_read(struct kernel *k, int ifindex, struct kernel_net *net)
{
	int rc = -EINTR;

	for (int i = 0; i < KERNEL_TRIES && rc == -EINTR; i++)
		rc = read_all(k, ifindex, net);
	if (rc < 0) {
		kernel_net_free(net);
		return rc;
	}
	net->net.address = net->address;
	net->net.group = net->group;
	net->net.bridged = net->bridged;
	net->net.vlan = net->vlan;
	return 0;
}

struct answer {
	int oif;
	bool gateway;
	bool has_source;
	uint8_t source[16];
};

static int
one_route(const struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(header);
	struct answer *a = arg;
	const struct nlattr *attr;

	mnl_attr_for_each (attr, header, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case RTA_OIF:
			a->oif = (int)mnl_attr_get_u32(attr);
			break;
		case RTA_GATEWAY:
			a->gateway = true;
			break;
		case RTA_PREFSRC:
			if (mnl_attr_get_payload_len(attr) > sizeof(a->source))
				break;
			a->has_source = true;
			memcpy(a->source, mnl_attr_get_payload(attr),
			       mnl_attr_get_payload_len(attr));
			break;
		default:
			break;
		}
	}
	return MNL_CB_STOP;
}

/* An address of the device to ask from; of IPv6 one of the same kind as the target. */
static void
choose_source(const struct kernel_net *net, const struct kernel_device *d,
	      const struct bond_ip *target, struct bond_ip *source)
{
	const bool local = target->v6 && target->octet[0] == 0xfe;

	for (unsigned int i = 0; i < net->net.n_addresses; i++) {
		const struct bond_address *a = &net->address[i];

		if (a->ip.v6 == target->v6 && !a->quiet &&
		    (!target->v6 || (a->ip.octet[0] == 0xfe) == local) &&
		    memcmp(&a->tags, &d->tags, sizeof(a->tags)) == 0) {
			*source = a->ip;
			return;
		}
	}
}

void
kernel_net_route(struct kernel *k, const struct kernel_net *net, const struct bond_ip *target,
		 struct bond_route *route)
{
	const size_t len = target->v6 ? 16 : 4;
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
	struct answer answer = {.oif = 0};
	const struct kernel_device *d;
	struct rtmsg *info;

	memset(route, 0, sizeof(*route));
	route->via = BOND_VIA_NONE;
	route->source.v6 = target->v6;
	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->rtm_family = target->v6 ? AF_INET6 : AF_INET;
	info->rtm_dst_len = (unsigned char)(8 * len);
	mnl_attr_put(request, RTA_DST, len, target->octet);
	if (kernel_request(k, request, one_route, &answer) < 0 || answer.oif == 0 ||
	    answer.gateway) /* a target is a neighbour; beyond a router it is none */
		return;
	d = kernel_net_find(net, answer.oif);
	if (d == NULL) {
		route->via = BOND_VIA_OTHER;
		return;
	}
	route->via = BOND_VIA_BOND;
	route->tags = d->tags;
	if (answer.has_source)
		memcpy(route->source.octet, answer.source, len);
	else
		choose_source(net, d, target, &route->source);
}
