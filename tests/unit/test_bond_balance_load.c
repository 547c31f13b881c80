/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_load.c - buckets by load: as well as any placement could, and only when it pays. */
#include "bond_fixture.h"
#include "place.h"

#ifdef __SANITIZE_ADDRESS__
#define CASES 300
#else
#define CASES 3000
#endif

#define WITHIN 1.1 /* of the best there is */

static struct fixture f;
static uint64_t rate[BOND_BUCKETS]; /* octets a second of the load that is on */
static uint64_t unbalanced_rate;
static uint64_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static void
start(unsigned int n, const uint32_t mbps[])
{
	struct bond_options o = bond_options_default();

	o.mode = BOND_MODE_BALANCE_TLB;
	fixture_start(&f, &o);
	memset(rate, 0, sizeof(rate));
	unbalanced_rate = 0;
	for (unsigned int i = 0; i < n; i++) {
		const struct bond_member_options member = bond_member_options_default();
		const struct bond_link_fact fact = {
			.carrier = true, .speed_mbps = mbps[i], .duplex = BOND_DUPLEX_FULL};
		const char name[] = {'m', (char)('0' + i), '\0'};
		uint8_t slot;

		assert_int_equal(bond_member_add(&f.b, name, &member, &fact, f.now, &slot), 0);
		fixture_check(&f);
	}
	fixture_advance(&f, f.now + 10 * BOND_MSEC);
}

static void
start_alike(unsigned int n)
{
	static const uint32_t mbps[] = {10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000};

	start(n, mbps);
}

/* The load stays on for some time. @return how many buckets moved meanwhile */
static unsigned int
run(unsigned int seconds)
{
	const uint64_t before = f.b.balancer.counts.buckets_moved;

	for (unsigned int s = 0; s < seconds; s++) {
		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			f.octets[i] += rate[i];
		f.unbalanced += unbalanced_rate;
		fixture_advance(&f, f.now + BOND_SEC);
	}
	return (unsigned int)(f.b.balancer.counts.buckets_moved - before);
}

/* How much the worst off carries for its speed, in octets a second for 1 Mbit/s. */
static double
worst(void)
{
	double most = 0, load[BOND_MAX_MEMBERS] = {0};

	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		assert_int_not_equal(f.view.bucket[i], BOND_NONE);
		load[f.view.bucket[i]] += (double)rate[i];
	}
	load[f.b.active] += (double)unbalanced_rate;
	bond_foreach_member (&f.b, slot)
		if (load[slot] / f.b.member[slot].fact.speed_mbps > most)
			most = load[slot] / f.b.member[slot].fact.speed_mbps;
	return most;
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
		members = 2 + random_below(3);
		flows = 2 + random_below(10);
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

static void
one_flow_of_ten_times_the_others_settles_in_two_periods(void **state)
{
	(void)state;
	for (unsigned int members = 2; members <= 4; members++)
		for (unsigned int flows = 11; flows <= 40; flows += 7) {
			double best;

			start_alike(members);
			/* in the worst place: all on one member */
			for (unsigned int i = 0, n = 0; n < flows; i++)
				if (f.view.bucket[i] == 0)
					rate[i] = n++ == 0 ? 10000000 : 1000000;
			best = (flows + 9.0) / members < 10 ? 10 : (flows + 9.0) / members;
			best = (unsigned int)(best + 0.999) * 1000000.0 / 10000;
			assert_true(run(21) > 0);
			assert_true(worst() <= best * WITHIN);
			/* and that was that */
			assert_int_equal(run(100), 0);
		}
}

static void
a_balanced_load_moves_nothing(void **state)
{
	(void)state;
	start_alike(4);
	seed = 7;
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 1000000;
	assert_int_equal(run(60), 0);
	for (unsigned int s = 0; s < 30; s++) { /* nor does its usual noise */
		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			rate[i] = 900000 + random_below(200000);
		assert_int_equal(run(10), 0);
	}
	memset(rate, 0, sizeof(rate)); /* nor silence */
	assert_int_equal(run(60), 0);
}

static void
few_buckets_move(void **state)
{
	(void)state;
	start_alike(2);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 100000;
	assert_int_equal(run(30), 0);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		if (f.view.bucket[i] == 0) {
			rate[i] = 2000000; /* one grows by a seventh of a member's load */
			break;
		}
	assert_in_range(run(30), 1, 12);
}

static void
what_comes_and_goes_does_not_make_buckets_flap(void **state)
{
	unsigned int moved = 0;

	(void)state;
	start_alike(2);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 10000;
	for (unsigned int k = 0; k < 60; k++) { /* ten minutes, on and off each period */
		for (unsigned int i = 0; i < 8; i++)
			rate[i] = (k + i) % 2 ? 10000000 : 10000;
		moved += run(10);
	}
	/* 8 heavy buckets and what makes room for them, at most once a minute each */
	assert_in_range(moved, 0, 2 * 8 * 12);
	print_message("%u moves in ten minutes\n", moved);
}

static void
speeds_and_what_is_not_balanced_count(void **state)
{
	static const uint32_t mbps[] = {1000, 10000, 10000};

	(void)state;
	start(3, mbps);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 1000000;
	run(25);
	assert_true(worst() <= BOND_BUCKETS * 1000000.0 / 21000 * WITHIN);
	start_alike(2);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 1000000;
	unbalanced_rate = 100 * 1000000; /* broadcasts, all on the current member */
	run(25);
	assert_true(worst() <= (BOND_BUCKETS + 100) * 1000000.0 / 20000 * WITHIN);
	assert_true(bond_balance_rate(&f.b, 0) >= 100 * 1000000 * UINT64_C(99) / 100);
}

static void
a_lost_member_loses_its_buckets_and_no_other_moves(void **state)
{
	uint8_t before[BOND_BUCKETS];

	(void)state;
	start_alike(3);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 1000 * (1 + i % 50);
	run(25);
	memcpy(before, f.view.bucket, sizeof(before));
	fixture_do(&f, "cut m1");
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		if (before[i] != 1)
			assert_int_equal(f.view.bucket[i], before[i]);
		else
			assert_int_not_equal(f.view.bucket[i], 1);
	run(25);
	assert_true(worst() <= 6528 * 1000.0 / 20000 * WITHIN);
	fixture_do(&f, "restore m1"); /* it gets its share at once */
	assert_true(worst() <= 6528 * 1000.0 / 30000 * WITHIN);
}

static void
counters_that_begin_anew_and_unknown_speeds_do_no_harm(void **state)
{
	static const uint32_t unknown[] = {0, 0, 0}, some[] = {0, 1000, 10000};

	(void)state;
	start(3, unknown);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = 1000000;
	assert_int_equal(run(30), 0);
	memset(f.octets, 0, sizeof(f.octets));
	assert_int_equal(run(30), 0);
	start(3, some); /* what is unknown counts as the slowest */
	assert_int_equal(f.b.balancer.capacity[0], 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_placement_is_better_by_a_tenth),
		cmocka_unit_test(many_flows_are_placed_as_well),
		cmocka_unit_test(one_flow_of_ten_times_the_others_settles_in_two_periods),
		cmocka_unit_test(a_balanced_load_moves_nothing),
		cmocka_unit_test(few_buckets_move),
		cmocka_unit_test(what_comes_and_goes_does_not_make_buckets_flap),
		cmocka_unit_test(speeds_and_what_is_not_balanced_count),
		cmocka_unit_test(a_lost_member_loses_its_buckets_and_no_other_moves),
		cmocka_unit_test(counters_that_begin_anew_and_unknown_speeds_do_no_harm),
	};
	return cmocka_run_group_tests_name("bond_balance_load", tests, NULL, NULL);
}
