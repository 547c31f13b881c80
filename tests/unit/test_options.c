/* SPDX-License-Identifier: BSD-3-Clause */
/* test_options.c - the command line: what is understood and what is refused, with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

#define MAX_ARGS 16

static char *argv[MAX_ARGS + 1];
static struct options o;
static struct conf_err err;

/* Words are separated by single blanks; two blanks make an empty word. */
static int
parse(const char *line)
{
	static char words[256];
	char *rest = words, *word;
	int argc = 0;

	assert_true(strlen(line) < sizeof(words));
	strcpy(words, line);
	memset(argv, 0, sizeof(argv));
	argv[argc++] = (char *)(uintptr_t) "dpdk-bondd";
	while (*line && argc < MAX_ARGS && (word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	err.msg[0] = '\0';
	return options_parse(argc, argv, &o, &err);
}

static void
a_configuration_is_all_that_is_needed(void **state)
{
	(void)state;
	assert_int_equal(parse("-c bond.cfg"), 0);
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_string_equal(o.config, "bond.cfg");
	assert_null(o.socket);
	assert_int_equal(o.verbose, 0);
	assert_int_equal(o.eal_argc, 0);
	assert_null(o.eal_argv[0]);
}

static void
all_options_together(void **state)
{
	(void)state;
	assert_int_equal(parse("-c f -- -v --huge-unlink h --h --match-allocations"), 0);
	assert_int_equal(parse("-vv --config=a.cfg -s /run/x --verbose --check -- -l 0 --no-pci"),
			 0);
	assert_int_equal(o.action, OPTIONS_CHECK);
	assert_string_equal(o.config, "a.cfg");
	assert_string_equal(o.socket, "/run/x");
	assert_int_equal(o.verbose, 3);
	assert_int_equal(o.eal_argc, 3);
	assert_string_equal(o.eal_argv[0], "-l");
	assert_string_equal(o.eal_argv[2], "--no-pci");
}

static void
actions_by_their_names(void **state)
{
	static const struct {
		const char *line;
		enum options_action action;
	} rows[] = {
		{"--help", OPTIONS_HELP},
		{"-h", OPTIONS_HELP},
		{"--version", OPTIONS_VERSION},
		{"-V", OPTIONS_VERSION},
		{"--print-doc", OPTIONS_PRINT_DOC},
		{"--print-api-doc", OPTIONS_PRINT_API_DOC},
		{"-c f --print-config", OPTIONS_PRINT_CONFIG},
		{"--check -c f --check", OPTIONS_CHECK},
		{"--vers", OPTIONS_VERSION},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line), 0);
		assert_int_equal(o.action, rows[i].action);
	}
}

static void
bad_usage_is_refused_in_one_sentence(void **state)
{
	static const struct {
		const char *line, *msg;
	} rows[] = {
		{"", "-c FILE is missing"},
		{"--check", "-c FILE is missing"},
		{"-- -c f", "-c FILE is missing"},
		{"-c", "-c needs a FILE"},
		{"-c -- x", "-c needs a FILE"},
		{"--config", "--config needs a FILE"},
		{"-c f -s", "-s needs a SOCKET"},
		{"-c f -c g", "-c is given twice: f and g"},
		{"-c f g", "unexpected argument g; those for DPDK come after --"},
		{"g -c f", "unexpected argument g; those for DPDK come after --"},
		{"-x", "unknown option -x"},
		{"-vx", "unknown option -x"},
		{"-vvx -c f", "unknown option -x"},
		{"--chek -c f", "unknown option --chek, did you mean --check?"},
		{"--chek=x -c f", "unknown option --chek, did you mean --check?"},
		{"-c f --wurst", "unknown option --wurst"},
		{"--check=1 -c f", "--check takes no value"},
		{"--print -c f", "--print could be several options, write it in full"},
		{"-c f --check --print-config", "--check and --print-config exclude each other"},
		{"-c f -- --log-level=8 -h", "-h behind -- would end the daemon before it begins"},
		{"-c f -- -vh", "-vh behind -- would end the daemon before it begins"},
		{"-c f -- --he", "--he behind -- would end the daemon before it begins"},
		{"-c f -s ", "-s : the path of a socket has 1 to 107 characters"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line), -22);
		assert_string_equal(err.msg, rows[i].msg);
	}
}

static void
a_socket_has_room_in_its_address(void **state)
{
	char line[160] = "-c f -s ";

	(void)state;
	memset(line + strlen(line), 'x', CONF_SOCKET_SIZE - 1);
	assert_int_equal(parse(line), 0);
	strcat(line, "x");
	assert_int_equal(parse(line), -22);
	assert_non_null(strstr(err.msg, "has 1 to 107 characters"));
}

static void
usage_has_a_line_for_every_option(void **state)
{
	static const char *const options[] = {
		"  -c, --config=FILE ",   "      --check ",   "      --print-config ",
		"  -s, --socket=SOCKET ", "  -v, --verbose ", "      --print-doc ",
		"  -V, --version ",       "  -h, --help ",
	};
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	options_usage(f);
	fclose(f);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strstr(text, options[i]))
			fail_msg("no line begins with \"%s\"", options[i]);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration_is_all_that_is_needed),
		cmocka_unit_test(all_options_together),
		cmocka_unit_test(actions_by_their_names),
		cmocka_unit_test(bad_usage_is_refused_in_one_sentence),
		cmocka_unit_test(a_socket_has_room_in_its_address),
		cmocka_unit_test(usage_has_a_line_for_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
