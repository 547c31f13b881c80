/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rx.c - from the members to the host: classify a burst, punt, deliver or drop. */
#include "dp_path.h"
#include "neighbour_match.h"

#define COPY_SIZE 128 /* octets of a copy: the control thread reads no more of it */

/* Neighbours speak to the host as well: the control thread gets a copy, if there is room for one. */
static bool
copy_up(struct dp_worker *w, struct dp_port *port, const struct dp_bond_view *b,
	const struct rte_mbuf *m, struct rte_mbuf **up)
{
	if (!(b->bond.punt & BOND_PUNT_NEIGHBOUR) ||
	    !bond_neighbour_is(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len))
		return false;
	*up = rte_ring_full(port->up) ? NULL : rte_pktmbuf_copy(m, w->dp->pool, 0, COPY_SIZE);
	if (*up != NULL)
		dp_counters_of(w, port)->copied++;
	return true;
}

/* Hand the frames of a set of numbers to the control thread. @return how many are left in pkt[] */
static __attribute__((noinline)) uint16_t
punt(struct dp_worker *w, struct dp_port *port, const struct dp_bond_view *b, struct rte_mbuf **pkt,
     uint16_t n, uint64_t rare)
{
	struct rte_mbuf *up[DP_BURST];
	uint16_t n_up = 0, left = 0;

	for (uint16_t i = 0; i < n; i++) {
		if (!(rare >> i & 1)) {
			pkt[left++] = pkt[i];
		} else if (copy_up(w, port, b, pkt[i], &up[n_up])) {
			n_up += up[n_up] != NULL;
			pkt[left++] = pkt[i];
		} else {
			up[n_up++] = pkt[i];
		}
	}
	dp_ctrl_punt(w, port, up, n_up);
	return left;
}

static void
finish_checksums(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	uint64_t finished = 0;

	for (uint16_t i = 0; i < n; i++)
		finished += dp_csum_finish(pkt[i]);
	dp_counters_of(w, port)->csum_finished += finished;
}

/* Frames on their way to the host: those of several members leave together. */
struct outgoing {
	struct rte_mbuf *pkt[2 * DP_BURST];
	uint16_t n; /* fewer than DP_BURST before each receive */
};

static inline void
flush(struct dp_worker *w, const struct dp_bond_view *b, struct outgoing *out)
{
	if (out->n > 0)
		dp_send(w, b->host, out->pkt, out->n, DP_DROP_RX_HOST_FULL);
	out->n = 0;
}

/* One queue of one member. @return frames received */
static inline uint16_t
receive(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, uint16_t queue,
	struct outgoing *out)
{
	struct dp_port *port = b->port[slot];
	struct rte_mbuf **pkt = out->pkt + out->n;
	const uint16_t received = dp_receive(w, port, queue, pkt);
	uint16_t n = received;

	if (n > 0 && unlikely(port->finish_csum)) /* what is punted is checked, too */
		finish_checksums(w, port, pkt, n);
	if (n > 0 && b->bond.punt != 0) {
		const uint64_t rare = b->find_rare(b, pkt, n);

		if (unlikely(rare != 0))
			n = punt(w, port, b, pkt, n, rare);
	}
	if (n == 0)
		return received;
	if (b->deliver != NULL && likely(b->host_up && b->host != NULL)) {
		n = b->deliver(w, b, slot, pkt, n);
	} else if (unlikely(!(b->bond.rx >> slot & 1) || b->host == NULL)) {
		dp_drop(w, port, b->host_up ? DP_DROP_RX_INACTIVE : DP_DROP_RX_HOST_DOWN, pkt, n);
		return received;
	}
	out->n += n;
	if (out->n >= DP_BURST)
		flush(w, b, out);
	return received;
}

unsigned int
dp_rx_members(struct dp_worker *w, const struct dp_bond_view *b, uint32_t slots)
{
	unsigned int received = 0;
	struct outgoing out;

	out.n = 0;
	for (; slots != 0; slots &= slots - 1) {
		const uint8_t slot = __builtin_ctz(slots);

		for (uint16_t q = w->index; q < b->port[slot]->n_rxq; q += w->dp->n_workers)
			received += receive(w, b, slot, q, &out);
	}
	flush(w, b, &out);
	return received;
}
