/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_callbacks.c - what listens to a port of DPDK, such as a packet dump, hears its frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dp_path.h"
#include "eal_lab.h"

#define MEMBERS 2
#define WIRE    64
#define FRAMES  6

static struct dp dp;
static struct lab_port member[MEMBERS], host;

static uint16_t
on_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkt, uint16_t n, void *heard)
{
	(void)port;
	(void)queue;
	(void)pkt;
	*(unsigned int *)heard += n;
	return n;
}

static uint16_t
on_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkt, uint16_t n, uint16_t room, void *heard)
{
	(void)room;
	return on_tx(port, queue, pkt, n, heard);
}

/* A burst of the host, spread as the view says. @return how many frames left on member 0 */
static unsigned int
spread(const struct dp_view *view)
{
	struct rte_mbuf *pkt[FRAMES];
	unsigned int left;

	for (uint32_t i = 0; i < FRAMES; i++)
		pkt[i] = lab_frame(&dp, 60, i);
	dp_tx_spread(&dp.worker[0], &view->bond[0], pkt, FRAMES);
	left = rte_ring_count(member[0].out);
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_drain(member[i].out);
	return left;
}

static void
a_listener_hears_what_leaves_whatever_the_spread(void **state)
{
	static const struct {
		enum bond_spread spread;
		uint8_t active;
	} rows[] = {
		{BOND_SPREAD_ROUND_ROBIN, 1}, /* one member: the shortest way out */
		{BOND_SPREAD_ROUND_ROBIN, 2},
		{BOND_SPREAD_ALL, 2},
		{BOND_SPREAD_BUCKETS, 2},
	};
	unsigned int heard = 0;
	const struct rte_eth_rxtx_callback *callback =
		rte_eth_add_tx_callback(member[0].port->id, 0, on_tx, &heard);

	(void)state;
	assert_non_null(callback);
	for (unsigned int i = 0; i < RTE_DIM(rows); i++) {
		struct dp_view *view = lab_view(rows[i].spread, member, rows[i].active, &host);
		unsigned int left;

		dp_view_prepare(view);
		heard = 0;
		left = spread(view);
		assert_true(left > 0);
		assert_int_equal(heard, left);
		rte_free(view);
	}
	assert_int_equal(rte_eth_remove_tx_callback(member[0].port->id, 0, callback), 0);
}

static void
a_listener_hears_what_comes_in(void **state)
{
	unsigned int heard = 0;
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, member, MEMBERS, &host);
	const struct rte_eth_rxtx_callback *callback =
		rte_eth_add_rx_callback(member[0].port->id, 0, on_rx, &heard);

	(void)state;
	assert_non_null(callback);
	dp_view_prepare(view);
	for (uint32_t i = 0; i < FRAMES; i++)
		assert_int_equal(rte_ring_enqueue(member[0].in, lab_frame(&dp, 60, i)), 0);
	assert_int_equal(dp_rx_members(&dp.worker[0], &view->bond[0]), FRAMES);
	assert_int_equal(heard, FRAMES);
	assert_int_equal(rte_ring_count(host.out), FRAMES);
	lab_drain(host.out);
	assert_int_equal(rte_eth_remove_rx_callback(member[0].port->id, 0, callback), 0);
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
		cmocka_unit_test(a_listener_hears_what_leaves_whatever_the_spread),
		cmocka_unit_test(a_listener_hears_what_comes_in),
	};

	return cmocka_run_group_tests_name("dp_callbacks", tests, setup, teardown);
}
