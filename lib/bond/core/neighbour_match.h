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

/**
 * Is a frame ARP, a neighbour solicitation or a neighbour advertisement, with up to two tags? It is
 * for the control thread and for the host. Any thread, pure; never reads past len.
 * @param len of the frame, or of as much of it as lies in one piece
 */
static inline bool
bond_neighbour_is(const uint8_t *frame, size_t len)
{
	size_t type = 12;

	for (unsigned int tags = 0; tags < 2 && len >= type + 6; tags++) {
		const uint16_t tpid = bond_neighbour_get16(frame + type);

		if (tpid != 0x8100 && tpid != 0x88a8)
			break;
		type += 4;
	}
	if (len < type + 2)
		return false;
	if (bond_neighbour_get16(frame + type) == 0x0806)
		return true;
	/* IPv6, ICMPv6 right behind its header, type 135 or 136 */
	return bond_neighbour_get16(frame + type) == 0x86dd && len > type + 42 &&
	       frame[type + 8] == 58 && (frame[type + 42] == 135 || frame[type + 42] == 136);
}

#endif
