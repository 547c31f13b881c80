/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_tx.c - from the host to the members: one of three spreads, then a burst a member. */
#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "bond_hash.h"
#include "dp_path.h"

#define ND_SOLICIT 135 /* ICMPv6 types, RFC 4861 */
#define ND_ADVERT  136

/* A burst sorted by member. Slots that got nothing are never touched. */
struct scatter {
	uint16_t n[BOND_MAX_MEMBERS];
	struct rte_mbuf *pkt[BOND_MAX_MEMBERS][DP_BURST];
};

static inline void
scatter_add(struct scatter *s, uint8_t slot, struct rte_mbuf *m)
{
	s->pkt[slot][s->n[slot]++] = m;
}

static void
scatter_send(struct dp_worker *w, const struct dp_bond_view *b, struct scatter *s)
{
	for (uint8_t i = 0; i < b->bond.n_active; i++) {
		const uint8_t slot = b->bond.active[i];

		if (s->n[slot] > 0)
			dp_send(w, b->port[slot], s->pkt[slot], s->n[slot], DP_DROP_TX_MEMBER_FULL);
	}
}

static void
by_hash(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	struct scatter s;

	memset(s.n, 0, sizeof(s.n));
	for (uint16_t i = 0; i < n; i++) {
		const struct bond_frame f =
			bond_frame_of(rte_pktmbuf_mtod(pkt[i], uint8_t *), pkt[i]->data_len);
		const uint32_t hash = bond_hash(&b->bond.hash, &f);

		scatter_add(&s, b->bond.bucket[hash % BOND_BUCKETS], pkt[i]);
	}
	scatter_send(w, b, &s);
}

static inline uint32_t
random32(struct dp_worker *w)
{
	/* xorshift64*: one multiplication, good upper half, nothing shared */
	w->rng ^= w->rng >> 12;
	w->rng ^= w->rng << 25;
	w->rng ^= w->rng >> 27;
	return (uint32_t)(w->rng * UINT64_C(2685821657736338717) >> 32);
}

static void
at_random(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	struct scatter s;

	memset(s.n, 0, sizeof(s.n));
	for (uint16_t i = 0; i < n; i++) {
		const uint32_t turn = (uint64_t)random32(w) * b->bond.n_active >> 32;

		scatter_add(&s, b->bond.active[turn], pkt[i]);
	}
	scatter_send(w, b, &s);
}

/* Each member in turn gets a run of packets_per_member frames; the cursor is the worker's own. */
static void
in_turn(struct dp_worker *w, const struct dp_bond_view *b, uint32_t *cursor, struct rte_mbuf **pkt,
	uint16_t n)
{
	const uint32_t run = b->bond.packets_per_member;
	const uint32_t at = *cursor % (run * b->bond.n_active);
	uint32_t member = at / run, left = run - at % run;
	struct scatter s;

	memset(s.n, 0, sizeof(s.n));
	for (uint16_t i = 0; i < n; i++) {
		scatter_add(&s, b->bond.active[member], pkt[i]);
		if (--left == 0) {
			left = run;
			if (++member == b->bond.n_active)
				member = 0;
		}
	}
	*cursor = at + n;
	scatter_send(w, b, &s);
}

/* One more reference for each further member, no copy of any octet. */
static void
to_all(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	const uint8_t more = b->bond.n_active - 1;
	struct rte_mbuf *again[DP_BURST];

	for (uint16_t i = 0; i < n; i++)
		for (struct rte_mbuf *m = pkt[i]; m != NULL; m = m->next)
			rte_mbuf_refcnt_update(m, more);
	for (uint8_t i = 0; i < more; i++) {
		struct dp_port *port = b->port[b->bond.active[i]];

		memcpy(again, pkt, n * sizeof(pkt[0])); /* a driver may write to the array */
		dp_counters_of(w, port)->copied += n;
		dp_send(w, port, again, n, DP_DROP_TX_MEMBER_FULL);
	}
	dp_send(w, b->port[b->bond.active[more]], pkt, n, DP_DROP_TX_MEMBER_FULL);
}

/* ARP, and neighbour solicitations and advertisements, behind at most one tag. */
static bool
is_neighbour(const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t at = RTE_ETHER_HDR_LEN;
	uint16_t type = frame[12] << 8 | frame[13];

	if (type == RTE_ETHER_TYPE_VLAN && m->data_len >= at + sizeof(struct rte_vlan_hdr)) {
		type = frame[at + 2] << 8 | frame[at + 3];
		at += sizeof(struct rte_vlan_hdr);
	}
	if (type != RTE_ETHER_TYPE_IPV6)
		return type == RTE_ETHER_TYPE_ARP;
	return m->data_len > at + sizeof(struct rte_ipv6_hdr) && frame[at + 6] == IPPROTO_ICMPV6 &&
	       (frame[at + 40] == ND_SOLICIT || frame[at + 40] == ND_ADVERT);
}

/* Send what tells the neighbours of us on every member. @return how many are left in pkt[] */
static uint16_t
neighbours_to_all(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		  uint16_t n)
{
	struct rte_mbuf *all[DP_BURST];
	uint16_t n_all = 0, left = 0;

	for (uint16_t i = 0; i < n; i++)
		if (unlikely(is_neighbour(pkt[i])))
			all[n_all++] = pkt[i];
		else
			pkt[left++] = pkt[i];
	if (n_all > 0)
		to_all(w, b, all, n_all);
	return left;
}

void
dp_tx_spread(struct dp_worker *w, const struct dp_bond_view *b, uint32_t index,
	     struct rte_mbuf **pkt, uint16_t n)
{
	if (b->bond.n_active == 0) {
		dp_drop(w, b->host, DP_DROP_TX_NO_MEMBER, pkt, n);
		return;
	}
	if (b->bond.n_active == 1) { /* whatever the spread */
		dp_send(w, b->port[b->bond.active[0]], pkt, n, DP_DROP_TX_MEMBER_FULL);
		return;
	}
	switch (b->bond.spread) {
	case BOND_SPREAD_BUCKETS:
	case BOND_SPREAD_MODULO:
		if (b->bond.broadcast_neighbor)
			n = neighbours_to_all(w, b, pkt, n);
		by_hash(w, b, pkt, n);
		break;
	case BOND_SPREAD_ROUND_ROBIN:
		if (b->bond.packets_per_member == 0)
			at_random(w, b, pkt, n);
		else
			in_turn(w, b, &w->cursor[index], pkt, n);
		break;
	case BOND_SPREAD_ALL:
		to_all(w, b, pkt, n);
		break;
	}
}

unsigned int
dp_tx_host(struct dp_worker *w, const struct dp_bond_view *b, uint32_t index)
{
	struct rte_mbuf *pkt[DP_BURST];
	unsigned int received = 0;

	for (uint16_t q = w->index; q < b->host->n_rxq; q += w->dp->n_workers) {
		const uint16_t n = dp_receive(w, b->host, q, pkt);

		received += n;
		if (n > 0)
			dp_tx_spread(w, b, index, pkt, n);
	}
	return received;
}
