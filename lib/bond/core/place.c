/* SPDX-License-Identifier: BSD-3-Clause */
/* place.c - places buckets by their load: steepest descent, one move or exchange at a time. */
#include "place_int.h"

#include <string.h>

#define EVEN       0.01  /* unevenness that nothing is done about, while at it */
#define WORTH      0.03  /* unevenness that moving must take away */
#define MORE       0.01  /* likewise, for a placement from nothing instead of a few moves */
#define LEAST_GAIN 0.01  /* of a move: parts of the excess, or of the highest use */
#define IDLE       0.001 /* what all buckets together count beside their load, in parts of it */
#define MAX_STEPS  512
#define MAX_PEAKS  32 /* of these, for the sake of one member */
#define MAX_ROUNDS 4

static double
root(double of)
{
	double r = of > 1 ? of : 1;

	for (unsigned int i = 0; i < 64 && of > 0; i++)
		r = (r + of / r) / 2;
	return of > 0 ? r : 0;
}

void
bond_place_add_up(const struct bond_place *p, struct bond_sum *s)
{
	double rates = 0, idle;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rates += (double)p->rate[i];
	idle = rates > 0 ? rates * IDLE / BOND_BUCKETS : 1;
	for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++) {
		if (!(p->usable >> m & 1))
			continue;
		s->load[m] = (double)p->base[m];
		s->capacity[m] = p->capacity[m] > 0 ? (double)p->capacity[m] : 1;
		s->all += s->load[m];
		s->all_capacity += s->capacity[m];
	}
	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		s->weight[i] = (double)p->rate[i] + idle;
		s->all += s->weight[i];
		if (bond_place_is_placed(p, i))
			s->load[p->bucket[i]] += s->weight[i];
	}
}

/* What all loads together cost more than if they were even, in parts of that. */
static double
excess(const struct bond_sum *s)
{
	double costs = 0;

	for (unsigned int m = 0; m < BOND_MAX_MEMBERS; m++)
		if (s->capacity[m] > 0)
			costs += bond_place_cost(s->load[m], s->capacity[m]);
	costs = costs / bond_place_cost(s->all, s->all_capacity) - 1;
	return costs > 0 ? costs : 0;
}

/* Of load for capacity, by who is worst off. */
double
bond_place_highest_use(const struct bond_sum *s)
{
	double worst = 0;

	for (unsigned int m = 0; m < BOND_MAX_MEMBERS; m++)
		if (s->capacity[m] > 0 && s->load[m] / s->capacity[m] > worst)
			worst = s->load[m] / s->capacity[m];
	return worst;
}

/* About the standard deviation of load for capacity, in parts of its mean; or half of the peak. */
static double
unevenness(const struct bond_sum *s)
{
	const double deviation = root(excess(s) / 6),
		     half = (bond_place_highest_use(s) * s->all_capacity / s->all - 1) / 2;

	return deviation > half ? deviation : half;
}

double
bond_place_unevenness(const struct bond_place *p)
{
	struct bond_sum s;

	bond_place_add_up(p, &s);
	return s.all > 0 && s.all_capacity > 0 ? unevenness(&s) : 0;
}

static void
shift_bucket(struct bond_place *p, struct bond_sum *s, unsigned int bucket, uint8_t from,
	     uint8_t to)
{
	s->load[from] -= s->weight[bucket];
	s->load[to] += s->weight[bucket];
	p->bucket[bucket] = to;
}

/* @return the unevenness in the end */
static double
descend(struct bond_place *p)
{
	struct bond_movable movable;
	struct bond_sum s;
	unsigned int peaks = 0;

	bond_place_add_up(p, &s);
	bond_place_movable(p, &s, &movable);
	for (unsigned int step = 0; step < MAX_STEPS && unevenness(&s) > EVEN; step++) {
		struct bond_move m;

		s.highest = bond_place_highest_use(&s);
		s.excess = excess(&s);
		m = bond_place_best_move(p, &s, &movable, LEAST_GAIN, peaks < MAX_PEAKS);
		if (m.gain <= 0)
			break;
		peaks += m.peak;
		shift_bucket(p, &s, m.one, m.from, m.to);
		if (m.other < BOND_BUCKETS)
			shift_bucket(p, &s, m.other, m.to, m.from);
	}
	return unevenness(&s);
}

/* Who is loaded least with a bucket on top. @return BOND_NONE: nobody is usable */
static uint8_t
least_loaded(const struct bond_sum *s, double with)
{
	uint8_t best = BOND_NONE;

	for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++)
		if (s->capacity[m] > 0 &&
		    (best == BOND_NONE || (s->load[m] + with) * s->capacity[best] <
						  (s->load[best] + with) * s->capacity[m]))
			best = m;
	return best;
}

unsigned int
bond_place_lost(struct bond_place *p)
{
	unsigned int lost = 0;
	struct bond_sum s;

	bond_place_add_up(p, &s);
	for (;;) { /* the heaviest first */
		unsigned int heaviest = BOND_BUCKETS;

		for (unsigned int i = 0; i < BOND_BUCKETS; i++)
			if (!bond_place_is_placed(p, i) &&
			    (heaviest == BOND_BUCKETS || p->rate[i] > p->rate[heaviest]))
				heaviest = i;
		if (heaviest == BOND_BUCKETS || p->usable == 0)
			return lost;
		p->bucket[heaviest] = least_loaded(&s, s.weight[heaviest]);
		s.load[p->bucket[heaviest]] += s.weight[heaviest];
		lost++;
	}
}

static unsigned int
n_different(const struct bond_place *a, const struct bond_place *b)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		n += a->bucket[i] != b->bucket[i];
	return n;
}

static double
highest_of(const struct bond_place *p)
{
	struct bond_sum s;

	bond_place_add_up(p, &s);
	return bond_place_highest_use(&s);
}

/* @return is the placement better now, by so much that moving is worth it? Else it is as it was */
static bool
improve_once(struct bond_place *p)
{
	struct bond_place moved = *p, anew;
	const double before = bond_place_unevenness(p), highest = highest_of(p);

	if (before <= WORTH)
		return false;
	if (descend(&moved) > MORE) {
		anew = moved;
		bond_place_search(&anew);
		descend(&anew);
		if (highest_of(&anew) < highest_of(&moved) * (1 - MORE))
			moved = anew;
	}
	if (before - bond_place_unevenness(&moved) <= WORTH &&
	    highest_of(&moved) >= highest * (1 - 2 * WORTH))
		return false;
	*p = moved;
	return true;
}

unsigned int
bond_place_improve(struct bond_place *p)
{
	const struct bond_place before = *p;

	/* what was found may show the way to better ones: else they would be found a period later */
	for (unsigned int i = 0; i < MAX_ROUNDS && improve_once(p); i++)
		;
	return n_different(&before, p);
}
