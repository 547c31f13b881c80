/* SPDX-License-Identifier: BSD-3-Clause */
/* eventlog.h - the last state changes, numbered, in memory; subscribers are told of new ones. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond.h"

#define EVENTLOG_SIZE 1024

/* One remembered event: struct bond_event with its strings copied. */
struct eventlog_entry {
	uint64_t seq;       /* from 1 upwards, never reused while the daemon runs */
	uint64_t wall_ns;   /* CLOCK_REALTIME when it happened */
	uint64_t lasted_ns; /* how long "from" had been so */
	char bond[BOND_NAME_SIZE];
	char member[BOND_NAME_SIZE]; /* "": concerns the bond */
	char kind[16];
	char from[48];
	char to[48];
	char reason[160];
};

/* Control thread only. */
struct eventlog {
	struct eventlog_entry entry[EVENTLOG_SIZE]; /* ring: seq % EVENTLOG_SIZE */
	uint64_t next_seq;
	void (*listener)(void *ctx, const struct eventlog_entry *entry); /* NULL: none */
	void *listener_ctx;
};

void eventlog_init(struct eventlog *log);

/** Remember an event and tell the listener. @param wall_ns CLOCK_REALTIME, ns */
const struct eventlog_entry *
eventlog_add(struct eventlog *log, const struct bond_event *event, uint64_t wall_ns);

/**
 * @param seq wanted
 * @return the oldest remembered entry with a number >= seq, NULL when there is none
 */
const struct eventlog_entry *eventlog_from(const struct eventlog *log, uint64_t seq);

#endif
