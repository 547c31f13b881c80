/* SPDX-License-Identifier: BSD-3-Clause */
/* measure.c - samples of ours, theirs and bare ports in turn, and what they come to. */
#include <alloca.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "bench.h"

#define MAX_SAMPLES 4096
#define SAMPLES     501 /* of a figure, unless told otherwise */
#define TURNS       48  /* of either view, of so many samples each: */
#define TURN        8
#define STACKS      64 /* places of the stack, and how far apart */
#define STACK_STEP  64
#define KEEP_ALIVE  32 /* samples between turns of LACP */

/* Cycles that reading the clock twice takes by itself. */
static uint64_t
clock_cost(void)
{
	static uint64_t cost = UINT64_MAX;

	if (cost == UINT64_MAX)
		for (unsigned int i = 0; i < 1000; i++) {
			const uint64_t begin = rte_rdtsc_precise();

			cost = RTE_MIN(cost, rte_rdtsc_precise() - begin);
		}
	return cost;
}

/* Burst by burst to one port after the other, from the first port on. */
static void
fill_in_turn(unsigned int first, unsigned int ports, struct rte_mbuf **pkt, uint32_t n)
{
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		bench_rings_fill(first + i / BENCH_BURST % ports, pkt + i,
				 RTE_MIN(n - i, (uint32_t)BENCH_BURST));
}

/* See to it that a pass finds n frames. */
static void
prepare(struct bench_frames *f, const struct bench_point *p, enum bench_way way,
	struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t carriers = bench_carriers(p);

	switch (way) {
	case BENCH_TX:
	case BENCH_ALONE:
		memcpy(f->burst, pkt, n * sizeof(f->burst[0]));
		break;
	case BENCH_RX:
		if (p->rings)
			fill_in_turn(0, carriers, pkt, n);
		else
			bench_stub_source(pkt, n, BENCH_BURST);
		break;
	case BENCH_RX_SPARSE:
		bench_stub_source(pkt, n, BENCH_BURST / carriers);
		break;
	case BENCH_PIPE:
		fill_in_turn(BENCH_MEMBERS, 1, pkt, n / 2);
		fill_in_turn(0, carriers, pkt + n / 2, n - n / 2);
		break;
	default:
		break;
	}
}

/* Undo what a pass may have done to the frames. */
static void
restore(struct bench_frames *f, const struct bench_point *p, enum bench_way way,
	struct rte_mbuf **pkt, uint32_t n)
{
	if (p->rings || way == BENCH_PIPE)
		bench_rings_drain();
	if (p->mode->copies)
		for (uint32_t i = 0; i < n; i++)
			rte_mbuf_refcnt_set(pkt[i], 1);
	if (p->mode->rewrites && !p->mode->bridged)
		for (uint32_t i = 0; i < n; i++)
			memcpy(rte_pktmbuf_mtod_offset(pkt[i], void *, 6), &f->source,
			       sizeof(f->source));
}

/*
 * A pass that begins so many octets further down the stack: how the arrays there lie to those of
 * the frames is worth some percent, and must not be the same in all samples of one.
 */
static __rte_noinline uint64_t
timed(bench_pass_fn pass, struct bench *b, const struct bench_point *p, size_t down)
{
	volatile uint8_t *shift = alloca(down + 1);
	uint64_t begin;

	shift[0] = 0;
	begin = rte_rdtsc_precise();
	pass(b, p, b->frames.burst, b->frames.n_list);
	return rte_rdtsc_precise() - begin;
}

/* One timed pass over all frames, after one over others that is not timed. */
static double
sample(struct bench *b, const struct bench_point *p, enum bench_way way, enum bench_who who)
{
	struct bench_frames *f = &b->frames;
	/* The hot set is its own warming up; larger ones must not be touched before. */
	struct rte_mbuf **warm = f->n <= BENCH_HOT ? f->all : f->warm;
	const uint32_t n_warm = RTE_MIN(f->n, (uint32_t)BENCH_HOT);
	const bench_pass_fn pass = bench_pass(way, who);
	uint64_t cycles;

	if (pass == NULL)
		return 0;
	prepare(f, p, way, warm, n_warm);
	pass(b, p, f->burst, n_warm);
	restore(f, p, way, warm, n_warm);

	bench_frames_next(f, p);
	prepare(f, p, way, f->list, f->n_list);
	cycles = timed(pass, b, p, bench_random() % STACKS * STACK_STEP);
	restore(f, p, way, f->list, f->n_list);
	return (double)(cycles - RTE_MIN(clock_cost(), cycles)) / f->n_list;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
percentile(double *v, unsigned int n, unsigned int percent)
{
	qsort(v, n, sizeof(v[0]), compare);
	return v[(n - 1) * percent / 100];
}

/* The mean of the middle half: the clock's steps do not show in it, as they do in a median. */
static double
middle(double *v, unsigned int n)
{
	double sum = 0;

	qsort(v, n, sizeof(v[0]), compare);
	for (unsigned int i = n / 4; i < n - n / 4; i++)
		sum += v[i];
	return sum / (n - n / 4 * 2);
}

static void
stub_all(const struct bench *b, void (*stub)(uint16_t port))
{
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
		stub(b->theirs.member[i]);
	stub(b->ours.host->id);
}

static void
attach(const struct bench *b, const struct bench_point *p, enum bench_way way)
{
	stub_all(b, bench_stub);
	for (unsigned int i = bench_carriers(p); i < BENCH_MEMBERS; i++)
		bench_stub_silent(b->theirs.member[i]);
	if (p->rings || way == BENCH_PIPE)
		for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
			bench_rings_attach(i, b->theirs.member[i]);
	if (way == BENCH_PIPE)
		bench_rings_attach(BENCH_MEMBERS, b->ours.host->id);
}

struct bench_figure
bench_measure(struct bench *b, const struct bench_point *p, enum bench_way way)
{
	static double v[BENCH_CONTESTANTS][MAX_SAMPLES], ratio[MAX_SAMPLES];
	struct bench_figure f = {.samples = RTE_MIN(b->samples != 0 ? b->samples : SAMPLES,
						    (unsigned int)MAX_SAMPLES)};
	const unsigned int n = f.samples;

	for (unsigned int k = 0; k < n; k++) {
		if (k % KEEP_ALIVE == 0) {
			bench_theirs_keep_alive(&b->theirs);
			attach(b, p, way);
		}
		for (unsigned int i = 0; i < 2; i++) { /* who is first takes turns */
			const enum bench_who who = (k + i) % 2 == 0 ? BENCH_OURS : BENCH_THEIRS;

			v[who][k] = sample(b, p, way, who);
		}
		for (enum bench_who who = BENCH_BARE; who < BENCH_CONTESTANTS; who++)
			v[who][k] = sample(b, p, way, who);
		if (way == BENCH_TX || way == BENCH_ALONE) /* or each would have parts of its own */
			bench_frames_next(&b->frames, p);
		ratio[k] = v[BENCH_THEIRS][k] > 0 ? v[BENCH_OURS][k] / v[BENCH_THEIRS][k] : 0;
	}
	f.ours = percentile(v[BENCH_OURS], n, 50);
	f.theirs = percentile(v[BENCH_THEIRS], n, 50);
	f.bare = percentile(v[BENCH_BARE], n, 50);
	f.floor = percentile(v[BENCH_FLOOR], n, 50);
	f.whole = percentile(v[BENCH_WHOLE], n, 50);
	f.ratio = f.theirs > 0 ? f.ours / f.theirs : 0;
	f.paired = percentile(ratio, n, 50);
	if (f.ours > 0)
		f.spread = (percentile(v[BENCH_OURS], n, 90) - percentile(v[BENCH_OURS], n, 10)) /
			   f.ours;
	return f;
}

double
bench_measure_views(struct bench *b, const struct bench_point *p, const struct bench_point *q,
		    enum bench_way way)
{
	static double v[2][TURNS * TURN];
	const struct bench_point *const point[2] = {p, q};
	struct bond_view
		view[2]; /* made before: that takes so long that caches forget the frames */

	bench_frames_make(&b->frames, p, bench_source(b, p));
	for (unsigned int i = 0; i < 2; i++)
		bench_view(&view[i], point[i], bench_mac(b, p));
	attach(b, p, way);
	for (unsigned int k = 0; k < 2 * TURNS; k++) {
		bench_ours_publish(&b->ours, point[k % 2], &view[k % 2]);
		for (unsigned int i = 0; i < TURN; i++)
			v[k % 2][k / 2 * TURN + i] = sample(b, point[k % 2], way, BENCH_OURS);
	}
	return middle(v[0], TURNS * TURN) / middle(v[1], TURNS * TURN);
}

void
bench_verify(struct bench *b, const struct bench_point *p)
{
	struct bench_frames *f = &b->frames;

	bench_theirs_keep_alive(&b->theirs);
	stub_all(b, bench_stub_counting);
	for (enum bench_who who = BENCH_OURS; who <= BENCH_THEIRS; who++) {
		uint64_t n, expected;

		bench_frames_next(f, p);
		expected = (uint64_t)f->n_list * (p->mode->copies ? p->members : 1);
		prepare(f, p, BENCH_TX, f->list, f->n_list);
		bench_stub_counted();
		bench_pass(BENCH_TX, who)(b, p, f->burst, f->n_list);
		n = bench_stub_counted();
		/* LACPDUs of net_bonding may be among them. */
		if (n < expected || n > expected + 2 * p->members)
			bench_die("%s, %s, %u members: %" PRIu64 " of %" PRIu64 " frames left",
				  who == BENCH_OURS ? "ours" : "net_bonding", p->mode->name,
				  p->members, n, expected);
		restore(f, p, BENCH_TX, f->list, f->n_list);
	}
}
