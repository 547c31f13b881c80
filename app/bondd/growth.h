/* SPDX-License-Identifier: BSD-3-Clause */
/* growth.h - a counter that should not grow: when that begins, and when it has ended. */
#ifndef GROWTH_H
#define GROWTH_H

#include <stdbool.h>
#include <stdint.h>

#define GROWTH_LOOK_MS  1000  /* between two looks */
#define GROWTH_QUIET_MS 10000 /* without growth: over. One alarm for a flood, however it pulsates */

/* What is known of such a counter; zeroed at first. */
struct growth {
	bool alarm;
	uint64_t seen;    /* at the last look */
	uint64_t before;  /* likewise, when the alarm began */
	uint64_t grew_at; /* the last look that found more */
};

enum growth_news {
	GROWTH_NONE,
	GROWTH_BEGAN,
	GROWTH_ENDED,
};

/**
 * Look at the counter, about once a second.
 * @param count now; less than last time means that it began anew
 * @param now nanoseconds
 * @param n how much it has grown since the last look when that began, in all when it ended
 */
enum growth_news growth_look(struct growth *g, uint64_t count, uint64_t now, uint64_t *n);

#endif
