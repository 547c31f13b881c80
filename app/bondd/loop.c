/* SPDX-License-Identifier: BSD-3-Clause */
/* loop.c - the control thread's event loop over epoll. */
#include "loop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define READY_MAX 64 /* more wait for the next turn; epoll takes them in rotation */
#define NSEC      UINT64_C(1000000000)
#define WAIT_MAX  (3600 * NSEC) /* keeps "forever" inside what the kernel takes */

int
loop_init(struct loop *loop)
{
	*loop = (struct loop){.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	return loop->epoll_fd < 0 ? -errno : 0;
}

void
loop_fini(struct loop *loop)
{
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	loop->epoll_fd = -1;
}

static int
control(struct loop *loop, int op, struct loop_source *source, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = source};

	return epoll_ctl(loop->epoll_fd, op, source->fd, &ev) < 0 ? -errno : 0;
}

int
loop_add(struct loop *loop, struct loop_source *source, uint32_t events)
{
	return control(loop, EPOLL_CTL_ADD, source, events);
}

int
loop_modify(struct loop *loop, struct loop_source *source, uint32_t events)
{
	return control(loop, EPOLL_CTL_MOD, source, events);
}

void
loop_remove(struct loop *loop, struct loop_source *source)
{
	(void)control(loop, EPOLL_CTL_DEL, source, 0);
	/* The running turn may have learnt that it is ready and not have come to it yet. */
	for (int i = 0; i < loop->n_ready; i++)
		if (loop->ready[i].data.ptr == source)
			loop->ready[i].data.ptr = NULL;
}

static int
wait_ready(struct loop *loop, struct epoll_event *ready, uint64_t timeout_ns)
{
	const uint64_t ns = timeout_ns < WAIT_MAX ? timeout_ns : WAIT_MAX;
	const struct timespec ts = {.tv_sec = (time_t)(ns / NSEC), .tv_nsec = (long)(ns % NSEC)};
	const int n = epoll_pwait2(loop->epoll_fd, ready, READY_MAX, &ts, NULL);

	if (n >= 0 || errno != ENOSYS)
		return n;
	/* Kernels before 5.11 wait for whole milliseconds: rather late than spinning. */
	return epoll_wait(loop->epoll_fd, ready, READY_MAX, (int)((ns + 999999) / 1000000));
}

void
loop_turn(struct loop *loop, uint64_t timeout_ns)
{
	struct epoll_event ready[READY_MAX];
	const int n = wait_ready(loop, ready, timeout_ns);

	/* A signal (EINTR) ends the wait like the deadline does: there is nothing to run. */
	loop->ready = ready;
	loop->n_ready = n > 0 ? n : 0;
	for (int i = 0; i < loop->n_ready; i++) {
		struct loop_source *source = ready[i].data.ptr;

		if (source)
			source->fn(source, ready[i].events);
	}
	loop->ready = NULL;
	loop->n_ready = 0;
}

uint64_t
loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC + (uint64_t)ts.tv_nsec;
}
