/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_rpc.c - request lines and what is answered: the protocol, parameters, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

#define REQUEST "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bond.list\"}"
#define ANSWER  "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":1}"
static const struct {
	const char *line, *answer;
} exchanges[] = {
	/* what is answered */
	{REQUEST, ANSWER "\n"},
	{" \t" REQUEST "\r", ANSWER "\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"bond.list\",\"params\":{}}",
	 "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":\"x\"}\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"bond.list\",\"params\":[]}",
	 "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":null}\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":-2.5,\"method\":\"bond.list\"}",
	 "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":-2.5}\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":9223372036854775807,\"method\":\"bond.list\"}",
	 "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":9223372036854775807}\n"},
	/* what is not */
	{"", ""},
	{" \t\r", ""},
	{"{\"jsonrpc\":\"2.0\",\"method\":\"bond.list\"}", ""},
	{"{\"jsonrpc\":\"2.0\",\"method\":\"no.such\"}", ""},
	{"{\"jsonrpc\":\"2.0\",\"method\":\"bond.get\",\"params\":[7]}", ""},
	/* what is no request */
	{"1", REFUSED(-32600, "a request is an object with jsonrpc, method, params and id",
		      "null") "\n"},
	{"{}", REFUSED(-32600, "jsonrpc must be \\\"2.0\\\"", "null") "\n"},
	{"{\"jsonrpc\":\"1.0\",\"id\":3,\"method\":\"bond.list\"}",
	 REFUSED(-32600, "jsonrpc must be \\\"2.0\\\"", "3") "\n"},
	{"{\"jsonrpc\":2.0,\"id\":3,\"method\":\"bond.list\"}",
	 REFUSED(-32600, "jsonrpc must be \\\"2.0\\\"", "3") "\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"bond.list\"}",
	 REFUSED(-32600, "id must be a string, a number or null", "null") "\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"bond.list\"}",
	 REFUSED(-32600, "id must be a string, a number or null", "null") "\n"},
	{"{\"jsonrpc\":\"2.0\",\"method\":1,\"params\":\"bar\"}",
	 REFUSED(-32600, "method must be a string", "null") "\n"},
	{"{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"bond.list\",\"params\":null}",
	 REFUSED(-32600, "params must be an object or an array", "4") "\n"},
	/* batches */
	{" [ ] ", REFUSED(-32600, "the batch is empty", "null") "\n"},
	{"[]", REFUSED(-32600, "the batch is empty", "null") "\n"},
	{"[" REQUEST "]", "[" ANSWER "]\n"},
	{"[" REQUEST ",1," REQUEST "]",
	 "[" ANSWER
	 "," REFUSED(-32600, "a request is an object with jsonrpc, method, params and id",
		     "null") "," ANSWER "]\n"},
	{"[{\"jsonrpc\":\"2.0\",\"method\":\"bond.list\"}," REQUEST
	 ",{\"jsonrpc\":\"2.0\",\"method\":\"bond.list\"}]",
	 "[" ANSWER "]\n"},
	{"[{\"jsonrpc\":\"2.0\",\"method\":\"bond.list\"},{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]",
	 ""},
	{"[[],\"],[\"]",
	 "[" REFUSED(
		 -32600, "a request is an object with jsonrpc, method, params and id",
		 "null") "," REFUSED(-32600,
				     "a request is an object with jsonrpc, method, params and id",
				     "null") "]\n"},
	{"[[]]", "[" REFUSED(-32600, "a request is an object with jsonrpc, method, params and id",
			     "null") "]\n"},
	/* methods and parameters */
	{CALL("no.such", "{}"), REFUSED(-32601, "there is no method \\\"no.such\\\"", "1") "\n"},
	{CALL("bond.gets", "{}"),
	 REFUSED(-32601, "there is no method \\\"bond.gets\\\"; did you mean \\\"bond.get\\\"?",
		 "1") "\n"},
	{CALL("", "{}"), REFUSED(-32601, "there is no method \\\"\\\"", "1") "\n"},
	{CALL("bond.get", "{}"),
	 REFUSED(-32602, "bond.get: the parameter \\\"bond\\\" is missing: name of the bond",
		 "1") "\n"},
	{CALL("bond.get", "{\"bond\":\"bond0\",\"colour\":1}"),
	 REFUSED(-32602,
		 "bond.get: there is no parameter \\\"colour\\\"; it takes bond, clients "
		 "(optional)",
		 "1") "\n"},
	{CALL("event.list", "{\"from\":1}"),
	 REFUSED(-32602,
		 "event.list: there is no parameter \\\"from\\\"; it takes since (optional), bond "
		 "(optional)",
		 "1") "\n"},
	{CALL("bond.list", "{\"bond\":\"bond0\"}"),
	 REFUSED(-32602, "bond.list: there is no parameter \\\"bond\\\"; it takes none", "1") "\n"},
	{CALL("bond.get", "[7]"),
	 REFUSED(-32602, "bond.get: \\\"bond\\\" must be a string", "1") "\n"},
	{CALL("bond.get", "[\"bond0\",2,3]"),
	 REFUSED(-32602, "bond.get: 3 parameters are too many; it takes bond, clients (optional)",
		 "1") "\n"},
	{CALL("event.list", "[-1]"),
	 REFUSED(-32602, "event.list: \\\"since\\\" must be an integer from 0 upwards", "1") "\n"},
	{CALL("event.list", "[1.5]"),
	 REFUSED(-32602, "event.list: \\\"since\\\" must be an integer from 0 upwards", "1") "\n"},
	/* refused operations */
	{CALL("bond.get", "[\"bond\"]"),
	 REFUSED(-19, "there is no bond \\\"bond\\\"; did you mean \\\"bond0\\\"?", "1") "\n"},
	{CALL("stats.get", "[\"wlan\"]"), REFUSED(-19, "there is no bond \\\"wlan\\\"", "1") "\n"},
	{CALL("event.list", "{\"bond\":\"x\"}"),
	 REFUSED(-19, "there is no bond \\\"x\\\"", "1") "\n"},
	{CALL("event.subscribe", "{\"bond\":\"x\"}"),
	 REFUSED(-19, "there is no bond \\\"x\\\"", "1") "\n"},
	{CALL("member.activate", "[\"bond0\",\"eth3\"]"),
	 REFUSED(-19, "bond0 has no member \\\"eth3\\\"; did you mean \\\"eth1\\\"?", "1") "\n"},
	{CALL("member.activate", "[\"bond1\",\"eth1\"]"),
	 REFUSED(-19, "bond1 has no member \\\"eth1\\\"", "1") "\n"},
	{CALL("member.activate", "[\"bond7\",\"eth1\"]"),
	 REFUSED(-19, "there is no bond \\\"bond7\\\"; did you mean \\\"bond0\\\"?", "1") "\n"},
	/* methods that are yet to come are no methods */
	{CALL("config.reload", "{}"),
	 REFUSED(-32601, "there is no method \\\"config.reload\\\"", "1") "\n"},
};

static void
every_line_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
		const char *got = ask(exchanges[i].line);

		if (strcmp(got, exchanges[i].answer) != 0)
			fail_msg("%s\n  is answered with %s  not with      %s", exchanges[i].line,
				 got, exchanges[i].answer);
	}
}

static void
refused_as(const char *line, size_t len, int code)
{
	json_t *answer = json_loads(ask_octets(line, len), 0, NULL);

	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(answer, "error"), "code")),
		code);
	assert_true(json_is_null(json_object_get(answer, "id")));
	json_decref(answer);
}

static void
what_is_not_json_is_a_parse_error(void **state)
{
	static const char *const lines[] = {
		"{",
		"}",
		"GET / HTTP/1.1",
		"{\"jsonrpc\":\"2.0\",\"method\"",
		"[" REQUEST ",",
		REQUEST REQUEST,
		"{\"jsonrpc\":\"2.0\",\"id\":1e999,\"method\":\"bond.list\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999999,\"method\":\"bond.list\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"bond.list\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":\"\\u0000\",\"method\":\"bond.list\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\xfe\",\"method\":\"bond.list\"}",
		"\xc3\xa9\xc3\xa9\xc3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		refused_as(lines[i], strlen(lines[i]), API_EPARSE);
	refused_as("\0\0\0", 3, API_EPARSE);
}

static void
deep_nesting_is_harmless(void **state)
{
	static char deep[API_REQUEST_MAX];

	(void)state;
	memset(deep, '[', sizeof(deep));
	refused_as(deep, sizeof(deep), API_EPARSE);
	for (size_t i = 0; i + 5 <= sizeof(deep); i += 5)
		memcpy(deep + i, "{\"a\":", 5);
	refused_as(deep, sizeof(deep), API_EPARSE);
	memset(deep, '[', 2000);
	memset(deep + 2000, ']', 2000);
	assert_string_equal(
		ask_octets(deep, 4000),
		"[" REFUSED(-32600, "a request is an object with jsonrpc, method, params and id",
			    "null") "]\n");
}

static void
a_long_line_is_cut_before_it_is_parsed(void **state)
{
	static char line[API_LINE_MAX];
	const size_t max = API_REQUEST_MAX, begin = strlen(REQUEST);
	json_t *answers;

	(void)state;
	/* One request, as long as it may be, and longer. */
	memset(line, ' ', sizeof(line));
	memcpy(line, REQUEST, begin - 1);
	line[max - 1] = '}';
	assert_string_equal(ask_octets(line, sizeof(line)), ANSWER "\n");
	line[max - 1] = ' ';
	line[max] = '}';
	refused_as(line, sizeof(line), API_EREQUEST);
	/* The same in a batch. */
	line[max] = ' ';
	memmove(line + 1, line, max);
	line[0] = '[';
	line[max - 1] = '}';
	line[max] = ']';
	assert_string_equal(ask_octets(line, max + 1), "[" ANSWER "]\n");
	memset(line + 1, '[', sizeof(line) - 1);
	refused_as(line, sizeof(line), API_EREQUEST);
	/* Many short ones. */
	for (size_t i = 1; i < 2 * max; i += 2)
		memcpy(line + i, i + 2 < 2 * max ? "1," : "1]", 2);
	answers = json_loads(ask_octets(line, 2 * max + 1), 0, NULL);
	assert_int_equal(json_array_size(answers), max);
	json_decref(answers);
}

static void
nothing_of_a_batch_runs_unless_all_of_it_is_json(void **state)
{
#define ACTIVATE                                                                                   \
	"{\"jsonrpc\":\"2.0\",\"method\":\"member.activate\",\"params\":[\"bond0\",\"eth2\"]}"
	static const char *const lines[] = {
		"[" ACTIVATE,
		"[" ACTIVATE ",",
		"[" ACTIVATE ",]",
		"[" ACTIVATE ",,1]",
		"[" ACTIVATE "]]",
		"[" ACTIVATE "] 1",
		"[" ACTIVATE "][]",
		"[" ACTIVATE ",{]}]",
		"[" ACTIVATE ",\"]",
		"[" ACTIVATE ",\"\\\"]",
		"[" ACTIVATE "}",
		"[," ACTIVATE "]",
		"[" ACTIVATE " " ACTIVATE "]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		refused_as(lines[i], strlen(lines[i]), API_EPARSE);
		assert_int_equal(ask_d->bond[0]->core.active, 0);
	}
	assert_string_equal(ask("[\t" ACTIVATE " ]"), "");
	assert_int_equal(ask_d->bond[0]->core.active, 1);
}

static void
a_name_cut_inside_a_letter_is_answered_all_the_same(void **state)
{
	char line[300] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a";
	json_t *answer;

	(void)state;
	for (int i = 0; i < 60; i++) /* 120 octets, cut at an odd one */
		strcat(line, "\xc3\xa9");
	strcat(line, "\"}");
	answer = json_loads(ask(line), 0, NULL);
	assert_non_null(json_object_get(answer, "error"));
	json_decref(answer);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_line_has_its_answer),
		TEST(what_is_not_json_is_a_parse_error),
		TEST(deep_nesting_is_harmless),
		TEST(a_long_line_is_cut_before_it_is_parsed),
		TEST(nothing_of_a_batch_runs_unless_all_of_it_is_json),
		TEST(a_name_cut_inside_a_letter_is_answered_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
