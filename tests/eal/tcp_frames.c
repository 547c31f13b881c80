/* SPDX-License-Identifier: BSD-3-Clause */
/* tcp_frames.c - TCP packets for the tests of segmentation and merging. */
#include "tcp_frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>

/* The octet at a place in the stream. */
static uint8_t
octet(uint32_t at)
{
	return (uint8_t)(at * 31 + (at >> 8) * 7 + 5);
}

static void
put(struct rte_mempool *pool, struct rte_mbuf *m, const void *data, uint32_t len, uint16_t piece)
{
	struct rte_mbuf *last = rte_pktmbuf_lastseg(m);
	const uint8_t *from = data;

	for (uint32_t i = 0; i < len; i++) {
		if (rte_pktmbuf_tailroom(last) == 0 ||
		    (piece > 0 && last->data_len >= piece && last != m)) {
			last->next = rte_pktmbuf_alloc(pool);
			assert_non_null(last->next);
			last = last->next;
			m->nb_segs++;
		}
		*rte_pktmbuf_mtod_offset(last, uint8_t *, last->data_len) = from[i];
		last->data_len++;
		m->pkt_len++;
	}
}

struct rte_mbuf *
tcp_make(struct rte_mempool *pool, const struct tcp_frame *f)
{
	const uint16_t type = f->ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4;
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct rte_tcp_hdr tcp = {.src_port = rte_cpu_to_be_16(1000 + f->port),
				  .dst_port = RTE_BE16(80),
				  .sent_seq = rte_cpu_to_be_32(f->seq),
				  .recv_ack = RTE_BE32(77),
				  .data_off = (uint8_t)((20 + f->options) / 4 << 4),
				  .tcp_flags = f->flags ? f->flags : RTE_TCP_ACK_FLAG,
				  .rx_win = RTE_BE16(500)};
	uint8_t tag[4] = {0x81, 0, f->vlan >> 8, f->vlan & 0xff};
	const uint16_t len = (uint16_t)(20 + f->options + f->payload);
	struct dp_headers h;

	assert_non_null(m);
	put(pool, m, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12, 0);
	for (unsigned int i = 0; i < f->tags; i++)
		put(pool, m, tag, 4, 0);
	put(pool, m, (uint8_t[]){type >> 8, type & 0xff}, 2, 0);
	if (f->ipv6) {
		struct rte_ipv6_hdr ip = {.vtc_flow = rte_cpu_to_be_32(6u << 28 | f->tos << 20),
					  .payload_len = rte_cpu_to_be_16(len),
					  .proto = IPPROTO_TCP,
					  .hop_limits = 64,
					  .src_addr = {0xfd, [15] = 1},
					  .dst_addr = {0xfd, [15] = 2}};
		put(pool, m, &ip, sizeof(ip), 0);
	} else {
		struct rte_ipv4_hdr ip = {
			.version_ihl = 0x45,
			.type_of_service = f->tos,
			.total_length = rte_cpu_to_be_16(20 + len),
			.packet_id = rte_cpu_to_be_16(f->id),
			.fragment_offset = f->may_fragment ? 0 : RTE_BE16(RTE_IPV4_HDR_DF_FLAG),
			.time_to_live = 64,
			.next_proto_id = IPPROTO_TCP,
			.src_addr = RTE_BE32(0x0a000001),
			.dst_addr = RTE_BE32(0x0a000002)};
		ip.hdr_checksum = rte_ipv4_cksum(&ip);
		put(pool, m, &ip, sizeof(ip), 0);
	}
	put(pool, m, &tcp, sizeof(tcp), 0);
	put(pool, m, "\1\1\10\12\0\0\0\1\0\0\0\2", f->options, 0);
	for (uint32_t i = 0; i < f->payload; i++)
		put(pool, m, (uint8_t[]){octet(f->seq + i)}, 1, f->piece);
	assert_true(dp_headers_find(m, &h));
	*dp_csum_field(m, &h) =
		(uint16_t)~dp_sum_fold((uint64_t)dp_sum_pseudo(m, &h) + dp_sum_transport(m, &h));
	return m;
}

void
tcp_unfinish(struct rte_mbuf *m, uint16_t mss)
{
	struct dp_headers h;

	assert_true(dp_headers_find(m, &h));
	*dp_csum_field(m, &h) = dp_sum_pseudo(m, &h);
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_NONE | (mss > 0 ? RTE_MBUF_F_RX_LRO : 0);
	m->tso_segsz = mss;
}

static const struct rte_tcp_hdr *
tcp_of(const struct rte_mbuf *m, const struct dp_headers *h)
{
	return rte_pktmbuf_mtod_offset(m, const struct rte_tcp_hdr *, h->l2 + h->l3);
}

uint32_t
tcp_seq(const struct rte_mbuf *m)
{
	struct dp_headers h;

	assert_true(dp_headers_find(m, &h));
	return rte_be_to_cpu_32(tcp_of(m, &h)->sent_seq);
}

struct dp_headers
tcp_check(const struct rte_mbuf *m, bool partial)
{
	static uint8_t flat[70000] __attribute__((aligned(8)));
	const uint8_t *packet;
	struct dp_headers h;
	uint32_t seq;

	rte_mbuf_sanity_check(m, 1);
	assert_true(dp_headers_find(m, &h));
	assert_int_equal(dp_headers_len(&h) + h.payload, m->pkt_len);
	packet = rte_pktmbuf_read(m, 0, m->pkt_len, flat);
	assert_non_null(packet);
	if (packet != flat)
		memcpy(flat, packet, m->pkt_len);
	/* The judge is DPDK, not the code under test. */
	if (partial) {
		const uint16_t sum = h.ipv6 ? rte_ipv6_phdr_cksum((void *)(flat + h.l2), 0)
					    : rte_ipv4_phdr_cksum((void *)(flat + h.l2), 0);

		assert_int_equal(tcp_of(m, &h)->cksum, sum);
		assert_true(m->ol_flags & RTE_MBUF_F_TX_TCP_CKSUM);
		assert_int_equal(m->l2_len, h.l2);
		assert_int_equal(m->l3_len, h.l3);
		assert_int_equal(m->l4_len, h.l4);
	} else {
		uint16_t *field = (uint16_t *)(flat + h.csum);

		*field = 0;
		assert_int_equal(
			tcp_of(m, &h)->cksum,
			h.ipv6 ? rte_ipv6_udptcp_cksum((void *)(flat + h.l2), flat + h.l2 + h.l3)
			       : rte_ipv4_udptcp_cksum((void *)(flat + h.l2), flat + h.l2 + h.l3));
	}
	if (!h.ipv6)
		assert_int_equal((uint16_t)~rte_raw_cksum(flat + h.l2, h.l3), 0);
	seq = rte_be_to_cpu_32(tcp_of(m, &h)->sent_seq);
	for (uint32_t i = 0; i < h.payload; i++)
		if (flat[dp_headers_len(&h) + i] != octet(seq + i))
			fail_msg("octet %u of the stream is wrong", seq + i);
	return h;
}
