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

/* The kernel lists the groups of every interface here, those that no protocol joined as well. */
static unsigned int
read_groups(const struct bondd_bond *b, uint8_t group[HOST_MAX_GROUPS][6])
{
	const bool there = kernel_ns_enter(b->host.netns) == 0;
	FILE *f = there ? fopen("/proc/thread-self/net/dev_mcast", "re") : NULL;
	unsigned int n = 0;
	char hex[64];
	int ifindex;

	if (there)
		kernel_ns_leave(b->host.netns);
	if (f == NULL)
		return 0;
	while (fscanf(f, "%d %*s %*d %*d %63s", &ifindex, hex) == 2) {
		uint8_t *g = group[n];

		if (ifindex != b->host.ifindex || strlen(hex) != 12 ||
		    sscanf(hex, "%2hhx%2hhx%2hhx%2hhx%2hhx%2hhx", &g[0], &g[1], &g[2], &g[3], &g[4],
			   &g[5]) != 6)
			continue;
		if (++n == HOST_MAX_GROUPS)
			break;
	}
	fclose(f);
	return n;
}

/* Where one member is the current one, only that has to hear what is for others, as in Linux. */
static bool
receives(const struct bondd_bond *b, uint8_t slot)
{
	return !b->core.mode->has_active || b->core.options.all_members_active ||
	       slot == b->core.active;
}

/*
 * BFD speaks from a member's own address, so that switches are not confused, and hears there. So does
 * who probes as itself, from an address that may change with the current member.
 */
static struct bondd_extra
extra_of(const struct bondd_bond *b, uint8_t slot)
{
	const struct bondd_member *m = &b->member[slot];
	struct bondd_extra extra;

	memset(&extra, 0, sizeof(extra)); /* it is compared */
	extra.all = bond_balance_promisc(&b->core, slot, b->daemon->now);
	extra.bfd = bond_bfd_enabled(&b->core);
	extra.promisc = receives(b, slot) && b->host.promisc;
	extra.allmulti =
		receives(b, slot) && (b->host.allmulti || b->host.n_groups == HOST_MAX_GROUPS);
	if (extra.bfd && memcmp(m->mac, m->perm_mac, 6) != 0)
		memcpy(extra.mac[extra.n++], m->perm_mac, 6);
	if (bond_probe_mac(&b->core, slot, extra.mac[extra.n]) &&
	    memcmp(m->mac, extra.mac[extra.n], 6) != 0)
		extra.n++;
	else
		memset(extra.mac[extra.n], 0, 6);
	return extra;
}

void
host_filter_member(const struct bondd_bond *b, struct bondd_member *m)
{
	static const uint8_t slow_protocols[6] = {0x01, 0x80, 0xc2, 0, 0, 2};
	static const uint8_t micro_bfd[6] = {0x01, 0, 0x5e, 0x90, 0, 1};
	const struct bondd_host *h = &b->host;
	/* What could not be set is made up for. */
	const bool other = memcmp(m->mac, b->core.member[m - b->member].mac, 6) != 0;
	uint8_t mac[HOST_MAX_GROUPS + 2 + MEMBER_MAX_EXTRA][6];
	unsigned int n = h->n_groups;

	m->extra = extra_of(b, (uint8_t)(m - b->member));
	memcpy(mac, h->group, n * sizeof(mac[0]));
	if (b->core.mode->lacp)
		memcpy(mac[n++], slow_protocols, 6);
	if (m->extra.bfd)
		memcpy(mac[n++], micro_bfd, 6);
	memcpy(mac[n], m->extra.mac, m->extra.n * sizeof(mac[0]));
	member_set_filter(m, (const uint8_t(*)[6])mac, n, m->extra.n, m->extra.allmulti,
			  m->extra.promisc || other || m->extra.all);
}

void
host_filter_follow(struct bondd_bond *b)
{
	bond_foreach_member (&b->core, slot) {
		const struct bondd_extra extra = extra_of(b, slot);

		if (memcmp(&extra, &b->member[slot].extra, sizeof(extra)) != 0)
			host_filter_member(b, &b->member[slot]);
	}
}

/*
 * In a group of IPv4 other than that of all hosts, which is never reported, or a port of a bridge or
 * below something like it, which shows as promiscuous?
 */
static bool
may_send_igmp(const struct bondd_host *h)
{
	static const uint8_t ipv4[3] = {0x01, 0x00, 0x5e}, all_hosts[3] = {0, 0, 1};

	for (unsigned int i = 0; i < h->n_groups; i++)
		if (memcmp(h->group[i], ipv4, 3) == 0 && memcmp(&h->group[i][3], all_hosts, 3) != 0)
			return true;
	return h->promisc || h->allmulti || h->n_groups == HOST_MAX_GROUPS;
}

static void
filter_changed(struct bondd_bond *b, bool promisc, bool allmulti)
{
	struct bondd_host *h = &b->host;
	uint8_t group[HOST_MAX_GROUPS][6];
	const unsigned int n = read_groups(b, group);

	if (promisc != h->promisc || allmulti != h->allmulti || n != h->n_groups ||
	    memcmp(group, h->group, n * sizeof(group[0])) != 0) {
		h->promisc = promisc;
		h->allmulti = allmulti;
		h->n_groups = n;
		memcpy(h->group, group, n * sizeof(group[0]));
		for (uint8_t i = 0; i < b->core.n_members; i++)
			host_filter_member(b, &b->member[b->core.order[i]]);
	}
	bond_host_igmp(&b->core, may_send_igmp(h), b->daemon->now);
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
	filter_changed(b, link->promisc, link->allmulti);
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
