/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_load.c - measures what buckets carry and says which member sends them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "balance_int.h"
#include "place.h"

/*
 * A bucket that moves gets so much hotter, and cools down by 1 a period; above HOT it stays where it
 * is. So it may move twice in a row, since what was measured first may have been half a period, but
 * in the long run only once a minute, however its load goes up and down.
 */
#define HEAT_OF_MOVE 6
#define HOT          6

#define MEMORY     9                 /* readings that make a mean, and one */
#define LEAST_LOAD 2048              /* octets a second, of all; below it nothing is moved */
#define LEAST_TIME (100 * BOND_MSEC) /* between two readings, to make a rate of them */
#define TEXT_SIZE  64

static bool
is_dynamic(const struct bond *b)
{
	return b->mode->balance && b->options.balance.dynamic_lb;
}

static void
set_place(const struct bond *b, struct bond_place *p)
{
	const struct bond_load *l = &b->balancer.load;

	memset(p, 0, sizeof(*p));
	p->usable = l->usable;
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		p->capacity[slot] = b->balancer.capacity[slot];
	memcpy(p->rate, l->rate, sizeof(p->rate));
	memcpy(p->bucket, l->bucket, sizeof(p->bucket));
	if (b->active != BOND_NONE)
		p->base[b->active] = l->unbalanced_rate;
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		p->fixed[i] = l->heat[i] > HOT;
}

/* Nothing is known of any load: as with a hash, which mixes best. */
static unsigned int
deal_idle(struct bond *b)
{
	struct bond_load *l = &b->balancer.load;
	struct bond_view prev, next;
	unsigned int n = 0;
	const uint32_t *capacity = b->balancer.capacity;
	uint32_t largest = 1;

	bond_view_clear(&prev);
	bond_view_clear(&next);
	memcpy(prev.bucket, l->bucket, sizeof(prev.bucket));
	bond_foreach_member (b, slot)
		if ((l->usable >> slot & 1) && capacity[slot] > largest)
			largest = capacity[slot];
	bond_foreach_member (b, slot) {
		if (!(l->usable >> slot & 1))
			continue;
		next.share[next.n_active] =
			largest > UINT16_MAX
				? (uint32_t)((uint64_t)capacity[slot] * UINT16_MAX / largest)
				: capacity[slot];
		bond_view_activate(&next, slot);
	}
	bond_view_deal(&prev, &next);
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		n += l->bucket[i] != next.bucket[i];
	memcpy(l->bucket, next.bucket, sizeof(l->bucket));
	return n;
}

static uint64_t
all_rates(const struct bond_load *l)
{
	uint64_t sum = l->unbalanced_rate;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		sum += l->rate[i];
	return sum;
}

static void
take_place(struct bond *b, const struct bond_place *p)
{
	struct bond_load *l = &b->balancer.load;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		if (l->bucket[i] != p->bucket[i])
			l->heat[i] = (uint8_t)(l->heat[i] + HEAT_OF_MOVE);
	memcpy(l->bucket, p->bucket, sizeof(l->bucket));
}

static void
tell(struct bond *b, unsigned int moved, double before, double after, const char *why, uint64_t now)
{
	char from[TEXT_SIZE], to[TEXT_SIZE], reason[2 * TEXT_SIZE];

	b->balancer.counts.rebalances++;
	b->balancer.counts.buckets_moved += moved;
	snprintf(from, sizeof(from), "load uneven by %.1f %%", before * 100);
	snprintf(to, sizeof(to), "by %.1f %%", after * 100);
	snprintf(reason, sizeof(reason), "%s: %u of %u buckets moved", why, moved, BOND_BUCKETS);
	bond_balance_emit(b, "balance", NULL, from, to, reason, now);
}

/* Even out what is measured, if that is worth it. */
static void
improve(struct bond *b, const char *why, uint64_t now)
{
	struct bond_place p;
	unsigned int moved;
	double before;

	if (all_rates(&b->balancer.load) < LEAST_LOAD)
		return;
	set_place(b, &p);
	before = bond_place_unevenness(&p);
	moved = bond_place_improve(&p);
	if (moved == 0)
		return;
	take_place(b, &p);
	tell(b, moved, before, bond_place_unevenness(&p), why, now);
}

void
bond_load_follow(struct bond *b, bool speeds, uint64_t now)
{
	struct bond_load *l = &b->balancer.load;
	const uint32_t usable = bond_balance_usable(b), lost = l->usable & ~usable,
		       gained = usable & ~l->usable;
	struct bond_place p;

	if (!is_dynamic(b)) { /* it begins anew when it is switched on */
		l->usable = 0;
		l->counted = false;
		memset(l->bucket, BOND_NONE, sizeof(l->bucket));
		return;
	}
	if (usable == l->usable && !speeds)
		return;
	l->usable = usable;
	if (usable == 0) {
		memset(l->bucket, BOND_NONE, sizeof(l->bucket));
		return;
	}
	if (all_rates(l) < LEAST_LOAD) {
		b->balancer.counts.buckets_moved += deal_idle(b);
		return;
	}
	set_place(b, &p);
	if (bond_place_lost(&p) > 0) /* what they had, and no more, moves */
		memcpy(l->bucket, p.bucket, sizeof(l->bucket));
	if (lost == 0)
		improve(b, gained ? "a member can send again" : "a speed changed", now);
}

bool
bond_balance_load_due(const struct bond *b, uint64_t now)
{
	return is_dynamic(b) && now >= b->balancer.load.due;
}

static uint64_t
rate_of(uint64_t total, uint64_t before, uint64_t ns)
{
	/* counters that begin anew tell nothing; in two parts, so that nothing overflows */
	const uint64_t octets = total > before ? total - before : 0, ms = ns / BOND_MSEC;

	return octets / ms * 1000 + octets % ms * 1000 / ms;
}

/*
 * What a rate is taken for: the mean of its last readings, so that what only goes up and down moves
 * nothing; but when it is half as much again or half as much, it is another load, and counts at
 * once. The first reading of one may have been of a part of the period.
 */
static void
smooth(uint64_t *rate, uint8_t *age, uint64_t reading)
{
	if (2 * reading > 3 * *rate || 2 * reading < *rate)
		*age = 0;
	if (*age < MEMORY)
		++*age;
	if (*age <= 2)
		*rate = reading;
	else if (reading > *rate)
		*rate += (reading - *rate) / (*age - 1U);
	else
		*rate -= (*rate - reading) / (*age - 1U);
}

void
bond_balance_load(struct bond *b, const uint64_t octets[BOND_BUCKETS], uint64_t unbalanced,
		  uint64_t now)
{
	struct bond_load *l = &b->balancer.load;
	const uint64_t ns = now - l->counted_at;
	const bool measured = l->counted && ns >= LEAST_TIME;

	if (!is_dynamic(b))
		return;
	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		if (measured)
			smooth(&l->rate[i], &l->age[i], rate_of(octets[i], l->total[i], ns));
		l->total[i] = octets[i];
		l->heat[i] = (uint8_t)(l->heat[i] - (l->heat[i] > 0));
	}
	if (measured)
		smooth(&l->unbalanced_rate, &l->unbalanced_age,
		       rate_of(unbalanced, l->unbalanced_total, ns));
	l->unbalanced_total = unbalanced;
	l->counted = true;
	l->counted_at = now;
	l->due = now + BOND_BALANCE_PERIOD;
	if (measured && l->usable)
		improve(b, "measured", now);
	bond_settle(b, now);
}

uint64_t
bond_balance_rate(const struct bond *b, uint8_t slot)
{
	const struct bond_load *l = &b->balancer.load;
	uint64_t rate = slot == b->active ? l->unbalanced_rate : 0;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		if (l->bucket[i] == slot)
			rate += l->rate[i];
	return rate;
}
