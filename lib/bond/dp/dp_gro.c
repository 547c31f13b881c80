/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_gro.c - merges received TCP segments that follow each other, before they enter the kernel. */
#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_tcp.h>

#include "dp_offload.h"

/*
 * Not rte_gro: that of DPDK 22.11 knows only IPv4, mixes up VLANs and congestion marks, trusts
 * checksums unseen, and puts what it did not merge behind what it did, so that the end of a window
 * (PSH) overtakes nothing but is overtaken. Here a burst keeps its order; nothing waits for a later
 * one, so no latency is added. What is merged is cut again at the same places where it has to be.
 */

#define FLOWS     8   /* connections in a burst that can be merged at the same time */
#define WORTHWILE 256 /* octets of payload for which the kernel is spared a look at the checksum */

/* Flags that end a merge; PSH does after its segment, which is the last of what was written. */
#define PLAIN_FLAGS (RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG | RTE_TCP_ECE_FLAG)

/* A packet that may grow. */
struct growing {
	struct rte_mbuf *head, *last;
	struct dp_headers h; /* of the first segment */
	uint32_t payload;    /* octets, of all */
	uint32_t next_seq;   /* of the segment that would follow */
	uint16_t next_id;    /* of IPv4, likewise */
	uint16_t mss;        /* octets of payload of the first */
	uint16_t n;          /* segments */
	bool open;           /* may grow further */
};

static inline struct rte_tcp_hdr *
tcp_of(const struct rte_mbuf *m, const struct dp_headers *h)
{
	return rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, h->l2 + h->l3);
}

static inline const uint8_t *
at(const struct rte_mbuf *m, uint32_t offset)
{
	return rte_pktmbuf_mtod_offset(m, const uint8_t *, offset);
}

/* One conversation, of one VLAN? */
static bool
same_flow(const struct growing *g, const struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint32_t addresses = h->ipv6 ? 8 : 12, len = h->ipv6 ? 32 : 8;

	return g->h.l2 == h->l2 && g->h.ipv6 == h->ipv6 && g->h.l3 == h->l3 &&
	       memcmp(tcp_of(g->head, &g->h), tcp_of(m, h), 4) == 0 &&
	       memcmp(at(g->head, h->l2 + addresses), at(m, h->l2 + addresses), len) == 0 &&
	       memcmp(at(g->head, 0), at(m, 0), h->l2) == 0;
}

/* Is all else of the IP header alike: class and congestion mark, hops, label, fragmentation? */
static bool
same_network(const struct growing *g, const struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint8_t *a = at(g->head, h->l2), *b = at(m, h->l2);

	if (h->ipv6)
		return memcmp(a, b, 4) == 0 && memcmp(a + 6, b + 6, 2) == 0;
	/* RFC 6864: the identification of what is not to be fragmented means nothing */
	return a[1] == b[1] && a[6] == b[6] && a[8] == b[8] &&
	       (b[6] & 0x40 || (b[4] << 8 | b[5]) == g->next_id);
}

/* The same acknowledgement, window and options, and the next octets? */
static bool
follows(const struct growing *g, const struct rte_mbuf *m, const struct dp_headers *h)
{
	const struct rte_tcp_hdr *a = tcp_of(g->head, &g->h), *b = tcp_of(m, h);

	return g->h.l4 == h->l4 && rte_be_to_cpu_32(b->sent_seq) == g->next_seq &&
	       a->recv_ack == b->recv_ack && a->rx_win == b->rx_win &&
	       ((a->tcp_flags ^ b->tcp_flags) & ~RTE_TCP_PSH_FLAG) == 0 &&
	       memcmp(a + 1, b + 1, h->l4 - sizeof(*a)) == 0 && h->payload <= g->mss &&
	       (uint32_t)h->l3 + h->l4 + g->payload + h->payload <= UINT16_MAX &&
	       same_network(g, m, h);
}

/* Without a trustworthy checksum nothing is merged: a damaged octet would pass unseen. */
static bool
is_right(const struct rte_mbuf *m, const struct dp_headers *h)
{
	switch (m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) {
	case RTE_MBUF_F_RX_L4_CKSUM_GOOD:
	case RTE_MBUF_F_RX_L4_CKSUM_NONE:
		return true;
	case RTE_MBUF_F_RX_L4_CKSUM_BAD:
		return false;
	default:
		return dp_sum_fold((uint64_t)dp_sum_pseudo(m, h) + dp_sum_transport(m, h)) ==
		       UINT16_MAX;
	}
}

static bool
ip_is_plain(const struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint8_t *ip = at(m, h->l2);

	if (h->ipv6)
		return h->l3 == sizeof(struct rte_ipv6_hdr);
	return h->l3 == sizeof(struct rte_ipv4_hdr) &&
	       dp_sum_fold(dp_sum_add(ip, h->l3, 0)) == UINT16_MAX;
}

static void
begin(struct growing *g, struct rte_mbuf *m, const struct dp_headers *h)
{
	const struct rte_tcp_hdr *tcp = tcp_of(m, h);
	const uint8_t *ip = at(m, h->l2);

	*g = (struct growing){.head = m,
			      .last = rte_pktmbuf_lastseg(m),
			      .h = *h,
			      .payload = h->payload,
			      .next_seq = rte_be_to_cpu_32(tcp->sent_seq) + h->payload,
			      .next_id = h->ipv6 ? 0 : (uint16_t)((ip[4] << 8 | ip[5]) + 1),
			      .mss = (uint16_t)h->payload,
			      .n = 1,
			      .open = !(tcp->tcp_flags & RTE_TCP_PSH_FLAG)};
}

static void
append(struct growing *g, struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint8_t flags = tcp_of(m, h)->tcp_flags;

	tcp_of(g->head, &g->h)->tcp_flags |= flags & RTE_TCP_PSH_FLAG;
	g->open = !(flags & RTE_TCP_PSH_FLAG) && h->payload == g->mss;
	g->payload += h->payload;
	g->next_seq += h->payload;
	g->next_id++;
	g->n++;
	rte_pktmbuf_adj(m, (uint16_t)dp_headers_len(h));
	g->last->next = m;
	g->last = rte_pktmbuf_lastseg(m);
	g->head->nb_segs += m->nb_segs;
	g->head->pkt_len += h->payload;
}

/* The kernel gets it as its own stack would have written it: partial, with its segment size. */
static void
finish(struct growing *g)
{
	struct rte_mbuf *m = g->head;
	uint64_t what = RTE_MBUF_F_TX_TCP_CKSUM;

	if (g->n == 1 && g->payload < WORTHWILE && !dp_is_partial(m))
		return;
	if (g->n > 1) {
		uint8_t *ip = rte_pktmbuf_mtod_offset(m, uint8_t *, g->h.l2);

		what |= RTE_MBUF_F_TX_TCP_SEG;
		m->tso_segsz = g->mss;
		g->h.payload = g->payload;
		if (g->h.ipv6) {
			((struct rte_ipv6_hdr *)ip)->payload_len =
				rte_cpu_to_be_16((uint16_t)(g->h.l4 + g->payload));
		} else {
			((struct rte_ipv4_hdr *)ip)->total_length =
				rte_cpu_to_be_16((uint16_t)(g->h.l3 + g->h.l4 + g->payload));
			dp_sum_ipv4((struct rte_ipv4_hdr *)ip);
		}
	}
	*dp_csum_field(m, &g->h) = dp_sum_pseudo(m, &g->h);
	m->ol_flags &= ~RTE_MBUF_F_RX_L4_CKSUM_MASK;
	dp_ask(m, &g->h, what);
}

/* Of what is not merged: does the NIC vouch for it, or was it never finished? */
static void
pass(struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint64_t csum = m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;

	if (csum != RTE_MBUF_F_RX_L4_CKSUM_NONE &&
	    (csum != RTE_MBUF_F_RX_L4_CKSUM_GOOD || h->payload < WORTHWILE ||
	     *dp_csum_field(m, h) == 0)) /* of UDP: there is none */
		return;
	if (csum == RTE_MBUF_F_RX_L4_CKSUM_GOOD)
		*dp_csum_field(m, h) = dp_sum_pseudo(m, h);
	m->ol_flags &= ~RTE_MBUF_F_RX_L4_CKSUM_MASK;
	dp_ask(m, h, h->proto == IPPROTO_TCP ? RTE_MBUF_F_TX_TCP_CKSUM : RTE_MBUF_F_TX_UDP_CKSUM);
}

/* The packets of a burst that may grow. */
struct table {
	unsigned int n; /* finished ones make room for others */
	struct growing flow[FLOWS];
};

/* @return does m live on as part of another? */
static bool
merge_one(struct table *t, struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint8_t flags = tcp_of(m, h)->tcp_flags;
	const bool plain = h->payload > 0 && (flags & RTE_TCP_ACK_FLAG) &&
			   (flags & ~PLAIN_FLAGS) == 0 &&
			   m->pkt_len == dp_headers_len(h) + h->payload && /* not padded */
			   ip_is_plain(m, h) && is_right(m, h);
	struct growing *g = NULL;

	for (unsigned int i = 0; i < t->n && g == NULL; i++)
		if (same_flow(&t->flow[i], m, h))
			g = &t->flow[i];
	if (plain && g != NULL && g->open && follows(g, m, h)) {
		append(g, m, h);
		return true;
	}
	if (g != NULL)
		finish(g);
	if (!plain) {
		pass(m, h);
		if (g != NULL)
			*g = t->flow[--t->n];
		return false;
	}
	if (g == NULL && t->n == FLOWS) {
		g = &t->flow[0];
		finish(g);
	} else if (g == NULL) {
		g = &t->flow[t->n++];
	}
	begin(g, m, h);
	return false;
}

uint16_t
dp_gro(struct rte_mbuf **pkt, uint16_t n, bool merge, uint64_t *merged)
{
	struct table t;
	uint16_t left = 0;

	t.n = 0;
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];
		struct dp_headers h;

		if (likely(i + 2 < n))
			rte_prefetch0(rte_pktmbuf_mtod(pkt[i + 2], void *));
		if (unlikely(m->ol_flags & RTE_MBUF_F_RX_LRO)) { /* the device has merged */
			dp_ask_missing(m);
			pkt[left++] = m;
		} else if (!dp_headers_find(m, &h)) {
			pkt[left++] = m;
		} else if (!merge || h.proto != IPPROTO_TCP) {
			pass(m, &h);
			pkt[left++] = m;
		} else if (!merge_one(&t, m, &h)) {
			pkt[left++] = m;
		}
	}
	for (unsigned int i = 0; i < t.n; i++)
		finish(&t.flow[i]);
	*merged += n - left;
	return left;
}
