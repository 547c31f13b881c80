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
#define BUFFERS "\"buffers\":{\"size\":1000,\"free\":900,\"waiting\":60}"
#define STATS(rx, bytes, why)                                                                      \
	"{\"bonds\":[{\"name\":\"bond0\",\"host\":{" COUNTERS(                                     \
		0, 0, 0) "},\"members\":["                                                         \
			 "{\"name\":\"eth1\"," COUNTERS(                                           \
				 rx, bytes,                                                        \
				 why) "}]}],"                                                      \
				      "\"workers\":[{\"lcore\":1,\"busy_ratio\":0.256," COUNTERS(  \
					      rx, bytes, why) "}]," BUFFERS "}"

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
	"    rx_inactive_member 7\n"
	"buffers: 900 of 1000 are free, 60 hold frames that wait for room\n";

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
	"    rx_inactive_member 1.5/s\n"
	"buffers: 900 of 1000 are free, 60 hold frames that wait for room\n";

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

static json_t *
end(int prio, const char *system, int key, int port, const char *text)
{
	return json_pack("{s:i, s:s, s:i, s:i, s:i, s:s}", "system_priority", prio, "system",
			 system, "key", key, "port_priority", 255, "port", port, "state_text",
			 text);
}

static json_t *
port(const char *name, json_t *aggregator, const char *selected, const char *mux, const char *rx,
     const char *why)
{
	return json_pack(
		"{s:s, s:o, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:i, s:i}, s:{s:i, s:i, s:i}}", "name",
		name, "aggregator_id", aggregator, "selected", selected, "mux_state", mux,
		"rx_state", rx, "why", why, "churn", "actor", "none", "partner", "churned",
		"actor_count", 0, "partner_count", 2, "counters", "lacpdu_rx", 8, "lacpdu_tx", 3,
		"lacpdu_illegal_rx", 1);
}

#define OWN       "02:00:00:00:01:00"
#define OTHER     "02:00:00:00:02:00"
#define NOBODY    "00:00:00:00:00:00"
#define ALL_THERE "ACT|AGG|SYNC|COL|DIST"

/* A bond with a port that carries data and one without a link. */
static json_t *
lacp(void)
{
	json_t *one = port("eth1", json_integer(1), "SELECTED", "DISTRIBUTING", "CURRENT",
			   "carries data");
	json_t *two = port("eth2", json_null(), "UNSELECTED", "DETACHED", "DEFAULTED",
			   "the link is down");

	json_object_set_new(one, "actor", end(65535, OWN, 15, 1, ALL_THERE));
	json_object_set_new(one, "partner", end(1, OTHER, 7, 13, ALL_THERE));
	json_object_set_new(two, "actor", end(65535, OWN, 0, 2, "ACT|AGG"));
	json_object_set_new(two, "partner", end(0, NOBODY, 0, 0, ""));
	return json_pack("{s:s, s:{s:i, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s}, "
			 "s:[o, o]}",
			 "name", "bond0", "lacp", "system_priority", 65535, "system_mac", OWN,
			 "min_links", 2, "active_aggregator", 1, "ports", 2, "distributing", 1,
			 "speed_mbps", 10000, "actor_key", 15, "partner_key", 7,
			 "partner_system_priority", 1, "partner_mac", OTHER, "ports", one, two);
}

static const char lacp_text[] =
	"bond0: own system 65535,02:00:00:00:01:00, min_links 2\n"
	"  active aggregator 1: 2 ports, 1 distributing, 10000 Mbps, key 15\n"
	"  partner system 1,02:00:00:00:02:00, key 7\n"
	"\n"
	"  eth1: carries data\n"
	"    aggregator 1, SELECTED, mux DISTRIBUTING, receive CURRENT\n"
	"    churn: actor none (churned 0 times), partner churned (2 times)\n"
	"    LACPDUs: 8 received, 3 sent, 1 illegal\n"
	"             priority  system               key  port priority   port  state\n"
	"    actor       65535  02:00:00:00:01:00     15            255      1  "
	"ACT|AGG|SYNC|COL|DIST\n"
	"    partner         1  02:00:00:00:02:00      7            255     13  "
	"ACT|AGG|SYNC|COL|DIST\n"
	"\n"
	"  eth2: the link is down\n"
	"    no aggregator, UNSELECTED, mux DETACHED, receive DEFAULTED\n"
	"    churn: actor none (churned 0 times), partner churned (2 times)\n"
	"    LACPDUs: 8 received, 3 sent, 1 illegal\n"
	"             priority  system               key  port priority   port  state\n"
	"    actor       65535  02:00:00:00:01:00      0            255      2  ACT|AGG\n"
	"    partner         0  00:00:00:00:00:00      0            255      0  \n";

static void
lacp_is_a_block_a_port(void **state)
{
	json_t *o = lacp();
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	text_lacp(f, o);
	fclose(f);
	assert_string_equal(text, lacp_text);
	free(text);
	json_decref(o);
}

static void
lacp_says_that_no_aggregator_is_active(void **state)
{
	json_t *o = json("{\"name\":\"bond0\",\"lacp\":{\"system_priority\":1,\"system_mac\":"
			 "\"02:00:00:00:01:00\",\"active_aggregator\":null},\"ports\":[]}");
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	text_lacp(f, o);
	fclose(f);
	assert_string_equal(text, "bond0: own system 1,02:00:00:00:01:00, min_links 0\n"
				  "  no active aggregator\n");
	free(text);
	json_decref(o);
}

static void
a_flow_is_told_in_words(void **state)
{
	static const struct {
		const char *flow, *text;
	} rows[] = {
		{"{\"member\":\"eth1\",\"hash\":698976711,\"bucket\":199,\"rule\":\"bucket\","
		 "\"members\":[\"eth1\",\"eth2\"],\"assumed\":{},\"nic_hash\":false}",
		 "eth1: hash 0x29a989c7, bucket 199 of 256\n"},
		{"{\"member\":\"eth1\",\"hash\":4294967295,\"bucket\":255,\"rule\":\"bucket\","
		 "\"assumed\":{\"proto\":\"tcp\",\"sport\":\"0\"},\"nic_hash\":true}",
		 "eth1: hash 0xffffffff, bucket 255 of 256\nassumed: proto=tcp sport=0\n"
		 "a frame that carries the hash of a NIC goes by that instead\n"},
		{"{\"member\":\"eth2\",\"hash\":7,\"rule\":\"modulo\",\"members\":[\"eth1\","
		 "\"eth2\"]}",
		 "eth2: hash 0x00000007 modulo 2 members\n"},
		{"{\"member\":\"eth2\",\"rule\":\"active\"}",
		 "eth2: the active member carries every flow\n"},
		{"{\"member\":null,\"rule\":\"all\",\"members\":[\"eth1\",\"eth2\"]}",
		 "eth1, eth2: a copy leaves on each\n"},
		{"{\"member\":null,\"rule\":\"turns\",\"members\":[\"eth1\",\"eth2\"]}",
		 "no fixed member: frames take turns on eth1, eth2\n"},
		{"{\"member\":\"eth1\",\"rule\":\"igmp\"}", "eth1: all IGMP leaves there\n"},
		{"{\"member\":\"eth2\",\"bucket\":3,\"rule\":\"address\"}",
		 "eth2: bucket 3 of 256, by destination address\n"},
		{"{\"member\":\"eth1\",\"rule\":\"current\"}",
		 "eth1: the active member carries what is not balanced\n"},
		{"{\"member\":null,\"rule\":\"neighbour\"}",
		 "no fixed member: the daemon chooses one for each neighbour\n"},
		{"{\"member\":null,\"rule\":\"none\",\"members\":[]}",
		 "dropped: no member can send now\n"},
		{"{}", "\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o = json(rows[i].flow);
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);

		text_flow(f, o);
		fclose(f);
		assert_string_equal(text, rows[i].text);
		free(text);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_a_line),
		cmocka_unit_test(a_flow_is_told_in_words),
		cmocka_unit_test(counters_are_a_table_with_the_reasons_of_drops),
		cmocka_unit_test(two_looks_give_rates),
		cmocka_unit_test(lacp_is_a_block_a_port),
		cmocka_unit_test(lacp_says_that_no_aggregator_is_active),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
