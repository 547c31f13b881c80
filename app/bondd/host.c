/* SPDX-License-Identifier: BSD-3-Clause */
/* host.c - creates and removes the interface that the kernel sees. */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host_forward.h"
#include "host_net.h"
#include "host_ns.h"
#include "host_offload.h"
#include "host_threads.h"
#include "kernel.h"
#include "log.h"
#include "mac_text.h"

#define VHOST_NET "/dev/vhost-net"
#define NET_TUN   "/dev/net/tun"
#define RING_SIZE 1024 /* descriptors of a virtio queue: the largest the kernel takes */

static const char *const type_names[] = {
	[CONF_HOST_VIRTIO_USER] = "virtio-user",
	[CONF_HOST_TAP] = "tap",
	[CONF_HOST_VDEV] = "vdev",
};

int
host_choose(struct bondd_bond *b, struct conf_err *err)
{
	enum conf_host_type *type = &b->host.type;
	const struct need {
		const char *path, *module;
	} vhost = {VHOST_NET, "vhost_net"}, tun = {NET_TUN, "tun"}, *needs = NULL;

	*type = b->conf->host.type;
	if (*type == CONF_HOST_AUTO) {
		*type = access(vhost.path, R_OK | W_OK) == 0 ? CONF_HOST_VIRTIO_USER
							     : CONF_HOST_TAP;
		log_info("%s: host port: %s (%s %s)", b->conf->name, type_names[*type], vhost.path,
			 *type == CONF_HOST_VIRTIO_USER ? "is there" : "is not available");
	}
	if (*type == CONF_HOST_VIRTIO_USER && access(vhost.path, R_OK | W_OK) < 0)
		needs = &vhost;
	else if (*type != CONF_HOST_VDEV && access(tun.path, R_OK | W_OK) < 0)
		needs = &tun;
	if (needs == NULL)
		return 0;
	snprintf(err->msg, sizeof(err->msg),
		 "%s: host.type = \"%s\" needs %s: %s (try: modprobe %s)", b->conf->name,
		 type_names[*type], needs->path, strerror(errno), needs->module);
	return -ENODEV;
}

static void
devargs(const struct bondd_bond *b, enum conf_host_type type, const uint8_t mac[6], char *buf,
	size_t size)
{
	static unsigned int number; /* makes device names unique */
	char text[MAC_TEXT_SIZE];

	mac_text(mac, text);
	switch (type) {
	case CONF_HOST_VIRTIO_USER:
		snprintf(buf, size,
			 "virtio_user_bondd%u,path=" VHOST_NET
			 ",iface=%s,queues=%u,queue_size=%d,mac=%s",
			 number++, b->host.keep.name, b->conf->host.queues, RING_SIZE, text);
		break;
	case CONF_HOST_TAP: /* it takes down at the end what is not to persist */
		snprintf(buf, size, "net_tap_bondd%u,iface=%s,mac=%s%s", number++,
			 b->host.keep.name, text, b->host.keep.stays ? ",persist=1" : "");
		break;
	default:
		snprintf(buf, size, "%s", b->conf->host.vdev);
		break;
	}
}

/* The kernel's side of a fresh interface: found, tagged as ours, of our MTU, up, without carrier. */
static int
adopt(struct bondd_bond *b, struct conf_err *err)
{
	struct kernel *k = b->daemon->kernel;
	struct bondd_host *h = &b->host;
	struct kernel_link link;
	char alias[64];
	int rc = kernel_link_by_name(k, h->keep.name, &link);

	if (rc < 0)
		goto fail;
	h->ifindex = link.ifindex;
	snprintf(h->ifname, sizeof(h->ifname), "%s", link.name);
	snprintf(alias, sizeof(alias), HOST_KEEP_TAG "%s", b->conf->name);
	if (h->keep.ours)
		kernel_set_alias(k, h->ifindex, alias);
	if (!h->keep.adopted) /* else somebody may have chosen otherwise since */
		host_keep_addresses(b);
	rc = kernel_set_mtu(k, h->ifindex, b->conf->mtu);
	if (rc == 0)
		rc = kernel_set_mac(k, h->ifindex, h->mac);
	if (rc == 0)
		rc = kernel_set_carrier(k, h->ifindex, false);
	if (rc == 0)
		rc = kernel_set_up(k, h->ifindex, h->admin_up);
	if (rc == 0)
		return 0;
fail:
	snprintf(err->msg, sizeof(err->msg), "%s: the host interface cannot be set up: %s",
		 b->conf->name, strerror(-rc));
	return rc;
}

int
host_open(struct bondd_bond *b, const uint8_t mac[6], struct conf_err *err)
{
	struct bondd_host *h = &b->host;
	struct dp_port_conf conf = {
		.label = b->conf->name, .queues = b->conf->host.queues, .mtu = b->conf->mtu};
	const struct host_offload offload = host_offload_decide(&b->conf->host, h->type);
	struct dp_err why;
	char args[CONF_PORT_SIZE];
	int rc = h->type == CONF_HOST_VDEV ? 0 : host_keep_prepare(b, err);

	if (rc < 0)
		return rc;
	memcpy(h->mac, mac, sizeof(h->mac));
	h->mtu = b->conf->mtu;
	h->kernel = b->daemon->kernel;
	h->admin_up = !h->keep.adopted || h->keep.up;
	devargs(b, h->type, mac, args, sizeof(args));
	conf.devargs = args;
	host_offload_ask_host(&offload, &conf);
	rc = dp_port_open(&b->daemon->dp, &conf, &h->port, &why);
	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "host port: %s", why.msg);
		host_close(b);
		return rc;
	}
	if (h->type == CONF_HOST_VIRTIO_USER)
		host_threads_place(b);
	if (h->type == CONF_HOST_VDEV)
		return 0;
	rc = adopt(b, err);
	if (rc < 0)
		host_close(b);
	else
		host_ns_open(b);
	return rc;
}

void
host_resync(struct bondd_bond *b)
{
	b->host.sync_at = 0;
	host_net_changed(b);
	host_forward_changed(b);
}

void
host_started(struct bondd_bond *b)
{
	b->host.keep.made = false;
}

void
host_close(struct bondd_bond *b)
{
	dp_port_close(b->host.port);
	host_keep_end(b);
	host_ns_close(b);
	b->host = (struct bondd_host){0};
}
