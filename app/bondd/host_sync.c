/* SPDX-License-Identifier: BSD-3-Clause */
/* host_sync.c - keeps the host interface and the members in agreement, in both directions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ethtool.h"
#include "host.h"
#include "kernel.h"
#include "kernel_ns.h"
#include "log.h"
#include "mac_text.h"
#include "macs.h"
#include "member.h"

/*
 * Level-triggered: an event is only a reason to look, and once a second is one too. What is found
 * is compared with what is known, so our own echoes, repeated and lost events do no harm.
 */

#define SYNC_INTERVAL BOND_SEC

static void
mac_changed(struct bondd_bond *b, const uint8_t mac[6])
{
	char from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE], reason[160];
	int rc;

	mac_text(b->host.mac, from);
	mac_text(mac, to);
	rc = macs_choose(b, mac, reason, sizeof(reason));
	if (rc < 0) {
		log_warning("%s: %s", b->core.name, reason);
		bondd_event(b, NULL, "mac", to, from, reason);
		kernel_set_mac(b->host.kernel, b->host.ifindex, b->host.mac);
		return;
	}
	bondd_event(b, NULL, "mac", from, to, "changed on the host interface");
}

int
host_set_mac(struct bondd_bond *b, const uint8_t mac[6], char *reason, size_t size)
{
	struct bondd_host *h = &b->host;
	char ignored[160];
	uint8_t old[6];
	int rc;

	memcpy(old, h->mac, sizeof(old));
	rc = macs_choose(b, mac, reason, size);
	if (rc < 0 || h->ifindex == 0)
		return rc;
	rc = kernel_set_mac(b->host.kernel, h->ifindex, mac);
	if (rc < 0) {
		macs_choose(b, old, ignored, sizeof(ignored));
		snprintf(reason, size, "%s refuses the address: %s", h->ifname, strerror(-rc));
	}
	return rc;
}

static void
take_over(struct bondd_bond *b, const struct kernel_link *link)
{
	struct bondd_host *h = &b->host;

	if (strcmp(link->name, h->ifname) != 0) {
		bondd_event(b, NULL, "host", h->ifname, link->name, "interface renamed");
		snprintf(h->ifname, sizeof(h->ifname), "%s", link->name);
	}
	if (link->up != h->admin_up) {
		h->admin_up = link->up;
		bond_host_admin(&b->core, link->up, b->daemon->now);
	}
	if (link->mtu != h->mtu)
		host_mtu_changed(b, link->mtu);
	if (memcmp(link->mac, h->mac, sizeof(h->mac)) != 0)
		mac_changed(b, link->mac);
	host_filter_changed(b, link);
}

void
host_gone(struct bondd_bond *b, int rc)
{
	if (rc == -ENODEV)
		log_error("%s: the host interface %s was deleted: stopping", b->core.name,
			  b->host.ifname);
	else
		log_error("%s: the host interface %s was moved to a network namespace where it "
			  "cannot be followed (%s): stopping",
			  b->core.name, b->host.ifname, strerror(-rc));
	b->daemon->exit_status = EXIT_FAILURE;
	b->daemon->stop = true;
}

static void
show_link(struct bondd_bond *b)
{
	struct bondd_host *h = &b->host;
	const uint32_t speed = bond_speed_mbps(&b->core);

	if (h->carrier != b->core.carrier &&
	    kernel_set_carrier(h->kernel, h->ifindex, b->core.carrier) == 0)
		h->carrier = b->core.carrier;
	if (h->speed_mbps == speed || kernel_ns_enter(h->netns) < 0)
		return;
	if (ethtool_set_speed(h->ifname, speed) == 0)
		h->speed_mbps = speed;
	kernel_ns_leave(h->netns);
}

void
host_sync(struct bondd_bond *b)
{
	struct bondd_host *h = &b->host;
	struct kernel_link link;
	int rc;

	if (h->ifindex == 0)
		return;
	show_link(b);
	if (b->daemon->now < h->sync_at)
		return;
	h->sync_at = b->daemon->now + SYNC_INTERVAL;
	rc = kernel_link_by_index(h->kernel, h->ifindex, &link);
	if (rc == 0 && strcmp(link.kind, "tun") != 0)
		rc = -ENODEV;     /* its index is another's by now */
	h->lost |= rc == -ENODEV; /* and the event was lost too */
	if (rc == 0) {
		h->carrier = link.carrier; /* somebody may have changed that too */
		take_over(b, &link);
	}
}
