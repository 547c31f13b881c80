/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_wake.h - lets an idle worker sleep until a frame comes, for drivers with descriptors to wait on. */
#ifndef DP_WAKE_H
#define DP_WAKE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct dp;
struct dp_port;
struct dp_view;
struct dp_worker;

#define DP_WAKE_PORT_FDS 32  /* of one port; with more it is not waited for */
#define DP_WAKE_FDS      512 /* of all ports of a view; with more workers only doze */

/* Descriptors of this process at one moment, by number. */
struct dp_wake_before {
	uint64_t open[1024 / 64];
};

/* What a sleeping worker waits on; its own copy, since poll(2) writes to it. */
struct dp_wake_set {
	uint64_t generation; /* of the view it was made for */
	bool complete;       /* every port of the view can wake us */
	unsigned int n;
	struct pollfd fd[DP_WAKE_FDS];
};

/** Note which descriptors are open. Control thread, before a port is opened. */
void dp_wake_before(struct dp_wake_before *before);

/**
 * Find those that opening a port added and that become readable when frames come: sockets of
 * AF_XDP and AF_PACKET and queues of a tap. Control thread.
 */
void dp_wake_find(const struct dp_wake_before *before, struct dp_port *port);

/**
 * Close what the driver left open: net_af_xdp of DPDK 22.11 forgets the socket of a buffer area that
 * it does not share, and its queue stays taken. Control thread, after the device is closed.
 */
void dp_wake_close(struct dp_port *port);

/** Wake the workers: a view was published or a frame is to be sent. Control thread. */
void dp_wake_workers(struct dp *dp);

/**
 * Give the core away until something happens, a driver's signal included, or for a moment where a
 * port cannot wake us. Worker.
 * @param empty_turns how many turns in a row moved nothing, at least 1
 */
void dp_wake_sleep(struct dp_worker *w, const struct dp_view *view, unsigned int empty_turns);

#endif
