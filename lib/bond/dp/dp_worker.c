/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_worker.c - the loop of a worker: load the view, move frames both ways, be quiescent. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include <rte_cycles.h>
#include <rte_launch.h>

#include "dp_wait.h"

static void
ctrl_drain_all(struct dp_worker *w, const struct dp_bond_view *b)
{
	for (uint32_t left = b->bond.members; left != 0; left &= left - 1)
		dp_ctrl_drain(w, b->port[__builtin_ctz(left)]);
}

unsigned int
dp_worker_turn(struct dp_worker *w, const struct dp_view *view)
{
	unsigned int moved = unlikely(w->waits) ? dp_wait_again(w, view) : 0;

	for (uint32_t i = 0; i < view->n_bonds; i++) {
		const struct dp_bond_view *b = &view->bond[i];

		if (w->index == 0)
			ctrl_drain_all(w, b);
		moved += dp_rx_members(w, b);
		if (b->host != NULL)
			moved += dp_tx_host(w, b);
	}
	return moved;
}

/* The tap driver announces frames of the kernel by a real-time signal: it is for workers only. */
static void
unblock_driver_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		sigaddset(&set, s);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static int
worker_main(void *arg)
{
	struct dp_worker *w = arg;
	struct dp *dp = w->dp;
	unsigned int empty_turns = 0;
	uint64_t last = rte_rdtsc();

	unblock_driver_signals();
	rte_rcu_qsbr_thread_register(dp->qsbr, w->index);
	rte_rcu_qsbr_thread_online(dp->qsbr, w->index);
	while (!atomic_load_explicit(&dp->stop, memory_order_relaxed)) {
		const struct dp_view *view = atomic_load_explicit(&dp->view, memory_order_acquire);
		const unsigned int moved = dp_worker_turn(w, view);
		uint64_t now;

		empty_turns = moved > 0 ? 0 : empty_turns + (empty_turns < UINT32_MAX);
		now = rte_rdtsc();
		w->turns++;
		w->busy_cycles += moved > 0 ? now - last : 0;
		if (w->sleeps && moved == 0)
			dp_wake_sleep(w, view, empty_turns);
		now = w->sleeps ? rte_rdtsc() : now;
		w->all_cycles += now - last;
		last = now;
		rte_rcu_qsbr_quiescent(dp->qsbr, w->index);
	}
	rte_rcu_qsbr_thread_offline(dp->qsbr, w->index);
	rte_rcu_qsbr_thread_unregister(dp->qsbr, w->index);
	return 0;
}

int
dp_start(struct dp *dp)
{
	for (unsigned int i = 0; i < dp->n_workers; i++) {
		const int rc =
			rte_eal_remote_launch(worker_main, &dp->worker[i], dp->worker[i].lcore);

		if (rc < 0) {
			dp_stop(dp);
			return rc;
		}
	}
	return 0;
}

void
dp_stop(struct dp *dp)
{
	atomic_store(&dp->stop, true);
	dp_wake_workers(dp);
	for (unsigned int i = 0; i < dp->n_workers; i++)
		rte_eal_wait_lcore(dp->worker[i].lcore);
	while (!dp_limbo_empty(&dp->limbo)) /* no reader is left: each round makes progress */
		dp_reclaim(&dp->limbo);
}
