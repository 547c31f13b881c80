/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_ends.h - two bonds, back to back, with BFD on every cable; virtual time. */
#ifndef BFD_ENDS_H
#define BFD_ENDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bond.h"

#define MEMBERS 2
#define FLIGHT  10000 /* ns that a frame is on its way */
#define QUEUE   64

struct flying {
	uint64_t at;
	uint8_t slot;
	size_t len;
	uint8_t frame[LACP_FRAME_SIZE];
};

/* One end: a bond, what its events said, and what is on its way to it. */
struct end {
	struct bond b;
	struct bond_view view;
	char log[16384]; /* "TIME_MS MEMBER KIND FROM->TO: REASON\n" of events "bfd" and "link" */
	uint64_t lasted; /* of the last event "bfd" */
	struct flying queue[QUEUE];
	unsigned int n_queue;
	bool deaf[MEMBERS]; /* the cable to this end is dead, and no carrier tells */
};

extern struct end ends[2];
extern uint64_t now; /* ns */
extern const struct bond_link_fact up, down;

/* Those of an end: BFD every 10 ms between 10.0.0.1 and 10.0.0.2. */
struct bond_options options_of(int n, uint32_t mode);

/* Make an end, or both, with all members up. */
void begin(int n, const struct bond_options *o);
void begin_both(uint32_t mode);

/* What the control thread of an end does in a turn. */
void turn(int n);

/* Let time pass, ns; both ends do what is due. */
void pass(uint64_t span);

enum bfd_state state_of(int n, uint8_t slot);

#endif
