/* SPDX-License-Identifier: BSD-3-Clause */
/* loop.h - the control thread's event loop: file descriptors over epoll, and one deadline. */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

struct epoll_event;

/* Control thread only. */
struct loop {
	int epoll_fd;
	struct epoll_event *ready; /* what the running turn has still to dispatch, else NULL */
	int n_ready;
};

/* A watched descriptor. Owned by whoever added it; must outlive its watch. */
struct loop_source {
	int fd;
	/* events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR ... */
	void (*fn)(struct loop_source *source, uint32_t events);
	void *arg;
};

/** @return 0 or -errno */
int loop_init(struct loop *loop);

void loop_fini(struct loop *loop);

/** Watch source->fd, level-triggered. @param events EPOLLIN and/or EPOLLOUT @return 0 or -errno */
int loop_add(struct loop *loop, struct loop_source *source, uint32_t events);

/** Change what is watched for. @return 0 or -errno */
int loop_modify(struct loop *loop, struct loop_source *source, uint32_t events);

/** Stop watching; safe from inside any source's fn, also for other sources. */
void loop_remove(struct loop *loop, struct loop_source *source);

/**
 * Wait for events or until the deadline, then run what became ready, once.
 * @param timeout_ns how long to wait at most; 0: only look
 */
void loop_turn(struct loop *loop, uint64_t timeout_ns);

/** @return ns of CLOCK_MONOTONIC: the one clock of the daemon */
uint64_t loop_now(void);

#endif
