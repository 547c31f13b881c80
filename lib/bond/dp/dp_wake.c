/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_wake.c - finds a driver's descriptors and sleeps on them. */
#include "dp_wake.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <rte_pause.h>

#include "dp.h"

#define IDLE_SPINS   64        /* empty turns before the first sleep: a frame rarely comes alone */
#define DOZE_MIN_NS  20000     /* doubles with each further empty turn up to: */
#define DOZE_MAX_NS  1000000   /* the delay that an idle port without descriptor adds to a frame */
#define SLEEP_MAX_NS 100000000 /* with descriptors: only a safety net */
#define TUN_DEVICE   makedev(10, 200) /* /dev/net/tun */

#ifndef AF_XDP
#define AF_XDP 44
#endif

static void
each_descriptor(void (*fn)(int fd, void *arg), void *arg)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir))
			fn(atoi(entry->d_name), arg);
	closedir(dir);
}

static void
note(int fd, void *arg)
{
	struct dp_wake_before *before = arg;

	if (fd < 1024)
		before->open[fd / 64] |= UINT64_C(1) << fd % 64;
}

void
dp_wake_before(struct dp_wake_before *before)
{
	memset(before, 0, sizeof(*before));
	each_descriptor(note, before);
}

/* Of a kind that tells of frames, and in working order (a tap also keeps a queue without use). */
static bool
tells_of_frames(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	socklen_t len = sizeof(int);
	struct stat st;
	int domain;

	if (poll(&p, 1, 0) < 0 || p.revents & (POLLERR | POLLHUP | POLLNVAL))
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0)
		return domain == AF_XDP || domain == AF_PACKET;
	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == TUN_DEVICE;
}

struct search {
	const struct dp_wake_before *before;
	struct dp_port *port;
};

static void
match(int fd, void *arg)
{
	const struct search *s = arg;

	if (fd >= 1024 || s->before->open[fd / 64] >> fd % 64 & 1 || !tells_of_frames(fd))
		return;
	if (s->port->n_wake < DP_WAKE_PORT_FDS)
		s->port->wake_fd[s->port->n_wake] = fd;
	s->port->n_wake++;
}

void
dp_wake_find(const struct dp_wake_before *before, struct dp_port *port)
{
	struct search s = {before, port};

	each_descriptor(match, &s);
	if (port->n_wake > DP_WAKE_PORT_FDS)
		port->n_wake = 0;
}

/* Nobody else opens such sockets meanwhile: one under a number of ours is ours. */
void
dp_wake_close(struct dp_port *port)
{
	for (unsigned int i = 0; i < port->n_wake; i++) {
		socklen_t len = sizeof(int);
		int domain;

		if (getsockopt(port->wake_fd[i], SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
		    domain == AF_XDP)
			close(port->wake_fd[i]);
	}
	port->n_wake = 0;
}

void
dp_wake_workers(struct dp *dp)
{
	if (dp->wake_fd >= 0)
		eventfd_write(dp->wake_fd, 1);
}

static void
add_port(struct dp_wake_set *set, const struct dp_port *port)
{
	if (port == NULL)
		return;
	set->complete &= port->n_wake > 0 && set->n + port->n_wake <= DP_WAKE_FDS;
	for (unsigned int i = 0; set->complete && i < port->n_wake; i++)
		set->fd[set->n++] = (struct pollfd){.fd = port->wake_fd[i], .events = POLLIN};
}

static void
make_set(struct dp_wake_set *set, const struct dp *dp, const struct dp_view *view)
{
	set->generation = view->generation;
	set->complete = true;
	set->n = 0;
	set->fd[set->n++] = (struct pollfd){.fd = dp->wake_fd, .events = POLLIN};
	for (uint32_t i = 0; i < view->n_bonds; i++) {
		add_port(set, view->bond[i].host);
		for (uint32_t left = view->bond[i].bond.members; left != 0; left &= left - 1)
			add_port(set, view->bond[i].port[__builtin_ctz(left)]);
	}
}

void
dp_wake_sleep(struct dp_worker *w, const struct dp_view *view, unsigned int empty_turns)
{
	struct dp_wake_set *set = w->wake;
	const unsigned int doublings = empty_turns - IDLE_SPINS;
	struct timespec doze = {0, DOZE_MAX_NS};
	const struct timespec sleep = {0, SLEEP_MAX_NS};
	eventfd_t woken;

	if (empty_turns < IDLE_SPINS) {
		rte_pause();
		return;
	}
	if (doublings < 6)
		doze.tv_nsec = RTE_MIN(DOZE_MIN_NS << doublings, DOZE_MAX_NS);
	if (set->generation != view->generation)
		make_set(set, w->dp, view);
	if (w->waits) /* a driver does not say when it has room */
		doze.tv_nsec = DOZE_MIN_NS;
	if (!set->complete || w->waits) {
		ppoll(set->fd, 1, &doze, NULL);
	} else if (ppoll(set->fd, set->n, &sleep, NULL) > 0) {
		bool frames = set->fd[0].revents != 0;

		for (unsigned int i = 1; i < set->n; i++)
			frames |= set->fd[i].revents & POLLIN;
		if (!frames) /* nothing but errors, such as an interface that is down */
			nanosleep(&doze, NULL);
	}
	if (set->fd[0].revents != 0)
		eventfd_read(w->dp->wake_fd, &woken);
}
