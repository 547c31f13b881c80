/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter.c - sorts a burst by member and sends it, in plain C. */
#include "dp_scatter.h"

/* Frames sorted by member. Slots that got nothing are never touched. */
struct sorted {
	uint16_t n[BOND_MAX_MEMBERS];
	struct rte_mbuf *pkt[BOND_MAX_MEMBERS][DP_LOT];
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

static struct rte_mbuf **
send_parts_with_care(struct dp_worker *w, struct dp_port *const *out, unsigned int ports,
		     const uint16_t *count, struct rte_mbuf **sorted)
{
	for (unsigned int i = 0; i < ports; sorted += count[i++])
		if (count[i] > 0)
			dp_send(w, out[i], sorted, count[i], DP_DROP_TX_MEMBER_FULL);
	return sorted;
}

/*
 * Members cost little more than the calls of their drivers here: this is a function by itself, and
 * what does not change from one to the next is not looked up again, so that all stays in registers
 * over the calls.
 */
struct rte_mbuf **
dp_send_parts(struct dp_worker *w, const struct dp_bond_view *b, struct dp_port *const *out,
	      unsigned int ports, const uint16_t *count, struct rte_mbuf **sorted)
{
	struct dp_port *const *end = out + ports;
	const size_t queue = w->index;

	if (unlikely(b->careful))
		return send_parts_with_care(w, out, ports, count, sorted);
#pragma GCC unroll 4
	for (; out != end; out++, count++) {
		const size_t n = *count;

		if (likely(n > 0))
			dp_send_straight(w, queue, *out, sorted, (uint16_t)n,
					 DP_DROP_TX_MEMBER_FULL);
		sorted += n;
	}
	return sorted;
}

static void
take_turns(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
	   struct rte_mbuf **pkt, uint16_t n)
{
	const uint8_t members = b->bond.n_active;
	struct rte_mbuf *own[DP_LOT];

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
		for (unsigned int i = start; i < DP_LOT; i += members)
			b->turns[n++] = (uint8_t)i;
	b->careful = false;
	for (uint8_t i = 0; i < members; i++) {
		b->out[i] = b->port[b->bond.active[i]];
		b->careful |= b->out[i]->tx_care;
	}
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
