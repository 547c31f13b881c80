/* SPDX-License-Identifier: BSD-3-Clause */
/* place_int.h - what the files of the placement ask of each other. */
#ifndef PLACE_INT_H
#define PLACE_INT_H

#include "place.h"

/* What each member carries, while it is being improved. */
struct bond_sum {
	double load[BOND_MAX_MEMBERS], capacity[BOND_MAX_MEMBERS];
	double all, all_capacity;
	double highest; /* use of a member */
	double excess;  /* what all loads cost more than if they were even, in parts */
	double weight
		[BOND_BUCKETS]; /* what each counts: idle ones a little, to be spread as well */
};

/* The buckets that may move, lightest first. */
struct bond_movable {
	unsigned int n;
	uint8_t bucket[BOND_BUCKETS];
};

/* A move of "one" to a member, and if "other" is a bucket, of that one back. */
struct bond_move {
	unsigned int one, other; /* BOND_BUCKETS: none */
	uint8_t from, to;
	double gain; /* 0: there is no move */
	bool peak;   /* it is only good for who is worst off */
};

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

/* place_move.c */

/** @return what load costs a member: the fourth power, so that who is worst off counts most */
double bond_place_cost(double load, double capacity);

/** Find the buckets that may move, and their order, which stays as long as rates do. */
void
bond_place_movable(const struct bond_place *p, const struct bond_sum *s, struct bond_movable *m);

/**
 * @param s with highest and excess
 * @param least parts of the excess, or of the highest use, that it must take off
 * @param peaks also look for what is only good for who is worst off, if there is nothing else
 * @return the best move, or the best exchange where no move is good enough; gain 0: neither is
 */
struct bond_move bond_place_best_move(const struct bond_place *p, const struct bond_sum *s,
				      const struct bond_movable *movable, double least, bool peaks);

/* place_search.c */

/** Place the heaviest buckets as well as can be found; the others stay. */
void bond_place_search(struct bond_place *p);

#endif
