/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash8_layer23_avx2.h - layer2+3 of eight frames at a time; for files built for AVX2. */
#ifndef DP_HASH8_LAYER23_AVX2_H
#define DP_HASH8_LAYER23_AVX2_H

#include "dp_hash8_avx2.h"

#define SHORTEST_IPV6 54 /* without a tag, up to the destination address */

/* The types of IPv4 with the first octet of its header, and of others, in the lower half of a word. */
#define IPV4_PLAIN   0x450008u
#define IPV4_OF_WORD 0xffffffu
#define LOWER_VLAN   (TYPE_VLAN >> 16)
#define LOWER_QINQ   (TYPE_QINQ >> 16)
#define LOWER_IPV6   (TYPE_IPV6 >> 16)
#define LOWER_MASK   0xffffu

/* Of any frame that vectors understand. */
static __attribute__((noinline)) __m256i
hash8_layer23_any(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common)
{
	__m256i w[4], h, ipv6;

	h = hash8_network(pkt, o, common, &ipv6, false);
	load_16_octets(pkt, NULL, 4, w);
	return fold(xor3(h, last_octets(w), _mm256_blendv_epi8(all(0x0800), all(0x86dd), ipv6)));
}

/*
 * Two parts of each frame hold what IPv4 needs, with a tag or without, and with a third IPv6 without.
 *
 *   a, from octet 5    b, from 22, untagged    b, tagged    c, from 38, untagged
 *   0  .. destination  .. ttl  protocol ..     ..           destination of IPv6
 *   1  .. source type  source                  .. protocol
 *   2  type tag ..     destination             source
 *   3  .. type vers    ..                      destination
 */
static inline __attribute__((always_inline)) __m256i
hash8_layer23(struct rte_mbuf *const *pkt, struct oddity *o, __m256i *common)
{
	__m256i a[4], b[4], c[4], type = all(0x0800), first, tagged, protocol, ipv6, h, macs;

	load_both(pkt, o, 5, a, 22, b);
	first = _mm256_or_si256(_mm256_srli_epi32(a[1], 24), _mm256_slli_epi32(a[2], 8));
	tagged = _mm256_or_si256(lanes(first, LOWER_MASK, LOWER_VLAN),
				 lanes(first, LOWER_MASK, LOWER_QINQ));
	ipv6 = lanes(first, LOWER_MASK, LOWER_IPV6);
	protocol = b[0];
	h = _mm256_xor_si256(b[1], b[2]);
	if (are_any(tagged)) {
		first = _mm256_blendv_epi8(
			first,
			_mm256_or_si256(_mm256_srli_epi32(a[2], 24), _mm256_slli_epi32(a[3], 8)),
			tagged);
		protocol = _mm256_blendv_epi8(protocol, b[1], tagged);
		h = _mm256_blendv_epi8(h, _mm256_xor_si256(b[2], b[3]), tagged);
	}
	*common = _mm256_and_si256(lanes(first, IPV4_OF_WORD, IPV4_PLAIN), has_ports(protocol, 1));
	if (_mm256_movemask_epi8(*common) != -1) {
		ipv6 = _mm256_and_si256(ipv6, has_ports(a[3], 3));
		*common = _mm256_or_si256(*common, ipv6);
		if (unlikely(_mm256_movemask_epi8(*common) != -1 || smallest_of(o) < SHORTEST_IPV6))
			return hash8_layer23_any(pkt, o, common);
		load_16_octets(pkt, NULL, 38, c);
		c[0] = _mm256_xor_si256(xor3(c[0], c[1], c[2]), c[3]);
		c[0] = xor3(c[0], xor3(b[0], b[1], b[2]), b[3]);
		h = _mm256_blendv_epi8(h, c[0], ipv6);
		type = _mm256_blendv_epi8(type, all(0x86dd), ipv6);
	}
	macs = _mm256_and_si256(_mm256_xor_si256(a[0], _mm256_srli_epi32(a[1], 16)), all(0xff));
	return fold(xor3(h, macs, type));
}

#endif
