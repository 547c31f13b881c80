/* SPDX-License-Identifier: BSD-3-Clause */
/* test_event_gate.c - floods of events become one a second, and nothing else is touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_gate.h"

#define HEARD 256

static struct event_gate gate;
static struct {
	uint64_t time;
	char member[16], kind[16], from[48], to[48], reason[160], line[192];
	enum bond_severity severity;
} heard[HEARD];
static unsigned int n_heard;
static uint64_t now;

static void
on_event(void *ctx, const struct bond_event *e)
{
	(void)ctx;
	assert_true(n_heard < HEARD);
	assert_string_equal(e->bond, "bond0");
	heard[n_heard].time = e->time;
	snprintf(heard[n_heard].member, 16, "%s", e->member ? e->member : "");
	snprintf(heard[n_heard].kind, 16, "%s", e->kind);
	snprintf(heard[n_heard].from, 48, "%s", e->from);
	snprintf(heard[n_heard].to, 48, "%s", e->to);
	snprintf(heard[n_heard].reason, 160, "%s", e->reason);
	snprintf(heard[n_heard].line, 192, "%s", e->log_line ? e->log_line : "");
	heard[n_heard++].severity = e->severity;
}

static int
setup(void **state)
{
	(void)state;
	memset(&gate, 0, sizeof(gate));
	gate.out.event = on_event;
	n_heard = 0;
	now = 1000 * BOND_SEC;
	return 0;
}

/* The n-th change of a member: from n to n + 1. */
static void
change(const char *member, const char *kind, unsigned int n, enum bond_severity severity)
{
	char from[48], to[48], reason[160];
	const struct bond_event e = {.time = now,
				     .bond = "bond0",
				     .member = member,
				     .kind = kind,
				     .from = from,
				     .to = to,
				     .reason = reason,
				     .log_line = NULL,
				     .severity = severity};

	snprintf(from, sizeof(from), "%u", n);
	snprintf(to, sizeof(to), "%u", n + 1);
	snprintf(reason, sizeof(reason), "because of %u", n);
	event_gate_pass(&gate, &e);
}

static void
a_few_events_pass_as_they_are(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < EVENT_GATE_BURST; n++)
		change("eth1", "link", n, BOND_NOTICE);
	assert_int_equal(n_heard, EVENT_GATE_BURST);
	assert_string_equal(heard[7].reason, "because of 7");
	assert_int_equal(heard[7].time, now);
	event_gate_tick(&gate, now + 5 * BOND_SEC);
	assert_int_equal(n_heard, EVENT_GATE_BURST);
	assert_int_equal(gate.n_used, 0);
}

static void
a_flood_becomes_one_event_a_second_without_a_gap(void **state)
{
	unsigned int n = 0, told = 0;

	(void)state;
	for (; n < 100000; n++) { /* ten seconds, 10000 a second */
		change("eth1", "lacp-selected", n, n == 70000 ? BOND_WARNING : BOND_INFO);
		now += BOND_SEC / 10000;
	}
	assert_in_range(n_heard, EVENT_GATE_BURST + 9, EVENT_GATE_BURST + 10);
	event_gate_tick(&gate, now += BOND_SEC);
	event_gate_tick(&gate, now += BOND_SEC);
	for (unsigned int i = 0; i < n_heard; i++) {
		unsigned int more = 1;

		assert_int_equal(atoi(heard[i].from), told); /* where the one before ended */
		if (i >= EVENT_GATE_BURST) {
			assert_int_equal(sscanf(heard[i].reason, "%u more", &more), 1);
			assert_non_null(strstr(heard[i].reason, "because of"));
			assert_non_null(strstr(heard[i].line, "more changes within a second"));
			assert_int_equal(heard[i].severity, told <= 70000 && told + more > 70000
								    ? BOND_WARNING
								    : BOND_INFO);
		}
		told += more;
		assert_int_equal(atoi(heard[i].to), told);
	}
	assert_int_equal(told, n); /* every one is counted */
	assert_int_equal(gate.n_used, 0);
}

static void
others_pass_at_once_during_a_flood(void **state)
{
	unsigned int before;

	(void)state;
	for (unsigned int n = 0; n < 500; n++)
		change("eth1", "lacp-mux", n, BOND_NOTICE);
	before = n_heard;
	change("eth2", "lacp-mux", 0, BOND_NOTICE);
	change("eth1", "link", 0, BOND_NOTICE);
	change(NULL, "lacp-mux", 0, BOND_NOTICE);
	assert_int_equal(n_heard, before + 3);
	assert_string_equal(heard[before].member, "eth2");
	assert_string_equal(heard[before + 1].kind, "link");
	assert_string_equal(heard[before + 2].member, "");
}

static void
what_was_held_back_is_told_within_a_second(void **state)
{
	const uint64_t began = now;

	(void)state;
	for (unsigned int n = 0; n < 20; n++)
		change("eth1", "role", n, BOND_INFO);
	assert_int_equal(n_heard, EVENT_GATE_BURST);
	for (; n_heard == EVENT_GATE_BURST; now += 10 * BOND_MSEC)
		event_gate_tick(&gate, now);
	assert_true(heard[EVENT_GATE_BURST].time - began <= BOND_SEC);
	assert_string_equal(heard[EVENT_GATE_BURST].from, "8");
	assert_string_equal(heard[EVENT_GATE_BURST].to, "20");
}

static void
the_end_tells_the_rest(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 20; n++)
		change("eth1", "role", n, BOND_INFO);
	event_gate_flush(&gate, now);
	event_gate_flush(&gate, now);
	assert_int_equal(n_heard, EVENT_GATE_BURST + 1);
	assert_string_equal(heard[EVENT_GATE_BURST].to, "20");
}

static void
without_room_events_pass(void **state)
{
	char member[16];

	(void)state;
	for (unsigned int n = 0; n < EVENT_GATE_ROWS; n++) {
		snprintf(member, sizeof(member), "m%u", n);
		n_heard = 0;
		change(member, "link", 0, BOND_INFO);
	}
	assert_int_equal(gate.n_used, EVENT_GATE_ROWS);
	n_heard = 0;
	for (unsigned int n = 0; n < 100; n++)
		change("one more", "link", n, BOND_INFO);
	assert_int_equal(n_heard, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_few_events_pass_as_they_are, setup),
		cmocka_unit_test_setup(a_flood_becomes_one_event_a_second_without_a_gap, setup),
		cmocka_unit_test_setup(others_pass_at_once_during_a_flood, setup),
		cmocka_unit_test_setup(what_was_held_back_is_told_within_a_second, setup),
		cmocka_unit_test_setup(the_end_tells_the_rest, setup),
		cmocka_unit_test_setup(without_room_events_pass, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
