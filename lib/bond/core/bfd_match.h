/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_match.h - does a frame look like micro-BFD? For the data path, a few loads a frame. */
#ifndef BFD_MATCH_H
#define BFD_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * UDP to port 6784, in IPv4 or IPv6 without extension headers, first fragment or whole, untagged or
 * with VID 0. Whether it is well formed and meant for us is for bond_bfd_input() to say.
 * @param frame from the destination address on
 * @param len what lies contiguous at frame
 */
static inline bool
bond_bfd_is(const uint8_t *frame, size_t len)
{
	size_t at = 12;

	if (len < 42)
		return false;
	if (frame[at] == 0x81 && frame[at + 1] == 0x00 && (frame[at + 2] & 0x0f) == 0 &&
	    frame[at + 3] == 0)
		at += 4;
	if (frame[at] == 0x08 && frame[at + 1] == 0x00) {
		at += 2;
		if (frame[at + 9] != 17 || (frame[at + 6] & 0x1f) != 0 || frame[at + 7] != 0)
			return false;
		at += (size_t)(frame[at] & 0x0f) * 4;
	} else if (frame[at] == 0x86 && frame[at + 1] == 0xdd) {
		if (frame[at + 2 + 6] != 17)
			return false;
		at += 2 + 40;
	} else {
		return false;
	}
	return at + 8 <= len && frame[at + 2] == 6784 >> 8 && frame[at + 3] == (6784 & 0xff);
}

#endif
