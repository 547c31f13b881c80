/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance.h - frames that change their MAC address on the way: balance-tlb and balance-alb. */
#ifndef DP_BALANCE_H
#define DP_BALANCE_H

#include "balance_match.h"
#include "dp_path.h"

/**
 * What of a burst that came in on a member is for the host: the rest is dropped, destinations are
 * changed to the bond's MAC. A worker, once a burst.
 * @param pkt n frames, at most DP_BURST, after punting
 * @return how many are left in pkt[]
 */
typedef uint16_t (*dp_deliver_fn)(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot,
				  struct rte_mbuf **pkt, uint16_t n);

/** Choose b->spread for a view that balances, and prepare what it needs. Control thread */
void dp_balance_prepare(struct dp_bond_view *b, enum dp_simd simd);

/**
 * Choose b->deliver and b->usual for a view, and prepare what they need. Control thread
 */
void dp_deliver_prepare(struct dp_bond_view *b, enum dp_simd simd);

/*
 * Frames of a lot that are balanced together: few, so that those that follow are fetched while these are
 * written to.
 */
#define DP_PART 32

/**
 * Choose members for a part of a lot, count its octets by bucket and write the members' addresses into
 * it. A worker, for one part after the other.
 * @param pkt n frames, 1 to DP_PART
 * @param behind frames of the lot that follow these
 * @param slot [DP_BURST] where to write the members' slots
 * @return how many frames are left: the others were handed up, or nobody can send them
 */
typedef uint16_t (*dp_balance_fn)(struct dp_worker *w, const struct dp_bond_view *b,
				  struct rte_mbuf **pkt, uint16_t n, uint16_t behind,
				  uint8_t *slot);

#define DP_LOAD_SAMPLE 8

/*
 * By how much the octets of a part count. Full ones come in thousands a second: one of DP_LOAD_SAMPLE,
 * drawn at random, stands for all, for counting takes as long as choosing members does.
 */
static inline uint32_t
dp_load_weight(struct dp_worker *w, uint16_t n)
{
	if (n < DP_PART)
		return 1;
	return dp_random(w) % DP_LOAD_SAMPLE == 0 ? DP_LOAD_SAMPLE : 0;
}

/**
 * The frames of a burst that are not known by then, one by one: choose slot and bucket, hand up what the
 * control thread sends, drop what nobody can.
 * @param pkt n frames, 1 to DP_BURST
 * @param odd bit i: look at frame i; the others have both
 * @param slot, bucket [n] of these frames; bucket DP_LOAD_OTHERS: not balanced
 * @return how many frames are left in pkt[]; slot[] and bucket[] have moved with them
 */
uint16_t dp_balance_odd(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n, uint64_t odd, uint8_t *slot, uint16_t *bucket);

/** Count the octets of n frames, 1 to DP_PART, and write addresses: one by one, whatever they are. */
void dp_balance_mark(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		     uint16_t n, uint8_t *slot, const uint16_t *bucket);

/** Make a frame ours that others refer to. @return the frame or its copy; NULL: no buffer */
struct rte_mbuf *dp_own_copy(struct dp_worker *w, struct rte_mbuf *m);

/** May its first octets be written to? */
static inline bool
dp_is_own(const struct rte_mbuf *m)
{
	return (m->refcnt == 1) & !(m->ol_flags & (RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL));
}

/** Write one of the two addresses of a frame that is ours. */
static inline void
dp_put_mac(struct rte_mbuf *m, unsigned int offset, const uint8_t mac[6])
{
	uint8_t *at = rte_pktmbuf_mtod_offset(m, uint8_t *, offset);

	memcpy(at, mac, 6);
}

/* Can the current member send what is not balanced? */
static inline bool
dp_current_sends(const struct bond_view *v)
{
	return v->current != BOND_NONE && v->tx >> v->current & 1;
}

#ifdef DP_HAVE_AVX512
bool dp_usual_alb_avx512(const struct dp_bond_view *b, const struct dp_arrivals *in);
uint16_t dp_balance_alb_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			       struct rte_mbuf **pkt, uint16_t n, uint16_t behind, uint8_t *slot);
uint16_t
dp_balance_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			 uint16_t n, uint16_t behind, uint8_t *slot);
uint16_t
dp_balance_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n, uint16_t behind, uint8_t *slot);
uint16_t
dp_balance_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n, uint16_t behind, uint8_t *slot);
#endif

#endif
