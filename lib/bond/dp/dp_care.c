/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_care.c - sends on ports that share a queue, or cannot do all that frames may ask for. */
#include <string.h>

#include <rte_ether.h>

#include "dp_offload.h"
#include "dp_wait.h"

#define ROOM 64 /* finished frames that leave together */

/* Frames that are ready for the driver. */
struct ready {
	struct dp_worker *w;
	struct dp_port *port;
	enum dp_drop refused;
	uint16_t n;
	struct rte_mbuf *pkt[ROOM];
};

uint16_t
dp_transmit(const struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	const uint16_t queue = w->index % port->n_txq;
	uint16_t sent;

	if (!port->tx_shared)
		return rte_eth_tx_burst(port->id, queue, pkt, n);
	rte_spinlock_lock(&port->tx_lock[queue]);
	sent = rte_eth_tx_burst(port->id, queue, pkt, n);
	rte_spinlock_unlock(&port->tx_lock[queue]);
	return sent;
}

static void
send_now(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
	 enum dp_drop refused)
{
	const bool others_wait = dp_wait_of(w, port, refused)->n > 0;
	const uint16_t sent = unlikely(others_wait) ? 0 : dp_transmit(w, port, pkt, n);

	dp_counters_of(w, port)->tx_packets += sent;
	if (unlikely(sent < n))
		dp_refused(w, port, pkt + sent, n - sent, refused);
}

/* Drivers want some fields otherwise than the kernel leaves them. What they refuse is dropped. */
static void
flush(struct ready *r)
{
	uint16_t at = 0;

	while (at < r->n) {
		const uint16_t good = rte_eth_tx_prepare(r->port->id, r->w->index % r->port->n_txq,
							 &r->pkt[at], r->n - at);

		if (good > 0)
			send_now(r->w, r->port, &r->pkt[at], good, r->refused);
		at += good;
		if (at < r->n)
			dp_drop(r->w, r->port, DP_DROP_UNFINISHED, &r->pkt[at++], 1);
	}
	r->n = 0;
}

static inline void
add(struct ready *r, struct rte_mbuf *m)
{
	r->pkt[r->n++] = m;
	if (r->n == ROOM)
		flush(r);
}

static void
lost(struct ready *r, struct rte_mbuf *m)
{
	dp_drop(r->w, r->port, DP_DROP_UNFINISHED, &m, 1);
}

static bool
offers(const struct dp_port *port, uint64_t tx_offloads)
{
	return (port->tx_offloads & tx_offloads) == tx_offloads;
}

/* In one piece, for drivers that send only the first of a chain. @return NULL: too long for one */
static struct rte_mbuf *
in_one_piece(struct ready *r, struct rte_mbuf *m)
{
	struct rte_mbuf *copy;

	if (m->nb_segs == 1 || offers(r->port, RTE_ETH_TX_OFFLOAD_MULTI_SEGS))
		return m;
	copy = rte_pktmbuf_copy(m, r->w->dp->pool, 0, UINT32_MAX);
	if (copy != NULL && copy->nb_segs > 1) {
		rte_pktmbuf_free(copy);
		copy = NULL;
	}
	if (copy == NULL) {
		lost(r, m);
		return NULL;
	}
	rte_pktmbuf_free(m);
	return copy;
}

/* The frame of a broadcast belongs to other ports as well: what changes it needs its own. */
static struct rte_mbuf *
own(struct ready *r, struct rte_mbuf *m)
{
	struct rte_mbuf *copy;

	if (likely(rte_mbuf_refcnt_read(m) == 1))
		return m;
	copy = rte_pktmbuf_copy(m, r->w->dp->pool, 0, UINT32_MAX);
	if (copy == NULL) {
		lost(r, m);
		return NULL;
	}
	rte_pktmbuf_free(m);
	return copy;
}

static void
cut(struct ready *r, struct rte_mbuf *m)
{
	struct dp_counters *c = dp_counters_of(r->w, r->port);
	struct rte_mbuf *segment;
	struct dp_gso g;

	if (!dp_gso_begin(&g, m, r->w->dp->pool, !offers(r->port, RTE_ETH_TX_OFFLOAD_TCP_CKSUM))) {
		lost(r, m);
		return;
	}
	for (; (segment = dp_gso_next(&g)) != NULL; c->segments++) {
		segment = in_one_piece(r, segment);
		if (segment != NULL)
			add(r, segment);
	}
	if (dp_gso_done(&g)) {
		c->segmented++;
		rte_pktmbuf_free(m);
	} else { /* no buffers: the peer asks for the rest again */
		lost(r, m);
	}
}

static uint64_t
csum_offload(const struct rte_mbuf *m)
{
	switch (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) {
	case RTE_MBUF_F_TX_TCP_CKSUM:
		return RTE_ETH_TX_OFFLOAD_TCP_CKSUM;
	case RTE_MBUF_F_TX_UDP_CKSUM:
		return RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	default:
		return 0;
	}
}

/* All that a frame asks for and the port does not offer, but segmentation. */
static struct rte_mbuf *
finish(struct ready *r, struct rte_mbuf *m)
{
	struct dp_headers h;

	if (!offers(r->port, csum_offload(m))) {
		if (!dp_headers_find(m, &h)) {
			lost(r, m);
			return NULL;
		}
		dp_csum_complete(m, &h);
		dp_counters_of(r->w, r->port)->csum_finished++;
		m->ol_flags &= ~RTE_MBUF_F_TX_L4_MASK;
	}
	if (m->ol_flags & RTE_MBUF_F_TX_VLAN && !offers(r->port, RTE_ETH_TX_OFFLOAD_VLAN_INSERT)) {
		if (rte_vlan_insert(&m) != 0) {
			lost(r, m);
			return NULL;
		}
	}
	return in_one_piece(r, m);
}

static void
finish_and_send(struct ready *r, struct rte_mbuf **pkt, uint16_t n)
{
	const bool cuts =
		!offers(r->port, RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_TCP_CKSUM);

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];

		if (unlikely(dp_wait_of(r->w, r->port, r->refused)->n > 0)) { /* the rest later */
			flush(r);
			dp_wait_behind(r->w, r->port, pkt + i, n - i, r->refused);
			return;
		}
		if (m->ol_flags & DP_ASKS && unlikely(rte_mbuf_refcnt_read(m) > 1)) {
			m = own(r, m);
			if (m == NULL)
				continue;
		}
		if (!offers(r->port, RTE_ETH_TX_OFFLOAD_IPV4_CKSUM)) /* it is right already */
			m->ol_flags &= ~RTE_MBUF_F_TX_IP_CKSUM;
		if (m->ol_flags & RTE_MBUF_F_TX_TCP_SEG && cuts) {
			cut(r, m);
			continue;
		}
		if (m->ol_flags & DP_ASKS || m->nb_segs > 1)
			m = finish(r, m);
		if (m != NULL)
			add(r, m);
	}
	flush(r);
}

void
dp_send_with_care(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
		  enum dp_drop refused)
{
	struct ready r;
	uint64_t asks = 0;
	uint16_t segments = 1;

	if (port->finishes)
		for (uint16_t i = 0; i < n; i++) {
			asks |= pkt[i]->ol_flags & DP_ASKS;
			segments |= pkt[i]->nb_segs;
		}
	if (likely(asks == 0 && (segments == 1 || offers(port, RTE_ETH_TX_OFFLOAD_MULTI_SEGS)))) {
		send_now(w, port, pkt, n, refused);
		return;
	}
	r.w = w;
	r.port = port;
	r.refused = refused;
	r.n = 0;
	finish_and_send(&r, pkt, n);
}
