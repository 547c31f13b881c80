/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_place.c - buckets are placed as well as any placement could, judged by trying them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#ifdef __SANITIZE_ADDRESS__
#define CASES 300
#else
#define CASES 3000
#endif

#define WITHIN 1.1 /* of the best there is */

static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

/* The best of all placements of a few flows, by trying them; the rest of the load is fixed. */
struct brute {
	double flow[16], capacity[BOND_MAX_MEMBERS], load[BOND_MAX_MEMBERS];
	unsigned int n_flows, n;
	double best;
};

static void
try_all(struct brute *t, unsigned int k, double most)
{
	if (most >= t->best)
		return;
	if (k == t->n_flows) {
		t->best = most;
		return;
	}
	for (unsigned int m = 0; m < t->n; m++) {
		double use;

		t->load[m] += t->flow[k];
		use = t->load[m] / t->capacity[m];
		try_all(t, k + 1, use > most ? use : most);
		t->load[m] -= t->flow[k];
	}
}

static void
sort_down(double *a, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++)
		for (unsigned int k = i; k > 0 && a[k - 1] < a[k]; k--) {
			const double swap = a[k];

			a[k] = a[k - 1];
			a[k - 1] = swap;
		}
}

static double
best_there_is(const struct bond_place *p, unsigned int members)
{
	struct brute t = {.n = members, .best = 1e300};
	double most = 0;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		if (p->rate[i] > 0)
			t.flow[t.n_flows++] = (double)p->rate[i];
	sort_down(t.flow, t.n_flows);
	for (unsigned int m = 0; m < members; m++) {
		t.capacity[m] = (double)p->capacity[m];
		t.load[m] = (double)p->base[m];
		if (t.load[m] / t.capacity[m] > most)
			most = t.load[m] / t.capacity[m];
	}
	try_all(&t, 0, most);
	return t.best;
}

static double
worst_of(const struct bond_place *p)
{
	double most = 0, load[BOND_MAX_MEMBERS] = {0};

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		load[p->bucket[i]] += (double)p->rate[i];
	for (unsigned int m = 0; m < BOND_MAX_MEMBERS; m++)
		if (p->usable >> m & 1 &&
		    (load[m] + (double)p->base[m]) / (double)p->capacity[m] > most)
			most = (load[m] + (double)p->base[m]) / (double)p->capacity[m];
	return most;
}

static void
no_placement_is_better_by_a_tenth(void **state)
{
	static const uint64_t speeds[] = {1000, 2500, 10000, 25000};
	double ratio = 0;

	(void)state;
	for (unsigned int k = 1; k <= CASES; k++) {
		struct bond_place p = {0}, again;
		unsigned int members, flows;
		double best;

		seed = k * UINT64_C(0x9e3779b97f4a7c15);
		members = 2 + random_below(7);
		flows = 2 + random_below(k % 5 ? 10 : 13); /* all are tried, which takes its time */
		p.usable = (1U << members) - 1;
		for (unsigned int m = 0; m < members; m++)
			p.capacity[m] = k % 2 ? 10000 : speeds[random_below(4)];
		p.base[0] = random_below(2) * random_below(1000000);
		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			p.bucket[i] = (uint8_t)random_below(members);
		for (unsigned int i = 0; i < flows; i++)
			p.rate[i * 37 % BOND_BUCKETS] =
				k % 3 ? 1 + random_below(1000000) : 1000 * (1 + random_below(10));
		best = best_there_is(&p, members);
		bond_place_improve(&p);
		if (worst_of(&p) / best > ratio)
			ratio = worst_of(&p) / best;
		assert_true(worst_of(&p) <= best * WITHIN);
		again = p;
		assert_int_equal(bond_place_improve(&again),
				 0); /* it is content with its own work */
		assert_memory_equal(&again, &p, sizeof(p));
	}
	print_message("at worst %.3f of the best\n", ratio);
}

/* A light flow is too much for the slowest member, but no gain for all others together. */
static void
a_slow_member_is_not_left_with_what_is_too_much_for_it(void **state)
{
	struct bond_place p = {.usable = 0x1f, .capacity = {1000, 25000, 10000, 2500, 2500}};
	static const struct {
		uint32_t rate;
		uint8_t from;
	} flow[] = {{923230, 2}, {833319, 1}, {396312, 4}, {783096, 0}, {626869, 1},
		    {867061, 0}, {676000, 4}, {614077, 2}, {407672, 3}, {338079, 0},
		    {573916, 3}, {952214, 0}, {933062, 3}};

	(void)state;
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		p.bucket[i] = (uint8_t)(i % 5);
	for (unsigned int i = 0; i < sizeof(flow) / sizeof(flow[0]); i++) {
		p.rate[i * 19] = flow[i].rate;
		p.bucket[i * 19] = flow[i].from;
	}
	bond_place_improve(&p);
	assert_true(worst_of(&p) <= best_there_is(&p, 5) * WITHIN);
}

/* With many flows the best is close to the mean. */
static void
many_flows_are_placed_as_well(void **state)
{
	(void)state;
	for (unsigned int k = 1; k <= CASES / 10; k++) {
		struct bond_place p = {0};
		const unsigned int members = 2 + k % 15;
		double sum = 0, largest = 0;

		seed = k * UINT64_C(0x9e3779b97f4a7c15);
		p.usable = (1U << members) - 1;
		for (unsigned int m = 0; m < members; m++)
			p.capacity[m] = 10000;
		for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
			p.bucket[i] = (uint8_t)random_below(members);
			p.rate[i] = random_below(1000) * random_below(1000);
			sum += (double)p.rate[i];
			if ((double)p.rate[i] > largest)
				largest = (double)p.rate[i];
		}
		bond_place_improve(&p);
		if (largest < sum / members)
			largest = sum / members;
		assert_true(worst_of(&p) * 10000 <= largest * WITHIN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_placement_is_better_by_a_tenth),
		cmocka_unit_test(a_slow_member_is_not_left_with_what_is_too_much_for_it),
		cmocka_unit_test(many_flows_are_placed_as_well),
	};
	return cmocka_run_group_tests_name("bond_place", tests, NULL, NULL);
}
