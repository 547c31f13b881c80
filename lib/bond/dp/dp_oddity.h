/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_oddity.h - what mbufs of a group have in common; for files built for AVX2 or wider. */
#ifndef DP_ODDITY_H
#define DP_ODDITY_H

#include <assert.h>
#include <immintrin.h>
#include <stddef.h>

#include "dp_hash_common.h"

/* No frame is shorter, of those that vectors understand: nothing is read behind its end. */
#define MIN_LEN 42 /* IPv4 with a tag, but without a UDP header; or with, but without a tag */

/*
 * By one operation a frame and purpose: the 32 octets from data_off on of all of them, united, and the
 * smallest of each 16 bits.
 */
struct oddity {
	__m256i united, smallest;
	uint64_t flags; /* those that make a frame odd */
};

#define MBUF_PART offsetof(struct rte_mbuf, rearm_data)
static_assert(offsetof(struct rte_mbuf, ol_flags) == MBUF_PART + 8 &&
		      offsetof(struct rte_mbuf, data_len) == MBUF_PART + 24,
	      "flags and length of a frame are near each other");

/* Before the first frame of a group. @param flags that make one odd: dp_odd_flags() */
static inline struct oddity
no_oddity(uint64_t flags)
{
	return (struct oddity){
		.united = _mm256_setzero_si256(),
		.smallest = _mm256_set1_epi16(-1),
		.flags = flags,
	};
}

/* @param o NULL, which is known when this is compiled: the frame was looked at already */
static inline const uint8_t *
header(const struct rte_mbuf *m, struct oddity *o)
{
	const __m256i *part = (const __m256i *)m->rearm_data;

	if (o != NULL) {
		o->united = _mm256_or_si256(o->united, _mm256_loadu_si256(part));
		o->smallest = _mm256_min_epu16(o->smallest, _mm256_loadu_si256(part));
	}
	return rte_pktmbuf_mtod(m, const uint8_t *);
}

/* Octets of the shortest one. */
static inline uint16_t
smallest_of(const struct oddity *o)
{
	return (uint16_t)_mm256_extract_epi16(o->smallest, 12);
}

/* Is one short, or does its mbuf tell more of it? */
static inline bool
is_odd(const struct oddity *o)
{
	return ((uint64_t)_mm256_extract_epi64(o->united, 1) & o->flags) != 0 ||
	       smallest_of(o) < MIN_LEN;
}

#endif
