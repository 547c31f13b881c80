/* SPDX-License-Identifier: BSD-3-Clause */
/* frame_neighbour.c - builds ARP, RARP and neighbour discovery: probes and announcements. */
#include <string.h>

#include "frame_write.h"

#define ICMP6         58
#define HOPS          255 /* RFC 4861: whoever receives less drops it, for it came over a router */
#define TYPE_NS       135
#define TYPE_NA       136
#define ROUTER        0x80
#define OVERRIDE      0x20
#define OPTION_SOURCE 1 /* link-layer address, with the length of 1 in units of 8 octets */
#define OPTION_TARGET 2

enum arp_op { ARP_REQUEST = 1, ARP_REPLY = 2, RARP_REQUEST = 3 };

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* Ethernet and IPv4. */
static size_t
arp(uint16_t ethertype, enum arp_op op, const uint8_t mac[6], const uint8_t sender[4],
    const uint8_t target_mac[6], const uint8_t target[4], const struct bond_tags *tags,
    uint8_t *frame)
{
	static const uint8_t kind[] = {0, 1, 0x08, 0x00, 6, 4};
	uint8_t *at = frame_begin(frame, broadcast, mac, tags, ethertype);

	at = frame_put16(frame_put(at, kind, sizeof(kind)), (uint16_t)op);
	at = frame_put(frame_put(at, mac, 6), sender, 4);
	at = frame_put(frame_put(at, target_mac, 6), target, 4);
	return frame_end(frame, at, tags);
}

size_t
bond_frame_arp(const uint8_t mac[6], const struct bond_ip *source, const struct bond_ip *target,
	       const struct bond_tags *tags, uint8_t *frame)
{
	static const uint8_t unknown[6];

	return arp(FRAME_ARP, ARP_REQUEST, mac, source->octet, unknown, target->octet, tags, frame);
}

size_t
bond_frame_garp(const uint8_t mac[6], const struct bond_ip *ip, const struct bond_tags *tags,
		uint8_t *frame)
{
	return bond_frame_arp(mac, ip, ip, tags, frame);
}

size_t
bond_frame_rarp(const uint8_t mac[6], const struct bond_tags *tags, uint8_t *frame)
{
	static const uint8_t none[4];

	return arp(FRAME_RARP, RARP_REQUEST, mac, none, mac, none, tags, frame);
}

/* @param option type of the option that tells our MAC, 0: none */
static size_t
neighbour(uint8_t type, uint8_t flags, const uint8_t dst_mac[6], const uint8_t dst[16],
	  const uint8_t src[16], const uint8_t about[16], uint8_t option, const uint8_t mac[6],
	  const struct bond_tags *tags, uint8_t *frame)
{
	const uint8_t head[] = {type, 0, 0, 0, flags, 0, 0, 0};
	const uint8_t option_head[] = {option, 1};
	uint8_t *at = frame_begin(frame, dst_mac, mac, tags, FRAME_IPV6), *message;

	at = frame_put_ipv6(at, src, dst, ICMP6, HOPS, option ? 32 : 24);
	message = at;
	at = frame_put(frame_put(at, head, sizeof(head)), about, 16);
	if (option)
		at = frame_put(frame_put(at, option_head, sizeof(option_head)), mac, 6);
	frame_finish_icmp6(message - 32, message, at);
	return frame_end(frame, at, tags);
}

size_t
bond_frame_ns(const uint8_t mac[6], const struct bond_ip *source, const struct bond_ip *target,
	      const struct bond_tags *tags, uint8_t *frame)
{
	const uint8_t *t = target->octet;
	const uint8_t dst[16] = {0xff, 0x02, [11] = 1, 0xff, t[13], t[14], t[15]};
	const uint8_t dst_mac[] = {0x33, 0x33, 0xff, t[13], t[14], t[15]};

	return neighbour(TYPE_NS, 0, dst_mac, dst, source->octet, t,
			 bond_ip_is_zero(source) ? 0 : OPTION_SOURCE, mac, tags, frame);
}

size_t
bond_frame_na(const uint8_t mac[6], const struct bond_ip *ip, const struct bond_tags *tags,
	      bool router, uint8_t *frame)
{
	static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 1};
	static const uint8_t all_nodes_mac[] = {0x33, 0x33, 0, 0, 0, 1};

	return neighbour(TYPE_NA, router ? ROUTER | OVERRIDE : OVERRIDE, all_nodes_mac, all_nodes,
			 ip->octet, ip->octet, OPTION_TARGET, mac, tags, frame);
}

struct bond_ip
bond_ip_link_local(const uint8_t mac[6])
{
	return (struct bond_ip){
		.v6 = true,
		.octet = {0xfe, 0x80, [8] = mac[0] ^ 0x02, mac[1], mac[2], 0xff, 0xfe, mac[3],
			  mac[4], mac[5]},
	};
}
