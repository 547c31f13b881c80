/* SPDX-License-Identifier: BSD-3-Clause */
/* eventlog.c - the ring of the last state changes. */
#include "eventlog.h"

#include <stdio.h>
#include <string.h>

void
eventlog_init(struct eventlog *log)
{
	memset(log, 0, sizeof(*log));
	log->next_seq = 1;
}

static void
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

const struct eventlog_entry *
eventlog_add(struct eventlog *log, const struct bond_event *event, uint64_t wall_ns)
{
	struct eventlog_entry *e = &log->entry[log->next_seq % EVENTLOG_SIZE];

	e->seq = log->next_seq++;
	e->wall_ns = wall_ns;
	e->lasted_ns = event->lasted;
	copy(e->bond, sizeof(e->bond), event->bond);
	copy(e->member, sizeof(e->member), event->member);
	copy(e->kind, sizeof(e->kind), event->kind);
	copy(e->from, sizeof(e->from), event->from);
	copy(e->to, sizeof(e->to), event->to);
	copy(e->reason, sizeof(e->reason), event->reason);
	if (log->listener)
		log->listener(log->listener_ctx, e);
	return e;
}

const struct eventlog_entry *
eventlog_from(const struct eventlog *log, uint64_t seq)
{
	const uint64_t end = log->next_seq;
	const uint64_t oldest = end > EVENTLOG_SIZE ? end - EVENTLOG_SIZE : 1;

	if (seq < oldest)
		seq = oldest;
	return seq < end ? &log->entry[seq % EVENTLOG_SIZE] : NULL;
}
