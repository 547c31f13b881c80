/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash16_layer23_avx512.h - layer2+3 of sixteen frames at a time; for files built for AVX-512. */
#ifndef DP_HASH16_LAYER23_AVX512_H
#define DP_HASH16_LAYER23_AVX512_H

#include "dp_hash16_avx512.h"

#define SHORTEST_IPV6 54 /* without a tag, up to the destination address */

/* The types of IPv4 with the first octet of its header, and of others, in the lower half of a word. */
#define IPV4_PLAIN   0x450008u
#define LOWER_VLAN   (TYPE_VLAN >> 16)
#define LOWER_QINQ   (TYPE_QINQ >> 16)
#define LOWER_IPV6   (TYPE_IPV6 >> 16)
#define LOWER_MASK   0xffffu
#define IPV4_OF_WORD 0xffffffu

/* Of any frame that vectors understand. */
static __attribute__((noinline)) __m512i
hash16_layer23_any(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd)
{
	__m512i w[4], h, type;
	__mmask16 ipv6 = 0;

	h = hash16_network(pkt, o, odd, false, &ipv6);
	load_16_octets(pkt, o, 4, w);
	type = _mm512_mask_mov_epi32(all(0x0800), ipv6, all(0x86dd));
	return fold(xor3(h, last_octets(w), type));
}

/* Which have this next to the addresses: TCP or UDP, in one octet of a word? */
static inline __mmask16
has_ports(__m512i word, unsigned int octet)
{
	return lanes(word, 0xffu << 8 * octet, TCP << 8 * octet) |
	       lanes(word, 0xffu << 8 * octet, UDP << 8 * octet);
}

/*
 * Two parts of each frame hold what IPv4 needs, with a tag or without, and with a third IPv6 without.
 * Whatever the traffic is mixed of, there is no branch to be guessed but those on what is in none of
 * the 16.
 *
 *   a, from octet 5    b, from 22, untagged    b, tagged    c, from 38, untagged
 *   0  .. destination  .. ttl  protocol ..     ..           destination of IPv6
 *   1  .. source type  source                  .. protocol
 *   2  type tag ..     destination             source
 *   3  .. type vers    ..                      destination
 */
static inline __attribute__((always_inline)) __m512i
hash16_layer23(struct rte_mbuf *const *pkt, struct oddity *o, __mmask16 *odd)
{
	__m512i a[4], b[4], c[4], first, second, h, type = all(0x0800), macs;
	__mmask16 tagged, ipv4, ipv6;

	load_16_octets(pkt, o, 5, a);
	load_16_octets(pkt, NULL, 22, b);
	first = _mm512_shrdi_epi32(a[1], a[2], 24);  /* octets 12 to 15 */
	second = _mm512_shrdi_epi32(a[2], a[3], 24); /* 16 to 19 */
	tagged = lanes(first, LOWER_MASK, LOWER_VLAN) | lanes(first, LOWER_MASK, LOWER_QINQ);
	ipv4 = lanes(_mm512_mask_mov_epi32(first, tagged, second), IPV4_OF_WORD, IPV4_PLAIN) &
	       has_ports(_mm512_mask_mov_epi32(b[0], tagged, b[1]), 1);
	h = _mm512_xor_si512(b[2], _mm512_mask_mov_epi32(b[1], tagged, b[3]));
	*odd |= (__mmask16)~ipv4;
	if (*odd != 0) {
		ipv6 = lanes(first, LOWER_MASK, LOWER_IPV6) & has_ports(a[3], 3);
		*odd &= (__mmask16)~ipv6;
		if (unlikely(*odd != 0 || smallest_of(o) < SHORTEST_IPV6)) {
			*odd = 0;
			return hash16_layer23_any(pkt, o, odd);
		}
		load_16_octets(pkt, NULL, 38, c);
		h = _mm512_mask_xor_epi32(h, ipv6, xor3(b[0], b[1], b[2]), b[3]);
		h = _mm512_mask_xor_epi32(h, ipv6, h,
					  _mm512_xor_si512(xor3(c[0], c[1], c[2]), c[3]));
		type = _mm512_mask_mov_epi32(type, ipv6, all(0x86dd));
	}
	macs = _mm512_and_si512(_mm512_xor_si512(a[0], _mm512_srli_epi32(a[1], 16)), all(0xff));
	return fold(xor3(h, macs, type));
}

#endif
