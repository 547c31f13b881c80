/* SPDX-License-Identifier: BSD-3-Clause */
/* reset.h - members whose port starts anew, as its driver asks for it, or for another MTU. */
#ifndef RESET_H
#define RESET_H

#include "bondd.h"

/*
 * To the bond a reset is a link that goes down and comes back. First a view without the port, then,
 * after the grace period, the reset; all that was set on the port is set again, then a view with it.
 */

/** Begin what drivers asked for, and try again what failed. Once a turn, before links are looked at. */
void reset_begin(struct bondd *d);

/** May no view name the port of this member? Its link counts as down meanwhile. */
bool reset_hides(const struct bondd_member *m);

/** A view without those ports was published: reset them once it is in force. */
void reset_published(struct bondd *d);

#endif
