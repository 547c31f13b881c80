/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port.c - bring-up of a port by what its driver offers, and its end. */
#include "dp_port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_ring.h>

#include "dp.h"
#include "dp_driver.h"
#include "dp_port_plan.h"
#include "dp_wait.h"

#define DESCRIPTORS    1024 /* wanted in each queue; the driver adjusts */
#define UP_RING_SIZE   128  /* punted frames waiting: many times what protocols send a turn */
#define DOWN_RING_SIZE 256  /* control frames waiting for a port; a power of two */
#define FRAME_OVERHEAD 18   /* Ethernet header and FCS around an MTU, where a driver gives none */

__rte_format_printf(4, 5) static int fail(struct dp_err *err, const struct dp_port_conf *conf,
					  int rc, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(err->msg, sizeof(err->msg), "%s (%s): ", conf->label, conf->devargs);

	va_start(ap, fmt);
	if (n > 0 && (size_t)n < sizeof(err->msg))
		n += vsnprintf(err->msg + n, sizeof(err->msg) - n, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(err->msg))
		snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", rte_strerror(-rc));
	return rc;
}

/* Both rings of a port are called by the number of its device. */
static const char *
ring_name(const char *way, uint16_t id, char name[RTE_RING_NAMESIZE])
{
	snprintf(name, RTE_RING_NAMESIZE, "bondd_%s_%u", way, id);
	return name;
}

/* Find the device, or make it. Its name is what stands before the first comma. */
static int
probe(struct dp_port *port, const struct dp_port_conf *conf, struct dp_err *err)
{
	char name[RTE_ETH_NAME_MAX_LEN], ring[RTE_RING_NAMESIZE];
	int rc;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(conf->devargs, ","), conf->devargs);
	if (rte_eth_dev_get_port_by_name(name, &port->id) == 0) {
		if (rte_ring_lookup(ring_name("down", port->id, ring)) == NULL)
			return 0;
		port->id = RTE_MAX_ETHPORTS; /* else it would be closed under who has it */
		return fail(err, conf, -EBUSY, "another port has this device");
	}
	rc = rte_dev_probe(conf->devargs);
	if (rc == -ENOTSUP)
		return fail(err, conf, rc, "DPDK has no driver for this device");
	if (rc < 0)
		return fail(err, conf, rc, "no such device, or its driver refused it");
	port->attached = true;
	if (rte_eth_dev_get_port_by_name(name, &port->id) != 0)
		return fail(err, conf, -ENODEV, "probed, but it is not an Ethernet device");
	return 0;
}

static uint16_t
max_mtu(const struct rte_eth_dev_info *info)
{
	if (info->max_mtu != UINT16_MAX && info->max_mtu != 0)
		return info->max_mtu;
	return RTE_MIN(info->max_rx_pktlen - FRAME_OVERHEAD, (uint32_t)UINT16_MAX);
}

static bool
lsc_works(const struct rte_eth_dev_info *info)
{
	return (*info->dev_flags & RTE_ETH_DEV_INTR_LSC) != 0 &&
	       !(dp_driver_traits(info->driver_name) & DP_TRAIT_NO_LSC);
}

static struct rte_eth_conf
plan(struct dp_port *port, const struct dp_port_conf *conf, const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf c = {0};

	c.intr_conf.lsc = port->lsc;
	c.intr_conf.rmv = (*info->dev_flags & RTE_ETH_DEV_INTR_RMV) != 0;
	c.rxmode.mtu = conf->set_mtu && !(port->refused & DP_REFUSED_MTU) ? conf->mtu : 0;
	if (port->refused & DP_REFUSED_OFFLOADS)
		c.txmode.offloads = info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	else
		dp_port_plan_offloads(port, conf, info, &c);
	dp_port_plan_rss(port, info, &c);
	return c;
}

/* As wanted, else without what the driver may have refused it for. */
static int
configure(struct dp_port *port, const struct dp_port_conf *conf,
	  const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf c;
	uint32_t without = 0;
	int rc;

	do {
		port->refused |= without;
		c = plan(port, conf, info);
		rc = rte_eth_dev_configure(port->id, port->n_rxq, port->n_txq, &c);
		without = rc == -ENOTSUP && c.rxmode.mtu != 0 ? DP_REFUSED_MTU
							      : dp_port_give_up(port->refused, &c);
	} while (rc < 0 && without != 0);
	port->rx_offloads = c.rxmode.offloads;
	port->tx_offloads = c.txmode.offloads;
	port->rss = c.rxmode.mq_mode == RTE_ETH_MQ_RX_RSS;
	if (port->host) {
		port->rx_asks = c.rxmode.offloads &
				(RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_LRO);
		port->takes_partial = conf->finishes;
		port->finishes =
			conf->finishes && !(c.txmode.offloads & RTE_ETH_TX_OFFLOAD_TCP_CKSUM);
	}
	port->tx_care = port->tx_shared || port->finishes;
	return rc;
}

static int
queues(struct dp *dp, struct dp_port *port, const struct dp_port_conf *conf, struct dp_err *err)
{
	const int socket = rte_eth_dev_socket_id(port->id);
	uint16_t rxd = DESCRIPTORS, txd = DESCRIPTORS;
	int rc = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rxd, &txd);

	if (rc < 0)
		return fail(err, conf, rc, "cannot size its queues");
	for (uint16_t q = 0; q < port->n_rxq; q++) {
		rc = rte_eth_rx_queue_setup(port->id, q, rxd, socket, NULL, dp->pool);
		if (rc < 0)
			return fail(err, conf, rc, "cannot set up receive queue %u", q);
	}
	for (uint16_t q = 0; q < port->n_txq; q++) {
		rc = rte_eth_tx_queue_setup(port->id, q, txd, socket, NULL);
		if (rc < 0)
			return fail(err, conf, rc, "cannot set up transmit queue %u", q);
	}
	return 0;
}

static int
bring_up(struct dp *dp, struct dp_port *port, const struct dp_port_conf *conf, struct dp_err *err)
{
	struct rte_eth_dev_info info;
	uint16_t n;
	int rc = rte_eth_dev_info_get(port->id, &info);

	if (rc < 0)
		return fail(err, conf, rc, "cannot describe itself");
	n = RTE_MIN(RTE_MIN(info.max_rx_queues, info.max_tx_queues), conf->queues);
	port->n_rxq = port->n_txq = RTE_MIN(n, DP_MAX_QUEUES);
	if (port->n_rxq == 0)
		return fail(err, conf, -EINVAL, "has no queues");
	port->tx_shared = port->n_txq < dp->n_workers;
	port->refused |= port->tx_shared ? DP_REFUSED_QUEUES : 0;
	port->lsc = lsc_works(&info);
	port->refused |= port->lsc ? 0 : DP_REFUSED_LSC;
	port->max_mtu = max_mtu(&info);
	snprintf(port->driver, sizeof(port->driver), "%s", info.driver_name);
	if (conf->mtu > port->max_mtu)
		return fail(err, conf, -EINVAL, "driver %s carries an MTU of %u at most, not %u",
			    port->driver, port->max_mtu, conf->mtu);

	rc = configure(port, conf, &info);
	if (rc < 0)
		return fail(err, conf, rc, "refuses %u queues and an MTU of %u", port->n_rxq,
			    conf->mtu);
	rc = queues(dp, port, conf, err);
	if (rc < 0)
		return rc;
	port->configured = true;
	rc = rte_eth_dev_start(port->id);
	if (rc < 0)
		return fail(err, conf, rc, "does not start");
	rc = dp_port_let_vlans(port);
	return rc < 0 ? fail(err, conf, rc, "cannot let VLANs in") : 0;
}

/* The driver's thread: note it, the control thread looks every turn. */
static int
on_reset(uint16_t port_id, enum rte_eth_event_type event, void *arg, void *ret)
{
	struct dp_port *port = arg;

	(void)port_id;
	(void)event;
	(void)ret;
	atomic_store(&port->reset_wanted, true);
	return 0;
}

static int
on_gone(uint16_t port_id, enum rte_eth_event_type event, void *arg, void *ret)
{
	struct dp_port *port = arg;

	(void)port_id;
	(void)event;
	(void)ret;
	atomic_store(&port->gone, true);
	return 0;
}

int
dp_port_reset(struct dp *dp, struct dp_port *port, struct dp_err *err)
{
	const struct dp_port_conf conf = {.label = port->label,
					  .devargs = port->driver,
					  .queues = port->queues,
					  .mtu = port->mtu,
					  .set_mtu = port->set_mtu,
					  .host = port->host,
					  .finishes =
						  port->host ? port->takes_partial : port->finishes,
					  .rx_offloads = port->want_rx,
					  .tx_offloads = port->want_tx};
	int rc;

	atomic_store(&port->reset_wanted, false);
	dp_wait_clear(port);
	dp_port_set_unicast(port, NULL, 0); /* else nobody knew later which of them are in force */
	rc = port->mtu_waits ? -ENOTSUP : rte_eth_dev_reset(port->id);
	port->mtu_waits = false;
	if (rc == -ENOTSUP || rc == -ENOSYS) /* no more than a restart, then */
		rc = rte_eth_dev_stop(port->id);
	if (rc < 0)
		return fail(err, &conf, rc, "cannot be reset");
	rc = bring_up(dp, port, &conf, err);
	port->waits &= rc < 0;
	return rc;
}

/* The client of a memif connects when it is started, once. */
static bool
may_wait(const struct dp_port *port, const struct dp_port_conf *conf)
{
	return port->configured && dp_driver_traits(port->driver) & DP_TRAIT_WAITS &&
	       strstr(conf->devargs, "role=server") == NULL;
}

int
dp_port_open(struct dp *dp, const struct dp_port_conf *conf, struct dp_port **port,
	     struct dp_err *err)
{
	struct dp_port *p = rte_zmalloc("dp_port", sizeof(*p), RTE_CACHE_LINE_SIZE);
	char name[RTE_RING_NAMESIZE];
	struct dp_wake_before before;
	int rc;

	if (p == NULL)
		return fail(err, conf, -ENOMEM, "no room for a port");
	snprintf(p->label, sizeof(p->label), "%s", conf->label);
	p->queues = conf->queues;
	p->mtu = conf->mtu;
	p->set_mtu = conf->set_mtu;
	p->host = conf->host;
	p->finishes = conf->finishes;
	p->want_rx = conf->rx_offloads;
	p->want_tx = conf->tx_offloads;
	p->room = rte_pktmbuf_data_room_size(dp->pool) - RTE_PKTMBUF_HEADROOM;
	p->id = RTE_MAX_ETHPORTS;
	dp_wake_before(&before);
	rc = probe(p, conf, err);
	if (rc == 0) {
		p->ops = &rte_eth_fp_ops[p->id];
		p->counters = rte_zmalloc("dp_counters", dp->n_workers * sizeof(*p->counters),
					  RTE_CACHE_LINE_SIZE);
		p->down = rte_ring_create(ring_name("down", p->id, name), DOWN_RING_SIZE,
					  SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		p->up = rte_ring_create(ring_name("up", p->id, name), UP_RING_SIZE, SOCKET_ID_ANY,
					RING_F_SC_DEQ);
		rc = p->counters == NULL || p->down == NULL || p->up == NULL ||
				     dp_wait_make(p, dp->n_workers) < 0
			     ? fail(err, conf, -ENOMEM, "no room for counters and rings")
			     : bring_up(dp, p, conf, err);
	}
	if (rc < 0 && may_wait(p, conf)) {
		p->waits = true;
		atomic_store(&p->reset_wanted, true);
	} else if (rc < 0) {
		dp_port_close(p);
		return rc;
	}
	dp_wake_find(&before, p);
	rte_eth_dev_callback_register(p->id, RTE_ETH_EVENT_INTR_RESET, on_reset, p);
	rte_eth_dev_callback_register(p->id, RTE_ETH_EVENT_INTR_RMV, on_gone, p);
	*port = p;
	return 0;
}

static void
ring_free(struct rte_ring *ring)
{
	void *m;

	while (ring != NULL && rte_ring_dequeue(ring, &m) == 0)
		rte_pktmbuf_free(m);
	rte_ring_free(ring);
}

void
dp_port_close(void *port)
{
	struct dp_port *p = port;
	struct rte_eth_dev_info info = {0};

	if (p == NULL)
		return;
	if (p->id < RTE_MAX_ETHPORTS && rte_eth_dev_is_valid_port(p->id)) {
		const bool known = rte_eth_dev_info_get(p->id, &info) == 0;

		rte_eth_dev_callback_unregister(p->id, RTE_ETH_EVENT_INTR_RESET, on_reset, p);
		rte_eth_dev_callback_unregister(p->id, RTE_ETH_EVENT_INTR_RMV, on_gone, p);
		rte_eth_dev_stop(p->id);
		rte_eth_dev_close(p->id);
		if (p->attached && known)
			rte_dev_remove(info.device);
	}
	dp_wake_close(p);
	ring_free(p->up);
	ring_free(p->down);
	dp_wait_clear(p);
	rte_free(p->wait);
	rte_free(p->counters);
	rte_free(p);
}

void
dp_port_counters(const struct dp *dp, const struct dp_port *port, struct dp_counters *sum)
{
	struct rte_eth_stats driver;

	memset(sum, 0, sizeof(*sum));
	for (unsigned int w = 0; w < dp->n_workers; w++)
		dp_counters_add(sum, &port->counters[w]);
	if (rte_eth_stats_get(port->id, &driver) == 0) {
		sum->rx_bytes = driver.ibytes;
		sum->tx_bytes = driver.obytes;
		sum->rx_nombuf = driver.rx_nombuf;
	}
}
