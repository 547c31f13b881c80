/* SPDX-License-Identifier: BSD-3-Clause */
/* place_search.c - finds places for the few heaviest buckets, by branch and bound. */
#include <string.h>

#include "place_int.h"

#define HEAVY      16    /* buckets whose places are searched for */
#define HEAVY_PART 0.002 /* of all load, that such a bucket has at least */
#define MAX_NODES  8000
#define BETTER     0.99 /* of the highest use so far, below which a place must stay */

/* A search for the best places of the few heaviest buckets, by branch and bound. */
struct search {
	const struct bond_place *p;
	struct bond_sum s;
	unsigned int heavy[HEAVY], n;
	uint8_t at[HEAVY], best_at[HEAVY];
	double best; /* the highest use of a member in the best placement so far */
	unsigned int nodes, n_members;
	uint8_t member[BOND_MAX_MEMBERS];  /* those that are usable */
	double per_load[BOND_MAX_MEMBERS]; /* use for load */
};

static void
find_heavy(struct search *f)
{
	double least = f->s.all * HEAVY_PART;

	for (f->n = 0; f->n < HEAVY; f->n++) {
		unsigned int next = BOND_BUCKETS;

		for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
			bool taken = f->p->fixed[i] || !bond_place_is_placed(f->p, i) ||
				     f->s.weight[i] < least;

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

/* Who is used least with a weight on top, of those not tried. @return BOND_NONE: nobody is left */
static uint8_t
next_candidate(const struct search *f, double with, uint32_t tried)
{
	uint8_t best = BOND_NONE;
	double least = 0;

	for (unsigned int i = 0; i < f->n_members; i++) {
		const uint8_t m = f->member[i];
		const double use = (f->s.load[m] + with) * f->per_load[m];

		if (!(tried >> m & 1) && (best == BOND_NONE || use < least)) {
			best = m;
			least = use;
		}
	}
	return best;
}

/*
 * Place the heavy bucket k and all after it; as deep as HEAVY.
 * @param highest use of a member so far
 */
static void
search_from(struct search *f, unsigned int k, double highest)
{
	const double with = k < f->n ? f->s.weight[f->heavy[k]] : 0;
	uint32_t tried = 0;
	uint8_t m;

	if (k == f->n) {
		f->best = highest;
		memcpy(f->best_at, f->at, sizeof(f->at));
		return;
	}
	while (f->nodes < MAX_NODES && (m = next_candidate(f, with, tried)) != BOND_NONE) {
		const double before = f->s.load[m], use = (before + with) * f->per_load[m];

		if (use >= f->best * BETTER)
			return; /* the others would be used even more */
		f->nodes++;
		tried |= UINT32_C(1) << m;
		f->s.load[m] += with;
		f->at[k] = m;
		search_from(f, k + 1, use > highest ? use : highest);
		f->s.load[m] = before; /* not less "with", which might be something else again */
	}
}

void
bond_place_search(struct bond_place *p)
{
	struct search f = {.p = p};
	double highest;

	bond_place_add_up(p, &f.s);
	for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++)
		if (f.s.capacity[m] > 0) {
			f.member[f.n_members++] = m;
			f.per_load[m] = 1 / f.s.capacity[m];
		}
	f.best = bond_place_highest_use(&f.s);
	find_heavy(&f);
	for (unsigned int k = 0; k < f.n; k++) {
		f.best_at[k] = p->bucket[f.heavy[k]];
		f.s.load[f.best_at[k]] -= f.s.weight[f.heavy[k]];
	}
	highest = bond_place_highest_use(&f.s);
	if (highest < f.best * BETTER)
		search_from(&f, 0, highest);
	for (unsigned int k = 0; k < f.n; k++)
		p->bucket[f.heavy[k]] = f.best_at[k];
}
