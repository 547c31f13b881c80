/* SPDX-License-Identifier: BSD-3-Clause */
/* place_int.h - what the files of the placement ask of each other. */
#ifndef PLACE_INT_H
#define PLACE_INT_H

#include "place.h"

/* What each member carries, while it is being improved. */
struct bond_sum {
	double load[BOND_MAX_MEMBERS], capacity[BOND_MAX_MEMBERS];
	double all, all_capacity;
	double highest; /* use of a member before the next move */
	double idle;    /* what a bucket counts at least, so that idle ones are spread as well */
};

/** @return what a bucket counts */
static inline double
bond_place_weight(const struct bond_place *p, const struct bond_sum *s, unsigned int bucket)
{
	return (double)p->rate[bucket] + s->idle;
}

/** Has a bucket a member that is usable? */
static inline bool
bond_place_is_placed(const struct bond_place *p, unsigned int bucket)
{
	return p->bucket[bucket] != BOND_NONE && (p->usable >> p->bucket[bucket] & 1);
}

/* place.c */

/** Add up what each member carries. */
void bond_place_add_up(const struct bond_place *p, struct bond_sum *s);

/** @return load for capacity of who is worst off */
double bond_place_highest_use(const struct bond_sum *s);

/* place_search.c */

/** Place the heaviest buckets as well as can be found; the others stay. */
void bond_place_search(struct bond_place *p);

#endif
