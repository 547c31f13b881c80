/* SPDX-License-Identifier: BSD-3-Clause */
/* bury.h - closes ports whose device was pulled out, which may take their drivers minutes. */
#ifndef BURY_H
#define BURY_H

#include "bondd.h"

/*
 * A driver that is told to stop a device waits for answers that do not come any more (e1000 under
 * uio: minutes). Bonds go on meanwhile: it happens in a thread of its own.
 */

/**
 * Close the port of a member whose device is gone. Only when no worker can still see it.
 * @param member it moves from here, and zeroes stay
 * @param done called by the control thread once the port is closed, NULL: nobody waits
 */
void bury(struct bondd *d, struct bondd_member *member, void (*done)(void *arg), void *arg);

/** Finish those that are closed. Once a turn. */
void bury_turn(struct bondd *d);

/**
 * Wait a little for the rest, and leave what does not end.
 * @return whether nothing is left; else what ports use, such as memory, must stay to the end
 */
bool bury_close(struct bondd *d);

#endif
