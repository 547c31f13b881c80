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
#include "dp_balance.h"
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

/*
 * What is to be counted of n frames. Full parts are sampled, and as the worker's generator stands still
 * here each of them is drawn.
 */
static void
expect_load(struct dp_load *wanted, const struct fate *fate, uint16_t n)
{
	for (uint16_t at = 0, len; at < n; at += len) {
		uint32_t weight = DP_LOAD_SAMPLE;

		len = RTE_MIN(n - at, DP_PART);
		for (uint16_t i = at; i < at + len; i++)
			if (fate[i].up)
				weight = 1; /* no longer full */
		if (len < DP_PART)
			weight = 1;
		for (uint16_t i = at; i < at + len; i++)
			if (!fate[i].up)
				wanted->octets[fate[i].balanced ? fate[i].index : DP_LOAD_OTHERS] +=
					weight * fate[i].len;
	}
}

/* Lots of all lengths: every frame where it belongs, in order, with the right source. */
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

		lab.common = balance_one_in(2); /* lots of one kind, and after them lots of all */
		for (uint16_t i = 0; i < n; i++) {
			pkt[i] = copy[i] = balance_frame(odds);
			fate[i] = foresee(v, pkt[i]);
			memcpy(before[i], rte_pktmbuf_mtod(pkt[i], void *),
			       RTE_MIN(pkt[i]->data_len, sizeof(before[i])));
			if (shared && balance_one_in(2))
				rte_pktmbuf_refcnt_update(pkt[i], 1);
			else if (shared) /* the data belongs to another mbuf, which we keep */
				pkt[i] = rte_pktmbuf_clone(pkt[i], lab.dp.pool);
		}
		expect_load(&wanted, fate, n);
		lab.dp.worker[0].rng = 0;
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

/* Lots of frames of three buckets, as a worker under load has them. */
static void
what_is_drawn_comes_to_what_was_sent(void **state)
{
	struct dp_view *view = balance_view(BOND_BALANCE_TLB, 2, 0);
	struct dp_load *load = view->bond[0].load;
	uint64_t sent[3] = {0};

	(void)state;
	dp_view_prepare(view);
	memset(load, 0, sizeof(*load));
	lab.dp.worker[0].rng = 1;
	for (int round = 0; round < 4000; round++) {
		struct rte_mbuf *pkt[DP_LOT];

		for (uint16_t i = 0; i < DP_LOT; i++) {
			const unsigned int kind = i % 8 < 5 ? 0 : i % 8 < 7 ? 1 : 2;
			uint8_t *f;

			pkt[i] = rte_pktmbuf_alloc(lab.dp.pool);
			assert_non_null(pkt[i]);
			f = (uint8_t *)rte_pktmbuf_append(pkt[i], 100 * (kind + 1));
			assert_non_null(f);
			memset(f, 0, 60);
			memcpy(f + 6, balance_bond_mac, 6);
			f[5] = balance_bond_mac[5] ^
			       kind; /* layer2: bucket 0, 1, 2 with type 0x0800 */
			memcpy(f + 12, "\x08\0\x45", 3);
			sent[kind] += pkt[i]->pkt_len;
		}
		dp_tx_spread(&lab.dp.worker[0], &view->bond[0], pkt, DP_LOT);
		for (int m = 0; m < 2; m++)
			lab_drain(lab.member[m].out);
	}
	for (unsigned int kind = 0; kind < 3; kind++) {
		const uint64_t counted = load->octets[kind];

		if (counted < sent[kind] * 92 / 100 || counted > sent[kind] * 108 / 100)
			fail_msg("bucket %u: counted %" PRIu64 " octets of %" PRIu64, kind, counted,
				 sent[kind]);
	}
	balance_view_free(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_drawn_comes_to_what_was_sent),
		cmocka_unit_test(plain_c_balances_counts_and_rewrites_as_the_view_says),
		cmocka_unit_test(vectors_balance_count_and_rewrite_as_the_view_says),
	};

	return cmocka_run_group_tests(tests, balance_set_up, balance_tear_down);
}
