/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_api.c - whatever a client sends, each line of the answer is JSON-RPC, and then it ends. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api_int.h"
#include "fake_bondd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64];
static struct bondd *d;

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
stop(void)
{
	api_close(d->api);
	fake_bondd_free(d);
}

static void
start(void)
{
	struct conf_err err = {""};

	d = fake_bondd_new();
	snprintf(path, sizeof(path), "/tmp/fuzz_api.%d.sock", (int)getpid());
	d->socket_path = path;
	must(api_open(&d->api, d, &err) == 0);
	atexit(stop);
}

/* A turn of the daemon, some milliseconds after the last. */
static void
turn(void)
{
	static uint64_t now;

	loop_turn(&d->loop, 0);
	now += 2 * BOND_MSEC;
	api_tick(d->api, now);
}

static int
dial_server(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memcpy(sun.sun_path, path, sizeof(path));
	must(fd >= 0 && connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0);
	return fd;
}

static void
check_message(const json_t *m)
{
	const char *version = json_string_value(json_object_get(m, "jsonrpc"));
	const bool answer = json_object_get(m, "id");

	must(version && strcmp(version, "2.0") == 0);
	must(answer == !json_object_get(m, "method")); /* else it is the notification of an event */
	must(!answer || !json_object_get(m, "error") == !!json_object_get(m, "result"));
}

static void
check_line(const char *line, size_t len)
{
	json_t *text = json_loadb(line, len, 0, NULL);
	json_t *m;
	size_t i;

	must(text);
	if (json_is_object(text))
		check_message(text);
	else
		must(json_array_size(text) > 0);
	json_array_foreach (text, i, m)
		check_message(m);
	json_decref(text);
}

/* Consume whole lines. */
static void
check_lines(struct api_buf *in)
{
	const char *begin, *end;

	while (api_buf_size(in)) {
		begin = in->data + in->at;
		end = memchr(begin, '\n', api_buf_size(in));
		if (!end)
			return;
		check_line(begin, (size_t)(end - begin));
		api_buf_consume(in, (size_t)(end - begin) + 1);
	}
}

/* Read until the server closes. Who subscribes is not closed by its own end of input. */
static void
read_all(int fd)
{
	struct api_buf in = {0};
	ssize_t n;

	for (int idle = 0; idle < 20;) {
		char *to = api_buf_reserve(&in, 65536);

		must(to);
		n = recv(fd, to, 65536, 0);
		if (n == 0)
			break;
		if (n > 0) {
			in.len += (size_t)n;
			check_lines(&in);
			idle = 0;
			continue;
		}
		must(errno == EAGAIN);
		turn();
		idle++;
	}
	must(api_buf_size(&in) == 0);
	api_buf_free(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd;

	if (!d)
		start();
	fd = dial_server();
	for (ssize_t n; size; data += n, size -= (size_t)n) {
		n = send(fd, data, size < 1000 ? size : 1000, MSG_NOSIGNAL);
		if (n < 0)
			n = 0;
		turn();
	}
	shutdown(fd, SHUT_WR);
	read_all(fd);
	close(fd);
	turn();
	turn();
	return 0;
}
