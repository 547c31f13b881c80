/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_headers.c - finds the headers of TCP and UDP packets and sums them. */
#include "dp_headers.h"

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#define MAX_EXTENSIONS 8 /* of IPv6 */

static bool
ipv4(const struct rte_mbuf *m, struct dp_headers *h)
{
	const struct rte_ipv4_hdr *ip =
		rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, h->l2);
	const uint32_t header = (ip->version_ihl & RTE_IPV4_HDR_IHL_MASK) * RTE_IPV4_IHL_MULTIPLIER;
	const uint32_t total = rte_be_to_cpu_16(ip->total_length);
	const uint16_t fragment = RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK;

	if (header < sizeof(*ip) || total < header || h->l2 + total > m->pkt_len ||
	    (ip->fragment_offset & rte_cpu_to_be_16(fragment)) != 0)
		return false;
	h->l3 = (uint16_t)header;
	h->payload = total - header;
	h->proto = ip->next_proto_id;
	return true;
}

/* Extensions that every host may put before the transport header: hop by hop, routing, options. */
static bool
ipv6(const struct rte_mbuf *m, struct dp_headers *h)
{
	const struct rte_ipv6_hdr *ip =
		rte_pktmbuf_mtod_offset(m, const struct rte_ipv6_hdr *, h->l2);
	const uint32_t len = rte_be_to_cpu_16(ip->payload_len);
	uint32_t at = sizeof(*ip);

	if (h->l2 + sizeof(*ip) + len > m->pkt_len)
		return false;
	h->ipv6 = true;
	h->proto = ip->proto;
	for (int i = 0; h->proto == IPPROTO_HOPOPTS || h->proto == IPPROTO_ROUTING ||
			h->proto == IPPROTO_DSTOPTS;
	     i++) {
		const uint8_t *extension = rte_pktmbuf_mtod_offset(m, const uint8_t *, h->l2 + at);

		if (i == MAX_EXTENSIONS || m->data_len < h->l2 + at + 8)
			return false;
		h->proto = extension[0];
		at += 8 * (extension[1] + 1);
	}
	if (at > sizeof(*ip) + len)
		return false;
	h->l3 = (uint16_t)at;
	h->payload = sizeof(*ip) + len - at;
	return true;
}

/* So far the payload is that of IP. */
static bool
transport(const struct rte_mbuf *m, struct dp_headers *h)
{
	const uint32_t at = h->l2 + h->l3;

	if (h->proto == IPPROTO_TCP) {
		const struct rte_tcp_hdr *tcp;

		if (h->payload < sizeof(*tcp) || m->data_len < at + sizeof(*tcp))
			return false;
		tcp = rte_pktmbuf_mtod_offset(m, const struct rte_tcp_hdr *, at);
		h->l4 = (tcp->data_off >> 4) * 4;
		h->csum = at + offsetof(struct rte_tcp_hdr, cksum);
		if (h->l4 < sizeof(*tcp) || m->data_len < at + h->l4)
			return false;
	} else if (h->proto == IPPROTO_UDP) {
		h->l4 = sizeof(struct rte_udp_hdr);
		h->csum = at + offsetof(struct rte_udp_hdr, dgram_cksum);
	} else {
		return false;
	}
	if (h->payload < h->l4 || m->data_len < at + h->l4)
		return false;
	h->payload -= h->l4;
	return true;
}

bool
dp_headers_find(const struct rte_mbuf *m, struct dp_headers *h)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint16_t type;

	h->l2 = sizeof(struct rte_ether_hdr);
	h->ipv6 = false;
	if (m->data_len < h->l2)
		return false;
	type = frame[12] << 8 | frame[13];
	for (int tags = 0; tags < 2 && (type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ);
	     tags++) {
		if (m->data_len < h->l2 + sizeof(struct rte_vlan_hdr))
			return false;
		type = frame[h->l2 + 2] << 8 | frame[h->l2 + 3];
		h->l2 += sizeof(struct rte_vlan_hdr);
	}
	if (type == RTE_ETHER_TYPE_IPV4 && m->data_len >= h->l2 + sizeof(struct rte_ipv4_hdr))
		return ipv4(m, h) && transport(m, h);
	if (type == RTE_ETHER_TYPE_IPV6 && m->data_len >= h->l2 + sizeof(struct rte_ipv6_hdr))
		return ipv6(m, h) && transport(m, h);
	return false;
}

uint16_t
dp_sum_pseudo(const struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, h->l2);
	const uint64_t rest =
		(uint64_t)rte_cpu_to_be_16(h->proto) + rte_cpu_to_be_32(h->l4 + h->payload);

	return dp_sum_fold(
		h->ipv6 ? dp_sum_add(ip + offsetof(struct rte_ipv6_hdr, src_addr), 32, rest)
			: dp_sum_add(ip + offsetof(struct rte_ipv4_hdr, src_addr), 8, rest));
}

/* rte_raw_cksum_mbuf() of DPDK 22.11 is wrong where a segment ends at an odd octet. */
uint16_t
dp_sum_transport(const struct rte_mbuf *m, const struct dp_headers *h)
{
	const uint32_t len = h->l4 + h->payload;
	uint32_t at = h->l2 + h->l3, done = 0;
	uint64_t sum = 0;

	for (; m != NULL && done < len; m = m->next) {
		uint32_t n;
		uint16_t part;

		if (at >= m->data_len) {
			at -= m->data_len;
			continue;
		}
		n = RTE_MIN(m->data_len - at, len - done);
		part = dp_sum_fold(dp_sum_add(rte_pktmbuf_mtod_offset(m, const void *, at), n, 0));
		sum += done & 1 ? rte_bswap16(part) : part;
		done += n;
		at = 0;
	}
	return dp_sum_fold(sum);
}

void
dp_sum_ipv4(struct rte_ipv4_hdr *ip)
{
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (uint16_t)~dp_sum_fold(
		dp_sum_add(ip, (ip->version_ihl & RTE_IPV4_HDR_IHL_MASK) * 4, 0));
}
