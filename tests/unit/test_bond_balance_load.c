/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_load.c - buckets by load: as well as any placement could, and only when it pays. */
#include "bond_fixture.h"

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

/* @param phase seconds of a period that are over when the load begins */
static void
settle_skewed(unsigned int members, unsigned int flows, unsigned int phase)
{
	double best = (flows + 9.0) / members < 10 ? 10 : (flows + 9.0) / members;

	start_alike(members);
	run(phase);
	/* in the worst place: all on one member */
	for (unsigned int i = 0, n = 0; n < flows; i++)
		if (f.view.bucket[i] == 0)
			rate[i] = n++ == 0 ? 10000000 : 1000000;
	best = (unsigned int)(best + 0.999) * 1000000.0 / 10000;
	assert_true(run(31 - phase) > 0); /* the rest of that period, and two more */
	assert_true(worst() <= best * WITHIN);
	assert_int_equal(run(100), 0); /* and that was that */
}

static void
one_flow_of_ten_times_the_others_settles_in_two_periods(void **state)
{
	(void)state;
	for (unsigned int members = 2; members <= 4; members++)
		for (unsigned int flows = 11; flows <= 40; flows += 7)
			for (unsigned int phase = 0; phase < 10; phase += 3)
				settle_skewed(members, flows, phase);
}

/* How well the flows that are on could be placed, by trying all ways. */
struct every {
	double flow[16], load[BOND_MAX_MEMBERS], mbps[BOND_MAX_MEMBERS], best;
	unsigned int flows, members;
};

static void
try_every(struct every *e, unsigned int k, double most)
{
	if (most >= e->best)
		return;
	if (k == e->flows) {
		e->best = most;
		return;
	}
	for (unsigned int m = 0; m < e->members; m++) {
		double use;

		e->load[m] += e->flow[k];
		use = e->load[m] / e->mbps[m];
		try_every(e, k + 1, use > most ? use : most);
		e->load[m] -= e->flow[k];
	}
}

/* One flow of ten times the others, on members of different speeds, from the worst place. */
static void
unequal_speeds_settle_in_two_periods_as_well(void **state)
{
	static const uint32_t speeds[][4] = {{1000, 10000},
					     {1000, 1000, 10000},
					     {25000, 10000, 2500},
					     {1000, 2500, 10000, 25000}};
	double ratio = 0;

	(void)state;
	for (unsigned int k = 0; k < 4; k++)
		for (unsigned int flows = 2; flows <= 12; flows++) {
			struct every e = {.flows = flows, .best = 1e300};

			while (e.members < 4 && speeds[k][e.members] > 0) {
				e.mbps[e.members] = speeds[k][e.members];
				e.members++;
			}
			start(e.members, speeds[k]);
			run(flows % 10);
			for (unsigned int i = 0, n = 0; n < flows; i++)
				if (f.view.bucket[i] == 0 || i >= BOND_BUCKETS - (flows - n)) {
					e.flow[n] = n == 0 ? 10000000 : 1000000;
					rate[i] = (uint64_t)e.flow[n++];
				}
			try_every(&e, 0, 0);
			run(31 - flows % 10);
			if (worst() / e.best > ratio)
				ratio = worst() / e.best;
			assert_true(worst() <= e.best * WITHIN);
			assert_int_equal(run(100), 0);
		}
	print_message("at worst %.3f of the best\n", ratio);
}

/* What is too little for a kilobyte a second in any bucket is a load all the same. */
static void
many_thin_flows_count(void **state)
{
	(void)state;
	start_alike(2);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rate[i] = f.view.bucket[i] == 0 ? 900 : 100;
	assert_true(run(31) > 0);
	assert_true(worst() <= 128 * 500.0 * 2 / 20000 * WITHIN);
}

/* As in the middle of the day: one of many flows grows. */
static void
what_grows_settles_in_two_periods_as_well(void **state)
{
	(void)state;
	start_alike(2);
	for (unsigned int i = 0; i < 40; i++)
		rate[i] = 1000000;
	run(105);
	rate[0] = 10000000;
	assert_true(run(25) > 0);
	assert_true(worst() <= 25.0 * 1000000 / 10000 * WITHIN);
	assert_int_equal(run(100), 0);
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

/* A few flows that go up and down by a fifth, as TCP does. */
static void
what_fluctuates_is_soon_left_alone(void **state)
{
	(void)state;
	for (unsigned int flows = 8; flows <= 32; flows *= 2) {
		unsigned int first = 0, later = 0;

		start_alike(4);
		seed = flows;
		for (unsigned int k = 0; k < 60; k++) {
			for (unsigned int i = 0; i < flows; i++)
				rate[i * 7] = 8000000 + random_below(4000000);
			*(k < 6 ? &first : &later) += run(10);
		}
		print_message("%u flows: %u moves in the first minute, %u in nine more\n", flows,
			      first, later);
		assert_in_range(first, 0, 2 * flows);
		assert_in_range(later, 0, 2 * flows);
	}
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
		cmocka_unit_test(one_flow_of_ten_times_the_others_settles_in_two_periods),
		cmocka_unit_test(unequal_speeds_settle_in_two_periods_as_well),
		cmocka_unit_test(many_thin_flows_count),
		cmocka_unit_test(what_grows_settles_in_two_periods_as_well),
		cmocka_unit_test(a_balanced_load_moves_nothing),
		cmocka_unit_test(few_buckets_move),
		cmocka_unit_test(what_comes_and_goes_does_not_make_buckets_flap),
		cmocka_unit_test(what_fluctuates_is_soon_left_alone),
		cmocka_unit_test(speeds_and_what_is_not_balanced_count),
		cmocka_unit_test(a_lost_member_loses_its_buckets_and_no_other_moves),
		cmocka_unit_test(counters_that_begin_anew_and_unknown_speeds_do_no_harm),
	};
	return cmocka_run_group_tests_name("bond_balance_load", tests, NULL, NULL);
}
