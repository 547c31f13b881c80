/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rx.c - from the members to the host: classify a burst, punt, deliver or drop. */
#include <string.h>

#include "dp_arrivals.h"
#include "dp_offload.h"
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

/*
 * What the host does not get leaves: what is for the control thread, and what the mode keeps back.
 * @param rare bit i: pkt[i], @param more pkt[DP_BURST + i] is for the control thread
 */
static __attribute__((noinline)) void
sort_out(struct dp_worker *w, const struct dp_bond_view *b, struct dp_arrivals *in, uint64_t rare,
	 uint64_t more)
{
	uint16_t at = 0, left = 0;

	for (uint16_t i = 0; i < in->n_runs; i++) {
		const struct dp_run *run = &in->run[i];
		const uint64_t bits = at >= DP_BURST ? more >> (at - DP_BURST)
				      : at > 0       ? rare >> at | more << (DP_BURST - at)
						     : rare;
		const uint64_t mine = bits & UINT64_MAX >> (DP_BURST - run->n);
		uint16_t n = run->n;

		if (mine != 0)
			n = punt(w, b->port[run->slot], b, in->pkt + at, n, mine);
		if (b->deliver != NULL)
			n = b->deliver(w, b, run->slot, in->pkt + at, n);
		memmove(in->pkt + left, in->pkt + at, n * sizeof(in->pkt[0]));
		left += n;
		at += run->n;
	}
	in->n = left;
}

static inline void
look(struct dp_worker *w, const struct dp_bond_view *b, struct dp_arrivals *in)
{
	uint64_t rare = 0, more = 0;

	if (b->bond.punt != 0) {
		rare = b->find_rare(b, in->pkt, RTE_MIN(in->n, DP_BURST));
		if (in->n > DP_BURST)
			more = b->find_rare(b, in->pkt + DP_BURST, in->n - DP_BURST);
	}
	if (unlikely((rare | more) != 0 || b->deliver != NULL))
		sort_out(w, b, in, rare, more);
}

static inline void
flush(struct dp_worker *w, const struct dp_bond_view *b, struct dp_arrivals *in)
{
	if (in->n > 0 && (b->usual == NULL || unlikely(!b->usual(b, in))))
		look(w, b, in);
	if (unlikely(b->host_csum) && in->n > 0) /* as the host's kernel likes it */
		in->n = dp_gro(in->pkt, in->n, b->merge, &dp_counters_of(w, b->host)->merged);
	if (in->n > 0 && unlikely(w->waits))
		dp_send_behind(w, b->host, in->pkt, in->n, DP_DROP_RX_HOST_FULL);
	else if (in->n > 0)
		dp_send(w, b->host, in->pkt, in->n, DP_DROP_RX_HOST_FULL);
	in->n = in->n_runs = 0;
}

/* Does the host get what comes in on a member, perhaps but for what the mode keeps back? */
static inline bool
is_delivered(const struct dp_bond_view *b, uint8_t slot)
{
	if (b->host == NULL)
		return false;
	return b->bond.rx >> slot & 1 || (b->deliver != NULL && b->host_up);
}

/* What came in on a member whose data the host does not get. */
static __attribute__((noinline)) void
refuse(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
       uint16_t n)
{
	const uint64_t rare = b->bond.punt != 0 ? b->find_rare(b, pkt, n) : 0;

	if (rare != 0)
		n = punt(w, b->port[slot], b, pkt, n, rare);
	if (n > 0)
		dp_drop(w, b->port[slot], b->host_up ? DP_DROP_RX_INACTIVE : DP_DROP_RX_HOST_DOWN,
			pkt, n);
}

/* One queue of one member. @return frames received */
static inline uint16_t
receive(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, uint16_t queue,
	struct dp_arrivals *in)
{
	struct dp_port *port = b->port[slot];
	struct rte_mbuf **pkt = in->pkt + in->n;
	const uint16_t n = dp_receive(w, port, queue, pkt);

	if (n == 0)
		return 0;
	if (unlikely(port->finish_csum)) /* what is punted is checked, too */
		finish_checksums(w, port, pkt, n);
	if (unlikely(!is_delivered(b, slot))) {
		refuse(w, b, slot, pkt, n);
		return n;
	}
	in->run[in->n_runs++] = (struct dp_run){.slot = slot, .n = (uint8_t)n};
	in->n += n;
	if (in->n >= DP_BURST)
		flush(w, b, in);
	return n;
}

unsigned int
dp_rx_members(struct dp_worker *w, const struct dp_bond_view *b, uint32_t slots)
{
	unsigned int received = 0;
	struct dp_arrivals in;

	in.n = in.n_runs = 0;
	for (; slots != 0; slots &= slots - 1) {
		const uint8_t slot = __builtin_ctz(slots);

		for (uint16_t q = w->index; q < b->port[slot]->n_rxq; q += w->dp->n_workers)
			received += receive(w, b, slot, q, &in);
	}
	flush(w, b, &in);
	return received;
}
