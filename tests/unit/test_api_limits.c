/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_limits.c - the socket under hostile clients: too long, too many, never reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_dial.h"

static char octets[1 << 20];

static void
a_line_of_the_greatest_length_is_a_line(void **state)
{
	static char line[API_LINE_MAX + 1];
	const int fd = dial();

	(void)state;
	memset(line, ' ', sizeof(line));
	memcpy(line, LIST, strlen(LIST));
	assert_true(dial_say_octets(fd, line, API_LINE_MAX) && dial_say(fd, ""));
	assert_string_equal(dial_read_line(fd), NAMES);
	(void)dial_say_octets(fd, line, API_LINE_MAX + 1);
	(void)dial_say(fd, "");
	dial_expect_code(fd, API_EREQUEST);
	dial_expect_closed(fd);
}

static void
a_line_of_ten_megabytes_is_refused_long_before_its_end(void **state)
{
	static char line[10 << 20];
	const int fd = dial(), other = dial();

	(void)state;
	memset(line, '[', sizeof(line));
	assert_false(dial_say_octets(fd, line, sizeof(line)));
	dial_expect_code(fd, API_EREQUEST);
	dial_expect_closed(fd);
	dial_expect_service(other);
	close(other);
}

static void
who_never_reads_is_disconnected(void **state)
{
	const int fd = dial(), other = dial();
	bool alive = true;
	int n;

	(void)state;
	for (n = 0; alive && n < 10000; n++) { /* so many answers are some 20 MB */
		alive = dial_say(fd, GET);
		if (n % 100 == 0)
			dial_expect_service(other);
	}
	assert_false(alive);
	assert_true(n > 100);
	close(fd);
	dial_expect_service(other);
	close(other);
}

static void
one_client_too_many_is_told_so(void **state)
{
	int fd[API_CLIENTS_MAX], more;

	(void)state;
	for (int i = 0; i < API_CLIENTS_MAX; i++) {
		fd[i] = dial();
		dial_turn();
	}
	more = dial();
	dial_expect_code(more, -EBUSY);
	dial_expect_closed(more);
	for (int i = 0; i < API_CLIENTS_MAX; i++)
		dial_expect_service(fd[i]);
	close(fd[7]);
	dial_turn();
	dial_turn();
	fd[7] = dial();
	dial_expect_service(fd[7]);
	for (int i = 0; i < API_CLIENTS_MAX; i++)
		close(fd[i]);
}

static void
clients_that_leave_make_room(void **state)
{
	(void)state;
	for (int i = 0; i < 5 * API_CLIENTS_MAX; i++) {
		const int fd = dial();

		if (i % 3)
			assert_true(dial_say(fd, i % 3 == 1 ? GET : WATCH));
		close(fd);
		dial_turn();
		dial_turn();
	}
	for (int i = 0; i < 3; i++) {
		const int fd = dial();

		dial_expect_service(fd);
		close(fd);
	}
}

/* A batch that takes many turns. @return its octets, newline included */
static size_t
long_batch(char *line, size_t size)
{
	size_t len = 0;

	line[len++] = '[';
	while (len + strlen(LIST) + 3 < size) {
		memcpy(line + len, LIST ",", strlen(LIST) + 1);
		len += strlen(LIST) + 1;
	}
	line[len - 1] = ']';
	line[len++] = '\n';
	return len;
}

static void
a_long_batch_leaves_turns_to_others(void **state)
{
	static char line[API_LINE_MAX];
	const size_t len = long_batch(line, sizeof(line));
	const int fd = dial(), other = dial();
	json_t *answers;
	int turns = 0;
	char c;

	(void)state;
	/* All but its newline first: it must not have run before the other one asks. */
	assert_true(dial_say_octets(fd, line, len - 1));
	assert_int_equal(send(other, LIST "\n", strlen(LIST) + 1, 0), strlen(LIST) + 1);
	assert_int_equal(send(fd, "\n", 1, 0), 1);
	for (; recv(other, &c, 1, MSG_PEEK) < 0; turns++)
		dial_turn();
	assert_true(turns <= 3);
	assert_string_equal(dial_read_line(other), NAMES);
	for (turns = 0; recv(fd, &c, 1, MSG_PEEK) < 0; turns++)
		dial_turn();
	answers = json_loads(dial_read_line(fd), 0, NULL);
	assert_int_equal(json_array_size(answers), (len - 2) / (strlen(LIST) + 1));
	json_decref(answers);
	close(fd);
	close(other);
}

static void
a_subscriber_that_never_reads_is_disconnected(void **state)
{
	const int fd = dial(), other = dial();
	char c;

	(void)state;
	assert_true(dial_say(fd, WATCH));
	for (int i = 0; i < 30000; i++) { /* some 6 MB of notifications */
		eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
		if (i % 1000 == 0)
			dial_turn();
	}
	dial_expect_service(other);
	while (recv(fd, octets, sizeof(octets), 0) > 0)
		dial_turn();
	assert_int_equal(recv(fd, &c, 1, 0), 0);
	close(fd);
	close(other);
}

static void
who_goes_and_reads_nothing_is_waited_for_in_vain_only_shortly(void **state)
{
	uint64_t now = loop_now();
	const int fd = dial();
	ssize_t n;

	(void)state;
	for (int i = 0; i < 300; i++) /* more than the socket takes, less than is too much */
		assert_true(dial_say(fd, GET));
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < 10; i++) {
		dial_turn();
		api_tick(dial_d->api, now += BOND_SEC);
	}
	do /* no turns: only what was sent before can come */
		n = recv(fd, octets, sizeof(octets), 0);
	while (n > 0);
	assert_int_equal(n, 0);
	close(fd);
}

static void
a_lack_of_descriptors_is_survived(void **state)
{
	struct rlimit old, few;
	int fd;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	fd = dial();
	few = old;
	few.rlim_cur = (rlim_t)fd + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	dial_turn();
	dial_turn();
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(send(fd, LIST "\n", strlen(LIST) + 1, 0), strlen(LIST) + 1);
	dial_turn(); /* deaf: nothing is accepted before the next tick */
	dial_turn();
	assert_int_equal(recv(fd, octets, 1, 0), -1);
	api_tick(dial_d->api, loop_now());
	assert_string_equal(dial_read_line(fd), NAMES);
	close(fd);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, dial_setup, dial_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_of_the_greatest_length_is_a_line),
		TEST(a_line_of_ten_megabytes_is_refused_long_before_its_end),
		TEST(who_never_reads_is_disconnected),
		TEST(one_client_too_many_is_told_so),
		TEST(clients_that_leave_make_room),
		TEST(a_long_batch_leaves_turns_to_others),
		TEST(a_subscriber_that_never_reads_is_disconnected),
		TEST(who_goes_and_reads_nothing_is_waited_for_in_vain_only_shortly),
		TEST(a_lack_of_descriptors_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
