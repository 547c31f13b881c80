/* SPDX-License-Identifier: BSD-3-Clause */
/* host_keep.c - host interfaces that outlive a daemon: which are adopted, and which removed. */
#include "host_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "bondd.h"
#include "kernel_ns.h"
#include "log.h"
#include "sysctl.h"

#define NET_TUN      "/dev/net/tun"
#define MAX_RELEASED 64 /* interfaces that --release finds at a time */

/* An interface that does not carry our tag. */
static int
judge_stranger(const char *bond, const struct conf_host *conf, const struct kernel_link *link,
	       struct conf_err *err)
{
	if (!link->tun.tap)
		return conf_refuse(
			err, -EEXIST,
			"%s: an interface of this name exists already (%s): remove it or "
			"name the bond differently",
			bond, link->kind[0] != '\0' ? link->kind : "hardware");
	if (!conf->persist)
		return conf_refuse(err, -EEXIST,
				   "%s: an interface of this name exists already (tap, not made by "
				   "dpdk-bondd): remove it (ip link delete %s), take it with "
				   "host.persist = true, or name the bond differently",
				   bond, link->name);
	return 0;
}

int
host_keep_decide(const char *bond, const struct conf_host *conf, enum conf_host_type type,
		 const struct kernel_link *tagged, const struct kernel_link *named,
		 struct host_keep *keep, struct conf_err *err)
{
	const struct kernel_link *link = tagged != NULL && tagged->tun.tap ? tagged : named;
	int rc = 0;

	*keep = (struct host_keep){.ours = true, .stays = conf->persist, .multi_queue = true};
	snprintf(keep->name, sizeof(keep->name), "%s", bond);
	if (link == NULL)
		return 0;
	if (link != tagged)
		rc = judge_stranger(bond, conf, link, err);
	if (rc < 0)
		return rc;
	if (link->tun.queues > 0 || !link->tun.persist)
		return conf_refuse(
			err, -EBUSY,
			"%s: interface %s is in use by another process: stop that first, or "
			"name the bond differently",
			bond, link->name);
	if (!link->tun.multi_queue && (type == CONF_HOST_TAP || conf->queues > 1))
		return conf_refuse(
			err, -EEXIST,
			"%s: interface %s has a single queue: make it anew with \"ip tuntap "
			"add dev %s mode tap multi_queue\"",
			bond, link->name, link->name);
	*keep = (struct host_keep){.adopted = true,
				   .ours = link == tagged,
				   .stays = conf->persist || link != tagged,
				   .multi_queue = link->tun.multi_queue,
				   .up = link->up,
				   .ifindex = link->ifindex};
	snprintf(keep->name, sizeof(keep->name), "%s", link->name);
	return 0;
}

/*
 * Open the interface as its drivers do; without a tag it is made. What a driver before asked the
 * kernel for, such as unfinished checksums, ends here: the tap driver cannot do these.
 * @return descriptor or -errno
 */
static int
attach(const struct host_keep *keep)
{
	const int fd = open(NET_TUN, O_RDWR | O_CLOEXEC);
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int rc;

	if (fd < 0)
		return -errno;
	memcpy(request.ifr_name, keep->name, sizeof(request.ifr_name));
	if (keep->multi_queue)
		request.ifr_flags |= IFF_MULTI_QUEUE;
	if (ioctl(fd, TUNSETIFF, &request) == 0 && ioctl(fd, TUNSETOFFLOAD, 0) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* The tag comes first: whoever is killed between leaves nothing that stays without one. */
static int
make_stay(struct kernel *k, const char *bond, struct host_keep *keep, int fd)
{
	struct kernel_link link;
	char tag[64];
	int rc = 0;

	snprintf(tag, sizeof(tag), HOST_KEEP_TAG "%s", bond);
	if (!keep->adopted) {
		rc = kernel_link_by_name(k, keep->name, &link);
		keep->ifindex = rc == 0 ? link.ifindex : 0;
		if (rc == 0)
			rc = kernel_set_alias(k, keep->ifindex, tag);
	}
	if (rc == 0 && ioctl(fd, TUNSETPERSIST, 1) < 0)
		rc = -errno;
	keep->made = rc == 0 && !keep->adopted;
	return rc;
}

static int
prepare(struct kernel *k, const char *bond, bool persist, struct host_keep *keep,
	struct conf_err *err)
{
	const int fd = attach(keep);
	int rc = fd < 0 ? fd : 0;

	if (rc == 0 && persist)
		rc = make_stay(k, bond, keep, fd);
	if (fd >= 0)
		close(fd); /* the driver opens it; what is not to stay, and was made here, goes */
	if (rc == -EBUSY)
		return conf_refuse(
			err, rc,
			"%s: interface %s is in use by another process: stop that first, or "
			"name the bond differently",
			bond, keep->name);
	if (rc < 0)
		return conf_refuse(err, rc, "%s: interface %s cannot be %s: %s", bond, keep->name,
				   keep->adopted ? "adopted" : "made one that stays",
				   strerror(-rc));
	return 0;
}

int
host_keep_prepare(struct bondd_bond *b, struct conf_err *err)
{
	struct kernel *k = b->daemon->kernel;
	struct host_keep *keep = &b->host.keep;
	struct kernel_link found[MAX_RELEASED], named;
	const struct kernel_link *tagged = NULL;
	const bool is_named = kernel_link_by_name(k, b->conf->name, &named) == 0;
	char tag[64];
	int n, rc;

	snprintf(tag, sizeof(tag), HOST_KEEP_TAG "%s", b->conf->name);
	n = kernel_links_by_alias(k, tag, found, MAX_RELEASED);
	if (n < 0)
		return conf_refuse(err, n, "%s: interfaces cannot be listed: %s", b->conf->name,
				   strerror(-n));
	for (int i = 0; i < n && tagged == NULL; i++)
		if (strcmp(found[i].alias, tag) == 0)
			tagged = &found[i];
	rc = host_keep_decide(b->conf->name, &b->conf->host, b->host.type, tagged,
			      is_named ? &named : NULL, keep, err);
	if (rc == 0 && (keep->adopted || keep->stays))
		rc = prepare(k, b->conf->name, b->conf->host.persist, keep, err);
	if (rc < 0)
		*keep = (struct host_keep){.adopted = false}; /* it is not ours to remove */
	else if (keep->adopted)
		log_notice("%s: interface %s is taken as it was left (%s)", b->conf->name,
			   keep->name, keep->up ? "up" : "down");
	return rc;
}

void
host_keep_addresses(const struct bondd_bond *b)
{
	const struct bondd_host *h = &b->host;
	int rc;

	if (!b->conf->host.keep_addr_on_down || !h->keep.ours || kernel_ns_enter(h->netns) < 0)
		return;
	rc = sysctl_set(SYSCTL_KEEP_ADDR_ON_DOWN, h->ifname, 1);
	kernel_ns_leave(h->netns);
	if (rc < 0 && rc != -ENOENT) /* without IPv6 there is nothing to keep */
		log_info("%s: IPv6 addresses of %s will go when it is taken down "
			 "(keep_addr_on_down: %s)",
			 b->core.name, h->ifname, strerror(-rc));
}

void
host_keep_end(struct bondd_bond *b)
{
	const struct bondd_host *h = &b->host;
	const struct host_keep *keep = &h->keep;

	if (keep->made || (keep->adopted && !keep->stays))
		kernel_delete(h->kernel, h->ifindex != 0 ? h->ifindex : keep->ifindex);
}

int
host_keep_release(void (*say)(const char *), struct conf_err *err)
{
	const struct kernel_hooks none = {.ctx = NULL};
	struct kernel_link found[MAX_RELEASED];
	struct kernel *k = NULL;
	char line[160];
	int rc = kernel_open(&k, &none), n, removed = 0, kept = 0;

	n = rc < 0 ? rc : kernel_links_by_alias(k, HOST_KEEP_TAG, found, MAX_RELEASED);
	for (int i = 0; i < n; i++) {
		const struct kernel_link *link = &found[i];

		if (!link->tun.tap || !link->tun.persist || link->tun.queues > 0)
			continue; /* of no dead daemon */
		rc = kernel_delete(k, link->ifindex);
		snprintf(line, sizeof(line), "interface %s: left by %s: %s%s", link->name,
			 link->alias, rc < 0 ? "cannot be removed: " : "removed",
			 rc < 0 ? strerror(-rc) : "");
		say(line);
		removed += rc == 0;
		kept += rc < 0;
	}
	kernel_close(k);
	if (n < 0)
		return conf_refuse(err, n, "netlink: %s", strerror(-n));
	return kept > 0 ? conf_refuse(err, -EBUSY, "not all could be given back: try again")
			: removed;
}
