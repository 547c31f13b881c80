/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_wait_buffers.c - what waits for room holds a part of all buffers at most, and they are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dp_wait.h"
#include "eal_lab.h"
#include "tcp_frames.h"

#define WIRE     31 /* frames that a member or host takes before it refuses */
#define SEGMENTS 33 /* of a packet of the largest size */
#define ROOM     10 /* such packets that may wait */

static struct dp dp;
static struct lab_port member, host;
static struct dp_view *view;

static struct dp_counters
counters(const struct lab_port *p)
{
	struct dp_counters c;

	dp_port_counters(&dp, p->port, &c);
	return c;
}

static unsigned int
waiting(void)
{
	struct dp_buffers b;

	dp_buffers(&dp, &b);
	assert_int_equal(b.size, dp.pool->size);
	assert_int_equal(b.free + rte_mempool_in_use_count(dp.pool), b.size);
	return b.waiting;
}

static void
settle(void)
{
	for (int i = 0; i < 20; i++) {
		dp_worker_turn(&dp.worker[0], view);
		lab_drain(member.out);
		lab_drain(host.out);
	}
	assert_false(dp.worker[0].waits);
	assert_int_equal(waiting(), 0);
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
}

/* Large packets come in on the member, more than the host takes and may wait for it. */
static void
flood(void)
{
	const struct tcp_frame large = {.payload = 64000, .piece = 2000};

	for (uint32_t i = 0; i < WIRE + ROOM + 5; i++) {
		struct rte_mbuf *m = tcp_make(dp.pool, &large);

		assert_int_equal(m->nb_segs, SEGMENTS);
		assert_int_equal(rte_ring_enqueue(member.in, m), 0);
		dp_worker_turn(&dp.worker[0], view);
	}
}

static void
all_workers_share_a_quarter_of_the_pool(void **state)
{
	(void)state;
	assert_int_equal(dp_wait_limit(52428, 1), 52428 / 4);
	assert_int_equal(dp_wait_limit(52428, 2), 52428 / 8);
	assert_true(64 * dp_wait_limit(262143, 64) <= 262143 / 4);
}

static void
large_packets_wait_as_many_buffers_as_they_are(void **state)
{
	const struct dp_counters before = counters(&host);
	struct dp_counters after;

	(void)state;
	flood();
	assert_int_equal(waiting(), ROOM * SEGMENTS);
	assert_int_equal(rte_mempool_in_use_count(dp.pool), (WIRE + ROOM) * SEGMENTS);
	after = counters(&host);
	assert_int_equal(after.waited - before.waited, ROOM);
	assert_int_equal(after.drop[DP_DROP_RX_HOST_FULL] - before.drop[DP_DROP_RX_HOST_FULL], 5);
	/* there is room for one small frame more */
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(rte_ring_enqueue(member.in, lab_frame(&dp, 60, i)), 0);
	dp_worker_turn(&dp.worker[0], view);
	assert_int_equal(counters(&host).waited - after.waited, 1);
	assert_int_equal(waiting(), ROOM * SEGMENTS + 1);
	settle();
	assert_int_equal(counters(&host).tx_packets - before.tx_packets, WIRE + ROOM + 1);
}

static void
our_own_frames_find_a_place_all_the_same(void **state)
{
	const uint8_t frame[100] = {0x01, 0x80, 0xc2, 0, 0, 2};
	const struct dp_counters before = counters(&member);

	(void)state;
	for (uint32_t i = 0; i < WIRE; i++)
		assert_int_equal(rte_ring_enqueue(host.in, lab_frame(&dp, 60, i)), 0);
	flood();
	for (int i = 0; i < 3; i++)
		assert_int_equal(dp_ctrl_send(&dp, member.port, frame, sizeof(frame)), 0);
	dp_worker_turn(&dp.worker[0], view);
	assert_int_equal(waiting(), ROOM * SEGMENTS + 3);
	assert_false(dp_ctrl_sent(member.port));
	assert_int_equal(lab_drain(member.out), WIRE);
	dp_worker_turn(&dp.worker[0], view);
	assert_true(dp_ctrl_sent(member.port));
	assert_int_equal(counters(&member).drop[DP_DROP_CTRL_REFUSED],
			 before.drop[DP_DROP_CTRL_REFUSED]);
	settle();
}

static void
a_port_that_goes_takes_what_waits_along(void **state)
{
	struct lab_port last;
	struct dp_view *usual = view;

	(void)state;
	lab_port_open(&dp, &last, "last", WIRE + 1);
	view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &last);
	flood();
	assert_int_equal(waiting(), ROOM * SEGMENTS);
	lab_port_close(&last);
	rte_free(view);
	view = usual;
	flood(); /* all the room is there again */
	assert_int_equal(waiting(), ROOM * SEGMENTS);
	settle();
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
	assert_int_equal(dp.wait_limit, dp_wait_limit(8191, 1));
	dp.wait_max = UINT64_MAX;
	dp.wait_limit = ROOM * SEGMENTS + 1;
	lab_port_open(&dp, &member, "m0", WIRE + 1);
	lab_port_open(&dp, &host, "h", WIRE + 1);
	view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rte_free(view);
	lab_port_close(&member);
	lab_port_close(&host);
	dp_fini(&dp);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_workers_share_a_quarter_of_the_pool),
		cmocka_unit_test(large_packets_wait_as_many_buffers_as_they_are),
		cmocka_unit_test(our_own_frames_find_a_place_all_the_same),
		cmocka_unit_test(a_port_that_goes_takes_what_waits_along),
	};

	return cmocka_run_group_tests_name("dp_wait_buffers", tests, setup, teardown);
}
