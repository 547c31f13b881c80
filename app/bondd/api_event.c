/* SPDX-License-Identifier: BSD-3-Clause */
/* api_event.c - event.list, event.subscribe and the notifications that follow. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "api_int.h"

/* ISO 8601, UTC, microseconds. */
static json_t *
time_text(uint64_t wall_ns)
{
	const time_t sec = (time_t)(wall_ns / BOND_SEC);
	struct tm tm;
	char text[32];

	if (!gmtime_r(&sec, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return json_null();
	return json_sprintf("%s.%06uZ", text, (unsigned int)(wall_ns % BOND_SEC / 1000));
}

/* @return NULL: no memory */
static json_t *
event(const struct eventlog_entry *e)
{
	json_t *o = json_object();
	bool failed = false;

	api_put(o, "seq", json_integer((json_int_t)e->seq), &failed);
	api_put(o, "time", time_text(e->wall_ns), &failed);
	api_put(o, "bond", api_string(e->bond), &failed);
	api_put(o, "member", api_string_or_null(e->member), &failed);
	api_put(o, "kind", api_string(e->kind), &failed);
	api_put(o, "from", api_string_or_null(e->from), &failed);
	api_put(o, "to", api_string_or_null(e->to), &failed);
	api_put(o, "lasted_s", json_real((double)e->lasted_ns / (double)BOND_SEC), &failed);
	api_put(o, "reason", api_string(e->reason), &failed);
	if (!failed)
		return o;
	json_decref(o);
	return NULL;
}

static bool
wanted(const struct eventlog_entry *e, const char *bond)
{
	return !bond || !*bond || strcmp(e->bond, bond) == 0;
}

static uint64_t
since(const struct api_call *call, uint64_t otherwise)
{
	const json_t *value = json_object_get(call->params, "since");

	return value ? (uint64_t)json_integer_value(value) : otherwise;
}

int
api_event_list(struct api_call *call, json_t **result)
{
	const struct eventlog *log = &call->ctx->d->events;
	const char *bond = api_param_string(call, "bond");
	const struct eventlog_entry *e;
	json_t *list;
	bool failed = false;

	if (bond && !api_param_bond(call))
		return -ENODEV;
	list = json_array();
	for (uint64_t seq = since(call, 0) + 1; (e = eventlog_from(log, seq)); seq = e->seq + 1)
		if (wanted(e, bond) && json_array_append_new(list, event(e)) < 0)
			failed = true;
	if (failed) {
		json_decref(list);
		list = NULL;
	}
	*result = list;
	return 0;
}

int
api_event_subscribe(struct api_call *call, json_t **result)
{
	const struct eventlog *log = &call->ctx->d->events;
	const char *bond = api_param_string(call, "bond");
	const uint64_t last = log->next_seq - 1;
	struct api_sub *sub = call->ctx->sub;

	if (bond && !api_param_bond(call))
		return -ENODEV;
	*sub = (struct api_sub){.on = true, .next_seq = since(call, last) + 1};
	snprintf(sub->bond, sizeof(sub->bond), "%s", bond ? bond : "");
	*result = json_pack("{s:I}", "seq", (json_int_t)last);
	return 0;
}

int
api_event_unsubscribe(struct api_call *call, json_t **result)
{
	*call->ctx->sub = (struct api_sub){0};
	*result = json_null();
	return 0;
}

void
api_sub_pump(struct api_sub *sub, const struct eventlog *log, struct api_buf *out)
{
	const struct eventlog_entry *e;

	if (!sub->on)
		return;
	for (; (e = eventlog_from(log, sub->next_seq)); sub->next_seq = e->seq + 1) {
		json_t *note;

		if (!wanted(e, sub->bond))
			continue;
		note = json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", "event", "params",
				 event(e));
		api_buf_json(out, note);
		api_buf_append(out, "\n", 1);
		json_decref(note);
	}
}
