/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_hash_flow.h - what the policies take from the headers above Ethernet; for hash*.c only. */
#ifndef BOND_HASH_FLOW_H
#define BOND_HASH_FLOW_H

#include "bond_hash.h"

#define BOND_TYPE_IPV4 0x0800
#define BOND_TYPE_IPV6 0x86dd

/* Numbers of a flow, in the order in which a little-endian host reads them from the frame. */
struct bond_flow {
	uint32_t addresses; /* IP source xor destination, of IPv6 all words of both; else 0 */
	uint32_t l4;        /* ports, SPI, or type, code and identifier of an ICMP query; else 0 */
};

/* What an IP protocol means to a hash. */
enum bond_ip_kind {
	BOND_IP_OTHER, /* nothing to tell flows apart by */
	BOND_IP_PORTS, /* source and destination port come first */
	BOND_IP_SPI,   /* ESP: the security parameters index comes first */
	BOND_IP_SPI_4, /* AH: it comes after four octets */
	BOND_IP_ICMP,  /* ICMP and ICMPv6: the two are told apart by message type only */
	BOND_IP_GRE,
	BOND_IP_OPTION,   /* IPv6 extension header: next header, length in units of 8 octets */
	BOND_IP_FRAGMENT, /* IPv6 fragment header */
	BOND_IP_IPV4,
	BOND_IP_IPV6,
	BOND_IP_KINDS
};

extern const uint8_t bond_ip_kind[UINT8_MAX + 1]; /* enum bond_ip_kind by IP protocol */

static inline uint16_t
bond_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
bond_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/** May n octets be read at this offset? */
static inline bool
bond_frame_has(const struct bond_frame *f, uint32_t at, uint32_t n)
{
	return f->len >= at + n;
}

static inline uint32_t
bond_ipv4_addresses(const uint8_t *header)
{
	return bond_le32(header + 12) ^ bond_le32(header + 16);
}

static inline uint32_t
bond_ipv6_addresses(const uint8_t *header)
{
	uint32_t sum = 0;

	for (unsigned int i = 8; i < 40; i += 4)
		sum ^= bond_le32(header + i);
	return sum;
}

/** Is it a fragment? The first one counts too: the others do not carry its ports. */
static inline bool
bond_ipv4_is_fragment(const uint8_t *header)
{
	return (bond_be16(header + 6) & 0x3fff) != 0; /* more fragments, offset */
}

/** Ports from the sender's side or from the receiver's alike: the greater one ends up high. */
static inline uint32_t
bond_ports_either_way(uint32_t ports)
{
	const uint32_t reverse = ports << 16 | ports >> 16;

	return ports > reverse ? ports : reverse;
}

/**
 * The two cases that make up nearly all traffic, alike for plain and encap policies: a protocol
 * with ports right behind an IPv4 header, in one piece, or an IPv6 header.
 * @return false: it is something else, flow is untouched
 */
static inline bool
bond_flow_common(const struct bond_frame *f, uint16_t type, bool symmetric, struct bond_flow *flow)
{
	const uint8_t *ip = f->data + f->net_at;
	uint32_t addresses, at;

	if (type == BOND_TYPE_IPV4) {
		const uint32_t size = bond_frame_has(f, f->net_at, 20) ? (ip[0] & 15) * 4u : 0;

		if (size < 20 || bond_ip_kind[ip[9]] != BOND_IP_PORTS || bond_ipv4_is_fragment(ip))
			return false;
		addresses = bond_ipv4_addresses(ip);
		at = f->net_at + size;
	} else if (type == BOND_TYPE_IPV6) {
		if (!bond_frame_has(f, f->net_at, 40) || bond_ip_kind[ip[6]] != BOND_IP_PORTS)
			return false;
		addresses = bond_ipv6_addresses(ip);
		at = f->net_at + 40u;
	} else {
		return false;
	}
	if (!bond_frame_has(f, at, 4))
		return false;
	flow->addresses = addresses;
	flow->l4 = bond_le32(f->data + at);
	if (symmetric)
		flow->l4 = bond_ports_either_way(flow->l4);
	return true;
}

/* hash_flow.c */

/** @return the L4 word of the header at this offset, 0 when it has none or is cut short */
uint32_t bond_flow_l4(const struct bond_frame *f, uint32_t at, uint8_t protocol, bool symmetric);

/**
 * The flow for layer2+3 and layer3+4: one IP header right after Ethernet, or the packet that an
 * ICMP error quotes.
 * @return false: there is none, so that only the Ethernet header tells flows apart
 */
bool
bond_flow_plain(const struct bond_frame *f, uint16_t type, bool symmetric, struct bond_flow *flow);

/* hash_encap.c */

/**
 * The flow for encap2+3 and encap3+4: tags, tunnels and extension headers are looked through.
 * @return as bond_flow_plain()
 */
bool
bond_flow_encap(const struct bond_frame *f, uint16_t type, bool symmetric, struct bond_flow *flow);

#endif
