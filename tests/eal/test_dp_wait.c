/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_wait.c - frames that a port refuses wait for room, in order, and hold up nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dp_wait.h"
#include "eal_lab.h"
#include "tcp_frames.h"

#define WIRE 31 /* frames that a member or host takes before it refuses */
#define EVER UINT64_MAX

static struct dp dp;
static struct lab_port member[2], host, other, other_host;
static struct dp_view *view;

static struct dp_counters
counters(const struct lab_port *p)
{
	struct dp_counters c;

	dp_port_counters(&dp, p->port, &c);
	return c;
}

static unsigned int
turn(void)
{
	return dp_worker_turn(&dp.worker[0], view);
}

static void
offer(struct lab_port *from, uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		assert_int_equal(rte_ring_enqueue(from->in, lab_frame(&dp, 60, i)), 0);
}

/* Take what is on a wire: numbers that follow each other. @return how many */
static uint32_t
take(struct lab_port *p, uint32_t first)
{
	uint32_t n = 0, number;
	void *m;

	for (; rte_ring_dequeue(p->out, &m) == 0; n++) {
		memcpy(&number, rte_pktmbuf_mtod_offset((struct rte_mbuf *)m, uint8_t *, 14),
		       sizeof(number));
		assert_int_equal(number, first + n);
		rte_pktmbuf_free(m);
	}
	return n;
}

/* Turns, until nothing waits any more, with all wires read. */
static void
settle(void)
{
	for (int i = 0; i < 100; i++) {
		turn();
		for (int m = 0; m < 2; m++)
			lab_drain(member[m].out);
		lab_drain(host.out);
		lab_drain(other.out);
	}
	assert_false(dp.worker[0].waits);
}

static int
between(void **state)
{
	(void)state;
	settle();
	rte_free(view);
	dp.wait_max = EVER;
	return 0;
}

static void
what_a_member_refuses_leaves_later_and_the_host_waits(void **state)
{
	const struct dp_counters before = counters(&member[0]);
	uint32_t left = 0;

	(void)state;
	view = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	offer(&host, 0, 600);
	assert_int_equal(turn(), DP_LOT);
	assert_int_equal(turn(), 0); /* the kernel keeps the rest in its queue */
	assert_int_equal(rte_ring_count(host.in), 600 - DP_LOT);
	for (int i = 0; i < 60; i++) {
		left += take(&member[0], left);
		turn();
	}
	assert_int_equal(left + take(&member[0], left), 600);
	assert_int_equal(counters(&member[0]).tx_packets - before.tx_packets, 600);
	assert_true(counters(&member[0]).waited - before.waited >= DP_LOT - WIRE);
	assert_memory_equal(counters(&member[0]).drop, before.drop, sizeof(before.drop));
}

static void
other_bonds_and_what_is_received_do_not_wait(void **state)
{
	struct dp_view *one = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	struct dp_view *two = lab_view(BOND_SPREAD_BUCKETS, &other, 1, &other_host);

	(void)state;
	view = dp_view_alloc(2);
	view->bond[0] = one->bond[0];
	view->bond[1] = two->bond[0];
	dp_view_prepare(view);
	rte_free(one);
	rte_free(two);
	offer(&host, 0, 500);
	turn();
	for (uint32_t i = 0; i < 50; i++) {
		offer(&other_host, 10 * i, 10);
		offer(&member[0], 10 * i, 10);
		turn();
		assert_int_equal(take(&other, 10 * i), 10);
		assert_int_equal(take(&host, 10 * i), 10);
	}
	assert_int_equal(rte_ring_count(host.in), 500 - DP_LOT);
}

static void
a_member_that_takes_nothing_loses_what_waits_and_is_not_waited_for_again(void **state)
{
	const struct dp_counters before = counters(&member[1]);
	struct dp_counters after;

	(void)state;
	view = lab_view(BOND_SPREAD_ROUND_ROBIN, member, 2, &host);
	offer(&host, 0, 1000);
	turn();
	turn(); /* each has one more than its wire holds */
	lab_drain(member[0].out);
	dp.wait_max = 0;
	turn();
	dp.wait_max = EVER;
	for (int i = 0; i < 20; i++) { /* it is dead, the other one is not */
		lab_drain(member[0].out);
		turn();
	}
	assert_int_equal(rte_ring_count(host.in), 0);
	after = counters(&member[1]);
	assert_int_equal(after.tx_packets - before.tx_packets, WIRE);
	assert_int_equal(after.drop[DP_DROP_TX_MEMBER_FULL] - before.drop[DP_DROP_TX_MEMBER_FULL],
			 500 - WIRE);
	/* as soon as it takes something it is as good as new */
	assert_int_equal(lab_drain(member[1].out), WIRE);
	offer(&host, 0, 200);
	for (int i = 0; i < 20; i++) {
		turn();
		lab_drain(member[0].out);
		lab_drain(member[1].out);
	}
	assert_int_equal(counters(&member[1]).tx_packets - after.tx_packets, 100);
	assert_int_equal(counters(&member[1]).drop[DP_DROP_TX_MEMBER_FULL],
			 after.drop[DP_DROP_TX_MEMBER_FULL]);
}

static void
a_member_that_may_send_no_more_loses_what_waits_for_it(void **state)
{
	const struct dp_counters before = counters(&member[0]);

	(void)state;
	view = lab_view(BOND_SPREAD_BUCKETS, member, 2, &host);
	view->bond[0].bond.active[0] = 0;
	view->bond[0].bond.n_active = 1;
	dp_view_prepare(view);
	offer(&host, 0, DP_BURST);
	turn();
	view->bond[0].bond.active[0] = 1; /* a failover */
	view->bond[0].bond.tx = 2;
	dp_view_prepare(view);
	offer(&host, 1000, 10);
	turn();
	assert_int_equal(take(&member[1], 1000), 10);
	assert_int_equal(counters(&member[0]).drop[DP_DROP_TX_MEMBER_FULL] -
				 before.drop[DP_DROP_TX_MEMBER_FULL],
			 DP_BURST - WIRE);
	assert_false(dp.worker[0].waits);
}

static void
a_broadcast_waits_for_the_fastest_member_only(void **state)
{
	const struct dp_counters before = counters(&member[1]);
	uint32_t left = 0;

	(void)state;
	view = lab_view(BOND_SPREAD_ALL, member, 2, &host);
	offer(&host, 0, 1000);
	for (int i = 0; i < 200; i++) {
		turn();
		left += take(&member[0], left);
	}
	assert_int_equal(left, 1000);
	assert_true(counters(&member[1]).drop[DP_DROP_TX_MEMBER_FULL] -
			    before.drop[DP_DROP_TX_MEMBER_FULL] >
		    1000 - WIRE - DP_WAIT_FRAMES);
	assert_int_equal(take(&member[1], 0), WIRE); /* of what it got the first is first */
	offer(&host, 0, 500);
	for (int i = 0; i < 10; i++)
		turn();
	assert_int_equal(rte_ring_count(host.in), 500 - DP_LOT);
}

static void
our_own_frames_leave_before_data_that_waits(void **state)
{
	const struct dp_counters before = counters(&member[0]);
	const uint8_t frame[100] = {0x01, 0x80, 0xc2, 0, 0, 2};
	unsigned int ours = 0, seen = 0;
	void *m;

	(void)state;
	view = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	offer(&host, 0, 1000);
	turn();
	for (int i = 0; i < 50; i++) { /* the wire is full whenever one of ours comes */
		assert_int_equal(dp_ctrl_send(&dp, member[0].port, frame, sizeof(frame)), 0);
		turn();
		for (int k = 0; k < 10; k++)
			if (rte_ring_dequeue(member[0].out, &m) == 0) {
				seen += ((struct rte_mbuf *)m)->pkt_len == sizeof(frame);
				rte_pktmbuf_free(m);
			}
		ours++;
		assert_true(seen + 1 + (WIRE + 9) / 10 >= ours); /* once through the wire */
	}
	assert_false(dp_ctrl_sent(member[0].port));
	turn();
	assert_true(dp_ctrl_sent(member[0].port));
	assert_memory_equal(counters(&member[0]).drop, before.drop, sizeof(before.drop));
}

static void
what_the_host_refuses_waits_while_members_are_read(void **state)
{
	struct dp_counters before = counters(&host), after;
	uint32_t left = 0;
	struct rte_mbuf *m;

	(void)state;
	view = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	dp_view_prepare(view);
	for (uint32_t i = 0; i < 20;
	     i++) { /* bursts of twice its wire, which it takes in two turns */
		offer(&member[0], 2 * WIRE * i, 2 * WIRE);
		for (int k = 0; k < 2; k++) {
			turn();
			left += take(&host, left);
		}
	}
	turn();
	assert_int_equal(left + take(&host, left), 40 * WIRE);
	after = counters(&host);
	assert_memory_equal(after.drop, before.drop, sizeof(before.drop));

	/* more than may wait is dropped, but protocols get through */
	before = after;
	for (int i = 0; i < 10; i++) {
		offer(&member[0], 0, DP_BURST);
		turn();
	}
	m = lab_frame(&dp, 124, 1);
	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 12), "\x88\x09", 2);
	assert_int_equal(rte_ring_enqueue(member[0].in, m), 0);
	turn();
	assert_non_null(m = dp_ctrl_receive(member[0].port));
	rte_pktmbuf_free(m);
	after = counters(&host);
	assert_int_equal(after.drop[DP_DROP_RX_HOST_FULL] - before.drop[DP_DROP_RX_HOST_FULL],
			 10 * DP_BURST - WIRE - DP_WAIT_BEHIND);
}

/* Large packets of the host, cut by us, at a member that takes a fraction of one at a time. */
static void
segments_wait_as_well_and_what_is_not_cut_yet(void **state)
{
	const struct dp_counters before = counters(&member[0]);
	struct tcp_frame large = {.payload = 64000, .piece = 2000};
	struct dp_counters after;
	uint32_t seq = 0;
	struct rte_mbuf *m;

	(void)state;
	member[0].port->finishes = member[0].port->tx_care = true;
	view = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	for (uint32_t i = 0; i < 10; i++) {
		large.seq = i * large.payload;
		m = tcp_make(dp.pool, &large);
		tcp_unfinish(m, 1000);
		assert_int_equal(rte_ring_enqueue(host.in, m), 0);
	}
	host.port->rx_asks = true;
	for (int i = 0; i < 640000 / 1000 / WIRE + 10; i++) {
		turn();
		for (; rte_ring_dequeue(member[0].out, (void **)&m) == 0; seq += 1000) {
			tcp_check(m, false);
			assert_int_equal(tcp_seq(m), seq);
			rte_pktmbuf_free(m);
		}
	}
	host.port->rx_asks = false;
	member[0].port->finishes = member[0].port->tx_care = false;
	assert_int_equal(seq, 640000);
	after = counters(&member[0]);
	assert_int_equal(after.segments - before.segments, 640);
	assert_memory_equal(after.drop, before.drop, sizeof(before.drop));
}

/* What waits when the port is closed is given back: teardown looks. */
static void
a_port_may_be_closed_with_frames_that_wait(void **state)
{
	struct lab_port last;

	(void)state;
	lab_port_open(&dp, &last, "last", WIRE + 1);
	view = lab_view(BOND_SPREAD_BUCKETS, &last, 1, &host);
	offer(&host, 0, DP_BURST);
	turn();
	lab_port_close(&last);
	rte_free(view);
	view = lab_view(BOND_SPREAD_BUCKETS, member, 1, &host);
	turn();
	assert_false(dp.worker[0].waits);
	assert_int_equal(dp.worker[0].waiting, 0);
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
}

static int
setup(void **state)
{
	const unsigned int lcore = LAB_WORKER_LCORE;
	const struct dp_conf conf = {.n_workers = 1, .lcore = &lcore, .n_mbufs = 8191};
	struct dp_err err = {""};

	(void)state;
	if (lab_eal() < 0 || dp_init(&dp, &conf, &err) < 0)
		return -1;
	dp.wait_max = EVER;
	lab_port_open(&dp, &member[0], "m0", WIRE + 1);
	lab_port_open(&dp, &member[1], "m1", WIRE + 1);
	lab_port_open(&dp, &host, "h", WIRE + 1);
	lab_port_open(&dp, &other, "o", WIRE + 1);
	lab_port_open(&dp, &other_host, "oh", WIRE + 1);
	return 0;
}

static int
teardown(void **state)
{
	unsigned int leaked;

	(void)state;
	lab_port_close(&member[0]);
	lab_port_close(&member[1]);
	lab_port_close(&host);
	lab_port_close(&other);
	lab_port_close(&other_host);
	leaked = rte_mempool_in_use_count(dp.pool);
	dp_fini(&dp);
	return leaked == 0 ? 0 : -1;
}

#define TEST(f) cmocka_unit_test_teardown(f, between)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_member_refuses_leaves_later_and_the_host_waits),
		TEST(other_bonds_and_what_is_received_do_not_wait),
		TEST(a_member_that_takes_nothing_loses_what_waits_and_is_not_waited_for_again),
		TEST(a_member_that_may_send_no_more_loses_what_waits_for_it),
		TEST(a_broadcast_waits_for_the_fastest_member_only),
		TEST(our_own_frames_leave_before_data_that_waits),
		TEST(what_the_host_refuses_waits_while_members_are_read),
		TEST(segments_wait_as_well_and_what_is_not_cut_yet),
		TEST(a_port_may_be_closed_with_frames_that_wait),
	};

	return cmocka_run_group_tests_name("dp_wait", tests, setup, teardown);
}
