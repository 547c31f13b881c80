/* SPDX-License-Identifier: BSD-3-Clause */
/* frame_parse.c - reads what frames say of neighbours; never past their end. */
#include <string.h>

#include "frame_write.h"

#define ARP_LENGTH  28
#define IPV6_LENGTH 40
#define ICMP6       58
#define TYPE_NS     135
#define TYPE_NA     136
#define ND_LENGTH   24 /* without options */
#define TPID_C      0x8100
#define TPID_S      0x88a8

static uint16_t
get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool
parse_arp(const uint8_t *at, size_t len, struct bond_neighbour *n)
{
	static const uint8_t kind[] = {0, 1, 0x08, 0x00, 6, 4};

	if (len < ARP_LENGTH || memcmp(at, kind, sizeof(kind)) != 0)
		return false;
	switch (get16(at + 6)) {
	case 1:
		n->kind = BOND_NEIGHBOUR_ARP_REQUEST;
		break;
	case 2:
		n->kind = BOND_NEIGHBOUR_ARP_REPLY;
		break;
	default:
		break;
	}
	memcpy(n->sender.octet, at + 14, 4);
	memcpy(n->target_mac, at + 18, 6);
	memcpy(n->target.octet, at + 24, 4);
	return true;
}

/* Neighbour discovery comes right after the IPv6 header, or it is none for us. */
static bool
parse_ipv6(const uint8_t *at, size_t len, struct bond_neighbour *n)
{
	const uint8_t *message = at + IPV6_LENGTH;

	if (len < IPV6_LENGTH || at[0] >> 4 != 6)
		return false;
	n->sender.v6 = n->target.v6 = n->about.v6 = true;
	memcpy(n->sender.octet, at + 8, 16);
	memcpy(n->target.octet, at + 24, 16);
	if (at[6] != ICMP6 || get16(at + 4) < ND_LENGTH || len < IPV6_LENGTH + ND_LENGTH ||
	    (message[0] != TYPE_NS && message[0] != TYPE_NA))
		return true;
	n->kind = message[0] == TYPE_NS ? BOND_NEIGHBOUR_NS : BOND_NEIGHBOUR_NA;
	memcpy(n->about.octet, message + 8, 16);
	return true;
}

bool
bond_frame_parse(const uint8_t *frame, size_t len, struct bond_neighbour *out)
{
	size_t type = 12;

	memset(out, 0, sizeof(*out));
	out->kind = BOND_NEIGHBOUR_OTHER;
	for (unsigned int tags = 0; len >= type + 6 && tags < BOND_MAX_TAGS; tags++) {
		const uint16_t tpid = get16(frame + type);

		if (tpid != TPID_C && tpid != TPID_S)
			break;
		type += 4;
	}
	if (len < type + 2)
		return false;
	memcpy(out->dst_mac, frame, 6);
	memcpy(out->src_mac, frame + 6, 6);
	switch (get16(frame + type)) {
	case FRAME_ARP:
		return parse_arp(frame + type + 2, len - type - 2, out);
	case FRAME_IPV6:
		return parse_ipv6(frame + type + 2, len - type - 2, out);
	default:
		return true;
	}
}
