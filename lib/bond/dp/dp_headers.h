/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_headers.h - where the headers of a TCP or UDP packet lie, and the sums that go into them. */
#ifndef DP_HEADERS_H
#define DP_HEADERS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>
#include <rte_mbuf.h>

/* A whole TCP or UDP packet over IPv4 or IPv6; all its headers are in the first segment. */
struct dp_headers {
	uint8_t proto; /* IPPROTO_TCP or IPPROTO_UDP */
	bool ipv6;
	uint16_t l2, l3, l4; /* octets of each header; l2 with its tags, l3 with its extensions */
	uint16_t csum;       /* where the checksum is, octets from the start of the frame */
	uint32_t payload;    /* octets, without what pads the frame */
};

/** Find the headers. @return false: no such packet, a fragment, or cut short */
bool dp_headers_find(const struct rte_mbuf *m, struct dp_headers *h);

/* Octets from the start of the frame to the payload. */
static inline uint32_t
dp_headers_len(const struct dp_headers *h)
{
	return h->l2 + h->l3 + h->l4;
}

/**
 * Add octets to a sum of the Internet checksum, as if they began at an even place. The sum has room
 * for 16 GB; dp_sum_fold() makes 16 bits of it.
 */
static inline uint64_t
dp_sum_add(const void *data, size_t len, uint64_t sum)
{
	const uint8_t *at = data;
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	for (; len >= sizeof(eight); len -= sizeof(eight), at += sizeof(eight)) {
		memcpy(&eight, at, sizeof(eight));
		sum += (uint32_t)eight;
		sum += eight >> 32;
	}
	if (len & 4) {
		memcpy(&four, at, sizeof(four));
		sum += four;
		at += sizeof(four);
	}
	if (len & 2) {
		memcpy(&two, at, sizeof(two));
		sum += two;
		at += sizeof(two);
	}
	if (len & 1) {
		two = 0;
		memcpy(&two, at, 1);
		sum += two;
	}
	return sum;
}

static inline uint16_t
dp_sum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

/** Sum of a pseudo header, with the length of what the IP header announces, not complemented. */
uint16_t dp_sum_pseudo(const struct rte_mbuf *m, const struct dp_headers *h);

/** Sum of transport header and payload, over all segments, not complemented. */
uint16_t dp_sum_transport(const struct rte_mbuf *m, const struct dp_headers *h);

/** Compute the checksum of an IPv4 header anew. */
void dp_sum_ipv4(struct rte_ipv4_hdr *ip);

static inline uint16_t *
dp_csum_field(struct rte_mbuf *m, const struct dp_headers *h)
{
	return rte_pktmbuf_mtod_offset(m, uint16_t *, h->csum);
}

#endif
