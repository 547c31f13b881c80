/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_socket.c - the path of the socket: whose it is, what may be replaced, who may connect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_int.h"
#include "fake_bondd.h"

static struct bondd *d;
static struct conf_telemetry *telemetry;
static char dir[] = "/tmp/test_api_socket.XXXXXX", path[200];

static int
setup(void **state)
{
	(void)state;
	d = fake_bondd_new();
	telemetry = (struct conf_telemetry *)(uintptr_t)&d->conf->telemetry;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/bondd.sock", dir);
	d->socket_path = path;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	rmdir(dir);
	fake_bondd_free(d);
	return 0;
}

static void
expect_open(struct api **api)
{
	struct conf_err err = {""};

	if (api_open(api, d, &err))
		fail_msg("%s", err.msg);
}

static void
expect_refused(int rc, const char *sentence)
{
	struct conf_err err = {""};
	struct api *api;

	assert_int_equal(api_open(&api, d, &err), rc);
	assert_string_equal(err.msg, sentence);
}

/* A socket that nobody listens on any more. */
static void
leave_socket(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(sun.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
}

static void
the_socket_has_the_mode_of_the_configuration_and_goes_at_the_end(void **state)
{
	struct stat st;
	struct api *api;

	(void)state;
	telemetry->socket_mode = 0640;
	expect_open(&api);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0640);
	api_close(api);
	assert_int_equal(lstat(path, &st), -1);
}

static void
directories_above_it_are_made(void **state)
{
	char deeper[300], *slash;
	struct api *api;

	(void)state;
	snprintf(deeper, sizeof(deeper), "%s/a/b/bondd.sock", dir);
	d->socket_path = deeper;
	expect_open(&api);
	api_close(api);
	for (int i = 0; i < 2; i++) {
		slash = strrchr(deeper, '/');
		*slash = '\0';
		assert_int_equal(rmdir(deeper), 0);
	}
}

static void
what_a_dead_daemon_left_is_replaced(void **state)
{
	struct api *api;

	(void)state;
	leave_socket();
	expect_open(&api);
	api_close(api);
}

static void
a_path_in_use_is_refused_with_the_pid(void **state)
{
	char sentence[300];
	struct api *api;
	struct stat st;

	(void)state;
	expect_open(&api);
	snprintf(sentence, sizeof(sentence), "%s: in use by a running dpdk-bondd (pid %d)", path,
		 (int)getpid());
	expect_refused(-EADDRINUSE, sentence);
	assert_int_equal(lstat(path, &st), 0);
	api_close(api);
}

static void
a_busy_daemon_is_a_living_one(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	const int waiting = socket(AF_UNIX, SOCK_STREAM, 0);
	char sentence[300];

	(void)state;
	strcpy(sun.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(connect(waiting, (struct sockaddr *)&sun, sizeof(sun)), 0);
	snprintf(sentence, sizeof(sentence), "%s: in use by a running dpdk-bondd", path);
	expect_refused(-EADDRINUSE, sentence);
	close(waiting);
	close(fd);
}

static void
a_file_is_never_removed(void **state)
{
	char sentence[300];
	struct stat st;

	(void)state;
	close(open(path, O_CREAT | O_WRONLY, 0600));
	snprintf(sentence, sizeof(sentence), "%s: exists and is not a socket", path);
	expect_refused(-EEXIST, sentence);
	assert_int_equal(lstat(path, &st), 0);
}

static void
an_unknown_group_is_refused_and_nothing_left(void **state)
{
	char sentence[300];
	struct stat st;

	(void)state;
	strcpy(telemetry->socket_group, "no-such-group");
	snprintf(sentence, sizeof(sentence),
		 "%s: socket_group: there is no group \"no-such-group\"", path);
	expect_refused(-ENOENT, sentence);
	assert_int_equal(lstat(path, &st), -1);
}

static void
the_socket_of_a_successor_stays(void **state)
{
	struct api *first, *second;
	struct stat st;

	(void)state;
	expect_open(&first);
	assert_int_equal(unlink(path), 0);
	expect_open(&second);
	api_close(first);
	assert_int_equal(lstat(path, &st), 0);
	api_close(second);
	assert_int_equal(lstat(path, &st), -1);
}

static int lock = -1;              /* of the directory, that another daemon holds */
static unsigned int waits, let_go; /* so far; after so many it has what it wants */

int __wrap_nanosleep(const struct timespec *time, struct timespec *rest);

int
__wrap_nanosleep(const struct timespec *time, struct timespec *rest)
{
	(void)rest;
	assert_true(time->tv_sec == 0 && time->tv_nsec <= 10000000);
	if (++waits == let_go)
		close(lock);
	return 0;
}

static void
two_that_start_together_both_start(void **state)
{
	struct api *api;

	(void)state;
	lock = open(dir, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	waits = 0;
	let_go = 5;
	expect_open(&api);
	assert_int_equal(waits, 5);
	api_close(api);
}

static void
two_that_start_together_do_not_both_win(void **state)
{
	char sentence[300];

	(void)state;
	lock = open(dir, O_RDONLY | O_DIRECTORY);
	waits = let_go = 0;
	assert_int_equal(flock(lock, LOCK_EX), 0);
	snprintf(sentence, sizeof(sentence), "%s: another program has locked %s", path, dir);
	expect_refused(-EAGAIN, sentence);
	assert_in_range(waits, 10, 100); /* at 10 ms each */
	close(lock);
}

static void
a_path_that_is_too_long_is_refused(void **state)
{
	char longer[200];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	d->socket_path = longer;
	{
		struct conf_err err = {""};
		struct api *api;

		assert_int_equal(api_open(&api, d, &err), -ENAMETOOLONG);
		assert_non_null(strstr(err.msg, "longer than 107 characters"));
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_socket_has_the_mode_of_the_configuration_and_goes_at_the_end),
		TEST(directories_above_it_are_made),
		TEST(what_a_dead_daemon_left_is_replaced),
		TEST(a_path_in_use_is_refused_with_the_pid),
		TEST(a_busy_daemon_is_a_living_one),
		TEST(a_file_is_never_removed),
		TEST(an_unknown_group_is_refused_and_nothing_left),
		TEST(the_socket_of_a_successor_stays),
		TEST(two_that_start_together_both_start),
		TEST(two_that_start_together_do_not_both_win),
		TEST(a_path_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
