/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_tx.c - from the host to the members: one of three spreads, then a burst a member. */
#include <assert.h>
#include <netinet/in.h>
#include <stddef.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "dp_hash.h"
#include "dp_offload.h"
#include "dp_wait.h"

#define GOOD_BURST 32 /* frames; some drivers give no more at once */

#define ND_SOLICIT 135 /* ICMPv6 types, RFC 4861 */
#define ND_ADVERT  136

static void
at_random(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	for (uint16_t i = 0; i < n; i++)
		slot[i] = b->bond.active[(uint64_t)dp_random(w) * b->bond.n_active >> 32];
	b->scatter(w, b, pkt, n, slot);
}

/*
 * Each member in turn gets a run of packets_per_member frames. The cursor is the worker's own: how
 * many frames of the present round have left; another view may have made the round shorter.
 */
static void
in_turn(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	uint32_t *cursor = &w->cursor[b->index];
	const uint32_t run = b->bond.packets_per_member;
	const uint32_t round = run * b->bond.n_active;
	const uint32_t at = likely(*cursor < round) ? *cursor : 0;
	uint32_t member, left;
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	*cursor = at + n;
	while (*cursor >= round)
		*cursor -= round;
	if (run == 1) {
		b->take_turns(w, b, at, pkt, n);
		return;
	}
	member = at / run;
	left = run - at % run;
	if (n <= left) {
		dp_send(w, b->out[member], pkt, n, DP_DROP_TX_MEMBER_FULL);
		return;
	}
	for (uint16_t i = 0; i < n; i++) {
		slot[i] = b->bond.active[member];
		if (--left == 0) {
			left = run;
			if (++member == b->bond.n_active)
				member = 0;
		}
	}
	b->scatter(w, b, pkt, n, slot);
}

/* More references to each segment of a frame, which others may refer to already. */
static __attribute__((noinline)) void
refer_chain(struct rte_mbuf *m, uint8_t more)
{
	for (; m != NULL; m = m->next)
		rte_mbuf_refcnt_update(m, more);
}

/* Some members are behind; the host is read as long as one is not. */
static __attribute__((noinline)) void
behind_all(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	for (uint8_t i = 0; i < b->bond.n_active; i++)
		dp_send_behind(w, b->out[i], pkt, n, DP_DROP_TX_MEMBER_FULL);
}

/* The same frames to all members. A function by itself, so that what it needs stays in registers. */
static __attribute__((noinline)) void
send_to_each(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, size_t n)
{
	struct dp_port *const *out = b->out, *const *const end = out + b->bond.n_active;
	const size_t queue = w->index;

	if (unlikely(b->careful)) {
		for (; out != end; out++)
			dp_send(w, *out, pkt, (uint16_t)n, DP_DROP_TX_MEMBER_FULL);
		return;
	}
#pragma GCC unroll 4
	for (; out != end; out++)
		dp_send_straight(w, queue, *out, pkt, (uint16_t)n, DP_DROP_TX_MEMBER_FULL);
}

/* Two neighbours in the mbuf, looked at together: one reference and one segment. */
#define ONE_AND_ONE 0x00010001
static_assert(offsetof(struct rte_mbuf, nb_segs) == offsetof(struct rte_mbuf, refcnt) + 2,
	      "refcnt and nb_segs are neighbours");

/*
 * One more reference for each further member, no copy of any octet. Drivers leave the array as it
 * is, so all of them get the same one.
 */
static void
to_all(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	const uint8_t members = b->bond.n_active;
	uint32_t refs_and_segs;

#pragma GCC unroll 8
	for (uint16_t i = 0; i < n; i++) {
		memcpy(&refs_and_segs, &pkt[i]->refcnt, sizeof(refs_and_segs));
		if (likely(refs_and_segs == ONE_AND_ONE))
			rte_mbuf_refcnt_set(pkt[i], members);
		else
			refer_chain(pkt[i], members - 1);
	}
	dp_counters_of(w, b->out[0])->copied += (uint64_t)(members - 1) * n;
	if (unlikely(w->waits)) {
		behind_all(w, b, pkt, n);
		return;
	}
	send_to_each(w, b, pkt, n);
}

/* What follows the Ethernet header and at most one tag. @return its offset */
static uint32_t
network_of(const struct rte_mbuf *m, uint16_t *type)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t at = RTE_ETHER_HDR_LEN;

	*type = frame[12] << 8 | frame[13];
	if (*type == RTE_ETHER_TYPE_VLAN && m->data_len >= at + sizeof(struct rte_vlan_hdr)) {
		*type = frame[at + 2] << 8 | frame[at + 3];
		at += sizeof(struct rte_vlan_hdr);
	}
	return at;
}

/* ARP, and neighbour solicitations and advertisements. */
static bool
is_neighbour(const struct rte_mbuf *m)
{
	uint16_t type;
	const uint32_t at = network_of(m, &type);
	const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, at);

	if (type != RTE_ETHER_TYPE_IPV6)
		return type == RTE_ETHER_TYPE_ARP;
	return m->data_len > at + sizeof(struct rte_ipv6_hdr) && ip[6] == IPPROTO_ICMPV6 &&
	       (ip[40] == ND_SOLICIT || ip[40] == ND_ADVERT);
}

static bool
is_igmp(const struct rte_mbuf *m)
{
	uint16_t type;
	const uint32_t at = network_of(m, &type);

	return type == RTE_ETHER_TYPE_IPV4 && m->data_len >= at + sizeof(struct rte_ipv4_hdr) &&
	       *rte_pktmbuf_mtod_offset(m, const uint8_t *, at + 9) == IPPROTO_IGMP;
}

/* Take frames of a kind out of a lot. @return how many; *n is what is left in pkt[] */
static inline uint16_t
take_apart(bool (*is_kind)(const struct rte_mbuf *m), struct rte_mbuf **pkt, uint16_t *n,
	   struct rte_mbuf **apart)
{
	uint16_t taken = 0, left = 0;

	for (uint16_t i = 0; i < *n; i++)
		if (unlikely(is_kind(pkt[i])))
			apart[taken++] = pkt[i];
		else
			pkt[left++] = pkt[i];
	*n = left;
	return taken;
}

/* By hash, but what tells the neighbours of us leaves on all members. */
static void
by_hash_but_neighbours(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n)
{
	struct rte_mbuf *apart[DP_LOT];
	const uint16_t taken = take_apart(is_neighbour, pkt, &n, apart);

	if (taken > 0)
		to_all(w, b, apart, taken);
	if (n > 0)
		b->by_hash(w, b, pkt, n);
}

/* In turn, but IGMP leaves on one member, so that a switch sees one querier or member of groups. */
static void
in_turn_but_igmp(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		 uint16_t n)
{
	struct rte_mbuf *apart[DP_LOT];
	uint16_t taken = 0;

	if (b->may_be_igmp == NULL || unlikely(b->may_be_igmp(pkt, n)))
		taken = take_apart(is_igmp, pkt, &n, apart);
	if (taken > 0)
		dp_send(w, b->port[b->bond.igmp], apart, taken, DP_DROP_TX_MEMBER_FULL);
	if (n > 0)
		(b->bond.packets_per_member == 0 ? at_random : in_turn)(w, b, pkt, n);
}

static void
to_nobody(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	dp_drop(w, b->host, DP_DROP_TX_NO_MEMBER, pkt, n);
}

static void
to_the_only_one(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		uint16_t n)
{
	dp_send(w, b->out[0], pkt, n, DP_DROP_TX_MEMBER_FULL);
}

dp_spread_fn
dp_spread_select(const struct bond_view *v, enum dp_simd simd)
{
	if (v->n_active == 0)
		return to_nobody;
	if (v->n_active == 1) /* whatever the spread */
		return to_the_only_one;
	switch (v->spread) {
	case BOND_SPREAD_ROUND_ROBIN:
		if (v->igmp != BOND_NONE)
			return in_turn_but_igmp;
		return v->packets_per_member == 0 ? at_random : in_turn;
	case BOND_SPREAD_ALL:
		return to_all;
	case BOND_SPREAD_BUCKETS:
	case BOND_SPREAD_MODULO:
		break;
	}
	return v->broadcast_neighbor ? by_hash_but_neighbours : dp_hash_select(v, simd);
}

/*
 * What the host has sent on one queue. Of a queue that gave a good burst there is more to come, and what
 * leaves together costs less: each member is called once for all of it.
 */
static uint16_t
receive_lot(struct dp_worker *w, struct dp_port *host, uint16_t queue, struct rte_mbuf **pkt)
{
	uint16_t n = 0, some;

	do {
		some = dp_receive(w->index, host, queue, pkt + n, RTE_MIN(DP_LOT - n, DP_BURST));
		n += some;
	} while (some >= GOOD_BURST && n <= DP_LOT - GOOD_BURST);
	return n;
}

unsigned int
dp_tx_host(struct dp_worker *w, const struct dp_bond_view *b)
{
	struct rte_mbuf *pkt[DP_LOT];
	unsigned int received = 0;

	for (uint16_t q = w->index; q < b->host->n_rxq; q += w->dp->n_workers) {
		uint16_t n;

		if (unlikely(w->waits) && dp_wait_holds(w, b))
			break;
		n = receive_lot(w, b->host, q, pkt);
		received += n;
		if (unlikely(b->host->rx_asks) && n > 0)
			n = dp_ask_for_missing(w, b->host, pkt, n);
		if (n == 0)
			continue;
		if (unlikely(b->bond.by_queue) && q < BOND_MAX_QUEUES &&
		    b->bond.queue[q] != BOND_NONE)
			dp_send(w, b->port[b->bond.queue[q]], pkt, n, DP_DROP_TX_MEMBER_FULL);
		else
			dp_tx_spread(w, b, pkt, n);
	}
	return received;
}
