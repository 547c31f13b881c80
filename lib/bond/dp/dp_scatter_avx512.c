/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_scatter_avx512.c - sends frames whose members are known, sorted by vectors. */
#include "dp_scatter_avx512.h"

#include <assert.h>

#define STEP 8  /* pointers in a vector */
#define FEW  32 /* frames whose pointers are sorted in registers */

/* As a vector is stored where only the first of its elements count. */
#define SORTED (DP_LOT + STEP)
#define ORDER  (DP_LOT + DP_BURST)

static_assert(DP_LOT <= UINT8_MAX + 1, "an octet holds the number of a frame");

/* 0, 1, 2 ... 63 */
static const uint8_t numbers[DP_BURST] __rte_cache_aligned = {
	0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
	44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
};

static inline uint64_t
first(unsigned int n) /* 1 to 64 bits */
{
	return UINT64_MAX >> (64 - n);
}

/* Of a burst that begins at frame i of n, which frames are a member's? */
static inline uint64_t
of_member(const uint8_t *slot, uint16_t i, uint16_t n, __m512i member)
{
	return _mm512_mask_cmpeq_epi8_mask(first(RTE_MIN(n - i, DP_BURST)),
					   _mm512_load_si512(slot + i), member);
}

/* Up to 32 frames in another order: sorted[i] = pkt[order[i]]. */
static inline void
sort_few(struct rte_mbuf *const *pkt, uint16_t n, __m512i order, struct rte_mbuf **sorted)
{
	__m512i p0, p1, p2, p3;
	const __m128i lower = _mm512_castsi512_si128(order);
	const __m128i upper = _mm512_extracti32x4_epi32(order, 1);
	const __m128i part[4] = {lower, _mm_srli_si128(lower, 8), upper, _mm_srli_si128(upper, 8)};

	if (likely(n == FEW)) {
		p0 = _mm512_loadu_si512(pkt);
		p1 = _mm512_loadu_si512(pkt + 8);
		p2 = _mm512_loadu_si512(pkt + 16);
		p3 = _mm512_loadu_si512(pkt + 24);
	} else { /* not all of pkt[] is ours */
		p0 = _mm512_maskz_loadu_epi64((__mmask8)first(n), pkt);
		p1 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 8), pkt + 8);
		p2 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 16), pkt + 16);
		p3 = _mm512_maskz_loadu_epi64((__mmask8)(first(n) >> 24), pkt + 24);
	}
	for (int i = 0; i < 4; i++) {
		const __m512i at = _mm512_cvtepu8_epi64(part[i]);
		const __m512i low = _mm512_permutex2var_epi64(p0, at, p1);
		const __m512i high = _mm512_permutex2var_epi64(p2, at, p3);
		const __mmask16 is_high = _mm512_test_epi64_mask(at, _mm512_set1_epi64(16));

		_mm512_storeu_si512(sorted + STEP * i, _mm512_mask_mov_epi64(low, is_high, high));
	}
}

/*
 * The order of up to 32 frames, and how many each member gets. A comparison holds the slots twice, for
 * two members at once, and what remains of the numbers is in order already.
 */
static inline __m512i
order_of_few(const struct dp_bond_view *b, uint16_t n, __m512i slots, uint16_t *count)
{
	const uint64_t there = first(n) | first(n) << 32;
	const __m512i twice = _mm512_shuffle_i64x2(slots, slots, 0x44);
	const __m512i number =
		_mm512_shuffle_i64x2(_mm512_load_si512(numbers), _mm512_load_si512(numbers), 0x44);
	uint64_t ours = _mm512_mask_cmpeq_epi8_mask(there, twice, _mm512_load_si512(b->pair[0]));
	__m512i order = _mm512_maskz_compress_epi8(ours, number);
	unsigned int at = (unsigned int)__builtin_popcountll(ours);

	count[0] = (uint16_t)__builtin_popcountll((uint32_t)ours);
	count[1] = (uint16_t)__builtin_popcountll(ours >> 32);
	for (uint8_t k = 2; k < b->bond.n_active; k += 2) {
		ours = _mm512_mask_cmpeq_epi8_mask(there, twice, _mm512_load_si512(b->pair[k / 2]));
		count[k] = (uint16_t)__builtin_popcountll((uint32_t)ours);
		count[k + 1] = (uint16_t)__builtin_popcountll(ours >> 32);
		/* each at its place, for itself: behind what it compressed there are zeroes */
		order = _mm512_or_si512(
			order, _mm512_maskz_expand_epi8(~_bzhi_u64(UINT64_MAX, at),
							_mm512_maskz_compress_epi8(ours, number)));
		at += (unsigned int)__builtin_popcountll(ours);
	}
	return order;
}

/* Pointers of the frames whose bits are set. @return behind the last one */
static inline struct rte_mbuf **
pick(struct rte_mbuf *const *pkt, uint64_t bits, struct rte_mbuf **sorted)
{
#pragma GCC unroll 8
	for (int i = 0; i < DP_BURST / STEP; i++) {
		const __mmask8 some = (__mmask8)(bits >> STEP * i);
		const __m512i p = _mm512_maskz_loadu_epi64(some, pkt + STEP * i);

		_mm512_storeu_si512(sorted, _mm512_maskz_compress_epi64(some, p));
		sorted += __builtin_popcount(some);
	}
	return sorted;
}

/* A lot over two members: a pass over the pointers for each. */
static inline void
sort_by_two(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
	    const uint8_t *slot, uint16_t *count, struct rte_mbuf **sorted)
{
	for (uint8_t k = 0; k < 2; k++) {
		const __m512i member = _mm512_set1_epi8((char)b->bond.active[k]);
		struct rte_mbuf **end = sorted;

		for (uint16_t i = 0; i < n; i += DP_BURST)
			end = pick(pkt + i, of_member(slot, i, n, member), end);
		count[k] = (uint16_t)(end - sorted);
		sorted = end;
	}
}

/*
 * n frames in another order: sorted[i] = pkt[order[i]]. Eight numbers are read at once, and pointers
 * stored by twos: a processor stores one thing a cycle. Compilers would make gathers of it, which take
 * twice as long on those of AMD, and more shifts than it takes: they are not to see that far.
 */
static inline void
put_in_order(struct rte_mbuf *const *pkt, size_t n, const uint8_t *order, struct rte_mbuf **sorted)
{
	const uint8_t *const end = order + n, *const whole = order + n / STEP * STEP;

	while (order != whole) {
		uint64_t numbers_of_8;

		memcpy(&numbers_of_8, order, sizeof(numbers_of_8));
#pragma GCC unroll 4
		for (int k = 0; k < STEP; k += 2) {
			const intptr_t even = (intptr_t)pkt[numbers_of_8 & 0xff];
			const intptr_t odd = (intptr_t)pkt[numbers_of_8 >> 8 & 0xff];

			_mm_storeu_si128((__m128i *)(sorted + k), _mm_set_epi64x(odd, even));
			numbers_of_8 >>= 16;
			__asm__ volatile("" : "+r"(numbers_of_8) : : "memory");
		}
		order += STEP;
		sorted += STEP;
	}
	while (order != end) {
		*sorted++ = pkt[*order++];
		rte_compiler_barrier();
	}
}

/* A pass over the numbers of a lot for each member, an octet a frame. @param bursts that a lot has */
static inline __attribute__((always_inline)) void
order_of_many(const struct dp_bond_view *b, uint16_t n, const uint8_t *slot, unsigned int bursts,
	      uint16_t *count, uint8_t *order)
{
	__m512i slots[DP_LOT / DP_BURST], number[DP_LOT / DP_BURST];
	uint64_t there[DP_LOT / DP_BURST];
	const size_t members = b->bond.n_active;

	for (unsigned int i = 0; i < bursts; i++) { /* all in registers */
		const int left = n - (int)i * DP_BURST;

		there[i] = left <= 0 ? 0 : first((unsigned int)RTE_MIN(left, DP_BURST));
		slots[i] = _mm512_load_si512(slot + i * DP_BURST);
		number[i] = _mm512_or_si512(_mm512_load_si512(numbers),
					    _mm512_set1_epi8((char)(i * DP_BURST)));
	}
	for (size_t k = 0; k < members; k++) {
		const __m512i member = _mm512_set1_epi8((char)b->bond.active[k]);
		const uint8_t *const begin = order;

		for (unsigned int i = 0; i < bursts; i++) {
			const uint64_t mine =
				_mm512_mask_cmpeq_epi8_mask(there[i], slots[i], member);

			_mm512_storeu_si512(order, _mm512_maskz_compress_epi8(mine, number[i]));
			order += __builtin_popcountll(mine);
		}
		count[k] = (uint16_t)(order - begin);
	}
}

/* A lot over any members. */
static inline void
sort_by_many(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
	     const uint8_t *slot, uint16_t *count, struct rte_mbuf **sorted)
{
	uint8_t order[ORDER];

	if (n > DP_LOT / 2)
		order_of_many(b, n, slot, DP_LOT / DP_BURST, count, order);
	else if (n > DP_BURST)
		order_of_many(b, n, slot, DP_LOT / DP_BURST / 2, count, order);
	else /* there may be no more of slot[] */
		order_of_many(b, n, slot, 1, count, order);
	put_in_order(pkt, n, order, sorted);
}

static inline bool
are_alike(const uint8_t *slot, uint16_t n)
{
	const __m512i member = _mm512_set1_epi8((char)slot[0]);

	for (uint16_t i = 0; i < n; i += DP_BURST)
		if (of_member(slot, i, n, member) != first(RTE_MIN(n - i, DP_BURST)))
			return false;
	return true;
}

/* Of n frames, more than FEW. */
static __attribute__((noinline)) void
scatter_many(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt, uint16_t n,
	     const uint8_t *slot)
{
	struct rte_mbuf *sorted[SORTED];
	uint16_t count[DP_AVX512_MEMBERS];

	if (unlikely(are_alike(slot, n))) {
		dp_send(w, b->port[slot[0]], pkt, n, DP_DROP_TX_MEMBER_FULL);
		return;
	}
	if (b->bond.n_active == 2)
		sort_by_two(b, pkt, n, slot, count, sorted);
	else
		sort_by_many(b, pkt, n, slot, count, sorted);
	dp_send_parts(w, b, b->out, b->bond.n_active, count, sorted);
}

void
dp_scatter_burst_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n, __m512i slots)
{
	uint16_t count[DP_AVX512_MEMBERS + 1];
	struct rte_mbuf *sorted[FEW];
	uint8_t slot[DP_BURST] __rte_cache_aligned;

	if (likely(n <= FEW)) {
		sort_few(pkt, n, order_of_few(b, n, slots, count), sorted);
		dp_send_parts(w, b, b->out, b->bond.n_active, count, sorted);
	} else {
		_mm512_store_si512(slot, slots);
		scatter_many(w, b, pkt, n, slot);
	}
}

void
dp_scatter_avx512(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		  uint16_t n, const uint8_t *slot)
{
	if (n <= FEW)
		dp_scatter_burst_avx512(w, b, pkt, n, _mm512_load_si512(slot));
	else
		scatter_many(w, b, pkt, n, slot);
}

/* The order of b->turns, without the numbers of frames that are not there. */
static inline void
order_of_turns(const struct dp_bond_view *b, uint16_t n, uint8_t *order)
{
	for (unsigned int i = 0; i < DP_LOT; i += DP_BURST) {
		const __m512i some = _mm512_load_si512(b->turns + i);
		const __mmask64 there =
			_mm512_cmple_epu8_mask(some, _mm512_set1_epi8((char)(n - 1)));

		_mm512_storeu_si512(order, _mm512_maskz_compress_epi8(there, some));
		order += __builtin_popcountll(there);
	}
}

void
dp_scatter_turns_avx512(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
			struct rte_mbuf **pkt, uint16_t n)
{
	const uint8_t members = b->bond.n_active;
	const uint16_t less = n / members, more = n % members;
	struct rte_mbuf *sorted[SORTED], **rest;
	uint16_t count[DP_AVX512_MEMBERS];
	uint8_t order[ORDER];

	static_assert(sizeof(count) == sizeof(__m256i), "all are written at once");
	_mm256_storeu_si256((__m256i *)count, _mm256_set1_epi16((int16_t)less));
	for (uint8_t k = 0; k < more; k++)
		count[k]++;
	if (n == DP_LOT) {
		put_in_order(pkt, n, b->turns, sorted);
	} else {
		order_of_turns(b, n, order);
		if (n <= FEW)
			sort_few(pkt, n, _mm512_loadu_si512(order), sorted);
		else
			put_in_order(pkt, n, order, sorted);
	}
	rest = dp_send_parts(w, b, b->out + member, members - member, count, sorted);
	dp_send_parts(w, b, b->out, member, count + members - member, rest);
}
