/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_due.c - control frames leave in time while data saturates both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_cycles.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "eal_lab.h"

#define WIRE   512
#define PDUS   200
#define DUE_MS 50 /* what LACP is promised */

static struct dp dp;
static struct lab_port member, host;

/* Keep both receive wires full and the transmit wires moving; look for control frames. */
static unsigned int
push(uint32_t *number)
{
	unsigned int slow = 0;
	void *m;

	while (!rte_ring_full(host.in) &&
	       rte_ring_enqueue(host.in, lab_frame(&dp, 60, ++*number)) == 0)
		;
	while (!rte_ring_full(member.in) &&
	       rte_ring_enqueue(member.in, lab_frame(&dp, 60, ++*number)) == 0)
		;
	lab_drain(host.out);
	while (rte_ring_dequeue(member.out, &m) == 0) {
		slow += memcmp(rte_pktmbuf_mtod_offset((struct rte_mbuf *)m, uint8_t *, 12),
			       "\x88\x09", 2) == 0;
		rte_pktmbuf_free(m);
	}
	return slow;
}

/*
 * The worker is played by this thread, so that what is measured is ours and not the scheduler's:
 * a frame that is due waits for one turn at most, and that is how long a saturated turn takes.
 */
static void
a_frame_due_leaves_with_the_next_turn_however_much_data_waits(void **state)
{
	const uint64_t ms = rte_get_timer_hz() / 1000;
	const uint8_t pdu[124] = {0x01, 0x80, 0xc2, 0, 0, 2, [12] = 0x88, 0x09};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, &member, 1, &host);
	uint64_t sum = 0, best = UINT64_MAX;
	uint32_t number = 0;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_SLOW;
	push(&number);
	for (int i = 0; i < PDUS; i++) {
		uint64_t start, took;

		assert_int_equal(dp_ctrl_send(&dp, member.port, pdu, sizeof(pdu)), 0);
		start = rte_get_timer_cycles();
		dp_worker_turn(&dp.worker[0], view);
		took = rte_get_timer_cycles() - start;
		assert_int_equal(push(&number), 1);
		sum += took;
		best = took < best ? took : best;
	}
	printf("a saturated turn: mean %.3f ms, best %.3f ms; control frames wait for one, of %d "
	       "ms\n",
	       (double)sum / PDUS / (double)ms, (double)best / (double)ms, DUE_MS);
	assert_true(best < DUE_MS * ms);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_due_leaves_with_the_next_turn_however_much_data_waits),
	};

	return cmocka_run_group_tests_name("dp_due", tests, setup, teardown);
}
