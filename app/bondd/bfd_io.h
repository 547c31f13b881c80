/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_io.h - BFD frames between the workers' rings and the sessions of a bond. */
#ifndef BFD_IO_H
#define BFD_IO_H

#include "bondd.h"

/** Send everything that is due on any member. Control thread, after the timers. */
void bfd_io_send(struct bondd_bond *b);

/**
 * @return when the rings must be looked at next, ns: a frame may not wait for a large part of an
 *         interval; BOND_NEVER: BFD asks for no more than there is
 */
uint64_t bfd_io_deadline(const struct bondd_bond *b);

/**
 * Tell all other ends that BFD stops here on purpose. Returns when all have been told, or after a
 * tenth of a second. Control thread, while the workers still run.
 * @param turn what the control thread does in a turn
 */
void bfd_io_leave(struct bondd *d, void (*turn)(struct bondd *d));

#endif
