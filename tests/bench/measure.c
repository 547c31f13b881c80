/* SPDX-License-Identifier: BSD-3-Clause */
/* measure.c - samples of ours, theirs and bare ports in turn, and what they come to. */
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "bench.h"
#include "dp_path.h"

#define MAX_SAMPLES   4096
#define SAMPLE_FRAMES (1 << 20) /* wanted of a contestant in all samples of a figure */
#define MIN_SAMPLES   61
#define MAX_DEFAULT   801
#define KEEP_ALIVE    32 /* samples between turns of LACP */

enum contestant { OURS, THEIRS, BARE, CONTESTANTS };

/* Send or receive n frames by bursts. */
typedef void (*pass_fn)(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt,
			uint32_t n);

static const char *const way_names[BENCH_WAYS] = {"tx", "rx", "rx sparse"};

const char *
bench_way_name(enum bench_way way)
{
	return way_names[way];
}

static void
ours_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;

	(void)p;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		dp_tx_spread(&o->dp.worker[0], o->bond, o->index, pkt + i, BENCH_BURST);
}

static void
theirs_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond;

	(void)p;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		rte_eth_tx_burst(bond, 0, pkt + i, BENCH_BURST);
}

/* The same frames in bursts as even as can be; all to one where only one carries. */
static void
bare_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = p->mode->one_carries ? 1 : p->members;
	const uint16_t share = p->mode->copies ? BENCH_BURST : BENCH_BURST / members;
	const uint16_t step = p->mode->copies ? 0 : share;

	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		for (uint8_t k = 0; k < members; k++)
			rte_eth_tx_burst(b->theirs.member[k], 0, pkt + i + k * step, share);
}

static void
ours_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;
	const uint8_t members = p->mode->one_carries ? 1 : p->members;
	uint8_t slot = 0;

	(void)pkt;
	for (uint32_t i = 0; i < n; i += BENCH_BURST) {
		dp_rx_member(&o->dp.worker[0], o->bond, slot);
		if (++slot == members)
			slot = 0;
	}
}

static void
ours_rx_sparse(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;
	const uint8_t members = p->mode->one_carries ? 1 : p->members;

	(void)pkt;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		for (uint8_t slot = 0; slot < members; slot++)
			dp_rx_member(&o->dp.worker[0], o->bond, slot);
}

static void
theirs_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond;
	struct rte_mbuf *got[BENCH_BURST];

	(void)p;
	(void)pkt;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		rte_eth_rx_burst(bond, 0, got, BENCH_BURST);
}

static void
bare_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = p->mode->one_carries ? 1 : p->members;
	struct rte_mbuf *got[BENCH_BURST];
	uint8_t slot = 0;

	(void)pkt;
	for (uint32_t i = 0; i < n; i += BENCH_BURST) {
		rte_eth_rx_burst(b->theirs.member[slot], 0, got, BENCH_BURST);
		if (++slot == members)
			slot = 0;
	}
}

static void
bare_rx_sparse(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = p->mode->one_carries ? 1 : p->members;
	struct rte_mbuf *got[BENCH_BURST];

	(void)pkt;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		for (uint8_t slot = 0; slot < members; slot++)
			rte_eth_rx_burst(b->theirs.member[slot], 0, got, BENCH_BURST);
}

static const pass_fn passes[BENCH_WAYS][CONTESTANTS] = {
	[BENCH_TX] = {ours_tx, theirs_tx, bare_tx},
	[BENCH_RX] = {ours_rx, theirs_rx, bare_rx},
	[BENCH_RX_SPARSE] = {ours_rx_sparse, theirs_rx, bare_rx_sparse},
};

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

/* What a pass may have changed in the frames. */
static void
restore(const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	if (p->mode->copies)
		for (uint32_t i = 0; i < n; i++)
			rte_mbuf_refcnt_set(pkt[i], 1);
}

/* One timed pass over all frames, after one over others that is not timed. */
static double
sample(struct bench *b, const struct bench_point *p, enum bench_way way, enum contestant who)
{
	struct bench_frames *f = &b->frames;
	const uint8_t carriers = p->mode->one_carries ? 1 : p->members;
	const uint16_t limit = way == BENCH_RX_SPARSE ? BENCH_BURST / carriers : BENCH_BURST;
	/* The hot set is its own warming up; larger ones must not be touched before. */
	struct rte_mbuf **warm = f->n <= BENCH_HOT ? f->all : f->warm;
	const uint32_t n_warm = RTE_MIN(f->n, (uint32_t)BENCH_HOT);
	const pass_fn pass = passes[way][who];
	uint64_t begin, end;

	memcpy(f->burst, warm, n_warm * sizeof(f->burst[0]));
	bench_stub_source(warm, n_warm, limit);
	pass(b, p, f->burst, n_warm);
	restore(p, warm, n_warm);

	memcpy(f->burst, f->all, f->n * sizeof(f->burst[0]));
	bench_stub_source(f->all, f->n, limit);
	begin = rte_rdtsc_precise();
	pass(b, p, f->burst, f->n);
	end = rte_rdtsc_precise();
	restore(p, f->all, f->n);
	return (double)(end - begin - RTE_MIN(clock_cost(), end - begin)) / f->n;
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

static void
stub_all(const struct bench *b, void (*stub)(uint16_t port))
{
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
		stub(b->theirs.member[i]);
	stub(b->ours.host->id);
}

static unsigned int
n_samples(const struct bench *b)
{
	const unsigned int n = b->samples != 0 ? b->samples : SAMPLE_FRAMES / b->frames.n;

	if (b->samples != 0)
		return RTE_MIN(n, (unsigned int)MAX_SAMPLES);
	return RTE_MAX(RTE_MIN(n, (unsigned int)MAX_DEFAULT), (unsigned int)MIN_SAMPLES);
}

struct bench_figure
bench_measure(struct bench *b, const struct bench_point *p, enum bench_way way)
{
	static double v[CONTESTANTS][MAX_SAMPLES], ratio[MAX_SAMPLES];
	struct bench_figure f = {.samples = n_samples(b)};

	for (unsigned int k = 0; k < f.samples; k++) {
		if (k % KEEP_ALIVE == 0) {
			bench_theirs_keep_alive(&b->theirs);
			stub_all(b, bench_stub);
		}
		bench_frames_shuffle(&b->frames);
		for (unsigned int i = 0; i < 2; i++) { /* who is first takes turns */
			const enum contestant who = (k + i) % 2 == 0 ? OURS : THEIRS;

			v[who][k] = sample(b, p, way, who);
		}
		v[BARE][k] = sample(b, p, way, BARE);
		ratio[k] = v[THEIRS][k] > 0 ? v[OURS][k] / v[THEIRS][k] : 0;
	}
	f.ours = percentile(v[OURS], f.samples, 50);
	f.theirs = percentile(v[THEIRS], f.samples, 50);
	f.bare = percentile(v[BARE], f.samples, 50);
	f.ratio = f.theirs > 0 ? f.ours / f.theirs : 0;
	f.paired = percentile(ratio, f.samples, 50);
	f.spread = f.ours > 0 ? (percentile(v[OURS], f.samples, 90) -
				 percentile(v[OURS], f.samples, 10)) /
					f.ours
			      : 0;
	return f;
}

void
bench_verify(struct bench *b, const struct bench_point *p)
{
	struct bench_frames *f = &b->frames;
	const uint64_t expected = (uint64_t)f->n * (p->mode->copies ? p->members : 1);

	bench_theirs_keep_alive(&b->theirs);
	stub_all(b, bench_stub_counting);
	for (enum contestant who = OURS; who <= THEIRS; who++) {
		uint64_t n;

		memcpy(f->burst, f->all, f->n * sizeof(f->burst[0]));
		bench_stub_counted();
		passes[BENCH_TX][who](b, p, f->burst, f->n);
		n = bench_stub_counted();
		/* LACPDUs of net_bonding may be among them. */
		if (n < expected || n > expected + 2 * p->members)
			bench_die("%s, %s, %u members: %" PRIu64 " of %" PRIu64 " frames left",
				  who == OURS ? "ours" : "net_bonding", p->mode->name, p->members,
				  n, expected);
		restore(p, f->all, f->n);
	}
}
