/* SPDX-License-Identifier: BSD-3-Clause */
/* announce.h - tells the peers of the host's addresses that its frames come from elsewhere now. */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "bondd.h"

/** Send one round for every address of the host interface on the current member. Control thread. */
void announce(struct bondd_bond *b);

#endif
