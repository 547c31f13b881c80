/* SPDX-License-Identifier: BSD-3-Clause */
/* deal.c - deals buckets to members: in proportion, evenly mixed, moving as few as possible. */
#include <assert.h>
#include <string.h>

#include "bond_view.h"

/* What one member, the i-th of active[], is to have and has. */
struct hand {
	uint32_t share;    /* its part of the whole, relative to the others' */
	bool minimal;      /* its part is less than one bucket: it gets one */
	uint32_t had;      /* buckets that prev gave it */
	uint32_t quota;    /* buckets it is to have */
	uint64_t fraction; /* what rounding down took from quota, in units of 1/sum of shares */
};

/* A deal under way. */
struct deal {
	const struct bond_view *prev;
	struct bond_view *next;
	uint8_t hand_of[BOND_NONE + 1]; /* by slot: place in active[], BOND_NONE: gets nothing */
};

void
bond_view_clear(struct bond_view *v)
{
	memset(v, 0, sizeof(*v));
	memset(v->active, BOND_NONE, sizeof(v->active));
	memset(v->bucket, BOND_NONE, sizeof(v->bucket));
	memset(v->queue, BOND_NONE, sizeof(v->queue));
	v->igmp = BOND_NONE;
	v->current = BOND_NONE;
}

/* Who would get less than one bucket gets one. @return how many buckets are left for the others */
static uint32_t
set_minimal(struct hand *hand, unsigned int n, uint64_t *sum)
{
	uint32_t left = BOND_BUCKETS;
	bool again = true;

	while (again) { /* each one taken out leaves less for the others */
		again = false;
		for (struct hand *h = hand; h < hand + n; h++)
			if (!h->minimal && (uint64_t)left * h->share < *sum) {
				h->minimal = again = true;
				h->quota = 1;
				*sum -= h->share;
				left--;
			}
	}
	return left;
}

/*
 * The one to have a bucket that rounding left over: who would have to give one up otherwise, so
 * that less moves; then who lost most by rounding; then the earlier.
 */
static struct hand *
most_deserving(struct hand *hand, unsigned int n)
{
	struct hand *best = NULL;

	for (struct hand *h = hand; h < hand + n; h++) {
		const bool gives = h->had > h->quota;

		if (h->fraction == 0)
			continue;
		if (!best || gives > (best->had > best->quota) ||
		    (gives == (best->had > best->quota) && h->fraction > best->fraction))
			best = h;
	}
	return best;
}

/* Quotas in proportion to the shares, rounded down or up so that they add up to all buckets. */
static void
set_quotas(struct hand *hand, unsigned int n)
{
	uint64_t sum = 0;
	uint32_t all, left;

	for (unsigned int i = 0; i < n; i++)
		sum += hand[i].share;
	all = left = set_minimal(hand, n, &sum);
	for (struct hand *h = hand; h < hand + n; h++) {
		if (h->minimal)
			continue;
		h->quota = (uint32_t)((uint64_t)all * h->share / sum);
		h->fraction = (uint64_t)all * h->share % sum;
		left -= h->quota;
	}
	for (; left > 0; left--) {
		struct hand *h = most_deserving(hand, n);

		assert(h); /* the fractions add up to exactly the buckets left */
		h->quota++;
		h->fraction = 0;
	}
}

/* How many buckets of a stretch each hand had. */
static void
count(const struct deal *d, unsigned int at, unsigned int size, uint16_t had[BOND_MAX_MEMBERS])
{
	memset(had, 0, BOND_MAX_MEMBERS * sizeof(had[0]));
	for (unsigned int k = at; k < at + size; k++) {
		const uint8_t i = d->hand_of[d->prev->bucket[k]];

		if (i != BOND_NONE)
			had[i]++;
	}
}

/* What a hand may have in the first of two halves, and what it is to have there. */
struct part {
	uint16_t least, most, has;
	uint16_t both; /* what it is to have in the two together */
};

/*
 * Who is to have less than before only gives, who is to have more only takes: that way no more than
 * necessary moves. Within these limits each half gets half of it.
 */
static struct part
part_of(uint16_t both, uint16_t had_first, uint16_t had_second)
{
	struct part p = {.both = both};

	if (both <= had_first + had_second) {
		p.least = both > had_second ? both - had_second : 0;
		p.most = both < had_first ? both : had_first;
	} else {
		p.least = had_first;
		p.most = both - had_second;
	}
	p.has = both / 2;
	if (p.has < p.least)
		p.has = p.least;
	if (p.has > p.most)
		p.has = p.most;
	return p;
}

/* How much more a part has than its half. */
static int
excess(const struct part *p)
{
	return 2 * p->has - p->both;
}

/* Give to those who have least of their half, take from those who have most, until it adds up. */
static void
balance(struct part *part, unsigned int n, unsigned int half)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < n; i++)
		sum += part[i].has;
	for (; sum != half; sum < half ? sum++ : sum--) {
		struct part *best = NULL;

		for (struct part *p = part; p < part + n; p++) {
			if (sum < half && p->has < p->most && (!best || excess(p) < excess(best)))
				best = p;
			if (sum > half && p->has > p->least && (!best || excess(p) > excess(best)))
				best = p;
		}
		assert(best); /* what each had adds up to no more than the size of each half */
		best->has = (uint16_t)(sum < half ? best->has + 1 : best->has - 1);
	}
}

/*
 * Deal a stretch of buckets, a power of two: halve what each hand is to have in it, and go on with
 * each half. So every aligned stretch of any size is mixed like the whole.
 * @param want by place in active[]; adds up to size
 */
static void
deal(struct deal *d, unsigned int at, unsigned int size, const uint16_t want[BOND_MAX_MEMBERS])
{
	const unsigned int half = size / 2, n = d->next->n_active;
	uint16_t first[BOND_MAX_MEMBERS], second[BOND_MAX_MEMBERS];
	struct part part[BOND_MAX_MEMBERS];

	if (size == 1) {
		for (unsigned int i = 0; i < n; i++)
			if (want[i] > 0)
				d->next->bucket[at] = d->next->active[i];
		return;
	}
	count(d, at, half, first);
	count(d, at + half, half, second);
	for (unsigned int i = 0; i < n; i++)
		part[i] = part_of(want[i], first[i], second[i]);
	balance(part, n, half);
	for (unsigned int i = 0; i < n; i++) {
		first[i] = part[i].has;
		second[i] = (uint16_t)(want[i] - part[i].has);
	}
	deal(d, at, half, first);
	deal(d, at + half, half, second);
}

void
bond_view_deal(const struct bond_view *prev, struct bond_view *next)
{
	struct hand hand[BOND_MAX_MEMBERS] = {0};
	struct deal d = {.prev = prev, .next = next};
	uint16_t had[BOND_MAX_MEMBERS], want[BOND_MAX_MEMBERS] = {0};
	const unsigned int n = next->n_active;

	memset(next->bucket, BOND_NONE, sizeof(next->bucket));
	memset(d.hand_of, BOND_NONE, sizeof(d.hand_of));
	if (n == 0)
		return;

	for (uint8_t i = 0; i < n; i++)
		d.hand_of[next->active[i]] = i;
	count(&d, 0, BOND_BUCKETS, had);
	for (unsigned int i = 0; i < n; i++) {
		hand[i].share = next->share[i] > 0 ? next->share[i] : 1;
		hand[i].had = had[i];
	}
	set_quotas(hand, n);
	for (unsigned int i = 0; i < n; i++)
		want[i] = (uint16_t)hand[i].quota;
	deal(&d, 0, BOND_BUCKETS, want);
}
