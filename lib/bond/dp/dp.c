/* SPDX-License-Identifier: BSD-3-Clause */
/* dp.c - the engine's birth and end, and the publishing of views. */
#include "dp.h"

#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

#include "dp_balance.h"
#include "dp_hash.h"
#include "dp_rare.h"
#include "dp_scatter.h"
#include "dp_wait.h"

#define POOL_CACHE 256 /* frames a worker keeps for itself */
#define WAIT_MS    30  /* a link of 100 Mbit/s has sent a whole ring of large frames by then */

static int
fail(struct dp *dp, struct dp_err *err, const char *what, unsigned int n)
{
	snprintf(err->msg, sizeof(err->msg), "no memory for %s (%u): %s; raise runtime.memory_mb",
		 what, n, rte_strerror(rte_errno));
	dp_fini(dp);
	return -ENOMEM;
}

/* A pool that need not be contiguous leaves this out, believing that no device will see its buffers. */
static void
address_as_seen(struct rte_mempool *pool, void *arg, void *object, unsigned int index)
{
	struct rte_mbuf *m = object;

	(void)pool;
	(void)arg;
	(void)index;
	rte_mempool_get_header(object)->iova = (uintptr_t)object;
	rte_mbuf_iova_set(m, (uintptr_t)m->buf_addr);
}

/*
 * Buffers back to back. By default none crosses a page, which leaves gaps (nearly half of the memory
 * on ordinary pages). The AF_XDP driver does not know of them: it tells the kernel of too short a
 * piece, and frames in the buffers behind it are thrown away. Where devices see virtual addresses
 * there is no need for gaps.
 */
static struct rte_mempool *
create_pool(unsigned int n_mbufs)
{
	const bool virtual = rte_eal_iova_mode() == RTE_IOVA_VA;
	const unsigned int flags = virtual ? RTE_MEMPOOL_F_NO_IOVA_CONTIG : 0;
	struct rte_pktmbuf_pool_private private = {.mbuf_data_room_size =
							   RTE_MBUF_DEFAULT_BUF_SIZE};
	struct rte_mempool *pool;
	int rc;

	pool = rte_mempool_create_empty("bondd_frames", n_mbufs,
					sizeof(struct rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE,
					POOL_CACHE, sizeof(private), SOCKET_ID_ANY, flags);
	if (pool == NULL)
		return NULL;
	rc = rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), NULL);
	if (rc == 0) {
		rte_pktmbuf_pool_init(pool, &private);
		rc = rte_mempool_populate_default(pool);
	}
	if (rc < 0) {
		rte_mempool_free(pool);
		rte_errno = -rc;
		return NULL;
	}
	rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	if (virtual) {
		rte_mempool_obj_iter(pool, address_as_seen, NULL);
		pool->flags &= ~RTE_MEMPOOL_F_NON_IO;
	}
	return pool;
}

int
dp_init(struct dp *dp, const struct dp_conf *conf, struct dp_err *err)
{
	struct dp_view *empty;

	*dp = (struct dp){.n_workers = conf->n_workers,
			  .wait_max = rte_get_tsc_hz() / 1000 * WAIT_MS,
			  .wait_limit = dp_wait_limit(conf->n_mbufs, conf->n_workers),
			  .wake_fd = -1,
			  .punt_fd = -1};
	dp->worker = rte_zmalloc("dp_worker", conf->n_workers * sizeof(*dp->worker),
				 RTE_CACHE_LINE_SIZE);
	if (dp->worker == NULL)
		return fail(dp, err, "workers", conf->n_workers);
	for (unsigned int i = 0; i < conf->n_workers; i++) {
		dp->worker[i].dp = dp;
		dp->worker[i].index = i;
		dp->worker[i].lcore = conf->lcore[i];
		dp->worker[i].sleeps = conf->sleep;
		dp->worker[i].wake = conf->sleep
					     ? rte_zmalloc("dp_wake", sizeof(struct dp_wake_set),
							   RTE_CACHE_LINE_SIZE)
					     : NULL;
		if (conf->sleep && dp->worker[i].wake == NULL)
			return fail(dp, err, "a sleeping worker", i);
		dp->worker[i].rng = UINT64_C(0x9e3779b97f4a7c15) * (i + 1);
	}
	if (conf->sleep)
		dp->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	dp->punt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	dp->pool = create_pool(conf->n_mbufs);
	if (dp->pool == NULL)
		return fail(dp, err, "packet buffers", conf->n_mbufs);
	dp->qsbr = rte_zmalloc("dp_qsbr", rte_rcu_qsbr_get_memsize(conf->n_workers),
			       RTE_CACHE_LINE_SIZE);
	if (dp->qsbr == NULL)
		return fail(dp, err, "quiescent states", conf->n_workers);
	rte_rcu_qsbr_init(dp->qsbr, conf->n_workers);
	dp->limbo.qsbr = dp->qsbr;
	empty = dp_view_alloc(0);
	if (empty == NULL)
		return fail(dp, err, "a view", 0);
	atomic_store(&dp->view, empty);
	return 0;
}

void
dp_fini(struct dp *dp)
{
	rte_free((void *)(uintptr_t)atomic_exchange(&dp->view, NULL));
	rte_free(dp->qsbr);
	rte_mempool_free(dp->pool);
	for (unsigned int i = 0; dp->worker != NULL && i < dp->n_workers; i++)
		rte_free(dp->worker[i].wake);
	rte_free(dp->worker);
	if (dp->wake_fd >= 0)
		close(dp->wake_fd);
	if (dp->punt_fd >= 0)
		close(dp->punt_fd);
	*dp = (struct dp){.wake_fd = -1, .punt_fd = -1};
}

void
dp_buffers(const struct dp *dp, struct dp_buffers *b)
{
	*b = (struct dp_buffers){.size = dp->pool->size, .free = rte_mempool_avail_count(dp->pool)};
	for (unsigned int i = 0; i < dp->n_workers; i++)
		b->waiting += dp->worker[i].waiting;
}

struct dp_view *
dp_view_alloc(uint32_t n_bonds)
{
	struct dp_view *view = rte_zmalloc(
		"dp_view", sizeof(*view) + n_bonds * sizeof(view->bond[0]), RTE_CACHE_LINE_SIZE);

	if (view != NULL)
		view->n_bonds = n_bonds;
	return view;
}

/* Where only the current member sends, there is nothing to balance. */
static bool
balances(const struct bond_view *v)
{
	return v->balance != BOND_BALANCE_NONE && v->n_active > 0 &&
	       (v->n_active > 1 || v->measure || v->punt_host || v->current != v->active[0]);
}

void
dp_view_prepare(struct dp_view *view)
{
	const enum dp_simd simd = dp_simd_level();

	for (uint32_t i = 0; i < view->n_bonds; i++) {
		struct dp_bond_view *b = &view->bond[i];

		b->index = i;
		b->host_csum = b->host != NULL && b->host->takes_partial;
		b->by_hash = dp_hash_select(&b->bond, simd);
		b->spread = dp_spread_select(&b->bond, simd);
		b->find_rare = dp_rare_select(b->bond.punt, simd);
		b->may_be_igmp = dp_igmp_select(simd);
		dp_scatter_prepare(b, simd);
		b->only = NULL;
		if (balances(&b->bond))
			dp_balance_prepare(b, simd);
		else if (b->bond.n_active == 1 && !b->careful)
			b->only = b->out[0];
		dp_deliver_prepare(b, simd);
		dp_rx_prepare(b);
	}
}

int
dp_view_publish(struct dp *dp, struct dp_view *next)
{
	if (!dp_may_defer(&dp->limbo))
		return -EAGAIN;
	dp_view_prepare(next);
	next->generation = ++dp->generation;
	dp_publish(&dp->limbo, &dp->view, next, rte_free);
	dp_wake_workers(dp);
	return 0;
}
