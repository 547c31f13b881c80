/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_lacp.c - LACP through the data path: chained buffers, isolation, load, Markers in order. */
#include "lacp_rig.h"

#include <stdio.h>

_Static_assert(DP_BURST >= 32, "vector receive functions of some drivers give nothing to less");

static void
lacp_needs_neither_data_nor_host(void **state)
{
	(void)state;
	rig.no_host = true;
	rig_up();
	rig_forget();
	for (int i = 0; i < 6000; i++)
		rig_turn();
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		assert_int_equal(rig_port(i)->mux, LACP_MUX_DISTRIBUTING);
		assert_in_range(rig.seen[i].pdus, 59, 61);
	}
}

static void
chained(uint16_t first, uint16_t second)
{
	rig.split[0] = first;
	rig.split[1] = second;
	rig_up();
	for (int i = 0; i < 500; i++)
		rig_turn();
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		assert_int_equal(rig_port(i)->mux, LACP_MUX_DISTRIBUTING);
		assert_true(rig_port(i)->counters.lacpdu_rx >= 5);
		assert_int_equal(rig_port(i)->counters.lacpdu_illegal_rx, 0);
	}
}

static void
mal_22_lacpdus_in_chained_buffers(void **state)
{
	(void)state;
	chained(14 + 18, 50); /* and 42 */
}

static void
mal_22_with_the_header_in_a_buffer_of_its_own(void **state)
{
	(void)state;
	chained(14, 0);
}

static void
mal_22_a_marker_and_what_is_too_short_in_chained_buffers(void **state)
{
	const uint16_t split[2] = {14 + 1, 1};
	const struct lacp_marker marker = {.type = LACP_MARKER_INFORMATION, .port = 7};
	uint8_t frame[LACP_FRAME_SIZE];

	(void)state;
	rig_up();
	lacp_build_marker(frame, (const uint8_t *)"\x01\x80\xc2\0\0\x02",
			  (const uint8_t *)"\x02\0\0\0\0\x77", &marker);
	rte_ring_enqueue(rig.member[0].in[0], rig_frame(frame, sizeof(frame), split));
	rte_ring_enqueue(rig.member[0].in[0], rig_frame(frame, 14 + 60, split));
	for (int i = 0; i < 50; i++)
		rig_turn();
	assert_int_equal(rig.seen[0].responses, 1);
	assert_int_equal(rig_port(0)->counters.marker_rx, 1);
	assert_int_equal(rig_port(0)->parsed[LACP_REFUSE_SHORT], 1);
}

/* Slow-protocol frames of every kind come in through one member while data does on both. */
static void
sys_19_slow_protocol_frames_never_leave_their_member(void **state)
{
	static const uint8_t tag[] = {0x81, 0x00, 0xe0, 0x00};
	const uint16_t whole[2] = {0, 0};
	unsigned int data = 0, delivered = 0;

	(void)state;
	rig_up();
	rig_delivered();
	for (unsigned int n = 0; n < 1100; n++) {
		uint8_t f[1514] = "\x01\x80\xc2\0\0\x02\x02\0\0\0\0\x77\x88\x09";
		uint16_t len = 60 + n % 4 * 100;

		f[14] = (uint8_t)n; /* the subtype */
		f[15] = 1;
		if (n % 3 == 1) /* not to the group */
			memcpy(f, (const uint8_t *)"\x02\0\0\0\0\x01", 6);
		if (n % 5 == 2) { /* a priority tag */
			memmove(f + 16, f + 12, 100);
			memcpy(f + 12, tag, sizeof(tag));
			len += 4;
		}
		rte_ring_enqueue(rig.member[0].in[n % RIG_QUEUES], rig_frame(f, len, whole));
		for (unsigned int i = 0; i < RIG_MEMBERS; i++, data++)
			rte_ring_enqueue(rig.member[i].in[n / 2 % RIG_QUEUES], rig_data());
		rig_turn();
		delivered += rig_delivered();
	}
	assert_int_equal(delivered, data);
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		assert_int_equal(rig.seen[i].foreign, 0);
		assert_int_equal(rig_port(i)->mux, LACP_MUX_DISTRIBUTING);
	}
	assert_int_equal(rig_port(1)->counters.lacpdu_illegal_rx, 0);
	assert_int_equal(rig_port(1)->counters.lacpdu_unknown_rx, 0);
	assert_true(rig_port(0)->counters.lacpdu_unknown_rx > 0);
}

static void
fill(struct rte_ring *r, unsigned int n)
{
	while (rte_ring_count(r) < n)
		assert_int_equal(rte_ring_enqueue(r, rig_data()), 0);
}

/* Ten minutes with every receive queue full, both ways, on both members. */
static void
per_17_the_fast_rate_is_kept_under_full_load(void **state)
{
	uint64_t delivered = 0;

	(void)state;
	rig_up();
	rig_forget();
	for (int turn = 0; turn < 60000; turn++) {
		for (unsigned int q = 0; q < RIG_QUEUES; q++) {
			fill(rig.member[0].in[q], 640); /* ten turns deep */
			fill(rig.member[1].in[q], 640);
			fill(rig.host.in[q], 640);
		}
		rig_turn();
		delivered += rig_delivered();
	}
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		struct dp_counters c;

		dp_port_counters(&rig.d.dp, rig.member[i].port, &c);
		printf("member %u: %u LACPDUs, %.2f to %.2f s apart, %u frames of data sent\n", i,
		       rig.seen[i].pdus, (double)rig.seen[i].gap_min / 1e9,
		       (double)rig.seen[i].gap_max / 1e9, rig.seen[i].data);
		assert_in_range(rig.seen[i].pdus, 572, 631); /* mean 0.95 to 1.05 s */
		assert_true(rig.seen[i].gap_min >= 750 * BOND_MSEC);
		assert_true(rig.seen[i].gap_max <= 1250 * BOND_MSEC);
		assert_true(rig.seen[i].data > 1000000);
		assert_int_equal(rig_port(i)->counters.expired, 0);
		assert_int_equal(rig_port(i)->mux, LACP_MUX_DISTRIBUTING);
		assert_int_equal(c.drop[DP_DROP_PUNT_FULL], 0);
		assert_int_equal(c.drop[DP_DROP_CTRL_REFUSED], 0);
	}
	assert_true(delivered > 20000000);
}

/* Lessons of others: neither the rate of turns nor the mix of bursts is a condition. */
static void
lacp_comes_up_in_the_midst_of_full_load(void **state)
{
	const uint64_t until = rig.d.now + 4 * BOND_SEC;

	(void)state;
	rig.queue = RIG_QUEUES;
	while (rig_port(0)->mux != LACP_MUX_DISTRIBUTING ||
	       rig_port(1)->mux != LACP_MUX_DISTRIBUTING) {
		for (unsigned int q = 0; q < RIG_QUEUES; q++) {
			fill(rig.member[0].in[q], 1000);
			fill(rig.member[1].in[q], 1000);
			fill(rig.host.in[q], 1000);
		}
		rig_turn();
		rig_delivered();
		assert_true(rig.d.now < until);
	}
}

static void
lacpdus_may_come_in_through_any_queue(void **state)
{
	for (unsigned int q = 0; q <= RIG_QUEUES; q++) {
		rig_start(state);
		rig.queue = q;
		rig_up();
		for (int i = 0; i < 1000; i++)
			rig_turn();
		assert_int_equal(rig_port(0)->counters.expired, 0);
		assert_int_equal(rig_port(1)->counters.expired, 0);
	}
}

static void
eight_hours_of_lacp_lose_no_buffer(void **state)
{
	unsigned int used;

	(void)state;
	rig.turn = 100 * BOND_MSEC; /* a lazy control thread too */
	rig.queue = RIG_QUEUES;
	rig_up();
	rig_forget();
	used = rte_mempool_in_use_count(rig.d.dp.pool);
	for (int i = 0; i < 8 * 36000; i++) {
		rig_turn();
		assert_in_range(rte_mempool_in_use_count(rig.d.dp.pool), 0, used + 16);
	}
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		assert_int_equal(rig_port(i)->counters.expired, 0);
		assert_in_range(rig.seen[i].pdus, 8 * 3600 * 95 / 100, 8 * 3600 + 1);
	}
}

/* A PHY that says it is down and yet lets LACPDUs in: look at the link again, believe no LACPDU. */
static void
an_lacpdu_before_the_carrier_makes_us_look_at_the_link(void **state)
{
	const struct bond_link_fact down = {.duplex = BOND_DUPLEX_UNKNOWN};

	(void)state;
	rig_up();
	bond_member_link(&rig.b.core, 0, &down, rig.d.now);
	rig.b.member[0].link_poll_at = BOND_NEVER;
	rig.b.member[1].link_poll_at = BOND_NEVER;
	for (int i = 0; i < 200; i++)
		rig_turn();
	assert_int_equal(rig.b.member[0].link_poll_at, 0);
	assert_int_equal(rig.b.member[1].link_poll_at, BOND_NEVER);
	assert_true(rig_port(0)->parsed[LACP_REFUSE_PORT_DISABLED] > 0);
	assert_int_equal(rig_port(0)->rx, LACP_RX_PORT_DISABLED);
	assert_int_equal(rig_port(1)->mux, LACP_MUX_DISTRIBUTING);
}

/*
 * Data, then a Marker in queue 0, which worker 0 polls; worker 1 is slower than the control thread.
 * When the response leaves, the host has all the data.
 */
static void
marker_after(const unsigned int (*queued)[RIG_QUEUES], unsigned int slowness)
{
	const struct lacp_marker marker = {.type = LACP_MARKER_INFORMATION, .port = 7};
	const uint16_t whole[2] = {0, 0};
	uint8_t frame[LACP_FRAME_SIZE];
	unsigned int delivered = 0, turns = 0;

	rig_start(NULL);
	rig_up();
	rig_delivered();
	lacp_build_marker(frame, (const uint8_t *)"\x01\x80\xc2\0\0\x02",
			  (const uint8_t *)"\x02\0\0\0\0\x77", &marker);
	for (unsigned int q = 0; q < RIG_QUEUES; q++)
		for (unsigned int n = 0; n < (*queued)[q]; n++)
			rte_ring_enqueue(rig.member[0].in[q], rig_data());
	rte_ring_enqueue(rig.member[0].in[0], rig_frame(frame, sizeof(frame), whole));
	while (rig.seen[0].responses == 0) {
		assert_true(turns++ < 1000);
		rig.d.now += BOND_MSEC / 2;
		delivered += rig_delivered();
		rig_work(0); /* it sends the response, before anything that it delivers */
		rig_partner();
		if (turns % slowness == 0)
			rig_work(1);
		rig_control();
	}
	assert_int_equal(delivered, 1000);
}

static void
mrk_14_a_response_leaves_after_what_came_before_the_marker(void **state)
{
	static const unsigned int queued[][RIG_QUEUES] = {
		{250, 250, 250, 250}, /* as RSS spreads them */
		{0, 0, 0, 1000},      {0, 1000, 0, 0}, {1, 499, 0, 500}, {0, 0, 1000, 0},
	};

	(void)state;
	for (unsigned int slowness = 1; slowness <= 7; slowness += 3)
		for (size_t n = 0; n < RTE_DIM(queued); n++)
			marker_after(&queued[n], slowness);
}

#define RIG_TEST(f) cmocka_unit_test_setup(f, rig_start)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(lacp_needs_neither_data_nor_host),
		RIG_TEST(mal_22_lacpdus_in_chained_buffers),
		RIG_TEST(mal_22_with_the_header_in_a_buffer_of_its_own),
		RIG_TEST(mal_22_a_marker_and_what_is_too_short_in_chained_buffers),
		RIG_TEST(sys_19_slow_protocol_frames_never_leave_their_member),
		RIG_TEST(per_17_the_fast_rate_is_kept_under_full_load),
		RIG_TEST(lacp_comes_up_in_the_midst_of_full_load),
		RIG_TEST(lacpdus_may_come_in_through_any_queue),
		RIG_TEST(eight_hours_of_lacp_lose_no_buffer),
		RIG_TEST(an_lacpdu_before_the_carrier_makes_us_look_at_the_link),
		RIG_TEST(mrk_14_a_response_leaves_after_what_came_before_the_marker),
	};

	return cmocka_run_group_tests_name("dp_lacp", tests, rig_setup, rig_teardown);
}
