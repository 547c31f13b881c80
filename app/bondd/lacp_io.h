/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_io.h - slow-protocol frames between the workers' rings and the LACP of a bond. */
#ifndef LACP_IO_H
#define LACP_IO_H

#include "bondd.h"

/** Hand in a slow-protocol frame that was punted on a member. Control thread. */
void lacp_io_input(struct bondd_bond *b, uint8_t slot, const uint8_t *frame, size_t len);

/** Send everything that is due on any member. Control thread. */
void lacp_io_send(struct bondd_bond *b);

/**
 * The last words of all members: they leave the view, then tell their partners. Returns when all
 * have, or after a quarter of a second. Control thread, while the workers still run.
 * @param turn what the control thread does in a turn: publish, reclaim, send
 */
void lacp_io_leave(struct bondd *d, void (*turn)(struct bondd *d));

#endif
