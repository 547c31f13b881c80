/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_lacp_event.c - every transition of LACP becomes an event, with its reason. */
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define LINE_SIZE 160
#define NAME_SIZE 32

/* How the transitions of a machine are told; what has no kind is not. */
static const struct {
	const char *kind;
	const char *prefix; /* of the states, for two machines of one kind */
	const char *log;    /* what the log calls the machine; NULL: other lines say it */
	const char *bad;    /* the state that is worth a warning */
	enum bond_severity severity;
} rows[] = {
	[LACP_MACHINE_RX] = {"lacp-rx", "", "receive", NULL, BOND_INFO},
	[LACP_MACHINE_MUX] = {"lacp-mux", "", "mux", NULL, BOND_NOTICE},
	[LACP_MACHINE_SELECTED] = {"lacp-selected", "", NULL, NULL, BOND_INFO},
	[LACP_MACHINE_PERIODIC] = {NULL, "", NULL, NULL, BOND_INFO},
	[LACP_MACHINE_ACTOR_CHURN] = {"lacp-churn", "actor ", NULL, "CHURN", BOND_INFO},
	[LACP_MACHINE_PARTNER_CHURN] = {"lacp-churn", "partner ", NULL, "CHURN", BOND_INFO},
	[LACP_MACHINE_ACTIVE] = {"lacp-active", "", "active aggregator", "none", BOND_NOTICE},
};

#define LOOPBACK_LINE "An illegal loopback occurred on slave"
#define LOOPBACK_HINT                                                                              \
	"Check the configuration to verify that all adapters are connected to 802.3ad compliant "  \
	"switch ports"

/* The library found something wrong that is no state. */
static void
diagnose(struct bond *b, struct bond_member *m, const struct lacp_trace *t)
{
	const bool loop = strcmp(t->to, "reflection") == 0;
	const struct bond_event event = {
		.time = t->now,
		.member = m->name,
		.kind = "lacp-alarm",
		.from = "none",
		.to = t->to,
		.reason = t->reason,
		.log_first = loop ? LOOPBACK_LINE : NULL,
		.log_line = loop ? LOOPBACK_HINT : t->reason,
		.severity = BOND_WARNING,
	};

	m->lacp_rate_alarm |= t->port->rate_ignored; /* bond_lacp_watch() tells of its end */
	bond_emit(b, &event);
}

void
bond_lacp_trace(void *ctx, const struct lacp_trace *t)
{
	struct bond *b = ctx;
	struct bond_member *m = t->port ? &b->member[t->port->slot] : NULL;
	uint64_t *since;
	char from[NAME_SIZE], to[NAME_SIZE], line[LINE_SIZE];
	struct bond_event event = {
		.time = t->now,
		.member = m ? m->name : NULL,
		.from = from,
		.to = to,
		.reason = t->reason,
	};
	bool bad;

	if (t->machine == LACP_MACHINE_DIAGNOSIS) {
		diagnose(b, m, t);
		return;
	}
	if (!rows[t->machine].kind || strcmp(t->from, t->to) == 0)
		return;
	bad = rows[t->machine].bad && strcmp(t->to, rows[t->machine].bad) == 0;
	since = m ? &m->lacp_since[t->machine] : &b->lacp_active_since;
	snprintf(from, sizeof(from), "%s%s", rows[t->machine].prefix, t->from);
	snprintf(to, sizeof(to), "%s%s", rows[t->machine].prefix, t->to);
	snprintf(line, sizeof(line), "%s %s -> %s (%s)",
		 rows[t->machine].log ? rows[t->machine].log : "churn", from, to, t->reason);
	event.lasted = t->now - *since;
	event.kind = rows[t->machine].kind;
	event.log_line = rows[t->machine].log || bad ? line : NULL;
	event.severity = bad ? BOND_WARNING : rows[t->machine].severity;
	*since = t->now;
	bond_emit(b, &event);
}
