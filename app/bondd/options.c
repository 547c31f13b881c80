/* SPDX-License-Identifier: BSD-3-Clause */
/* options.c - understands the command line; a table of rows drives parsing and usage. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conf_field.h"

struct option_row {
	char letter; /* 0: none */
	const char *name;
	const char *arg;            /* NULL: takes none */
	enum options_action action; /* RUN: the option is no action */
	const char *doc;
};

static const struct option_row rows[] = {
	{'c', "config", "FILE", OPTIONS_RUN, "read this configuration (docs/config.md)"},
	{0, "check", NULL, OPTIONS_CHECK,
	 "only look at the configuration: nothing is said if it is right"},
	{0, "print-config", NULL, OPTIONS_PRINT_CONFIG,
	 "write the configuration with all defaults filled in"},
	{0, "release", NULL, OPTIONS_RELEASE,
	 "give back what a dead daemon left: NICs, changed interfaces, bond0 if it was to stay"},
	{'s', "socket", "SOCKET", OPTIONS_RUN, "listen here instead of telemetry.socket"},
	{'v', "verbose", NULL, OPTIONS_RUN, "log more; can be repeated"},
	{0, "print-doc", NULL, OPTIONS_PRINT_DOC, "write the reference of all settings"},
	{0, "print-api-doc", NULL, OPTIONS_PRINT_API_DOC, "write the reference of the JSON socket"},
	{'V', "version", NULL, OPTIONS_VERSION, "write the versions of this program and of DPDK"},
	{'h', "help", NULL, OPTIONS_HELP, "write this text"},
};

#define N_ROWS     (sizeof(rows) / sizeof(rows[0]))
#define FIRST_LONG 256 /* what getopt_long() returns for row 0 given by its long name */

static const struct option_row *
find(int value)
{
	if (value >= FIRST_LONG)
		return &rows[value - FIRST_LONG];
	for (size_t i = 0; i < N_ROWS; i++)
		if (value && rows[i].letter == value)
			return &rows[i];
	return NULL;
}

/* getopt_long() did not know an option, or not with this value. */
static int
refuse_option(const char *arg, int value, struct conf_err *err)
{
	const struct option_row *row = find(value);
	struct conf_guess guess;
	char name[64];

	if (row)
		return conf_refuse(err, -EINVAL, "--%s takes no value", row->name);
	if (strncmp(arg, "--", 2) != 0)
		return conf_refuse(err, -EINVAL, "unknown option -%c", value);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
	guess = conf_guess_begin(name);
	for (size_t i = 0; i < N_ROWS; i++) {
		if (strncmp(rows[i].name, name, strlen(name)) == 0)
			return conf_refuse(err, -EINVAL,
					   "--%s could be several options, write it in full", name);
		conf_guess_try(&guess, rows[i].name);
	}
	return conf_refuse(err, -EINVAL, "unknown option --%s%s%s%s", name,
			   guess.best ? ", did you mean --" : "", guess.best ? guess.best : "",
			   guess.best ? "?" : "");
}

static int
take_action(const struct option_row *row, struct options *o, struct conf_err *err)
{
	static const char *const names[] = {
		[OPTIONS_CHECK] = "check",         [OPTIONS_PRINT_CONFIG] = "print-config",
		[OPTIONS_PRINT_DOC] = "print-doc", [OPTIONS_PRINT_API_DOC] = "print-api-doc",
		[OPTIONS_VERSION] = "version",     [OPTIONS_HELP] = "help",
		[OPTIONS_RELEASE] = "release",
	};

	if (o->action != OPTIONS_RUN && o->action != row->action)
		return conf_refuse(err, -EINVAL, "--%s and --%s exclude each other",
				   names[o->action], row->name);
	o->action = row->action;
	return 0;
}

static int
take(const struct option_row *row, const char *arg, struct options *o, struct conf_err *err)
{
	if (row->action != OPTIONS_RUN)
		return take_action(row, o, err);
	switch (row->letter) {
	case 'c':
		if (o->config)
			return conf_refuse(err, -EINVAL, "-c is given twice: %s and %s", o->config,
					   arg);
		o->config = arg;
		return 0;
	case 's':
		if (*arg == '\0' || strlen(arg) >= CONF_SOCKET_SIZE)
			return conf_refuse(err, -EINVAL,
					   "-s %s: the path of a socket has 1 to %d characters",
					   arg, CONF_SOCKET_SIZE - 1);
		o->socket = arg;
		return 0;
	default:
		o->verbose++;
		return 0;
	}
}

/* Make getopt's tables from ours. */
static void
make_tables(struct option *longs, char *shorts)
{
	*shorts++ = '+'; /* stop at the first word that is no option */
	*shorts++ = ':'; /* tell a missing value from an unknown option */
	for (size_t i = 0; i < N_ROWS; i++) {
		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].arg ? required_argument : no_argument,
			.val = FIRST_LONG + (int)i,
		};
		if (rows[i].letter)
			*shorts++ = rows[i].letter;
		if (rows[i].letter && rows[i].arg)
			*shorts++ = ':';
	}
	longs[N_ROWS] = (struct option){0};
	*shorts = '\0';
}

/* EAL arguments are cut off first, so that "-c --" lacks its value. */
static int
cut_eal(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			o->eal_argc = argc - i - 1;
			o->eal_argv = argv + i + 1;
			return i;
		}
	o->eal_argv = argv + argc;
	return argc;
}

int
options_parse(int argc, char **argv, struct options *o, struct conf_err *err)
{
	struct option longs[N_ROWS + 1];
	char shorts[3 + 2 * N_ROWS];
	int value, rc = 0;

	memset(o, 0, sizeof(*o));
	make_tables(longs, shorts);
	argc = cut_eal(argc, argv, o);
	opterr = 0;
	optind = 0; /* as glibc and musl want it to begin anew */
	while (rc == 0 && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (value == ':')
			rc = conf_refuse(err, -EINVAL, "%s needs a %s", argv[optind - 1],
					 find(optopt)->arg);
		else if (value == '?')
			rc = refuse_option(argv[optind > 1 ? optind - 1 : 1], optopt, err);
		else
			rc = take(find(value), optarg, o, err);
	}
	if (rc < 0)
		return rc;
	if (optind < argc)
		return conf_refuse(err, -EINVAL,
				   "unexpected argument %s; those for DPDK come after --",
				   argv[optind]);
	for (int i = 0; i < o->eal_argc; i++)
		if (conf_eal_arg_ends(o->eal_argv[i]))
			return conf_refuse(err, -EINVAL,
					   "%s behind -- would end the daemon before it begins",
					   o->eal_argv[i]);
	if (!o->config && o->action <= OPTIONS_PRINT_CONFIG)
		return conf_refuse(err, -EINVAL, "-c FILE is missing");
	return 0;
}

void
options_usage(FILE *f)
{
	char left[32];

	fputs("Usage: dpdk-bondd -c FILE [OPTION...] [-- EAL-ARGUMENT...]\n"
	      "Joins network ports into bonds, by DPDK.\n\n",
	      f);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_row *row = &rows[i];

		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
			 row->arg ? "=" : "", row->arg ? row->arg : "");
		fprintf(f, "  %-22s %s\n", left, row->doc);
	}
	fputs("\nIt stays in the foreground and logs to standard error. SIGTERM and SIGINT end "
	      "it.\n"
	      "Exit status: 0 after a signal, 1 on a failure at run time, 2 on bad usage or\n"
	      "configuration.\n",
	      f);
}
