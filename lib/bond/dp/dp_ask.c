/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_ask.c - received frames that are unfinished ask for what they miss. */
#include <netinet/in.h>

#include "dp_offload.h"

void
dp_ask(struct rte_mbuf *m, const struct dp_headers *h, uint64_t what)
{
	m->l2_len = h->l2;
	m->l3_len = h->l3;
	m->l4_len = h->l4;
	m->outer_l2_len = 0;
	m->outer_l3_len = 0;
	m->ol_flags |= what | (h->ipv6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4);
}

bool
dp_ask_missing(struct rte_mbuf *m)
{
	const bool large = m->ol_flags & RTE_MBUF_F_RX_LRO;
	struct dp_headers h;
	uint64_t what;

	if (!large && !dp_is_partial(m))
		return true;
	if (!dp_headers_find(m, &h) || (large && h.proto != IPPROTO_TCP))
		return false;
	what = h.proto == IPPROTO_TCP ? RTE_MBUF_F_TX_TCP_CKSUM : RTE_MBUF_F_TX_UDP_CKSUM;
	if (large && m->tso_segsz > 0 && h.payload > m->tso_segsz)
		what |= RTE_MBUF_F_TX_TCP_SEG | (h.ipv6 ? 0 : RTE_MBUF_F_TX_IP_CKSUM);
	m->ol_flags &= ~(RTE_MBUF_F_RX_LRO | RTE_MBUF_F_RX_L4_CKSUM_MASK);
	dp_ask(m, &h, what);
	return true;
}

uint16_t
dp_ask_for_missing(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n)
{
	uint16_t left = 0;

	for (uint16_t i = 0; i < n; i++)
		if (likely(dp_ask_missing(pkt[i])))
			pkt[left++] = pkt[i];
		else
			dp_drop(w, port, DP_DROP_UNFINISHED, &pkt[i], 1);
	return left;
}
