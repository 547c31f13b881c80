/* SPDX-License-Identifier: BSD-3-Clause */
/* test_show_lacp.c - bondctl show in mode 802.3ad against what Linux prints for the same states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bondctl.h"

#define GOLDEN  TEST_DIR "/golden/proc/"
#define STATES  60
#define VERSION "6.1.0-56-amd64" /* that the files have */

static char *
show(const json_t *o, bool admin)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	text_show(f, o, VERSION, admin);
	fclose(f);
	return text;
}

static void
compare(const char *file, const json_t *bond, bool root)
{
	static char golden[8192];
	char path[300], *text = show(bond, root);
	FILE *f;

	snprintf(path, sizeof(path), GOLDEN "%s.%s.txt", file, root ? "root" : "user");
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing", path);
	golden[fread(golden, 1, sizeof(golden) - 1, f)] = '\0';
	fclose(f);
	if (strcmp(text, golden) != 0)
		fail_msg("%s\n--- ours\n%s--- Linux\n%s", path, text, golden);
	free(text);
}

/* 0 is no aggregator, as null. */
static json_t *
id(int n)
{
	return n ? json_integer(n) : json_null();
}

/* A bond without members as bond.get would answer. @param file where to write which text it has */
static json_t *
bond(const char *line, char file[64])
{
	char carrier[8], hash[16], active[8], rate[8], select[16], mac[18], partner[18];
	int miimon, min_links, prio, agg, ports, key, partner_key;
	json_t *options, *lacp;

	assert_int_equal(sscanf(line,
				"bond %63s %7s %d %15s %7s %7s %d %15s %d %17s %d %d %d %d %17s",
				file, carrier, &miimon, hash, active, rate, &min_links, select,
				&prio, mac, &agg, &ports, &key, &partner_key, partner),
			 15);
	options = json_pack("{s:i, s:i, s:i, s:i, s:s, s:i, s:s, s:i, s:s}", "miimon", miimon,
			    "updelay", 0, "downdelay", 0, "peer_notif_delay", 0, "xmit_hash_policy",
			    hash, "lacp_active", strcmp(active, "on") == 0, "lacp_rate", rate,
			    "min_links", min_links, "ad_select", select);
	lacp = json_pack("{s:i, s:s, s:o, s:i, s:i, s:i, s:s}", "system_priority", prio,
			 "system_mac", mac, "active_aggregator", id(agg), "ports", ports,
			 "actor_key", key, "partner_key", partner_key, "partner_mac", partner);
	return json_pack("{s:s, s:i, s:b, s:n, s:o, s:o, s:[]}", "name", "bond0", "mode_number", 4,
			 "carrier", strcmp(carrier, "up") == 0, "active_member", "options", options,
			 "lacp", lacp, "members");
}

static json_t *
member(const char *line)
{
	char name[16], link[16], duplex[8], mac[18], actor[16], partner[16];
	int failures, speed, agg, actor_count, partner_count;

	assert_int_equal(sscanf(line, "member %15s %15s %d %d %7s %17s %d %15s %15s %d %d", name,
				link, &failures, &speed, duplex, mac, &agg, actor, partner,
				&actor_count, &partner_count),
			 11);
	return json_pack("{s:s, s:s, s:i, s:s, s:i, s:s, s:{s:i}, s:o, s:{s:{s:s, s:s, s:i, s:i}}}",
			 "name", name, "link", link, "speed_mbps", speed, "duplex", duplex,
			 "link_failure_count", failures, "perm_hwaddr", mac, "options", "queue_id",
			 0, "aggregator_id", id(agg), "lacp", "churn", "actor", actor, "partner",
			 partner, "actor_count", actor_count, "partner_count", partner_count);
}

/* Put the Actor or Partner of an LACPDU into the member of that line. */
static void
end(json_t *o, const char *line)
{
	char who[8], mac[18];
	int prio, key, port_prio, port, state;

	assert_int_equal(sscanf(line, "%7s %d %17s %d %d %d %d", who, &prio, mac, &key, &port_prio,
				&port, &state),
			 7);
	json_object_set_new(json_object_get(o, "lacp"), who,
			    json_pack("{s:i, s:s, s:i, s:i, s:i, s:i}", "system_priority", prio,
				      "system", mac, "key", key, "port_priority", port_prio, "port",
				      port, "state", state));
}

/* Compare what has been read of a state, if anything. */
static int
finish(const char *file, json_t *o)
{
	if (!o)
		return 0;
	compare(file, o, true);
	compare(file, o, false);
	json_decref(o);
	return 1;
}

static void
every_state_reads_as_in_linux(void **state)
{
	FILE *f = fopen(GOLDEN "states_802.3ad.txt", "r");
	json_t *o = NULL, *m = NULL;
	char line[300], file[64] = "";
	int n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "bond ", 5) == 0) {
			n += finish(file, o);
			o = bond(line, file);
			assert_non_null(o);
		} else if (strncmp(line, "member ", 7) == 0) {
			m = member(line);
			assert_int_equal(json_array_append_new(json_object_get(o, "members"), m),
					 0);
		} else if (*line != '#') {
			end(m, line);
		}
	}
	n += finish(file, o);
	fclose(f);
	assert_int_equal(n, STATES);
}

static void
a_member_outside_every_aggregator_says_no_more(void **state)
{
	static const char line[] = "bond x up 100 layer2 on slow 0 stable 1 02:00:00:00:00:01 0 0 "
				   "0 0 -";
	char file[64], *text;
	json_t *o = bond(line, file), *m;

	(void)state;
	m = member("member m0 down 0 1000 full 02:00:00:00:00:02 0 churned churned 1 1");
	json_array_append_new(json_object_get(o, "members"), m);
	text = show(o, true);
	assert_non_null(strstr(text, "\nbond bond0 has no active aggregator\n\nSlave"));
	assert_non_null(strstr(text, "\nSlave queue ID: 0\nAggregator ID: N/A\n"));
	assert_null(strstr(text, "hurn"));
	free(text);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_reads_as_in_linux),
		cmocka_unit_test(a_member_outside_every_aggregator_says_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
