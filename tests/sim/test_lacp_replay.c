/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_replay.c - LACPDUs recorded between two Linux bonds: we take the place of one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lacp_internal.h"

#define REPLAY_UNUSED(x) (void)(x)
#define MAX_FRAMES       2000
#define MAX_FILES        3

/* Source addresses end in 01:0N for the bond that was recorded and in 02:xx for its peer. */
enum side { BOND = 1, PEER = 2 };

struct record {
	uint64_t at; /* ns */
	size_t len;
	uint8_t raw[128];
	unsigned int port;
	enum side from;
};

static struct record records[MAX_FRAMES];
static size_t n_records;
static struct lacp_system sys;
static uint64_t now;
static uint8_t response[LACP_FRAME_SIZE]; /* the last Marker Response of ours */

static uint32_t
get32(const uint8_t *b)
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The slow protocol frames of one member. */
static void
load(const char *scenario, unsigned int member)
{
	char path[256];
	uint8_t header[24];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.m%u.pcap", TEST_GOLDEN, scenario, member);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s", path);
	assert_int_equal(fread(header, 1, 24, f), 24);
	assert_int_equal(get32(header), 0xa1b2c3d4);
	while (fread(header, 1, 16, f) == 16) {
		struct record *r = &records[n_records];
		uint8_t frame[2048];

		assert_in_range(get32(header + 8), 14, sizeof(frame));
		r->len = fread(frame, 1, get32(header + 8), f);
		if (frame[12] != 0x88 || frame[13] != 0x09)
			continue;
		assert_in_range(n_records, 0, MAX_FRAMES - 1);
		assert_in_range(r->len, 15, sizeof(r->raw));
		memcpy(r->raw, frame, r->len);
		r->at = get32(header) * LACP_SEC + get32(header + 4) * (LACP_MSEC / 1000);
		r->port = member;
		r->from = frame[10] == 1 ? BOND : PEER;
		n_records++;
	}
	fclose(f);
}

static int
by_time(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void
drain(void)
{
	uint8_t buf[LACP_FRAME_SIZE];

	for (unsigned int m = 0; m < MAX_FILES; m++)
		while (lacp_port(&sys, m) && lacp_output(lacp_port(&sys, m), buf, now))
			if (buf[14] == 2)
				memcpy(response, buf, sizeof(response));
}

static void
go_to(uint64_t at)
{
	while (lacp_deadline(&sys) < at) {
		now = lacp_deadline(&sys) > now ? lacp_deadline(&sys) : now;
		lacp_tick(&sys, now);
		drain();
	}
	now = at;
}

/* What a recorded LACPDU says of its sender. */
static struct lacp_info
sender(const struct record *r)
{
	struct lacp_frame f = {0};

	assert_int_equal(lacp_parse(r->raw, r->len, r->raw, &f), LACP_PARSE_LACPDU);
	return f.pdu.actor;
}

/* A port appears with the first LACPDU that the one we replace sent on it, with its identity. */
static void
appear(const struct record *r)
{
	const struct lacp_info i = sender(r);
	struct lacp_port_config pc = lacp_port_config_default();

	if (lacp_port(&sys, r->port))
		return;
	pc.number = i.port;
	pc.prio = i.port_prio;
	pc.key = i.key;
	memcpy(pc.mac, r->raw + 6, 6);
	assert_int_equal(lacp_port_add(&sys, r->port, &pc, now), 0);
	lacp_port_link(lacp_port(&sys, r->port), true, 10000, LACP_DUPLEX_FULL, now);
}

/* Is the frame one of those from which a LACP machine learns? */
static bool
is_pdu(const struct record *r)
{
	return r->raw[14] == 1 && r->len == LACP_FRAME_SIZE;
}

static bool sync_heard[MAX_FILES];

static void
play(size_t n, enum side we)
{
	const struct record *r = &records[n];
	struct lacp_port *p;

	go_to(r->at);
	if (r->from == we) {
		if (is_pdu(r))
			appear(r);
		drain();
		return;
	}
	p = lacp_port(&sys, r->port);
	if (!p)
		return;
	if (lacp_input(p, r->raw, r->len, now) == LACP_PARSE_LACPDU)
		sync_heard[r->port] = sender(r).state & LACP_SYNC;
	if (!sync_heard[r->port])
		assert_false(lacp_port_collecting(p));
	drain();
}

/* What was recorded of our predecessor at a time: 1 it carried data, 0 it did not. */
struct check {
	uint64_t at_ms;
	int carries[MAX_FILES];
};

struct scenario {
	const char *name;
	unsigned int members;
	enum side we;
	uint64_t from_ms;
	struct check checks[8]; /* the last one has at_ms 0 */
};

static void
check(const struct scenario *s, const struct check *c)
{
	go_to(c->at_ms * LACP_MSEC);
	for (unsigned int m = 0; m < s->members; m++) {
		struct lacp_port *p = lacp_port(&sys, m);

		if (!p || lacp_port_distributing(p) != c->carries[m])
			fail_msg("%s at %llu ms: m%u is %s (%s)", s->name,
				 (unsigned long long)c->at_ms, m,
				 p ? lacp_mux_name(p->mux) : "not there",
				 p ? lacp_rx_name(p->rx) : "");
	}
}

static void
start(const char *scenario, unsigned int members, enum side we, uint64_t from_ms)
{
	struct lacp_config c = lacp_config_default();
	size_t first = 0;

	n_records = 0;
	for (unsigned int m = 0; m < members; m++)
		load(scenario, m);
	qsort(records, n_records, sizeof(records[0]), by_time);
	while (records[first].at < from_ms * LACP_MSEC || records[first].from != we ||
	       !is_pdu(&records[first]))
		first++;
	memmove(records, records + first, (n_records - first) * sizeof(records[0]));
	n_records -= first;
	memcpy(c.sys, sender(&records[0]).sys, 6);
	c.sys_prio = sender(&records[0]).sys_prio;
	c.active = sender(&records[0]).state & LACP_ACTIVITY;
	c.fast = sender(&records[0]).state & LACP_TIMEOUT;
	memset(sync_heard, 0, sizeof(sync_heard));
	now = records[0].at;
	assert_int_equal(lacp_system_init(&sys, &c, NULL, now), 0);
}

/*
 * Times of the recording: bring-up; one way silence on m1, which expires after 3 s (fast) or 90 s
 * (slow); recovery; silence both ways; recovery. Linux takes 3 to 6 % longer than it should.
 */
static const struct scenario scenarios[] = {
	{"lacp_fast",
	 2,
	 BOND,
	 0,
	 {{5700, {0, 0}},
	  {9500, {1, 1}},
	  {18000, {1, 1}},
	  {36000, {1, 0}},
	  {80000, {1, 1}},
	  {90500, {1, 0}},
	  {127500, {1, 1}}}},
	{"lacp_fast",
	 2,
	 PEER,
	 0,
	 {{5000, {0, 0}},
	  {10000, {1, 1}},
	  {18000, {1, 1}},
	  {80000, {1, 1}},
	  {91000, {1, 0}},
	  {127500, {1, 1}}}},
	{"lacp_slow",
	 2,
	 BOND,
	 0,
	 {{5900, {0, 0}}, {8500, {1, 1}}, {18000, {1, 1}}, {118000, {1, 0}}, {152000, {1, 1}}}},
	{"lacp_slow", 2, PEER, 0, {{5000, {0, 0}}, {9000, {1, 1}}, {18000, {1, 1}}}},
	{"lacp_key_mismatch",
	 3,
	 BOND,
	 0,
	 {{1500, {0, 0, 0}}, {4500, {1, 1, 0}}, {8200, {1, 1, 0}}}},
	{"lacp_passive", 2, BOND, 10400, {{11500, {0, 0}}, {15500, {1, 1}}}},
	{"lacp_no_partner",
	 3,
	 BOND,
	 0,
	 {{2000, {0, 0, 0}}, {20000, {0, 0, 0}}, {28000, {0, 0, 0}}}},
};

static void
recorded_negotiations_complete_as_they_did(void **state)
{
	REPLAY_UNUSED(state);
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		const struct check *c = s->checks;

		start(s->name, s->members, s->we, s->from_ms);
		for (size_t n = 0; n < n_records && c->at_ms; n++) {
			for (; c->at_ms && records[n].at > c->at_ms * LACP_MSEC; c++)
				check(s, c);
			if (c->at_ms)
				play(n, s->we);
		}
		for (; c->at_ms; c++)
			check(s, c);
	}
}

static void
every_recorded_frame_parses(void **state)
{
	static const char *const names[] = {"lacp_fast", "lacp_slow", "lacp_passive"};

	REPLAY_UNUSED(state);
	for (size_t i = 0; i < 3; i++) {
		n_records = 0;
		load(names[i], 0);
		load(names[i], 1);
		assert_in_range(n_records, 30, MAX_FRAMES);
		for (size_t n = 0; n < n_records; n++) {
			const struct lacp_info info = sender(&records[n]);

			assert_int_equal(info.key, 15); /* 10G, full duplex */
			assert_int_equal(info.key, lacp_key(0, 10000, LACP_DUPLEX_FULL));
			assert_int_equal(info.port_prio, 255);
		}
	}
}

static void
a_key_mismatch_is_explained(void **state)
{
	char why[160];

	REPLAY_UNUSED(state);
	start("lacp_key_mismatch", 3, BOND, 0);
	for (size_t n = 0; n < n_records; n++)
		play(n, BOND);
	lacp_why_text(lacp_port(&sys, 2), why, sizeof(why));
	assert_string_equal(why,
			    "partner system 65535-02:00:00:00:02:02, the active aggregator has "
			    "65535-02:00:00:00:02:00");
	assert_int_equal(lacp_port(&sys, 2)->actor.state, 0x07); /* as recorded */
}

static void
markers_and_odd_frames_are_counted_as_recorded(void **state)
{
	const struct lacp_counters *c;
	const uint8_t *recorded = NULL;

	REPLAY_UNUSED(state);
	start("lacp_marker_and_odd_pdus", 1, BOND, 0);
	for (size_t n = 0; n < n_records; n++) {
		play(n, BOND);
		if (records[n].from == BOND && records[n].raw[14] == 2)
			recorded = records[n].raw;
	}
	c = &lacp_port(&sys, 0)->counters;
	assert_int_equal(c->marker_rx, 1);
	assert_int_equal(c->marker_resp_tx, 1);
	assert_int_equal(c->marker_resp_rx, 1);
	assert_int_equal(c->marker_unknown_rx, 1);
	/* Linux calls short OAM and ESMC frames illegal, and takes TLVs of length 0 */
	assert_int_equal(c->lacpdu_unknown_rx, 2);
	assert_int_equal(c->lacpdu_illegal_rx, 2 + 1);
	assert_int_equal(c->lacpdu_rx, 8 - 1);
	assert_non_null(recorded);
	assert_memory_equal(response, recorded, 14 + 16); /* up to the pad, which may be echoed */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_frame_parses),
		cmocka_unit_test(recorded_negotiations_complete_as_they_did),
		cmocka_unit_test(a_key_mismatch_is_explained),
		cmocka_unit_test(markers_and_odd_frames_are_counted_as_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
