/* SPDX-License-Identifier: BSD-3-Clause */
/* bondctl.h - the client: its commands, its connection, and JSON as text. */
#ifndef BONDCTL_H
#define BONDCTL_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#define CTL_OK    0
#define CTL_FAIL  1 /* refused, or no daemon */
#define CTL_USAGE 2

#define CTL_SOCKET    "/run/dpdk-bondd/bondd.sock"
#define CTL_ARGS_MAX  32
#define CTL_FLAGS_MAX 2

/* A connection to the daemon. */
struct ctl {
	const char *socket;
	bool json; /* print answers as they are */
	FILE *in;  /* NULL: not connected */
	int fd;
	int last_id;     /* of the requests sent */
	char error[600]; /* one sentence: what was refused, or that there is no daemon */
};

/* An option of a command, "--name" or "--name=value". */
struct ctl_flag {
	const char *name;  /* NULL ends a table */
	const char *value; /* what it may take, for the help; NULL: nothing */
	const char *doc;
};

/* What was given to a command. */
struct ctl_args {
	int n;
	const char *arg[CTL_ARGS_MAX];
	const char *flag[CTL_FLAGS_MAX]; /* by row: NULL: absent; "": without value */
};

/* A command: one file, one row in commands.c. */
struct ctl_command {
	const char *name; /* NULL ends the table */
	const char *args; /* for the help */
	const char *doc;
	int min_args, max_args;
	const struct ctl_flag *flags; /* NULL: none */
	/* @return an exit code; CTL_FAIL and CTL_USAGE with ctl->error */
	int (*run)(struct ctl *ctl, const struct ctl_args *args);
};

extern const struct ctl_command ctl_commands[];

int ctl_list(struct ctl *ctl, const struct ctl_args *args);
int ctl_show(struct ctl *ctl, const struct ctl_args *args);
int ctl_stats(struct ctl *ctl, const struct ctl_args *args);
int ctl_events(struct ctl *ctl, const struct ctl_args *args);
int ctl_flow(struct ctl *ctl, const struct ctl_args *args);
int ctl_lacp(struct ctl *ctl, const struct ctl_args *args);
int ctl_activate(struct ctl *ctl, const struct ctl_args *args);
int ctl_set(struct ctl *ctl, const struct ctl_args *args);
int ctl_add(struct ctl *ctl, const struct ctl_args *args);
int ctl_remove(struct ctl *ctl, const struct ctl_args *args);
int ctl_config(struct ctl *ctl, const struct ctl_args *args);
extern const struct ctl_flag ctl_show_flags[];
extern const struct ctl_flag ctl_stats_flags[];
extern const struct ctl_flag ctl_events_flags[];

/**
 * Call a method of the daemon and wait for its answer; connects first where needed.
 * @param params an object, stolen; NULL: none
 * @return the result, to be released; NULL with ctl->error; with ctl->json the error was printed
 */
json_t *ctl_call(struct ctl *ctl, const char *method, json_t *params);

/** @return the params of the next notification, to be released; NULL with ctl->error */
json_t *ctl_next_event(struct ctl *ctl);

void ctl_close(struct ctl *ctl);

/** Fill the sentence. @return code */
__attribute__((format(printf, 3, 4))) int
ctl_error(struct ctl *ctl, int code, const char *fmt, ...);

/** Print a JSON text and a newline. */
void ctl_print_json(const json_t *json);

/** @return {"bond": name}, {} for NULL */
json_t *ctl_bond_param(const char *name);

/* Text, from JSON as docs/api.md describes it. Pure: reads its arguments and writes to f. */

/** @return what is at "host.drops", NULL when it is not there */
const json_t *text_at(const json_t *o, const char *path);

/** @return the string at path, otherwise when there is none */
const char *text_string(const json_t *o, const char *path, const char *otherwise);

/** @return the number at path, 0 when there is none */
double text_number(const json_t *o, const char *path);

/** The layout of /proc/net/bonding. @param admin as a reader with CAP_NET_ADMIN sees it */
void text_show(FILE *f, const json_t *bond, const char *version, bool admin);

/** Print the clients of a bond, a line each. @param bond answer of bond.get with "clients" */
void text_clients(FILE *f, const json_t *bond);

/** @param before an earlier stats.get: print rates a second; NULL: print counts. @param seconds between */
void text_stats(FILE *f, const json_t *stats, const json_t *before, double seconds);

/** Both systems and each port. @param bond a lacp.get */
void text_lacp(FILE *f, const json_t *bond);

/** Which member a flow leaves on, and why. @param flow a flow.lookup */
void text_flow(FILE *f, const json_t *flow);

/** One line. */
void text_event(FILE *f, const json_t *event);

#endif
