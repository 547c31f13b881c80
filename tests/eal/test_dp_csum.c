/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_csum.c - partial checksums are completed, complete and foreign ones are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "dp_path.h"
#include "eal_lab.h"

static struct rte_mempool *pool;

struct shape {
	const char *name;
	unsigned int tags; /* VLAN tags in the frame */
	bool ipv6;
	uint8_t proto;
	unsigned int payload; /* octets behind the transport header */
	unsigned int padding; /* octets behind the packet */
};

static const struct shape shapes[] = {
	{"TCP", 0, false, IPPROTO_TCP, 100, 0},
	{"TCP without payload, padded", 0, false, IPPROTO_TCP, 0, 6},
	{"TCP, odd length", 0, false, IPPROTO_TCP, 101, 0},
	{"UDP", 0, false, IPPROTO_UDP, 64, 0},
	{"UDP, four octets, not padded", 0, false, IPPROTO_UDP, 4, 0},
	{"UDP without payload", 0, false, IPPROTO_UDP, 0, 18},
	{"TCP behind a tag", 1, false, IPPROTO_TCP, 100, 0},
	{"UDP behind two tags", 2, false, IPPROTO_UDP, 33, 0},
	{"TCP over IPv6", 0, true, IPPROTO_TCP, 1000, 0},
	{"UDP over IPv6 behind a tag", 1, true, IPPROTO_UDP, 7, 0},
};

struct built {
	struct rte_mbuf *m;
	void *ip;
	uint16_t *field;
	uint32_t at; /* of the transport header */
	bool ipv6;
};

static uint8_t *
append(struct rte_mbuf *m, size_t len)
{
	uint8_t *at = (uint8_t *)rte_pktmbuf_append(m, len);

	assert_non_null(at);
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(i * 7 + 3);
	return at;
}

static struct built
build(const struct shape *s)
{
	const uint16_t type = s->ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4;
	const size_t header =
		s->proto == IPPROTO_TCP ? sizeof(struct rte_tcp_hdr) : sizeof(struct rte_udp_hdr);
	struct built b = {.m = rte_pktmbuf_alloc(pool), .ipv6 = s->ipv6};
	uint8_t *at;

	assert_non_null(b.m);
	append(b.m, 12);
	for (unsigned int i = 0; i < s->tags; i++)
		memcpy(append(b.m, 4), i == 0 ? "\x81\x00\x00\x64" : "\x88\xa8\x00\x65", 4);
	at = append(b.m, 2);
	at[0] = type >> 8;
	at[1] = type & 0xff;
	if (s->ipv6) {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)append(b.m, sizeof(*ip));

		ip->vtc_flow = RTE_BE32(0x60000000);
		ip->payload_len = rte_cpu_to_be_16(header + s->payload);
		ip->proto = s->proto;
		b.ip = ip;
	} else {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)append(b.m, sizeof(*ip));

		ip->version_ihl = 0x45;
		ip->total_length = rte_cpu_to_be_16(sizeof(*ip) + header + s->payload);
		ip->fragment_offset = 0;
		ip->next_proto_id = s->proto;
		b.ip = ip;
	}
	b.at = b.m->pkt_len;
	at = append(b.m, header + s->payload);
	b.field = (uint16_t *)(at + (s->proto == IPPROTO_TCP ? 16 : 6));
	if (s->padding > 0)
		append(b.m, s->padding);
	return b;
}

static uint16_t
right_checksum(const struct built *b)
{
	const void *transport = rte_pktmbuf_mtod_offset(b->m, const void *, b->at);

	*b->field = 0;
	return b->ipv6 ? rte_ipv6_udptcp_cksum(b->ip, transport)
		       : rte_ipv4_udptcp_cksum(b->ip, transport);
}

static uint16_t
pseudo_sum(const struct built *b)
{
	return b->ipv6 ? rte_ipv6_phdr_cksum(b->ip, 0) : rte_ipv4_phdr_cksum(b->ip, 0);
}

static void
a_partial_checksum_is_completed(void **state)
{
	(void)state;
	for (size_t i = 0; i < RTE_DIM(shapes); i++) {
		struct built b = build(&shapes[i]);
		const uint16_t right = right_checksum(&b);

		*b.field = pseudo_sum(&b);
		if (!dp_csum_finish(b.m) || *b.field != right)
			fail_msg("%s: %04x, should be %04x", shapes[i].name, *b.field, right);
		rte_pktmbuf_free(b.m);
	}
}

static void
complete_wrong_and_absent_checksums_stay(void **state)
{
	(void)state;
	for (size_t i = 0; i < RTE_DIM(shapes); i++) {
		struct built b = build(&shapes[i]);
		const uint16_t right = right_checksum(&b);
		const uint16_t stay[] = {right, right ^ 0x0101, 0};

		for (size_t v = 0; v < RTE_DIM(stay); v++) {
			*b.field = stay[v];
			assert_false(dp_csum_finish(b.m));
			assert_int_equal(*b.field, stay[v]);
		}
		rte_pktmbuf_free(b.m);
	}
}

static void
fragments_and_other_protocols_stay(void **state)
{
	struct built b = build(&shapes[0]);
	struct rte_ipv4_hdr *ip = b.ip;

	(void)state;
	*b.field = pseudo_sum(&b);
	ip->fragment_offset = RTE_BE16(RTE_IPV4_HDR_MF_FLAG);
	assert_false(dp_csum_finish(b.m));
	ip->fragment_offset = 0;
	ip->next_proto_id = IPPROTO_ICMP;
	assert_false(dp_csum_finish(b.m));
	rte_pktmbuf_free(b.m);
}

static void
no_truncated_frame_is_read_past_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < RTE_DIM(shapes); i++) {
		struct built b = build(&shapes[i]);
		const uint32_t packet = b.m->pkt_len - shapes[i].padding;

		*b.field = pseudo_sum(&b);
		for (uint32_t len = 0; len < packet; len++) {
			/* every length in a buffer that ends there, so that ASan watches */
			uint8_t *copy = test_malloc(len + 1);
			struct rte_mbuf cut = *b.m;

			memcpy(copy, rte_pktmbuf_mtod(b.m, uint8_t *), len);
			cut.buf_addr = copy;
			cut.data_off = 0;
			cut.data_len = cut.pkt_len = len;
			assert_false(dp_csum_finish(&cut));
			test_free(copy);
		}
		rte_pktmbuf_free(b.m);
	}
}

static void
a_packet_in_two_segments_is_summed_whole(void **state)
{
	const struct shape big = {"TCP", 0, false, IPPROTO_TCP, 900, 0};
	struct built b = build(&big);
	struct rte_mbuf *tail = rte_pktmbuf_alloc(pool);
	const uint16_t right = right_checksum(&b);
	const uint32_t cut = 301; /* odd, inside the payload */

	(void)state;
	assert_non_null(tail);
	*b.field = pseudo_sum(&b);
	memcpy(append(tail, b.m->pkt_len - cut), rte_pktmbuf_mtod_offset(b.m, uint8_t *, cut),
	       b.m->pkt_len - cut);
	assert_int_equal(rte_pktmbuf_trim(b.m, b.m->pkt_len - cut), 0);
	assert_int_equal(rte_pktmbuf_chain(b.m, tail), 0);
	assert_true(dp_csum_finish(b.m));
	assert_int_equal(*b.field, right);
	rte_pktmbuf_free(b.m);
}

static int
setup(void **state)
{
	(void)state;
	if (lab_eal() < 0)
		return -1;
	pool = rte_pktmbuf_pool_create("csum", 63, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	return pool != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	const unsigned int leaked = rte_mempool_in_use_count(pool);

	(void)state;
	rte_mempool_free(pool);
	return leaked == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_partial_checksum_is_completed),
		cmocka_unit_test(complete_wrong_and_absent_checksums_stay),
		cmocka_unit_test(fragments_and_other_protocols_stay),
		cmocka_unit_test(no_truncated_frame_is_read_past_its_end),
		cmocka_unit_test(a_packet_in_two_segments_is_summed_whole),
	};

	return cmocka_run_group_tests_name("dp_csum", tests, setup, teardown);
}
