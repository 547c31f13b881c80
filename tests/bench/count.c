/* SPDX-License-Identifier: BSD-3-Clause */
/* count.c - runs each hot path over stubs, for callgrind to count its instructions. */
#include <string.h>

#include <rte_eal.h>
#include <rte_vect.h>
#include <valgrind/callgrind.h>

#include "bench.h"
#include "dp_simd.h"

#define MEMBERS 4
#define MBUFS   8192

/* Callgrind writes a file each time, with the name in it; instructions.sh reads them. */
static void
count(struct bench *b, const struct bench_point *p, enum bench_way way)
{
	struct bench_frames *f = &b->frames;
	const bench_pass_fn pass = bench_pass(way, BENCH_OURS);
	char name[128];

	snprintf(name, sizeof(name), "%s/%s/%s/%s/%s/%s %u", dp_simd_name(dp_simd_level()),
		 p->mode->name, p->policy != NULL ? p->policy->name : "-",
		 bench_traffic_name(p->traffic), p->nic_hash ? "nic" : "ours", bench_way_name(way),
		 f->n);
	for (unsigned int round = 0; round < 2; round++) { /* the first one only binds symbols */
		memcpy(f->burst, f->all, f->n * sizeof(f->burst[0]));
		bench_stub_source(f->all, f->n, BENCH_BURST);
		CALLGRIND_ZERO_STATS;
		CALLGRIND_TOGGLE_COLLECT;
		pass(b, p, f->burst, f->n);
		CALLGRIND_TOGGLE_COLLECT;
		for (uint32_t i = 0; i < f->n; i++)
			rte_mbuf_refcnt_set(f->all[i], 1);
	}
	CALLGRIND_DUMP_STATS_AT(name);
}

static void
count_point(struct bench *b, const struct bench_point *p, bool receive)
{
	bench_frames_make(&b->frames, p, bench_source(b, p));
	bench_ours_view(&b->ours, p, bench_mac(b, p));
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
		(i < bench_carriers(p) ? bench_stub : bench_stub_silent)(b->ours.member[i]->id);
	count(b, p, BENCH_TX);
	if (receive && bench_receives(p))
		count(b, p, BENCH_RX);
}

static void
count_mode(struct bench *b, const struct bench_mode *mode)
{
	struct bench_point p = {.mode = mode, .members = MEMBERS, .flows = BENCH_SAMPLE};

	for (unsigned int k = 0; k < (mode->hashes ? bench_n_policies : 1); k++) {
		p.policy = mode->hashes ? &bench_policies[k] : NULL;
		p.traffic = BENCH_IPV4;
		count_point(b, &p, k == 0);
		p.nic_hash = mode->hashes && p.policy->nic;
		if (p.nic_hash)
			count_point(b, &p, false);
		p.nic_hash = false;
		p.traffic = BENCH_MIX;
		count_point(b, &p, false);
	}
}

static void
count_all(struct bench *b)
{
	for (unsigned int m = 0; m < bench_n_modes; m++)
		count_mode(b, &bench_modes[m]);
}

int
main(void)
{
	static char *arguments[] = {"count",          "--no-huge",         "-m", "64",
				    "--no-shconf",    "--no-pci",          "-l", "0",
				    "--no-telemetry", "--log-level=error", NULL};
	static struct bench b;

	if (rte_eal_init(RTE_DIM(arguments) - 1, arguments) < 0)
		bench_die("EAL does not start");
	dp_simd_init();
	/* Which paths the dispatch takes is part of the result. */
	printf("vectors: %s\n", dp_simd_name(dp_simd_level()));
	bench_ours_open(&b.ours, MBUFS);
	b.frames.pool = b.ours.dp.pool;
	b.mac.addr_bytes[0] = 0x02;
	bench_stub(b.ours.host->id);
	count_all(&b);
	if (dp_simd_level() != DP_SIMD_NONE) {
		rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_128);
		count_all(&b);
	}
	bench_frames_free(&b.frames);
	bench_ours_close(&b.ours);
	return 0;
}
