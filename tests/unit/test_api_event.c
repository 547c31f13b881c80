/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_event.c - past events, subscriptions, and the reference of all methods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

static const struct bond_event carrier_lost = {
	.lasted = 1500 * BOND_MSEC,
	.bond = "bond1",
	.kind = "carrier",
	.from = "up",
	.to = "down",
	.reason = "no member is up",
};

static void
events_are_listed_after_since_and_by_bond(void **state)
{
	const uint64_t last = ask_d->events.next_seq - 1;
	char params[60];
	json_t *o;

	(void)state;
	eventlog_add(&ask_d->events, &carrier_lost, UINT64_C(1700000000123456789));
	snprintf(params, sizeof(params), "{\"since\":%u}", (unsigned int)last);
	o = ask_result("event.list", params);
	assert_int_equal(json_array_size(o), 1);
	ask_expect(o, "0.time", "\"2023-11-14T22:13:20.123456Z\"");
	ask_expect(o, "0.bond", "\"bond1\"");
	ask_expect(o, "0.member", "null");
	ask_expect(o, "0.kind", "\"carrier\"");
	ask_expect(o, "0.from", "\"up\"");
	ask_expect(o, "0.to", "\"down\"");
	ask_expect(o, "0.lasted_s", "1.5");
	ask_expect(o, "0.reason", "\"no member is up\"");
	assert_int_equal(json_integer_value(ask_at(o, "0.seq")), last + 1);
	json_decref(o);
	snprintf(params, sizeof(params), "{\"since\":%u,\"bond\":\"bond0\"}", (unsigned int)last);
	o = ask_result("event.list", params);
	assert_int_equal(json_array_size(o), 0);
	json_decref(o);
	o = ask_result("event.list", "{}");
	assert_int_equal(json_array_size(o), last + 1);
	json_decref(o);
	o = ask_result("event.list", "[9223372036854775807]");
	assert_int_equal(json_array_size(o), 0);
	json_decref(o);
}

static void
a_subscription_sends_each_event_once(void **state)
{
	struct api_buf out = {0};
	json_t *o, *note;

	(void)state;
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	assert_int_equal(api_buf_size(&out), 0);
	o = ask_result("event.subscribe", "{\"bond\":\"bond1\"}");
	assert_int_equal(json_integer_value(ask_at(o, "seq")), ask_d->events.next_seq - 1);
	json_decref(o);
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	assert_int_equal(api_buf_size(&out), 0);
	eventlog_add(&ask_d->events, &carrier_lost, 0);
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	note = json_loadb(out.data, api_buf_size(&out), 0, NULL); /* exactly one text */
	ask_expect(note, "method", "\"event\"");
	ask_expect(note, "params.kind", "\"carrier\"");
	assert_null(ask_at(note, "id"));
	json_decref(note);
	api_buf_consume(&out, api_buf_size(&out));
	o = ask_result("event.subscribe", "{\"since\":0}"); /* once more, all of them, any bond */
	json_decref(o);
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	assert_true(api_buf_size(&out) > 0);
	api_buf_consume(&out, api_buf_size(&out));
	o = ask_result("event.unsubscribe", "{}");
	json_decref(o);
	eventlog_add(&ask_d->events, &carrier_lost, 0);
	api_sub_pump(&ask_sub, &ask_d->events, &out);
	assert_int_equal(api_buf_size(&out), 0);
	api_buf_free(&out);
}

static void
the_reference_is_that_of_the_table(void **state)
{
	static char committed[1 << 16];
	FILE *f = fopen(TEST_DIR "/../docs/api.md", "r");
	char *text = NULL;
	size_t size = 0;

	(void)state;
	assert_non_null(f);
	committed[fread(committed, 1, sizeof(committed) - 1, f)] = '\0';
	fclose(f);
	f = open_memstream(&text, &size);
	assert_non_null(f);
	api_print_doc(f);
	fclose(f);
	assert_string_equal(committed, text);
	free(text);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_are_listed_after_since_and_by_bond),
		TEST(a_subscription_sends_each_event_once),
		TEST(the_reference_is_that_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
