/* SPDX-License-Identifier: BSD-3-Clause */
/* test_log.c - a line for the journal has a priority, one for people a time and a level. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static int pipe_fd[2], saved;
static char heard[4096];

/* Standard error is a pipe that we read. */
static int
set_up(void **state)
{
	(void)state;
	saved = dup(STDERR_FILENO);
	return pipe(pipe_fd) < 0 || saved < 0 || dup2(pipe_fd[1], STDERR_FILENO) < 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	log_set_level(LOG_LEVEL_INFO);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_fd[0]);
	return close(pipe_fd[1]);
}

static const char *
hear(void)
{
	const ssize_t n = read(pipe_fd[0], heard, sizeof(heard) - 1);

	heard[n < 0 ? 0 : n] = '\0';
	return heard;
}

static void
pretend_journal(unsigned int more)
{
	char text[64];
	struct stat st;

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + more);
	setenv("JOURNAL_STREAM", text, 1);
}

static void
a_line_for_people_has_time_and_level(void **state)
{
	unsigned int h, m, s, ms;
	char rest[64];

	(void)state;
	log_warning("%s: %d", "bond0", 7);
	assert_int_equal(sscanf(hear(), "%2u:%2u:%2u.%3u %63[^\n]", &h, &m, &s, &ms, rest), 5);
	assert_string_equal(rest, "warning: bond0: 7");
}

static void
a_line_for_the_journal_has_a_priority(void **state)
{
	(void)state;
	pretend_journal(0);
	log_error("a");
	log_notice("b");
	assert_string_equal(hear(), "<3>a\n<5>b\n");
}

/* A shell or a build that a unit has started, with its output in a file. */
static void
the_journal_of_somebody_else_is_not_ours(void **state)
{
	(void)state;
	pretend_journal(1);
	log_error("a");
	assert_non_null(strstr(hear(), " error: a\n"));
	setenv("JOURNAL_STREAM", "nonsense", 1);
	log_error("b");
	assert_non_null(strstr(hear(), " error: b\n"));
}

static void
a_long_sentence_is_one_whole_line(void **state)
{
	char text[1025];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("%s", text);
	assert_non_null(strstr(hear(), text));
	assert_int_equal(heard[strlen(heard) - 1], '\n');
	log_error("%s%s", text, text); /* longer than any is: cut, but still a line */
	hear();
	assert_int_equal(strcspn(heard, "\n"), strlen(heard) - 1);
}

static void
what_is_too_detailed_is_not_written(void **state)
{
	(void)state;
	log_debug("a");
	log_info("b");
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("c");
	log_error("d");
	hear();
	assert_null(strstr(heard, ": a\n"));
	assert_non_null(strstr(heard, ": b\n"));
	assert_null(strstr(heard, ": c\n"));
	assert_non_null(strstr(heard, ": d\n"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_for_people_has_time_and_level),
		TEST(a_line_for_the_journal_has_a_priority),
		TEST(the_journal_of_somebody_else_is_not_ours),
		TEST(a_long_sentence_is_one_whole_line),
		TEST(what_is_too_detailed_is_not_written),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
