/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - the table on standard output. */
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_vect.h>
#include <rte_version.h>

#include "bench.h"

const char *
bench_processor(char *buf, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(buf, size, "unknown");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
			snprintf(buf, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
			break;
		}
	}
	if (f != NULL)
		fclose(f);
	return buf;
}

void
bench_report_head(const struct bench *b)
{
	char processor[128];

	printf("processor  %s\n", bench_processor(processor, sizeof(processor)));
	printf("TSC        %.3f GHz\n", (double)rte_get_tsc_hz() / 1e9);
	printf("memory     %s\n", b->hugepages ? "hugepages" : "ordinary pages (--no-huge)");
	printf("vectors    up to %u bits\n", rte_vect_get_max_simd_bitwidth());
	printf("DPDK       %s\n", rte_version());
	printf("build      %s\n", BENCH_BUILD);
	printf("\n"
	       "cost       TSC cycles a frame from the call into the bond to its return; members\n"
	       "           are stubs that take or hand out frames at once, their cost is in it\n"
	       "tx         bursts of the host while there are more behind them: dp_tx_spread() "
	       "with\n"
	       "           %u frames, so many does a worker read from the host before it sends,\n"
	       "           against rte_eth_tx_burst() of net_bonding with %u each\n"
	       "alone      both with %u, as when nothing is behind a burst\n"
	       "rx         full bursts from all members: dp_rx_members(), which asks all of them "
	       "in\n"
	       "           one call, as a worker does, counts the frames and sends them to the\n"
	       "           host port, against rte_eth_rx_burst() of net_bonding, %u frames a "
	       "call,\n"
	       "           which leaves that to its caller\n"
	       "sparse     rx with %u/n frames from each of the n members\n"
	       "pipeline   members and host are rings: dp_worker_turn() against a loop of\n"
	       "           rte_eth_rx_burst() and rte_eth_tx_burst() between net_bonding and host\n"
	       "bare       the same frames by rte_eth_tx_burst(), rte_eth_rx_burst() of the "
	       "members\n"
	       "floor      bare, and of each frame what nobody can do without: the header read "
	       "where\n"
	       "           the mode looks at it, the address stored where it changes, the frames\n"
	       "           received sent to the host port\n"
	       "whole      theirs, and what it leaves to its caller: the bond's address back in "
	       "place of a\n"
	       "           member's (balance-alb), the frames sent to the host port\n"
	       "flows      frames of the set, each of another flow; 256 lie in L1 and L2,\n"
	       "           16384 in L3\n"
	       "order      of the frames in each sample: fixed (what branch predictors have seen\n"
	       "           before), bursts (whole bursts change places), random\n"
	       "ratio      median of ours / median of theirs; paired: median of the ratios of\n"
	       "           samples taken one after the other\n"
	       "spread     10th to 90th percentile of ours, relative to the median\n",
	       DP_LOT, BENCH_BURST, BENCH_BURST, BENCH_BURST, BENCH_BURST);
}

void
bench_report_columns(const char *sweep, unsigned int points)
{
	printf("\n%s (%u points)\n", sweep, points);
	printf("%-13s %-11s %-9s %2s %-5s %-5s %5s %6s %4s %-4s %-6s %-8s %7s %7s %6s %6s %6s "
	       "%6s %6s %7s\n",
	       "mode", "policy", "theirs", "n", "ports", "frame", "size", "flows", "idle", "hash",
	       "order", "way", "ours", "theirs", "bare", "floor", "whole", "ratio", "paired",
	       "spread");
}

void
bench_report_row(const struct bench_result *r)
{
	const struct bench_point *p = &r->point;
	const struct bench_figure *f = &r->figure;
	char size[8];

	snprintf(size, sizeof(size), "%u", p->size);
	printf("%-13s %-11s %-9s %2u %-5s %-5s %5s %6u %4u %-4s %-6s %-8s %7.2f %7.2f %6.2f %6.2f "
	       "%6.2f %6.2f %6.2f %6.0f%%\n",
	       p->mode->name, p->policy != NULL ? p->policy->name : "-",
	       p->policy != NULL ? p->policy->theirs_name : "-", p->members,
	       p->rings || r->way == BENCH_PIPE ? "ring" : "stub", bench_traffic_name(p->traffic),
	       p->size == 0 ? "imix" : size, p->flows, p->idle, p->nic_hash ? "nic" : "ours",
	       bench_order_name(p->order), bench_way_name(r->way), f->ours, f->theirs, f->bare,
	       f->floor, f->whole, f->ratio, f->paired, 100 * f->spread);
	fflush(stdout);
}
