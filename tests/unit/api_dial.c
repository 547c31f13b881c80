/* SPDX-License-Identifier: BSD-3-Clause */
/* api_dial.c - talk to the server of a fake daemon through its socket, turning its loop meanwhile. */
#include "api_dial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define TURNS 20000 /* more than any test needs: it ends instead of hanging */

struct bondd *dial_d;

const struct bond_event dial_carrier_lost = {
	.bond = "bond1",
	.kind = "carrier",
	.from = "up",
	.to = "down",
	.reason = "no member is up",
};

static char dir[] = "/tmp/test_api_dial.XXXXXX", path[100];
static char text[1 << 23]; /* what was read last */

static int
open_server(void)
{
	struct conf_err err = {""};
	const int rc = api_open(&dial_d->api, dial_d, &err);

	if (rc)
		fail_msg("%s", err.msg);
	return rc;
}

int
dial_setup(void **state)
{
	(void)state;
	dial_d = fake_bondd_new();
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/bondd.sock", dir);
	dial_d->socket_path = path;
	return open_server();
}

int
dial_teardown(void **state)
{
	(void)state;
	api_close(dial_d->api);
	unlink(path);
	rmdir(dir);
	fake_bondd_free(dial_d);
	return 0;
}

int
dial(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	memcpy(sun.sun_path, path, strlen(path));
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

void
dial_turn(void)
{
	loop_turn(&dial_d->loop, 0);
}

bool
dial_say_octets(int fd, const char *data, size_t len)
{
	for (int i = 0; len && i < TURNS; i++) {
		const ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno != EAGAIN) {
			return false;
		}
		dial_turn();
	}
	assert_int_equal(len, 0);
	return true;
}

bool
dial_say(int fd, const char *line)
{
	return dial_say_octets(fd, line, strlen(line)) && dial_say_octets(fd, "\n", 1);
}

const char *
dial_read_line(int fd)
{
	size_t len = 0;

	for (int i = 0; i < TURNS && len < sizeof(text) - 1; i++) {
		ssize_t n = recv(fd, text + len, sizeof(text) - 1 - len, MSG_PEEK);
		const char *end = n > 0 ? memchr(text + len, '\n', (size_t)n) : NULL;

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return NULL;
		if (n < 0) {
			dial_turn();
			continue;
		}
		if (end)
			n = end + 1 - (text + len);
		assert_int_equal(recv(fd, text + len, (size_t)n, 0), n);
		len += (size_t)n;
		if (end) {
			text[len - 1] = '\0';
			return text;
		}
	}
	fail_msg("no line and no end");
	return NULL;
}

void
dial_expect_code(int fd, int code)
{
	const char *line = dial_read_line(fd);
	json_t *answer = line ? json_loads(line, 0, NULL) : NULL;

	assert_non_null(answer);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(answer, "error"), "code")),
		code);
	json_decref(answer);
}

void
dial_expect_closed(int fd)
{
	assert_null(dial_read_line(fd));
	close(fd);
}

void
dial_expect_service(int fd)
{
	assert_true(dial_say(fd, LIST));
	assert_string_equal(dial_read_line(fd), NAMES);
}
