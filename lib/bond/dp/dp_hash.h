/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash.h - sends each frame on the member that its hash names; private to lib/bond/dp. */
#ifndef DP_HASH_H
#define DP_HASH_H

#include <rte_mbuf.h>

#include "bond_view.h"
#include "dp_path.h"

#define DP_PEEK 512 /* octets of headers that are looked at, however the frame is chained */

typedef void (*dp_hash_fn)(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			   uint16_t n);

/**
 * @return the fastest function that sends each frame of a burst on the member that its hash names,
 *         for a view with spread BUCKETS or MODULO and members that send. Control thread
 */
dp_spread_fn dp_hash_select(const struct bond_view *v, enum dp_simd simd);

/** The hash of one frame, whatever it is: chained, tagged, truncated. */
uint32_t dp_hash_frame(const struct bond_view *v, const struct rte_mbuf *m);

/** @return did a NIC leave a hash in the frame? */
static inline bool
dp_has_hash(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0;
}

/** The same, or what the NIC left in the frame where that may stand for it. */
static inline uint32_t
dp_hash_any(const struct bond_view *v, const struct rte_mbuf *m)
{
	if (v->nic_hash && dp_has_hash(m))
		return bond_hash_seeded(m->hash.rss, v->hash.seed);
	return dp_hash_frame(v, m);
}

/** @return the slot for a hash */
static inline uint8_t
dp_slot_of(const struct bond_view *v, uint32_t hash)
{
	return v->spread == BOND_SPREAD_MODULO ? v->active[hash % v->n_active]
					       : v->bucket[hash % BOND_BUCKETS];
}

#ifdef DP_HAVE_AVX2
void dp_hash_layer2_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			 uint16_t n);
void dp_hash_layer23_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n);
void dp_hash_layer34_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n);
void dp_hash_vlan_srcmac_avx2(struct dp_worker *w, const struct dp_bond_view *b,
			      struct rte_mbuf **pkt, uint16_t n);
#endif

#ifdef DP_HAVE_AVX512
void dp_hash_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			   uint16_t n);
void dp_hash_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			    struct rte_mbuf **pkt, uint16_t n);
void dp_hash_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			    struct rte_mbuf **pkt, uint16_t n);
void dp_hash_vlan_srcmac_avx512(struct dp_worker *w, const struct dp_bond_view *b,
				struct rte_mbuf **pkt, uint16_t n);
void dp_octet_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			    struct rte_mbuf **pkt, uint16_t n);
void dp_octet_vlan_srcmac_avx512(struct dp_worker *w, const struct dp_bond_view *b,
				 struct rte_mbuf **pkt, uint16_t n);
void dp_hash_nic_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n);
#endif

#endif
