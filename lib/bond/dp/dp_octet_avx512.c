/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_octet_avx512.c - members by layer2 and vlan+srcmac: of such a hash a bucket takes one octet. */
#include "dp_hash.h"
#include "dp_hash16_avx512.h"
#include "dp_lookup_avx512.h"
#include "dp_scatter_avx512.h"

static_assert(BOND_BUCKETS == UINT8_MAX + 1, "the lowest octet of a hash names a bucket");

#define FROM 4 /* of each frame 16 octets are read, from this one on */
#define ROW  4 /* frames in a vector */
static_assert(FROM + 16 <= MIN_LEN, "shorter frames are odd");

/* An octet of eight frames, which two vectors hold. */
#define OF_EIGHT(at)                                                                               \
	(at), 16 + (at), 32 + (at), 48 + (at), 64 + (at), 80 + (at), 96 + (at), 112 + (at)

/*
 * The octets that the hash needs of eight frames, one after the other: two that count always, the lower
 * and the upper one of the type, and one that counts behind a tag.
 */
#define PLACES(a, b, behind_tag)                                                                   \
	{                                                                                          \
		OF_EIGHT((a)-FROM), OF_EIGHT((b)-FROM), OF_EIGHT(13 - FROM), OF_EIGHT(12 - FROM),  \
			OF_EIGHT((behind_tag)-FROM)                                                \
	}

struct octet_rule {
	uint8_t places[64];
	bool type; /* the lower octet of the type counts, where no tag comes before it */
};

/* The last octets of both addresses, and the type: behind the tag, where there is one. */
static const struct octet_rule layer2 = {PLACES(5, 11, 17), .type = true};

/* The last octets of both halves of the source, and the tag. */
static const struct octet_rule vlan_srcmac = {PLACES(8, 11, 15), .type = false};

/* A frame for a row. */
static inline __m128i
head_of(const struct rte_mbuf *m, struct oddity *o)
{
	return _mm_loadu_si128((const __m128i *)(header(m, o) + FROM));
}

static inline __m512i
row_of(struct rte_mbuf *const *pkt, struct oddity *o)
{
	__m512i row = _mm512_castsi128_si512(head_of(pkt[0], o));

	row = _mm512_mask_broadcast_i32x4(row, 0x00f0, head_of(pkt[1], o));
	row = _mm512_mask_broadcast_i32x4(row, 0x0f00, head_of(pkt[2], o));
	return _mm512_mask_broadcast_i32x4(row, 0xf000, head_of(pkt[3], o));
}

/* The lowest octets of the hashes of 16 frames. */
static inline __attribute__((always_inline)) __m128i
octets_of_16(struct rte_mbuf *const *pkt, const struct octet_rule *rule, struct oddity *o)
{
	const __m512i places = _mm512_loadu_si512(rule->places);
	const __m512i r0 = row_of(pkt, o), r1 = row_of(pkt + ROW, o);
	const __m512i r2 = row_of(pkt + 2 * ROW, o), r3 = row_of(pkt + 3 * ROW, o);
	const __m512i half = _mm512_permutex2var_epi8(r0, places, r1);
	const __m512i other = _mm512_permutex2var_epi8(r2, places, r3);
	const __m512i even = _mm512_unpacklo_epi64(half, other);
	const __m512i odd = _mm512_unpackhi_epi64(half, other);
	const __m128i lower = _mm512_extracti32x4_epi32(even, 1);
	const __m128i upper = _mm512_extracti32x4_epi32(odd, 1);
	const __m128i behind_tag = _mm512_extracti32x4_epi32(even, 2);
	__mmask16 tagged;

	tagged = _mm_mask_cmpeq_epi8_mask(_mm_cmpeq_epi8_mask(upper, _mm_set1_epi8((char)0x81)),
					  lower, _mm_setzero_si128());
	tagged |= _mm_mask_cmpeq_epi8_mask(_mm_cmpeq_epi8_mask(upper, _mm_set1_epi8((char)0x88)),
					   lower, _mm_set1_epi8((char)0xa8));
	return _mm_ternarylogic_epi32(_mm512_castsi512_si128(even), _mm512_castsi512_si128(odd),
				      rule->type ? _mm_mask_mov_epi8(lower, tagged, behind_tag)
						 : _mm_maskz_mov_epi8(tagged, behind_tag),
				      0x96);
}

/* The octets of a burst. @param behind frames that follow in pkt[] */
static inline __attribute__((always_inline)) __m512i
octets_of(struct rte_mbuf *const *pkt, uint16_t n, uint16_t behind, const struct octet_rule *rule,
	  struct oddity *o)
{
	__m512i octets = _mm512_setzero_si512();

#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];
		__m128i some;

		fetch_ahead(pkt + i, n - i + behind);

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			some = octets_of_16(full, rule, o);
		} else {
			some = octets_of_16(pkt + i, rule, o);
		}
		octets = _mm512_mask_broadcast_i32x4(octets, (__mmask16)(0xf << i / 4), some);
	}
	return octets;
}

static inline __attribute__((always_inline)) void
spread(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
       const struct octet_rule *rule, dp_spread_fn any)
{
	uint8_t slot[DP_LOT] __rte_cache_aligned;
	struct oddity o = no_oddity(dp_odd_flags(&b->bond));
	__m512i slots = _mm512_setzero_si512();

	dp_fetch(pkt, RTE_MIN(n, AHEAD));
#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += DP_BURST) {
		const uint16_t some = RTE_MIN(n - i, DP_BURST);
		const __m512i octets = octets_of(pkt + i, some, n - i - some, rule, &o);

		slots = dp_look_up(b->bond.bucket, octets);
		_mm512_store_si512(slot + i, slots);
	}
	if (unlikely(is_odd(&o))) /* too short, or with a tag in the mbuf, which counts instead */
		any(w, b, pkt, n);
	else if (n <= DP_BURST)
		dp_scatter_burst_avx512(w, b, pkt, n, slots);
	else
		dp_scatter_avx512(w, b, pkt, n, slot);
}

void
dp_octet_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n)
{
	spread(w, b, pkt, n, &layer2, dp_hash_layer2_avx512);
}

void
dp_octet_vlan_srcmac_avx512(struct dp_worker *w, const struct dp_bond_view *b,
			    struct rte_mbuf **pkt, uint16_t n)
{
	spread(w, b, pkt, n, &vlan_srcmac, dp_hash_vlan_srcmac_avx512);
}
