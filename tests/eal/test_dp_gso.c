/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_gso.c - large packets are cut into segments of which every octet and field is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_tcp.h>

#include "dp_offload.h"
#include "eal_lab.h"
#include "tcp_frames.h"

#define ALL_FLAGS (RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG | RTE_TCP_FIN_FLAG | RTE_TCP_CWR_FLAG)

static struct dp dp;

struct shape {
	struct tcp_frame f;
	uint16_t mss;
};

static const struct shape shapes[] = {
	{{.payload = 14480, .flags = ALL_FLAGS}, 1448},
	{{.payload = 65000, .piece = 1500, .id = 0xfffe}, 1460},
	{{.payload = 64000, .piece = 1501, .seq = UINT32_MAX - 5000, .options = 12}, 1448},
	{{.payload = 30001, .piece = 999, .ipv6 = true, .tos = 2, .flags = ALL_FLAGS}, 1428},
	{{.payload = 9001, .tags = 1, .vlan = 100, .options = 12}, 1447},
	{{.payload = 20000, .tags = 2, .vlan = 7, .ipv6 = true, .piece = 2047}, 8900},
	{{.payload = 2, .seq = 3}, 1},
	{{.payload = 100, .seq = 3}, 1460},
};

static uint8_t
flags_of(const struct rte_mbuf *m, const struct dp_headers *h)
{
	return rte_pktmbuf_mtod_offset(m, const struct rte_tcp_hdr *, h->l2 + h->l3)->tcp_flags;
}

static void
cut_and_check(const struct shape *s, bool complete)
{
	struct rte_mbuf *whole = tcp_make(dp.pool, &s->f), *m;
	const uint32_t wanted = (s->f.payload + s->mss - 1) / s->mss;
	uint32_t seq = s->f.seq, n = 0;
	struct dp_gso g;

	tcp_unfinish(whole, s->mss);
	assert_true(dp_gso_begin(&g, whole, dp.pool, complete));
	for (; (m = dp_gso_next(&g)) != NULL; n++) {
		const struct dp_headers h = tcp_check(m, !complete);
		const bool last = n == wanted - 1;

		assert_int_equal(tcp_seq(m), seq);
		assert_int_equal(h.payload, last ? s->f.payload - n * s->mss : s->mss);
		assert_int_equal(!!(m->ol_flags & DP_ASKS), !complete);
		assert_int_equal(h.l2, 14 + 4 * s->f.tags);
		if (!s->f.ipv6)
			assert_int_equal(
				rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, h.l2)->packet_id,
				rte_cpu_to_be_16((uint16_t)(s->f.id + n)));
		if (s->f.flags)
			assert_int_equal(flags_of(m, &h),
					 RTE_TCP_ACK_FLAG | (n == 0 ? RTE_TCP_CWR_FLAG : 0) |
						 (last ? RTE_TCP_PSH_FLAG | RTE_TCP_FIN_FLAG : 0));
		seq += h.payload;
		rte_pktmbuf_free(m);
	}
	assert_true(dp_gso_done(&g));
	assert_int_equal(n, wanted);
	rte_pktmbuf_free(whole);
}

static void
segments_are_right_in_every_field_and_octet(void **state)
{
	(void)state;
	for (size_t i = 0; i < RTE_DIM(shapes); i++) {
		cut_and_check(&shapes[i], true);
		cut_and_check(&shapes[i], false);
	}
}

static void
without_buffers_it_ends_and_nothing_is_lost(void **state)
{
	struct rte_mempool *few =
		rte_pktmbuf_pool_create("few", 3, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	struct rte_mbuf *whole = tcp_make(dp.pool, &shapes[0].f), *m[4];
	struct dp_gso g;

	(void)state;
	tcp_unfinish(whole, 1448);
	assert_true(dp_gso_begin(&g, whole, few, true));
	for (int i = 0; i < 3; i++)
		assert_non_null(m[i] = dp_gso_next(&g));
	assert_null(dp_gso_next(&g));
	assert_false(dp_gso_done(&g));
	rte_pktmbuf_free_bulk(m, 3);
	rte_pktmbuf_free(whole);
	assert_int_equal(rte_mempool_in_use_count(few), 0);
	rte_mempool_free(few);
}

static void
what_is_no_tcp_packet_is_not_cut(void **state)
{
	struct rte_mbuf *m = lab_frame(&dp, 1000, 1);
	struct dp_gso g;

	(void)state;
	m->tso_segsz = 100;
	assert_false(dp_gso_begin(&g, m, dp.pool, true));
	rte_pktmbuf_free(m);
}

/* Member ports without any offload, as rings are. */
static struct lab_port host, member[2];

static void
frames_leave_finished_on_a_port_that_offers_nothing(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_ROUND_ROBIN, member, 2, &host);
	const struct tcp_frame large = {.payload = 14480, .piece = 1000},
			       small = {.payload = 200, .port = 1, .ipv6 = true};
	struct dp_counters sum = {0};
	unsigned int n = 0;
	struct rte_mbuf *m;

	(void)state;
	host.port->rx_asks = true;
	for (int i = 0; i < 2; i++)
		member[i].port->finishes = member[i].port->tx_care = true;
	for (int i = 0; i < 8; i++) {
		m = tcp_make(dp.pool, i % 4 < 2 ? &large : &small);
		tcp_unfinish(m, i % 4 < 2 ? 1448 : 0);
		assert_int_equal(rte_ring_enqueue(host.in, m), 0);
	}
	m = lab_frame(&dp, 100, 1); /* nothing to be done, and nothing that could be */
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_NONE;
	assert_int_equal(rte_ring_enqueue(host.in, m), 0);
	assert_int_equal(dp_worker_turn(&dp.worker[0], view), 9);
	for (int i = 0; i < 2; i++) {
		dp_counters_add(&sum, member[i].port->counters);
		while (rte_ring_dequeue(member[i].out, (void **)&m) == 0) {
			tcp_check(m, false);
			assert_int_equal(m->ol_flags & DP_ASKS, 0);
			assert_int_equal(m->nb_segs, 1);
			rte_pktmbuf_free(m);
			n++;
		}
	}
	assert_int_equal(n, 4 * 10 + 4);
	assert_int_equal(sum.tx_packets, n);
	assert_int_equal(sum.segmented, 4);
	assert_int_equal(sum.segments, 40);
	assert_int_equal(sum.csum_finished, 4);
	assert_int_equal(host.port->counters->drop[DP_DROP_UNFINISHED], 1);
	rte_free(view);
}

static void
a_broadcast_is_finished_for_each_member(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_ALL, member, 2, &host);
	const struct tcp_frame large = {.payload = 2896}, small = {.payload = 200};
	struct rte_mbuf *m;

	(void)state;
	for (int i = 0; i < 2; i++) {
		m = tcp_make(dp.pool, i ? &large : &small);
		tcp_unfinish(m, i ? 1448 : 0);
		assert_int_equal(rte_ring_enqueue(host.in, m), 0);
	}
	dp_worker_turn(&dp.worker[0], view);
	for (int i = 0; i < 2; i++) {
		unsigned int n = 0;

		for (; rte_ring_dequeue(member[i].out, (void **)&m) == 0; n++) {
			tcp_check(m, false);
			rte_pktmbuf_free(m);
		}
		assert_int_equal(n, 3);
	}
	rte_free(view);
}

static int
setup(void **state)
{
	(void)state;
	if (lab_begin(&dp, 1, false, 8191) < 0)
		return -1;
	lab_port_open(&dp, &host, "gso_host", 1024);
	lab_port_open(&dp, &member[0], "gso_a", 1024);
	lab_port_open(&dp, &member[1], "gso_b", 1024);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	lab_port_close(&host);
	lab_port_close(&member[0]);
	lab_port_close(&member[1]);
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_right_in_every_field_and_octet),
		cmocka_unit_test(without_buffers_it_ends_and_nothing_is_lost),
		cmocka_unit_test(what_is_no_tcp_packet_is_not_cut),
		cmocka_unit_test(frames_leave_finished_on_a_port_that_offers_nothing),
		cmocka_unit_test(a_broadcast_is_finished_for_each_member),
	};

	return cmocka_run_group_tests_name("dp_gso", tests, setup, teardown);
}
