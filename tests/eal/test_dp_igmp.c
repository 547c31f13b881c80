/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_igmp.c - balance-rr: IGMP leaves on one member, all other frames in turn, by vectors and not. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "dp_path.h"
#include "eal_lab.h"

#define MEMBERS 3
#define IGMP_ON 1
#define WIRE    512
#define ROUNDS  4000

static struct dp dp;
static struct lab_port member[MEMBERS], host;
static uint64_t state64 = 1;

static uint32_t
draw(uint32_t below)
{
	state64 = state64 * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state64 >> 32) * below >> 32);
}

/* Kinds of frames, and what comes after the addresses. */
static const struct kind {
	const char *name;
	bool igmp;
	uint8_t len; /* octets of the frame; 0: 60 */
	uint8_t tag; /* octets before the type */
	uint8_t type[2];
	uint8_t version, protocol;
	uint8_t source; /* second octet of the source address */
} kinds[] = {
	{"UDP", false, .type = {0x08, 0x00}, .version = 0x45, .protocol = 17},
	{"TCP of 10.2.0.0/16", false, .type = {0x08, 0x00}, .version = 0x45, .protocol = 6,
	 .source = 2},
	{"tagged UDP", false, .tag = 4, .type = {0x08, 0x00}, .version = 0x45, .protocol = 17},
	{"IPv6", false, .type = {0x86, 0xdd}, .version = 0x60, .protocol = 2},
	{"ARP", false, .type = {0x08, 0x06}, .protocol = 2},
	{"IGMP", true, .type = {0x08, 0x00}, .version = 0x45, .protocol = 2},
	{"IGMP with an option", true, .type = {0x08, 0x00}, .version = 0x46, .protocol = 2},
	{"tagged IGMP", true, .tag = 4, .type = {0x08, 0x00}, .version = 0x46, .protocol = 2},
	{"IGMP that is cut off", false, .len = 33, .type = {0x08, 0x00}, .version = 0x46,
	 .protocol = 2},
	{"tagged IGMP that is cut off", false, .len = 37, .tag = 4, .type = {0x08, 0x00},
	 .version = 0x46, .protocol = 2},
};

static struct rte_mbuf *
frame_of(const struct kind *k)
{
	struct rte_mbuf *m = lab_frame(&dp, k->len != 0 ? k->len : 60, 0);
	uint8_t *f = rte_pktmbuf_mtod(m, uint8_t *), *ip = f + 14 + k->tag;

	memset(f + 12, 0, m->data_len - 12);
	if (k->tag != 0)
		memcpy(f + 12, (const uint8_t[]){0x81, 0x00, 0x00, 0x07}, 4);
	memcpy(ip - 2, k->type, 2);
	ip[0] = k->version;
	ip[9] = k->protocol;
	ip[13] = k->source;
	return m;
}

/* Long bursts of one kind, and of all. */
static void
check(uint16_t bits)
{
	struct dp_view *view = lab_view(BOND_SPREAD_ROUND_ROBIN, member, MEMBERS, &host);
	unsigned int turn = 0;

	rte_vect_set_max_simd_bitwidth(bits);
	view->bond[0].bond.packets_per_member = 1;
	view->bond[0].bond.igmp = IGMP_ON;
	dp_view_prepare(view);
	dp.worker[0].cursor[0] = 0;
	for (unsigned int round = 0; round < ROUNDS; round++) {
		const uint16_t n = 1 + draw(draw(2) == 0 ? 6 : DP_LOT);
		const uint32_t common = draw(RTE_DIM(kinds)),
			       rare = draw(3) == 0 ? 1 + draw(30) : 0;
		struct rte_mbuf *pkt[DP_LOT], *sent[DP_LOT];
		const struct kind *kind[DP_LOT];
		void *m;

		for (uint16_t i = 0; i < n; i++) {
			kind[i] = &kinds[draw(100) < rare ? draw(RTE_DIM(kinds)) : common];
			pkt[i] = sent[i] = frame_of(kind[i]);
		}
		dp_tx_spread(&dp.worker[0], &view->bond[0], pkt, n);
		for (int igmp = 1; igmp >= 0; igmp--) /* it leaves first */
			for (uint16_t i = 0; i < n; i++) {
				unsigned int to = IGMP_ON;

				if (kind[i]->igmp != igmp)
					continue;
				if (!igmp)
					to = turn++ % MEMBERS;
				if (rte_ring_dequeue(member[to].out, &m) != 0 || m != sent[i])
					fail_msg("%s, frame %u of %u: not on member %u",
						 kind[i]->name, i, n, to);
				rte_pktmbuf_free(m);
			}
	}
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
	rte_free(view);
}

static void
plain_c_sends_igmp_on_one_member(void **state)
{
	(void)state;
	check(RTE_VECT_SIMD_128);
}

static void
check_vectors(uint16_t bits, enum dp_simd simd)
{
	rte_vect_set_max_simd_bitwidth(bits);
	if (dp_simd_level() != simd)
		skip();
	check(bits);
}

static void
avx2_sends_igmp_on_one_member(void **state)
{
	(void)state;
	check_vectors(RTE_VECT_SIMD_256, DP_SIMD_AVX2);
}

static void
avx512_sends_igmp_on_one_member(void **state)
{
	(void)state;
	check_vectors(RTE_VECT_SIMD_512, DP_SIMD_AVX512);
}

static int
set_up(void **state)
{
	static const char *const names[MEMBERS] = {"m0", "m1", "m2"};

	(void)state;
	if (lab_begin(&dp, 1, false, 1023) < 0)
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
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_c_sends_igmp_on_one_member),
		cmocka_unit_test(avx2_sends_igmp_on_one_member),
		cmocka_unit_test(avx512_sends_igmp_on_one_member),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
