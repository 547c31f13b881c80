/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_groups.c - which multicast groups this host has joined, and on what. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_net.h"

/* The report comes from an address of the device: of IPv6 from a link-local one. */
static void
choose_source(const struct kernel_net *net, const struct kernel_device *d, struct bond_group *g)
{
	g->source.v6 = g->ip.v6;
	for (unsigned int i = 0; i < net->net.n_addresses; i++) {
		const struct bond_address *a = &net->address[i];

		if (a->ip.v6 == g->ip.v6 && !a->quiet &&
		    memcmp(&a->tags, &d->tags, sizeof(a->tags)) == 0 &&
		    (!g->ip.v6 || a->ip.octet[0] == 0xfe)) {
			g->source = a->ip;
			g->has_mac = a->has_mac;
			memcpy(g->mac, a->mac, sizeof(g->mac));
			return;
		}
	}
}

static int
add(struct kernel_net *net, const struct kernel_device *d, struct bond_group *g)
{
	struct bond_group *grown = kernel_net_grow(net->group, net->net.n_groups, sizeof(*g));

	if (grown == NULL)
		return -ENOMEM;
	net->group = grown;
	g->tags = d->tags;
	choose_source(net, d, g);
	net->group[net->net.n_groups++] = *g;
	return 0;
}

/* "2\tbond0     :     2      V3" begins a device; "\t\t\t\t010000E0     1 0:00000000\t\t0" is a group */
static int
read_igmp(struct kernel_net *net, FILE *f)
{
	const struct kernel_device *d = NULL;
	unsigned int version = 3;
	char line[160];
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		struct bond_group g = {.version = 3};
		uint32_t group;
		int ifindex;

		if (line[0] != '\t') {
			const char *v = strrchr(line, 'V');

			if (sscanf(line, "%d", &ifindex) == 1)
				d = kernel_net_find(net, ifindex);
			if (v == NULL || sscanf(v, "V%u", &version) != 1)
				version = 3;
			continue;
		}
		if (d == NULL || sscanf(line, " %8x", &group) != 1)
			continue;
		memcpy(g.ip.octet, &group, 4); /* as it lies in memory */
		g.version = (uint8_t)version;
		if (memcmp(g.ip.octet, (uint8_t[]){224, 0, 0, 1}, 4) != 0) /* never reported */
			rc = add(net, d, &g);
	}
	return rc;
}

/* "2    bond0           ff02000000000000000000000000fb01     1 00000004 0" */
static int
read_mld(struct kernel_net *net, FILE *f)
{
	char hex[33];
	int ifindex, rc = 0;

	while (rc == 0 && fscanf(f, "%d %*s %32s %*[^\n]", &ifindex, hex) == 2) {
		const struct kernel_device *d = kernel_net_find(net, ifindex);
		struct bond_group g = {.ip.v6 = true, .version = 2};

		if (d == NULL || strlen(hex) != 32)
			continue;
		for (unsigned int i = 0; i < 16; i++)
			if (sscanf(hex + 2 * i, "%2hhx", &g.ip.octet[i]) != 1)
				return 0;
		/* RFC 3810, 6: neither all nodes nor what stays inside the host */
		if ((g.ip.octet[1] & 0x0f) > 1 &&
		    memcmp(g.ip.octet, (uint8_t[16]){0xff, 2, [15] = 1}, 16) != 0)
			rc = add(net, d, &g);
	}
	return rc;
}

int
kernel_net_groups(struct kernel_net *net)
{
	static const struct {
		const char *path;
		int (*read)(struct kernel_net *net, FILE *f);
	} lists[] = {
		{"/proc/thread-self/net/igmp", read_igmp},
		{"/proc/thread-self/net/igmp6", read_mld},
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && rc == 0; i++) {
		FILE *f = fopen(lists[i].path, "re");

		if (f == NULL)
			continue; /* a kernel without IPv6 */
		rc = lists[i].read(net, f);
		fclose(f);
	}
	return rc;
}
