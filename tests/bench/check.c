/* SPDX-License-Identifier: BSD-3-Clause */
/* check.c - the limits that the bonds are to keep, and whether they do. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/*
 * A figure near its limit, on either side, is measured three times, and the middle one counts: to
 * stop at the first that keeps the limit would be to choose.
 */
#define TRIES 3
#define NEAR  1.15

enum quantity {
	RATIO,  /* of ours to theirs */
	GROWTH, /* of ours, from 2 members to 8 */
	IDLE,   /* of ours, by 31 bonds that carry nothing */
	GAIN,   /* of theirs to ours; a lower limit */
};

/* Which results, and what must be so. */
static const struct limit {
	const char *text;
	const char *modes; /* names of modes, in one text */
	unsigned int ways; /* set of enum bench_way */
	enum { PURE, MIXED, ANY } traffic;
	bool nic_hash;
	enum quantity quantity;
	double limit;
} limits[] = {
	{"xor and 802.3ad, transmit", "balance-xor 802.3ad", 1 << BENCH_TX, PURE, false, RATIO,
	 0.6},
	{"xor and 802.3ad, the NIC's hash", "balance-xor 802.3ad", 1 << BENCH_TX, ANY, true, RATIO,
	 0.45},
	{"xor and 802.3ad, mixed traffic", "balance-xor 802.3ad", 1 << BENCH_TX, MIXED, false,
	 RATIO, 0.8},
	{"round-robin, transmit", "balance-rr", 1 << BENCH_TX, ANY, false, RATIO, 0.4},
	{"active-backup, transmit", "active-backup", 1 << BENCH_TX, ANY, false, RATIO, 1.0},
	{"broadcast, transmit", "broadcast", 1 << BENCH_TX, ANY, false, RATIO, 0.9},
	{"xor and 802.3ad, a burst alone", "balance-xor 802.3ad", 1 << BENCH_ALONE, PURE, false,
	 RATIO, 0.6},
	{"round-robin, a burst alone", "balance-rr", 1 << BENCH_ALONE, ANY, false, RATIO, 0.4},
	{"active-backup, a burst alone", "active-backup", 1 << BENCH_ALONE, ANY, false, RATIO, 1.0},
	{"broadcast, a burst alone", "broadcast", 1 << BENCH_ALONE, ANY, false, RATIO, 0.9},
	{"802.3ad, receive", "802.3ad", 1 << BENCH_RX, ANY, false, RATIO, 0.65},
	{"802.3ad, receive, few frames", "802.3ad", 1 << BENCH_RX_SPARSE, ANY, false, RATIO, 0.65},
	{"tlb, transmit", "balance-tlb", 1 << BENCH_TX, ANY, false, RATIO, 0.7},
	{"alb, transmit", "balance-alb", 1 << BENCH_TX, ANY, false, RATIO, 0.6},
	{"alb, receive", "balance-alb", 1 << BENCH_RX | 1 << BENCH_RX_SPARSE, ANY, false, RATIO,
	 0.8},
	{"xor and 802.3ad, 8 members to 2", "balance-xor 802.3ad", 1 << BENCH_TX, ANY, false,
	 GROWTH, 1.15},
	{"round-robin, 8 members to 2", "balance-rr", 1 << BENCH_TX, ANY, false, GROWTH, 1.15},
	{"broadcast, 8 members to 2", "broadcast", 1 << BENCH_TX, ANY, false, GROWTH, 1.15},
	{"31 bonds that carry nothing", "balance-rr active-backup balance-xor broadcast 802.3ad",
	 1 << BENCH_TX | 1 << BENCH_RX, ANY, false, IDLE, 1.05},
	{"pipeline, gain", "balance-rr active-backup balance-xor broadcast 802.3ad",
	 1 << BENCH_PIPE, ANY, false, GAIN, 1.1},
};

static_assert(RTE_DIM(limits) <= BENCH_VERDICTS, "a verdict each");

static bool
same_but(const struct bench_result *a, const struct bench_result *b, uint8_t members, uint8_t idle)
{
	const struct bench_point *p = &a->point, *q = &b->point;

	return a->way == b->way && q->members == members && q->idle == idle && p->mode == q->mode &&
	       p->policy == q->policy && p->traffic == q->traffic && p->size == q->size &&
	       p->flows == q->flows && p->nic_hash == q->nic_hash && p->rings == q->rings &&
	       p->order == q->order;
}

static struct bench_result *
find(const struct bench *b, const struct bench_result *r, uint8_t members, uint8_t idle)
{
	for (unsigned int i = 0; i < b->n_results; i++)
		if (same_but(r, &b->result[i], members, idle))
			return &b->result[i];
	return NULL;
}

/* The result that r is compared with; r itself where it has both sides; NULL: not a case of l. */
static struct bench_result *
counterpart(const struct bench *b, const struct limit *l, struct bench_result *r)
{
	const struct bench_point *p = &r->point;
	const bool mixed = p->traffic == BENCH_MIX;

	if (strstr(l->modes, p->mode->name) == NULL || !(l->ways >> r->way & 1) ||
	    l->nic_hash != p->nic_hash || p->rings || p->order == BENCH_FIXED ||
	    (l->traffic != ANY && (l->traffic == MIXED) != mixed))
		return NULL;
	switch (l->quantity) {
	case GROWTH:
		return p->members == 8 ? find(b, r, 2, p->idle) : NULL;
	case IDLE:
		return p->idle > 0 ? find(b, r, p->members, 0) : NULL;
	default:
		return r;
	}
}

static double
quantity(struct bench *b, const struct limit *l, const struct bench_result *r,
	 const struct bench_result *other)
{
	switch (l->quantity) {
	case RATIO:
		return r->figure.ratio;
	case GAIN:
		return 1 / r->figure.ratio;
	default:
		return bench_measure_views(b, &r->point, &other->point, r->way);
	}
}

/* By how much it is beyond the limit: more than 1. */
static double
excess(const struct limit *l, double v)
{
	return l->quantity == GAIN ? l->limit / v : v / l->limit;
}

static void
describe(const struct bench_result *r, char *buf, size_t size)
{
	const struct bench_point *p = &r->point;

	snprintf(buf, size, "%s %s, %u members, %s, %u flows, %s, %s", p->mode->name,
		 p->policy != NULL ? p->policy->name : "", p->members,
		 bench_traffic_name(p->traffic), p->flows, bench_order_name(p->order),
		 bench_way_name(r->way));
}

/* One try: what is compared with the limit, and the figure that it came from. */
struct
try {
	double q;
	struct bench_figure figure;
};

static int
compare_tries(const void *a, const void *b)
{
	const double x = ((const struct try *)a)->q, y = ((const struct try *)b)->q;

	return x < y ? -1 : x > y;
}

/* The quantity, of several tries where it is a near thing; r keeps the figure that counts. */
static double
settle(struct bench *b, const struct limit *l, struct bench_result *r, struct bench_result *other,
       void (*again)(struct bench *b, struct bench_result *r))
{
	struct try tries[TRIES] = {{quantity(b, l, r, other), r->figure}};
	const double first = excess(l, tries[0].q);

	if (first > NEAR || first < 1 / NEAR)
		return tries[0].q;
	for (unsigned int k = 1; k < TRIES; k++) {
		if (other == r)
			again(b, r);
		tries[k] = (struct try){quantity(b, l, r, other), r->figure};
	}
	qsort(tries, TRIES, sizeof(tries[0]), compare_tries);
	r->figure = tries[TRIES / 2].figure;
	return tries[TRIES / 2].q;
}

static struct bench_verdict
judge(struct bench *b, const struct limit *l,
      void (*again)(struct bench *b, struct bench_result *r))
{
	struct bench_verdict v = {.text = l->text, .limit = l->limit};
	double worst = 0;

	for (unsigned int i = 0; i < b->n_results; i++) {
		struct bench_result *r = &b->result[i], *other = counterpart(b, l, r);
		double q;

		if (other == NULL)
			continue;
		q = settle(b, l, r, other, again);
		v.points++;
		v.beyond += excess(l, q) > 1;
		if (excess(l, q) > worst) {
			worst = excess(l, q);
			v.worst = q;
			describe(r, v.where, sizeof(v.where));
		}
	}
	return v;
}

unsigned int
bench_check(struct bench *b, void (*again)(struct bench *b, struct bench_result *r))
{
	unsigned int exceeded = 0;

	printf("\n%-4s %-33s %6s %6s %7s %7s  %s\n", "", "limit", "limit", "worst", "points",
	       "beyond", "worst at");
	for (unsigned int i = 0; i < RTE_DIM(limits); i++) {
		const struct bench_verdict v = judge(b, &limits[i], again);

		if (v.points == 0)
			continue;
		b->verdict[b->n_verdicts++] = v;
		exceeded += v.beyond > 0;
		printf("%-4s %-33s %s%5.2f %6.2f %7u %7u  %s\n", v.beyond > 0 ? "FAIL" : "PASS",
		       v.text, limits[i].quantity == GAIN ? ">" : "<", v.limit, v.worst, v.points,
		       v.beyond, v.where);
		fflush(stdout);
	}
	return exceeded;
}
