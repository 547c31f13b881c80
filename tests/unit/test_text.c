/* SPDX-License-Identifier: BSD-3-Clause */
/* test_text.c - events and counters as bondctl prints them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bondctl.h"

static json_t *
json(const char *text)
{
	json_t *o = json_loads(text, 0, NULL);

	assert_non_null(o);
	return o;
}

static void
an_event_is_a_line(void **state)
{
	static const struct {
		const char *event, *line;
	} rows[] = {
		{"{\"time\":\"T\",\"bond\":\"bond0\",\"member\":\"eth1\",\"kind\":\"link\","
		 "\"from\":\"up\",\"to\":\"down\",\"lasted_s\":2.5,\"reason\":\"carrier lost\"}",
		 "T bond0/eth1 link up -> down after 2.5 s: carrier lost\n"},
		{"{\"time\":\"T\",\"bond\":\"bond0\",\"member\":null,\"kind\":\"active\","
		 "\"from\":\"eth1\",\"to\":null,\"lasted_s\":250,\"reason\":\"\"}",
		 "T bond0 active eth1 -> none after 4 min 10 s\n"},
		{"{\"time\":\"T\",\"bond\":\"bond0\",\"member\":\"eth1\",\"kind\":\"member\","
		 "\"from\":null,\"to\":\"added\",\"lasted_s\":0,\"reason\":\"configured\"}",
		 "T bond0/eth1 member added: configured\n"},
		{"{\"time\":\"T\",\"bond\":\"b\",\"kind\":\"carrier\",\"from\":\"up\",\"to\":"
		 "\"down\","
		 "\"lasted_s\":10921}",
		 "T b carrier up -> down after 3 h 2 min\n"},
		{"{\"time\":\"T\",\"bond\":\"b\",\"kind\":\"carrier\",\"from\":\"up\",\"to\":"
		 "\"down\","
		 "\"lasted_s\":432000}",
		 "T b carrier up -> down after 5 d\n"},
		{"{}", "- - -\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o = json(rows[i].event);
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);

		text_event(f, o);
		fclose(f);
		assert_string_equal(text, rows[i].line);
		free(text);
		json_decref(o);
	}
}

#define COUNTERS(rx, bytes, why)                                                                   \
	"\"rx_packets\":" #rx ",\"rx_bytes\":" #bytes ",\"tx_packets\":0,\"tx_bytes\":0,"          \
	"\"drops\":{\"tx_no_member\":0,\"rx_inactive_member\":" #why "}"
#define STATS(rx, bytes, why)                                                                      \
	"{\"bonds\":[{\"name\":\"bond0\",\"host\":{" COUNTERS(                                     \
		0, 0, 0) "},\"members\":["                                                         \
			 "{\"name\":\"eth1\"," COUNTERS(                                           \
				 rx, bytes,                                                        \
				 why) "}]}],"                                                      \
				      "\"workers\":[{\"lcore\":1,\"busy_ratio\":0.256," COUNTERS(  \
					      rx, bytes, why) "}]}"

static const char totals[] =
	"bond0                      rx packets         rx bytes       tx packets"
	"         tx bytes        drops\n"
	"  host                              0                0                0"
	"                0            0\n"
	"  eth1                            100             5000                0"
	"                0            7\n"
	"    rx_inactive_member 7\n"
	"workers                    rx packets         rx bytes       tx packets"
	"         tx bytes        drops\n"
	"  lcore 1, 26 %                   100             5000                0"
	"                0            7\n"
	"    rx_inactive_member 7\n";

static const char rates[] =
	"bond0                    rx packets/s        rx Mbit/s     tx packets/s"
	"        tx Mbit/s      drops/s\n"
	"  host                            0.0              0.0              0.0"
	"              0.0          0.0\n"
	"  eth1                           50.0              2.0              0.0"
	"              0.0          1.5\n"
	"    rx_inactive_member 1.5/s\n"
	"workers                  rx packets/s        rx Mbit/s     tx packets/s"
	"        tx Mbit/s      drops/s\n"
	"  lcore 1, 26 %                  50.0              2.0              0.0"
	"              0.0          1.5\n"
	"    rx_inactive_member 1.5/s\n";

static char *
stats(const char *after, const char *before)
{
	json_t *a = json(after), *b = before ? json(before) : NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	text_stats(f, a, b, 2);
	fclose(f);
	json_decref(a);
	json_decref(b);
	return text;
}

static void
counters_are_a_table_with_the_reasons_of_drops(void **state)
{
	char *text = stats(STATS(100, 5000, 7), NULL);

	(void)state;
	assert_string_equal(text, totals);
	free(text);
}

static void
two_looks_give_rates(void **state)
{
	char *text = stats(STATS(200, 505000, 10), STATS(100, 5000, 7));

	(void)state;
	assert_string_equal(text, rates);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_a_line),
		cmocka_unit_test(counters_are_a_table_with_the_reasons_of_drops),
		cmocka_unit_test(two_looks_give_rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
