/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_balance_rx.c - what clients send to members reaches the host once; and what may go wrong. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "balance_lab.h"
#include "balance_match.h"
#include "dp_path.h"

static const uint8_t group[6] = {0x33, 0x33, 0, 0, 0, 1}, guest[6] = {0x02, 0x99, 0, 0, 0, 1};

/* Member 0 is the current one, 1 and 2 have clients, 3 and 4 lost their links. */
static struct dp_view *
receiving_view(void)
{
	struct dp_view *view = balance_view(BOND_BALANCE_ALB, BALANCE_MEMBERS, 0);
	struct bond_view *v = &view->bond[0].bond;

	v->rx = 1;
	v->restore = 7;
	v->adopt = 0x18;
	dp_view_prepare(view);
	return view;
}

/* What comes in for which address on which member, and whether the host gets it, and to whom. */
static const struct arrival {
	uint8_t slot, to; /* to: slot whose MAC it is for, or: */
	const uint8_t *other;
	bool passes, becomes_the_bonds;
} arrivals[] = {
	{0, 0, NULL, true, true},   {0, 0, group, true, false},  {0, 0, guest, true, false},
	{0, 1, NULL, true, false}, /* flooded: member 1 gets it as well, the host ignores this one */
	{0, 3, NULL, true, true},  /* its cable was pulled, the switch sends it here */
	{0, 4, NULL, true, true},   {1, 1, NULL, true, true},    {2, 2, NULL, true, true},
	{1, 0, NULL, false, false}, /* flooded: the bond's own MAC is the current member's */
	{1, 2, NULL, false, false}, {1, 0, group, false, false}, {2, 0, guest, false, false},
	{3, 3, NULL, false, false}, {4, 0, group, false, false},
};

static struct rte_mbuf *
arrive(const struct bond_view *v, const struct arrival *a, bool shared)
{
	struct rte_mbuf *m = balance_frame(0);

	memcpy(rte_pktmbuf_mtod(m, void *), a->other != NULL ? a->other : v->mac[a->to], 6);
	if (shared)
		rte_mbuf_refcnt_update(m, 1);
	return m;
}

static void
check_arrivals(bool shared)
{
	struct dp_view *view = receiving_view();
	const struct bond_view *v = &view->bond[0].bond;

	for (unsigned int round = 0; round < 1000; round++) {
		const unsigned int n = 1 + balance_draw(DP_BURST);
		const struct arrival *row[DP_BURST];
		struct rte_mbuf *m, *in[DP_BURST];
		uint8_t before[DP_BURST][60];
		const uint8_t slot = arrivals[balance_draw(RTE_DIM(arrivals))].slot;

		for (unsigned int i = 0; i < n; i++) {
			do
				row[i] = &arrivals[balance_draw(RTE_DIM(arrivals))];
			while (row[i]->slot != slot);
			in[i] = arrive(v, row[i], shared);
			memcpy(before[i], rte_pktmbuf_mtod(in[i], void *), 60);
			assert_int_equal(rte_ring_enqueue(lab.member[slot].in, in[i]), 0);
		}
		dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
		for (unsigned int i = 0; i < n; i++) {
			if (row[i]->passes) {
				assert_int_equal(rte_ring_dequeue(lab.host.out, (void **)&m), 0);
				assert_memory_equal(rte_pktmbuf_mtod(m, void *),
						    row[i]->becomes_the_bonds ? balance_bond_mac
									      : before[i],
						    6);
				assert_memory_equal(rte_pktmbuf_mtod_offset(m, void *, 6),
						    before[i] + 6, 54);
				rte_pktmbuf_free(m);
			}
			if (shared) {
				assert_memory_equal(rte_pktmbuf_mtod(in[i], void *), before[i], 60);
				rte_pktmbuf_free(in[i]);
			}
		}
		assert_true(rte_ring_empty(lab.host.out));
		assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	}
	balance_view_free(view);
}

static void
plain_c_delivers_what_is_for_the_bond_once_and_with_its_mac(void **state)
{
	(void)state;
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_128);
	check_arrivals(false);
	check_arrivals(true);
}

static void
vectors_deliver_what_is_for_the_bond_once_and_with_its_mac(void **state)
{
	(void)state;
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
	if (dp_simd_level() == DP_SIMD_NONE)
		skip();
	check_arrivals(false);
	check_arrivals(true);
}

static void
frames_of_any_length_do_no_harm(void **state)
{
	struct dp_view *view = receiving_view();
	const struct bond_view *v = &view->bond[0].bond;
	struct dp_counters before[2], after[2];
	struct rte_mbuf *m;

	(void)state;
	for (uint8_t slot = 0; slot < 2; slot++)
		dp_port_counters(&lab.dp, lab.member[slot].port, &before[slot]);
	for (uint16_t len = 1; len < RTE_ETHER_HDR_LEN; len++)
		for (uint8_t slot = 0; slot < 2; slot++) {
			m = arrive(v, &(struct arrival){.slot = slot, .to = slot == 0 ? 3 : 1},
				   false);
			m->data_len = len;
			m->pkt_len = len;
			assert_int_equal(rte_ring_enqueue(lab.member[slot].in, m), 0);
			dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
		}
	for (uint8_t slot = 0; slot < 2; slot++)
		dp_port_counters(&lab.dp, lab.member[slot].port, &after[slot]);
	/* The current member's are the host's to judge; they are as they were. */
	for (unsigned int i = 1; i < RTE_ETHER_HDR_LEN; i++) {
		assert_int_equal(rte_ring_dequeue(lab.host.out, (void **)&m), 0);
		assert_memory_equal(rte_pktmbuf_mtod(m, void *), v->mac[3], 6);
		rte_pktmbuf_free(m);
	}
	assert_int_equal(after[1].drop[DP_DROP_RX_INACTIVE] - before[1].drop[DP_DROP_RX_INACTIVE],
			 RTE_ETHER_HDR_LEN - 1);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

static void
a_shared_frame_for_which_there_is_no_buffer_is_counted(void **state)
{
	struct dp_view *view = receiving_view();
	struct dp_counters before, after;
	struct rte_mbuf *all, *m = arrive(&view->bond[0].bond, &arrivals[6], true);

	(void)state;
	dp_port_counters(&lab.dp, lab.member[1].port, &before);
	all = balance_exhaust();
	assert_int_equal(rte_ring_enqueue(lab.member[1].in, m), 0);
	dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
	balance_give_back(all);
	dp_port_counters(&lab.dp, lab.member[1].port, &after);
	assert_int_equal(after.drop[DP_DROP_NO_BUFFER] - before.drop[DP_DROP_NO_BUFFER], 1);
	assert_true(rte_ring_empty(lab.host.out));
	rte_pktmbuf_free(m);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

/* ARP and ND are copied up also where the host does not get them: who moved where? */
static void
neighbours_are_heard_on_all_members(void **state)
{
	struct dp_view *view = receiving_view();
	struct rte_mbuf *m;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_NEIGHBOUR;
	dp_view_prepare(view);
	for (uint8_t slot = 0; slot < 2; slot++) {
		m = arrive(&view->bond[0].bond, &(struct arrival){.slot = slot, .other = group},
			   false);
		memcpy(rte_pktmbuf_mtod_offset(m, void *, 12), "\x08\x06", 2);
		assert_int_equal(rte_ring_enqueue(lab.member[slot].in, m), 0);
		dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
		m = dp_ctrl_receive(lab.member[slot].port);
		assert_non_null(m);
		rte_pktmbuf_free(m);
	}
	assert_int_equal(lab_drain(lab.host.out), 1);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

/* Among frames of all kinds and lengths exactly those that are neighbours' are copied up. */
static void
check_neighbours(uint16_t bits, uint32_t adopt)
{
	struct dp_view *view;

	rte_vect_set_max_simd_bitwidth(bits);
	view = receiving_view();
	view->bond[0].bond.punt = BOND_PUNT_NEIGHBOUR;
	view->bond[0].bond.adopt = adopt;
	dp_view_prepare(view);
	for (unsigned int round = 0; round < 2000; round++) {
		const unsigned int n = 1 + balance_draw(DP_BURST);
		unsigned int wanted = 0, heard = 0;
		struct rte_mbuf *m;

		for (unsigned int i = 0; i < n; i++) {
			m = balance_frame(round % 4 == 0 ? 0 : 10);
			wanted += bond_neighbour_is(rte_pktmbuf_mtod(m, const uint8_t *),
						    m->data_len);
			assert_int_equal(rte_ring_enqueue(lab.member[0].in, m), 0);
		}
		dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
		for (; (m = dp_ctrl_receive(lab.member[0].port)) != NULL; heard++)
			rte_pktmbuf_free(m);
		assert_int_equal(heard, wanted);
		assert_int_equal(lab_drain(lab.host.out), n);
	}
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

static void
neighbours_are_found_among_all_kinds_of_frames(void **state)
{
	(void)state;
	check_neighbours(RTE_VECT_SIMD_128, 0x18);
	check_neighbours(RTE_VECT_SIMD_512, 0x18);
	check_neighbours(RTE_VECT_SIMD_512, 0); /* any destination will do */
}

/* The control thread hears as much as its ring holds; the host gets everything. */
static void
a_storm_of_arp_from_the_wire_passes_and_is_heard_in_part(void **state)
{
	struct dp_view *view = receiving_view();
	const struct arrival arp = {.slot = 0, .other = group};
	struct dp_counters before, after;
	unsigned int delivered = 0, heard = 0;
	struct rte_mbuf *m;

	(void)state;
	view->bond[0].bond.punt = BOND_PUNT_NEIGHBOUR;
	dp_view_prepare(view);
	dp_port_counters(&lab.dp, lab.member[0].port, &before);
	for (unsigned int i = 0; i < 600; i++) {
		m = arrive(&view->bond[0].bond, i % 6 == 0 ? &arrivals[0] : &arp, false);
		if (i % 6 != 0)
			memcpy(rte_pktmbuf_mtod_offset(m, void *, 12), "\x08\x06", 2);
		assert_int_equal(rte_ring_enqueue(lab.member[0].in, m), 0);
		if (i % 60 == 59) {
			dp_rx_members(&lab.dp.worker[0], &view->bond[0]);
			delivered += lab_drain(lab.host.out);
		}
	}
	assert_int_equal(delivered, 600);
	while ((m = dp_ctrl_receive(lab.member[0].port)) != NULL) {
		rte_pktmbuf_free(m);
		heard++;
	}
	dp_port_counters(&lab.dp, lab.member[0].port, &after);
	assert_true(heard > 0 && heard < 500);
	assert_int_equal(after.punted - before.punted, heard);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

static void
without_a_buffer_for_a_copy_a_shared_frame_leaves_unchanged_on_the_current_member(void **state)
{
	struct dp_view *view = balance_view(BOND_BALANCE_ALB, 2, 1);
	struct rte_mbuf *m = balance_frame(0), *all, *sent = NULL;

	(void)state;
	memset(view->bond[0].bond.bucket, 0, BOND_BUCKETS);
	dp_view_prepare(view);
	rte_mbuf_refcnt_update(m, 1);
	all = balance_exhaust();
	dp_tx_spread(&lab.dp.worker[0], &view->bond[0], &(struct rte_mbuf *){m}, 1);
	balance_give_back(all);
	assert_int_equal(rte_ring_dequeue(lab.member[1].out, (void **)&sent), 0);
	assert_ptr_equal(sent, m);
	assert_memory_equal(rte_pktmbuf_mtod_offset(sent, void *, 6), balance_bond_mac, 6);
	rte_pktmbuf_free(sent);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

static bool
control_is_woken(void)
{
	struct pollfd p = {.fd = lab.dp.punt_fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* The storm: what the ring does not hold is counted, data leaves as if nothing were. */
static void
a_storm_of_arp_is_counted_and_data_passes(void **state)
{
	struct dp_view *view = balance_view(BOND_BALANCE_ALB, 2, 0);
	struct dp_counters before, after;
	struct rte_mbuf *m;
	unsigned int data = 0, up = 0;

	(void)state;
	view->bond[0].bond.punt_host = true;
	dp_view_prepare(view);
	dp_punt_seen(&lab.dp); /* of the tests before */
	assert_false(control_is_woken());
	dp_port_counters(&lab.dp, lab.host.port, &before);
	for (int i = 0; i < 100; i++) {
		struct rte_mbuf *pkt[10];

		for (int k = 0; k < 10; k++) {
			pkt[k] = balance_frame(0);
			if (k != 5)
				memcpy(rte_pktmbuf_mtod_offset(pkt[k], void *, 12), "\x08\x06", 2);
		}
		dp_tx_spread(&lab.dp.worker[0], &view->bond[0], pkt, 10);
		data += lab_drain(lab.member[0].out) + lab_drain(lab.member[1].out);
	}
	assert_int_equal(data, 100);
	assert_true(control_is_woken());
	dp_punt_seen(&lab.dp);
	assert_false(control_is_woken());
	while ((m = dp_ctrl_receive(lab.host.port)) != NULL) {
		rte_pktmbuf_free(m);
		up++;
	}
	dp_port_counters(&lab.dp, lab.host.port, &after);
	assert_true(up > 0 && up < 900);
	assert_int_equal(after.punted - before.punted, up);
	assert_int_equal(after.drop[DP_DROP_PUNT_FULL] - before.drop[DP_DROP_PUNT_FULL], 900 - up);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

static void
without_a_current_member_the_rest_is_dropped_and_counted(void **state)
{
	struct dp_view *view = balance_view(BOND_BALANCE_TLB, 2, 0);
	struct dp_counters before, after;
	struct rte_mbuf *pkt[2] = {balance_frame(0), balance_frame(0)};

	(void)state;
	view->bond[0].bond.current = BOND_NONE;
	dp_view_prepare(view);
	rte_pktmbuf_mtod(pkt[0], uint8_t *)[0] |= 1; /* multicast is not balanced */
	dp_port_counters(&lab.dp, lab.host.port, &before);
	dp_tx_spread(&lab.dp.worker[0], &view->bond[0], pkt, 2);
	dp_port_counters(&lab.dp, lab.host.port, &after);
	assert_int_equal(after.drop[DP_DROP_TX_NO_MEMBER] - before.drop[DP_DROP_TX_NO_MEMBER], 1);
	assert_int_equal(lab_drain(lab.member[0].out) + lab_drain(lab.member[1].out), 1);
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	balance_view_free(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_c_delivers_what_is_for_the_bond_once_and_with_its_mac),
		cmocka_unit_test(vectors_deliver_what_is_for_the_bond_once_and_with_its_mac),
		cmocka_unit_test(frames_of_any_length_do_no_harm),
		cmocka_unit_test(a_shared_frame_for_which_there_is_no_buffer_is_counted),
		cmocka_unit_test(neighbours_are_heard_on_all_members),
		cmocka_unit_test(neighbours_are_found_among_all_kinds_of_frames),
		cmocka_unit_test(a_storm_of_arp_from_the_wire_passes_and_is_heard_in_part),
		cmocka_unit_test(
			without_a_buffer_for_a_copy_a_shared_frame_leaves_unchanged_on_the_current_member),
		cmocka_unit_test(a_storm_of_arp_is_counted_and_data_passes),
		cmocka_unit_test(without_a_current_member_the_rest_is_dropped_and_counted),
	};

	return cmocka_run_group_tests(tests, balance_set_up, balance_tear_down);
}
