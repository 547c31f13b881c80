/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash8_avx2.h - the hashes of eight frames at a time; for files built for AVX2. */
#ifndef DP_HASH8_AVX2_H
#define DP_HASH8_AVX2_H

#include "dp_oddity.h"

#define LANES 8

#define MIN_IPV6 62 /* octets: with a tag, up to the ports */

/* Types in the upper half of a word, as they lie in memory. */
#define TYPE_MASK 0xffff0000u
#define TYPE_VLAN 0x00810000u
#define TYPE_QINQ 0xa8880000u
#define TYPE_IPV4 0x00080000u
#define TYPE_IPV6 0xdd860000u

static inline __m256i
all(uint32_t value)
{
	return _mm256_set1_epi32((int32_t)value);
}

static inline __m256i
xor3(__m256i a, __m256i b, __m256i c)
{
	return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}

/* Lanes in which the masked word has a value: all their bits. */
static inline __m256i
lanes(__m256i word, uint32_t mask, uint32_t value)
{
	return _mm256_cmpeq_epi32(_mm256_and_si256(word, all(mask)), all(value));
}

static inline bool
are_any(__m256i lanes)
{
	return !_mm256_testz_si256(lanes, lanes);
}

/* The number of an IP protocol in an octet of words: is it TCP or UDP? */
static inline __m256i
has_ports(__m256i word, unsigned int octet)
{
	return _mm256_or_si256(lanes(word, 0xffu << 8 * octet, (uint32_t)IPPROTO_TCP << 8 * octet),
			       lanes(word, 0xffu << 8 * octet, (uint32_t)IPPROTO_UDP << 8 * octet));
}

static inline __m256i
fold(__m256i h)
{
	h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
	return _mm256_xor_si256(h, _mm256_srli_epi32(h, 8));
}

/* 4 rows of 4 words become 4 words of 4 rows, in each half of the vectors. */
static inline void
transpose(const __m256i r[4], __m256i w[4])
{
	const __m256i lo01 = _mm256_unpacklo_epi32(r[0], r[1]);
	const __m256i lo23 = _mm256_unpacklo_epi32(r[2], r[3]);
	const __m256i hi01 = _mm256_unpackhi_epi32(r[0], r[1]);
	const __m256i hi23 = _mm256_unpackhi_epi32(r[2], r[3]);

	w[0] = _mm256_unpacklo_epi64(lo01, lo23);
	w[1] = _mm256_unpackhi_epi64(lo01, lo23);
	w[2] = _mm256_unpacklo_epi64(hi01, hi23);
	w[3] = _mm256_unpackhi_epi64(hi01, hi23);
}

/* 16 octets of each of two frames. */
static inline __m256i
row_of(const uint8_t *lower, const uint8_t *upper)
{
	return _mm256_inserti128_si256(
		_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)lower)),
		_mm_loadu_si128((const __m128i *)upper), 1);
}

/* 16 octets of each frame, from an offset on: word k of frame i becomes lane i of w[k]. */
static inline __attribute__((always_inline)) void
load_16_octets(struct rte_mbuf *const *pkt, struct oddity *o, int offset, __m256i w[4])
{
	__m256i r[4];

	for (int i = 0; i < 4; i++)
		r[i] = row_of(header(pkt[i], o) + offset, header(pkt[i + 4], o) + offset);
	transpose(r, w);
}

/* The same from two offsets on, which takes less than one after the other. */
static inline __attribute__((always_inline)) void
load_both(struct rte_mbuf *const *pkt, struct oddity *o, int offset, __m256i w[4], int other,
	  __m256i x[4])
{
	__m256i r[4], t[4];

	for (int i = 0; i < 4; i++) {
		const uint8_t *lower = header(pkt[i], o), *upper = header(pkt[i + 4], o);

		r[i] = row_of(lower + offset, upper + offset);
		t[i] = row_of(lower + other, upper + other);
	}
	transpose(r, w);
	transpose(t, x);
}

/* A word of each frame. */
static inline __m256i
load_word(struct rte_mbuf *const *pkt, int offset)
{
#define WORD(i) ((int32_t)dp_le32(header(pkt[i], NULL) + offset))
	return _mm256_setr_epi32(WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6),
				 WORD(7));
#undef WORD
}

static inline __m256i
tagged_lanes(__m256i type)
{
	return _mm256_or_si256(lanes(type, TYPE_MASK, TYPE_VLAN),
			       lanes(type, TYPE_MASK, TYPE_QINQ));
}

/* The upper half of words, as numbers. */
static inline __m256i
upper_number(__m256i word)
{
	return _mm256_or_si256(_mm256_srli_epi32(word, 24),
			       _mm256_and_si256(_mm256_srli_epi32(word, 8), all(0xff00)));
}

/* The last octets of both addresses, by exclusive or; of the words from offset 4 on. */
static inline __m256i
last_octets(const __m256i w[4])
{
	return _mm256_xor_si256(_mm256_and_si256(_mm256_srli_epi32(w[0], 8), all(0xff)),
				_mm256_srli_epi32(w[1], 24));
}

/*
 * The hashes of eight frames; in *common the lanes where it is one. If *o says that some are not even
 * fit to be looked at, the result is void.
 */
typedef __m256i (*hash8_fn)(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common);

static inline __attribute__((always_inline)) __m256i
hash8_layer2(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common)
{
	__m256i w[4], type;

	load_16_octets(pkt, o, 4, w);
	type = _mm256_slli_epi32(w[2], 16);
	type = _mm256_blendv_epi8(type, _mm256_slli_epi32(w[3], 16), tagged_lanes(type));
	*common = all(UINT32_MAX);
	return _mm256_xor_si256(upper_number(type), last_octets(w));
}

static inline __attribute__((always_inline)) __m256i
hash8_vlan_srcmac(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common)
{
	__m256i w[4], vendor, device, tci;

	load_16_octets(pkt, o, 4, w);
	tci = _mm256_and_si256(upper_number(w[2]), tagged_lanes(_mm256_slli_epi32(w[2], 16)));
	/* Octets 2 and 3 of the first word and 0 of the second; 1 to 3 of the second: big-endian. */
	vendor = _mm256_or_si256(_mm256_and_si256(w[0], all(0x00ff0000)),
				 _mm256_and_si256(_mm256_srli_epi32(w[0], 16), all(0xff00)));
	vendor = _mm256_or_si256(vendor, _mm256_and_si256(w[1], all(0xff)));
	device = _mm256_or_si256(_mm256_and_si256(_mm256_slli_epi32(w[1], 8), all(0x00ff0000)),
				 _mm256_and_si256(_mm256_srli_epi32(w[1], 8), all(0xff00)));
	device = _mm256_or_si256(device, _mm256_srli_epi32(w[1], 24));
	*common = all(UINT32_MAX);
	return xor3(tci, vendor, device);
}

/*
 * What IPv6 frames have behind the first two words of the destination; the last of these is in w[7] where
 * there is no tag. @return addresses, with the ports where they are asked for
 */
static inline __attribute__((always_inline)) __m256i
ipv6_sum(struct rte_mbuf *const *pkt, const __m256i w[8], __m256i tagged, bool with_ports)
{
	__m256i x[4], sum;

	load_16_octets(pkt, NULL, 42, x);
	sum = _mm256_xor_si256(xor3(w[3], w[4], w[5]), w[6]);
	sum = _mm256_xor_si256(sum, xor3(x[0], x[1], x[2]));
	if (!with_ports)
		return _mm256_xor_si256(sum, _mm256_blendv_epi8(w[7], x[3], tagged));
	sum = _mm256_xor_si256(sum, x[3]);
	if (!are_any(tagged))
		return _mm256_xor_si256(sum, w[7]);
	return _mm256_xor_si256(sum, _mm256_blendv_epi8(w[7], load_word(pkt, 58), tagged));
}

/*
 * What layer2+3 and layer3+4 have in common: addresses and ports, of TCP and UDP right behind an IP header,
 * with one tag at most. In *ipv6 the lanes of that.
 */
static inline __attribute__((always_inline)) __m256i
hash8_network(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common, __m256i *ipv6,
	      bool with_ports)
{
	__m256i w[8], tagged, ipv4, h;

	load_both(pkt, o, 10, w, 26, w + 4);
	tagged = tagged_lanes(w[0]);
	if (are_any(tagged))
		for (int k = 0; k < 7; k++)
			w[k] = _mm256_blendv_epi8(w[k], w[k + 1], tagged);
	ipv4 = _mm256_and_si256(lanes(w[0], TYPE_MASK, TYPE_IPV4), lanes(w[1], 0xff, 0x45));
	ipv4 = _mm256_and_si256(ipv4, lanes(w[2], 0xff3f0000, 0)); /* in one piece */
	ipv4 = _mm256_and_si256(ipv4, has_ports(w[3], 1));
	h = _mm256_xor_si256(w[4], w[5]);
	if (with_ports)
		h = _mm256_xor_si256(h, w[6]);
	*common = ipv4;
	*ipv6 = lanes(w[0], TYPE_MASK, TYPE_IPV6);
	if (are_any(*ipv6) && likely(smallest_of(o) >= MIN_IPV6)) {
		*ipv6 = _mm256_and_si256(*ipv6, has_ports(w[2], 2));
		h = _mm256_blendv_epi8(h, ipv6_sum(pkt, w, tagged, with_ports), *ipv6);
		*common = _mm256_or_si256(ipv4, *ipv6);
	}
	return h;
}

static inline __attribute__((always_inline)) __m256i
hash8_layer34(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common)
{
	__m256i ipv6;

	return _mm256_srli_epi32(fold(hash8_network(pkt, o, common, &ipv6, true)), 1);
}

#endif
