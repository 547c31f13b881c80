/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_wait.c - frames that a port refused wait for room: a full ring is no reason to lose a burst. */
#include "dp_wait.h"

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_malloc.h>

#define HOST_PATIENCE 32 /* times that of members */

/* Has the port taken nothing since it was given up? Then it is as if it were not there. */
static bool
is_given_up(const struct dp_worker *w, const struct dp_port *port, const struct dp_wait *wait)
{
	return wait->given_up == dp_counters_of(w, port)->tx_packets + 1;
}

/* The first n of what waits have left, or are taken out. */
static void
let_go(struct dp_worker *w, struct dp_wait *wait, uint16_t n)
{
	uint32_t buffers = 0;

	for (uint16_t i = 0; i < n; i++)
		buffers += wait->segments[wait->first + i];
	wait->buffers -= buffers;
	w->waiting -= buffers;
	wait->n -= n;
	wait->first = wait->n > 0 ? wait->first + n : 0;
}

/* Behind the others. @return how many there was room for; of our own frames, few and small, all */
static uint16_t
append(struct dp_worker *w, struct dp_wait *wait, struct rte_mbuf **pkt, uint16_t n,
       enum dp_drop reason)
{
	const uint32_t limit = reason == DP_DROP_CTRL_REFUSED ? UINT32_MAX : w->dp->wait_limit;
	const uint16_t places = RTE_MIN(n, DP_WAIT_FRAMES - wait->n);
	uint16_t room = 0;

	if (wait->first + wait->n + places > DP_WAIT_FRAMES) {
		memmove(wait->pkt, wait->pkt + wait->first, wait->n * sizeof(*pkt));
		memmove(wait->segments, wait->segments + wait->first,
			wait->n * sizeof(wait->segments[0]));
		wait->first = 0;
	}
	for (; room < places && w->waiting + pkt[room]->nb_segs <= limit; room++) {
		const uint16_t at = wait->first + wait->n + room;

		wait->pkt[at] = pkt[room];
		wait->segments[at] = pkt[room]->nb_segs;
		wait->buffers += pkt[room]->nb_segs;
		w->waiting += pkt[room]->nb_segs;
	}
	wait->n += room;
	return room;
}

void
dp_refused(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
	   enum dp_drop reason)
{
	struct dp_wait *wait = dp_wait_of(w, port, reason);
	const bool all_ready = wait->ready == wait->n;
	uint16_t room = 0;

	if (wait->n > 0 || !is_given_up(w, port, wait)) {
		wait->since = wait->n > 0 ? wait->since : rte_rdtsc();
		room = append(w, wait, pkt, n, reason);
		wait->ready += all_ready ? room : 0;
		dp_counters_of(w, port)->waited += room;
		w->waits = true;
	}
	if (room < n)
		dp_drop(w, port, reason, pkt + room, n - room);
}

void
dp_wait_behind(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
	       enum dp_drop reason)
{
	const uint16_t room = append(w, dp_wait_of(w, port, reason), pkt, n, reason);

	dp_counters_of(w, port)->waited += room;
	if (room < n)
		dp_drop(w, port, reason, pkt + room, n - room);
}

void
dp_send_behind(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n,
	       enum dp_drop reason)
{
	const uint16_t waiting = dp_wait_of(w, port, reason)->n;
	uint16_t room;

	if (waiting == 0) {
		dp_send(w, port, pkt, n, reason);
		return;
	}
	room = waiting < DP_WAIT_BEHIND ? RTE_MIN(n, DP_WAIT_BEHIND - waiting) : 0;
	dp_wait_behind(w, port, pkt, room, reason);
	if (room < n)
		dp_drop(w, port, reason, pkt + room, n - room);
}

static void
drop_all(struct dp_worker *w, struct dp_port *port, struct dp_wait *wait, enum dp_drop reason)
{
	dp_drop(w, port, reason, wait->pkt + wait->first, wait->n);
	let_go(w, wait, wait->n);
	wait->ready = 0;
}

/* What has not been looked at yet goes the usual way, until the port refuses again. */
static void
send_unready(struct dp_worker *w, struct dp_port *port, struct dp_wait *wait, enum dp_drop reason)
{
	struct dp_counters *c = dp_counters_of(w, port);
	struct rte_mbuf *pkt[DP_WAIT_FRAMES];
	const uint64_t waited = c->waited; /* they have been counted */
	const uint16_t n = wait->n;

	memcpy(pkt, wait->pkt + wait->first, n * sizeof(pkt[0]));
	let_go(w, wait, n);
	for (uint16_t at = 0, len; at < n; at += len) {
		len = RTE_MIN(n - at, wait->n > 0 ? DP_WAIT_FRAMES : DP_BURST);
		(wait->n > 0 ? dp_wait_behind : dp_send)(w, port, pkt + at, len, reason);
	}
	c->waited = waited;
}

/* What waits for the host holds up nobody, and its threads share a core with others. */
static uint64_t
patience(const struct dp *dp, enum dp_drop reason)
{
	return reason == DP_DROP_RX_HOST_FULL ? HOST_PATIENCE * dp->wait_max : dp->wait_max;
}

/* @return frames that were taken */
static uint64_t
offer(struct dp_worker *w, struct dp_port *port, struct dp_wait *wait, enum dp_drop reason)
{
	struct dp_counters *c = dp_counters_of(w, port);
	const uint64_t before = c->tx_packets;
	uint16_t sent;

	sent = dp_transmit(w, port, wait->pkt + wait->first, wait->ready);
	c->tx_packets += sent;
	let_go(w, wait, sent);
	wait->ready -= sent;
	if (wait->ready == 0 && wait->n > 0)
		send_unready(w, port, wait, reason);
	if (c->tx_packets != before) {
		wait->since = rte_rdtsc();
	} else if (wait->n > 0 && rte_rdtsc() - wait->since > patience(w->dp, reason)) {
		drop_all(w, port, wait, reason);
		wait->given_up = c->tx_packets + 1;
	}
	return c->tx_packets - before;
}

/* @param sends data may leave by this port */
static uint64_t
offer_of(struct dp_worker *w, struct dp_port *port, enum dp_drop reason, bool sends)
{
	struct dp_wait *wait = dp_wait_of(w, port, reason);
	uint64_t sent = 0;

	if (wait->n > 0 && sends)
		sent = offer(w, port, wait, reason);
	else if (wait->n > 0)
		drop_all(w, port, wait, reason);
	w->waits |= wait->n > 0;
	return sent;
}

/* Anew each turn: what waited at a port that is gone was not let go by its worker. */
static uint32_t
buffers_that_wait(const struct dp_worker *w, const struct dp_view *view)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < view->n_bonds; i++) {
		const struct dp_bond_view *b = &view->bond[i];

		for (uint32_t left = b->bond.members; left != 0; left &= left - 1) {
			const struct dp_port *port = b->port[__builtin_ctz(left)];

			sum += dp_wait_of(w, port, DP_DROP_TX_MEMBER_FULL)->buffers;
			if (w->index == 0)
				sum += dp_wait_of(w, port, DP_DROP_CTRL_REFUSED)->buffers;
		}
		if (b->host != NULL)
			sum += dp_wait_of(w, b->host, DP_DROP_RX_HOST_FULL)->buffers;
	}
	return sum;
}

unsigned int
dp_wait_again(struct dp_worker *w, const struct dp_view *view)
{
	uint64_t sent = 0;

	w->waits = false;
	w->waiting = buffers_that_wait(w, view);
	for (uint32_t i = 0; i < view->n_bonds; i++) {
		const struct dp_bond_view *b = &view->bond[i];

		for (uint32_t left = b->bond.members; left != 0; left &= left - 1) {
			const unsigned int slot = __builtin_ctz(left);
			const bool sends = b->bond.tx >> slot & 1;

			if (w->index == 0)
				sent += offer_of(w, b->port[slot], DP_DROP_CTRL_REFUSED, true);
			sent += offer_of(w, b->port[slot], DP_DROP_TX_MEMBER_FULL, sends);
		}
		if (b->host != NULL)
			sent += offer_of(w, b->host, DP_DROP_RX_HOST_FULL, true);
	}
	return (unsigned int)sent;
}

bool
dp_wait_holds(const struct dp_worker *w, const struct dp_bond_view *b)
{
	uint32_t waiting = 0;

	for (uint32_t left = b->bond.tx; left != 0; left &= left - 1) {
		const unsigned int slot = __builtin_ctz(left);

		if (dp_wait_of(w, b->port[slot], DP_DROP_TX_MEMBER_FULL)->n > 0)
			waiting |= 1u << slot;
	}
	return waiting != 0 && (b->bond.spread != BOND_SPREAD_ALL || waiting == b->bond.tx);
}

int
dp_wait_make(struct dp_port *port, unsigned int n_workers)
{
	port->n_wait = n_workers + 1;
	port->wait =
		rte_zmalloc("dp_wait", port->n_wait * sizeof(*port->wait), RTE_CACHE_LINE_SIZE);
	return port->wait == NULL ? -ENOMEM : 0;
}

void
dp_wait_clear(struct dp_port *port)
{
	for (unsigned int i = 0; port->wait != NULL && i < port->n_wait; i++) {
		struct dp_wait *wait = &port->wait[i];

		rte_pktmbuf_free_bulk(wait->pkt + wait->first, wait->n);
		wait->first = wait->n = wait->ready = 0;
		wait->buffers = 0;
	}
}
