/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_csum.c - completes the partial checksums that virtual interfaces of the kernel hand over. */
#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "dp_path.h"

/*
 * The kernel leaves TCP and UDP checksums of its own packets to the hardware. Between a pair of
 * veth interfaces there is none: the field arrives with just the sum of the pseudo header, and
 * AF_XDP and AF_PACKET do not say so. A complete checksum equals that sum only by a chance of
 * 1 in 65536, and then computing it again changes nothing unless the frame was damaged.
 */

struct transport {
	uint32_t offset; /* of the TCP or UDP header, octets from the start of the frame */
	uint32_t len;    /* octets of header and payload */
	uint8_t proto;
	uint16_t pseudo; /* sum of the pseudo header, not complemented */
};

static bool
ipv4(const struct rte_mbuf *m, uint32_t at, struct transport *t)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, at);
	const uint32_t header = (ip->version_ihl & RTE_IPV4_HDR_IHL_MASK) * RTE_IPV4_IHL_MULTIPLIER;
	const uint32_t total = rte_be_to_cpu_16(ip->total_length);
	const uint16_t fragment = RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK;

	if (header < sizeof(*ip) || total < header || at + total > m->pkt_len ||
	    (ip->fragment_offset & rte_cpu_to_be_16(fragment)) != 0)
		return false;
	*t = (struct transport){at + header, total - header, ip->next_proto_id,
				rte_ipv4_phdr_cksum(ip, 0)};
	return true;
}

static bool
ipv6(const struct rte_mbuf *m, uint32_t at, struct transport *t)
{
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv6_hdr *, at);
	const uint32_t len = rte_be_to_cpu_16(ip->payload_len);

	if (at + sizeof(*ip) + len > m->pkt_len)
		return false;
	*t = (struct transport){at + sizeof(*ip), len, ip->proto, rte_ipv6_phdr_cksum(ip, 0)};
	return true;
}

/* Where the transport header is, behind up to two VLAN tags; all headers in the first segment. */
static bool
find(const struct rte_mbuf *m, struct transport *t)
{
	uint32_t at = sizeof(struct rte_ether_hdr);
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint16_t type;

	if (m->data_len < at)
		return false;
	type = frame[12] << 8 | frame[13];
	for (int tags = 0; tags < 2 && (type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ);
	     tags++) {
		if (m->data_len < at + sizeof(struct rte_vlan_hdr))
			return false;
		type = frame[at + 2] << 8 | frame[at + 3];
		at += sizeof(struct rte_vlan_hdr);
	}
	if (type == RTE_ETHER_TYPE_IPV4 && m->data_len >= at + sizeof(struct rte_ipv4_hdr))
		return ipv4(m, at, t);
	if (type == RTE_ETHER_TYPE_IPV6 && m->data_len >= at + sizeof(struct rte_ipv6_hdr))
		return ipv6(m, at, t);
	return false;
}

/*
 * Sum of the octets from at to the end of the packet, over all segments. rte_raw_cksum_mbuf() of
 * DPDK 22.11 is wrong where a segment ends at an odd octet.
 */
static uint16_t
sum_segments(const struct rte_mbuf *m, uint32_t at, uint32_t len)
{
	uint32_t sum = 0, done = 0;

	for (; m != NULL && done < len; m = m->next) {
		uint32_t n;
		uint16_t part;

		if (at >= m->data_len) {
			at -= m->data_len;
			continue;
		}
		n = RTE_MIN(m->data_len - at, len - done);
		part = rte_raw_cksum(rte_pktmbuf_mtod_offset(m, const void *, at), n);
		sum += done & 1 ? rte_bswap16(part) : part;
		done += n;
		at = 0;
	}
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

bool
dp_csum_finish(struct rte_mbuf *m)
{
	struct transport t;
	uint16_t *field, sum;
	uint32_t in_header;

	if (!find(m, &t))
		return false;
	if (t.proto == IPPROTO_TCP)
		in_header = 16;
	else if (t.proto == IPPROTO_UDP)
		in_header = 6;
	else
		return false;
	if (t.len < in_header + 2 || m->data_len < t.offset + in_header + 2)
		return false;
	field = rte_pktmbuf_mtod_offset(m, uint16_t *, t.offset + in_header);
	if (*field != t.pseudo)
		return false;
	sum = (uint16_t)~sum_segments(m, t.offset,
				      t.len); /* the field itself contributed the pseudo header */
	*field = sum == 0 && t.proto == IPPROTO_UDP ? 0xffff : sum;
	return true;
}
