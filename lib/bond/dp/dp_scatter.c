/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter.c - sorts a burst by member and sends it, in plain C. */
#include "dp_scatter.h"

/* A burst sorted by member. Slots that got nothing are never touched. */
struct sorted {
	uint16_t n[BOND_MAX_MEMBERS];
	struct rte_mbuf *pkt[BOND_MAX_MEMBERS][DP_BURST];
};

static void
scatter(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	const uint8_t *slot)
{
	struct sorted s;

	memset(s.n, 0, sizeof(s.n));
	for (uint16_t i = 0; i < n; i++)
		s.pkt[slot[i]][s.n[slot[i]]++] = pkt[i];
	for (uint8_t i = 0; i < b->bond.n_active; i++) {
		const uint8_t to = b->bond.active[i];

		if (s.n[to] > 0)
			dp_send(w, b->port[to], s.pkt[to], s.n[to], DP_DROP_TX_MEMBER_FULL);
	}
}

static void
take_turns(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
	   struct rte_mbuf **pkt, uint16_t n)
{
	const uint8_t members = b->bond.n_active;
	struct rte_mbuf *own[DP_BURST];

	for (uint16_t start = 0; start < members && start < n; start++) {
		uint16_t count = 0;

		for (uint16_t i = start; i < n; i += members)
			own[count++] = pkt[i];
		dp_send(w, b->port[b->bond.active[member]], own, count, DP_DROP_TX_MEMBER_FULL);
		if (++member == members)
			member = 0;
	}
}

void
dp_scatter_prepare(struct dp_bond_view *b, enum dp_simd simd)
{
	const uint8_t members = b->bond.n_active;
	unsigned int n = 0;

	for (uint8_t start = 0; start < members; start++)
		for (unsigned int i = start; i < DP_BURST; i += members)
			b->turns[n++] = (uint8_t)i;
	for (uint8_t i = 0; i < members; i++)
		b->out[i] = b->port[b->bond.active[i]];
	memset(b->pair, BOND_NONE, sizeof(b->pair));
	for (uint8_t i = 0; i < members; i++)
		memset(&b->pair[i / 2][i % 2 * 32], b->bond.active[i], 32);
	b->scatter = scatter;
	b->take_turns = take_turns;
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && members <= DP_AVX512_MEMBERS) {
		b->scatter = dp_scatter_avx512;
		b->take_turns = dp_scatter_turns_avx512;
	}
#endif
	(void)simd;
}
