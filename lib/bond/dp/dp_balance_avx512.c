/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_avx512.c - balance-tlb and balance-alb, sixteen frames at a time. */
#include "dp_balance.h"
#include "dp_balance16_avx512.h"
#include "dp_hash.h"
#include "dp_load.h"
#include "dp_lookup_avx512.h"

static __attribute__((noinline)) void
count(struct dp_load *load, struct rte_mbuf *const *pkt, uint16_t n, const uint16_t *bucket,
      uint32_t weight)
{
	for (uint16_t i = 0; i < n; i++)
		load->octets[bucket[i]] += (uint64_t)weight * pkt[i]->pkt_len;
}

/*
 * Sources of any frames that are ours.
 * @param next as many others that follow, or the same: their mbufs are fetched; fetching headers, too,
 *        is no better and takes longer
 */
static inline void
rewrite(const struct dp_sources *source, struct rte_mbuf *const *pkt, uint16_t n,
	struct rte_mbuf *const *next, const uint8_t *row)
{
#pragma GCC unroll 4
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *at = rte_pktmbuf_mtod_offset(pkt[i], uint8_t *, RTE_ETHER_ADDR_LEN);
		uint64_t octets;

		rte_prefetch0(next[i]);
		memcpy(&octets, at, sizeof(octets));
		octets = (octets & source->keep[row[i]]) | source->put[row[i]];
		memcpy(at, &octets, sizeof(octets));
	}
}

/* As rewrite(), of frames that are as most are: the type behind the source is known. */
static inline void
rewrite_common(const struct dp_sources *source, struct rte_mbuf *const *pkt, uint16_t n,
	       struct rte_mbuf *const *next, const uint8_t *bucket)
{
#pragma GCC unroll 8
	for (uint16_t i = 0; i < n; i++) {
		rte_prefetch0(next[i]);
		memcpy(rte_pktmbuf_mtod_offset(pkt[i], void *, RTE_ETHER_ADDR_LEN),
		       &source->ipv4[bucket[i]], sizeof(source->ipv4[0]));
	}
}

/* Nothing of a part is balanced. */
static inline void
leave_as_it_is(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf *const *pkt,
	       uint16_t n, uint8_t *slot)
{
	const uint32_t weight = dp_load_weight(w, n);
	uint64_t octets = 0;

	if (weight > 0)
		for (uint16_t i = 0; i < n; i++)
			octets += pkt[i]->pkt_len;
	b->load[w->index].octets[DP_LOAD_OTHERS] += weight * octets;
	_mm512_storeu_si512(slot, _mm512_set1_epi8((char)b->bond.current));
}

/* Of four heads the words that hold the end of the source address, and the type. */
#define SOURCE_WORDS 0x4444
#define TYPE_HALVES  0x40404040

/*
 * Do all frames come from others than the bond, from behind a bridge for example, and has the control
 * thread nothing to do with them? No for sure at the first that may be the bond's, by its last octets.
 */
static inline bool
are_foreign(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n)
{
	const __m512i ours = _mm512_broadcast_i32x4(
		_mm_setr_epi32(0, 0, (int32_t)four(b->bond.bond_mac + 2), 0x0008));
	const __mmask32 types = b->bond.punt_host ? TYPE_HALVES : 0;
	struct oddity o = no_oddity(dp_odd_flags(&b->bond));

#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		__m512i nearest = _mm512_set1_epi32(-1), differ = _mm512_setzero_si512();
		struct rte_mbuf *full[LANES], *const *group = pkt + i;

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			group = full;
		}
		for (int j = 0; j < LANES; j += 4) {
			const __m512i row = _mm512_xor_si512(four_heads(group + j, &o), ours);

			nearest = _mm512_min_epu32(nearest, row);
			differ = _mm512_or_si512(differ, row);
		}
		if (_mm512_mask_testn_epi32_mask(SOURCE_WORDS, nearest, nearest) != 0 ||
		    _mm512_mask_test_epi16_mask(types, differ, differ) != 0)
			return false;
	}
	return !is_odd(&o);
}

/* Does a frame come from the bond's MAC? Perhaps, if it is short. */
static inline bool
is_from(const struct bond_view *v, const struct rte_mbuf *m)
{
	return m->data_len < RTE_ETHER_HDR_LEN ||
	       memcmp(rte_pktmbuf_mtod_offset(m, const uint8_t *, RTE_ETHER_ADDR_LEN), v->bond_mac,
		      RTE_ETHER_ADDR_LEN) == 0;
}

/* A part in which frames are not all as most are. */
static inline __attribute__((always_inline)) uint16_t
balance_any(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	    uint16_t behind, uint8_t *slot, sort16_fn sort16)
{
	const struct bond_view *v = &b->bond;
	const __m512i current = _mm512_set1_epi8((char)v->current);
	const __m256i others = _mm256_set1_epi16(DP_LOAD_OTHERS);
	__m512i slots, buckets = _mm512_setzero_si512();
	uint64_t balanced = 0, rest = 0, common = 0, odd = UINT64_MAX >> (64 - n);
	struct oddity o = no_oddity(dp_odd_flags(&b->bond));
	uint16_t bucket[DP_PART];
	uint8_t row[DP_BURST];
	uint32_t weight;

	if (dp_current_sends(v) && !is_from(v, pkt[0]) && are_foreign(b, pkt, n)) {
		leave_as_it_is(w, b, pkt, n, slot);
		return n;
	}
#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];
		struct kinds k;
		__m128i some;

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			some = sort16(b, full, &o, &k);
		} else {
			some = sort16(b, pkt + i, &o, &k);
		}
		buckets = _mm512_mask_broadcast_i32x4(buckets, (__mmask16)(0xf << i / 4), some);
		_mm256_storeu_si256((__m256i *)(bucket + i),
				    _mm256_mask_cvtepu8_epi16(others, k.balanced, some));
		balanced |= (uint64_t)k.balanced << i;
		rest |= (uint64_t)k.current << i;
		common |= (uint64_t)k.common << i;
	}
	balanced = is_odd(&o) ? 0 : balanced & odd;
	rest = is_odd(&o) || !dp_current_sends(v) ? 0 : rest & odd;
	if ((balanced & common) == odd)
		w->mixed &= ~(UINT32_C(1) << b->index);
	odd &= ~(balanced | rest);
	slots = _mm512_mask_mov_epi8(current, balanced, dp_look_up(v->bucket, buckets));
	_mm512_storeu_si512(slot, slots);
	if (unlikely(odd != 0 || !are_own(&o))) {
		n = dp_balance_odd(w, b, pkt, n, odd, slot, bucket);
		dp_balance_mark(w, b, pkt, n, slot, bucket);
	} else if (balanced == 0) {
		leave_as_it_is(w, b, pkt, n, slot);
	} else {
		_mm512_storeu_si512(row, _mm512_mask_mov_epi8(_mm512_set1_epi8(BOND_MAX_MEMBERS),
							      balanced, slots));
		weight = dp_load_weight(w, n);
		if (weight > 0)
			count(&b->load[w->index], pkt, n, bucket, weight);
		rewrite(&b->source, pkt, n, behind >= n ? pkt + n : pkt, row);
	}
	return n;
}

typedef uint16_t (*any_fn)(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			   uint16_t n, uint16_t behind, uint8_t *slot);

/*
 * While all frames of a part are as most are; else any() has it, and those that follow until one is again
 * as most are. No header is written before those
 * of the whole burst were read: a load waits for stores that may overlap it, and as far as a processor
 * can tell early (by the lower 12 bits of addresses) many do.
 */
static inline __attribute__((always_inline)) uint16_t
balance(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	uint16_t behind, uint8_t *slot, common16_fn common16, any_fn any)
{
	uint8_t index[DP_BURST] __rte_cache_aligned;
	__m512i buckets = _mm512_setzero_si512();
	struct oddity o = no_oddity(dp_odd_flags(&b->bond));
	uint16_t bucket[DP_PART];
	uint32_t weight;

	if (unlikely(w->mixed >> b->index & 1))
		return any(w, b, pkt, n, behind, slot);
#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];
		__m128i some;
		bool common;

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			some = common16(b, full, &o, &common);
		} else {
			some = common16(b, pkt + i, &o, &common);
		}
		if (unlikely(!common)) {
			w->mixed |= UINT32_C(1) << b->index;
			return any(w, b, pkt, n, behind, slot);
		}
		buckets = _mm512_mask_broadcast_i32x4(buckets, (__mmask16)(0xf << i / 4), some);
	}
	if (unlikely(is_odd(&o) || !are_own(&o)))
		return any(w, b, pkt, n, behind, slot);
	_mm512_store_si512(index, buckets);
	_mm512_storeu_si512(slot, dp_look_up(b->bond.bucket, buckets));
	weight = dp_load_weight(w, n);
	if (weight > 0) {
		_mm512_storeu_si512(bucket, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(buckets)));
		count(&b->load[w->index], pkt, n, bucket, weight);
	}
	rewrite_common(&b->source, pkt, n, behind >= n ? pkt + n : pkt, index);
	return n;
}

static __attribute__((noinline)) uint16_t
any_by_address(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	       uint16_t behind, uint8_t *slot)
{
	return balance_any(w, b, pkt, n, behind, slot, sort16_address);
}

static __attribute__((noinline)) uint16_t
any_by_layer2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	      uint16_t behind, uint8_t *slot)
{
	return balance_any(w, b, pkt, n, behind, slot, sort16_layer2);
}

uint16_t
dp_balance_alb_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		      uint16_t n, uint16_t behind, uint8_t *slot)
{
	return balance(w, b, pkt, n, behind, slot, common16_address, any_by_address);
}

uint16_t
dp_balance_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			 uint16_t n, uint16_t behind, uint8_t *slot)
{
	return balance(w, b, pkt, n, behind, slot, common16_layer2, any_by_layer2);
}

uint16_t
dp_balance_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n, uint16_t behind, uint8_t *slot)
{
	return balance_any(w, b, pkt, n, behind, slot, sort16_layer23);
}

uint16_t
dp_balance_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n, uint16_t behind, uint8_t *slot)
{
	return balance_any(w, b, pkt, n, behind, slot, sort16_layer34);
}
