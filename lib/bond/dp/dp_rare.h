/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare.h - finds the few received frames that are for the control thread; private to lib/bond/dp. */
#ifndef DP_RARE_H
#define DP_RARE_H

#include "dp_path.h"

#define DP_AHEAD 8 /* frames between those that are looked at and those that are fetched */

/**
 * Which frames of a burst does b->bond.punt name? A worker, once a burst.
 * @param pkt n frames as received, 1 to DP_BURST
 * @param fetch those behind the first DP_AHEAD may still be far from the cache; who cannot fetch them
 *        meanwhile does without
 * @return bit i: pkt[i] is one
 */
typedef uint64_t (*dp_rare_fn)(const struct dp_bond_view *b, struct rte_mbuf *const *pkt,
			       uint16_t n, bool fetch);

/** @return does such a function fetch? Control thread */
bool dp_rare_fetches(dp_rare_fn fn);

/** @return the fastest function for a set of enum bond_punt. Control thread */
dp_rare_fn dp_rare_select(uint8_t punt, enum dp_simd simd);

/** Is it a slow-protocol frame, also behind a tag that carries nothing but a priority (VID 0)? */
bool dp_rare_is_slow(const struct rte_mbuf *m);

/**
 * May there be IGMP among frames of the host? A worker, once a burst.
 * @param pkt n frames, 1 to DP_LOT
 * @return false: surely not
 */
typedef bool (*dp_igmp_fn)(struct rte_mbuf *const *pkt, uint16_t n);

/** @return the fastest function; NULL: to look at each frame is as fast. Control thread */
dp_igmp_fn dp_igmp_select(enum dp_simd simd);

#ifdef DP_HAVE_AVX2
bool dp_may_be_igmp_avx2(struct rte_mbuf *const *pkt, uint16_t n);
uint64_t dp_rare_slow_avx2(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
			   bool fetch);
#endif

#ifdef DP_HAVE_AVX512
bool dp_may_be_igmp_avx512(struct rte_mbuf *const *pkt, uint16_t n);
uint64_t dp_rare_slow_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
			     bool fetch);
uint64_t dp_rare_neighbour_avx512(const struct dp_bond_view *b, struct rte_mbuf *const *pkt,
				  uint16_t n, bool fetch);
#endif

#endif
