/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_hash.c - bursts are hashed as frames are one by one, by vectors and in plain C. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "dp_hash.h"
#include "eal_lab.h"

#define MEMBERS 9 /* more than AVX2 has counters for */
#define WIRE    1024
#define ROUNDS  (DP_LOT + 32)

static struct dp dp;
static struct lab_port member[MEMBERS], host;
static uint64_t state64;

static uint32_t
draw(uint32_t below)
{
	state64 = state64 * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state64 >> 32) * below >> 32);
}

static uint32_t
put(uint8_t *f, uint32_t at, unsigned int n, ...)
{
	va_list ap;

	va_start(ap, n);
	for (unsigned int i = 0; i < n; i++)
		f[at + i] = (uint8_t)va_arg(ap, int);
	va_end(ap);
	return at + n;
}

/* Headers of a frame, mostly of the common kinds, with everything that can be odd. */
static uint32_t
make_headers(uint8_t f[256], unsigned int odds)
{
	static const uint8_t protocols[] = {6,  17, 6,  17, 6,   17, 1,  2,
					    47, 50, 51, 58, 132, 4,  44, 0};
	const bool odd = draw(100) < odds;
	const uint8_t protocol = protocols[draw(odd ? sizeof(protocols) : 2)];
	uint32_t at = 12;

	for (int i = 0; i < 256; i++)
		f[i] = (uint8_t)draw(256);
	f[0] = 2;
	f[6] = 2;
	for (uint32_t tags = draw(odd ? 4 : 2); tags > 0; tags--) {
		const bool qinq = draw(3) == 0;

		at = put(f, at, 2, qinq ? 0x88 : 0x81, qinq ? 0xa8 : 0x00) + 2;
	}
	if (odd && draw(6) == 0) {
		put(f, at, 2, 0x08, 0x06);
		return 60;
	}
	if (draw(2) == 0) {
		at = put(f, at, 3, 0x08, 0x00, odd && draw(2) ? 0x40 + draw(16) : 0x45);
		put(f, at + 5, 2, odd && draw(2) ? 0x20 : draw(2) << 6,
		    odd && draw(8) == 0 ? 9 : 0);
		put(f, at + 8, 1, protocol);
		at += 19 + 20;
	} else {
		at = put(f, at, 3, 0x86, 0xdd, 0x60);
		put(f, at + 5, 1, protocol);
		at += 39 + 20;
	}
	return odd && draw(2) == 0 ? draw(65) : RTE_MAX(at, 60u);
}

/* A frame in an mbuf, perhaps in two pieces, perhaps with its tag or its hash beside it. */
static struct rte_mbuf *
make_frame(unsigned int odds)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(dp.pool), *tail;
	uint8_t f[256];
	const uint32_t len = RTE_MAX(make_headers(f, odds), 14u);
	const uint32_t head = draw(100) < odds && draw(4) == 0 ? 1 + draw(len) : len;

	assert_non_null(m);
	memcpy(rte_pktmbuf_append(m, head), f, head);
	if (head < len) {
		tail = rte_pktmbuf_alloc(dp.pool);
		assert_non_null(tail);
		memcpy(rte_pktmbuf_append(tail, len - head), f + head, len - head);
		assert_int_equal(rte_pktmbuf_chain(m, tail), 0);
	}
	if (draw(100) < odds && draw(4) == 0) {
		m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = (uint16_t)draw(65536);
	}
	if (draw(100) >= odds) {
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
		m->hash.rss = draw(UINT32_MAX);
	}
	return m;
}

static uint8_t
expected(const struct bond_view *v, const struct rte_mbuf *m)
{
	const bool nic = v->nic_hash && m->ol_flags & RTE_MBUF_F_RX_RSS_HASH;

	return dp_slot_of(v,
			  nic ? bond_hash_seeded(m->hash.rss, v->hash.seed) : dp_hash_frame(v, m));
}

/*
 * Bursts of all lengths, and lots of frames that are all alike, as of one connection: each frame leaves
 * on its member, and each member keeps the order.
 */
static void
check_bursts(struct dp_view *view, unsigned int odds, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		/* often short: in long ones some frame or other is odd, and hides what one alone does */
		const bool alike = round % 16 == 0;
		const uint16_t n = alike            ? DP_LOT
				   : round < DP_LOT ? round + 1u
						    : 1 + draw(draw(2) == 0 ? 4 : DP_LOT);
		struct rte_mbuf *pkt[DP_LOT], *copy[DP_LOT];
		const uint64_t drawn = state64;
		uint8_t slot[DP_LOT];

		for (uint16_t i = 0; i < n; i++) {
			state64 = alike ? drawn : state64;
			pkt[i] = copy[i] = make_frame(odds);
			slot[i] = expected(&view->bond[0].bond, pkt[i]);
		}
		dp_tx_spread(&dp.worker[0], &view->bond[0], pkt, n);
		for (uint16_t i = 0; i < n; i++) {
			void *sent = NULL;

			if (rte_ring_dequeue(member[slot[i]].out, &sent) != 0 || sent != copy[i])
				fail_msg("policy %u, frame %u of %u: not on member %u in its turn",
					 view->bond[0].bond.hash.policy, i, n, slot[i]);
			rte_pktmbuf_free(sent);
		}
	}
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
}

static void
check_all(uint16_t bits)
{
	static const struct {
		bool nic, symmetric, modulo;
		uint32_t seed;
	} ways[] = {{0},           {.seed = 12345},          {.modulo = true}, {.symmetric = true},
		    {.nic = true}, {.nic = true, .seed = 99}};
	static const uint8_t counts[] = {2, 8, MEMBERS};
	struct bond_view *v;

	rte_vect_set_max_simd_bitwidth(bits);
	for (uint8_t policy = 0; policy < BOND_HASH_POLICIES; policy++)
		for (size_t i = 0; i < RTE_DIM(ways); i++)
			for (size_t j = 0; j < RTE_DIM(counts); j++) {
				struct dp_view *view;

				if (ways[i].nic && policy != BOND_HASH_LAYER34 &&
				    policy != BOND_HASH_ENCAP34)
					continue; /* no bond does */
				view = lab_view(ways[i].modulo ? BOND_SPREAD_MODULO
							       : BOND_SPREAD_BUCKETS,
						member, counts[j], &host);

				v = &view->bond[0].bond;
				v->hash = (struct bond_hash_conf){policy, ways[i].symmetric,
								  ways[i].seed};
				v->nic_hash = ways[i].nic;
				dp_view_prepare(view);
				state64 = policy * 1000 + i * 10 + j;
				check_bursts(view, 0, ROUNDS);
				check_bursts(view, 10, ROUNDS);
				check_bursts(view, 100, ROUNDS / 4);
				rte_free(view);
			}
}

static void
plain_c_sends_every_frame_where_its_hash_says(void **state)
{
	(void)state;
	check_all(RTE_VECT_SIMD_128);
}

static void
check_vectors(uint16_t bits, enum dp_simd simd)
{
	rte_vect_set_max_simd_bitwidth(bits);
	if (dp_simd_level() != simd)
		skip();
	check_all(bits);
}

static void
avx2_sends_every_frame_where_its_hash_says(void **state)
{
	(void)state;
	check_vectors(RTE_VECT_SIMD_256, DP_SIMD_AVX2);
}

static void
avx512_sends_every_frame_where_its_hash_says(void **state)
{
	(void)state;
	check_vectors(RTE_VECT_SIMD_512, DP_SIMD_AVX512);
}

static int
set_up(void **state)
{
	static const char *const names[MEMBERS] = {"m0", "m1", "m2", "m3", "m4",
						   "m5", "m6", "m7", "m8"};

	(void)state;
	if (lab_begin(&dp, 1, false, 4095) < 0)
		return -1;
	for (int i = 0; i < MEMBERS; i++)
		lab_port_open(&dp, &member[i], names[i], WIRE);
	lab_port_open(&dp, &host, "host", WIRE);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < MEMBERS; i++)
		lab_port_close(&member[i]);
	lab_port_close(&host);
	dp_fini(&dp);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_c_sends_every_frame_where_its_hash_says),
		cmocka_unit_test(avx2_sends_every_frame_where_its_hash_says),
		cmocka_unit_test(avx512_sends_every_frame_where_its_hash_says),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
