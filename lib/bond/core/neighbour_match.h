/* SPDX-License-Identifier: BSD-3-Clause */
/* neighbour_match.h - is a frame one of those that the monitor by probes wants to see? */
#ifndef NEIGHBOUR_MATCH_H
#define NEIGHBOUR_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t
bond_neighbour_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/** @return where the ethertype of a frame stands, behind up to two tags; it may be beyond len */
static inline size_t
bond_neighbour_type(const uint8_t *frame, size_t len)
{
	size_t type = 12;

	for (unsigned int tags = 0; tags < 2 && len >= type + 6; tags++) {
		const uint16_t tpid = bond_neighbour_get16(frame + type);

		if (tpid != 0x8100 && tpid != 0x88a8)
			break;
		type += 4;
	}
	return type;
}

/**
 * Is a frame ARP, or ICMPv6 right behind the header of IPv6, of one of these types? Any thread, pure;
 * never reads past len.
 * @param first, last of the types
 */
static inline bool
bond_neighbour_among(const uint8_t *frame, size_t len, uint8_t first, uint8_t last)
{
	const size_t type = bond_neighbour_type(frame, len);

	if (len < type + 2)
		return false;
	if (bond_neighbour_get16(frame + type) == 0x0806)
		return true;
	return bond_neighbour_get16(frame + type) == 0x86dd && len > type + 42 &&
	       frame[type + 8] == 58 && frame[type + 42] >= first && frame[type + 42] <= last;
}

/**
 * Is a frame ARP, a neighbour solicitation or a neighbour advertisement, with up to two tags? It is
 * for the control thread and for the host. Any thread, pure; never reads past len.
 * @param len of the frame, or of as much of it as lies in one piece
 */
static inline bool
bond_neighbour_is(const uint8_t *frame, size_t len)
{
	return bond_neighbour_among(frame, len, 135, 136);
}

#endif
