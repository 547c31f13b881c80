/* SPDX-License-Identifier: BSD-3-Clause */
/* event_gate.c - the gate between the core's events and the log. */
#include "event_gate.h"

#include <stdio.h>
#include <string.h>

#define PERIOD BOND_SEC

static void
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static bool
is_of(const struct event_gate_row *r, const struct bond_event *e)
{
	return r->used && strcmp(r->kind, e->kind) == 0 &&
	       strcmp(r->member, e->member ? e->member : "") == 0 && strcmp(r->bond, e->bond) == 0;
}

/* The row of such events, or a new one; NULL when all are in use. */
static struct event_gate_row *
row_of(struct event_gate *gate, const struct bond_event *e)
{
	struct event_gate_row *unused = NULL;
	unsigned int seen = 0;

	for (struct event_gate_row *r = gate->row; r < gate->row + EVENT_GATE_ROWS; r++) {
		if (is_of(r, e))
			return r;
		seen += r->used;
		if (!r->used && !unused)
			unused = r;
		if (unused && seen == gate->n_used)
			break;
	}
	if (!unused)
		return NULL;
	*unused = (struct event_gate_row){.used = true, .until = e->time + PERIOD};
	copy(unused->bond, sizeof(unused->bond), e->bond);
	copy(unused->member, sizeof(unused->member), e->member);
	copy(unused->kind, sizeof(unused->kind), e->kind);
	gate->n_used++;
	return unused;
}

static void
hold(struct event_gate_row *r, const struct bond_event *e)
{
	if (r->held++ == 0) {
		copy(r->from, sizeof(r->from), e->from);
		r->lasted = e->lasted;
		r->severity = e->severity;
	}
	if (e->severity > r->severity)
		r->severity = e->severity;
	copy(r->to, sizeof(r->to), e->to);
	copy(r->reason, sizeof(r->reason), e->reason);
}

static void
sum_up(struct event_gate *gate, struct event_gate_row *r, uint64_t now)
{
	char reason[160], line[192];
	const struct bond_event event = {
		.time = now,
		.lasted = r->lasted,
		.bond = r->bond,
		.member = r->member[0] ? r->member : NULL,
		.kind = r->kind,
		.from = r->from,
		.to = r->to,
		.reason = reason,
		.log_line = line,
		.severity = r->severity,
	};

	snprintf(reason, sizeof(reason), "%u more within a second, the last: %.100s", r->held,
		 r->reason);
	snprintf(line, sizeof(line), "%s: %u more changes within a second, now %s (%.80s)", r->kind,
		 r->held, r->to, r->reason);
	r->held = 0;
	gate->out.event(gate->out.ctx, &event);
}

void
event_gate_pass(struct event_gate *gate, const struct bond_event *e)
{
	struct event_gate_row *r;

	event_gate_tick(gate, e->time);
	r = row_of(gate, e);
	if (r && r->passed == EVENT_GATE_BURST) {
		hold(r, e);
		return;
	}
	if (r)
		r->passed++;
	gate->out.event(gate->out.ctx, e);
}

void
event_gate_tick(struct event_gate *gate, uint64_t now)
{
	unsigned int left = gate->n_used;

	for (struct event_gate_row *r = gate->row; left > 0; r++) {
		if (!r->used)
			continue;
		left--;
		if (now < r->until)
			continue;
		if (r->held == 0) { /* a quiet second, or few enough events */
			r->used = false;
			gate->n_used--;
			continue;
		}
		r->until = now + PERIOD;
		sum_up(gate, r, now);
	}
}

void
event_gate_flush(struct event_gate *gate, uint64_t now)
{
	for (struct event_gate_row *r = gate->row; r < gate->row + EVENT_GATE_ROWS; r++)
		if (r->used && r->held > 0)
			sum_up(gate, r, now);
}
