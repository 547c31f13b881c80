/* SPDX-License-Identifier: BSD-3-Clause */
/* api_server.c - accepts clients and shares a bounded part of each turn among their requests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_int.h"

#define ACCEPT_MAX     16              /* a turn */
#define RETRY_INTERVAL (1 * BOND_MSEC) /* of methods that wait for something */
#define BUDGET         (1 * BOND_MSEC) /* of a turn, for requests; the last one begun is finished */

struct api {
	struct bondd *d;
	struct loop_source listener; /* new connections */
	struct loop_source work;     /* an eventfd, readable while there is work */
	bool deaf;                   /* no descriptor was left: accept again at the next tick */
	struct stat socket;          /* the file that we made */
	uint64_t next_tick, next_retry;
	struct api_load load;
	unsigned int n_clients, turn; /* turn: index of the client served first */
	struct api_client *client[API_CLIENTS_MAX];
};

void
api_kick(struct api *api)
{
	const uint64_t one = 1;

	if (write(api->work.fd, &one, sizeof(one)) < 0)
		return; /* EAGAIN: it is readable already */
}

static void
free_dead(struct api *api)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < api->n_clients; i++) {
		if (api->client[i]->dead)
			api_client_free(api->client[i]);
		else
			api->client[kept++] = api->client[i];
	}
	api->n_clients = kept;
}

/* One piece of work of the client whose turn it is. @return whether there was any */
static bool
work_once(struct api *api)
{
	for (unsigned int i = 0; i < api->n_clients; i++) {
		struct api_client *c = api->client[(api->turn + i) % api->n_clients];

		if (!api_client_can_work(c))
			continue;
		api->turn = (api->turn + i + 1) % api->n_clients;
		api_client_work(c);
		return true;
	}
	return false;
}

static void
on_work(struct loop_source *source, uint32_t events)
{
	struct api *api = source->arg;
	const uint64_t end = loop_now() + BUDGET;
	uint64_t count;
	bool more;

	(void)events;
	if (read(source->fd, &count, sizeof(count)) < 0)
		return;
	do
		more = work_once(api);
	while (more && loop_now() < end);
	free_dead(api);
	if (more)
		api_kick(api); /* the rest is for the next turn */
}

static void
refuse_client(int fd)
{
	struct api_buf line = {0};

	api_rpc_error_line(&line, -EBUSY,
			   "there are as many connections as are allowed: try again later");
	if (!line.failed)
		(void)!send(fd, line.data, line.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	api_buf_free(&line);
	close(fd);
}

static void
add_client(struct api *api, int fd)
{
	const struct api_context ctx = {.d = api->d, .load = &api->load};
	struct api_client *c;

	free_dead(api);
	if (api->n_clients == API_CLIENTS_MAX) {
		refuse_client(fd);
		return;
	}
	c = api_client_open(api, fd, &ctx);
	if (c)
		api->client[api->n_clients++] = c;
}

static void
on_connect(struct loop_source *source, uint32_t events)
{
	struct api *api = source->arg;
	int fd;

	(void)events;
	for (int i = 0; i < ACCEPT_MAX; i++) {
		fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			add_client(api, fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
			   errno == ENOBUFS) {
			/* It would stay readable and wake us for nothing. */
			api->deaf = loop_modify(&api->d->loop, source, 0) == 0;
			return;
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

static void
on_log(void *ctx, const struct eventlog_entry *entry)
{
	struct api *api = ctx;

	(void)entry; /* each client knows what it has not seen */
	for (unsigned int i = 0; i < api->n_clients; i++) {
		struct api_client *c = api->client[i];

		if (!c->sub.on)
			continue;
		api_client_pump(c);
		if (c->dead)
			api_kick(api);
	}
}

/* Methods that wait for something look again. */
static void
retry(struct api *api, uint64_t now)
{
	bool any = false;

	if (now < api->next_retry)
		return;
	for (unsigned int i = 0; i < api->n_clients; i++) {
		any |= api->client[i]->rpc.waits;
		api->client[i]->rpc.waits = false;
	}
	if (!any)
		return;
	api->next_retry = now + RETRY_INTERVAL;
	api_kick(api);
}

void
api_tick(struct api *api, uint64_t now)
{
	retry(api, now);
	if (now < api->next_tick)
		return;
	api->next_tick = now + BOND_SEC;
	api_load_update(&api->load, &api->d->dp, now);
	for (unsigned int i = 0; i < api->n_clients; i++)
		if (api_client_overdue(api->client[i]))
			api->client[i]->dead = true;
	free_dead(api);
	if (api->deaf)
		api->deaf = loop_modify(&api->d->loop, &api->listener, EPOLLIN) < 0;
}

int
api_open(struct api **out, struct bondd *d, struct conf_err *err)
{
	struct api *api = calloc(1, sizeof(*api));
	int rc;

	if (!api) {
		snprintf(err->msg, sizeof(err->msg), "%s: out of memory", d->socket_path);
		return -ENOMEM;
	}
	api->d = d;
	api->listener = (struct loop_source){.fd = -1, .fn = on_connect, .arg = api};
	api->work = (struct loop_source){
		.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), .fn = on_work, .arg = api};
	if (api->work.fd < 0 || loop_add(&d->loop, &api->work, EPOLLIN) < 0) {
		rc = -errno;
		snprintf(err->msg, sizeof(err->msg), "%s: no event descriptor: %s", d->socket_path,
			 strerror(errno));
		api_close(api);
		return rc;
	}
	rc = api_socket_listen(d->socket_path, &d->conf->telemetry, err);
	if (rc < 0) {
		api_close(api);
		return rc;
	}
	api->listener.fd = rc;
	lstat(d->socket_path, &api->socket);
	rc = loop_add(&d->loop, &api->listener, EPOLLIN);
	if (rc) {
		snprintf(err->msg, sizeof(err->msg), "%s: %s", d->socket_path, strerror(-rc));
		api_close(api);
		return rc;
	}
	api_load_update(&api->load, &d->dp, loop_now());
	d->events.listener = on_log;
	d->events.listener_ctx = api;
	*out = api;
	return 0;
}

static void
close_source(struct api *api, struct loop_source *source)
{
	if (source->fd < 0)
		return;
	loop_remove(&api->d->loop, source);
	close(source->fd);
}

void
api_close(struct api *api)
{
	struct stat now;

	if (!api)
		return;
	if (api->d->events.listener_ctx == api)
		api->d->events.listener = NULL;
	for (unsigned int i = 0; i < api->n_clients; i++)
		api_client_free(api->client[i]);
	/* Whoever has replaced our socket since keeps theirs. */
	if (api->listener.fd >= 0 && lstat(api->d->socket_path, &now) == 0 &&
	    now.st_dev == api->socket.st_dev && now.st_ino == api->socket.st_ino)
		unlink(api->d->socket_path);
	close_source(api, &api->listener);
	close_source(api, &api->work);
	free(api);
}
