/* SPDX-License-Identifier: BSD-3-Clause */
/* frame_write.c - puts frames together: headers, padding, checksums. */
#include "frame_write.h"

#include <string.h>

#define MIN_FRAME 60 /* octets without FCS; a tag comes on top */
#define ICMP6     58

uint8_t *
frame_put(uint8_t *at, const void *what, size_t len)
{
	memcpy(at, what, len);
	return at + len;
}

uint8_t *
frame_put16(uint8_t *at, uint16_t number)
{
	const uint8_t octets[] = {(uint8_t)(number >> 8), (uint8_t)number};

	return frame_put(at, octets, sizeof(octets));
}

uint8_t *
frame_begin(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6],
	    const struct bond_tags *tags, uint16_t ethertype)
{
	uint8_t *at = frame_put(frame_put(frame, dst, 6), src, 6);

	for (unsigned int i = 0; i < tags->n && i < BOND_MAX_TAGS; i++)
		at = frame_put16(frame_put16(at, tags->tag[i].tpid), tags->tag[i].tci);
	return frame_put16(at, ethertype);
}

size_t
frame_end(uint8_t *frame, uint8_t *end, const struct bond_tags *tags)
{
	const size_t len = (size_t)(end - frame), min = MIN_FRAME + (tags->n ? 4 : 0);

	if (len >= min)
		return len;
	memset(end, 0, min - len);
	return min;
}

uint8_t *
frame_put_ipv6(uint8_t *at, const uint8_t src[16], const uint8_t dst[16], uint8_t next,
	       uint8_t hops, uint16_t payload)
{
	static const uint8_t version[] = {0x60, 0, 0, 0};

	at = frame_put16(frame_put(at, version, sizeof(version)), payload);
	*at++ = next;
	*at++ = hops;
	return frame_put(frame_put(at, src, 16), dst, 16);
}

uint16_t
frame_checksum(uint32_t sum, const uint8_t *from, const uint8_t *to)
{
	for (; from + 1 < to; from += 2)
		sum += (uint32_t)from[0] << 8 | from[1];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

void
frame_finish_icmp6(const uint8_t *addresses, uint8_t *message, const uint8_t *end)
{
	/* pseudo header: addresses, length, next header; the complement is undone */
	const uint16_t pseudo = (uint16_t)~frame_checksum((uint32_t)(end - message) + ICMP6,
							  addresses, addresses + 32);

	frame_put16(message + 2, 0);
	frame_put16(message + 2, frame_checksum(pseudo, message, end));
}
