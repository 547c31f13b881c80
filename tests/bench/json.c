/* SPDX-License-Identifier: BSD-3-Clause */
/* json.c - the results for programs; no text in them needs to be quoted. */
#include <rte_cycles.h>
#include <rte_vect.h>
#include <rte_version.h>

#include "bench.h"

static void
put_result(FILE *f, const struct bench_result *r)
{
	const struct bench_point *p = &r->point;
	const struct bench_figure *g = &r->figure;

	fprintf(f, "{\"mode\": \"%s\", ", p->mode->name);
	if (p->policy != NULL)
		fprintf(f, "\"policy\": \"%s\", \"theirs_policy\": \"%s\", ", p->policy->name,
			p->policy->theirs_name);
	fprintf(f, "\"way\": \"%s\", \"ports\": \"%s\", \"members\": %u, \"traffic\": \"%s\", ",
		bench_way_name(r->way), p->rings || r->way == BENCH_PIPE ? "ring" : "stub",
		p->members, bench_traffic_name(p->traffic));
	fprintf(f, "\"size\": %u, \"flows\": %u, \"idle_bonds\": %u, \"nic_hash\": %s, ", p->size,
		p->flows, p->idle, p->nic_hash ? "true" : "false");
	fprintf(f, "\"order\": \"%s\", \"ours\": %.3f, \"theirs\": %.3f, \"bare\": %.3f, ",
		bench_order_name(p->order), g->ours, g->theirs, g->bare);
	fprintf(f, "\"floor\": %.3f, \"whole\": %.3f, ", g->floor, g->whole);
	fprintf(f, "\"ratio\": %.4f, \"paired\": %.4f, \"spread\": %.4f, \"samples\": %u}",
		g->ratio, g->paired, g->spread, g->samples);
}

void
bench_json(const struct bench *b, const char *path)
{
	char processor[128];
	FILE *f = fopen(path, "w");

	if (f == NULL)
		bench_die("%s cannot be written", path);
	fprintf(f, "{\"processor\": \"%s\", \"tsc_hz\": %" PRIu64 ", \"hugepages\": %s, ",
		bench_processor(processor, sizeof(processor)), rte_get_tsc_hz(),
		b->hugepages ? "true" : "false");
	fprintf(f,
		"\"simd_bits\": %u, \"lot\": %u, \"dpdk\": \"%s\", \"build\": \"%s\", \"unit\": "
		"\"TSC cycles a "
		"frame\", ",
		rte_vect_get_max_simd_bitwidth(), DP_LOT, rte_version(), BENCH_BUILD);
	fprintf(f, "\"limits\": [");
	for (unsigned int i = 0; i < b->n_verdicts; i++)
		fprintf(f,
			"%s\n{\"limit\": \"%s\", \"bound\": %.2f, \"worst\": %.4f, \"met\": %s, "
			"\"points\": %u, \"beyond\": %u}",
			i > 0 ? "," : "", b->verdict[i].text, b->verdict[i].limit,
			b->verdict[i].worst, b->verdict[i].beyond == 0 ? "true" : "false",
			b->verdict[i].points, b->verdict[i].beyond);
	fprintf(f, "],\n\"results\": [");
	for (unsigned int i = 0; i < b->n_results; i++) {
		fprintf(f, "%s\n", i > 0 ? "," : "");
		put_result(f, &b->result[i]);
	}
	fprintf(f, "\n]}\n");
	if (fclose(f) != 0)
		bench_die("%s cannot be written", path);
}
