/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_deal_even.c - shares by weight, and every stretch of buckets mixed like the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bond_view.h"

#ifdef __SANITIZE_ADDRESS__
#define STEPS   2000 /* slow; all of them run in the other builds */
#define CHANGES 1
#else
#define STEPS   20000
#define CHANGES 3
#endif

#define MEMBERS 8
#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

#define UNEVEN_FIRST 1

/*
 * Shares by slot, and how far a member's part of an aligned stretch of 2^k buckets may be from its
 * part of the whole, in buckets: always less than one after a first deal, less than this after so
 * many changes in a row.
 */
static const struct {
	uint32_t of[MEMBERS];
	int changes;
	unsigned int uneven;
} shares[] = {
	{{1, 1, 1, 1, 1, 1, 1, 1}, 3, 2},
	{{1, 2, 3, 4, 5, 6, 7, 8}, 3, 3},
	{{10000, 1000, 10000, 1000, 25000, 100, 40000, 1000}, 2, 3},
	{{255, 1, 1, 1, 1, 1, 1, 254}, 2, 3},
};

static struct bond_view
deal(const struct bond_view *prev, uint32_t members, const uint32_t share[MEMBERS])
{
	struct bond_view next;

	bond_view_clear(&next);
	for (uint8_t slot = 0; slot < MEMBERS; slot++)
		if (members >> slot & 1) {
			next.share[next.n_active] = share[slot];
			next.active[next.n_active++] = slot;
		}
	bond_view_deal(prev, &next);
	return next;
}

static struct bond_view
deal_anew(uint32_t members, const uint32_t share[MEMBERS])
{
	struct bond_view empty;

	bond_view_clear(&empty);
	return deal(&empty, members, share);
}

static void
count(const struct bond_view *v, unsigned int at, unsigned int size, unsigned int load[MEMBERS])
{
	memset(load, 0, MEMBERS * sizeof(load[0]));
	for (unsigned int k = at; k < at + size; k++)
		if (v->bucket[k] != BOND_NONE)
			load[v->bucket[k]]++;
}

/* The exact parts: buckets[slot] * of[slot] / sum; who would get less than one bucket gets one. */
struct exact {
	unsigned int left; /* for those who get more */
	uint64_t sum;      /* of their shares */
	bool minimal[MEMBERS];
};

static struct exact
exact_of(const struct bond_view *v)
{
	struct exact e = {.left = BOND_BUCKETS};
	unsigned int before;

	for (unsigned int i = 0; i < v->n_active; i++)
		e.sum += v->share[i];
	do {
		before = e.left;
		for (unsigned int i = 0; i < v->n_active; i++)
			if (!e.minimal[v->active[i]] && e.left * (uint64_t)v->share[i] < e.sum) {
				e.minimal[v->active[i]] = true;
				e.left--;
				e.sum -= v->share[i];
			}
	} while (e.left != before);
	return e;
}

/* Everyone has a bucket, and within one bucket what it should have. */
static void
assert_fair(const struct bond_view *v)
{
	const struct exact e = exact_of(v);
	unsigned int load[MEMBERS], all = 0;

	count(v, 0, BOND_BUCKETS, load);
	for (unsigned int i = 0; i < v->n_active; i++) {
		const unsigned int has = load[v->active[i]];
		const uint64_t wanted = (uint64_t)e.left * v->share[i];

		all += has;
		assert_true(has >= 1);
		if (e.minimal[v->active[i]]) {
			assert_int_equal(has, 1);
		} else {
			assert_true(has * e.sum < wanted + e.sum);
			assert_true(has * e.sum + e.sum > wanted);
		}
	}
	assert_int_equal(all, v->n_active > 0 ? BOND_BUCKETS : 0);
}

/* No fair deal could leave more buckets where they are. */
static void
assert_fewest_moves(const struct bond_view *prev, const struct bond_view *next)
{
	const struct exact e = exact_of(next);
	unsigned int had[MEMBERS], kept = 0, could = 0, extra = e.left;

	count(prev, 0, BOND_BUCKETS, had);
	for (unsigned int i = 0; i < next->n_active; i++)
		if (!e.minimal[next->active[i]])
			extra -= (unsigned int)(e.left * (uint64_t)next->share[i] / e.sum);
	for (unsigned int i = 0; i < next->n_active; i++) {
		const uint8_t slot = next->active[i];
		const uint64_t part = e.left * (uint64_t)next->share[i];
		const unsigned int low = e.minimal[slot] ? 1 : (unsigned int)(part / e.sum);

		could += had[slot] < low ? had[slot] : low;
		if (!e.minimal[slot] && part % e.sum > 0 && had[slot] > low && extra > 0) {
			could++;
			extra--;
		}
	}
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		kept += next->bucket[k] != BOND_NONE && next->bucket[k] == prev->bucket[k];
	assert_int_equal(kept, could);
}

/* Buckets that moved between two members that were there before and still are. */
static unsigned int
moved_needlessly(const struct bond_view *prev, const struct bond_view *next, uint32_t changed)
{
	unsigned int n = 0;

	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		n += next->bucket[k] != prev->bucket[k] && !(changed >> prev->bucket[k] & 1) &&
		     !(changed >> next->bucket[k] & 1);
	return n;
}

/* The most that any member's part of an aligned stretch is off, in 1/256 of a bucket. */
static unsigned int
unevenness(const struct bond_view *v)
{
	unsigned int node[2 * BOND_BUCKETS][MEMBERS] = {0}, worst = 0;

	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		node[BOND_BUCKETS + k][v->bucket[k]] = 1;
	for (unsigned int i = BOND_BUCKETS - 1; i >= 1; i--)
		for (unsigned int m = 0; m < MEMBERS; m++)
			node[i][m] = node[2 * i][m] + node[2 * i + 1][m];
	for (unsigned int i = 1, size = BOND_BUCKETS; size >= 2; size /= 2)
		for (; i < 2 * (BOND_BUCKETS / size); i++)
			for (unsigned int m = 0; m < MEMBERS; m++) {
				const int off =
					(int)(node[i][m] * BOND_BUCKETS) - (int)(node[1][m] * size);
				const unsigned int far = (unsigned int)(off < 0 ? -off : off);

				worst = far > worst ? far : worst;
			}
	return worst;
}

static unsigned int worst_later;    /* unevenness after a change, seen so far */
static unsigned int worst_needless; /* moves between members that stayed, in one change */

/* One more change of any member, and again until depth is used up. */
static void
change(const struct bond_view *prev, uint32_t members, size_t row, int depth)
{
	for (unsigned int slot = 0; slot < MEMBERS; slot++) {
		const uint32_t now = members ^ 1U << slot;
		const struct bond_view next = deal(prev, now, shares[row].of);
		unsigned int uneven, needless;

		if (now == 0)
			continue;
		assert_fair(&next);
		assert_fewest_moves(prev, &next);
		needless = moved_needlessly(prev, &next, 1U << slot);
		worst_needless = needless > worst_needless ? needless : worst_needless;
		uneven = unevenness(&next);
		worst_later = uneven > worst_later ? uneven : worst_later;
		assert_true(needless <= (row > 0)); /* rounding of unequal shares may cost one */
		assert_true(uneven < shares[row].uneven * BOND_BUCKETS);
		if (depth > 1)
			change(&next, now, row, depth - 1);
	}
}

static void
through_every_three_changes_of_any_eight_members_the_deal_stays_fair_and_mixed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(shares); i++) {
		worst_later = worst_needless = 0;
		for (uint32_t members = 1; members < 1U << MEMBERS; members++) {
			const struct bond_view first = deal_anew(members, shares[i].of);

			change(&first, members, i,
			       shares[i].changes < CHANGES ? shares[i].changes : CHANGES);
		}
		print_message("shares %zu: uneven by %.2f buckets at most, %u moved needlessly\n",
			      i, worst_later / (double)BOND_BUCKETS, worst_needless);
	}
}

static void
the_first_deal_is_mixed_within_one_bucket(void **state)
{
	unsigned int worst = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(shares); i++)
		for (uint32_t members = 1; members < 1U << MEMBERS; members++) {
			const struct bond_view v = deal_anew(members, shares[i].of);
			const unsigned int uneven = unevenness(&v);

			assert_fair(&v);
			worst = uneven > worst ? uneven : worst;
		}
	print_message("uneven by %.2f buckets at most\n", worst / (double)BOND_BUCKETS);
	assert_true(worst < UNEVEN_FIRST * BOND_BUCKETS);
}

static void
dealing_again_changes_nothing_whatever_the_shares(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(shares); i++)
		for (uint32_t members = 1; members < 1U << MEMBERS; members++) {
			const struct bond_view once = deal_anew(members, shares[i].of);
			const struct bond_view twice = deal(&once, members, shares[i].of);

			assert_memory_equal(once.bucket, twice.bucket, sizeof(once.bucket));
		}
}

/* The complaint that this deal answers: both stayed on one cable for ever after a failure. */
static void
after_a_failure_and_a_return_neighbours_alternate_again(void **state)
{
	const struct bond_view both = deal_anew(3, shares[0].of);
	const struct bond_view one = deal(&both, 1, shares[0].of);
	const struct bond_view again = deal(&one, 3, shares[0].of);

	(void)state;
	for (unsigned int k = 0; k < BOND_BUCKETS; k += 2)
		assert_int_not_equal(again.bucket[k], again.bucket[k + 1]);
}

/* However long members come and go, it does not get worse and worse. */
static void
a_long_random_walk_does_not_unmix_the_deal(void **state)
{
	uint64_t seed = 7;
	uint32_t members = UINT8_MAX;
	struct bond_view prev = deal_anew(members, shares[0].of);
	unsigned int worst = 0;

	(void)state;
	for (unsigned int step = 0; step < STEPS; step++) {
		unsigned int uneven;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		members ^= 1U << (seed >> 61);
		if (members == 0)
			continue;
		prev = deal(&prev, members, shares[0].of);
		uneven = unevenness(&prev);
		worst = uneven > worst ? uneven : worst;
	}
	print_message("uneven by %.2f buckets at most\n", worst / (double)BOND_BUCKETS);
	assert_true(worst < shares[0].uneven * BOND_BUCKETS);
}

static void
a_new_weight_moves_only_what_it_must(void **state)
{
	uint32_t share[MEMBERS] = {1, 1, 1, 1};
	struct bond_view prev = deal_anew(15, share);
	unsigned int load[MEMBERS];
	uint64_t seed = 1;

	(void)state;
	for (unsigned int step = 0; step < 3000; step++) {
		struct bond_view next;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		share[seed >> 62] = (uint32_t)(seed >> 40) % 255 + 1;
		next = deal(&prev, 15, share);
		assert_fair(&next);
		assert_fewest_moves(&prev, &next);
		prev = next;
	}
	share[0] = share[1] = share[2] = 1;
	share[3] = 5;
	prev = deal(&prev, 15, share);
	count(&prev, 0, BOND_BUCKETS, load);
	assert_int_equal(load[0], 32);
	assert_int_equal(load[3], 160);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			through_every_three_changes_of_any_eight_members_the_deal_stays_fair_and_mixed),
		cmocka_unit_test(the_first_deal_is_mixed_within_one_bucket),
		cmocka_unit_test(dealing_again_changes_nothing_whatever_the_shares),
		cmocka_unit_test(after_a_failure_and_a_return_neighbours_alternate_again),
		cmocka_unit_test(a_long_random_walk_does_not_unmix_the_deal),
		cmocka_unit_test(a_new_weight_moves_only_what_it_must),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
