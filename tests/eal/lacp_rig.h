/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_rig.h - the LACP of the daemon on two members of four queues, two workers, a partner; virtual time. */
#ifndef LACP_RIG_H
#define LACP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>

#include "bondd.h"

/*
 * Control thread, workers and partner are played by the caller's thread, one after the other, so that
 * every order of them can be tried. lib/bond/dp, lib/bond/core and app/bondd/lacp_io.c are the real
 * ones; turns of the control thread are as in app/bondd/control.c.
 */

#define RIG_MEMBERS 2
#define RIG_QUEUES  4
#define RIG_WORKERS 2

struct rig_wire {
	struct rte_ring *in[RIG_QUEUES], *out[RIG_QUEUES];
	struct dp_port *port;
};

/* What the partner saw on a wire. */
struct rig_seen {
	unsigned int pdus, responses, data, foreign;
	uint64_t pdu_at;           /* ns, of the last LACPDU */
	uint64_t gap_min, gap_max; /* ns, between LACPDUs since rig_forget() */
};

struct rig {
	struct bondd d;
	struct bondd_bond b;
	struct rig_wire member[RIG_MEMBERS], host;
	struct lacp_system partner;
	struct rig_seen seen[RIG_MEMBERS];
	uint16_t split[2];  /* octets of the first and second buffer of what it sends, 0: in one */
	unsigned int queue; /* through which its frames come in; RIG_QUEUES: in turn */
	uint64_t turn;      /* ns, that pass in rig_turn() */
	bool no_host;
};

extern struct rig rig;

/** For a group of tests. */
int rig_setup(void **state);
int rig_teardown(void **state);

/** Make the bond and its partner anew, links up. For each test. */
int rig_start(void **state);

/** A turn of the control thread, of a worker, of the partner. */
void rig_control(void);
void rig_work(unsigned int worker);
void rig_partner(void);

/** One of each, and rig.turn passes, 10 ms unless changed. */
void rig_turn(void);

/** Turns, until both members distribute; fails after 5 s. */
void rig_up(void);

/** Let the gaps between LACPDUs be measured from here. */
void rig_forget(void);

/** @return a frame of 60 octets that is data */
struct rte_mbuf *rig_data(void);

/** @return that frame in buffers of these sizes; the rest in the last. 0: no more */
struct rte_mbuf *rig_frame(const uint8_t *frame, uint16_t len, const uint16_t *split);

/** @return frames that reached the host since the last call */
unsigned int rig_delivered(void);

/** @return the LACP port of a member */
const struct lacp_port *rig_port(unsigned int member);

#endif
