/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_port.c - what drivers offer is used, what they refuse is noted once, errors are sentences. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>

#include "dp_port_plan.h"
#include "eal_lab.h"

static struct dp dp;
static int start_error; /* of the driver; 0: it starts */

int __real_rte_eth_dev_start(uint16_t id);
int __wrap_rte_eth_dev_start(uint16_t id);

int
__wrap_rte_eth_dev_start(uint16_t id)
{
	return start_error < 0 ? start_error : __real_rte_eth_dev_start(id);
}

static uint64_t nombuf; /* that the driver counts */

int __real_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats);
int __wrap_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats);

int
__wrap_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats)
{
	const int rc = __real_rte_eth_stats_get(id, stats);

	stats->rx_nombuf += nombuf;
	return rc;
}

static struct dp_port *
open_device(const char *devargs, uint16_t queues, uint16_t mtu)
{
	const struct dp_port_conf conf = {
		.label = "eth1", .devargs = devargs, .queues = queues, .mtu = mtu, .set_mtu = true};
	struct dp_port *port = NULL;
	struct dp_err err = {""};

	if (dp_port_open(&dp, &conf, &port, &err) != 0)
		fail_msg("%s", err.msg);
	return port;
}

static void
refuses(const char *devargs, uint16_t mtu, const char *const words[])
{
	const struct dp_port_conf conf = {
		.label = "eth1", .devargs = devargs, .queues = 1, .mtu = mtu, .set_mtu = true};
	const unsigned int ports = rte_eth_dev_count_avail();
	struct dp_port *port = NULL;
	struct dp_err err = {""};

	assert_true(dp_port_open(&dp, &conf, &port, &err) < 0);
	assert_null(port);
	for (; *words != NULL; words++)
		if (strstr(err.msg, *words) == NULL)
			fail_msg("\"%s\" does not say %s", err.msg, *words);
	assert_int_equal(rte_eth_dev_count_avail(), ports); /* nothing is left behind */
}

static void
a_null_device_takes_everything_but_a_group_list(void **state)
{
	static const uint8_t mac[6] = {0x02, 0, 0, 0, 0, 0x42};
	const struct rte_ether_addr group = {{0x01, 0x80, 0xc2, 0, 0, 2}};
	struct dp_port *p = open_device("net_null0", 1, 1500);
	uint8_t now[6];
	char text[64];

	(void)state;
	assert_string_equal(p->driver, "net_null");
	assert_true(p->attached);
	assert_int_equal(dp_port_set_mac(p, mac), 0);
	assert_int_equal(dp_port_get_mac(p, now), 0);
	assert_memory_equal(now, mac, 6);
	assert_int_equal(dp_port_set_mtu(p, 1400), 0);
	assert_int_equal(dp_port_set_multicast(p, &group, 1, false), 0); /* by allmulti */
	assert_int_equal(rte_eth_allmulticast_get(p->id), 1);
	assert_string_equal(dp_port_refusals(p, text, sizeof(text)), "mc_list, lsc");
	dp_port_close(p);
	assert_int_equal(rte_eth_dev_count_avail(), 0);
}

static void
a_ring_device_keeps_its_mac_and_mtu_and_says_so(void **state)
{
	static const uint8_t mac[6] = {0x02, 0, 0, 0, 0, 0x42};
	struct dp_port *p = open_device("net_ring7", 1, 1500);
	uint32_t speed;
	char text[64];
	bool full;

	(void)state;
	assert_int_equal(dp_port_set_mac(p, mac), -ENOTSUP);
	assert_int_equal(dp_port_set_mac(p, mac), -ENOTSUP); /* not asked again */
	assert_int_equal(dp_port_set_mtu(p, 1400), -ENOTSUP);
	assert_int_equal(dp_port_set_promisc(p, true), 0);
	assert_string_equal(dp_port_refusals(p, text, sizeof(text)), "mac, mtu, lsc");
	assert_true(dp_port_link(p, &speed, &full));
	assert_int_equal(speed, 10000);
	assert_true(full);
	assert_int_equal(rte_eth_dev_set_link_down(p->id), 0);
	assert_false(dp_port_link(p, &speed, &full));
	dp_port_close(p);
}

static void
queues_are_as_many_as_wanted_or_as_there_are(void **state)
{
	struct dp_port *p = open_device("net_null0", 4, 1500);

	(void)state;
	assert_int_equal(p->n_rxq, 4);
	assert_int_equal(p->n_txq, 4);
	assert_false(p->tx_shared);
	dp_port_close(p);
	p = open_device("net_null0", 1000, 1500);
	assert_int_equal(p->n_rxq, DP_MAX_QUEUES);
	dp_port_close(p);
}

/* How received frames are to be spread over the queues of a device that offers RSS. */
static struct dp_port
spread_by(const char *driver, uint16_t queues, bool host, struct rte_eth_conf *c)
{
	const struct rte_eth_dev_info info = {.driver_name = driver,
					      .flow_type_rss_offloads = RTE_ETH_RSS_IP,
					      .hash_key_size = 40};
	struct dp_port port = {.n_rxq = queues, .host = host};

	*c = (struct rte_eth_conf){0};
	dp_port_plan_rss(&port, &info, c);
	return port;
}

static void
a_nic_is_told_how_to_spread_but_a_virtio_one_knows_better(void **state)
{
	struct rte_eth_conf c;

	(void)state;
	spread_by("net_ixgbe", 2, false, &c);
	assert_int_equal(c.rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
	assert_int_equal(c.rx_adv_conf.rss_conf.rss_hf, RTE_ETH_RSS_IP);
	assert_non_null(c.rx_adv_conf.rss_conf.rss_key);
	assert_int_equal(spread_by("net_virtio", 2, false, &c).refused, 0); /* nothing to tell of */
	assert_int_equal(c.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	spread_by("net_ixgbe", 1, false, &c); /* nothing to spread over */
	assert_int_equal(c.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	spread_by("net_ixgbe", 2, true, &c); /* the kernel does */
	assert_int_equal(c.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
}

static void
buffers_that_a_driver_did_not_find_are_counted(void **state)
{
	struct dp_port *p = open_device("net_null0", 1, 1500);
	struct dp_counters sum;

	(void)state;
	dp_port_counters(&dp, p, &sum);
	assert_int_equal(sum.rx_nombuf, 0);
	nombuf = 7;
	dp_port_counters(&dp, p, &sum);
	assert_int_equal(sum.rx_nombuf, 7);
	nombuf = 0;
	dp_port_close(p);
}

static void
what_cannot_be_is_said_in_one_sentence(void **state)
{
	(void)state;
	refuses("net_nosuch0", 1500, (const char *const[]){"eth1", "net_nosuch0", "no such", NULL});
	refuses("0000:ff:1f.7", 1500, (const char *const[]){"eth1", "0000:ff:1f.7", NULL});
	refuses("net_memif0,role=nonsense", 1500, (const char *const[]){"net_memif0", NULL});
	refuses("net_memif0,role=server,socket=/tmp/bondd-test.sock", 9000,
		(const char *const[]){"net_memif", "9000", NULL});
}

static void
a_driver_that_does_not_start_leaves_nothing_behind(void **state)
{
	struct dp_port *other = open_device("net_null1", 1, 1500);
	struct rte_mbuf *pkt[4];
	uint16_t n;

	(void)state;
	start_error = -EIO;
	refuses("net_null0", 1500,
		(const char *const[]){"eth1 (net_null0): does not start: Input/output error",
				      NULL});
	start_error = 0;
	n = rte_eth_rx_burst(other->id, 0, pkt, RTE_DIM(pkt));
	assert_int_equal(n, RTE_DIM(pkt)); /* the others go on */
	rte_pktmbuf_free_bulk(pkt, n);
	dp_port_close(open_device("net_null0", 1, 1500)); /* and may be tried again */
	dp_port_close(other);
}

static void
the_device_of_another_port_is_refused_and_left_alone(void **state)
{
	struct dp_port *p = open_device("net_null0", 1, 1500);
	struct rte_mbuf *pkt[4];
	uint16_t n;

	(void)state;
	refuses("net_null0,size=100", 1500,
		(const char *const[]){"net_null0", "another port has this device", NULL});
	n = rte_eth_rx_burst(p->id, 0, pkt, RTE_DIM(pkt));
	assert_int_equal(n, RTE_DIM(pkt)); /* it runs as before */
	rte_pktmbuf_free_bulk(pkt, n);
	dp_port_close(p);
	dp_port_close(open_device("net_null0", 1, 1500)); /* and can be had again */
}

static int
setup(void **state)
{
	(void)state;
	return lab_begin(&dp, 1, false, 32767);
}

static void
expect_address(struct rte_mempool *pool, void *arg, void *object, unsigned int index)
{
	const struct rte_mbuf *m = object;

	(void)pool;
	(void)arg;
	(void)index;
	assert_int_equal(rte_mbuf_iova_get(m), (uintptr_t)m->buf_addr);
	assert_int_equal(rte_mempool_virt2iova(object), (uintptr_t)object);
}

/* Without it a NIC behind an IOMMU writes to nowhere. */
static void
a_device_finds_every_buffer(void **state)
{
	(void)state;
	assert_int_equal(rte_eal_iova_mode(), RTE_IOVA_VA);
	assert_int_equal(rte_mempool_obj_iter(dp.pool, expect_address, NULL), dp.pool->size);
	assert_false(dp.pool->flags & RTE_MEMPOOL_F_NON_IO);
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
		cmocka_unit_test(a_null_device_takes_everything_but_a_group_list),
		cmocka_unit_test(a_ring_device_keeps_its_mac_and_mtu_and_says_so),
		cmocka_unit_test(queues_are_as_many_as_wanted_or_as_there_are),
		cmocka_unit_test(a_nic_is_told_how_to_spread_but_a_virtio_one_knows_better),
		cmocka_unit_test(buffers_that_a_driver_did_not_find_are_counted),
		cmocka_unit_test(what_cannot_be_is_said_in_one_sentence),
		cmocka_unit_test(a_driver_that_does_not_start_leaves_nothing_behind),
		cmocka_unit_test(the_device_of_another_port_is_refused_and_left_alone),
		cmocka_unit_test(a_device_finds_every_buffer),
	};

	return cmocka_run_group_tests_name("dp_port", tests, setup, teardown);
}
