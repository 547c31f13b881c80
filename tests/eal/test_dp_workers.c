/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_workers.c - two workers share ports of one queue: nothing is lost, nothing sent twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_cycles.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dp_path.h"
#include "eal_lab.h"

#define FRAMES 300000u
#define WIRE   1024

static struct dp dp;
static struct lab_port member[2], host[2];

/*
 * Worker 0 runs for real and polls the only queue of its host port. A worker 1 that had frames of
 * its own to send at the same time is played by this thread.
 */
static void
both_workers_send_through_one_locked_queue(void **state)
{
	const uint64_t deadline = rte_get_timer_cycles() + 60 * rte_get_timer_hz();
	struct dp_view *mine = lab_view(BOND_SPREAD_ROUND_ROBIN, member, 2, &host[1]);
	struct dp_worker *self = &dp.worker[1];
	uint64_t sent = 0, received = 0, dropped = 0;
	struct dp_counters c;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_true(member[i].port->tx_shared);
	lab_publish(&dp, lab_view(BOND_SPREAD_ROUND_ROBIN, member, 2, &host[0]));
	while (sent < 2 * FRAMES) {
		struct rte_mbuf *m = lab_frame(&dp, 60, sent);
		struct rte_mbuf *own = lab_frame(&dp, 60, sent);

		assert_true(m != NULL && own != NULL);
		while (rte_ring_enqueue(host[0].in, m) != 0) {
			received += lab_drain(member[0].out) + lab_drain(member[1].out);
			if (rte_get_timer_cycles() > deadline)
				fail_msg("worker 0 is stuck");
		}
		dp_tx_spread(self, &mine->bond[0], &own, 1);
		sent += 2;
		if (sent % 64 == 0)
			received += lab_drain(member[0].out) + lab_drain(member[1].out);
	}
	while (received + dropped < sent) {
		received += lab_drain(member[0].out) + lab_drain(member[1].out);
		dropped = 0;
		for (int i = 0; i < 2; i++) {
			dp_port_counters(&dp, member[i].port, &c);
			dropped += c.drop[DP_DROP_TX_MEMBER_FULL];
		}
		if (rte_get_timer_cycles() > deadline)
			fail_msg("%lu sent, %lu received, %lu dropped", (unsigned long)sent,
				 (unsigned long)received, (unsigned long)dropped);
	}
	assert_int_equal(received + dropped, sent);
	rte_free(mine);
}

static int
setup(void **state)
{
	static const char *const names[] = {"m0", "m1", "h0", "h1"};

	(void)state;
	if (lab_begin(&dp, 2, true, 16383) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		lab_port_open(&dp, &member[i], names[i], WIRE);
		lab_port_open(&dp, &host[i], names[2 + i], WIRE);
	}
	return dp_start(&dp);
}

static int
teardown(void **state)
{
	(void)state;
	dp_stop(&dp);
	for (int i = 0; i < 2; i++) {
		lab_port_close(&member[i]);
		lab_port_close(&host[i]);
	}
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_workers_send_through_one_locked_queue),
	};

	return cmocka_run_group_tests_name("dp_workers", tests, setup, teardown);
}
