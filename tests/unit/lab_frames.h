/* SPDX-License-Identifier: BSD-3-Clause */
/* lab_frames.h - ARP and neighbour discovery as hosts write them, for the lab of balance-alb. */
#ifndef LAB_FRAMES_H
#define LAB_FRAMES_H

#include "bond_fixture.h"
#include "frame_write.h"

#define LAB_FRAME 128

static const uint8_t lab_all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static inline struct bond_ip
lab_ip(bool v6, uint8_t last)
{
	struct bond_ip ip = {.v6 = v6};

	if (v6) {
		ip.octet[0] = 0xfd;
		ip.octet[15] = last;
	} else {
		memcpy(ip.octet, (const uint8_t[]){10, 0, 0, last}, 4);
	}
	return ip;
}

static inline bool
lab_same(const uint8_t a[6], const uint8_t b[6])
{
	return memcmp(a, b, 6) == 0;
}

/* An ARP (op 1, 2) in a frame. */
static inline size_t
lab_arp(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6], uint8_t op,
	const uint8_t sender_mac[6], const struct bond_ip *sender, const uint8_t target_mac[6],
	const struct bond_ip *target)
{
	static const struct bond_tags untagged;
	const uint8_t head[] = {0, 1, 8, 0, 6, 4, 0, op};
	uint8_t *at = frame_begin(frame, dst, src, &untagged, FRAME_ARP);

	at = frame_put(frame_put(at, head, sizeof(head)), sender_mac, 6);
	at = frame_put(frame_put(at, sender->octet, 4), target_mac, 6);
	return frame_end(frame, frame_put(at, target->octet, 4), &untagged);
}

/* An NS (135) or NA (136) with its option. */
static inline size_t
lab_nd(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6], uint8_t type,
       const struct bond_ip *from, const struct bond_ip *to, const struct bond_ip *target,
       const uint8_t mac[6])
{
	static const struct bond_tags untagged;
	const uint8_t head[] = {type, 0, 0, 0, type == 136 ? 0x60 : 0, 0, 0, 0};
	const uint8_t option[] = {type == 136 ? 2 : 1, 1};
	uint8_t *at = frame_begin(frame, dst, src, &untagged, FRAME_IPV6), *message;

	at = frame_put_ipv6(at, from->octet, to->octet, 58, 255, 32);
	message = at;
	at = frame_put(frame_put(at, head, sizeof(head)), target->octet, 16);
	at = frame_put(frame_put(at, option, sizeof(option)), mac, 6);
	frame_finish_icmp6(message - 32, message, at);
	return frame_end(frame, at, &untagged);
}

/* Is the checksum of an ICMPv6 without tags right? */
static inline bool
lab_checksum_is_right(const uint8_t *frame, size_t len)
{
	uint8_t copy[LAB_FRAME];
	const size_t end = 54 + (size_t)(frame[18] << 8 | frame[19]);

	assert_true(end <= len && len <= sizeof(copy));
	memcpy(copy, frame, len);
	frame_finish_icmp6(copy + 22, copy + 54, copy + end);
	return memcmp(copy, frame, len) == 0;
}

static inline uint16_t
lab_type(const uint8_t *frame)
{
	return (uint16_t)(frame[12] << 8 | frame[13]);
}

static inline bool
lab_speaks_of_neighbours(const uint8_t *frame)
{
	return lab_type(frame) == FRAME_ARP || lab_type(frame) == FRAME_IPV6;
}

#endif
