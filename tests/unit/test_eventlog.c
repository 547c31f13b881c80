/* SPDX-License-Identifier: BSD-3-Clause */
/* test_eventlog.c - the event log numbers, remembers the last ones, and tells its listener. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "eventlog.h"

static struct eventlog events;

static const struct bond_event link_down = {
	.lasted = 5 * BOND_SEC,
	.bond = "bond0",
	.member = "eth1",
	.kind = "link",
	.from = "up",
	.to = "down",
	.reason = "carrier lost",
};

static int
setup(void **state)
{
	(void)state;
	eventlog_init(&events);
	return 0;
}

static void
an_empty_log_has_nothing(void **state)
{
	(void)state;
	assert_null(eventlog_from(&events, 0));
	assert_null(eventlog_from(&events, 1));
	assert_null(eventlog_from(&events, UINT64_MAX));
}

static void
an_event_is_copied_and_numbered_from_one(void **state)
{
	const struct eventlog_entry *e = eventlog_add(&events, &link_down, 77);

	(void)state;
	assert_ptr_equal(e, eventlog_from(&events, 0));
	assert_ptr_equal(e, eventlog_from(&events, 1));
	assert_null(eventlog_from(&events, 2));
	assert_int_equal(e->seq, 1);
	assert_int_equal(e->wall_ns, 77);
	assert_int_equal(e->lasted_ns, 5 * BOND_SEC);
	assert_string_equal(e->bond, "bond0");
	assert_string_equal(e->member, "eth1");
	assert_string_equal(e->kind, "link");
	assert_string_equal(e->from, "up");
	assert_string_equal(e->to, "down");
	assert_string_equal(e->reason, "carrier lost");
}

static void
what_is_not_given_is_empty_and_what_is_too_long_is_cut(void **state)
{
	static char longer[500];
	const struct bond_event ev = {.bond = "bond0", .kind = "carrier", .reason = longer};
	const struct eventlog_entry *e;

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	e = eventlog_add(&events, &ev, 0);
	assert_string_equal(e->member, "");
	assert_string_equal(e->from, "");
	assert_string_equal(e->to, "");
	assert_int_equal(strlen(e->reason), sizeof(e->reason) - 1);
}

static void
the_oldest_are_forgotten_first(void **state)
{
	(void)state;
	for (int i = 0; i < EVENTLOG_SIZE; i++)
		eventlog_add(&events, &link_down, 0);
	assert_int_equal(eventlog_from(&events, 0)->seq, 1);
	eventlog_add(&events, &link_down, 0);
	assert_int_equal(eventlog_from(&events, 0)->seq, 2);
	assert_int_equal(eventlog_from(&events, 2)->seq, 2);
	assert_int_equal(eventlog_from(&events, 600)->seq, 600);
	assert_int_equal(eventlog_from(&events, EVENTLOG_SIZE + 1)->seq, EVENTLOG_SIZE + 1);
	assert_null(eventlog_from(&events, EVENTLOG_SIZE + 2));
}

static void
listen(void *ctx, const struct eventlog_entry *entry)
{
	uint64_t *last = ctx;

	*last = entry->seq;
}

static void
the_listener_is_told_of_every_new_event(void **state)
{
	uint64_t last = 0;

	(void)state;
	events.listener = listen;
	events.listener_ctx = &last;
	eventlog_add(&events, &link_down, 0);
	assert_int_equal(last, 1);
	eventlog_add(&events, &link_down, 0);
	assert_int_equal(last, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_empty_log_has_nothing, setup),
		cmocka_unit_test_setup(an_event_is_copied_and_numbered_from_one, setup),
		cmocka_unit_test_setup(what_is_not_given_is_empty_and_what_is_too_long_is_cut,
				       setup),
		cmocka_unit_test_setup(the_oldest_are_forgotten_first, setup),
		cmocka_unit_test_setup(the_listener_is_told_of_every_new_event, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
