/* SPDX-License-Identifier: BSD-3-Clause */
/* announce.h - tells the network that the host's frames come from another member now. */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "bondd.h"

/**
 * Send what is due: rounds of peer notifications on the current member, and reports of multicast
 * groups on the one that carries them. Control thread, after the view that made it true.
 */
void announce(struct bondd_bond *b);

#endif
