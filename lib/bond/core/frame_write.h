/* SPDX-License-Identifier: BSD-3-Clause */
/* frame_write.h - how frames are put together, octet by octet; for the frame_*.c only. */
#ifndef FRAME_WRITE_H
#define FRAME_WRITE_H

#include "bond_frame.h"

#define FRAME_ARP  0x0806
#define FRAME_RARP 0x8035
#define FRAME_IPV4 0x0800
#define FRAME_IPV6 0x86dd

/** Append octets. @return where the next ones go; so do the others */
uint8_t *frame_put(uint8_t *at, const void *what, size_t len);

/** Append a number, most significant octet first. */
uint8_t *frame_put16(uint8_t *at, uint16_t number);

/** Begin a frame: addresses, tags, ethertype. */
uint8_t *frame_begin(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6],
		     const struct bond_tags *tags, uint16_t ethertype);

/** Pad a frame that ends at end. @return its length */
size_t frame_end(uint8_t *frame, uint8_t *end, const struct bond_tags *tags);

/** Append an IPv6 header without extensions. @param payload length, to be known beforehand */
uint8_t *frame_put_ipv6(uint8_t *at, const uint8_t src[16], const uint8_t dst[16], uint8_t next,
			uint8_t hops, uint16_t payload);

/** @return the Internet checksum of the octets, which begin with sum */
uint16_t frame_checksum(uint32_t sum, const uint8_t *from, const uint8_t *to);

/**
 * Fill in the checksum of an ICMPv6 message that ends at end.
 * @param addresses where the source and destination stand, 32 octets
 */
void frame_finish_icmp6(const uint8_t *addresses, uint8_t *message, const uint8_t *end);

#endif
