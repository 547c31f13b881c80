/* SPDX-License-Identifier: BSD-3-Clause */
/* growth.c - tells once that a counter grows, and once that it no longer does. */
#include "growth.h"

#define QUIET_NS (GROWTH_QUIET_MS * UINT64_C(1000000))

enum growth_news
growth_look(struct growth *g, uint64_t count, uint64_t now, uint64_t *n)
{
	const uint64_t seen = g->seen;

	g->seen = count;
	if (count < seen) { /* as that of a port that was reset */
		g->before = 0;
	} else if (count > seen) {
		g->grew_at = now;
		if (!g->alarm) {
			g->alarm = true;
			g->before = seen;
			*n = count - seen;
			return GROWTH_BEGAN;
		}
	} else if (g->alarm && now >= g->grew_at + QUIET_NS) {
		g->alarm = false;
		*n = count - g->before;
		return GROWTH_ENDED;
	}
	return GROWTH_NONE;
}
