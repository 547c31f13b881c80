/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_publish.h - hand an immutable object to the workers, take the old one back after a grace period. */
#ifndef DP_PUBLISH_H
#define DP_PUBLISH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

#define DP_LIMBO 64 /* things that may wait for a grace period at once; a power of two */

struct dp_deferred {
	void (*fn)(void *);
	void *arg;
	uint64_t token;
};

/* Things that wait for every worker to pass a quiescent state. Control thread only. */
struct dp_limbo {
	struct rte_rcu_qsbr *qsbr;
	unsigned int head, tail;
	struct dp_deferred slot[DP_LIMBO];
};

/** False while a stuck worker keeps the limbo full: try again on the next turn. Control thread. */
bool dp_may_defer(const struct dp_limbo *limbo);

/** @return how many more things may wait. Control thread. */
unsigned int dp_limbo_room(const struct dp_limbo *limbo);

/** @return whether nothing waits any more. Control thread. */
bool dp_limbo_empty(const struct dp_limbo *limbo);

/**
 * Call fn(arg) from a later dp_reclaim(), once no worker can still hold what it held before this
 * call. Control thread; only after dp_may_defer() said true.
 */
void dp_defer(struct dp_limbo *limbo, void (*fn)(void *), void *arg);

/** Run what is due, never wait. Control thread. @return how many ran */
unsigned int dp_reclaim(struct dp_limbo *limbo);

/** Replace *where (an _Atomic pointer) by next and retire the old object with fn. Control thread. */
#define dp_publish(limbo, where, next, fn)                                                         \
	dp_defer(limbo, fn,                                                                        \
		 (void *)(uintptr_t)atomic_exchange_explicit(where, next, memory_order_acq_rel))

#endif
