/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_lacp.h - the LACP of a bond: frames in and out, its ports, and how it ends. */
#ifndef BOND_LACP_H
#define BOND_LACP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lacp.h"

struct bond;

/*
 * LACP, in modes that have it; all of this is harmless in the others.
 *
 * The turn of the caller: facts about links, bond_lacp_input() for all frames that are queued,
 * bond_tick(), publish if dirty, bond_view_applied() once all workers use the new view, and
 * bond_lacp_output() for each member until it has no more.
 */

/**
 * A slow protocol frame arrived on a member.
 * @param slot of the member; a member that has gone meanwhile does no harm
 * @param frame, len as lacp_input()
 * @return what it was. LACP_REFUSE_PORT_DISABLED: perhaps the link is up, look at it
 */
enum lacp_parse
bond_lacp_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now);

/**
 * Take the next frame to send on a member.
 * @param buf at least LACP_FRAME_SIZE bytes
 * @return length of the frame, 0: none
 */
size_t bond_lacp_output(struct bond *b, uint8_t slot, uint8_t *buf, uint64_t now);

/**
 * Is a frame expected that must not wait? Partners with coupled control send data as soon as they
 * have said SYNC: who looks for their frames late collects late.
 */
bool bond_lacp_expects(const struct bond *b, uint64_t now);

/** The frame last taken from bond_lacp_output() could not be sent: it is due again in 10 ms. */
void bond_lacp_output_failed(struct bond *b, uint8_t slot, uint64_t now);

/** All members begin to leave politely, for a shutdown. */
void bond_lacp_leave(struct bond *b, uint64_t now);

/** @return true once all members have left */
bool bond_lacp_left(const struct bond *b);

/** @return the LACP port of a member, NULL: no such member, or no LACP. To look at only */
const struct lacp_port *bond_lacp_port(const struct bond *b, uint8_t slot);

/** Facts about the active aggregator. @return false and zeroes when there is none */
bool bond_lacp_active(const struct bond *b, struct lacp_active *out);

#endif
