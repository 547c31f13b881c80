/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_gro.c - only segments that follow each other in all respects are merged, and in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "dp_offload.h"
#include "eal_lab.h"
#include "tcp_frames.h"

static struct dp dp;

static uint16_t
gro(struct rte_mbuf **pkt, uint16_t n, bool merge)
{
	uint64_t merged = 0;
	const uint16_t left = dp_gro(pkt, n, merge, &merged);

	assert_int_equal(left + merged, n);
	return left;
}

/* A stream of n segments of 1000 octets. */
static void
stream(struct rte_mbuf **pkt, uint16_t n, const struct tcp_frame *like)
{
	struct tcp_frame f = *like;

	f.payload = 1000;
	for (uint16_t i = 0; i < n; i++, f.seq += 1000, f.id++)
		pkt[i] = tcp_make(dp.pool, &f);
}

static void
expect_one(struct rte_mbuf *m, uint32_t payload, uint16_t mss)
{
	const struct dp_headers h = tcp_check(m, true);

	assert_int_equal(h.payload, payload);
	assert_int_equal(!!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG), mss > 0);
	if (mss > 0)
		assert_int_equal(m->tso_segsz, mss);
	assert_true(m->ol_flags & (h.ipv6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4));
}

static void
what_the_device_merged_is_passed_on_with_its_segment_size(void **state)
{
	const struct tcp_frame like = {.seq = 1, .payload = 3000};
	struct rte_mbuf *pkt[1];

	(void)state;
	for (int merge = 0; merge < 2; merge++) {
		pkt[0] = tcp_make(dp.pool, &like);
		tcp_unfinish(pkt[0], 1000);
		assert_int_equal(gro(pkt, 1, merge), 1);
		assert_false(pkt[0]->ol_flags & RTE_MBUF_F_RX_LRO);
		expect_one(pkt[0], 3000, 1000);
		rte_pktmbuf_free(pkt[0]);
	}
}

static void
segments_in_a_row_become_one(void **state)
{
	const struct tcp_frame kinds[] = {
		{.seq = 1},
		{.seq = UINT32_MAX - 3000, .id = 0xffff, .may_fragment = true},
		{.seq = 7, .ipv6 = true, .options = 12},
		{.seq = 7, .tags = 1, .vlan = 5, .tos = 3},
		{.seq = 7, .piece = 300},
	};
	struct rte_mbuf *pkt[8];

	(void)state;
	for (size_t i = 0; i < RTE_DIM(kinds); i++) {
		stream(pkt, 8, &kinds[i]);
		assert_int_equal(gro(pkt, 8, true), 1);
		expect_one(pkt[0], 8000, 1000);
		rte_pktmbuf_free(pkt[0]);
	}
}

/* The third of four segments differs in one respect. */
static void
what_differs_is_not_merged(void **state)
{
	const struct tcp_frame differences[] = {
		{.seq = 2001, .payload = 1000},           /* a gap */
		{.seq = 1000, .payload = 1000},           /* again */
		{.seq = 2000, .payload = 1001},           /* longer than the first */
		{.seq = 2000, .payload = 1000, .tos = 3}, /* a congestion mark */
		{.seq = 2000, .payload = 1000, .options = 12},
		{.seq = 2000, .payload = 1000, .tags = 1},
		{.seq = 2000, .payload = 1000, .ipv6 = true},
		{.seq = 2000, .payload = 1000, .port = 1},
		{.seq = 2000, .payload = 1000, .flags = RTE_TCP_ACK_FLAG | RTE_TCP_ECE_FLAG},
		{.seq = 2000, .payload = 1000, .flags = RTE_TCP_ACK_FLAG | RTE_TCP_CWR_FLAG},
		{.seq = 2000, .payload = 1000, .flags = RTE_TCP_ACK_FLAG | RTE_TCP_FIN_FLAG},
		{.seq = 2000, .payload = 1000, .flags = RTE_TCP_ACK_FLAG | RTE_TCP_URG_FLAG},
		{.seq = 2000, .payload = 1000, .flags = RTE_TCP_RST_FLAG},
		{.seq = 2000, .payload = 0},
		{.seq = 2000, .payload = 1000, .may_fragment = true, .id = 9}, /* and DF, and id */
	};
	struct rte_mbuf *pkt[4];

	(void)state;
	for (size_t i = 0; i < RTE_DIM(differences); i++) {
		const struct tcp_frame fourth = {.seq = 4000, .payload = 1000};
		uint16_t n;

		stream(pkt, 2, &(struct tcp_frame){.seq = 0});
		pkt[2] = tcp_make(dp.pool, &differences[i]);
		pkt[3] = tcp_make(dp.pool, &fourth);
		n = gro(pkt, 4, true);
		if (n != 3)
			fail_msg("difference %zu: %u frames", i, n);
		expect_one(pkt[0], 2000, 1000);
		assert_int_equal(tcp_seq(pkt[1]), differences[i].seq); /* the order stays */
		assert_int_equal(tcp_seq(pkt[2]), 4000);
		rte_pktmbuf_free_bulk(pkt, 3);
	}
}

static void
the_end_of_what_was_written_ends_a_merge(void **state)
{
	struct rte_mbuf *pkt[6];

	(void)state;
	stream(pkt, 3, &(struct tcp_frame){.seq = 0});
	stream(pkt + 3, 3, &(struct tcp_frame){.seq = 3000});
	rte_pktmbuf_free(pkt[2]);
	pkt[2] = tcp_make(dp.pool,
			  &(struct tcp_frame){.seq = 2000,
					      .payload = 1000,
					      .flags = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG});
	assert_int_equal(gro(pkt, 6, true), 2);
	expect_one(pkt[0], 3000, 1000);
	expect_one(pkt[1], 3000, 1000);
	assert_int_equal(tcp_seq(pkt[1]), 3000);
	rte_pktmbuf_free_bulk(pkt, 2);
}

static void
a_shorter_segment_is_the_last_of_a_merge(void **state)
{
	struct rte_mbuf *pkt[4];

	(void)state;
	stream(pkt, 2, &(struct tcp_frame){.seq = 0});
	pkt[2] = tcp_make(dp.pool, &(struct tcp_frame){.seq = 2000, .payload = 10});
	pkt[3] = tcp_make(dp.pool, &(struct tcp_frame){.seq = 2010, .payload = 1000});
	assert_int_equal(gro(pkt, 4, true), 2);
	expect_one(pkt[0], 2010, 1000);
	assert_int_equal(tcp_seq(pkt[1]), 2010);
	rte_pktmbuf_free_bulk(pkt, 2);
}

static void
a_damaged_segment_reaches_the_kernel_as_it_came(void **state)
{
	struct rte_mbuf *pkt[5];
	uint8_t before[1100];

	(void)state;
	for (int known = 0; known < 2; known++) {
		stream(pkt, 5, &(struct tcp_frame){.seq = 0});
		*rte_pktmbuf_mtod_offset(pkt[2], uint8_t *, 700) ^= 0x10;
		pkt[2]->ol_flags |= known ? RTE_MBUF_F_RX_L4_CKSUM_BAD : 0;
		memcpy(before, rte_pktmbuf_mtod(pkt[2], void *), pkt[2]->data_len);
		assert_int_equal(gro(pkt, 5, true), 3);
		expect_one(pkt[0], 2000, 1000);
		assert_memory_equal(before, rte_pktmbuf_mtod(pkt[1], void *), pkt[1]->data_len);
		assert_int_equal(pkt[1]->ol_flags & DP_ASKS, 0);
		expect_one(pkt[2], 2000, 1000);
		rte_pktmbuf_free_bulk(pkt, 3);
	}
}

static void
no_packet_grows_beyond_what_ip_can_say(void **state)
{
	struct rte_mbuf *pkt[80];
	uint32_t payload = 0;
	uint16_t n;

	(void)state;
	stream(pkt, 80, &(struct tcp_frame){.seq = 0});
	n = gro(pkt, 80, true);
	assert_int_equal(n, 2);
	for (uint16_t i = 0; i < n; i++)
		payload += tcp_check(pkt[i], true).payload;
	assert_int_equal(payload, 80000);
	rte_pktmbuf_free_bulk(pkt, n);
}

static void
checksums_the_nic_vouches_for_are_not_looked_at_again(void **state)
{
	struct rte_mbuf *pkt[3];

	(void)state;
	for (int merge = 0; merge < 2; merge++) {
		stream(pkt, 2, &(struct tcp_frame){.seq = 0});
		pkt[2] = tcp_make(dp.pool, &(struct tcp_frame){.seq = 5, .port = 1, .payload = 1});
		for (int i = 0; i < 3; i++)
			pkt[i]->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
		assert_int_equal(gro(pkt, 3, merge), merge ? 2 : 3);
		expect_one(pkt[0], merge ? 2000 : 1000, merge ? 1000 : 0);
		tcp_check(pkt[merge ? 1 : 2], false); /* not worth it */
		rte_pktmbuf_free_bulk(pkt, merge ? 2 : 3);
	}
}

static void
unfinished_frames_ask_for_what_they_miss(void **state)
{
	struct rte_mbuf *pkt[2];

	(void)state;
	for (int merge = 0; merge < 2; merge++) {
		pkt[0] = tcp_make(dp.pool, &(struct tcp_frame){.payload = 10});
		pkt[1] = tcp_make(dp.pool, &(struct tcp_frame){.port = 1, .ipv6 = true});
		tcp_unfinish(pkt[0], 0);
		tcp_unfinish(pkt[1], 0);
		assert_int_equal(gro(pkt, 2, merge), 2);
		expect_one(pkt[0], 10, 0);
		expect_one(pkt[1], 0, 0);
		rte_pktmbuf_free_bulk(pkt, 2);
	}
}

#define CONNECTIONS 12 /* more than can be merged at the same time */

/* Whatever comes, in whatever order: each connection's octets come out in the order they came. */
static void
every_connection_keeps_its_order(void **state)
{
	uint32_t sent[CONNECTIONS] = {0}, got[CONNECTIONS] = {0};
	unsigned int made = 0, left = 0;

	(void)state;
	srand(7);
	for (int round = 0; round < 200; round++) {
		struct rte_mbuf *pkt[64];
		const uint16_t n = 1 + rand() % 64;
		uint16_t out;

		for (uint16_t i = 0; i < n; i++) {
			struct tcp_frame f = {.port = rand() % (round % CONNECTIONS + 1)};

			f.payload = rand() % 8 ? 500 : rand() % 500;
			f.flags = RTE_TCP_ACK_FLAG | (rand() % 8 ? 0 : RTE_TCP_PSH_FLAG);
			f.ipv6 = f.port % 2;
			f.seq = sent[f.port];
			sent[f.port] += f.payload;
			pkt[i] = tcp_make(dp.pool, &f);
		}
		made += n;
		out = gro(pkt, n, true);
		left += out;
		for (uint16_t i = 0; i < out; i++) {
			const bool asks = pkt[i]->ol_flags & RTE_MBUF_F_TX_TCP_CKSUM;
			const struct dp_headers h = tcp_check(pkt[i], asks);
			const unsigned int c =
				rte_be_to_cpu_16(rte_pktmbuf_mtod_offset(
							 pkt[i], struct rte_tcp_hdr *, h.l2 + h.l3)
							 ->src_port) -
				1000;

			assert_int_equal(tcp_seq(pkt[i]), got[c]);
			got[c] += h.payload;
		}
		rte_pktmbuf_free_bulk(pkt, out);
	}
	assert_memory_equal(sent, got, sizeof(sent));
	assert_true(left * 3 < made * 2);
}

static int
setup(void **state)
{
	(void)state;
	return lab_begin(&dp, 1, false, 4095);
}

static int
teardown(void **state)
{
	(void)state;
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_device_merged_is_passed_on_with_its_segment_size),
		cmocka_unit_test(segments_in_a_row_become_one),
		cmocka_unit_test(what_differs_is_not_merged),
		cmocka_unit_test(the_end_of_what_was_written_ends_a_merge),
		cmocka_unit_test(a_shorter_segment_is_the_last_of_a_merge),
		cmocka_unit_test(a_damaged_segment_reaches_the_kernel_as_it_came),
		cmocka_unit_test(no_packet_grows_beyond_what_ip_can_say),
		cmocka_unit_test(checksums_the_nic_vouches_for_are_not_looked_at_again),
		cmocka_unit_test(unfinished_frames_ask_for_what_they_miss),
		cmocka_unit_test(every_connection_keeps_its_order),
	};

	return cmocka_run_group_tests_name("dp_gro", tests, setup, teardown);
}
