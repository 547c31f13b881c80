/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash_avx2.c - chooses members by hash, eight frames at a time; buckets only. */
#include "dp_hash.h"
#include "dp_hash8_avx2.h"
#include "dp_hash8_layer23_avx2.h"
#include "dp_scatter.h"

#define AHEAD 16 /* frames between those that are hashed and those that are fetched */

static_assert(BOND_BUCKETS == UINT8_MAX + 1, "the lowest octet of a hash names a bucket");

/* As bond_hash_seeded(). */
static inline __m256i
seeded(__m256i h, uint32_t seed)
{
	h = _mm256_xor_si256(h, all(seed));
	h = _mm256_mullo_epi32(_mm256_xor_si256(h, _mm256_srli_epi32(h, 16)), all(0x7feb352d));
	h = _mm256_mullo_epi32(_mm256_xor_si256(h, _mm256_srli_epi32(h, 15)), all(0x846ca68b));
	return _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
}

/* The lowest octets of eight hashes. */
static inline void
store_octets(__m256i h, uint8_t *octet)
{
	const __m256i lowest = _mm256_shuffle_epi8(h, all(0x0c080400));

	_mm_storel_epi64((__m128i *)octet, _mm_unpacklo_epi32(_mm256_castsi256_si128(lowest),
							      _mm256_extracti128_si256(lowest, 1)));
}

/* The octets of some frames by which buckets are told, of eight. */
static inline __attribute__((always_inline)) void
hash_eight(const struct bond_view *v, struct rte_mbuf *const *pkt, enum bond_hash_policy policy,
	   hash8_fn hash8, uint8_t *octet)
{
	struct oddity o = no_oddity(dp_odd_flags(v));
	uint32_t odd = UINT8_MAX;
	__m256i common, h;

	h = hash8(pkt, &o, &common);
	if (likely(!is_odd(&o))) {
		if (unlikely(v->hash.seed != 0))
			h = seeded(h, v->hash.seed);
		store_octets(h, octet);
		odd &= ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(common));
	}
	for (; unlikely(odd != 0); odd &= odd - 1) {
		const int i = __builtin_ctz(odd);

		octet[i] = (uint8_t)dp_hash_one(v, pkt[i], policy);
	}
}

/*
 * All are hashed before the first one is sorted: so few steps are between one frame and the next that a
 * processor has several groups of eight under way.
 */
static inline __attribute__((always_inline)) void
spread(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
       enum bond_hash_policy policy, hash8_fn hash8)
{
	const struct bond_view *v = &b->bond;
	uint8_t octet[DP_LOT];
	uint16_t i = 0;

	dp_fetch(pkt, RTE_MIN(n, AHEAD));
	for (; i + LANES <= n; i += LANES) {
		if (i + AHEAD + LANES <= n)
			dp_fetch(pkt + i + AHEAD, LANES);
		hash_eight(v, pkt + i, policy, hash8, octet + i);
	}
	for (; i < n; i++)
		octet[i] = (uint8_t)dp_hash_one(v, pkt[i], policy);
	dp_scatter_buckets_avx2(w, b, pkt, n, octet);
}

#define BY_POLICY(name, policy)                                                                    \
	void dp_hash_##name##_avx2(struct dp_worker *w, const struct dp_bond_view *b,              \
				   struct rte_mbuf **pkt, uint16_t n)                              \
	{                                                                                          \
		spread(w, b, pkt, n, policy, hash8_##name);                                        \
	}

BY_POLICY(layer2, BOND_HASH_LAYER2)
BY_POLICY(layer23, BOND_HASH_LAYER23)
BY_POLICY(layer34, BOND_HASH_LAYER34)
BY_POLICY(vlan_srcmac, BOND_HASH_VLAN_SRCMAC)
