/* SPDX-License-Identifier: BSD-3-Clause */
/* main.c - the benchmark: ours, DPDK's net_bonding and bare ports, side by side. */
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_cpuflags.h>
#include <rte_eal.h>
#include <rte_vect.h>

#include "bench.h"
#include "huge.h"
#include "options.h"
#include "plan.h"

#define MEMORY_MB   768
#define SPARE_MBUFS 8192 /* for bonds of net_bonding, LACPDUs and caches */

void
bench_die(const char *format, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("bench: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

/* As the daemon: 512 bits where they cost no frequency. */
static void
set_vectors(unsigned int bits)
{
	if (bits == 0)
		bits = rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VBMI2) == 1 ? 512 : 256;
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

static void
measure_point(void *ctx, const struct bench_point *p, const struct plan_sweep *s)
{
	struct bench *b = ctx;
	const enum bench_way last = s->receive ? BENCH_RX_SPARSE : BENCH_TX;
	struct rte_ether_addr mac;

	bench_theirs_bond(&b->theirs, p, b->frames.pool);
	rte_eth_macaddr_get(b->theirs.bond, &mac);
	bench_frames_make(&b->frames, p, p->mode->rewrites ? &mac : NULL);
	bench_ours_view(&b->ours, p);
	bench_verify(b, p);
	for (enum bench_way way = BENCH_TX; way <= last; way++) {
		const struct bench_result r = {*p, way, bench_measure(b, p, way)};

		bench_report_row(&r);
	}
}

static void
run_sweep(struct bench *b, const struct plan_sweep *s)
{
	printf("\n%s\n", s->name);
	bench_report_columns();
	plan_visit(s, measure_point, b);
}

int
main(int argc, char **argv)
{
	static struct bench b;
	struct bench_options o;

	options_read(&o, argc, argv);
	b.hugepages = start_eal(&o);
	b.samples = o.samples;
	set_vectors(o.simd);
	bench_ours_open(&b.ours, BENCH_MAX_SET + BENCH_HOT + SPARE_MBUFS);
	b.frames.pool = b.ours.dp.pool;
	bench_theirs_open(&b.theirs, &b.ours);
	bench_report_head(&b);
	if (o.chosen) {
		run_sweep(&b, &o.sweep);
	} else {
		for (unsigned int part = 0; part < (o.quick ? 1 : 2); part++) {
			unsigned int n;
			const struct plan_sweep *s = plan_sweeps(part == 1, &n);

			for (unsigned int i = 0; i < n; i++)
				run_sweep(&b, &s[i]);
		}
	}
	bench_theirs_unbond(&b.theirs);
	bench_frames_free(&b.frames);
	bench_ours_close(&b.ours);
	rte_eal_cleanup();
	return 0;
}
