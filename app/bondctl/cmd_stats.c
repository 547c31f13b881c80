/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_stats.c - bondctl stats: counters, once or as rates again and again. */
#include <stdlib.h>
#include <time.h>

#include "bondctl.h"

enum { WATCH };

const struct ctl_flag ctl_stats_flags[] = {
	[WATCH] = {"watch", "SECONDS", "print rates every SECONDS (1), until interrupted"},
	{NULL},
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
wait_for(double seconds)
{
	const struct timespec ts = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	nanosleep(&ts, NULL);
}

static void
print(const struct ctl *ctl, const json_t *stats, const json_t *before, double seconds)
{
	if (ctl->json)
		ctl_print_json(stats);
	else
		text_stats(stdout, stats, before, seconds);
	fflush(stdout);
}

static int
watch(struct ctl *ctl, const char *bond, double interval)
{
	json_t *before = ctl_call(ctl, "stats.get", ctl_bond_param(bond)), *stats;
	double then = now(), time;

	while (before && !ferror(stdout)) {
		wait_for(interval);
		stats = ctl_call(ctl, "stats.get", ctl_bond_param(bond));
		time = now();
		if (stats) {
			print(ctl, stats, before, time - then);
			if (!ctl->json)
				putchar('\n');
		}
		json_decref(before);
		before = stats;
		then = time;
	}
	json_decref(before);
	return CTL_FAIL;
}

int
ctl_stats(struct ctl *ctl, const struct ctl_args *args)
{
	const char *bond = args->n ? args->arg[0] : NULL, *seconds = args->flag[WATCH];
	json_t *stats;
	char *end;

	if (seconds) {
		const double interval = *seconds ? strtod(seconds, &end) : 1;

		if (*seconds && (*end || !(interval >= 0.1 && interval <= 86400)))
			return ctl_error(
				ctl, CTL_USAGE,
				"--watch=%s: must be a number of seconds from 0.1 to 86400",
				seconds);
		return watch(ctl, bond, interval);
	}
	stats = ctl_call(ctl, "stats.get", ctl_bond_param(bond));
	if (!stats)
		return CTL_FAIL;
	print(ctl, stats, NULL, 0);
	json_decref(stats);
	return CTL_OK;
}
