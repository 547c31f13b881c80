/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash.c - chooses members by hash in plain C: for every frame, and for CPUs without vectors. */
#include "dp_hash.h"

#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_prefetch.h>

#include "dp_hash_common.h"
#include "dp_scatter.h"

#define AHEAD 12 /* frames */

uint32_t
dp_hash_frame(const struct bond_view *v, const struct rte_mbuf *m)
{
	uint8_t copy[DP_PEEK];
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t len = m->data_len;
	struct bond_frame f;

	if (unlikely(m->nb_segs > 1 && len < DP_PEEK)) {
		len = RTE_MIN(m->pkt_len, (uint32_t)DP_PEEK);
		data = rte_pktmbuf_read(m, 0, len, copy);
	}
	if (unlikely(m->ol_flags & DP_STRIPPED)) {
		f = bond_frame_raw(data, len);
		f.tci = m->vlan_tci;
	} else {
		f = bond_frame_of(data, len);
	}
	return bond_hash(&v->hash, &f);
}

/* By headers, those of one policy. What is far is fetched some frames ahead. */
static inline __attribute__((always_inline)) void
by_policy(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	  enum bond_hash_policy policy)
{
	const struct bond_view *v = &b->bond;
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	dp_fetch(pkt, RTE_MIN(n, AHEAD));
	for (uint16_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			dp_fetch(pkt + i + AHEAD, 1);
		slot[i] = dp_slot_of(v, dp_hash_one(v, pkt[i], policy));
	}
	b->scatter(w, b, pkt, n, slot);
}

#define BY_POLICY(name, policy)                                                                    \
	static void by_##name(struct dp_worker *w, const struct dp_bond_view *b,                   \
			      struct rte_mbuf **pkt, uint16_t n)                                   \
	{                                                                                          \
		by_policy(w, b, pkt, n, policy);                                                   \
	}

BY_POLICY(layer2, BOND_HASH_LAYER2)
BY_POLICY(layer23, BOND_HASH_LAYER23)
BY_POLICY(layer34, BOND_HASH_LAYER34)
BY_POLICY(vlan_srcmac, BOND_HASH_VLAN_SRCMAC)

/* Frames without tunnels are to encap2+3 what they are to layer2+3; dp_hash_frame() knows the others. */
static const dp_spread_fn by_headers[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = by_layer2,   [BOND_HASH_LAYER23] = by_layer23,
	[BOND_HASH_LAYER34] = by_layer34, [BOND_HASH_ENCAP23] = by_layer23,
	[BOND_HASH_ENCAP34] = by_layer34, [BOND_HASH_VLAN_SRCMAC] = by_vlan_srcmac,
};

/*
 * With layer3+4 and encap3+4, where most frames have a hash of a NIC: nothing but their mbufs is read.
 * Each of these functions knows what to do with every frame; which one is faster the first frame tells, as
 * most likely all are alike.
 */
static void
by_nic(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	const struct bond_view *v = &b->bond;
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	for (uint16_t i = 0; i < n; i++)
		slot[i] = dp_slot_of(v, dp_hash_one(v, pkt[i], BOND_HASH_LAYER34));
	b->scatter(w, b, pkt, n, slot);
}

static void
by_nic_or_headers(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		  uint16_t n)
{
	(dp_has_hash(pkt[0]) ? by_nic : by_layer34)(w, b, pkt, n);
}

#ifdef DP_HAVE_AVX2
static const dp_spread_fn avx2[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = dp_hash_layer2_avx2,
	[BOND_HASH_LAYER23] = dp_hash_layer23_avx2,
	[BOND_HASH_LAYER34] = dp_hash_layer34_avx2,
	[BOND_HASH_ENCAP23] = dp_hash_layer23_avx2,
	[BOND_HASH_ENCAP34] = dp_hash_layer34_avx2,
	[BOND_HASH_VLAN_SRCMAC] = dp_hash_vlan_srcmac_avx2,
};

static void
by_nic_or_avx2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	(dp_has_hash(pkt[0]) ? by_nic : dp_hash_layer34_avx2)(w, b, pkt, n);
}
#endif

#ifdef DP_HAVE_AVX512
/* The vectors know what most frames are, and leave the others to dp_hash_frame(). */
static const dp_spread_fn avx512[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = dp_hash_layer2_avx512,
	[BOND_HASH_LAYER23] = dp_hash_layer23_avx512,
	[BOND_HASH_LAYER34] = dp_hash_layer34_avx512,
	[BOND_HASH_ENCAP23] = dp_hash_layer23_avx512,
	[BOND_HASH_ENCAP34] = dp_hash_layer34_avx512,
	[BOND_HASH_VLAN_SRCMAC] = dp_hash_vlan_srcmac_avx512,
};

/* Where buckets are all that is wanted of the hash. */
static const dp_spread_fn avx512_buckets[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = dp_octet_layer2_avx512,
	[BOND_HASH_VLAN_SRCMAC] = dp_octet_vlan_srcmac_avx512,
};
#endif

dp_spread_fn
dp_hash_select(const struct bond_view *v, enum dp_simd simd)
{
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && v->n_active <= DP_AVX512_MEMBERS) {
		if (v->nic_hash)
			return dp_hash_nic_avx512;
		if (!v->hash.symmetric && v->spread == BOND_SPREAD_BUCKETS && v->hash.seed == 0 &&
		    avx512_buckets[v->hash.policy] != NULL)
			return avx512_buckets[v->hash.policy];
		if (!v->hash.symmetric)
			return avx512[v->hash.policy];
	}
#endif
#ifdef DP_HAVE_AVX2
	if (simd >= DP_SIMD_AVX2 && !v->hash.symmetric && v->spread == BOND_SPREAD_BUCKETS)
		return v->nic_hash ? by_nic_or_avx2 : avx2[v->hash.policy];
#endif
	(void)simd;
	return v->nic_hash ? by_nic_or_headers : by_headers[v->hash.policy];
}
