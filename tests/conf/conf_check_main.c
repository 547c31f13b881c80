/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_check_main.c - dpdk-bondd's command line and configuration, on a machine with cores 0-3. */
#include <stdio.h>

#include "conf.h"
#include "options.h"

static int
load_and_print(const struct options *o)
{
	static const struct conf_cores machine = {4, {0, 1, 2, 3}};
	struct conf_err err;
	struct conf *c;

	if (conf_load(o->config, &machine, &c, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return OPTIONS_EXIT_USAGE;
	}
	fputs(c->warnings, stderr);
	if (o->action == OPTIONS_PRINT_CONFIG)
		conf_print(c, stdout);
	conf_free(c);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct conf_err err;

	if (options_parse(argc, argv, &o, &err) < 0) {
		fprintf(stderr, "dpdk-bondd: %s\n" OPTIONS_HINT "\n", err.msg);
		return OPTIONS_EXIT_USAGE;
	}
	switch (o.action) {
	case OPTIONS_HELP:
		options_usage(stdout);
		return 0;
	case OPTIONS_PRINT_DOC:
		conf_print_doc(stdout);
		return 0;
	case OPTIONS_CHECK:
	case OPTIONS_PRINT_CONFIG:
		return load_and_print(&o);
	default:
		fprintf(stderr, "this program only checks configurations\n");
		return 1;
	}
}
