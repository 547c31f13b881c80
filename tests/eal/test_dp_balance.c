/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_balance.c - what the host sends is balanced, counted and rewritten as the view says. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "balance_lab.h"
#include "balance_match.h"
#include "dp_hash.h"
#include "dp_load.h"

#define ROUNDS 130

/* What is to become of a frame. */
struct fate {
	bool balanced, up;
	uint8_t slot, index;
	uint32_t len, head;  /* octets, of all and of the first piece */
	uint8_t octets[128]; /* as it is to leave */
};

static struct fate
foresee(const struct bond_view *v, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	struct fate f = {.len = m->pkt_len, .head = m->data_len, .slot = v->current};

	f.balanced = bond_balance_is(v, frame, m->data_len);
	memcpy(f.octets, frame, RTE_MIN(m->data_len, sizeof(f.octets)));
	if (f.balanced) {
		const uint32_t hash = v->by_address ? bond_balance_address(frame, m->data_len)
						    : dp_hash_any(v, m);

		f.index = (uint8_t)hash;
		f.slot = dp_slot_of(v, hash);
		if (v->rewrite >> f.slot & 1)
			memcpy(f.octets + 6, v->mac[f.slot], 6);
	} else {
		f.up = v->punt_host && bond_balance_tells(frame, m->data_len);
	}
	return f;
}

static void
is_as_foreseen(const struct fate *f, struct rte_ring *wire, const struct rte_mbuf *wanted)
{
	struct rte_mbuf *m = NULL;

	assert_int_equal(rte_ring_dequeue(wire, (void **)&m), 0);
	if (wanted != NULL)
		assert_ptr_equal(m, wanted);
	assert_int_equal(m->pkt_len, f->len);
	assert_memory_equal(rte_pktmbuf_mtod(m, void *), f->octets, f->head);
	assert_true(m->data_len >= f->head);
	rte_pktmbuf_free(m);
}

/* Bursts of all lengths: every frame where it belongs, in order, with the right source. */
static void
check_bursts(struct dp_view *view, unsigned int odds, bool shared)
{
	const struct bond_view *v = &view->bond[0].bond;
	const struct dp_load *load = view->bond[0].load;
	struct dp_load wanted = *load;

	for (int round = 0; round < ROUNDS; round++) {
		const uint16_t n = round < DP_LOT ? round + 1u : 1 + balance_draw(DP_LOT);
		struct rte_mbuf *pkt[DP_LOT], *copy[DP_LOT];
		uint8_t before[DP_LOT][128];
		struct fate fate[DP_LOT];

		for (uint16_t i = 0; i < n; i++) {
			pkt[i] = copy[i] = balance_frame(odds);
			fate[i] = foresee(v, pkt[i]);
			if (fate[i].up)
				;
			else if (fate[i].balanced)
				wanted.octets[fate[i].index] += fate[i].len;
			else
				wanted.octets[DP_LOAD_OTHERS] += fate[i].len;
			memcpy(before[i], rte_pktmbuf_mtod(pkt[i], void *),
			       RTE_MIN(pkt[i]->data_len, sizeof(before[i])));
			if (shared && balance_one_in(2))
				rte_pktmbuf_refcnt_update(pkt[i], 1);
			else if (shared) /* the data belongs to another mbuf, which we keep */
				pkt[i] = rte_pktmbuf_clone(pkt[i], lab.dp.pool);
		}
		dp_tx_spread(&lab.dp.worker[0], &view->bond[0], pkt, n);
		for (uint16_t i = 0; i < n; i++) {
			is_as_foreseen(&fate[i],
				       fate[i].up ? lab.host.port->up
						  : lab.member[fate[i].slot].out,
				       shared ? NULL : copy[i]);
			if (!shared)
				continue;
			assert_memory_equal(before[i], rte_pktmbuf_mtod(copy[i], void *),
					    RTE_MIN(copy[i]->data_len, sizeof(before[i])));
			rte_pktmbuf_free(copy[i]);
		}
	}
	assert_memory_equal(load->octets, wanted.octets, sizeof(wanted.octets));
	assert_int_equal(rte_mempool_in_use_count(lab.dp.pool), 0);
	for (uint8_t i = 0; i < BALANCE_MEMBERS; i++)
		assert_true(rte_ring_empty(lab.member[i].out));
	assert_true(rte_ring_empty(lab.host.port->up));
}

static void
check(enum bond_balance balance, uint8_t policy, uint8_t n, bool modulo, bool nic)
{
	struct dp_view *view = balance_view(balance, n, policy % n);
	struct bond_view *v = &view->bond[0].bond;

	v->hash.policy = policy;
	v->by_address &= !modulo && !nic;
	v->nic_hash = nic;
	v->spread = modulo ? BOND_SPREAD_MODULO : BOND_SPREAD_BUCKETS;
	v->punt_host = balance == BOND_BALANCE_ALB;
	dp_view_prepare(view);
	lab.random = policy * 1000 + n;
	check_bursts(view, 0, false);
	check_bursts(view, 10, false);
	check_bursts(view, 100, false);
	check_bursts(view, 50, true);
	v->bond_mac[5] ^= 0x80; /* now they come from behind a bridge */
	dp_view_prepare(view);
	check_bursts(view, 0, false);
	check_bursts(view, 50, true);
	balance_view_free(view);
}

static void
check_all(uint16_t bits)
{
	static const uint8_t counts[] = {1, 2, BALANCE_MEMBERS};

	rte_vect_set_max_simd_bitwidth(bits);
	for (size_t i = 0; i < RTE_DIM(counts); i++) {
		for (uint8_t policy = 0; policy < BOND_HASH_POLICIES; policy++) {
			check(BOND_BALANCE_TLB, policy, counts[i], false, false);
			check(BOND_BALANCE_TLB, policy, counts[i], true, false);
			check(BOND_BALANCE_TLB, policy, counts[i], false, true);
		}
		check(BOND_BALANCE_ALB, 0, counts[i], false, false);
		check(BOND_BALANCE_ALB, 2, counts[i], true, false);
		check(BOND_BALANCE_ALB, 2, counts[i], false, true);
	}
}

static void
plain_c_balances_counts_and_rewrites_as_the_view_says(void **state)
{
	(void)state;
	check_all(RTE_VECT_SIMD_128);
}

static void
vectors_balance_count_and_rewrite_as_the_view_says(void **state)
{
	(void)state;
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
	if (dp_simd_level() == DP_SIMD_NONE)
		skip();
	check_all(RTE_VECT_SIMD_512);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_c_balances_counts_and_rewrites_as_the_view_says),
		cmocka_unit_test(vectors_balance_count_and_rewrite_as_the_view_says),
	};

	return cmocka_run_group_tests(tests, balance_set_up, balance_tear_down);
}
