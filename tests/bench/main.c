/* SPDX-License-Identifier: BSD-3-Clause */
/* main.c - the benchmark: ours, DPDK's net_bonding and bare ports, side by side. */
#include <stdlib.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_vect.h>

#include "bench.h"
#include "dp_simd.h"
#include "huge.h"
#include "options.h"
#include "plan.h"

#define MEMORY_MB   768
#define SPARE_MBUFS 8192 /* for bonds of net_bonding, LACPDUs and caches */

/* 0 bits: as the daemon does. */
static void
set_vectors(unsigned int bits)
{
	if (bits == 0)
		dp_simd_init();
	else
		rte_vect_set_max_simd_bitwidth(bits);
}

static bool
start_eal(const struct bench_options *o)
{
	const bool huge = o->memory != BENCH_NO_HUGE && huge_reserve(MEMORY_MB);
	char megabytes[16], core[16];
	char *with[] = {"bench",
			"--in-memory",
			"--no-pci",
			"--no-telemetry",
			"--log-level=error",
			"--log-level=pmd.net.bonding:critical",
			"-l",
			core,
			"-m",
			megabytes,
			NULL};
	char *without[] = {"bench",
			   "--no-huge",
			   "--no-shconf",
			   "--no-pci",
			   "--no-telemetry",
			   "--log-level=error",
			   "--log-level=pmd.net.bonding:critical",
			   "-l",
			   core,
			   "-m",
			   megabytes,
			   NULL};

	if (!huge && o->memory == BENCH_HUGE)
		bench_die("no %u MB of hugepages, and they cannot be reserved", MEMORY_MB);
	snprintf(megabytes, sizeof(megabytes), "%u", MEMORY_MB);
	snprintf(core, sizeof(core), "%u",
		 o->core >= 0 ? (unsigned int)o->core
			      : (unsigned int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
	if (rte_eal_init((huge ? RTE_DIM(with) : RTE_DIM(without)) - 1, huge ? with : without) < 0)
		bench_die("EAL does not start");
	return huge;
}

/* Make everything ready for a point. */
static void
enter(struct bench *b, const struct bench_point *p)
{
	bench_theirs_bond(&b->theirs, p, b->frames.pool);
	rte_eth_macaddr_get(b->theirs.bond, &b->mac);
	bench_frames_make(&b->frames, p, bench_source(b, p));
	bench_ours_view(&b->ours, p, bench_mac(b, p));
	bench_verify(b, p);
}

static void
measure(struct bench *b, struct bench_result *r)
{
	enter(b, &r->point);
	r->figure = bench_measure(b, &r->point, r->way);
}

static void
measure_next(void *ctx, const struct bench_point *p, enum bench_way way)
{
	struct bench *b = ctx;
	struct bench_result *r = &b->result[b->n_results++];

	*r = (struct bench_result){.point = *p, .way = way};
	if (b->n_results == 1)
		measure(b, r); /* to warm up: the first one of a run would be slow by half */
	measure(b, r);
	bench_report_row(r);
}

static void
run(struct bench *b, const struct plan_sweep *s)
{
	const unsigned int n = plan_visit(s, NULL, NULL);

	b->result = realloc(b->result, (b->n_results + n) * sizeof(b->result[0]));
	if (b->result == NULL)
		bench_die("no memory for results");
	bench_report_columns(s->name, n);
	plan_visit(s, measure_next, b);
}

static void
run_all(struct bench *b, const struct bench_options *o)
{
	if (o->chosen) {
		run(b, &o->sweep);
		return;
	}
	for (unsigned int part = 0; part < (o->quick ? 1 : 2); part++) {
		unsigned int n;
		const struct plan_sweep *s = plan_sweeps(part == 1, &n);

		for (unsigned int i = 0; i < n; i++)
			run(b, &s[i]);
	}
}

int
main(int argc, char **argv)
{
	static struct bench b;
	struct bench_options o;
	unsigned int exceeded = 0;

	options_read(&o, argc, argv);
	b.hugepages = start_eal(&o);
	b.samples = o.samples;
	set_vectors(o.simd);
	bench_ours_open(&b.ours, BENCH_MAX_SET + BENCH_HOT + SPARE_MBUFS);
	b.frames.pool = b.ours.dp.pool;
	bench_theirs_open(&b.theirs, &b.ours);
	bench_rings_open(b.frames.pool);
	bench_report_head(&b);
	run_all(&b, &o);
	if (o.check)
		exceeded = bench_check(&b, measure);
	if (o.json != NULL)
		bench_json(&b, o.json);
	bench_theirs_unbond(&b.theirs);
	bench_frames_free(&b.frames);
	bench_ours_close(&b.ours);
	free(b.result);
	rte_eal_cleanup();
	return exceeded > 0;
}
