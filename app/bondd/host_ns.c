/* SPDX-License-Identifier: BSD-3-Clause */
/* host_ns.c - follows the host interface into another network namespace. */
#include "host_ns.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "host.h"
#include "host_forward.h"
#include "host_net.h"
#include "kernel.h"
#include "kernel_ns.h"
#include "log.h"
#include "netdev_record.h"

#ifndef TUNGETDEVNETNS /* Linux 5.2 */
#define TUNGETDEVNETNS _IO('T', 227)
#endif

/* A driver tells nobody by which descriptor it holds the interface, but all are listed. */
void
host_ns_open(struct bondd_bond *b)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (dir != NULL && b->host.tun_fd == 0 && (entry = readdir(dir)) != NULL) {
		char path[64 + sizeof(entry->d_name)], target[16] = "";
		struct ifreq request = {0};
		const int fd = atoi(entry->d_name);

		snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
		if (readlink(path, target, sizeof(target) - 1) > 0 &&
		    strcmp(target, "/dev/net/tun") == 0 && ioctl(fd, TUNGETIFF, &request) == 0 &&
		    strncmp(request.ifr_name, b->host.ifname, sizeof(request.ifr_name)) == 0)
			b->host.tun_fd = fd;
	}
	if (dir != NULL)
		closedir(dir);
}

static void
on_link(void *ctx, const struct kernel_link *link, bool gone)
{
	struct bondd_bond *b = ctx;

	host_net_changed(b);
	host_forward_changed(b);
	if (link->ifindex != b->host.ifindex)
		return;
	b->host.sync_at = 0;
	b->host.lost |= gone;
}

static void
on_address(void *ctx)
{
	host_net_changed(ctx);
}

static void
on_groups(void *ctx)
{
	struct bondd_bond *b = ctx;

	b->host.sync_at = 0;
}

static void
on_resync(void *ctx)
{
	host_resync(ctx);
}

static void
on_event(struct loop_source *source, uint32_t events)
{
	struct bondd_bond *b = source->arg;

	(void)events;
	b->daemon->now = loop_now();
	kernel_dispatch(b->host.kernel);
}

void
host_ns_close(struct bondd_bond *b)
{
	struct bondd_host *h = &b->host;

	if (h->netns == 0)
		return;
	loop_remove(&b->daemon->loop, &h->source);
	kernel_close(h->kernel);
	h->kernel = b->daemon->kernel;
	close(h->netns);
	h->netns = 0;
}

/* Netlink in the namespace where it is now. */
static int
listen_there(struct bondd_bond *b, int netns)
{
	const struct kernel_hooks hooks = {.link = on_link,
					   .address = on_address,
					   .groups = on_groups,
					   .resync = on_resync,
					   .ctx = b};
	struct bondd_host *h = &b->host;
	int rc = kernel_ns_enter(netns);

	if (rc < 0)
		return rc;
	rc = kernel_open(&h->kernel, &hooks);
	kernel_ns_leave(netns);
	if (rc < 0) {
		h->kernel = b->daemon->kernel;
		return rc;
	}
	h->netns = netns;
	h->source = (struct loop_source){kernel_event_fd(h->kernel), on_event, b};
	return loop_add(&b->daemon->loop, &h->source, EPOLLIN);
}

static int
follow(struct bondd_bond *b, struct kernel_link *link)
{
	struct bondd_host *h = &b->host;
	struct ifreq request = {0};
	const int netns = h->tun_fd > 0 ? ioctl(h->tun_fd, TUNGETDEVNETNS) : -1;
	int rc = 0;

	if (netns < 0 || ioctl(h->tun_fd, TUNGETIFF, &request) < 0)
		rc = -ENODEV; /* deleted, as far as can be told */
	host_ns_close(b);
	if (rc == 0 && kernel_ns_inode(netns) != netdev_namespace())
		rc = listen_there(b, netns);
	if (netns >= 0 && netns != h->netns)
		close(netns);
	return rc < 0 ? rc : kernel_link_by_name(h->kernel, request.ifr_name, link);
}

void
host_ns_follow(struct bondd_bond *b)
{
	struct bondd_host *h = &b->host;
	struct kernel_link link;
	int rc;

	h->lost = false;
	if (b->daemon->stop)
		return;
	/* Not asked by its index: that may be another's by now. */
	rc = follow(b, &link);
	if (rc < 0) {
		host_gone(b, rc);
		return;
	}
	h->ifindex = link.ifindex;
	h->sync_at = 0;
	host_resync(b);
	bondd_event(b, NULL, "host", h->ifname, link.name,
		    h->netns != 0 ? "moved to another network namespace"
				  : "moved back to the daemon's network namespace");
	snprintf(h->ifname, sizeof(h->ifname), "%s", link.name);
	host_keep_addresses(b);
}
