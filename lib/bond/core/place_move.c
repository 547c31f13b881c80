/* SPDX-License-Identifier: BSD-3-Clause */
/* place_move.c - finds the move of a bucket, or the exchange of two, that evens out loads most. */
#include <stddef.h>

#include "place_int.h"

/*
 * Between two members it is best to shift what makes them equally used, and the less a shift differs
 * from that, on either side, the better. So of all shifts between them only two are looked at: the
 * next smaller one and the next larger one. The control thread has no time to try them all.
 */

/* Movable buckets by member, each one's lightest first. */
struct lists {
	uint16_t begin[BOND_MAX_MEMBERS + 1];
	uint8_t bucket[BOND_BUCKETS];
};

double
bond_place_cost(double load, double capacity)
{
	const double use = load / capacity;

	return use * use * use * load;
}

void
bond_place_movable(const struct bond_place *p, const struct bond_sum *s, struct bond_movable *m)
{
	m->n = 0;
	for (unsigned int i = 0; i < BOND_BUCKETS; i++) {
		unsigned int k = m->n;

		if (p->fixed[i] || !bond_place_is_placed(p, i))
			continue;
		for (; k > 0 && s->weight[m->bucket[k - 1]] > s->weight[i]; k--)
			m->bucket[k] = m->bucket[k - 1];
		m->bucket[k] = (uint8_t)i;
		m->n++;
	}
}

static void
sort_by_member(const struct bond_place *p, const struct bond_movable *m, struct lists *l)
{
	uint16_t at[BOND_MAX_MEMBERS] = {0}, sum = 0;

	for (unsigned int i = 0; i < m->n; i++)
		at[p->bucket[m->bucket[i]]]++;
	for (unsigned int k = 0; k < BOND_MAX_MEMBERS; k++) {
		const uint16_t n = at[k];

		l->begin[k] = at[k] = sum;
		sum = (uint16_t)(sum + n);
	}
	l->begin[BOND_MAX_MEMBERS] = sum;
	for (unsigned int i = 0; i < m->n; i++)
		l->bucket[at[p->bucket[m->bucket[i]]]++] = m->bucket[i];
}

/* What shifting load takes off the excess, in parts of it. */
static double
off_excess(const struct bond_sum *s, uint8_t from, uint8_t to, double shift)
{
	const double less = bond_place_cost(s->load[from], s->capacity[from]) -
			    bond_place_cost(s->load[from] - shift, s->capacity[from]),
		     more = bond_place_cost(s->load[to] + shift, s->capacity[to]) -
			    bond_place_cost(s->load[to], s->capacity[to]);

	if (s->load[to] + shift > s->highest * s->capacity[to] || s->excess <= 0)
		return 0; /* good for all together, but not for who is worst off */
	return (less - more) / bond_place_cost(s->all, s->all_capacity) / s->excess;
}

/* What it takes off the use of the member that is worst off, in parts of that. */
static double
off_peak(const struct bond_sum *s, uint8_t from, uint8_t to, double shift)
{
	const double left = (s->load[from] - shift) / s->capacity[from],
		     there = (s->load[to] + shift) / s->capacity[to];

	if (s->load[from] / s->capacity[from] < s->highest) /* exactly as that was found */
		return 0;
	return 1 - (left > there ? left : there) / s->highest;
}

/* What is looked for: a move or an exchange, and what a shift between two members is worth. */
struct wish {
	void (*between)(const struct bond_sum *s, const struct lists *l, const struct wish *wish,
			uint8_t from, uint8_t to, struct bond_move *best);
	double (*worth)(const struct bond_sum *s, uint8_t from, uint8_t to, double shift);
	bool peak; /* whoever takes it; else load only goes to who has less than its share */
};

static void
consider(const struct bond_sum *s, const struct wish *wish, struct bond_move *best,
	 struct bond_move m, double shift)
{
	m.gain = wish->worth(s, m.from, m.to, shift);
	if (m.gain > best->gain)
		*best = m;
}

/* What makes both equally used, when it goes from one to the other. */
static double
even_shift(const struct bond_sum *s, uint8_t from, uint8_t to)
{
	return (s->load[from] * s->capacity[to] - s->load[to] * s->capacity[from]) /
	       (s->capacity[from] + s->capacity[to]);
}

static void
single_between(const struct bond_sum *s, const struct lists *l, const struct wish *wish,
	       uint8_t from, uint8_t to, struct bond_move *best)
{
	const double even = even_shift(s, from, to);
	const unsigned int end = l->begin[from + 1];
	unsigned int above = l->begin[from];

	while (above < end && s->weight[l->bucket[above]] <= even)
		above++;
	for (unsigned int i = above > l->begin[from] ? above - 1 : above; i < end && i <= above;
	     i++)
		consider(
			s, wish, best,
			(struct bond_move){
				.one = l->bucket[i], .other = BOND_BUCKETS, .from = from, .to = to},
			s->weight[l->bucket[i]]);
}

static void
exchange_between(const struct bond_sum *s, const struct lists *l, const struct wish *wish,
		 uint8_t from, uint8_t to, struct bond_move *best)
{
	const double even = even_shift(s, from, to);
	double smaller = 0, larger = 0; /* 0: there is none yet */
	struct bond_move less = {.from = from, .to = to}, more = less;
	unsigned int k = l->begin[to];

	for (unsigned int i = l->begin[from]; i < l->begin[from + 1]; i++) {
		const double w = s->weight[l->bucket[i]];

		/* k: the first that leaves no more than even; as w grows, it goes up */
		while (k < l->begin[to + 1] && w - s->weight[l->bucket[k]] > even)
			k++;
		if (k < l->begin[to + 1] && w - s->weight[l->bucket[k]] > smaller) {
			smaller = w - s->weight[l->bucket[k]];
			less.one = l->bucket[i];
			less.other = l->bucket[k];
		}
		if (k > l->begin[to] && (larger <= 0 || w - s->weight[l->bucket[k - 1]] < larger)) {
			larger = w - s->weight[l->bucket[k - 1]];
			more.one = l->bucket[i];
			more.other = l->bucket[k - 1];
		}
	}
	if (smaller > 0)
		consider(s, wish, best, less, smaller);
	if (larger > 0)
		consider(s, wish, best, more, larger);
}

/* Does a member have more than its share? Load is only moved from those who do. */
static bool
has_more(const struct bond_sum *s, uint8_t member)
{
	return s->load[member] * s->all_capacity > s->all * s->capacity[member];
}

/*
 * Moving one comes before exchanging two. Where nothing makes all better off together, it may still
 * be worth it for who is worst off: such as a light bucket that is too much for a slow member.
 */
static const struct wish wishes[] = {
	{single_between, off_excess, false},
	{exchange_between, off_excess, false},
	{single_between, off_peak, true},
	{exchange_between, off_peak, true},
};

static struct bond_move
best_of(const struct bond_sum *s, const struct lists *l, const struct wish *wish)
{
	struct bond_move best = {.gain = 0};

	for (uint8_t from = 0; from < BOND_MAX_MEMBERS; from++) {
		if (l->begin[from] == l->begin[from + 1] || !has_more(s, from))
			continue;
		for (uint8_t to = 0; to < BOND_MAX_MEMBERS; to++)
			if (s->capacity[to] > 0 && to != from && (wish->peak || !has_more(s, to)))
				wish->between(s, l, wish, from, to, &best);
	}
	best.peak = wish->peak;
	return best;
}

struct bond_move
bond_place_best_move(const struct bond_place *p, const struct bond_sum *s,
		     const struct bond_movable *movable, double least, bool peaks)
{
	struct lists l;

	sort_by_member(p, movable, &l);
	for (size_t k = 0; k < sizeof(wishes) / sizeof(wishes[0]); k++) {
		struct bond_move best;

		if (wishes[k].peak && !peaks)
			break;
		best = best_of(s, &l, &wishes[k]);
		if (best.gain > least)
			return best;
	}
	return (struct bond_move){.gain = 0};
}
