/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_spread.c - which member a frame leaves on: in turn, at random, by bucket, on all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "bond_hash.h"
#include "dp_path.h"
#include "eal_lab.h"

#define MEMBERS 4
#define WIRE    1024

static struct dp dp;
static struct lab_port member[MEMBERS], host;

static struct rte_mbuf *
frame(uint32_t number)
{
	struct rte_mbuf *m = lab_frame(&dp, 60, number);

	assert_non_null(m);
	return m;
}

static void
spread(struct dp_view *view, struct rte_mbuf **pkt, uint16_t n)
{
	dp_view_prepare(view); /* tests change views */
	dp_tx_spread(&dp.worker[0], &view->bond[0], pkt, n);
}

/* Send frames first .. first + n - 1 as one burst. */
static void
send_numbers(struct dp_view *view, uint32_t first, uint16_t n)
{
	struct rte_mbuf *pkt[DP_LOT];

	for (uint16_t i = 0; i < n; i++)
		pkt[i] = frame(first + i);
	spread(view, pkt, n);
}

/* The number of the next frame on a member's wire, -1: there is none. */
static int64_t
next_number(unsigned int m)
{
	uint32_t number;
	void *pkt;

	if (rte_ring_dequeue(member[m].out, &pkt) != 0)
		return -1;
	memcpy(&number, rte_pktmbuf_mtod_offset((struct rte_mbuf *)pkt, uint8_t *, 14),
	       sizeof(number));
	rte_pktmbuf_free(pkt);
	return number;
}

static struct dp_view *
in_turn(uint16_t packets_per_member)
{
	struct dp_view *view = lab_view(BOND_SPREAD_ROUND_ROBIN, member, MEMBERS, &host);

	view->bond[0].bond.packets_per_member = packets_per_member;
	dp.worker[0].cursor[0] = 0;
	return view;
}

static void
members_take_turns_across_bursts_of_any_size(void **state)
{
	static const uint16_t bursts[] = {1, 5, 64, 3, 2, 32, 7};
	struct dp_view *view = in_turn(1);
	uint32_t sent = 0;

	(void)state;
	for (size_t i = 0; i < RTE_DIM(bursts); sent += bursts[i++])
		send_numbers(view, sent, bursts[i]);
	for (uint32_t n = 0; n < sent; n++)
		assert_int_equal(next_number(n % MEMBERS), n);
	rte_free(view);
}

static void
each_member_gets_runs_of_packets_per_member(void **state)
{
	struct dp_view *view = in_turn(3);
	uint32_t sent = 0;

	(void)state;
	for (uint16_t burst = 1; burst <= 20; sent += burst++)
		send_numbers(view, sent, burst);
	for (uint32_t n = 0; n < sent; n++)
		assert_int_equal(next_number(n / 3 % MEMBERS), n);
	rte_free(view);
}

static void
at_random_every_member_gets_its_share(void **state)
{
	struct dp_view *view = in_turn(0);
	unsigned int count[MEMBERS] = {0};

	(void)state;
	for (uint32_t sent = 0; sent < 40000; sent += DP_LOT) {
		send_numbers(view, sent, DP_LOT);
		for (unsigned int m = 0; m < MEMBERS; m++)
			count[m] += lab_drain(member[m].out);
	}
	for (unsigned int m = 0; m < MEMBERS; m++)
		assert_in_range(count[m], 9500, 10500); /* 10000 +- 5.8 standard deviations */
	rte_free(view);
}

static void
buckets_say_where_a_flow_goes_and_keep_its_order(void **state)
{
	const struct bond_hash_conf layer2 = {.policy = BOND_HASH_LAYER2};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, member, MEMBERS, &host);
	int64_t last[256];
	unsigned int seen = 0;

	(void)state;
	memset(last, -1, sizeof(last));
	for (uint32_t sent = 0; sent < 512; sent += DP_LOT)
		send_numbers(view, sent, DP_LOT);
	for (unsigned int m = 0; m < MEMBERS; m++)
		for (int64_t n; (n = next_number(m)) >= 0; seen++) {
			/* as lab_frame() builds it */
			const uint8_t eth[14] = {0x02, 0, 0, 0, 0,       1,   0x02,
						 0,    0, 0, 0, n & 255, 0x08};
			const struct bond_frame f = bond_frame_raw(eth, 14);
			const uint32_t bucket = bond_hash(&layer2, &f) % BOND_BUCKETS;

			assert_int_equal(view->bond[0].bond.bucket[bucket], m);
			assert_true(n > last[n & 255]);
			last[n & 255] = n;
		}
	assert_int_equal(seen, 512);
	rte_free(view);
}

static void
on_all_members_every_frame_leaves_once_without_a_copy(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_ALL, member, MEMBERS, &host);
	struct rte_mbuf *pkt[2] = {frame(1), frame(2)}, *second = frame(3);
	const struct rte_mbuf *sent = pkt[1];
	void *out;

	(void)state;
	assert_int_equal(rte_pktmbuf_chain(pkt[1], second), 0); /* two segments */
	spread(view, pkt, 2);
	assert_int_equal(rte_mbuf_refcnt_read(second), MEMBERS);
	for (unsigned int m = 0; m < MEMBERS; m++) {
		assert_int_equal(next_number(m), 1);
		assert_int_equal(rte_ring_dequeue(member[m].out, &out), 0);
		assert_ptr_equal(out, sent);
		rte_pktmbuf_free(out);
		assert_int_equal(next_number(m), -1);
	}
	rte_free(view);
}

static struct rte_mbuf *
typed(const char *type, size_t len, const char *at_20, uint8_t icmp)
{
	struct rte_mbuf *m = frame(0);
	uint8_t *data = rte_pktmbuf_mtod(m, uint8_t *);

	assert_true((size_t)rte_pktmbuf_tailroom(m) > 40 && rte_pktmbuf_append(m, 40) != NULL);
	memset(data + 12, 0, 88);
	memcpy(data + 12, type, len);
	data[12 + len + 6] = (uint8_t)at_20[0];
	data[12 + len + 40] = icmp;
	return m;
}

static void
neighbours_are_told_on_all_members_the_rest_goes_by_hash(void **state)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, member, MEMBERS, &host);
	struct rte_mbuf *pkt[] = {
		typed("\x08\x06", 2, "", 0),                       /* ARP */
		typed("\x86\xdd", 2, "\x3a", 135),                 /* NS */
		typed("\x86\xdd", 2, "\x3a", 136),                 /* NA */
		typed("\x81\x00\x00\x07\x08\x06", 6, "", 0),       /* tagged ARP */
		typed("\x81\x00\x00\x07\x86\xdd", 6, "\x3a", 135), /* tagged NS */
		typed("\x86\xdd", 2, "\x3a", 128),                 /* echo: data */
		typed("\x86\xdd", 2, "\x06", 135),                 /* TCP: data */
		typed("\x08\x00", 2, "", 0),                       /* IPv4: data */
	};
	unsigned int total = 0;

	(void)state;
	view->bond[0].bond.broadcast_neighbor = true;
	spread(view, pkt, RTE_DIM(pkt));
	for (unsigned int m = 0; m < MEMBERS; m++)
		total += lab_drain(member[m].out);
	assert_int_equal(total, 5 * MEMBERS + 3);
	rte_free(view);
}

static int
setup(void **state)
{
	static const char *const names[MEMBERS] = {"m0", "m1", "m2", "m3"};
	(void)state;
	if (lab_begin(&dp, 1, false, 8191) < 0)
		return -1;
	for (int i = 0; i < MEMBERS; i++)
		lab_port_open(&dp, &member[i], names[i], WIRE);
	lab_port_open(&dp, &host, "h", WIRE);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (int i = 0; i < MEMBERS; i++)
		lab_port_close(&member[i]);
	lab_port_close(&host);
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_take_turns_across_bursts_of_any_size),
		cmocka_unit_test(each_member_gets_runs_of_packets_per_member),
		cmocka_unit_test(at_random_every_member_gets_its_share),
		cmocka_unit_test(buckets_say_where_a_flow_goes_and_keep_its_order),
		cmocka_unit_test(on_all_members_every_frame_leaves_once_without_a_copy),
		cmocka_unit_test(neighbours_are_told_on_all_members_the_rest_goes_by_hash),
	};

	return cmocka_run_group_tests_name("dp_spread", tests, setup, teardown);
}
