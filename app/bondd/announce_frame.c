/* SPDX-License-Identifier: BSD-3-Clause */
/* announce_frame.c - builds the frames that announce an address, octet by octet. */
#include "announce_frame.h"

#include <stddef.h>
#include <string.h>

#define MIN_FRAME 60 /* octets without FCS */

static uint8_t *
put(uint8_t *at, const void *what, size_t len)
{
	memcpy(at, what, len);
	return at + len;
}

unsigned int
announce_arp(const uint8_t mac[6], const uint8_t ipv4[4], uint8_t *frame)
{
	/* Ethernet / IPv4, lengths 6 and 4, request */
	static const uint8_t head[] = {0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1};
	uint8_t *at = frame;

	memset(frame, 0, MIN_FRAME);
	memset(frame, 0xff, 6);
	at = put(at + 6, mac, 6);
	at = put(at, head, sizeof(head));
	at = put(at, mac, 6);
	at = put(at, ipv4, 4);
	put(at + 6, ipv4, 4);
	return MIN_FRAME;
}

static uint32_t
sum16(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	return sum;
}

unsigned int
announce_na(const uint8_t mac[6], const uint8_t ipv6[16], bool router, uint8_t *frame)
{
	static const uint8_t all_nodes_mac[] = {
		0x33, 0x33, 0, 0, 0, 1,
	};
	static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 1};
	/* version 6; payload 32, next header ICMPv6, hop limit 255 */
	static const uint8_t head[] = {0x60, 0, 0, 0, 0, 32, 58, 255};
	static const uint8_t option[] = {2, 1}; /* target link-layer address, 8 octets */
	const uint8_t icmp[] = {136, 0, 0, 0, router ? 0xa0 : 0x20, 0, 0, 0};
	uint8_t *at = put(frame, all_nodes_mac, 6), *start;
	uint32_t sum;

	at = put(at, mac, 6);
	at = put(at, (uint8_t[]){0x86, 0xdd}, 2);
	at = put(at, head, sizeof(head));
	at = put(at, ipv6, 16);
	at = put(at, all_nodes, 16);
	start = at;
	at = put(at, icmp, sizeof(icmp));
	at = put(at, ipv6, 16);
	at = put(at, option, sizeof(option));
	at = put(at, mac, 6);
	sum = sum16(start - 32, at - start + 32) + 32 +
	      58; /* pseudo header: addresses, length, type */
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	start[2] = sum >> 8 & 0xff;
	start[3] = sum & 0xff;
	return at - frame;
}
