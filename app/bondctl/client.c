/* SPDX-License-Identifier: BSD-3-Clause */
/* client.c - the connection to the daemon: requests out, answers and notifications in. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bondctl.h"

int
ctl_error(struct ctl *ctl, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ctl->error, sizeof(ctl->error), fmt, ap);
	va_end(ap);
	return code;
}

/* Why there is no connection, and what to do about it. */
static int
refuse_connection(struct ctl *ctl, int error)
{
	static const struct {
		int error;
		const char *why, *remedy;
	} rows[] = {
		{ENOENT, "there is no such socket",
		 "start the daemon with \"dpdk-bondd -c FILE\", or name its socket with -s"},
		{ECONNREFUSED, "nobody listens there any more",
		 "start the daemon with \"dpdk-bondd -c FILE\""},
		{EACCES, "permission denied", "become root or join the group of the socket"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].error == error)
			return ctl_error(ctl, CTL_FAIL, "no daemon at %s: %s; %s", ctl->socket,
					 rows[i].why, rows[i].remedy);
	return ctl_error(ctl, CTL_FAIL, "no daemon at %s: %s", ctl->socket, strerror(error));
}

static int
open_connection(struct ctl *ctl)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(ctl->socket) >= sizeof(sun.sun_path))
		return refuse_connection(ctl, ENAMETOOLONG);
	memcpy(sun.sun_path, ctl->socket, strlen(ctl->socket));
	ctl->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ctl->fd < 0)
		return refuse_connection(ctl, errno);
	if (connect(ctl->fd, (const struct sockaddr *)&sun, sizeof(sun)) < 0) {
		const int error = errno;

		close(ctl->fd);
		return refuse_connection(ctl, error);
	}
	ctl->in = fdopen(ctl->fd, "r");
	if (ctl->in)
		return CTL_OK;
	close(ctl->fd);
	return refuse_connection(ctl, errno);
}

void
ctl_close(struct ctl *ctl)
{
	if (ctl->in)
		fclose(ctl->in);
	ctl->in = NULL;
}

/* A daemon that refuses a connection says why and closes it: what it said is still to be read. */
static void
send_line(struct ctl *ctl, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0;
	ssize_t n = 0;

	if (text)
		text[len++] = '\n'; /* in place of the NUL */
	for (size_t at = 0; at < len && n >= 0; at += (size_t)(n > 0 ? n : 0))
		do
			n = send(ctl->fd, text + at, len - at, MSG_NOSIGNAL);
		while (n < 0 && errno == EINTR);
	free(text);
}

static json_t *
read_line(struct ctl *ctl)
{
	char *line = NULL;
	size_t size = 0;
	const ssize_t len = getline(&line, &size, ctl->in);
	json_t *text = NULL;

	if (len <= 0)
		ctl_error(ctl, CTL_FAIL, "the daemon at %s has closed the connection", ctl->socket);
	else if (!(text = json_loadb(line, (size_t)len, 0, NULL)))
		ctl_error(ctl, CTL_FAIL, "%s: this is no answer of dpdk-bondd: %.80s", ctl->socket,
			  line);
	free(line);
	return text;
}

static bool
is_answer(const struct ctl *ctl, const json_t *text)
{
	const json_t *id = json_object_get(text, "id");

	/* An error about the connection itself belongs to no request. */
	return json_is_null(id) || (json_is_integer(id) && json_integer_value(id) == ctl->last_id);
}

static json_t *
result_of(struct ctl *ctl, json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	json_t *result = json_incref(json_object_get(answer, "result"));

	if (!result) {
		if (ctl->json)
			ctl_print_json(error);
		ctl_error(ctl, CTL_FAIL, "%s", text_string(error, "message", "no reason given"));
	}
	json_decref(answer);
	return result;
}

json_t *
ctl_call(struct ctl *ctl, const char *method, json_t *params)
{
	json_t *request, *text;

	if (!ctl->in && open_connection(ctl) != CTL_OK) {
		json_decref(params);
		return NULL;
	}
	request = json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", ++ctl->last_id,
			    "method", method, "params", params ? params : json_object());
	send_line(ctl, request);
	json_decref(request);
	while ((text = read_line(ctl)) && !is_answer(ctl, text))
		json_decref(text);
	return text ? result_of(ctl, text) : NULL;
}

json_t *
ctl_next_event(struct ctl *ctl)
{
	json_t *text, *params;

	while ((text = read_line(ctl)) && !json_object_get(text, "method"))
		json_decref(text);
	params = json_incref(json_object_get(text, "params"));
	json_decref(text);
	return params;
}

void
ctl_print_json(const json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	putchar('\n');
}

json_t *
ctl_bond_param(const char *name)
{
	return name ? json_pack("{s:s}", "bond", name) : json_object();
}
