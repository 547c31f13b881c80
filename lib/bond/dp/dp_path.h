/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_path.h - what the files of the hot path share; private to lib/bond/dp. */
#ifndef DP_PATH_H
#define DP_PATH_H

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "dp.h"
#include "dp_simd.h"

/** Everything that came in on members, towards the host. @return frames received */
unsigned int dp_rx_members(struct dp_worker *w, const struct dp_bond_view *b);

/** Prepare b->in[] of a view. Control thread */
void dp_rx_prepare(struct dp_bond_view *b);

/** Everything that the host sent, towards the members. @return frames received */
unsigned int dp_tx_host(struct dp_worker *w, const struct dp_bond_view *b);

/** Spreads frames of the host over the members; takes over all n of them, 1 to DP_LOT. */
typedef void (*dp_spread_fn)(struct dp_worker *w, const struct dp_bond_view *b,
			     struct rte_mbuf **pkt, uint16_t n);

/** @return the function for such a view. Control thread */
dp_spread_fn dp_spread_select(const struct bond_view *v, enum dp_simd simd);

/** Hand frames to the control thread; takes over all n. */
void dp_ctrl_punt(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n);

/** Send what the control thread left for a port. @return frames taken from the ring */
unsigned int dp_ctrl_drain(struct dp_worker *w, struct dp_port *port);

/**
 * Complete the TCP or UDP checksum of a frame that carries only the sum of its pseudo header, as
 * the kernel leaves it on virtual interfaces. @return whether there was one to complete
 */
bool dp_csum_finish(struct rte_mbuf *m);

struct dp_headers;

/** The same of a frame that is known to carry such a sum. */
void dp_csum_complete(struct rte_mbuf *m, const struct dp_headers *h);

static inline struct dp_counters *
dp_counters_of(const struct dp_worker *w, const struct dp_port *port)
{
	return &port->counters[w->index];
}

/** Receive on a queue that has callbacks, such as those of a packet dump. @return frames received */
uint16_t dp_rx_burst_called_back(const struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt,
				 uint16_t room);

/*
 * Receive on one queue, as rte_eth_rx_burst() but for looking up a port that is known, and count.
 * @param worker its index
 * @param room frames that pkt[] has room for: 32 or more, fewer are none for vectors of some drivers
 */
static inline uint16_t
dp_receive(size_t worker, struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt,
	   uint16_t room)
{
	const struct rte_eth_fp_ops *ops = port->ops;
	uint16_t n;

	if (unlikely(__atomic_load_n(&ops->rxq.clbk[queue], __ATOMIC_RELAXED) != NULL))
		n = dp_rx_burst_called_back(port, queue, pkt, room);
	else
		n = ops->rx_pkt_burst(ops->rxq.data[queue], pkt, room);
	if (n > 0)
		port->counters[worker].rx_packets += n;
	return n;
}

/* Where the header of a frame most often is: to read where it is would be to wait for the mbuf. */
static inline const uint8_t *
dp_usual_place(const struct rte_mbuf *m)
{
	return (const uint8_t *)m + sizeof(*m) + RTE_PKTMBUF_HEADROOM;
}

/* Fetch mbufs and headers: that keeps more of them under way than a processor would by itself. */
static inline void
dp_fetch(struct rte_mbuf *const *pkt, size_t n)
{
#pragma GCC unroll 4
	for (size_t i = 0; i < n; i++) {
		rte_prefetch0(pkt[i]);
		rte_prefetch0(dp_usual_place(pkt[i]));
	}
}

/* A number drawn by the worker. */
static inline uint32_t
dp_random(struct dp_worker *w)
{
	/* xorshift64*: one multiplication, good upper half, nothing shared */
	w->rng ^= w->rng >> 12;
	w->rng ^= w->rng << 25;
	w->rng ^= w->rng >> 27;
	return (uint32_t)(w->rng * UINT64_C(2685821657736338717) >> 32);
}

/* Free n frames that died of one reason. */
static inline void
dp_drop(struct dp_worker *w, struct dp_port *port, enum dp_drop reason, struct rte_mbuf **pkt,
	uint16_t n)
{
	dp_counters_of(w, port)->drop[reason] += n;
	rte_pktmbuf_free_bulk(pkt, n);
}

/**
 * What a port refused waits for room, see dp_wait.h, or dies of the reason: that of the host until its
 * members take it, with the host not being read meanwhile. Takes over all n. Worker, seldom.
 */
void dp_refused(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
		enum dp_drop reason);

/** As dp_send(), but nothing overtakes what waits already. Worker, while w->waits. */
void dp_send_behind(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
		    enum dp_drop refused);

/** Give finished frames to the driver, on the worker's queue. @return how many it took */
uint16_t
dp_transmit(const struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n);

/** Transmit on a queue that has callbacks, such as those of a packet dump. @return frames sent */
uint16_t dp_tx_burst_called_back(const struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt,
				 uint16_t n);

/* As rte_eth_tx_burst(), but for looking up a port that is known. */
static inline uint16_t
dp_tx_burst(const struct dp_port *port, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	const struct rte_eth_fp_ops *ops = port->ops;

	if (unlikely(__atomic_load_n(&ops->txq.clbk[queue], __ATOMIC_RELAXED) != NULL))
		return dp_tx_burst_called_back(port, queue, pkt, n);
	return ops->tx_pkt_burst(ops->txq.data[queue], pkt, n);
}

/** As dp_send(), on a port that shares its queues or cannot do all that frames may ask for. */
void dp_send_with_care(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
		       enum dp_drop refused);

/* The same on a port that wants no care. @param queue of the worker, which is its index */
static inline void
dp_send_straight(struct dp_worker *w, size_t queue, struct dp_port *port, struct rte_mbuf **pkt,
		 uint16_t n, enum dp_drop refused)
{
	const uint16_t sent = dp_tx_burst(port, (uint16_t)queue, pkt, n);

	port->counters[queue].tx_packets += sent;
	if (unlikely(sent < n))
		dp_refused(w, port, pkt + sent, n - sent, refused);
}

/* Send a burst on the worker's queue of a port; what it refuses waits, or dies of that reason. */
static inline void
dp_send(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
	enum dp_drop refused)
{
	if (unlikely(port->tx_care))
		dp_send_with_care(w, port, pkt, n, refused);
	else
		dp_send_straight(w, w->index, port, pkt, n, refused);
}

/* Spread frames, 1 to DP_LOT, as the view of the bond says. */
static inline void
dp_tx_spread(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	if (b->only != NULL)
		dp_send_straight(w, w->index, b->only, pkt, n, DP_DROP_TX_MEMBER_FULL);
	else
		b->spread(w, b, pkt, n);
}

#endif
