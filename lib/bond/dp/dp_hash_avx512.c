/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash_avx512.c - chooses members by hash, sixteen frames at a time. */
#include "dp_hash.h"
#include "dp_hash16_avx512.h"
#include "dp_hash16_layer23_avx512.h"
#include "dp_lookup_avx512.h"
#include "dp_scatter_avx512.h"

/* As bond_hash_seeded(). */
static inline __m512i
seeded(__m512i h, uint32_t seed)
{
	h = _mm512_xor_si512(h, all(seed));
	h = _mm512_mullo_epi32(_mm512_xor_si512(h, _mm512_srli_epi32(h, 16)), all(0x7feb352d));
	h = _mm512_mullo_epi32(_mm512_xor_si512(h, _mm512_srli_epi32(h, 15)), all(0x846ca68b));
	return _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
}

/* The slots that hashes stand for. */
static inline __m512i
slots_of(const struct bond_view *v, const __m512i hash[GROUPS], uint16_t n)
{
	uint8_t slot[DP_BURST] __rte_cache_aligned;
	uint32_t value[DP_BURST];

	if (likely(v->spread == BOND_SPREAD_BUCKETS))
		return dp_look_up(v->bucket, dp_lower_octets(hash, n));
	for (int g = 0; g < GROUPS; g++)
		_mm512_storeu_si512(value + LANES * g, hash[g]);
	for (uint16_t i = 0; i < DP_BURST; i++) /* also behind n: of zeroes */
		slot[i] = v->active[value[i] % v->n_active];
	return _mm512_load_si512(slot);
}

/* The odd frames, one by one. */
static __attribute__((noinline)) __m512i
choose_odd(const struct bond_view *v, struct rte_mbuf *const *pkt, uint64_t odd, __m512i slots)
{
	uint8_t slot[DP_BURST] __rte_cache_aligned;

	_mm512_store_si512(slot, slots);
	for (; odd != 0; odd &= odd - 1) {
		const int i = __builtin_ctzll(odd);

		slot[i] = dp_slot_of(v, dp_hash_any(v, pkt[i]));
	}
	return _mm512_load_si512(slot);
}

/* The hashes of up to 16 frames; in *odd the lanes where it is none, those behind n too. */
static inline __attribute__((always_inline)) __m512i
hash_some(struct rte_mbuf *const *pkt, int n, uint64_t flags, hash16_fn hash16, __mmask16 *odd)
{
	struct oddity o = no_oddity(flags);
	struct rte_mbuf *tame[LANES];
	__mmask16 unfit;
	__m512i hash;

	if (likely(n >= LANES)) {
		hash = hash16(pkt, &o, odd);
		if (likely(!is_odd(&o)))
			return hash;
	}
	unfit = replace_odd(pkt, (uint16_t)n, flags, tame);
	o = no_oddity(flags);
	*odd = 0;
	hash = hash16(tame, &o, odd);
	*odd |= unfit;
	return hash;
}

/* The same of up to 32. @param left frames in pkt[], @return the odd ones */
static inline __attribute__((always_inline)) uint32_t
hash_half(struct rte_mbuf *const *pkt, int n, int left, uint64_t flags, hash16_fn hash16,
	  __m512i hash[2])
{
	__mmask16 lower = 0, upper = 0;

	fetch_ahead(pkt, left);
	fetch_ahead(pkt + LANES, left - LANES);
	hash[0] = hash_some(pkt, n, flags, hash16, &lower);
	hash[1] = likely(n > LANES) ? hash_some(pkt + LANES, n - LANES, flags, hash16, &upper)
				    : _mm512_setzero_si512();
	return (uint32_t)lower | (uint32_t)upper << LANES;
}

/* The slots of a burst. @param behind frames that follow in pkt[] */
static inline __attribute__((always_inline)) __m512i
choose(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind,
       hash16_fn hash16)
{
	const uint64_t flags = dp_odd_flags(v);
	__m512i hash[GROUPS], slots;
	uint64_t odd;

	odd = hash_half(pkt, n, n + behind, flags, hash16, hash);

	hash[2] = hash[3] = _mm512_setzero_si512();
	if (unlikely(n > 2 * LANES))
		odd |= (uint64_t)hash_half(pkt + 2 * LANES, n - 2 * LANES, n + behind - 2 * LANES,
					   flags, hash16, hash + 2)
		       << 32;
	if (unlikely(v->hash.seed != 0))
		for (int g = 0; g < GROUPS; g++)
			hash[g] = seeded(hash[g], v->hash.seed);
	slots = slots_of(v, hash, n);
	odd &= UINT64_MAX >> (64 - n);
	if (unlikely(odd != 0))
		slots = choose_odd(v, pkt, odd, slots);
	return slots;
}

/* The slots of a burst by one policy. */
typedef __m512i (*choose_fn)(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n,
			     uint16_t behind);

/* A lot is a burst, or some. */
static inline __attribute__((always_inline)) void
spread(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
       choose_fn by, bool fetches)
{
	uint8_t slot[DP_LOT] __rte_cache_aligned;

	if (fetches)
		dp_fetch(pkt, RTE_MIN(n, AHEAD));
	if (n <= DP_BURST) {
		dp_scatter_burst_avx512(w, b, pkt, n, by(&b->bond, pkt, n, 0));
		return;
	}
	for (uint16_t i = 0; i < n; i += DP_BURST) {
		const uint16_t some = RTE_MIN(n - i, DP_BURST);

		_mm512_store_si512(slot + i, by(&b->bond, pkt + i, some, n - i - some));
	}
	dp_scatter_avx512(w, b, pkt, n, slot);
}

static __attribute__((noinline)) __m512i
by_layer2(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind)
{
	return choose(v, pkt, n, behind, hash16_layer2);
}

void
dp_hash_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		      uint16_t n)
{
	spread(w, b, pkt, n, by_layer2, true);
}

static __attribute__((noinline)) __m512i
by_layer23(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind)
{
	return choose(v, pkt, n, behind, hash16_layer23);
}

void
dp_hash_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n)
{
	spread(w, b, pkt, n, by_layer23, true);
}

static __attribute__((noinline)) __m512i
by_layer34(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind)
{
	return choose(v, pkt, n, behind, hash16_layer34);
}

void
dp_hash_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n)
{
	spread(w, b, pkt, n, by_layer34, true);
}

static __attribute__((noinline)) __m512i
by_vlan_srcmac(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind)
{
	return choose(v, pkt, n, behind, hash16_vlan_srcmac);
}

void
dp_hash_vlan_srcmac_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			   uint16_t n)
{
	spread(w, b, pkt, n, by_vlan_srcmac, true);
}

/* What the NIC left in 16 frames, fewer at the end of a burst. @param flags those that all have */
static inline __attribute__((always_inline)) __m512i
nic_hashes(struct rte_mbuf *const *pkt, bool whole, uint16_t n, uint64_t *flags)
{
	__m512i h = _mm512_setzero_si512();

	for (int i = 0; i < LANES; i++) /* unrolled */
		if (whole || i < n) {
			*flags &= pkt[i]->ol_flags;
			h = _mm512_mask_set1_epi32(h, (__mmask16)(1u << i),
						   (int32_t)pkt[i]->hash.rss);
		}
	return h;
}

/* The slots of a burst by what the NIC left in its frames; those where it left nothing are odd. */
static __attribute__((noinline)) __m512i
by_nic(const struct bond_view *v, struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind)
{
	uint64_t flags = RTE_MBUF_F_RX_RSS_HASH, odd = 0;
	__m512i hash[GROUPS] = {0}, slots;

	(void)behind; /* of each frame its mbuf is read only */
	for (uint16_t i = 0; i < n; i += LANES) {
		const __m512i h = n - i >= LANES ? nic_hashes(pkt + i, true, LANES, &flags)
						 : nic_hashes(pkt + i, false, n - i, &flags);

		hash[i / LANES] = v->hash.seed != 0 ? seeded(h, v->hash.seed) : h;
	}
	slots = slots_of(v, hash, n);
	if (unlikely(flags == 0)) {
		for (uint16_t i = 0; i < n; i++)
			odd |= (uint64_t)!dp_has_hash(pkt[i]) << i;
		slots = choose_odd(v, pkt, odd, slots);
	}
	return slots;
}

void
dp_hash_nic_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		   uint16_t n)
{
	if (dp_has_hash(
		    pkt[0])) /* most likely all are alike, such as those of a host that hashes none */
		spread(w, b, pkt, n, by_nic, false);
	else
		dp_hash_layer34_avx512(w, b, pkt, n);
}
