/* SPDX-License-Identifier: BSD-3-Clause */
/* options.h - the command line of dpdk-bondd. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdio.h>

#include "conf.h"

#define OPTIONS_EXIT_USAGE 2 /* also for a configuration that is refused */

enum options_action {
	OPTIONS_RUN,
	OPTIONS_CHECK,         /* read the configuration, say nothing, exit 0 if it is right */
	OPTIONS_PRINT_CONFIG,  /* conf_print() */
	OPTIONS_PRINT_DOC,     /* conf_print_doc(); needs no configuration */
	OPTIONS_PRINT_API_DOC, /* api_print_doc(); needs no configuration */
	OPTIONS_RELEASE,       /* pci_release_stale(); needs no configuration */
	OPTIONS_VERSION,
	OPTIONS_HELP, /* options_usage() to stdout, exit 0 */
};

/* Strings belong to argv. */
struct options {
	enum options_action action;
	const char *config;   /* not NULL with RUN, CHECK and PRINT_CONFIG */
	const char *socket;   /* instead of telemetry.socket; NULL: not given */
	unsigned int verbose; /* each one more detailed than log.level */
	int eal_argc;         /* what stands after "--" */
	char **eal_argv;
};

/**
 * Understand the command line. Not thread-safe (getopt).
 * @param o the result, defined only on success
 * @param err on failure one sentence, without the name of the program; the caller adds
 *        OPTIONS_HINT and exits with OPTIONS_EXIT_USAGE
 * @return 0 or -EINVAL
 */
int options_parse(int argc, char **argv, struct options *o, struct conf_err *err);

#define OPTIONS_HINT "Try 'dpdk-bondd --help'."

/** Write what the program can do, one line an option. */
void options_usage(FILE *f);

#endif
