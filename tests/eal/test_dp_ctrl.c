/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_ctrl.c - control frames pass up and down beside data that fills every ring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "eal_lab.h"

#define WIRE 64

static struct dp dp;
static struct lab_port member, host;

static struct rte_mbuf *
slow_frame(uint32_t number)
{
	struct rte_mbuf *m = lab_frame(&dp, 124, number);

	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 12), "\x88\x09", 2);
	return m;
}

/* A turn of worker 0 in this thread: what it does is seen at once. */
static void
turn(const struct dp_view *view)
{
	dp_worker_turn(&dp.worker[0], view);
}

static struct dp_counters
counters(const struct lab_port *p)
{
	struct dp_counters c;

	dp_port_counters(&dp, p->port, &c);
	return c;
}

static void
slow_frames_go_up_and_data_goes_to_the_host(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	const struct dp_counters before = counters(&member);
	struct rte_mbuf *m;
	uint32_t number;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	for (uint32_t i = 0; i < 20; i++)
		rte_ring_enqueue(member.in, i % 4 == 1 ? slow_frame(i) : lab_frame(&dp, 60, i));
	turn(view);
	for (uint32_t i = 1; i < 20; i += 4) {
		m = dp_ctrl_receive(member.port);
		assert_non_null(m);
		memcpy(&number, rte_pktmbuf_mtod_offset(m, uint8_t *, 14), sizeof(number));
		assert_int_equal(number, i); /* in order */
		rte_pktmbuf_free(m);
	}
	assert_null(dp_ctrl_receive(member.port));
	assert_int_equal(lab_drain(host.out), 15);
	assert_int_equal(counters(&member).punted - before.punted, 5);
	rte_free(view);
}

static void
slow_frames_go_up_also_where_data_may_not_pass(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	const struct dp_counters before = counters(&member);
	struct rte_mbuf *m;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	view->bond[0].bond.rx = view->bond[0].bond.tx = 0;
	view->bond[0].bond.n_active = 0;
	dp_view_prepare(view);
	rte_ring_enqueue(member.in, slow_frame(1));
	rte_ring_enqueue(member.in, lab_frame(&dp, 60, 2));
	turn(view);
	m = dp_ctrl_receive(member.port);
	assert_non_null(m);
	rte_pktmbuf_free(m);
	assert_int_equal(
		counters(&member).drop[DP_DROP_RX_INACTIVE] - before.drop[DP_DROP_RX_INACTIVE], 1);
	rte_free(view);
}

static void
without_the_punt_flag_they_are_data(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);

	(void)state;
	rte_ring_enqueue(member.in, slow_frame(1));
	turn(view);
	assert_null(dp_ctrl_receive(member.port));
	assert_int_equal(lab_drain(host.out), 1);
	rte_free(view);
}

/* ARP, as far as the data path looks. */
static struct rte_mbuf *
arp_frame(uint32_t number)
{
	struct rte_mbuf *m = lab_frame(&dp, 60, number);

	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 12), "\x08\x06", 2);
	return m;
}

static void
neighbours_go_up_as_copies_and_to_the_host(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	struct dp_counters before = counters(&member), after;
	struct rte_mbuf *m;
	unsigned int up = 0;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_NEIGHBOUR;
	dp_view_prepare(view);
	for (uint32_t i = 0; i < 20; i++)
		rte_ring_enqueue(member.in, i % 4 == 1 ? arp_frame(i) : lab_frame(&dp, 60, i));
	turn(view);
	while ((m = dp_ctrl_receive(member.port)) != NULL) {
		assert_int_equal(m->pkt_len, 60);
		rte_pktmbuf_free(m);
		up++;
	}
	assert_int_equal(up, 5);
	assert_int_equal(lab_drain(host.out), 20);
	after = counters(&member);
	assert_int_equal(after.punted - before.punted, 5);
	assert_int_equal(after.copied - before.copied, 5);

	/* on a backup only the copies survive, and a flood fills no more than the ring */
	view->bond[0].bond.rx = 0;
	dp_view_prepare(view);
	before = after;
	for (uint32_t i = 0; i < 500; i++) {
		rte_ring_enqueue(member.in, arp_frame(i));
		turn(view);
	}
	while ((m = dp_ctrl_receive(member.port)) != NULL)
		rte_pktmbuf_free(m);
	after = counters(&member);
	assert_int_equal(after.drop[DP_DROP_RX_INACTIVE] - before.drop[DP_DROP_RX_INACTIVE], 500);
	assert_int_equal(after.copied - before.copied, after.punted - before.punted +
							       after.drop[DP_DROP_PUNT_FULL] -
							       before.drop[DP_DROP_PUNT_FULL]);
	assert_in_range(after.copied - before.copied, 1, 130);
	rte_free(view);
}

static void
a_flood_of_slow_frames_is_counted_and_harms_no_data(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	const struct dp_counters before = counters(&member);
	const unsigned int flood = 3000;
	unsigned int up = 0, delivered = 0;
	struct dp_counters after;
	struct rte_mbuf *m;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	for (uint32_t i = 0; i < flood; i++) {
		rte_ring_enqueue(member.in, slow_frame(i));
		rte_ring_enqueue(member.in, lab_frame(&dp, 60, i));
		turn(view);
		delivered += lab_drain(host.out);
	}
	while ((m = dp_ctrl_receive(member.port)) != NULL) {
		rte_pktmbuf_free(m);
		up++;
	}
	after = counters(&member);
	assert_int_equal(delivered, flood);
	assert_int_equal(after.punted - before.punted, up);
	assert_int_equal(after.drop[DP_DROP_PUNT_FULL] - before.drop[DP_DROP_PUNT_FULL],
			 flood - up);
	assert_true(up > 0 && up < flood);
	rte_free(view);
}

static void
our_frames_leave_before_the_data_of_the_same_turn(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	uint8_t frame[60] = {0x01, 0x80, 0xc2, 0, 0, 2};
	struct rte_mbuf *m;
	void *first = NULL;

	(void)state;
	for (uint32_t i = 0; i < WIRE * 2; i++) /* more than the wire takes */
		rte_ring_enqueue(host.in, lab_frame(&dp, 60, i));
	assert_int_equal(dp_ctrl_send(&dp, member.port, frame, sizeof(frame)), 0);
	turn(view);
	turn(view);
	turn(view);
	assert_int_equal(rte_ring_dequeue(member.out, &first), 0);
	m = first;
	assert_int_equal(m->pkt_len, sizeof(frame));
	assert_memory_equal(rte_pktmbuf_mtod(m, uint8_t *), frame, sizeof(frame));
	rte_pktmbuf_free(m);
	while (lab_drain(member.out) > 0) /* what waits */
		turn(view);
	rte_free(view);
}

static void
a_full_ring_down_is_told_to_the_sender(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	const struct dp_counters before = counters(&member);
	const uint64_t wait_max = dp.wait_max;
	const uint8_t frame[60] = {0};
	unsigned int taken = 0;
	struct dp_counters after;

	(void)state;
	dp.wait_max = 0;
	while (dp_ctrl_send(&dp, member.port, frame, sizeof(frame)) == 0)
		taken++;
	assert_true(taken >= 200);
	for (unsigned int i = 0; i < taken; i++)
		turn(view);
	after = counters(&member);
	assert_int_equal(after.injected - before.injected, taken);
	/* the wire is short: the rest was refused for too long, and counted */
	assert_int_equal(lab_drain(member.out), WIRE - 1);
	assert_int_equal(after.drop[DP_DROP_CTRL_REFUSED] - before.drop[DP_DROP_CTRL_REFUSED],
			 taken - (WIRE - 1));
	dp.wait_max = wait_max;
	rte_free(view);
}

static int
setup(void **state)
{
	(void)state;
	if (lab_begin(&dp, 1, false, 8191) < 0)
		return -1;
	lab_port_open(&dp, &member, "m", WIRE);
	lab_port_open(&dp, &host, "h", WIRE);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	lab_port_close(&member);
	lab_port_close(&host);
	return lab_end(&dp);
}

static void
a_flood_on_one_port_leaves_the_other_its_ring(void **state)
{
	struct lab_port both[2] = {member, host};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, both, 2, NULL);
	struct rte_mbuf *m;
	unsigned int flood = 0;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	for (uint32_t i = 0; i < 500; i++) {
		rte_ring_enqueue(member.in, slow_frame(i));
		turn(view);
	}
	rte_ring_enqueue(host.in, slow_frame(4711));
	turn(view);
	m = dp_ctrl_receive(host.port);
	assert_non_null(m);
	rte_pktmbuf_free(m);
	for (; (m = dp_ctrl_receive(member.port)) != NULL; flood++)
		rte_pktmbuf_free(m);
	assert_in_range(flood, 64, 499);
	rte_free(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_frames_go_up_and_data_goes_to_the_host),
		cmocka_unit_test(slow_frames_go_up_also_where_data_may_not_pass),
		cmocka_unit_test(without_the_punt_flag_they_are_data),
		cmocka_unit_test(neighbours_go_up_as_copies_and_to_the_host),
		cmocka_unit_test(a_flood_of_slow_frames_is_counted_and_harms_no_data),
		cmocka_unit_test(a_flood_on_one_port_leaves_the_other_its_ring),
		cmocka_unit_test(our_frames_leave_before_the_data_of_the_same_turn),
		cmocka_unit_test(a_full_ring_down_is_told_to_the_sender),
	};

	return cmocka_run_group_tests_name("dp_ctrl", tests, setup, teardown);
}
