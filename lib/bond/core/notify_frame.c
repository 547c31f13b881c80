/* SPDX-License-Identifier: BSD-3-Clause */
/* notify_frame.c - the frames of peer notifications and of reports, one after the other. Pure. */
#include "bond_frame.h"
#include "bond_machine.h"

static const uint8_t *
mac_of(const struct bond *b, bool has_mac, const uint8_t mac[6])
{
	return has_mac ? mac : b->mac;
}

static size_t
announce(const struct bond *b, const struct bond_address *a, uint8_t *frame)
{
	const uint8_t *mac = mac_of(b, a->has_mac, a->mac);

	if (a->ip.v6)
		return bond_frame_na(mac, &a->ip, &a->tags, a->router, frame);
	return bond_frame_garp(mac, &a->ip, &a->tags, frame);
}

size_t
bond_notify_frame(const struct bond *b, unsigned int *next, uint8_t *frame)
{
	const struct bond_net *net = &b->net;

	while (*next < net->n_addresses) {
		const struct bond_address *a = &net->address[(*next)++];

		if (!a->quiet)
			return announce(b, a, frame);
	}
	if (*next < net->n_addresses + net->n_bridged) {
		const struct bond_bridged *g = &net->bridged[(*next)++ - net->n_addresses];

		return bond_frame_rarp(g->mac, &g->tags, frame);
	}
	return 0;
}

size_t
bond_rejoin_frame(const struct bond *b, unsigned int *next, uint8_t *frame)
{
	const struct bond_group *g;

	if (*next >= b->net.n_groups)
		return 0;
	g = &b->net.group[(*next)++];
	return bond_frame_report(mac_of(b, g->has_mac, g->mac), g, frame);
}
