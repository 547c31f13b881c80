/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rx.c - from the members to the host: classify a burst, punt, deliver or drop. */
#include <string.h>

#include "dp_arrivals.h"
#include "dp_offload.h"
#include "dp_rare.h"
#include "neighbour_match.h"

#define COPY_SIZE 128 /* octets of a copy: the control thread reads no more of it */
#define MANY      16  /* frames of a burst */

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
		rare = b->find_rare(b, in->pkt, RTE_MIN(in->n, DP_BURST),
				    in->n >= MANY * in->n_runs);
		if (in->n > DP_BURST)
			more = b->find_rare(b, in->pkt + DP_BURST, in->n - DP_BURST, false);
	}
	if (unlikely((rare | more) != 0 || b->deliver != NULL))
		sort_out(w, b, in, rare, more);
}

/* @param pkt, run where the next ones would be written */
static void
flush(struct dp_worker *w, const struct dp_bond_view *b, struct dp_arrivals *in,
      struct rte_mbuf *const *pkt, const struct dp_run *run)
{
	in->n = pkt - in->pkt;
	in->n_runs = run - in->run;
	if (in->n > 0 && (b->usual == NULL || unlikely(!b->usual(b, in))))
		look(w, b, in);
	if (unlikely(b->host_csum) && in->n > 0) /* as the host's kernel likes it */
		in->n = dp_gro(in->pkt, in->n, b->merge, &dp_counters_of(w, b->host)->merged);
	if (in->n > 0 && unlikely(w->waits))
		dp_send_behind(w, b->host, in->pkt, in->n, DP_DROP_RX_HOST_FULL);
	else if (in->n > 0)
		dp_send(w, b->host, in->pkt, in->n, DP_DROP_RX_HOST_FULL);
}

/* What came in on a member whose data the host does not get. */
static void
refuse(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
       uint16_t n)
{
	const uint64_t rare = b->bond.punt != 0 ? b->find_rare(b, pkt, n, false) : 0;

	if (rare != 0)
		n = punt(w, b->port[slot], b, pkt, n, rare);
	if (n > 0)
		dp_drop(w, b->port[slot], b->host_up ? DP_DROP_RX_INACTIVE : DP_DROP_RX_HOST_DOWN,
			pkt, n);
}

/* Does the host get what comes in on a member, perhaps but for what the mode keeps back? */
static bool
is_delivered(const struct dp_bond_view *b, uint8_t slot)
{
	if (b->host == NULL)
		return false;
	return b->bond.rx >> slot & 1 || (b->deliver != NULL && b->host_up);
}

void
dp_rx_prepare(struct dp_bond_view *b)
{
	b->fetches = b->usual == NULL && b->bond.punt != 0 && dp_rare_fetches(b->find_rare);
	b->reads = b->bond.punt != 0 || b->deliver != NULL || b->host_csum;
	b->n_in = 0;
	for (uint32_t left = b->bond.members; left != 0; left &= left - 1) {
		const uint8_t slot = __builtin_ctz(left);

		b->in[b->n_in++] = (struct dp_in){
			.port = b->port[slot],
			.slot = slot,
			.unusual = b->port[slot]->finish_csum || !is_delivered(b, slot),
		};
	}
}

/* On an unusual member. @return how many of n frames are left for the host */
static __attribute__((noinline)) uint16_t
arrange(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot, struct rte_mbuf **pkt,
	uint16_t n)
{
	struct dp_port *port = b->port[slot];

	if (port->finish_csum) /* what is punted is checked, too */
		finish_checksums(w, port, pkt, n);
	if (is_delivered(b, slot))
		return n;
	refuse(w, b, slot, pkt, n);
	return 0;
}

/*
 * Frames of a burst are on their way to the cache while other members are asked. Of large ones some are
 * enough to begin with, where the others are fetched while these are looked at: more than a processor
 * can have under way at a time only keep it waiting.
 */
static inline void
fetch(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, size_t n, size_t before)
{
	if (n >= MANY) {
		if (!b->fetches || before >= DP_BURST)
			dp_fetch(pkt, n);
		else if (before < DP_AHEAD)
			dp_fetch(pkt, RTE_MIN(n, DP_AHEAD - before));
		return;
	}
#pragma GCC unroll 4
	for (size_t i = 0; i < n; i++)
		rte_prefetch0(pkt[i]);
}

static inline __attribute__((always_inline)) unsigned int
receive_all(struct dp_worker *w, const struct dp_bond_view *b, bool reads)
{
	const size_t worker = w->index, step = w->dp->n_workers;
	const struct dp_in *const end = b->in + b->n_in;
	unsigned int received = 0;
	struct dp_arrivals in;
	struct rte_mbuf **pkt = in.pkt;
	struct dp_run *run = in.run;

	for (const struct dp_in *from = b->in; from != end; from++)
		for (size_t q = worker; q < from->port->n_rxq; q += step) {
			size_t n = dp_receive(worker, from->port, q, pkt, DP_BURST);

			received += n;
			if (unlikely(from->unusual) && n > 0)
				n = arrange(w, b, from->slot, pkt, n);
			if (n == 0)
				continue;
			if (reads)
				fetch(b, pkt, n, pkt - in.pkt);
			*run++ = (struct dp_run){.slot = from->slot, .n = n};
			pkt += n;
			if (pkt >= in.pkt + DP_BURST) {
				flush(w, b, &in, pkt, run);
				pkt = in.pkt;
				run = in.run;
			}
		}
	flush(w, b, &in, pkt, run);
	return received;
}

unsigned int
dp_rx_members(struct dp_worker *w, const struct dp_bond_view *b)
{
	return b->reads ? receive_all(w, b, true) : receive_all(w, b, false);
}
