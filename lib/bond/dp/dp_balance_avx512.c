/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance_avx512.c - balance-tlb and balance-alb, sixteen frames at a time. */
#include "dp_balance.h"
#include "dp_balance16_avx512.h"
#include "dp_hash.h"
#include "dp_load.h"
#include "dp_lookup_avx512.h"
#include "dp_scatter_avx512.h"

/* Frames of any kind, that are ours. */
static inline void
count_and_rewrite(struct dp_load *load, const struct dp_sources *source,
		  struct rte_mbuf *const *pkt, uint16_t n, const uint16_t *bucket,
		  const uint8_t *row)
{
#pragma GCC unroll 4
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];
		uint8_t *at = rte_pktmbuf_mtod_offset(m, uint8_t *, RTE_ETHER_ADDR_LEN);
		uint64_t octets;

		load->octets[bucket[i]] += m->pkt_len;
		memcpy(&octets, at, sizeof(octets));
		octets = (octets & source->keep[row[i]]) | source->put[row[i]];
		memcpy(at, &octets, sizeof(octets));
	}
}

/* From behind a bridge, for example. */
static void
send_as_it_is(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	uint64_t octets = 0;

	for (uint16_t i = 0; i < n; i++)
		octets += pkt[i]->pkt_len;
	b->load[w->index].octets[DP_LOAD_OTHERS] += octets;
	dp_send(w, b->port[b->bond.current], pkt, n, DP_DROP_TX_MEMBER_FULL);
}

/* A burst in which frames are not all as most are. */
static inline __attribute__((always_inline)) void
balance_any(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	    sort16_fn sort16)
{
	const struct bond_view *v = &b->bond;
	const __m512i current = _mm512_set1_epi8((char)v->current);
	const __m256i others = _mm256_set1_epi16(DP_LOAD_OTHERS);
	__m512i slots, buckets = _mm512_setzero_si512();
	uint64_t balanced = 0, rest = 0, odd;
	struct oddity o = no_oddity();
	struct dp_lot lot;

#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];
		struct kinds k;
		__m128i bucket;

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			bucket = sort16(b, full, &o, &k);
		} else {
			bucket = sort16(b, pkt + i, &o, &k);
		}
		buckets = _mm512_mask_broadcast_i32x4(buckets, (__mmask16)(0xf << i / 4), bucket);
		_mm256_storeu_si256((__m256i *)(lot.bucket + i),
				    _mm256_mask_cvtepu8_epi16(others, k.balanced, bucket));
		balanced |= (uint64_t)k.balanced << i;
		rest |= (uint64_t)k.current << i;
	}
	balanced = is_odd(&o) ? 0 : balanced & first(n);
	rest = is_odd(&o) || !dp_current_sends(v) ? 0 : rest & first(n);
	odd = first(n) & ~(balanced | rest);
	slots = _mm512_mask_mov_epi8(current, balanced, dp_look_up(v->bucket, buckets));
	if (unlikely(odd != 0 || !are_own(&o))) {
		_mm512_store_si512(lot.slot, slots);
		n = dp_balance_odd(w, b, pkt, n, odd, &lot);
		if (n > 0)
			dp_balance_send(w, b, pkt, n, &lot);
		return;
	}
	if (balanced == 0) {
		send_as_it_is(w, b, pkt, n);
		return;
	}
	_mm512_store_si512(lot.slot, _mm512_mask_mov_epi8(_mm512_set1_epi8(BOND_MAX_MEMBERS),
							  balanced, slots));
	count_and_rewrite(&b->load[w->index], &b->source, pkt, n, lot.bucket, lot.slot);
	dp_scatter_slots(w, b, pkt, n, slots);
}

/* As count_and_rewrite(), of frames that are as most are: the type behind the source is known. */
static inline void
count_and_rewrite_common(struct dp_load *load, const struct dp_sources *source,
			 struct rte_mbuf *const *pkt, uint16_t n, const uint8_t *bucket)
{
#pragma GCC unroll 8
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];

		load->octets[bucket[i]] += m->pkt_len;
		memcpy(rte_pktmbuf_mtod_offset(m, void *, RTE_ETHER_ADDR_LEN),
		       &source->ipv4[bucket[i]], sizeof(source->ipv4[0]));
	}
}

/*
 * While all frames of a burst are as most are; else any() has it. No header is written before those
 * of the whole burst were read: a load waits for stores that may overlap it, and as far as a processor
 * can tell early (by the lower 12 bits of addresses) many do.
 */
static inline __attribute__((always_inline)) void
balance(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	common16_fn common16, dp_spread_fn any)
{
	uint8_t index[DP_BURST] __rte_cache_aligned;
	__m512i buckets = _mm512_setzero_si512();
	struct oddity o = no_oddity();

#pragma GCC unroll 1
	for (uint16_t i = 0; i < n; i += LANES) {
		struct rte_mbuf *full[LANES];
		__m128i bucket;
		bool common;

		if (unlikely(n - i < LANES)) {
			fill_up(pkt + i, n - i, full);
			bucket = common16(b, full, &o, &common);
		} else {
			bucket = common16(b, pkt + i, &o, &common);
		}
		if (unlikely(!common)) {
			any(w, b, pkt, n);
			return;
		}
		buckets = _mm512_mask_broadcast_i32x4(buckets, (__mmask16)(0xf << i / 4), bucket);
	}
	if (unlikely(is_odd(&o) || !are_own(&o))) {
		any(w, b, pkt, n);
		return;
	}
	_mm512_store_si512(index, buckets);
	count_and_rewrite_common(&b->load[w->index], &b->source, pkt, n, index);
	dp_scatter_slots(w, b, pkt, n, dp_look_up(b->bond.bucket, buckets));
}

static __attribute__((noinline)) void
any_by_address(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	balance_any(w, b, pkt, n, sort16_address);
}

static __attribute__((noinline)) void
any_by_layer2(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n)
{
	balance_any(w, b, pkt, n, sort16_layer2);
}

void
dp_balance_alb_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		      uint16_t n)
{
	balance(w, b, pkt, n, common16_address, any_by_address);
}

void
dp_balance_layer2_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			 uint16_t n)
{
	balance(w, b, pkt, n, common16_layer2, any_by_layer2);
}

void
dp_balance_layer23_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n)
{
	balance_any(w, b, pkt, n, sort16_layer23);
}

void
dp_balance_layer34_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			  uint16_t n)
{
	balance_any(w, b, pkt, n, sort16_layer34);
}
