/* SPDX-License-Identifier: BSD-3-Clause */
/* test_show.c - bondctl show against what Linux prints for the same states (tests/golden/proc). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bondctl.h"

enum { RR, AB, XOR, BROADCAST, TLB = 5, ALB };

/* The states in which Linux was, when its files were recorded. */
static const struct state {
	const char *file; /* ends in .root or .user where the two differ */
	int mode;
	const char *active;
	int miimon, delay; /* updelay and downdelay */
	bool carrier;
	const char *fail_over_mac, *primary, *reselect;
	int arp_interval;
	const char *arp, *ns; /* separated by spaces */
	const char *members;  /* name/link/failures/speed, separated by commas */
	const char *policy;
	int downdelay, peer_notif_delay; /* 0: downdelay as updelay */
	bool hashed;                     /* tlb_dynamic_lb is off */
} states[] = {
	{"ab_active_going_down", AB, .active = "m0", .miimon = 100, .delay = 1000, .carrier = true,
	 .members = "m0/going down/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_all_down", AB, .miimon = 100, .delay = 1000,
	 .members = "m0/down/2/10000,m1/down/1/10000,m2/down/1/10000"},
	{"ab_fail_over_mac_active", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .fail_over_mac = "active", .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_fail_over_mac_follow", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .fail_over_mac = "follow", .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_fail_over_mac_none", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_first_up_exempt_second_back", AB, .active = "m0", .miimon = 100, .delay = 1000,
	 .carrier = true, .members = "m0/up/2/10000,m1/going back/1/10000,m2/down/1/10000"},
	{"ab_m0_back_m1_down", AB, .active = "m2", .miimon = 100, .delay = 1000, .carrier = true,
	 .members = "m0/up/1/10000,m1/down/1/10000,m2/up/0/10000"},
	{"ab_m0_down_m1_going_down", AB, .active = "m2", .miimon = 100, .delay = 1000,
	 .carrier = true, .members = "m0/down/1/10000,m1/down/1/10000,m2/up/0/10000"},
	{"ab_m0_going_back", AB, .active = "m2", .miimon = 100, .delay = 1000, .carrier = true,
	 .members = "m0/going back/1/10000,m1/down/1/10000,m2/up/0/10000"},
	{"ab_no_monitor", AB, .active = "m1", .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"ab_no_monitor_active_cut", AB, .active = "m1", .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"ab_primary_absent", AB, .primary = "m9", .active = "m1", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"ab_primary_reselect_always", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .primary = "m0", .reselect = "always",
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_primary_reselect_better", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .primary = "m0", .reselect = "better",
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"ab_primary_reselect_failure", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .primary = "m0", .reselect = "failure",
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"arp_active-backup_active", AB, .active = "m0", .carrier = true, .arp_interval = 200,
	 .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_all", AB, .active = "m0", .carrier = true, .arp_interval = 200,
	 .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_backup", AB, .active = "m0", .carrier = true, .arp_interval = 200,
	 .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_filter", AB, .active = "m0", .carrier = true, .arp_interval = 200,
	 .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_filter_active", AB, .active = "m0", .carrier = true,
	 .arp_interval = 200, .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_filter_backup", AB, .active = "m0", .carrier = true,
	 .arp_interval = 200, .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_active-backup_none", AB, .active = "m0", .carrier = true, .arp_interval = 200,
	 .arp = "10.9.0.1", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_balance-rr_plain", RR, .carrier = true, .arp_interval = 200, .arp = "10.9.0.1",
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"arp_no_targets.root", AB, .arp_interval = 200,
	 .members = "m0/going back/1/10000,m1/going down/1/10000"},
	{"arp_no_targets.user", AB, .arp_interval = 200,
	 .members = "m0/going down/1/10000,m1/going back/1/10000"},
	{"arp_three_targets", AB, .arp_interval = 200, .arp = "10.9.0.1 10.8.0.1 192.0.2.9",
	 .members = "m0/going down/1/10000,m1/going back/1/10000"},
	{"default_active-backup", AB},
	{"default_balance-rr", RR},
	{"ns_targets", AB, .active = "m0", .carrier = true, .arp_interval = 300,
	 .ns = "2001:db8::1 2001:db8::77", .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_active-backup", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_active-backup_empty", AB, .miimon = 100},
	{"plain_active-backup_m1_down", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"plain_balance-rr", RR, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_balance-rr_empty", RR, .miimon = 100},
	{"plain_balance-rr_m1_down", RR, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"rr_no_monitor", RR, .carrier = true, .members = "m0/up/0/10000,m1/up/0/10000"},
	{"speed_unknown_active-backup", AB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,c0/up/0/1000"},
	{"speed_unknown_balance-rr", RR, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,c0/up/0/1000"},
	{"arp_balance-xor_plain", XOR, .carrier = true, .arp_interval = 200, .arp = "10.9.0.1",
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"default_balance-xor", XOR},
	{"plain_balance-xor", XOR, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_balance-xor_empty", XOR, .miimon = 100},
	{"plain_balance-xor_m1_down", XOR, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"arp_broadcast_plain", BROADCAST, .carrier = true, .arp_interval = 200, .arp = "10.9.0.1",
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"default_broadcast", BROADCAST},
	{"plain_broadcast", BROADCAST, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_broadcast_empty", BROADCAST, .miimon = 100},
	{"plain_broadcast_m1_down", BROADCAST, .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"xor_vlan_srcmac", XOR, .miimon = 100, .carrier = true, .policy = "vlan+srcmac",
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"default_balance-tlb", TLB, .miimon = 100},
	{"plain_balance-tlb", TLB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_balance-tlb_empty", TLB, .miimon = 100},
	{"plain_balance-tlb_m1_down", TLB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"proc_balance-tlb_traffic", TLB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"default_balance-alb", ALB, .miimon = 100},
	{"plain_balance-alb", ALB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
	{"plain_balance-alb_empty", ALB, .miimon = 100},
	{"plain_balance-alb_m1_down", ALB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/down/1/10000"},
	{"proc_balance-alb_traffic", ALB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,m1/up/0/10000,m2/up/0/10000"},
	{"speed_unknown_balance-tlb", TLB, .active = "m0", .miimon = 100, .carrier = true,
	 .members = "m0/up/0/10000,c0/up/0/1000"},
	{"tlb_static_delays", TLB, .active = "m0", .miimon = 100, .delay = 200, .downdelay = 300,
	 .peer_notif_delay = 400, .carrier = true, .policy = "layer3+4", .hashed = true,
	 .members = "m0/up/0/10000,m1/up/0/10000"},
};

/* An array of the words in text. */
static json_t *
words(const char *text)
{
	json_t *list = json_array();
	char copy[100], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", text ? text : "");
	while ((word = strsep(&rest, " ")))
		if (*word)
			json_array_append_new(list, json_string(word));
	return list;
}

static json_t *
member(const char *text)
{
	char name[16], link[16], mac[18] = "52:54:00:0a:00:00";
	int failures, speed;

	assert_int_equal(sscanf(text, "%15[^/]/%15[^/]/%d/%d", name, link, &failures, &speed), 4);
	if (name[0] == 'm')
		snprintf(mac, sizeof(mac), "02:00:00:00:01:0%c", name[1]);
	return json_pack("{s:s, s:s, s:i, s:s, s:i, s:s, s:{s:i, s:i}}", "name", name, "link", link,
			 "speed_mbps", speed, "duplex", "full", "link_failure_count", failures,
			 "perm_hwaddr", mac, "options", "queue_id", 0, "prio", 0);
}

static json_t *
members(const char *text)
{
	json_t *list = json_array();
	char copy[200], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", text ? text : "");
	while ((word = strsep(&rest, ",")))
		if (*word)
			json_array_append_new(list, member(word));
	return list;
}

/* As bond.get would answer. */
static json_t *
bond(const struct state *s)
{
	json_t *options = json_pack(
		"{s:s, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:s, s:i, s:i, s:o, s:o}",
		"xmit_hash_policy", s->policy ? s->policy : "layer2", "miimon", s->miimon,
		"updelay", s->delay, "downdelay", s->downdelay > 0 ? s->downdelay : s->delay,
		"peer_notif_delay", s->peer_notif_delay, "tlb_dynamic_lb", !s->hashed,
		"fail_over_mac", s->fail_over_mac ? s->fail_over_mac : "none", "primary",
		s->primary ? s->primary : "", "primary_reselect",
		s->reselect ? s->reselect : "always", "arp_interval", s->arp_interval,
		"arp_missed_max", 2, "arp_ip_target", words(s->arp), "ns_ip6_target", words(s->ns));

	return json_pack("{s:s, s:i, s:b, s:s?, s:o, s:o}", "name", "bond0", "mode_number", s->mode,
			 "carrier", s->carrier, "active_member", s->active, "options", options,
			 "members", members(s->members));
}

/* @return the text, to be freed */
static char *
show(const json_t *o, bool admin)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	text_show(f, o, "6.1.0-56-amd64", admin); /* the version that the files have */
	fclose(f);
	return text;
}

static void
compare(const struct state *s, const char *reader)
{
	static char golden[4096];
	char path[300], *text;
	json_t *o = bond(s);
	FILE *f;

	snprintf(path, sizeof(path), TEST_DIR "/golden/proc/%s%s.txt", s->file,
		 strchr(s->file, '.') ? "" : reader);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing", path);
	golden[fread(golden, 1, sizeof(golden) - 1, f)] = '\0';
	fclose(f);
	assert_non_null(o);
	text = show(o, strcmp(reader, ".root") == 0);
	if (strcmp(text, golden) != 0)
		fail_msg("%s\n--- ours\n%s--- Linux\n%s", path, text, golden);
	free(text);
	json_decref(o);
}

static void
every_state_reads_as_in_linux(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		compare(&states[i], ".root");
		compare(&states[i], ".user");
	}
}

static void
what_is_not_known_is_unknown(void **state)
{
	const struct state s = {.mode = RR, .members = "m0/unknown/0/0"};
	json_t *o = bond(&s), *m = json_array_get(json_object_get(o, "members"), 0);
	char *text;

	(void)state;
	json_object_set_new(m, "speed_mbps", json_null());
	json_object_set_new(m, "duplex", json_null());
	text = show(o, true);
	assert_non_null(
		strstr(text, "\nMII Status: unknown\nSpeed: Unknown\nDuplex: Unknown\nLink"));
	free(text);
	json_decref(o);
}

static void
hashing_modes_name_their_policy(void **state)
{
	static const struct {
		int mode;
		const char *policy;
		int dynamic;
		const char *line; /* NULL: none */
	} rows[] = {
		{0, "layer2", 1, NULL},
		{1, "layer2", 1, NULL},
		{2, "layer2", 1, "load balancing (xor)\nTransmit Hash Policy: layer2 (0)\nMII"},
		{2, "vlan+srcmac", 1, "\nTransmit Hash Policy: vlan+srcmac (5)\nMII"},
		{3, "layer2", 1, NULL},
		{4, "layer3+4", 1, "aggregation\nTransmit Hash Policy: layer3+4 (1)\nMII"},
		{5, "layer2", 1, NULL},
		{5, "layer2+3", 0,
		 "transmit load balancing\nTransmit Hash Policy: layer2+3 (2)\nPrim"},
		{6, "encap3+4", 0,
		 "adaptive load balancing\nTransmit Hash Policy: encap3+4 (4)\nPrim"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct state s = {.mode = rows[i].mode};
		json_t *o = bond(&s), *options = json_object_get(o, "options");
		char *text;

		json_object_set_new(options, "xmit_hash_policy", json_string(rows[i].policy));
		json_object_set_new(options, "tlb_dynamic_lb", json_integer(rows[i].dynamic));
		text = show(o, true);
		assert_non_null(strstr(text, rows[i].line ? rows[i].line : "\nBonding Mode: "));
		assert_int_equal(strstr(text, "Hash Policy") != NULL, rows[i].line != NULL);
		free(text);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_reads_as_in_linux),
		cmocka_unit_test(what_is_not_known_is_unknown),
		cmocka_unit_test(hashing_modes_name_their_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
