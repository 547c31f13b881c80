/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_mixed.c - members that give bursts of all sizes a turn, with frames for both readers in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "eal_lab.h"

#define MEMBERS 5
#define WIRE    1024
#define TURNS   3000

static struct dp dp;
static struct lab_port member[MEMBERS], host;
static uint64_t seed = 4711;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(seed >> 33) % n;
}

/* What a turn is to make of the frames of each member. */
struct sent {
	unsigned int slow, data;
};

/* Frame i of a member; the number says which it is, and what. */
static struct rte_mbuf *
frame_of(uint8_t slot, uint32_t i, bool slow)
{
	struct rte_mbuf *m = lab_frame(&dp, slow ? 124 : 60, (uint32_t)slot << 16 | i);

	if (slow)
		memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 12), "\x88\x09", 2);
	return m;
}

static uint32_t
number_of(struct rte_mbuf *m)
{
	uint32_t number;

	memcpy(&number, rte_pktmbuf_mtod_offset(m, uint8_t *, 14), sizeof(number));
	return number;
}

static struct sent
feed(uint8_t slot, uint32_t n, uint32_t slow_of_100)
{
	struct sent sent = {0};

	for (uint32_t i = 0; i < n; i++) {
		const bool slow = random_below(100) < slow_of_100;

		assert_int_equal(rte_ring_enqueue(member[slot].in, frame_of(slot, i, slow)), 0);
		slow ? sent.slow++ : sent.data++;
	}
	return sent;
}

/* The control thread got those of this member and no other, in their order. */
static void
assert_punted(uint8_t slot, unsigned int n)
{
	int64_t last = -1;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *m = dp_ctrl_receive(member[slot].port);

		assert_non_null(m);
		assert_int_equal(number_of(m) >> 16, slot);
		assert_true((number_of(m) & 0xffff) > last);
		last = number_of(m) & 0xffff;
		rte_pktmbuf_free(m);
	}
	assert_null(dp_ctrl_receive(member[slot].port));
}

/* The host got the data of all members, each in its order. */
static void
assert_delivered(const unsigned int *data)
{
	unsigned int got[MEMBERS] = {0};
	int64_t last[MEMBERS] = {-1, -1, -1, -1, -1};
	void *m;

	while (rte_ring_dequeue(host.out, &m) == 0) {
		const uint32_t slot = number_of(m) >> 16, i = number_of(m) & 0xffff;

		assert_in_range(slot, 0, MEMBERS - 1);
		assert_int_not_equal(*rte_pktmbuf_mtod_offset((struct rte_mbuf *)m, uint8_t *, 12),
				     0x88);
		assert_true(i > last[slot]);
		last[slot] = i;
		got[slot]++;
		rte_pktmbuf_free(m);
	}
	for (uint8_t slot = 0; slot < MEMBERS; slot++)
		assert_int_equal(got[slot], data[slot]);
}

static void
every_frame_reaches_its_reader_whatever_came_with_it(void **state)
{
	static const uint32_t slow_of_100[] = {0, 1, 10, 50, 100}, most[] = {1, 4, 30, DP_BURST};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, member, MEMBERS, &host);
	struct dp_bond_view *b = &view->bond[0];

	(void)state;
	b->bond.punt = BOND_PUNT_SLOW;
	dp_view_prepare(view);
	for (unsigned int t = 0; t < TURNS; t++) {
		const uint32_t slow = slow_of_100[random_below(RTE_DIM(slow_of_100))];
		const uint32_t up_to = most[random_below(RTE_DIM(most))];
		struct sent sent[MEMBERS];
		unsigned int data[MEMBERS];

		b->bond.rx = random_below(1u << MEMBERS);
		dp_view_prepare(view);
		for (uint8_t slot = 0; slot < MEMBERS; slot++) {
			sent[slot] = feed(slot, random_below(up_to + 1), slow);
			data[slot] = b->bond.rx >> slot & 1 ? sent[slot].data : 0;
		}
		dp_worker_turn(&dp.worker[0], view);
		for (uint8_t slot = 0; slot < MEMBERS; slot++)
			assert_punted(slot, sent[slot].slow);
		assert_delivered(data);
	}
	rte_free(view);
}

static int
setup(void **state)
{
	(void)state;
	return lab_open(&dp, member, MEMBERS, &host, WIRE);
}

static int
teardown(void **state)
{
	(void)state;
	return lab_close(&dp, member, MEMBERS, &host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_reaches_its_reader_whatever_came_with_it),
	};

	return cmocka_run_group_tests_name("dp_mixed", tests, setup, teardown);
}
