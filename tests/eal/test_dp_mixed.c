/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_mixed.c - members that give bursts of all sizes a turn, with frames for both readers in any order. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "dp_simd.h"
#include "eal_lab.h"

#define MEMBERS 5
#define WIRE    1024
#define TURNS   2000
#define NUMBER  20 /* offset of a frame's number, behind whatever says what it is */

static struct dp dp;
static struct lab_port member[MEMBERS], host;
static uint64_t seed = 4711;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(seed >> 33) % n;
}

/* What a turn is to make of the frames of each member. */
struct sent {
	unsigned int slow, data;
};

/* What a frame is to whoever receives it: from the type on. */
static const struct {
	uint8_t octets[6];
	bool slow;
} kinds[] = {
	{{0x08, 0x00, 0x45}, false},
	{{0x81, 0x00, 0x00, 0x07, 0x88, 0x09}, false}, /* of a VLAN: none of ours */
	{{0x81, 0x00, 0x00, 0x00, 0x08, 0x00}, false},
	{{0x08, 0x09, 0x88, 0x09}, false},
	{{0x88, 0x09, 0x01}, true},
	{{0x81, 0x00, 0xe0, 0x00, 0x88, 0x09}, true}, /* tagged for its priority only */
};

/* Frame i of a member; the number says which it is. */
static struct rte_mbuf *
frame_of(uint8_t slot, uint32_t i, bool slow)
{
	struct rte_mbuf *m = lab_frame(&dp, slow ? 124 : 60, 0);
	const uint32_t number = (uint32_t)slot << 16 | i;
	uint32_t kind;

	do {
		kind = random_below(RTE_DIM(kinds));
	} while (kinds[kind].slow != slow);
	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 12), kinds[kind].octets,
	       sizeof(kinds[kind].octets));
	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, NUMBER), &number, sizeof(number));
	return m;
}

static uint32_t
number_of(struct rte_mbuf *m)
{
	uint32_t number;

	memcpy(&number, rte_pktmbuf_mtod_offset(m, uint8_t *, NUMBER), sizeof(number));
	return number;
}

/* Slow ones are longer. */
static bool
is_slow(const struct rte_mbuf *m)
{
	return m->data_len == 124;
}

static struct sent
feed(uint8_t slot, uint32_t n, uint32_t slow_of_100)
{
	struct sent sent = {0};

	for (uint32_t i = 0; i < n; i++) {
		const bool slow = random_below(100) < slow_of_100;

		assert_int_equal(rte_ring_enqueue(member[slot].in, frame_of(slot, i, slow)), 0);
		slow ? sent.slow++ : sent.data++;
	}
	return sent;
}

/* The control thread got those of this member and no other, in their order. */
static void
assert_punted(uint8_t slot, unsigned int n)
{
	int64_t last = -1;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *m = dp_ctrl_receive(member[slot].port);

		assert_non_null(m);
		assert_true(is_slow(m));
		assert_int_equal(number_of(m) >> 16, slot);
		assert_true((number_of(m) & 0xffff) > last);
		last = number_of(m) & 0xffff;
		rte_pktmbuf_free(m);
	}
	assert_null(dp_ctrl_receive(member[slot].port));
}

/* The host got the data of all members, each in its order. */
static void
assert_delivered(const unsigned int *data)
{
	unsigned int got[MEMBERS] = {0};
	int64_t last[MEMBERS] = {-1, -1, -1, -1, -1};
	void *m;

	while (rte_ring_dequeue(host.out, &m) == 0) {
		const uint32_t slot = number_of(m) >> 16, i = number_of(m) & 0xffff;

		assert_in_range(slot, 0, MEMBERS - 1);
		assert_false(is_slow(m));
		assert_true(i > last[slot]);
		last[slot] = i;
		got[slot]++;
		rte_pktmbuf_free(m);
	}
	for (uint8_t slot = 0; slot < MEMBERS; slot++)
		assert_int_equal(got[slot], data[slot]);
}

static void
check(uint16_t bits, enum dp_simd simd)
{
	static const uint32_t slow_of_100[] = {0, 1, 10, 50, 100}, most[] = {1, 4, 30, DP_BURST};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, member, MEMBERS, &host);
	struct dp_bond_view *b = &view->bond[0];

	rte_vect_set_max_simd_bitwidth(bits);
	if (dp_simd_level() != simd) {
		rte_free(view);
		skip();
	}
	b->bond.punt = BOND_PUNT_SLOW;
	for (unsigned int t = 0; t < TURNS; t++) {
		const uint32_t slow = slow_of_100[random_below(RTE_DIM(slow_of_100))];
		const uint32_t up_to = most[random_below(RTE_DIM(most))];
		struct sent sent[MEMBERS];
		unsigned int data[MEMBERS];

		b->bond.rx = random_below(1u << MEMBERS);
		dp_view_prepare(view);
		for (uint8_t slot = 0; slot < MEMBERS; slot++) {
			sent[slot] = feed(slot, random_below(up_to + 1), slow);
			data[slot] = b->bond.rx >> slot & 1 ? sent[slot].data : 0;
		}
		dp_worker_turn(&dp.worker[0], view);
		for (uint8_t slot = 0; slot < MEMBERS; slot++)
			assert_punted(slot, sent[slot].slow);
		assert_delivered(data);
	}
	rte_free(view);
}

static void
plain_c_gives_every_frame_to_its_reader_whatever_came_with_it(void **state)
{
	(void)state;
	check(RTE_VECT_SIMD_128, DP_SIMD_NONE);
}

static void
avx2_gives_every_frame_to_its_reader_whatever_came_with_it(void **state)
{
	(void)state;
	check(RTE_VECT_SIMD_256, DP_SIMD_AVX2);
}

static void
avx512_gives_every_frame_to_its_reader_whatever_came_with_it(void **state)
{
	(void)state;
	check(RTE_VECT_SIMD_512, DP_SIMD_AVX512);
}

static int
setup(void **state)
{
	(void)state;
	return lab_open(&dp, member, MEMBERS, &host, WIRE);
}

static int
teardown(void **state)
{
	(void)state;
	return lab_close(&dp, member, MEMBERS, &host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_c_gives_every_frame_to_its_reader_whatever_came_with_it),
		cmocka_unit_test(avx2_gives_every_frame_to_its_reader_whatever_came_with_it),
		cmocka_unit_test(avx512_gives_every_frame_to_its_reader_whatever_came_with_it),
	};

	return cmocka_run_group_tests_name("dp_mixed", tests, setup, teardown);
}
