/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_wait.h - frames that a port refused wait for room, for a while and in order. */
#ifndef DP_WAIT_H
#define DP_WAIT_H

#include "dp_path.h"

#define DP_WAIT_FRAMES 448 /* of a worker at a port: a lot, and one large packet in segments */
#define DP_WAIT_BEHIND 128 /* with so many nothing more is put behind them: they would be late */
#define DP_WAIT_SHARE  4   /* this part of all buffers may wait; the rest is for queues of ports */

/*
 * What waits of one worker at one port, or of the control thread's frames there. The worker: rw; the
 * control thread only while no worker knows the port.
 */
struct dp_wait {
	uint16_t first, n; /* pkt[first] to pkt[first + n - 1] wait */
	uint16_t ready;    /* so many of them, from first on, are as the driver wants them */
	uint32_t buffers;  /* of all these frames; a large one has many */
	uint64_t since;    /* TSC: when the port took one last, or the first came */
	uint64_t given_up; /* tx_packets + 1 of when it had taken nothing for too long; 0: never */
	struct rte_mbuf *pkt[DP_WAIT_FRAMES];
	uint16_t segments[DP_WAIT_FRAMES]; /* of pkt[]: what was sent can no longer be asked */
};

/* The port's own list is the last one. */
static inline struct dp_wait *
dp_wait_of(const struct dp_worker *w, const struct dp_port *port, enum dp_drop reason)
{
	return &port->wait[reason == DP_DROP_CTRL_REFUSED ? w->dp->n_workers : w->index];
}

/**
 * Buffers that frames of one worker may hold while they wait, at all ports together: some bursts of the
 * largest packets, while every receive queue still finds new ones.
 */
static inline uint32_t
dp_wait_limit(unsigned int n_mbufs, unsigned int n_workers)
{
	return n_mbufs / DP_WAIT_SHARE / n_workers;
}

/**
 * Put frames behind what waits at a port already, unfinished as they are; without room they die of
 * the reason. Worker.
 */
void dp_wait_behind(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
		    enum dp_drop reason);

/**
 * Offer again what waits at the ports of a view, once a turn while w->waits. What a member that may no
 * longer send data has not taken dies, and so does what has waited too long. Worker.
 * @return frames that were taken
 */
unsigned int dp_wait_again(struct dp_worker *w, const struct dp_view *view);

/**
 * Is the host of a bond not to be read now? Its frames stay in its queue, and the kernel holds back who
 * sends them. A bond that sends each frame on all members waits only for the fastest. Worker, while
 * w->waits.
 */
bool dp_wait_holds(const struct dp_worker *w, const struct dp_bond_view *b);

/** Make the lists of a port. Control thread. @return 0 or -ENOMEM */
int dp_wait_make(struct dp_port *port, unsigned int n_workers);

/** Drop all that waits at a port. Control thread, only when no worker can hold a view that names it. */
void dp_wait_clear(struct dp_port *port);

#endif
