/* SPDX-License-Identifier: BSD-3-Clause */
/* host_filter.c - what members let in: what the host listens to, and what monitors want. */
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "kernel.h"
#include "kernel_ns.h"
#include "member.h"

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

/* Addresses that are in the list already are not repeated. */
static bool
has(const uint8_t (*mac)[6], unsigned int n, const uint8_t wanted[6])
{
	for (unsigned int i = 0; i < n; i++)
		if (memcmp(mac[i], wanted, 6) == 0)
			return true;
	return false;
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
	extra.promisc = receives(b, slot) && (b->host.promisc || b->host.unicast_all);
	extra.unicast = receives(b, slot) && b->host.n_unicast > 0;
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
	uint8_t mac[HOST_MAX_GROUPS + 2 + MEMBER_MAX_EXTRA + HOST_MAX_UNICAST][6];
	unsigned int n = h->n_groups, n_unicast;

	m->extra = extra_of(b, (uint8_t)(m - b->member));
	memcpy(mac, h->group, n * sizeof(mac[0]));
	if (b->core.mode->lacp)
		memcpy(mac[n++], slow_protocols, 6);
	if (m->extra.bfd)
		memcpy(mac[n++], micro_bfd, 6);
	n_unicast = m->extra.n;
	memcpy(mac[n], m->extra.mac, n_unicast * sizeof(mac[0]));
	for (unsigned int i = 0; m->extra.unicast && i < h->n_unicast; i++)
		if (!has((const uint8_t(*)[6])mac[n], n_unicast, h->unicast[i]) &&
		    memcmp(h->unicast[i], m->mac, 6) != 0)
			memcpy(mac[n + n_unicast++], h->unicast[i], 6);
	member_set_filter(m, (const uint8_t(*)[6])mac, n, n_unicast, m->extra.allmulti,
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
	return h->promisc || h->unicast_all || h->n_unicast > 0 || h->allmulti ||
	       h->n_groups == HOST_MAX_GROUPS;
}

static void
filter_members(struct bondd_bond *b)
{
	for (uint8_t i = 0; i < b->core.n_members; i++)
		host_filter_member(b, &b->member[b->core.order[i]]);
}

/* @return whether it is another list than before */
static bool
keep_unicast(struct bondd_host *h, const uint8_t (*mac)[6], unsigned int n)
{
	const bool all = n > HOST_MAX_UNICAST;

	if (all)
		n = 0;
	if (all == h->unicast_all && n == h->n_unicast &&
	    memcmp(mac, h->unicast, n * sizeof(mac[0])) == 0)
		return false;
	h->unicast_all = all;
	h->n_unicast = n;
	memcpy(h->unicast, mac, n * sizeof(mac[0]));
	return true;
}

void
host_filter_take(struct bondd_bond *b, const uint8_t (*mac)[6], unsigned int n)
{
	if (keep_unicast(&b->host, mac, n))
		filter_members(b);
}

/*
 * The tap of Linux filters no unicast: as long as it has such addresses, the kernel counts one who
 * wants everything (uc_promisc). A bridge wants everything, whatever is counted.
 */
bool
host_filter_all(const struct kernel_link *link, unsigned int n_unicast)
{
	return link->promiscuity > (n_unicast > 0) || (link->master != 0 && link->promiscuity > 0);
}

void
host_filter_changed(struct bondd_bond *b, const struct kernel_link *link)
{
	struct bondd_host *h = &b->host;
	uint8_t group[HOST_MAX_GROUPS][6], unicast[HOST_MAX_UNICAST + 1][6];
	const unsigned int n = read_groups(b, group);
	const bool maybe = link->promiscuity > 0 || h->n_unicast > 0 || h->unicast_all;
	/* What cannot be read is made up for: then who counts is not told apart. */
	const int found =
		maybe ? kernel_unicast(h->kernel, h->ifindex, unicast, HOST_MAX_UNICAST + 1) : 0;
	const unsigned int n_unicast = found > 0 ? (unsigned int)found : 0;
	const bool promisc = host_filter_all(link, n_unicast);
	bool changed = keep_unicast(h, (const uint8_t(*)[6])unicast, n_unicast);

	changed |= promisc != h->promisc || link->allmulti != h->allmulti || n != h->n_groups ||
		   memcmp(group, h->group, n * sizeof(group[0])) != 0;
	if (changed) {
		h->promisc = promisc;
		h->allmulti = link->allmulti;
		h->n_groups = n;
		memcpy(h->group, group, n * sizeof(group[0]));
		filter_members(b);
	}
	bond_host_igmp(&b->core, may_send_igmp(h), b->daemon->now);
}
