/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_ctrl.c - the rings of control frames: punted ones up, our own ones down ahead of data. */
#include <errno.h>
#include <sys/eventfd.h>

#include <rte_ether.h>

#include "dp_balance.h"
#include "dp_wait.h"

#define DRAIN 32 /* control frames a port and turn; the rest waits for the next turn */

void
dp_ctrl_punt(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	const uint16_t taken = rte_ring_enqueue_burst(port->up, (void **)pkt, n, NULL);

	dp_counters_of(w, port)->punted += taken;
	if (taken < n)
		dp_drop(w, port, DP_DROP_PUNT_FULL, pkt + taken, n - taken);
}

unsigned int
dp_ctrl_drain(struct dp_worker *w, struct dp_port *port)
{
	struct rte_mbuf *pkt[DRAIN];
	uint16_t n;

	if (likely(rte_ring_empty(port->down)))
		return 0;
	if (unlikely(w->waits) && dp_wait_of(w, port, DP_DROP_CTRL_REFUSED)->n > 0)
		return 0; /* behind those */
	n = rte_ring_dequeue_burst(port->down, (void **)pkt, DRAIN, NULL);
	dp_counters_of(w, port)->injected += n;
	if (n > 0)
		dp_send(w, port, pkt, n, DP_DROP_CTRL_REFUSED);
	return n;
}

int
dp_ctrl_send(struct dp *dp, struct dp_port *port, const void *frame, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(dp->pool);
	void *data;

	if (m == NULL)
		return -ENOBUFS;
	data = rte_pktmbuf_append(m, len);
	if (data != NULL) {
		memcpy(data, frame, len);
		if (rte_ring_enqueue(port->down, m) == 0) {
			dp_wake_workers(dp);
			return 0;
		}
	}
	rte_pktmbuf_free(m);
	return -ENOBUFS;
}

struct rte_mbuf *
dp_ctrl_whole(struct dp *dp, struct rte_mbuf *m)
{
	const uint64_t tag = RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_VLAN;

	if (!dp_is_own(m) || m->nb_segs > 1) {
		struct rte_mbuf *copy = rte_pktmbuf_copy(m, dp->pool, 0, UINT32_MAX);

		rte_pktmbuf_free(m);
		if (copy == NULL)
			return NULL;
		m = copy;
	}
	if (m->nb_segs > 1 || (m->ol_flags & tag && rte_vlan_insert(&m) < 0)) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	m->ol_flags &= ~tag;
	return m;
}

int
dp_ctrl_forward(struct dp *dp, struct dp_port *port, struct rte_mbuf *m)
{
	if (rte_ring_enqueue(port->down, m) != 0) {
		rte_pktmbuf_free(m);
		return -ENOBUFS;
	}
	dp_wake_workers(dp);
	return 0;
}

bool
dp_ctrl_sent(const struct dp_port *port)
{
	const volatile uint16_t *waiting = &port->wait[port->n_wait - 1].n;

	return rte_ring_empty(port->down) && *waiting == 0;
}

void
dp_punt_seen(struct dp *dp)
{
	eventfd_t count;

	eventfd_read(dp->punt_fd, &count);
	atomic_store_explicit(&dp->punt_told, false, memory_order_seq_cst);
}

struct rte_mbuf *
dp_ctrl_receive(struct dp_port *port)
{
	void *m;

	return rte_ring_dequeue(port->up, &m) == 0 ? m : NULL;
}
