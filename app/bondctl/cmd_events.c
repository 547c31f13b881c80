/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_events.c - bondctl events: what happened, and with --follow what happens. */
#include "bondctl.h"

enum { FOLLOW };

const struct ctl_flag ctl_events_flags[] = {
	[FOLLOW] = {"follow", NULL, "go on with what happens, until interrupted"},
	{NULL},
};

static void
print(const struct ctl *ctl, const json_t *event)
{
	if (ctl->json)
		ctl_print_json(event);
	else
		text_event(stdout, event);
	fflush(stdout);
}

static int
follow(struct ctl *ctl)
{
	json_t *event = ctl_call(ctl, "event.subscribe", json_pack("{s:i}", "since", 0));

	if (!event)
		return CTL_FAIL;
	json_decref(event);
	while (!ferror(stdout) && (event = ctl_next_event(ctl))) {
		print(ctl, event);
		json_decref(event);
	}
	return CTL_FAIL;
}

int
ctl_events(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *events;
	const json_t *event;
	size_t i;

	if (args->flag[FOLLOW])
		return follow(ctl);
	events = ctl_call(ctl, "event.list", NULL);
	if (!events)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(events);
	else
		json_array_foreach (events, i, event)
			text_event(stdout, event);
	json_decref(events);
	return CTL_OK;
}
