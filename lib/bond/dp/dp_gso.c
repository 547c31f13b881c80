/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_gso.c - cuts a large TCP packet into segments, where no NIC does it. */
#include <netinet/in.h>

#include <rte_tcp.h>

#include "dp_offload.h"

/*
 * Not rte_gso: that of DPDK 22.11 knows only IPv4, leaves every checksum to the driver, and makes
 * chains with an atomic counter each, of which some drivers send the first piece. A copy reads each
 * octet once, for the checksum as well.
 */

#define TCP_FIRST_ONLY RTE_TCP_CWR_FLAG /* RFC 3168, 6.1.2: the window was reduced once */
#define TCP_LAST_ONLY  (RTE_TCP_FIN_FLAG | RTE_TCP_PSH_FLAG)

/* Copy and sum in one go; both places may be odd, the sum is as if the first were even. */
static uint64_t
copy_and_sum(uint8_t *to, const uint8_t *from, uint32_t len, uint64_t sum)
{
	const uint32_t whole = len & ~7u;
	uint64_t eight;

	for (uint32_t at = 0; at < whole; at += sizeof(eight)) {
		memcpy(&eight, from + at, sizeof(eight));
		memcpy(to + at, &eight, sizeof(eight));
		sum += (uint32_t)eight;
		sum += eight >> 32;
	}
	memcpy(to + whole, from + whole, len - whole);
	return dp_sum_add(from + whole, len - whole, sum);
}

bool
dp_gso_begin(struct dp_gso *g, struct rte_mbuf *whole, struct rte_mempool *pool, bool complete)
{
	const uint16_t *field;
	uint64_t sum;

	*g = (struct dp_gso){
		.whole = whole, .pool = pool, .mss = whole->tso_segsz, .complete = complete};
	if (!dp_headers_find(whole, &g->h) || g->h.proto != IPPROTO_TCP || g->h.payload == 0 ||
	    g->mss == 0)
		return false;
	g->from = whole;
	g->from_at = dp_headers_len(&g->h);
	/* The kernel's sum may be of another address than that in the header (routing headers). */
	field = dp_csum_field(whole, &g->h);
	sum = (uint64_t)*field + (uint16_t)~rte_cpu_to_be_16((uint16_t)(g->h.l4 + g->h.payload)) +
	      (uint16_t)~rte_cpu_to_be_16((uint16_t)((g->h.l4 + g->h.payload) >> 16));
	g->pseudo = dp_sum_fold(sum);
	return true;
}

/* Take len octets of payload, in more than one buffer if they are many. @return false: no buffer */
static bool
take(struct dp_gso *g, struct rte_mbuf *m, uint32_t len, uint64_t *sum)
{
	struct rte_mbuf *last = m;

	*sum = 0;
	for (uint32_t done = 0, n; done < len; done += n) {
		uint64_t part;

		while (g->from_at >= g->from->data_len) {
			g->from_at -= g->from->data_len;
			g->from = g->from->next;
		}
		if (rte_pktmbuf_tailroom(last) == 0) {
			last->next = rte_pktmbuf_alloc(g->pool);
			if (last->next == NULL)
				return false;
			last = last->next;
			m->nb_segs++;
		}
		n = RTE_MIN(len - done, g->from->data_len - g->from_at);
		n = RTE_MIN(n, rte_pktmbuf_tailroom(last));
		part = copy_and_sum(rte_pktmbuf_mtod_offset(last, uint8_t *, last->data_len),
				    rte_pktmbuf_mtod_offset(g->from, const uint8_t *, g->from_at),
				    n, 0);
		*sum += done & 1 ? rte_bswap16(dp_sum_fold(part)) : part;
		last->data_len += (uint16_t)n;
		m->pkt_len += n;
		g->from_at += n;
	}
	return true;
}

static void
fix_headers(const struct dp_gso *g, struct rte_mbuf *m, uint32_t len, uint64_t sum)
{
	const struct dp_headers *h = &g->h;
	struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, h->l2 + h->l3);
	const bool last = g->done + len == h->payload;

	if (h->ipv6) {
		struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, h->l2);

		ip->payload_len = rte_cpu_to_be_16((uint16_t)(h->l3 - sizeof(*ip) + h->l4 + len));
	} else {
		struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, h->l2);

		ip->total_length = rte_cpu_to_be_16((uint16_t)(h->l3 + h->l4 + len));
		ip->packet_id =
			rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(ip->packet_id) + g->number));
		dp_sum_ipv4(ip);
	}
	tcp->sent_seq = rte_cpu_to_be_32(rte_be_to_cpu_32(tcp->sent_seq) + g->done);
	if (g->number > 0)
		tcp->tcp_flags &= ~TCP_FIRST_ONLY;
	if (!last)
		tcp->tcp_flags &= ~TCP_LAST_ONLY;
	tcp->cksum = dp_sum_fold((uint64_t)g->pseudo + rte_cpu_to_be_16((uint16_t)(h->l4 + len)));
	if (g->complete) /* the field itself contributes the pseudo header */
		tcp->cksum = (uint16_t)~dp_sum_fold(dp_sum_add(tcp, h->l4, dp_sum_fold(sum)));
	else
		dp_ask(m, h, RTE_MBUF_F_TX_TCP_CKSUM);
}

struct rte_mbuf *
dp_gso_next(struct dp_gso *g)
{
	const uint32_t headers = dp_headers_len(&g->h);
	const uint32_t len = RTE_MIN(g->mss, g->h.payload - g->done);
	struct rte_mbuf *m;
	uint64_t sum;

	if (len == 0)
		return NULL;
	m = rte_pktmbuf_alloc(g->pool);
	if (m == NULL)
		return NULL;
	memcpy(rte_pktmbuf_append(m, (uint16_t)headers), /* a fifth of a buffer at most */
	       rte_pktmbuf_mtod(g->whole, const void *), headers);
	if (!take(g, m, len, &sum)) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	fix_headers(g, m, len, sum);
	g->done += len;
	g->number++;
	return m;
}
