/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_hold.h - how monitors beside the carrier hold members down. */
#ifndef BOND_HOLD_H
#define BOND_HOLD_H

#include <stdbool.h>
#include <stdint.h>

struct bond;

/*
 * Monitors beside the carrier: each may hold a member down, and it is up only if none does. In modes
 * with LACP a held member keeps its link and its LACP, but sends no data.
 */
enum bond_hold {
	BOND_HOLD_PROBE,   /* arp_interval: its targets do not answer */
	BOND_HOLD_BFD,     /* its micro-BFD session is down */
	BOND_HOLD_DAMPING, /* it flapped too often */
	BOND_HOLDS         /* how many there are */
};

/**
 * A monitor begins or ends to hold a member down; repeating it is harmless. updelay and downdelay
 * are about the carrier only: a member that is held is down at once.
 */
void
bond_member_hold(struct bond *b, uint8_t slot, enum bond_hold monitor, bool hold, uint64_t now);

#endif
