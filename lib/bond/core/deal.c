/* SPDX-License-Identifier: BSD-3-Clause */
/* deal.c - deals buckets to members: fair within one bucket, moving as few as possible. */
#include <assert.h>
#include <string.h>

#include "bond_view.h"

/* What one member, the i-th of active[], is to have and has. */
struct hand {
	uint32_t share;    /* its part of the whole, relative to the others' */
	uint32_t had;      /* buckets that prev gave it */
	uint32_t quota;    /* buckets it is to have */
	uint32_t has;      /* buckets dealt to it so far */
	uint64_t fraction; /* what rounding down took from quota, in units of 1/sum of shares */
};

void
bond_view_clear(struct bond_view *v)
{
	memset(v, 0, sizeof(*v));
	memset(v->active, BOND_NONE, sizeof(v->active));
	memset(v->bucket, BOND_NONE, sizeof(v->bucket));
	memset(v->queue, BOND_NONE, sizeof(v->queue));
	v->igmp = BOND_NONE;
}

/* The one to have a bucket that rounding left over; who holds more keeps more, so less moves. */
static struct hand *
most_deserving(struct hand *hand, unsigned int n)
{
	struct hand *best = NULL;

	for (struct hand *h = hand; h < hand + n; h++)
		if (h->fraction > 0 && (!best || h->fraction > best->fraction ||
					(h->fraction == best->fraction && h->had > best->had)))
			best = h;
	return best;
}

/* Quotas in proportion to the shares: rounded down, then the largest remainders get one more. */
static void
set_quotas(struct hand *hand, unsigned int n)
{
	uint64_t sum = 0;
	uint32_t left = BOND_BUCKETS;

	for (unsigned int i = 0; i < n; i++)
		sum += hand[i].share;
	for (unsigned int i = 0; i < n; i++) {
		const uint64_t part = (uint64_t)BOND_BUCKETS * hand[i].share;

		hand[i].quota = (uint32_t)(part / sum);
		hand[i].fraction = part % sum;
		left -= hand[i].quota;
	}
	for (; left > 0; left--) {
		struct hand *h = most_deserving(hand, n);

		assert(h); /* the fractions add up to exactly the buckets left */
		h->quota++;
		h->fraction = 0;
	}
}

/* The one that lacks most; the earlier of equals. */
static struct hand *
neediest(struct hand *hand, unsigned int n)
{
	struct hand *best = hand;

	for (struct hand *h = hand + 1; h < hand + n; h++)
		if (h->quota - h->has > best->quota - best->has)
			best = h;
	return best;
}

void
bond_view_deal(const struct bond_view *prev, struct bond_view *next)
{
	struct hand hand[BOND_MAX_MEMBERS] = {0};
	struct hand *of[BOND_NONE + 1] = {NULL}; /* by slot; NULL: gets nothing */
	const unsigned int n = next->n_active;

	memset(next->bucket, BOND_NONE, sizeof(next->bucket));
	if (n == 0)
		return;

	for (unsigned int i = 0; i < n; i++) {
		hand[i].share = 1;
		of[next->active[i]] = &hand[i];
	}
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		if (of[prev->bucket[k]])
			of[prev->bucket[k]]->had++;
	set_quotas(hand, n);

	for (unsigned int k = 0; k < BOND_BUCKETS; k++) { /* keep what may stay */
		struct hand *h = of[prev->bucket[k]];

		if (h && h->has < h->quota) {
			next->bucket[k] = prev->bucket[k];
			h->has++;
		}
	}
	for (unsigned int k = 0; k < BOND_BUCKETS; k++) { /* deal out the rest */
		if (next->bucket[k] == BOND_NONE) {
			struct hand *h = neediest(hand, n);

			next->bucket[k] = next->active[h - hand];
			h->has++;
		}
	}
}
