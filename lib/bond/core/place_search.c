/* SPDX-License-Identifier: BSD-3-Clause */
/* place_search.c - finds places for the few heaviest buckets, by branch and bound. */
#include <string.h>

#include "place_int.h"

#define HEAVY      12    /* buckets whose places are searched for */
#define HEAVY_PART 0.002 /* of all load, that such a bucket has at least */
#define MAX_NODES  20000
#define BETTER     0.99 /* of the highest use so far, below which a place must stay */

/* A search for the best places of the few heaviest buckets, by branch and bound. */
struct search {
	const struct bond_place *p;
	struct bond_sum s;
	unsigned int heavy[HEAVY], n;
	uint8_t at[HEAVY], best_at[HEAVY];
	double best; /* the highest use of a member so far */
	unsigned int nodes;
};

static void
find_heavy(struct search *f)
{
	double least = f->s.all * HEAVY_PART;

	for (f->n = 0; f->n < HEAVY; f->n++) {
		unsigned int next = BOND_BUCKETS;

		for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
			bool taken = f->p->fixed[i] || !bond_place_is_placed(f->p, i) ||
				     bond_place_weight(f->p, &f->s, i) < least;

			for (unsigned int k = 0; k < f->n; k++)
				taken |= f->heavy[k] == i;
			if (!taken && (next == BOND_BUCKETS || f->p->rate[i] > f->p->rate[next]))
				next = i;
		}
		if (next == BOND_BUCKETS)
			return;
		f->heavy[f->n] = next;
	}
}

/* The member in the k-th place, by use with a weight on top. @return BOND_NONE: none */
static uint8_t
next_candidate(const struct bond_sum *s, double with, uint32_t *tried)
{
	uint8_t best = BOND_NONE;

	for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++)
		if (s->capacity[m] > 0 && !(*tried >> m & 1) &&
		    (best == BOND_NONE || (s->load[m] + with) * s->capacity[best] <
						  (s->load[best] + with) * s->capacity[m]))
			best = m;
	if (best != BOND_NONE)
		*tried |= UINT32_C(1) << best;
	return best;
}

/* Place the heavy bucket k and all after it; as deep as HEAVY. */
static void
search_from(struct search *f, unsigned int k)
{
	uint32_t tried = 0;
	double with;
	uint8_t m;

	if (k == f->n) {
		f->best = bond_place_highest_use(&f->s);
		memcpy(f->best_at, f->at, sizeof(f->at));
		return;
	}
	with = bond_place_weight(f->p, &f->s, f->heavy[k]);
	while (f->nodes < MAX_NODES && (m = next_candidate(&f->s, with, &tried)) != BOND_NONE) {
		f->nodes++;
		f->s.load[m] += with;
		f->at[k] = m;
		if (bond_place_highest_use(&f->s) < f->best * BETTER)
			search_from(f, k + 1);
		f->s.load[m] -= with;
	}
}

void
bond_place_search(struct bond_place *p)
{
	struct search f = {.p = p};

	bond_place_add_up(p, &f.s);
	f.best = bond_place_highest_use(&f.s);
	find_heavy(&f);
	for (unsigned int k = 0; k < f.n; k++) {
		f.best_at[k] = p->bucket[f.heavy[k]];
		f.s.load[f.best_at[k]] -= bond_place_weight(p, &f.s, f.heavy[k]);
	}
	search_from(&f, 0);
	for (unsigned int k = 0; k < f.n; k++)
		p->bucket[f.heavy[k]] = f.best_at[k];
}
