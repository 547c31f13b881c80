/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_flow.c - flow.lookup: the hash of what was described, the member of the table in force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

#define ETHERNET "\"src_mac\":\"02:00:00:00:00:0a\",\"dst_mac\":\"02:00:00:00:00:0b\""

static void
set_policy(struct bondd_bond *b, uint32_t policy, bool resilient)
{
	struct bond_options o = b->core.options;

	o.xmit_hash_policy = policy;
	o.resilient_hash = resilient;
	assert_int_equal(bond_set_options(&b->core, &o, ask_d->now), 0);
	fake_bondd_publish(b);
}

/* What Linux computed for the same frames. */
static void
the_hash_is_that_of_the_frame_described(void **state)
{
	static const struct {
		uint32_t policy;
		const char *fields;
		json_int_t hash;
	} rows[] = {
		{BOND_HASH_LAYER2, ETHERNET ",\"src\":\"10.0.0.1\"", 0x801},
		{BOND_HASH_LAYER2, ETHERNET, 0x807},
		{BOND_HASH_LAYER2, ETHERNET ",\"proto\":\"arp\"", 0x807},
		{BOND_HASH_LAYER2, ETHERNET ",\"proto\":\"none\"", 0x88b4},
		{BOND_HASH_LAYER2, ETHERNET ",\"vlan\":7,\"dst\":\"::1\"", 0x86dc},
		{BOND_HASH_LAYER23, ETHERNET ",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\"",
		 0x03030b0a},
		{BOND_HASH_LAYER23, ETHERNET ",\"src\":\"2001:db8::1\",\"dst\":\"2001:db8::2\"",
		 0x03038559},
		{BOND_HASH_LAYER34,
		 "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"proto\":\"tcp\",\"sport\":40000,"
		 "\"dport\":80",
		 0x29a989c7},
		{BOND_HASH_LAYER34, /* tcp is assumed, numbers may be text */
		 "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"sport\":\"40001\",\"dport\":\"80\"",
		 0x29a98947},
		{BOND_HASH_LAYER34,
		 "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"proto\":17,\"sport\":40002,"
		 "\"dport\":80,\"vlan\":4094",
		 0x29a988c6},
		{BOND_HASH_LAYER34,
		 "\"src\":\"2001:db8::1\",\"dst\":\"2001:db8::2\",\"proto\":\"udp\",\"sport\":5000,"
		 "\"dport\":443",
		 0x5c5c9891},
		{BOND_HASH_LAYER34, "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"proto\":\"icmp\"",
		 0x01810105},
		{BOND_HASH_LAYER34, "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"proto\":\"gre\"",
		 0x01818181},
		{BOND_HASH_ENCAP34,
		 "\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"sport\":40000,\"dport\":80",
		 0x29a989c7},
		{BOND_HASH_VLAN_SRCMAC, "\"src_mac\":\"52:54:00:12:34:56\",\"vlan\":100",
		 0x00406032},
		{BOND_HASH_VLAN_SRCMAC, "\"src_mac\":\"52:54:00:12:34:56\"", 0x00406056},
	};
	struct bondd_bond *b = ask_bond(BOND_MODE_BALANCE_XOR, 3);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o;
		uint8_t slot;

		set_policy(b, rows[i].policy, true);
		o = ask_flow(rows[i].fields);
		assert_int_equal(json_integer_value(ask_at(o, "hash")), rows[i].hash);
		assert_int_equal(json_integer_value(ask_at(o, "bucket")), rows[i].hash % 256);
		slot = b->view.bucket[rows[i].hash % 256];
		assert_string_equal(json_string_value(ask_at(o, "member")),
				    b->core.member[slot].name);
		ask_expect(o, "rule", "\"bucket\"");
		ask_expect(o, "members", "[\"m0\",\"m1\",\"m2\"]");
		json_decref(o);
	}
}

static void
what_the_hash_needs_and_nobody_said_is_told(void **state)
{
	static const struct {
		uint32_t policy;
		const char *fields, *assumed;
	} rows[] = {
		{BOND_HASH_LAYER2, "\"src\":\"10.0.0.1\"",
		 "{\"src_mac\":\"02:00:00:00:01:00\",\"dst_mac\":\"00:00:00:00:00:00\"}"},
		{BOND_HASH_LAYER2, "",
		 "{\"src_mac\":\"02:00:00:00:01:00\",\"dst_mac\":\"ff:ff:ff:ff:ff:ff\",\"proto\":"
		 "\"arp\"}"},
		{BOND_HASH_LAYER34, "\"src\":\"2001:db8::1\",\"dport\":80",
		 "{\"dst\":\"::\",\"proto\":\"tcp\",\"sport\":\"0\"}"},
		{BOND_HASH_LAYER34, "\"dst\":\"10.0.0.1\",\"proto\":2", "{\"src\":\"0.0.0.0\"}"},
		{BOND_HASH_LAYER23, ETHERNET ",\"dst\":\"10.0.0.1\"", "{\"src\":\"0.0.0.0\"}"},
		{BOND_HASH_VLAN_SRCMAC, "\"src_mac\":\"02:00:00:00:00:01\"", "{\"vlan\":\"none\"}"},
	};
	struct bondd_bond *b = ask_bond(BOND_MODE_BALANCE_XOR, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o;

		set_policy(b, rows[i].policy, true);
		o = ask_flow(rows[i].fields);
		ask_expect(o, "assumed", rows[i].assumed);
		json_decref(o);
	}
}

static void
a_symmetric_hash_looks_at_both_addresses(void **state)
{
	struct bondd_bond *b = ask_bond(BOND_MODE_BALANCE_XOR, 2);
	struct bond_options o = b->core.options;
	json_t *answer;

	(void)state;
	o.symmetric_hash = true;
	o.xmit_hash_policy = BOND_HASH_VLAN_SRCMAC;
	assert_int_equal(bond_set_options(&b->core, &o, ask_d->now), 0);
	fake_bondd_publish(b);
	answer = ask_flow("\"src_mac\":\"02:00:00:00:00:01\",\"vlan\":7");
	ask_expect(answer, "assumed", "{\"dst_mac\":\"ff:ff:ff:ff:ff:ff\"}");
	json_decref(answer);
}

static void
the_plain_modulo_has_no_bucket(void **state)
{
	struct bondd_bond *b = ask_bond(BOND_MODE_BALANCE_XOR, 3);
	json_t *o;

	(void)state;
	set_policy(b, BOND_HASH_LAYER34, false);
	o = ask_flow("\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\",\"sport\":40001,\"dport\":80");
	ask_expect(o, "hash", "698976583"); /* 0x29a98947, modulo 3: 1 */
	ask_expect(o, "bucket", "null");
	ask_expect(o, "rule", "\"modulo\"");
	ask_expect(o, "member", "\"m1\"");
	ask_expect(o, "nic_hash", "false");
	json_decref(o);
}

static void
the_hash_of_a_nic_is_mentioned_where_it_counts(void **state)
{
	json_t *o;

	(void)state;
	set_policy(ask_bond(BOND_MODE_BALANCE_XOR, 2), BOND_HASH_LAYER34, true);
	o = ask_flow("\"src\":\"10.0.0.1\"");
	ask_expect(o, "nic_hash", "true");
	json_decref(o);
}

static void
modes_without_a_hash_say_where_frames_go(void **state)
{
	static const char nothing[] = "{}";
	struct bondd_bond *b;
	json_t *o;

	(void)state;
	o = ask_result("flow.lookup", "[\"bond0\"]"); /* active-backup */
	ask_expect(o, "member", "\"eth1\"");
	ask_expect(o, "hash", "null");
	ask_expect(o, "bucket", "null");
	ask_expect(o, "rule", "\"active\"");
	ask_expect(o, "members", "[\"eth1\"]");
	ask_expect(o, "assumed", nothing);
	json_decref(o);

	ask_bond(BOND_MODE_BROADCAST, 3);
	o = ask_flow("\"src\":\"10.0.0.1\"");
	ask_expect(o, "member", "null");
	ask_expect(o, "hash", "null");
	ask_expect(o, "rule", "\"all\"");
	ask_expect(o, "members", "[\"m0\",\"m1\",\"m2\"]");
	json_decref(o);

	b = ask_bond(BOND_MODE_BALANCE_RR, 2);
	o = ask_flow("\"src\":\"10.0.0.1\"");
	ask_expect(o, "member", "null");
	ask_expect(o, "rule", "\"turns\"");
	ask_expect(o, "members", "[\"m0\",\"m1\"]");
	json_decref(o);
	o = ask_flow("\"dst\":\"224.0.0.22\",\"proto\":\"igmp\"");
	ask_expect(o, "member", "\"m0\"");
	ask_expect(o, "rule", "\"igmp\"");
	json_decref(o);

	bond_host_admin(&b->core, false, ask_d->now);
	fake_bondd_publish(b);
	o = ask_flow("\"src\":\"10.0.0.1\"");
	ask_expect(o, "member", "null");
	ask_expect(o, "rule", "\"none\"");
	ask_expect(o, "members", "[]");
	json_decref(o);
}

static void
lacp_answers_from_its_table_and_arp_may_go_everywhere(void **state)
{
	struct bondd_bond *b;
	struct bond_options o;
	json_t *answer;

	(void)state;
	fake_bondd_add_lacp(ask_d);
	b = ask_d->bond[2];
	answer = ask_result("flow.lookup", "{\"bond\":\"bond2\",\"src\":\"10.0.0.1\"}");
	ask_expect(answer, "member", "\"eth3\"");
	ask_expect(answer, "rule", "\"bucket\"");
	ask_expect(answer, "members", "[\"eth3\"]");
	json_decref(answer);
	o = b->core.options;
	o.broadcast_neighbor = true;
	assert_int_equal(bond_set_options(&b->core, &o, ask_d->now), 0);
	fake_bondd_publish(b);
	answer = ask_result("flow.lookup", "{\"bond\":\"bond2\",\"proto\":\"arp\"}");
	ask_expect(answer, "rule", "\"all\"");
	json_decref(answer);
	answer = ask_result("flow.lookup", "{\"bond\":\"bond2\",\"dst\":\"10.0.0.1\"}");
	ask_expect(answer, "rule", "\"bucket\"");
	json_decref(answer);
}

/* The answer is about what the workers have, not about what will come. */
static void
a_view_that_is_not_yet_published_does_not_count(void **state)
{
	const struct bond_link_fact down = {.carrier = false};
	struct bondd_bond *b = ask_bond(BOND_MODE_BALANCE_XOR, 2);
	json_t *o = ask_flow("\"src\":\"10.0.0.1\""), *again;
	const char *member = json_string_value(ask_at(o, "member"));

	(void)state;
	bond_member_link(&b->core, bond_member_find(&b->core, member), &down, ask_d->now);
	again = ask_flow("\"src\":\"10.0.0.1\"");
	assert_true(json_equal(o, again));
	json_decref(again);
	fake_bondd_publish(b);
	again = ask_flow("\"src\":\"10.0.0.1\"");
	assert_string_not_equal(json_string_value(ask_at(again, "member")), member);
	assert_true(json_equal(ask_at(o, "bucket"), ask_at(again, "bucket")));
	json_decref(again);
	json_decref(o);
}

static void
nonsense_is_refused_by_name_and_value(void **state)
{
	static const char *const rows[][2] = {
		{"\"src_mac\":\"02:00\"",
		 "src_mac \\\"02:00\\\": must be a MAC address like 02:00:00:00:00:01"},
		{"\"dst_mac\":\"02-00-00-00-00-01\"",
		 "dst_mac \\\"02-00-00-00-00-01\\\": must be a MAC address like 02:00:00:00:00:01"},
		{"\"vlan\":4095", "vlan \\\"4095\\\": must be a VLAN ID from 0 to 4094"},
		{"\"vlan\":-1", "vlan \\\"-1\\\": must be a VLAN ID from 0 to 4094"},
		{"\"src\":\"10.0.0\"", "src \\\"10.0.0\\\": must be an IPv4 or IPv6 address"},
		{"\"src\":\"10.0.0.1\",\"dst\":\"::1\"",
		 "dst \\\"::1\\\": is IPv6, the other address IPv4; both must be of one kind"},
		{"\"dst\":\"10.0.0.1\",\"proto\":\"tcpp\"",
		 "proto \\\"tcpp\\\": must be a number from 0 to 255 or one of tcp, udp, sctp, "
		 "dccp, udplite, icmp, icmpv6, igmp, gre, esp, ah, arp, none; did you mean "
		 "\\\"tcp\\\"?"},
		{"\"dst\":\"10.0.0.1\",\"proto\":256",
		 "proto \\\"256\\\": must be a number from 0 to 255 or one of tcp, udp, sctp, "
		 "dccp, udplite, icmp, icmpv6, igmp, gre, esp, ah, arp, none"},
		{"\"dst\":\"10.0.0.1\",\"sport\":65536",
		 "sport \\\"65536\\\": must be a port from 0 to 65535"},
		{"\"dst\":\"10.0.0.1\",\"dport\":\"\"",
		 "dport \\\"\\\": must be a port from 0 to 65535"},
		{"\"proto\":\"udp\"",
		 "proto \\\"udp\\\": needs src or dst, which say whether it is IPv4 or IPv6"},
		{"\"dport\":53",
		 "dport \\\"53\\\": needs src or dst, which say whether it is IPv4 or IPv6"},
		{"\"src\":\"10.0.0.1\",\"proto\":\"arp\"",
		 "proto \\\"arp\\\": is no IP, so it takes neither src nor dst"},
		{"\"src\":\"10.0.0.1\",\"proto\":\"icmp\",\"dport\":0",
		 "dport \\\"0\\\": only tcp, udp, sctp, dccp and udplite have ports"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[500], answer[500];

		snprintf(line, sizeof(line), CALL("flow.lookup", "{\"bond\":\"bond1\",%s}"),
			 rows[i][0]);
		snprintf(answer, sizeof(answer), REFUSED(-32602, "flow.lookup: %s", "1") "\n",
			 rows[i][1]);
		assert_string_equal(ask(line), answer);
	}
	assert_string_equal(ask(CALL("flow.lookup", "{\"bond\":\"bond7\"}")),
			    REFUSED(-19,
				    "there is no bond \\\"bond7\\\"; did you mean \\\"bond0\\\"?",
				    "1") "\n");
	assert_non_null(strstr(ask(CALL("flow.lookup", "{\"bond\":\"bond0\",\"sprot\":1}")),
			       "there is no parameter \\\"sprot\\\"; it takes bond, src_mac "
			       "(optional)"));
	assert_non_null(strstr(ask(CALL("flow.lookup", "{\"bond\":\"bond0\",\"vlan\":true}")),
			       "\\\"vlan\\\" must be a string or an integer"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_hash_is_that_of_the_frame_described),
		TEST(what_the_hash_needs_and_nobody_said_is_told),
		TEST(a_symmetric_hash_looks_at_both_addresses),
		TEST(the_plain_modulo_has_no_bucket),
		TEST(the_hash_of_a_nic_is_mentioned_where_it_counts),
		TEST(modes_without_a_hash_say_where_frames_go),
		TEST(lacp_answers_from_its_table_and_arp_may_go_everywhere),
		TEST(a_view_that_is_not_yet_published_does_not_count),
		TEST(nonsense_is_refused_by_name_and_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
