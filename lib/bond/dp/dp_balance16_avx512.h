/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_balance16_avx512.h - which of sixteen frames are balanced, and by what; for AVX-512. */
#ifndef DP_BALANCE16_AVX512_H
#define DP_BALANCE16_AVX512_H

#include <netinet/in.h>

#include "balance_match.h"
#include "dp_hash16_avx512.h"
#include "dp_hash16_layer23_avx512.h"

/* What is known of 16 frames. Those that are in neither set are to be looked at one by one. */
struct kinds {
	__mmask16 balanced; /* these have a bucket */
	__mmask16 current;  /* surely not balanced, and nothing that the control thread sends */
	__mmask16 common;   /* of those that are balanced: as most are */
};

/**
 * Sort 16 frames of any kind. If *o says that some are not fit to be looked at, the result is void.
 * @return their buckets, where balanced
 */
typedef __m128i (*sort16_fn)(const struct dp_bond_view *b, struct rte_mbuf *const *pkt,
			     struct oddity *o, struct kinds *k);

/**
 * The same, while all are as most are: IPv4 without a tag, and balanced.
 * @param common where to write whether they are
 */
typedef __m128i (*common16_fn)(const struct dp_bond_view *b, struct rte_mbuf *const *pkt,
			       struct oddity *o, bool *common);

/* May all of them be written to? */
static inline bool
are_own(const struct oddity *o)
{
	return (uint16_t)_mm256_extract_epi16(o->united, 1) == 1 &&
	       !((uint64_t)_mm256_extract_epi64(o->united, 1) &
		 (RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL));
}

/* Four octets as they lie in memory. */
static inline uint32_t
four(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* a | (b ^ c): where does any differ from what is wanted? */
static inline __m512i
differing(__m512i so_far, __m512i row, __m512i wanted)
{
	return _mm512_ternarylogic_epi32(so_far, row, wanted, 0xf6);
}

/* The lowest octets of 16 words. */
static inline __m128i
lowest(__m512i word)
{
	return _mm512_cvtepi32_epi8(word);
}

/* The first 16 octets of 4 frames, one after the other. */
static inline __m512i
four_heads(struct rte_mbuf *const *pkt, struct oddity *o)
{
#define OCTETS(i) _mm_loadu_si128((const __m128i *)header(pkt[i], o))
	const __m512i r =
		_mm512_mask_broadcast_i32x4(_mm512_castsi128_si512(OCTETS(0)), 0x00f0, OCTETS(1));

	return _mm512_mask_broadcast_i32x4(_mm512_mask_broadcast_i32x4(r, 0x0f00, OCTETS(2)),
					   0xf000, OCTETS(3));
#undef OCTETS
}

/* Words from offset 0. Is it from the bond? */
static inline __mmask16
is_ours(const struct bond_view *v, const __m512i w[4])
{
	const uint8_t *mac = v->bond_mac;

	return lanes(w[1], 0xffff0000, (uint32_t)(mac[0] | mac[1] << 8) << 16) &
	       _mm512_cmpeq_epi32_mask(w[2], all(four(mac + 2)));
}

/*
 * Words from offset 10: the type, with up to one tag before it, and what follows. Takes the tag out.
 * @return lanes with a tag
 */
static inline __mmask16
untag(__m512i *w, int words)
{
	const __mmask16 tagged = tagged_lanes(w[0]);

	for (int k = 0; k + 1 < words; k++)
		w[k] = _mm512_mask_mov_epi32(w[k], tagged, w[k + 1]);
	return tagged;
}

/* Words from offset 10 without tags. Is it IPv6, and surely no neighbour discovery? */
static inline __mmask16
is_ipv6(const __m512i *w)
{
	return lanes(w[0], TYPE_MASK, TYPE_IPV6) &
	       (__mmask16)~lanes(w[2], 0xff0000, IPPROTO_ICMPV6 << 16);
}

/* Lanes of frames that have so many octets. */
static inline __mmask16
long_enough(struct rte_mbuf *const *pkt, const struct oddity *o, uint16_t octets)
{
	uint32_t enough = UINT16_MAX;

	if (unlikely((uint16_t)_mm256_extract_epi16(o->smallest, 12) < octets))
		for (int i = 0; i < LANES; i++)
			enough &= ~((uint32_t)(pkt[i]->data_len < octets) << i);
	return (__mmask16)enough;
}

/* Of any frames: what tlb balances, by the hash of layer2. */
static inline __attribute__((always_inline)) __m128i
sort16_layer2(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
	      struct kinds *k)
{
	__m512i mac[4], w[4];
	__mmask16 known, tagged, ipv4;

	load_16_octets(pkt, o, 0, mac);
	load_16_octets(pkt, NULL, 10, w);
	tagged = untag(w, 4);
	ipv4 = lanes(w[0], TYPE_MASK, TYPE_IPV4);
	k->common = ipv4 & (__mmask16)~tagged;
	known = ipv4 | (is_ipv6(w) & long_enough(pkt, o, 18 + sizeof(struct rte_ipv6_hdr)));
	k->balanced = known & is_ours(&b->bond, mac) & lanes(mac[0], 1, 0);
	k->current = known & (__mmask16)~k->balanced;
	/* the last octets of both addresses, and the lower one of the type */
	return lowest(xor3(_mm512_srli_epi32(mac[1], 8), _mm512_srli_epi32(w[0], 24),
			   all(b->bond.bond_mac[5])));
}

/* Most frames are IPv4 without a tag, from the bond to one neighbour: of these little is looked at. */
static inline __attribute__((always_inline)) __m128i
common16_layer2(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
		bool *common)
{
	const uint8_t *mac = b->bond.bond_mac;
	/* Octet 5 of each frame of two rows */
	const __m512i fifth = _mm512_castsi128_si512(
		_mm_setr_epi8(5, 21, 37, 53, 69, 85, 101, 117, 0, 0, 0, 0, 0, 0, 0, 0));
	const __m512i wanted = _mm512_broadcast_i32x4(
		_mm_setr_epi32(0, (int32_t)((uint32_t)(mac[0] | mac[1] << 8) << 16),
			       (int32_t)four(mac + 2), 0x0008));
	const __m512i care =
		_mm512_broadcast_i32x4(_mm_setr_epi32(1, (int32_t)0xffff0000, -1, 0xffff));
	__m512i row[4], differ = _mm512_setzero_si512();

	for (int j = 0; j < 4; j++) {
		row[j] = four_heads(pkt + 4 * j, o);
		differ = differing(differ, row[j], wanted);
	}
	*common = _mm512_test_epi32_mask(differ, care) == 0;
	return _mm_xor_si128(
		_mm_unpacklo_epi64(
			_mm512_castsi512_si128(_mm512_permutex2var_epi8(row[0], fifth, row[1])),
			_mm512_castsi512_si128(_mm512_permutex2var_epi8(row[2], fifth, row[3]))),
		_mm_set1_epi8((char)mac[5]));
}

/* What the other hashes know is TCP, UDP or a fragment, over IPv4 or IPv6. */
static inline __attribute__((always_inline)) __m128i
sort16_hashed(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
	      struct kinds *k, hash16_fn hash16)
{
	__mmask16 unknown = 0;
	__m512i h = hash16(pkt, o, &unknown), mac[4];
	__mmask16 ours;

	load_16_octets(pkt, NULL, 0, mac);
	ours = is_ours(&b->bond, mac) & lanes(mac[0], 1, 0);
	*k = (struct kinds){.balanced = ours & (__mmask16)~unknown,
			    .current = (__mmask16) ~(ours | unknown)};
	return lowest(h);
}

static inline __attribute__((always_inline)) __m128i
sort16_layer23(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
	       struct kinds *k)
{
	return sort16_hashed(b, pkt, o, k, hash16_layer23);
}

static inline __attribute__((always_inline)) __m128i
sort16_layer34(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
	       struct kinds *k)
{
	return sort16_hashed(b, pkt, o, k, hash16_layer34);
}

/* Words from offset 0. Is it for everybody? */
static inline __mmask16
is_broadcast(const __m512i mac[4])
{
	return _mm512_cmpeq_epi32_mask(mac[0], all(UINT32_MAX)) & lanes(mac[1], 0xffff, 0xffff);
}

static inline __mmask16
is_to_all_nodes(const __m512i mac[4])
{
	return _mm512_cmpeq_epi32_mask(mac[0], all(0x00003333)) & lanes(mac[1], 0xffff, 0x0100);
}

#define MIN_IPV6_ADDRESS 58 /* with a tag, up to the end of the address */

/* The destination address of IPv6 frames, all of which are as long as that. */
static inline __attribute__((always_inline)) void
load_ipv6_address(struct rte_mbuf *const *pkt, __mmask16 tagged, __m512i w[4])
{
	const uint32_t tags = tagged;
	__m512i r[4];

#define OCTETS(i)                                                                                  \
	_mm_loadu_si128(                                                                           \
		(const __m128i *)(header(pkt[i], NULL) + 38 +                                      \
				  ((i) >= 2 ? tags >> ((i)-2) & 4 : tags << (2 - (i)) & 4)))
	for (int j = 0; j < 4; j++)
		r[j] = ROW_OF_4(j, OCTETS);
#undef OCTETS
	transpose(r, w);
}

/* Of any frames: what alb balances, by the destination address. */
static inline __attribute__((always_inline)) __m128i
sort16_address(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
	       struct kinds *k)
{
	__m512i mac[4], w[8], x[4] = {0}, to;
	__mmask16 tagged, ipv4, ipv6, except;

	*k = (struct kinds){0};
	load_16_octets(pkt, o, 0, mac);
	load_32_octets(pkt, NULL, 10, w);
	if (unlikely(is_odd(o)))
		return _mm_setzero_si128();
	tagged = untag(w, 8);
	ipv4 = lanes(w[0], TYPE_MASK, TYPE_IPV4);
	k->common = ipv4 & (__mmask16)~tagged;
	ipv6 = is_ipv6(w);
	to = w[5];
	except = _mm512_cmpeq_epi32_mask(to, all(UINT32_MAX)) |
		 lanes(w[3], 0xff00, IPPROTO_IGMP << 8);
	if (ipv6 != 0) {
		if (unlikely(smallest_of(o) < MIN_IPV6_ADDRESS))
			ipv6 = 0;
		else
			load_ipv6_address(pkt, tagged, x);
		to = _mm512_mask_mov_epi32(to, ipv6,
					   _mm512_xor_si512(x[3], xor3(x[0], x[1], x[2])));
		x[0] = _mm512_or_si512(_mm512_or_si512(w[3], w[4]), _mm512_or_si512(w[5], w[6]));
		except = (except & ipv4) |
			 (ipv6 & (_mm512_testn_epi32_mask(x[0], x[0]) | is_to_all_nodes(mac)));
	}
	except |= is_broadcast(mac);
	k->balanced = (ipv4 | ipv6) & is_ours(&b->bond, mac) & (__mmask16)~except;
	k->current = (ipv4 | ipv6) & (__mmask16)~k->balanced;
	return lowest(fold(to));
}

/* The octets 2 to 33 of two frames. */
static inline __m512i
two_parts(struct rte_mbuf *const *pkt, struct oddity *o)
{
#define OCTETS(i) _mm256_loadu_si256((const __m256i *)(header(pkt[i], o) + 2))
	return _mm512_inserti64x4(_mm512_castsi256_si512(OCTETS(0)), OCTETS(1), 1);
#undef OCTETS
}

/*
 * Most frames, as above. Of each the destination address, the last three octets of the destination MAC
 * and the protocol come into one of 16 words of 64 bits.
 */
static inline __attribute__((always_inline)) __m128i
common16_address(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, struct oddity *o,
		 bool *common)
{
#define OF(at) (at) + 28, (at) + 29, (at) + 30, (at) + 31, (at) + 1, (at) + 2, (at) + 3, (at) + 21
	static const uint8_t places[32] = {OF(0), OF(32), OF(64), OF(96)};
#undef OF
	const __m512i place = _mm512_castsi256_si512(_mm256_loadu_si256((const void *)places));
	const uint8_t *mac = b->bond.bond_mac;
	const __m512i wanted = _mm512_broadcast_i64x4(_mm256_setr_epi32(
		0, (int32_t)four(mac), mac[4] | mac[5] << 8 | 0x00080000, 0, 0, 0, 0, 0));
	const __m512i ignore_protocol = _mm512_set1_epi64((int64_t)(UINT64_C(0xff) << 56));
	__m512i row[8], word[2], differ = _mm512_setzero_si512();
	uint32_t odd = 0;

	for (int j = 0; j < 8; j++) {
		row[j] = two_parts(pkt + 2 * j, o);
		differ = differing(differ, row[j], wanted);
	}
	for (int j = 0; j < 2; j++) {
		const __m512i *r = row + 4 * j;

		word[j] = _mm512_inserti64x4(
			_mm512_permutex2var_epi8(r[0], place, r[1]),
			_mm512_castsi512_si256(_mm512_permutex2var_epi8(r[2], place, r[3])), 1);
		odd |= _mm512_cmpeq_epi32_mask(_mm512_or_si512(word[j], ignore_protocol),
					       all(UINT32_MAX));
		odd |= (_mm512_mask_cmpeq_epi8_mask(UINT64_C(0x8080808080808080), word[j],
						    _mm512_set1_epi8(IPPROTO_IGMP)) != 0);
		word[j] = _mm512_xor_si512(word[j], _mm512_srli_epi64(word[j], 16));
		word[j] = _mm512_xor_si512(word[j], _mm512_srli_epi64(word[j], 8));
	}
	odd |= _mm512_mask_test_epi32_mask(0x0606, differ, differ);
	*common = odd == 0;
	return _mm_unpacklo_epi64(_mm512_cvtepi64_epi8(word[0]), _mm512_cvtepi64_epi8(word[1]));
}

#endif
