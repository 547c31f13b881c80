/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_publish.c - deferred reclamation over rte_rcu_qsbr (its own queue is experimental in 22.11). */
#include "dp_publish.h"

#include <assert.h>

bool
dp_may_defer(const struct dp_limbo *limbo)
{
	return limbo->head - limbo->tail < DP_LIMBO;
}

unsigned int
dp_limbo_room(const struct dp_limbo *limbo)
{
	return DP_LIMBO - (limbo->head - limbo->tail);
}

bool
dp_limbo_empty(const struct dp_limbo *limbo)
{
	return limbo->head == limbo->tail;
}

void
dp_defer(struct dp_limbo *limbo, void (*fn)(void *), void *arg)
{
	assert(dp_may_defer(limbo));
	limbo->slot[limbo->head++ % DP_LIMBO] =
		(struct dp_deferred){fn, arg, rte_rcu_qsbr_start(limbo->qsbr)};
}

unsigned int
dp_reclaim(struct dp_limbo *limbo)
{
	unsigned int n = 0;

	for (; limbo->tail != limbo->head; limbo->tail++, n++) {
		const struct dp_deferred *d = &limbo->slot[limbo->tail % DP_LIMBO];

		if (rte_rcu_qsbr_check(limbo->qsbr, d->token, false) != 1)
			break;
		d->fn(d->arg);
	}
	return n;
}
