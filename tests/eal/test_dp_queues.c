/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_queues.c - queues are of the size the driver wants, and closing a port gives everything back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <rte_ethdev.h>

#include "eal_lab.h"

static struct dp dp;

/* A driver that takes fewer descriptors than we would like; linked in place of DPDK's functions. */
static uint16_t rx_limit, rx_asked, tx_limit, tx_asked;
static uint16_t rx_free, tx_free; /* thresholds, 0: left to the driver */

int __wrap_rte_eth_dev_adjust_nb_rx_tx_desc(uint16_t port, uint16_t *rx, uint16_t *tx);
int __real_rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
				  const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
int __wrap_rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
				  const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
int __real_rte_eth_tx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
				  const struct rte_eth_txconf *conf);
int __wrap_rte_eth_tx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
				  const struct rte_eth_txconf *conf);

int
__wrap_rte_eth_dev_adjust_nb_rx_tx_desc(uint16_t port, uint16_t *rx, uint16_t *tx)
{
	(void)port;
	*rx = RTE_MIN(*rx, rx_limit);
	*tx = RTE_MIN(*tx, tx_limit);
	return 0;
}

int
__wrap_rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
			      const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	rx_asked = n;
	rx_free = conf ? conf->rx_free_thresh : 0;
	return n > rx_limit ? -EINVAL
			    : __real_rte_eth_rx_queue_setup(port, queue, n, socket, conf, pool);
}

int
__wrap_rte_eth_tx_queue_setup(uint16_t port, uint16_t queue, uint16_t n, unsigned int socket,
			      const struct rte_eth_txconf *conf)
{
	tx_asked = n;
	tx_free = conf ? conf->tx_free_thresh : 0;
	return n > tx_limit ? -EINVAL : __real_rte_eth_tx_queue_setup(port, queue, n, socket, conf);
}

static struct dp_port *
open_null(unsigned int number)
{
	char devargs[64];
	const struct dp_port_conf conf = {
		.label = "eth1", .devargs = devargs, .queues = 1, .mtu = 1500};
	struct dp_err err = {""};
	struct dp_port *port;

	snprintf(devargs, sizeof(devargs), "net_null%u,no-rx=1", number);
	if (dp_port_open(&dp, &conf, &port, &err) != 0)
		fail_msg("%s", err.msg);
	return port;
}

static void
queues_and_their_thresholds_fit_the_driver(void **state)
{
	static const uint16_t limits[][2] = {{4096, 4096}, {512, 256}, {64, 1024}, {256, 32}};

	(void)state;
	for (size_t n = 0; n < RTE_DIM(limits); n++) {
		rx_limit = limits[n][0];
		tx_limit = limits[n][1];
		rx_asked = tx_asked = 0;
		dp_port_close(open_null(0));
		assert_int_equal(rx_asked, RTE_MIN(1024, rx_limit));
		assert_int_equal(tx_asked, RTE_MIN(1024, tx_limit));
		assert_true(rx_free < rx_asked);
		assert_true(tx_free < tx_asked);
	}
}

static void
a_port_that_was_closed_can_be_opened_again_and_again(void **state)
{
	unsigned int ports;

	(void)state;
	rx_limit = tx_limit = 1024;
	dp_port_close(open_null(0));
	ports = rte_eth_dev_count_avail();
	for (unsigned int n = 0; n < 200; n++) {
		struct dp_port *a = open_null(n % 3), *b = open_null(3 + n % 2);

		assert_int_equal(rte_eth_dev_count_avail(), ports + 2);
		dp_port_close(n % 2 ? a : b); /* in any order */
		dp_port_close(n % 2 ? b : a);
		assert_int_equal(rte_eth_dev_count_avail(), ports);
	}
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
}

static int
setup(void **state)
{
	(void)state;
	return lab_begin(&dp, 1, false, 8191);
}

static int
teardown(void **state)
{
	(void)state;
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queues_and_their_thresholds_fit_the_driver),
		cmocka_unit_test(a_port_that_was_closed_can_be_opened_again_and_again),
	};

	return cmocka_run_group_tests_name("dp_queues", tests, setup, teardown);
}
