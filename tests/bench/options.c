/* SPDX-License-Identifier: BSD-3-Clause */
/* options.c - reads the command line of the benchmark. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum { QUICK = 1, CHECK, JSON, SAMPLES, SIMD, MEMORY, CORE, HELP, LISTS };

static const char usage[] =
	"usage: bench [--quick] [--check] [--json FILE] [--memory auto|huge|none]\n"
	"             [--simd 128|256|512] [--samples N] [--core N] [LIST...]\n"
	"\n"
	"Measures what a bond costs, ours and DPDK's net_bonding, in cycles a frame.\n"
	"  --quick      about a minute; otherwise some\n"
	"  --check      compare with the limits, exit 1 where one is exceeded\n"
	"  --json FILE  write all figures there\n"
	"  --memory     auto: hugepages where they can be had\n"
	"  --simd       widest vectors; default: as the daemon\n"
	"Any LIST chooses what is measured, others are then as here:\n";

static bool
mode(const char *word, uint32_t *v)
{
	for (*v = 0; *v < bench_n_modes; (*v)++)
		if (strcmp(bench_modes[*v].name, word) == 0)
			return true;
	return false;
}

static bool
policy(const char *word, uint32_t *v)
{
	for (*v = 0; *v < bench_n_policies; (*v)++)
		if (strcmp(bench_policies[*v].name, word) == 0)
			return true;
	return false;
}

static bool
traffic(const char *word, uint32_t *v)
{
	for (*v = 0; *v < BENCH_TRAFFICS; (*v)++)
		if (strcmp(bench_traffic_name(*v), word) == 0)
			return true;
	return false;
}

static bool
number(const char *word, uint32_t min, uint32_t max, uint32_t *v)
{
	char *end;
	const unsigned long n = strtoul(word, &end, 10);

	*v = (uint32_t)n;
	return end != word && *end == '\0' && n >= min && n <= max;
}

static bool
members(const char *word, uint32_t *v)
{
	return number(word, 1, BENCH_MEMBERS, v) && BENCH_BURST % *v == 0;
}

static bool
size(const char *word, uint32_t *v)
{
	*v = 0;
	return strcmp(word, "imix") == 0 || number(word, 64, 1518, v);
}

static bool
flows(const char *word, uint32_t *v)
{
	*v = strcmp(word, "hot") == 0 ? BENCH_HOT : BENCH_COLD;
	return strcmp(word, "hot") == 0 || strcmp(word, "cold") == 0 ||
	       (number(word, BENCH_BURST, BENCH_MAX_SET, v) && *v % BENCH_BURST == 0);
}

static bool
idle(const char *word, uint32_t *v)
{
	return number(word, 0, DP_MAX_BONDS - 1, v);
}

static bool
nic_hash(const char *word, uint32_t *v)
{
	*v = strcmp(word, "nic") == 0;
	return *v || strcmp(word, "ours") == 0;
}

static bool
order(const char *word, uint32_t *v)
{
	for (*v = 0; *v < BENCH_ORDERS; (*v)++)
		if (strcmp(bench_order_name(*v), word) == 0)
			return true;
	return false;
}

static bool
way(const char *word, uint32_t *v)
{
	for (*v = 0; *v < BENCH_WAYS; (*v)++)
		if (strcmp(bench_way_name(*v), word) == 0)
			return true;
	return false;
}

static bool
rings(const char *word, uint32_t *v)
{
	*v = strcmp(word, "ring") == 0;
	return *v || strcmp(word, "stub") == 0;
}

#define AT(list) offsetof(struct plan_sweep, list)

/* The lists: what may be in each, where it goes, and how its words are read. */
static const struct {
	const char *name, *words;
	size_t at;
	bool (*read)(const char *word, uint32_t *v);
} lists[] = {
	{"modes", "balance-rr, active-backup, ... (all)", AT(modes), mode},
	{"policies", "layer2, layer3+4, ... (all)", AT(policies), policy},
	{"members", "1, 2, 4, 8 (4)", AT(members), members},
	{"traffic", "ipv4, ipv6, vlan, mix (ipv4)", AT(traffic), traffic},
	{"sizes", "64 to 1518, imix (imix)", AT(sizes), size},
	{"sets", "hot = 256, cold = 16384, or a multiple of 32 to 65536 (hot,cold)", AT(flows),
	 flows},
	{"idle", "0 to 31 other bonds in the view (0)", AT(idle), idle},
	{"hash", "ours, nic (ours)", AT(nic_hash), nic_hash},
	{"ports", "stub, ring (stub)", AT(rings), rings},
	{"order", "of frames in each sample: fixed, bursts, random (random)", AT(orders), order},
	{"ways", "tx, alone, rx, sparse, pipeline (all but pipeline)", AT(ways), way},
};

static void
print_help(FILE *f)
{
	fputs(usage, f);
	for (unsigned int i = 0; i < RTE_DIM(lists); i++)
		fprintf(f, "  --%-10s %s\n", lists[i].name, lists[i].words);
}

static __rte_noreturn void
refuse(const char *option, const char *word)
{
	fprintf(stderr, "bench: --%s: \"%s\" is not one of those\n", option, word);
	print_help(stderr);
	exit(2);
}

static void
read_list(struct plan_sweep *s, unsigned int i, char *words)
{
	struct plan_list *l = (struct plan_list *)((char *)s + lists[i].at);
	char *rest = NULL;

	l->n = 0;
	for (char *w = strtok_r(words, ",", &rest); w != NULL; w = strtok_r(NULL, ",", &rest))
		if (l->n == PLAN_VALUES || !lists[i].read(w, &l->v[l->n++]))
			refuse(lists[i].name, w);
}

static uint32_t
read_number(const char *option, const char *word, uint32_t min, uint32_t max)
{
	uint32_t v;

	if (!number(word, min, max, &v))
		refuse(option, word);
	return v;
}

static enum bench_memory
read_memory(const char *word)
{
	static const char *const names[] = {"auto", "huge", "none"};

	for (unsigned int i = 0; i < RTE_DIM(names); i++)
		if (strcmp(names[i], word) == 0)
			return (enum bench_memory)i;
	refuse("memory", word);
}

void
options_read(struct bench_options *o, int argc, char **argv)
{
	struct option all[HELP + RTE_DIM(lists) + 1] = {
		{"quick", no_argument, NULL, QUICK},
		{"check", no_argument, NULL, CHECK},
		{"json", required_argument, NULL, JSON},
		{"samples", required_argument, NULL, SAMPLES},
		{"simd", required_argument, NULL, SIMD},
		{"memory", required_argument, NULL, MEMORY},
		{"core", required_argument, NULL, CORE},
		{"help", no_argument, NULL, HELP},
	};
	int c;

	*o = (struct bench_options){.core = -1, .sweep = plan_chosen()};
	for (unsigned int i = 0; i < RTE_DIM(lists); i++)
		all[HELP + i] = (struct option){lists[i].name, required_argument, NULL, LISTS + i};
	while ((c = getopt_long(argc, argv, "", all, NULL)) != -1) {
		switch (c) {
		case QUICK:
			o->quick = true;
			break;
		case CHECK:
			o->check = true;
			break;
		case JSON:
			o->json = optarg;
			break;
		case SAMPLES:
			o->samples = read_number("samples", optarg, 3, 4096);
			break;
		case SIMD:
			o->simd = read_number("simd", optarg, 128, 512);
			break;
		case MEMORY:
			o->memory = read_memory(optarg);
			break;
		case CORE:
			o->core = read_number("core", optarg, 0, 1023);
			break;
		case HELP:
			print_help(stdout);
			exit(0);
		default:
			if (c < LISTS || c >= (int)(LISTS + RTE_DIM(lists))) {
				print_help(stderr);
				exit(2);
			}
			read_list(&o->sweep, c - LISTS, optarg);
			o->chosen = true;
		}
	}
	if (optind < argc) {
		print_help(stderr);
		exit(2);
	}
}
