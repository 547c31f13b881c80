/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter.c - sorts a lot by member and sends it, in plain C. */
#include "dp_scatter.h"

static inline void
send_some(struct dp_worker *w, const struct dp_bond_view *b, uint8_t i, struct rte_mbuf **pkt,
	  uint16_t n)
{
	if (likely(n > 0))
		dp_send(w, b->out[i], pkt, n, DP_DROP_TX_MEMBER_FULL);
}

static void
scatter(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	const uint8_t *slot)
{
	uint16_t count[BOND_MAX_MEMBERS] = {0};
	struct rte_mbuf *sorted[BOND_MAX_MEMBERS][DP_LOT];

	for (uint16_t i = 0; i < n; i++)
		sorted[slot[i]][count[slot[i]]++] = pkt[i];
	for (uint8_t i = 0; i < b->bond.n_active; i++) {
		const uint8_t from = b->bond.active[i];

		send_some(w, b, i, sorted[from], count[from]);
	}
}

/*
 * A lot of one slot makes its counter run over into the next one, so that 256 frames seem to be one, or
 * none. @return that slot, or DP_FEW
 */
static size_t
only_slot_of(uint64_t counts, uint16_t n)
{
	if (likely(n <= UINT8_MAX || (counts & (counts - 1)) != 0))
		return DP_FEW;
	return counts != 0 ? __builtin_ctzll(counts) / 8 - 1 : DP_FEW - 1;
}

void
dp_sort_send(struct dp_worker *w, const struct dp_bond_view *b, struct dp_sorted *s,
	     uint64_t counts, uint16_t n)
{
	const size_t only = only_slot_of(counts, n);

	if (unlikely(only != DP_FEW)) {
		dp_send(w, b->port[only], s->pkt[only], n, DP_DROP_TX_MEMBER_FULL);
		return;
	}
	for (uint8_t i = 0; i < b->bond.n_active; i++) {
		const uint8_t from = b->bond.active[i];

		send_some(w, b, i, s->pkt[from], counts >> 8 * from & 0xff);
	}
}

/* Of slots that are few. */
static void
scatter_few(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	    const uint8_t *slot)
{
	uint64_t counts = 0;
	struct dp_sorted s;

#pragma GCC unroll 4
	for (size_t i = 0; i < n; i++)
		counts = dp_sort(&s, counts, slot[i], pkt[i]);
	dp_sort_send(w, b, &s, counts, n);
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
	b->few = b->bond.tx >> DP_FEW == 0;
	b->scatter = b->few ? scatter_few : scatter;
	b->take_turns = take_turns;
#ifdef DP_HAVE_AVX2
	if (simd >= DP_SIMD_AVX2 && b->few)
		b->scatter = dp_scatter_avx2;
#endif
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && members <= DP_AVX512_MEMBERS) {
		b->scatter = dp_scatter_avx512;
		b->take_turns = dp_scatter_turns_avx512;
	}
#endif
	(void)simd;
}
