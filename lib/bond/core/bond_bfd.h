/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_bfd.h - micro-BFD as a monitor of a bond's members; included by bond.h. */
#ifndef BOND_BFD_H
#define BOND_BFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bfd.h"

struct bond;

/* One session a member, all between the same two addresses, as RFC 7130 2.1 has it. */
struct bond_bfd_options {
	char local[BFD_TEXT_SIZE];  /* "": no BFD */
	char remote[BFD_TEXT_SIZE]; /* "" if and only if local is; of the same family */
	uint32_t interval_ms;       /* 10..10000 */
	uint32_t multiplier;        /* 1..255 */
	bool required;              /* a member is not used before its session is Up */
	bool multicast;             /* never send to the MAC address of the other end */
};

/** No BFD; 300 ms x 3, required, where there is. */
struct bond_bfd_options bond_bfd_options_default(void);

/** @return 0; -EINVAL: an option out of range, or addresses that do not go together */
int bond_bfd_check(const struct bond_bfd_options *options);

/** Does the bond run BFD? Then frames for which bond_bfd_is() holds are to be handed in. */
bool bond_bfd_enabled(const struct bond *b);

/**
 * A frame arrived on a member for which bond_bfd_is() holds. Call it before bond_tick().
 * @param slot of the member; a member that has gone meanwhile does no harm
 * @param frame, len as bfd_frame_parse()
 */
enum bfd_parse
bond_bfd_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now);

/**
 * Take the next frame to send on a member, after bond_tick().
 * @param buf at least BFD_FRAME_SIZE bytes
 * @return length of the frame, 0: none
 */
size_t bond_bfd_output(struct bond *b, uint8_t slot, uint8_t *buf, uint64_t now);

/** All sessions go AdminDown, for a shutdown. Members that BFD holds down stay so. */
void bond_bfd_leave(struct bond *b, uint64_t now);

/** @return true once every other end has been told */
bool bond_bfd_left(const struct bond *b);

/** @return the session of a member, NULL: no such member, or no session. To look at only */
const struct bfd_session *bond_bfd_session(const struct bond *b, uint8_t slot);

#endif
