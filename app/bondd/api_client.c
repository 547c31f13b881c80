/* SPDX-License-Identifier: BSD-3-Clause */
/* api_client.c - one connection: octets to lines, answers to octets, and the limits of both. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api_int.h"

#define READ_MAX  (64u << 10) /* octets a turn: the other clients wait as long */
#define FLUSH_MIN (64u << 10) /* octets of a batch's answer that are sent before its end */
#define PATIENCE  5           /* seconds that what is left for a client that goes may lie unread */

/* Look for the next line in what came in; at the end of input, what is left is a line. */
static void
find_line(struct api_client *c)
{
	const size_t size = api_buf_size(&c->in);
	const char *begin = size ? c->in.data + c->in.at : NULL;
	const char *end = size ? memchr(begin + c->scanned, '\n', size - c->scanned) : NULL;

	c->line_len = end ? (size_t)(end - begin) : size;
	c->has_line = end || (c->eof && size);
	c->scanned = end ? 0 : size;
}

bool
api_client_has_work(const struct api_client *c)
{
	return !c->dead && !c->closing && (api_rpc_busy(&c->rpc) || c->has_line);
}

bool
api_client_can_work(const struct api_client *c)
{
	return api_client_has_work(c) && !c->rpc.waits;
}

static bool
is_finished(const struct api_client *c)
{
	if (c->in.failed || c->out.failed || api_buf_size(&c->out) > API_UNSENT_MAX)
		return true;
	if (api_client_has_work(c) || (api_buf_size(&c->out) && !c->broken))
		return false;
	/* Who subscribes and then says no more may still be listening. */
	return c->closing || (c->eof && (!c->sub.on || c->broken));
}

/* Watch for what could make progress now, and notice the end. */
static void
settle(struct api_client *c)
{
	const bool listening = !c->eof && !c->closing && !api_client_has_work(c);
	uint32_t want =
		(listening ? EPOLLIN : 0u) | (api_buf_size(&c->out) && !c->broken ? EPOLLOUT : 0u);

	if (want == 0)
		want = EPOLLET; /* that it hung up is told in any case: once will do */

	if (is_finished(c))
		c->dead = true;
	else if (want != c->watched && loop_modify(&c->ctx.d->loop, &c->source, want) < 0)
		c->dead = true;
	c->watched = want;
}

static void
flush(struct api_client *c)
{
	while (api_buf_size(&c->out) && !c->broken) {
		const ssize_t n = send(c->source.fd, c->out.data + c->out.at, api_buf_size(&c->out),
				       MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0) {
			api_buf_consume(&c->out, (size_t)n);
			c->patience = 0;
		} else if (errno == EAGAIN || errno == EINTR) {
			break;
		} else {
			c->broken =
				true; /* what it asked for before it left is done all the same */
		}
	}
	if (c->broken)
		api_buf_consume(&c->out, api_buf_size(&c->out));
}

static void
refuse_long_line(struct api_client *c)
{
	char message[80];

	snprintf(message, sizeof(message), "a request line is longer than %u octets", API_LINE_MAX);
	api_rpc_error_line(&c->out, API_EREQUEST, message);
	c->closing = true;
	flush(c);
}

static void
receive(struct api_client *c)
{
	char *to = api_buf_reserve(&c->in, READ_MAX);
	ssize_t n;

	if (!to)
		return;
	n = recv(c->source.fd, to, READ_MAX, MSG_DONTWAIT);
	if (n > 0)
		c->in.len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		c->eof = true;
	find_line(c);
	if (c->line_len > API_LINE_MAX)
		refuse_long_line(c);
}

void
api_client_work(struct api_client *c)
{
	if (api_rpc_busy(&c->rpc)) {
		api_rpc_step(&c->rpc, &c->ctx, &c->out);
	} else {
		api_rpc_begin(&c->rpc, c->in.data + c->in.at, c->line_len, &c->out);
		api_buf_consume(&c->in, c->line_len + (c->line_len < api_buf_size(&c->in)));
		find_line(c);
	}
	api_client_pump(c);
}

void
api_client_pump(struct api_client *c)
{
	if (!c->dead && !c->closing && !api_rpc_busy(&c->rpc)) {
		api_sub_pump(&c->sub, &c->ctx.d->events, &c->out);
		flush(c);
	} else if (api_buf_size(&c->out) > FLUSH_MIN) {
		flush(c);
	}
	settle(c);
}

static void
on_event(struct loop_source *source, uint32_t events)
{
	struct api_client *c = source->arg;

	if (c->dead)
		return;
	if (c->watched & EPOLLIN && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(c);
	flush(c);
	if (c->eof && events & (EPOLLHUP | EPOLLERR))
		c->broken = true; /* gone for good: do not be woken by it for ever */
	settle(c);
	if (c->dead || api_client_can_work(c))
		api_kick(c->api);
}

struct api_client *
api_client_open(struct api *api, int fd, const struct api_context *ctx)
{
	struct api_client *c = calloc(1, sizeof(*c));

	if (!c) {
		close(fd);
		return NULL;
	}
	c->source = (struct loop_source){.fd = fd, .fn = on_event, .arg = c};
	c->api = api;
	c->ctx = *ctx;
	c->ctx.sub = &c->sub;
	c->watched = EPOLLIN;
	if (loop_add(&ctx->d->loop, &c->source, c->watched) < 0) {
		close(fd);
		free(c);
		return NULL;
	}
	return c;
}

void
api_client_free(struct api_client *c)
{
	loop_remove(&c->ctx.d->loop, &c->source);
	close(c->source.fd);
	api_rpc_cancel(&c->rpc);
	api_buf_free(&c->in);
	api_buf_free(&c->out);
	free(c);
}

bool
api_client_overdue(struct api_client *c)
{
	return (c->eof || c->closing) && api_buf_size(&c->out) && ++c->patience > PATIENCE;
}
