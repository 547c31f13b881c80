/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_deal.c - buckets are dealt fairly, and no more of them move than must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bond_view.h"

static struct bond_view
deal(const struct bond_view *prev, uint32_t members)
{
	struct bond_view next;

	bond_view_clear(&next);
	next.tx = members;
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		if (members >> slot & 1)
			next.active[next.n_active++] = slot;
	bond_view_deal(prev, &next);
	return next;
}

static struct bond_view
deal_anew(uint32_t members)
{
	struct bond_view empty;

	bond_view_clear(&empty);
	return deal(&empty, members);
}

static void
count(const struct bond_view *v, unsigned int load[BOND_NONE + 1])
{
	memset(load, 0, (BOND_NONE + 1) * sizeof(load[0]));
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		load[v->bucket[k]]++;
}

static void
assert_fair(const struct bond_view *v)
{
	unsigned int load[BOND_NONE + 1];
	const unsigned int n = v->n_active;

	count(v, load);
	assert_int_equal(load[BOND_NONE], n > 0 ? 0 : BOND_BUCKETS);
	for (unsigned int i = 0; i < n; i++)
		assert_in_range(load[v->active[i]], BOND_BUCKETS / n, (BOND_BUCKETS + n - 1) / n);
}

/* The most buckets that any fair deal could leave where they are. */
static unsigned int
most_kept(const struct bond_view *prev, const struct bond_view *next)
{
	unsigned int load[BOND_NONE + 1], kept = 0;
	const unsigned int n = next->n_active;
	unsigned int extra = n > 0 ? BOND_BUCKETS % n : 0;

	count(prev, load);
	for (unsigned int i = 0; i < n; i++) {
		const unsigned int had = load[next->active[i]];

		kept += had < BOND_BUCKETS / n ? had : BOND_BUCKETS / n;
		if (had > BOND_BUCKETS / n && extra > 0) {
			kept++;
			extra--;
		}
	}
	return kept;
}

static void
assert_fewest_moves(const struct bond_view *prev, const struct bond_view *next)
{
	unsigned int kept = 0;

	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		kept += next->bucket[k] != BOND_NONE && next->bucket[k] == prev->bucket[k];
	assert_int_equal(kept, most_kept(prev, next));
}

static void
from_any_subset_of_eight_to_any_other_the_deal_is_fair_and_moves_least(void **state)
{
	(void)state;
	for (uint32_t from = 0; from < 256; from++) {
		const struct bond_view prev = deal_anew(from);

		for (uint32_t to = 0; to < 256; to++) {
			const struct bond_view next = deal(&prev, to);

			assert_fair(&next);
			assert_fewest_moves(&prev, &next);
		}
	}
}

static void
losing_a_member_moves_only_its_buckets(void **state)
{
	(void)state;
	for (uint32_t members = 1; members < 256; members++)
		for (uint8_t lost = 0; lost < 8; lost++) {
			const struct bond_view prev = deal_anew(members);
			const struct bond_view next = deal(&prev, members & ~(1U << lost));

			for (unsigned int k = 0; k < BOND_BUCKETS; k++)
				if (prev.bucket[k] != lost)
					assert_int_equal(next.bucket[k], prev.bucket[k]);
		}
}

static void
a_member_that_returns_takes_its_share_and_nothing_else_moves(void **state)
{
	(void)state;
	for (uint32_t members = 0; members < 256; members++)
		for (uint8_t back = 0; back < 8; back++) {
			const struct bond_view prev = deal_anew(members & ~(1U << back));
			const struct bond_view next = deal(&prev, members | 1U << back);

			for (unsigned int k = 0; k < BOND_BUCKETS; k++)
				if (next.bucket[k] != back)
					assert_int_equal(next.bucket[k], prev.bucket[k]);
		}
}

static void
dealing_again_changes_nothing(void **state)
{
	(void)state;
	for (uint32_t members = 0; members < 256; members++) {
		const struct bond_view once = deal_anew(members);
		const struct bond_view twice = deal(&once, members);

		assert_memory_equal(once.bucket, twice.bucket, sizeof(once.bucket));
	}
}

static void
a_random_walk_over_thirty_two_members_stays_fair_and_moves_least(void **state)
{
	uint64_t seed = 1;
	uint32_t members = UINT32_MAX;
	struct bond_view prev = deal_anew(members);

	(void)state;
	for (unsigned int step = 0; step < 20000; step++) {
		struct bond_view next;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		members ^= UINT32_C(1) << (seed >> 59); /* one comes or goes */
		if (step % 7 == 0)
			members ^= (uint32_t)(seed >> 13); /* many at once */
		next = deal(&prev, members);
		assert_fair(&next);
		assert_fewest_moves(&prev, &next);
		prev = next;
	}
}

static void
the_first_deal_goes_round_the_members(void **state)
{
	const struct bond_view v = deal_anew(1U << 3 | 1U << 5 | 1U << 9 | 1U << 31);
	static const uint8_t first[] = {3, 5, 9, 31, 3, 5, 9, 31};

	(void)state;
	assert_memory_equal(v.bucket, first, sizeof(first));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			from_any_subset_of_eight_to_any_other_the_deal_is_fair_and_moves_least),
		cmocka_unit_test(losing_a_member_moves_only_its_buckets),
		cmocka_unit_test(a_member_that_returns_takes_its_share_and_nothing_else_moves),
		cmocka_unit_test(dealing_again_changes_nothing),
		cmocka_unit_test(a_random_walk_over_thirty_two_members_stays_fair_and_moves_least),
		cmocka_unit_test(the_first_deal_goes_round_the_members),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
