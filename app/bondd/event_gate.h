/* SPDX-License-Identifier: BSD-3-Clause */
/* event_gate.h - lets a few events of one kind through, and sums up those that follow too fast. */
#ifndef EVENT_GATE_H
#define EVENT_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bond.h"

/*
 * A partner can make a member change its state with every LACPDU, thousands of times a second. Of
 * each kind of event of each member the first EVENT_GATE_BURST in a second pass. The others are
 * counted, and when the second is over one event tells how many there were: "from" is where the first of
 * them began, "to" where the last one ended, so that the chain of states has no gap. As long as this
 * goes on, there is one such event a second.
 */
#define EVENT_GATE_BURST 8
#define EVENT_GATE_ROWS  512 /* kinds of events of members that can change at the same time */

/* One kind of event of one member, or of a bond. */
struct event_gate_row {
	bool used;
	uint64_t until;              /* end of the running second */
	uint32_t passed;             /* events let through in it */
	uint32_t held;               /* events summed up in it */
	uint64_t lasted;             /* ... of the first held one */
	enum bond_severity severity; /* the worst of the held ones */
	char bond[BOND_NAME_SIZE];
	char member[BOND_NAME_SIZE]; /* "": concerns the bond */
	char kind[16];
	char from[48];    /* of the first held one */
	char to[48];      /* of the last held one */
	char reason[160]; /* of the last held one */
};

/* Control thread only. Starts as all zeroes, but for hooks. */
struct event_gate {
	struct bond_hooks out; /* hears what passes */
	unsigned int n_used;
	struct event_gate_row row[EVENT_GATE_ROWS];
};

/** An event happened, at event->time. */
void event_gate_pass(struct event_gate *gate, const struct bond_event *event);

/** Tell of what was held back in seconds that are over. Once a turn. @param now ns */
void event_gate_tick(struct event_gate *gate, uint64_t now);

/** Tell of everything that was held back, at the end. */
void event_gate_flush(struct event_gate *gate, uint64_t now);

#endif
