/* SPDX-License-Identifier: BSD-3-Clause */
/* place.c - places buckets by their load: steepest descent, one move or exchange at a time. */
#include "place_int.h"

#include <string.h>

#define EVEN       0.01 /* unevenness that nothing is done about, while at it */
#define WORTH      0.03 /* unevenness that moving must take away */
#define MORE       0.01 /* likewise, for a placement from nothing instead of a few moves */
#define LEAST_GAIN 0.01 /* of a move: of all the excess there is */
#define MAX_STEPS  512
#define MAX_ROUNDS 4

/* A move of "one" to a member, and if "other" is a bucket, of that one back. */
struct move {
	unsigned int one, other; /* BOND_BUCKETS: none */
	uint8_t from, to;
	double gain; /* of excess */
};

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
	double rates = 0;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < BOND_BUCKETS; i++)
		rates += (double)p->rate[i];
	s->idle = rates > 0 ? rates / 1000 / BOND_BUCKETS : 1;
	for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++) {
		if (!(p->usable >> m & 1))
			continue;
		s->load[m] = (double)p->base[m];
		s->capacity[m] = p->capacity[m] > 0 ? (double)p->capacity[m] : 1;
		s->all += s->load[m];
		s->all_capacity += s->capacity[m];
	}
	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		s->all += bond_place_weight(p, s, i);
		if (bond_place_is_placed(p, i))
			s->load[p->bucket[i]] += bond_place_weight(p, s, i);
	}
}

/* What load costs a member: the fourth power, so that who is worst off counts most. */
static double
cost(double load, double capacity)
{
	const double use = load / capacity;

	return use * use * use * load;
}

/* What all loads together cost more than if they were even, in parts of that. */
static double
excess(const struct bond_sum *s)
{
	double costs = 0;

	for (unsigned int m = 0; m < BOND_MAX_MEMBERS; m++)
		if (s->capacity[m] > 0)
			costs += cost(s->load[m], s->capacity[m]);
	costs = costs / cost(s->all, s->all_capacity) - 1;
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

/* What shifting load from one member to another takes off the excess. */
static double
gain(const struct bond_sum *s, uint8_t from, uint8_t to, double shift)
{
	const double less = cost(s->load[from], s->capacity[from]) -
			    cost(s->load[from] - shift, s->capacity[from]),
		     more = cost(s->load[to] + shift, s->capacity[to]) -
			    cost(s->load[to], s->capacity[to]);

	if (s->load[to] + shift > s->highest * s->capacity[to])
		return 0; /* good for all together, but not for who is worst off */
	return (less - more) / cost(s->all, s->all_capacity);
}

/* Does a member have more than its share? Load is only moved from those who do to others. */
static bool
has_more(const struct bond_sum *s, uint8_t member)
{
	return s->load[member] * s->all_capacity > s->all * s->capacity[member];
}

/* The best move of one bucket. */
static struct move
best_single(const struct bond_place *p, const struct bond_sum *s)
{
	struct move best = {.gain = 0, .other = BOND_BUCKETS};

	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		if (p->fixed[i] || !bond_place_is_placed(p, i) || !has_more(s, p->bucket[i]))
			continue;
		for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++) {
			double g;

			if (s->capacity[m] <= 0 || has_more(s, m))
				continue;
			g = gain(s, p->bucket[i], m, bond_place_weight(p, s, i));
			if (g > best.gain)
				best = (struct move){i, BOND_BUCKETS, p->bucket[i], m, g};
		}
	}
	return best;
}

/* The best exchange of two. */
static struct move
best_exchange(const struct bond_place *p, const struct bond_sum *s)
{
	struct move best = {.gain = 0, .other = BOND_BUCKETS};

	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		if (p->fixed[i] || !bond_place_is_placed(p, i) || !has_more(s, p->bucket[i]))
			continue;
		for (unsigned int k = 0; k < BOND_BUCKETS; k++) {
			const double shift =
				bond_place_weight(p, s, i) - bond_place_weight(p, s, k);
			double g;

			if (shift <= 0 || p->fixed[k] || !bond_place_is_placed(p, k) ||
			    has_more(s, p->bucket[k]))
				continue;
			g = gain(s, p->bucket[i], p->bucket[k], shift);
			if (g > best.gain)
				best = (struct move){i, k, p->bucket[i], p->bucket[k], g};
		}
	}
	return best;
}

static void
shift_bucket(struct bond_place *p, struct bond_sum *s, unsigned int bucket, uint8_t from,
	     uint8_t to)
{
	s->load[from] -= bond_place_weight(p, s, bucket);
	s->load[to] += bond_place_weight(p, s, bucket);
	p->bucket[bucket] = to;
}

/* @return the unevenness in the end */
static double
descend(struct bond_place *p)
{
	struct bond_sum s;
	double left;

	bond_place_add_up(p, &s);
	left = excess(&s);
	for (unsigned int step = 0; step < MAX_STEPS && unevenness(&s) > EVEN; step++) {
		struct move m;

		s.highest = bond_place_highest_use(&s);
		m = best_single(p, &s);
		if (m.gain <= LEAST_GAIN * left) /* it would move two */
			m = best_exchange(p, &s);
		if (m.gain <= LEAST_GAIN * left)
			break;
		shift_bucket(p, &s, m.one, m.from, m.to);
		if (m.other < BOND_BUCKETS)
			shift_bucket(p, &s, m.other, m.to, m.from);
		left = excess(&s);
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
		p->bucket[heaviest] = least_loaded(&s, bond_place_weight(p, &s, heaviest));
		s.load[p->bucket[heaviest]] += bond_place_weight(p, &s, heaviest);
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
	struct bond_place moved = *p, anew = *p;
	const double before = bond_place_unevenness(p), highest = highest_of(p);

	if (before <= WORTH)
		return false;
	if (descend(&moved) > MORE) {
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
