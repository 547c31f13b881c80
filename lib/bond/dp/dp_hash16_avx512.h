/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash16_avx512.h - the hashes of sixteen frames at a time; for files built for AVX-512. */
#ifndef DP_HASH16_AVX512_H
#define DP_HASH16_AVX512_H

#include "dp.h"
#include "dp_oddity.h"

/*
 * Frames that vectors understand: Ethernet, at most one tag, then IPv4 without options or IPv6
 * without extension headers, then TCP, UDP or, of IPv4, a fragment. Header fields are taken as
 * 32-bit words as they lie in memory: one vector holds the same word of 16 frames. All other
 * frames are "odd" and hashed one by one.
 *
 * The 32 octets from offset 10 on are enough for IPv4, tagged or not:
 *
 *   word      0        1        2        3        4        5        6        7
 *   untagged  ..type   vers.... ..frag   ..proto  source   dest     ports    ........
 *   tagged    ..tag    ..type   vers.... ..frag   ..proto  source   dest     ports
 */

typedef int32_t unaligned_int32_t __attribute__((aligned(1), may_alias));

#define LANES  16
#define GROUPS (DP_BURST / LANES)
#define AHEAD  32 /* frames between those that are looked at and those that are fetched */

#define MIN_IPV6 62 /* octets: with a tag, up to the ports */

/* Types in the upper half of a word, as they lie in memory. */
#define TYPE_MASK 0xffff0000u
#define TYPE_VLAN 0x00810000u
#define TYPE_QINQ 0xa8880000u
#define TYPE_IPV4 0x00080000u
#define TYPE_IPV6 0xdd860000u

#define TCP 6u
#define UDP 17u

static inline __m512i
all(uint32_t value)
{
	return _mm512_set1_epi32((int32_t)value);
}

/* Lanes in which the masked word has a value. */
static inline __mmask16
lanes(__m512i word, uint32_t mask, uint32_t value)
{
	return _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, all(mask)), all(value));
}

static inline __m512i
xor3(__m512i a, __m512i b, __m512i c)
{
	return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

static inline __m512i
fold(__m512i h)
{
	h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
	return _mm512_xor_si512(h, _mm512_srli_epi32(h, 8));
}

/* What vectors read in place of frames that are odd, and behind the end of a burst. */
static uint8_t nothing[64];
static struct rte_mbuf no_frame = {.buf_addr = nothing, .data_len = sizeof(nothing)};

/* While a group is looked at, those AHEAD of it are fetched. @param left frames in pkt[] */
static inline void
fetch_ahead(struct rte_mbuf *const *pkt, int left)
{
	if (left >= AHEAD + LANES)
		dp_fetch(pkt + AHEAD, LANES);
	else if (left > AHEAD)
		dp_fetch(pkt + AHEAD, left - AHEAD);
}

/* 4 rows of 4 words become 4 words of 4 rows, in each quarter of the vectors. */
static inline void
transpose(const __m512i r[4], __m512i w[4])
{
	const __m512i lo01 = _mm512_unpacklo_epi32(r[0], r[1]);
	const __m512i lo23 = _mm512_unpacklo_epi32(r[2], r[3]);
	const __m512i hi01 = _mm512_unpackhi_epi32(r[0], r[1]);
	const __m512i hi23 = _mm512_unpackhi_epi32(r[2], r[3]);

	w[0] = _mm512_unpacklo_epi64(lo01, lo23);
	w[1] = _mm512_unpackhi_epi64(lo01, lo23);
	w[2] = _mm512_unpacklo_epi64(hi01, hi23);
	w[3] = _mm512_unpackhi_epi64(hi01, hi23);
}

/*
 * 16 frames to be read by vectors, of n that there are at most.
 * @param flags that make a frame odd, @return lanes that are odd
 */
static __attribute__((noinline, unused)) __mmask16
replace_odd(struct rte_mbuf *const *pkt, uint16_t n, uint64_t flags, struct rte_mbuf **tame)
{
	uint32_t odd = 0;

	for (uint16_t i = 0; i < LANES; i++) {
		const bool is_odd =
			i >= n || pkt[i]->data_len < MIN_LEN || (pkt[i]->ol_flags & flags) != 0;

		tame[i] = is_odd ? &no_frame : pkt[i];
		odd |= (uint32_t)is_odd << i;
	}
	return (__mmask16)odd;
}

/* 16 frames to be read by vectors, of fewer: the first one stands for those that are missing. */
static inline void
fill_up(struct rte_mbuf *const *pkt, uint16_t n, struct rte_mbuf **full)
{
	const __m512i filler = _mm512_set1_epi64((intptr_t)pkt[0]);
	const uint32_t there = (UINT32_C(1) << n) - 1;

	_mm512_storeu_si512(full, _mm512_mask_loadu_epi64(filler, (__mmask8)there, pkt));
	_mm512_storeu_si512(full + 8,
			    _mm512_mask_loadu_epi64(filler, (__mmask8)(there >> 8), pkt + 8));
}

/* Row j of four: frames j, 4 + j, 8 + j and 12 + j, so that words come out in order. */
#define ROW_OF_4(j, octets)                                                                        \
	_mm512_mask_broadcast_i32x4(                                                               \
		_mm512_mask_broadcast_i32x4(                                                       \
			_mm512_mask_broadcast_i32x4(_mm512_castsi128_si512(octets(j)), 0x00f0,     \
						    octets(4 + (j))),                              \
			0x0f00, octets(8 + (j))),                                                  \
		0xf000, octets(12 + (j)))

/* 16 octets from an offset on of each of 16 frames. */
static inline __attribute__((always_inline)) void
load_16_octets(struct rte_mbuf *const *pkt, struct oddity *o, int offset, __m512i w[4])
{
	__m512i r[4];

#define OCTETS(i) _mm_loadu_si128((const __m128i *)(header(pkt[i], o) + offset))
	for (int j = 0; j < 4; j++)
		r[j] = ROW_OF_4(j, OCTETS);
#undef OCTETS
	transpose(r, w);
}

/* 32 octets from an offset on of each of 16 frames. */
static inline __attribute__((always_inline)) void
load_32_octets(struct rte_mbuf *const *pkt, struct oddity *o, int offset, __m512i w[8])
{
	__m512i r[8], part[2][4];

#define OCTETS(i) _mm256_loadu_si256((const __m256i *)(header(pkt[i], o) + offset))
	for (int j = 0; j < 8; j++) { /* 0 to 3 and 8 to 11 in the lower halves: words in order */
		const int i = j % 4 + j / 4 * 8;

		r[j] = _mm512_inserti64x4(_mm512_castsi256_si512(OCTETS(i)), OCTETS(i + 4), 1);
	}
#undef OCTETS
	transpose(r, part[0]);
	transpose(r + 4, part[1]);
	for (int k = 0; k < 4; k++) {
		w[k] = _mm512_shuffle_i32x4(part[0][k], part[1][k], 0x88);     /* even quarters */
		w[4 + k] = _mm512_shuffle_i32x4(part[0][k], part[1][k], 0xdd); /* odd ones */
	}
}

static inline __mmask16
tagged_lanes(__m512i type)
{
	return lanes(type, TYPE_MASK, TYPE_VLAN) | lanes(type, TYPE_MASK, TYPE_QINQ);
}

/* A word of each of 16 frames. */
static inline __m512i
load_word(const uint8_t *const at[LANES], int offset)
{
#define WORD(i) (*(const unaligned_int32_t *)(at[i] + offset))
	return _mm512_setr_epi32(WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6),
				 WORD(7), WORD(8), WORD(9), WORD(10), WORD(11), WORD(12), WORD(13),
				 WORD(14), WORD(15));
#undef WORD
}

/*
 * The part of IPv6 frames that 32 octets do not hold: the last three words of the destination and
 * the ports; and in *before, where a tag pushed it out, the word in front of them.
 * @return lanes that are long enough for that
 */
static inline __attribute__((always_inline)) __mmask16
load_ipv6(struct rte_mbuf *const *pkt, __mmask16 tagged, __m512i w[4], __m512i *before)
{
	const uint32_t tags = tagged;
	const uint8_t *at[LANES], *mbuf[LANES];
	__m512i r[4];

	/* Without branches, for traffic may be mixed at random; shorter ones are read elsewhere. */
	for (int i = 0; i < LANES; i++) {
		const struct rte_mbuf *m = pkt[i];
		const uint32_t wanted = 42 + (tags >> i << 2 & 4), last = m->data_len - 16;

		mbuf[i] = (const uint8_t *)m;
		at[i] = rte_pktmbuf_mtod_offset(m, const uint8_t *, RTE_MIN(wanted, last));
	}
#define OCTETS(i) _mm_loadu_si128((const __m128i *)at[i])
	for (int j = 0; j < 4; j++)
		r[j] = ROW_OF_4(j, OCTETS);
#undef OCTETS
	transpose(r, w);
	if (tagged != 0)
		*before = _mm512_mask_mov_epi32(*before, tagged, load_word(at, -4));
	r[0] = _mm512_and_si512(load_word(mbuf, offsetof(struct rte_mbuf, data_len)), all(0xffff));
	return _mm512_cmpge_epu32_mask(r[0], all(MIN_IPV6));
}

/*
 * The hash of 16 frames; in *odd the lanes where it is none. If *o says that some are not even fit
 * to be looked at, the result is void: replace_odd(), then again.
 */
typedef __m512i (*hash16_fn)(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd);

/*
 * What layer2+3 and layer3+4 have in common: addresses and ports, of any frame that vectors
 * understand.
 */
static inline __attribute__((always_inline)) __m512i
hash16_network(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd, bool with_ports,
	       __mmask16 *is_ipv6)
{
	__m512i w[8], x[4], h;
	__mmask16 tagged, ipv4, ipv6, transport;

	load_32_octets(pkt, o, 10, w);
	*odd = 0;
	if (unlikely(is_odd(o)))
		return w[0];
	tagged = tagged_lanes(w[0]);
	if (tagged != 0)
		for (int k = 0; k < 7; k++)
			w[k] = _mm512_mask_mov_epi32(w[k], tagged, w[k + 1]);
	ipv4 = lanes(w[0], TYPE_MASK, TYPE_IPV4) & lanes(w[1], 0xff, 0x45);
	ipv6 = lanes(w[0], TYPE_MASK, TYPE_IPV6);
	transport = lanes(w[3], 0xff00, TCP << 8) | lanes(w[3], 0xff00, UDP << 8);
	h = _mm512_xor_si512(w[4], w[5]);
	if (with_ports) {
		const __mmask16 whole = lanes(w[2], 0xff3f0000, 0);

		transport &= whole;
		h = _mm512_mask_xor_epi32(h, transport, h, w[6]);
		ipv4 &= transport | (__mmask16)~whole;
	} else {
		ipv4 &= transport;
	}
	if (ipv6 != 0) {
		/* the next header lies where the fragment is in IPv4 */
		ipv6 &= lanes(w[2], 0xff0000, TCP << 16) | lanes(w[2], 0xff0000, UDP << 16);
		ipv6 &= load_ipv6(pkt, tagged, x, &w[7]);
		x[0] = xor3(x[0], x[1], x[2]);
		if (with_ports)
			x[0] = _mm512_xor_si512(x[0], x[3]);
		x[0] = _mm512_xor_si512(xor3(x[0], w[3], w[4]), xor3(w[5], w[6], w[7]));
		h = _mm512_mask_mov_epi32(h, ipv6, x[0]);
	}
	*odd = (__mmask16) ~(ipv4 | ipv6);
	*is_ipv6 = ipv6;
	return h;
}

static inline __attribute__((always_inline)) __m512i
hash16_layer34(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd)
{
	__mmask16 ipv6 = 0;

	return _mm512_srli_epi32(fold(hash16_network(pkt, o, odd, true, &ipv6)), 1);
}

/* The last octets of both addresses, by exclusive or; of the words from offset 4 on. */
static inline __m512i
last_octets(const __m512i w[4])
{
	return _mm512_xor_si512(_mm512_and_si512(_mm512_srli_epi32(w[0], 8), all(0xff)),
				_mm512_srli_epi32(w[1], 24));
}

static inline __attribute__((always_inline)) __m512i
hash16_layer2(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd)
{
	__m512i w[4], type;

	load_16_octets(pkt, o, 4, w);
	*odd = 0;
	type = _mm512_slli_epi32(w[2], 16);
	type = _mm512_mask_slli_epi32(type, tagged_lanes(type), w[3], 16);
	type = _mm512_or_si512(_mm512_srli_epi32(type, 24),
			       _mm512_and_si512(_mm512_srli_epi32(type, 8), all(0xff00)));
	return _mm512_xor_si512(type, last_octets(w));
}

static inline __attribute__((always_inline)) __m512i
hash16_vlan_srcmac(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd)
{
	__m512i w[4], tci, vendor, device;

	load_16_octets(pkt, o, 4, w);
	*odd = 0;
	tci = _mm512_maskz_mov_epi32(tagged_lanes(_mm512_slli_epi32(w[2], 16)), w[2]);
	tci = _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi32(tci, 8), all(0xff00)),
			      _mm512_srli_epi32(tci, 24));
	/* Octets 2 and 3 of the first word and 0 of the second; 1 to 3 of the second: big-endian. */
	vendor = _mm512_or_si512(_mm512_and_si512(w[0], all(0x00ff0000)),
				 _mm512_and_si512(_mm512_srli_epi32(w[0], 16), all(0xff00)));
	vendor = _mm512_or_si512(vendor, _mm512_and_si512(w[1], all(0xff)));
	device = _mm512_or_si512(_mm512_and_si512(_mm512_slli_epi32(w[1], 8), all(0x00ff0000)),
				 _mm512_and_si512(_mm512_srli_epi32(w[1], 8), all(0xff00)));
	device = _mm512_or_si512(device, _mm512_srli_epi32(w[1], 24));
	return xor3(tci, vendor, device);
}

#endif
