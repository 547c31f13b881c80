/* SPDX-License-Identifier: BSD-3-Clause */
/* hash_flow.c - addresses and L4 word of an IP packet, and of one quoted in an ICMP error. */
#include "bond_hash_flow.h"

#define ICMP_HEADER 8

const uint8_t bond_ip_kind[UINT8_MAX + 1] = {
	[0] = BOND_IP_OPTION,                                                /* hop by hop */
	[1] = BOND_IP_ICMP,      [4] = BOND_IP_IPV4,    [6] = BOND_IP_PORTS, /* TCP */
	[17] = BOND_IP_PORTS,                                                /* UDP */
	[33] = BOND_IP_PORTS,                                                /* DCCP */
	[41] = BOND_IP_IPV6,     [43] = BOND_IP_OPTION,                      /* routing */
	[44] = BOND_IP_FRAGMENT, [47] = BOND_IP_GRE,    [50] = BOND_IP_SPI,  /* ESP */
	[51] = BOND_IP_SPI_4,                                                /* AH */
	[58] = BOND_IP_ICMP,     [60] = BOND_IP_OPTION,                      /* destination */
	[132] = BOND_IP_PORTS,                                               /* SCTP */
	[136] = BOND_IP_PORTS,                                               /* UDP-Lite */
};

enum {
	NO_PROTOCOL = 255, /* reserved; BOND_IP_OTHER */
};

/* Messages of ICMP or ICMPv6, which are told apart where the numbers mean different things. */
enum {
	QUERY = 1 << 0,  /* carries an identifier */
	QUOTES = 1 << 1, /* ICMP error: a packet follows the header */
	QUOTES_V6 = 1 << 2,
};

static const struct {
	uint8_t is;
	uint8_t request; /* the message that this one is or answers, of a QUERY */
} icmp[UINT8_MAX + 1] = {
	[0] = {QUERY, 8}, /* echo reply */
	[1] = {QUOTES_V6},
	[2] = {QUOTES_V6},
	[3] = {QUOTES | QUOTES_V6},
	[4] = {QUOTES | QUOTES_V6},
	[5] = {QUOTES},
	[8] = {QUERY, 8},
	[11] = {QUOTES},
	[12] = {QUOTES},
	[13] = {QUERY, 13}, /* timestamp */
	[14] = {QUERY, 13},
	[128] = {QUERY, 128}, /* ICMPv6 echo */
	[129] = {QUERY, 128},
};

/* Identifier 0 reads as 1, so that such a query is not taken for a message without one. */
static uint32_t
icmp_word(const uint8_t *header, bool symmetric)
{
	const uint8_t type = header[0];
	const uint32_t id = bond_be16(header + 4);

	if (!(icmp[type].is & QUERY))
		return 0;
	return (symmetric ? icmp[type].request : type) | (uint32_t)header[1] << 8 |
	       (id != 0 ? id : 1) << 16;
}

uint32_t
bond_flow_l4(const struct bond_frame *f, uint32_t at, uint8_t protocol, bool symmetric)
{
	const uint8_t kind = bond_ip_kind[protocol];

	switch (kind) {
	case BOND_IP_PORTS:
		if (!bond_frame_has(f, at, 4))
			return 0;
		return symmetric ? bond_ports_either_way(bond_le32(f->data + at))
				 : bond_le32(f->data + at);
	case BOND_IP_SPI:
	case BOND_IP_SPI_4:
		at += kind == BOND_IP_SPI_4 ? 4 : 0;
		/* Each direction has an index of its own: nothing that both could share. */
		return bond_frame_has(f, at, 4) && !symmetric ? bond_le32(f->data + at) : 0;
	case BOND_IP_ICMP:
		return bond_frame_has(f, at, ICMP_HEADER) ? icmp_word(f->data + at, symmetric) : 0;
	default:
		return 0;
	}
}

/* Does the message at this offset quote the packet that caused it? */
static bool
icmp_quotes(const struct bond_frame *f, uint32_t at, uint8_t protocol)
{
	return bond_ip_kind[protocol] == BOND_IP_ICMP && bond_frame_has(f, at, ICMP_HEADER) &&
	       icmp[f->data[at]].is & (protocol == 1 ? QUOTES : QUOTES_V6);
}

/*
 * Read the IP header at *at and move *at behind it. Extension headers are not looked through, and
 * fragments have no protocol. @return false: it is not IP, or cut short
 */
static bool
ip_header(const struct bond_frame *f, uint16_t type, uint32_t *at, uint32_t *addresses,
	  uint8_t *protocol)
{
	const uint8_t *ip = f->data + *at;

	if (type == BOND_TYPE_IPV4 && bond_frame_has(f, *at, 20)) {
		*addresses = bond_ipv4_addresses(ip);
		*protocol = bond_ipv4_is_fragment(ip) ? NO_PROTOCOL : ip[9];
		*at += (ip[0] & 15) * 4u;
		return true;
	}
	if (type == BOND_TYPE_IPV6 && bond_frame_has(f, *at, 40)) {
		*addresses = bond_ipv6_addresses(ip);
		*protocol = ip[6];
		*at += 40;
		return true;
	}
	return false;
}

bool
bond_flow_plain(const struct bond_frame *f, uint16_t type, bool symmetric, struct bond_flow *flow)
{
	uint32_t at = f->net_at;
	uint8_t protocol;

	if (!ip_header(f, type, &at, &flow->addresses, &protocol))
		return false;
	if (icmp_quotes(f, at, protocol)) {
		/* Ports only: an identifier in a quoted query does not count. */
		at += ICMP_HEADER;
		if (!ip_header(f, type, &at, &flow->addresses, &protocol))
			return false;
		if (bond_ip_kind[protocol] == BOND_IP_ICMP)
			protocol = NO_PROTOCOL;
	}
	flow->l4 = bond_flow_l4(f, at, protocol, symmetric);
	return true;
}
