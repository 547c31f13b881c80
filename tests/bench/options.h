/* SPDX-License-Identifier: BSD-3-Clause */
/* options.h - the command line of the benchmark. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "plan.h"

enum bench_memory { BENCH_AUTO, BENCH_HUGE, BENCH_NO_HUGE };

struct bench_options {
	bool quick;
	bool check;
	const char *json; /* NULL: none */
	bool chosen;      /* sweep stands for the plan */
	struct plan_sweep sweep;
	enum bench_memory memory;
	unsigned int samples; /* 0: by the size of the set */
	unsigned int simd;    /* bits; 0: as the daemon */
	int core;             /* -1: the last one */
};

/** Read the command line; ends the program where it is wrong, and after --help. */
void options_read(struct bench_options *o, int argc, char **argv);

#endif
