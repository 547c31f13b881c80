/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash.c - chooses members by hash in plain C: for every frame, and for CPUs without vectors. */
#include "dp_hash.h"

#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_prefetch.h>

#include "dp_scatter.h"

#define STRIPPED (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_VLAN)

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
	if (unlikely(m->ol_flags & STRIPPED)) {
		f = bond_frame_raw(data, len);
		f.tci = m->vlan_tci;
	} else {
		f = bond_frame_of(data, len);
	}
	return bond_hash(&v->hash, &f);
}

static void
by_headers(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkt[i], const void *));
	for (uint16_t i = 0; i < n; i++)
		slot[i] = dp_slot_of(&b->bond, dp_hash_frame(&b->bond, pkt[i]));
	b->scatter(w, b, pkt, n, slot);
}

static void
by_nic(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	const struct bond_view *v = &b->bond;
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	for (uint16_t i = 0; i < n; i++)
		slot[i] = dp_slot_of(v, likely(pkt[i]->ol_flags & RTE_MBUF_F_RX_RSS_HASH)
						? bond_hash_seeded(pkt[i]->hash.rss, v->hash.seed)
						: dp_hash_frame(v, pkt[i]));
	b->scatter(w, b, pkt, n, slot);
}

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
	(void)simd;
	return v->nic_hash ? by_nic : by_headers;
}
