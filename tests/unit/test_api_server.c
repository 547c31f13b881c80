/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_server.c - the socket under friendly, slow and broken clients; no waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_dial.h"

static void
requests_are_answered_in_order(void **state)
{
	const int fd = dial();

	(void)state;
	assert_true(dial_say(fd, LIST "\n1\n\r\n" LIST));
	assert_string_equal(dial_read_line(fd), NAMES);
	dial_expect_code(fd, API_EREQUEST);
	assert_string_equal(dial_read_line(fd), NAMES);
	close(fd);
}

static void
a_line_may_come_in_pieces(void **state)
{
	const int fd = dial();

	(void)state;
	for (const char *c = LIST "\n"; *c; c++)
		assert_true(dial_say_octets(fd, c, 1));
	assert_string_equal(dial_read_line(fd), NAMES);
	close(fd);
}

static void
half_a_line_holds_up_nobody(void **state)
{
	const int half = dial(), other = dial();

	(void)state;
	assert_true(dial_say_octets(half, LIST, 20));
	dial_expect_service(other);
	assert_true(dial_say(half, &LIST[20]));
	assert_string_equal(dial_read_line(half), NAMES);
	assert_true(dial_say_octets(half, LIST, 20));
	close(half);
	dial_expect_service(other);
	close(other);
}

static void
the_end_of_input_ends_a_line_and_then_the_connection(void **state)
{
	const int whole = dial(), half = dial();

	(void)state;
	assert_true(dial_say_octets(whole, LIST, strlen(LIST)));
	shutdown(whole, SHUT_WR);
	assert_string_equal(dial_read_line(whole), NAMES);
	dial_expect_closed(whole);
	assert_true(dial_say_octets(half, LIST, 20));
	shutdown(half, SHUT_WR);
	dial_expect_code(half, API_EPARSE);
	dial_expect_closed(half);
}

static void
garbage_is_answered_and_forgotten(void **state)
{
	static char noise[10000];
	const int fd = dial();
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1664525 + 1013904223;
		noise[i] = (char)(x >> 24);
		if (noise[i] == '\n')
			noise[i] = 'n';
	}
	assert_true(dial_say_octets(fd, noise, sizeof(noise)) && dial_say(fd, ""));
	dial_expect_code(fd, API_EPARSE);
	assert_true(dial_say(fd, "GET / HTTP/1.1\r"));
	dial_expect_code(fd, API_EPARSE);
	dial_expect_service(fd);
	close(fd);
}

static void
subscribers_are_told_of_events_after_the_answer(void **state)
{
	const int fd = dial(), other = dial();

	(void)state;
	assert_true(dial_say(fd, WATCH));
	assert_non_null(strstr(dial_read_line(fd), "\"seq\""));
	eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
	assert_non_null(strstr(dial_read_line(fd), "\"kind\":\"carrier\""));
	/* What its own request leads to comes after the answer of that. */
	assert_true(dial_say(fd, "[{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"member.activate\","
				 "\"params\":[\"bond0\",\"eth2\"]}," LIST "]"));
	assert_string_equal(dial_read_line(fd),
			    "[{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":5}," NAMES "]");
	assert_non_null(strstr(dial_read_line(fd), "\"kind\":\"active\""));
	/* Who has not asked hears nothing. */
	dial_expect_service(other);
	close(fd);
	close(other);
}

static void
every_subscriber_is_told(void **state)
{
	int fd[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		fd[i] = dial();
		assert_true(dial_say(fd[i], WATCH));
		assert_non_null(strstr(dial_read_line(fd[i]), "\"seq\""));
	}
	eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
	for (int i = 2; i >= 0; i--) {
		assert_non_null(strstr(dial_read_line(fd[i]), "\"kind\":\"carrier\""));
		close(fd[i]);
	}
}

/* Would the loop turn at once? */
static bool
has_work(void)
{
	struct epoll_event event;

	return epoll_wait(dial_d->loop.epoll_fd, &event, 1, 0) != 0;
}

static void
who_leaves_while_its_request_waits_keeps_nobody_awake(void **state)
{
	const int fd = dial();
	uint64_t now = loop_now();

	(void)state;
	fake_seen.leaving = 3; /* a member that is just leaving: the newcomer waits */
	assert_true(dial_say(fd,
			     "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.add\",\"params\":"
			     "[\"bond0\",{\"name\":\"eth3\",\"netdev\":\"ens3\"}]}"));
	close(fd);
	for (int i = 0; i < 4; i++)
		dial_turn();
	assert_int_equal(fake_seen.leaving, 2);
	assert_false(has_work());
	for (int i = 0; i < 3; i++) {
		now += BOND_SEC;
		api_tick(dial_d->api, now);
		dial_turn();
	}
	assert_int_equal(dial_d->bond[0]->core.n_members, 3); /* it is done all the same */
	for (int i = 0; i < 4; i++)
		dial_turn();
	assert_false(has_work());
}

/* Ask for more than the kernel keeps for a reader, say no more, and read after some seconds. */
static unsigned int
answers_after(unsigned int seconds, uint64_t now)
{
	const int fd = dial();
	unsigned int n = 0;

	for (int i = 0; i < 300; i++)
		assert_true(dial_say(fd, GET));
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < 400; i++)
		dial_turn();
	for (unsigned int s = 1; s <= seconds; s++) {
		api_tick(dial_d->api, now + s * BOND_SEC);
		dial_turn();
	}
	while (dial_read_line(fd))
		n++;
	close(fd);
	return n;
}

static void
who_has_said_all_has_some_seconds_to_read(void **state)
{
	const uint64_t now = loop_now();

	(void)state;
	assert_int_equal(answers_after(4, now), 300);
	assert_in_range(answers_after(8, now + 10 * BOND_SEC), 0, 299);
}

static void
a_subscriber_may_have_no_more_to_say(void **state)
{
	const int fd = dial();

	(void)state;
	assert_true(dial_say(fd, WATCH));
	shutdown(fd, SHUT_WR);
	assert_non_null(strstr(dial_read_line(fd), "\"seq\""));
	eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
	assert_non_null(strstr(dial_read_line(fd), "\"kind\":\"carrier\""));
	close(fd);
	dial_turn();
	eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
	dial_turn();
}

static void
the_load_of_workers_is_taken_by_the_tick(void **state)
{
	const uint64_t now = loop_now();
	const int fd = dial();

	(void)state;
	dial_d->dp.worker[1].busy_cycles = 1;
	dial_d->dp.worker[1].all_cycles = 2;
	api_tick(dial_d->api, now + BOND_SEC);
	assert_true(dial_say(fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"daemon.info\"}"));
	assert_non_null(strstr(dial_read_line(fd), "{\"lcore\":2,\"busy_ratio\":0.5}"));
	close(fd);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, dial_setup, dial_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_are_answered_in_order),
		TEST(a_line_may_come_in_pieces),
		TEST(half_a_line_holds_up_nobody),
		TEST(the_end_of_input_ends_a_line_and_then_the_connection),
		TEST(garbage_is_answered_and_forgotten),
		TEST(subscribers_are_told_of_events_after_the_answer),
		TEST(every_subscriber_is_told),
		TEST(who_leaves_while_its_request_waits_keeps_nobody_awake),
		TEST(who_has_said_all_has_some_seconds_to_read),
		TEST(a_subscriber_may_have_no_more_to_say),
		TEST(the_load_of_workers_is_taken_by_the_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
