/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter.h - frames, sorted by member, on their way; private to lib/bond/dp. */
#ifndef DP_SCATTER_H
#define DP_SCATTER_H

#include "dp_path.h"

#define DP_AVX512_MEMBERS 16 /* with more, the passes over the burst, one each, take too long */

#define DP_FEW 8 /* slots whose counters fit into a word, an octet each */

/* A lot, sorted by slot while it is looked at. What is of slots that got nothing is never touched. */
struct dp_sorted {
	struct rte_mbuf *pkt[DP_FEW][DP_LOT];
};

/*
 * The next frame is one of a slot. Counters stay in a register: in memory they would make each frame
 * wait until the one before it is counted.
 * @param counts 0 before the first frame
 * @return what to give with the next one
 */
static inline uint64_t
dp_sort(struct dp_sorted *s, uint64_t counts, size_t slot, struct rte_mbuf *m)
{
	s->pkt[slot][(uint8_t)(counts >> 8 * slot)] = m;
	return counts + (UINT64_C(1) << 8 * slot);
}

/**
 * Send what is sorted; takes over all of it. A worker, once a lot.
 * @param n frames, 1 to DP_LOT
 */
void dp_sort_send(struct dp_worker *w, const struct dp_bond_view *b, struct dp_sorted *s,
		  uint64_t counts, uint16_t n);

/**
 * Send each frame on its member. A worker, once a lot.
 * @param pkt n frames, 1 to DP_LOT; taken over
 * @param slot [DP_LOT] where each goes, all of them in b->bond.active[]
 */
typedef void (*dp_scatter_fn)(struct dp_worker *w, const struct dp_bond_view *b,
			      struct rte_mbuf **pkt, uint16_t n, const uint8_t *slot);

/**
 * Send frame i on active[(member + i) % n_active]. A worker, once a lot.
 * @param pkt n frames, 1 to DP_LOT; taken over
 */
typedef void (*dp_turns_fn)(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
			    struct rte_mbuf **pkt, uint16_t n);

/**
 * Send what is sorted. A worker, once or twice a lot.
 * @param out ports of b->out[], ports of them
 * @param count [ports] how many frames each of them gets, 0 to DP_LOT
 * @param sorted the frames, those of one port behind each other; taken over
 * @return what is behind them
 */
struct rte_mbuf **
dp_send_parts(struct dp_worker *w, const struct dp_bond_view *b, struct dp_port *const *out,
	      unsigned int ports, const uint16_t *count, struct rte_mbuf **sorted);

/** Choose b->scatter and b->take_turns, and prepare what they need. Control thread */
void dp_scatter_prepare(struct dp_bond_view *b, enum dp_simd simd);

#ifdef DP_HAVE_AVX2
/** The scatter of slots that are few. */
void dp_scatter_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		     uint16_t n, const uint8_t *slot);

/** Send each frame on the member that has its bucket. @param octet [n] the number of that */
void dp_scatter_buckets_avx2(struct dp_worker *w, const struct dp_bond_view *b,
			     struct rte_mbuf **pkt, uint16_t n, const uint8_t *octet);
#endif

#ifdef DP_HAVE_AVX512
void dp_scatter_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n, const uint8_t *slot);
void dp_scatter_turns_avx512(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
			     struct rte_mbuf **pkt, uint16_t n);
#endif

#endif
