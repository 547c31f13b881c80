/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_publish.c - workers read while the control thread publishes: no torn, no freed object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_pause.h>

#include "eal_lab.h"

#define PUBLICATIONS 30000
#define COPIES       63

struct object {
	uint32_t generation;
	uint32_t copy[COPIES];
};

static _Atomic(const struct object *) current;
static atomic_bool stop;
static _Atomic(uint64_t) reads, torn;
static struct rte_rcu_qsbr *qsbr;

static void
poison(void *arg)
{
	struct object *o = arg;

	for (int i = 0; i < COPIES; i++)
		o->copy[i] = 0xdead; /* a late reader would see this */
	rte_free(o);
}

static int
reader(void *arg)
{
	const unsigned int id = *(const unsigned int *)arg;

	rte_rcu_qsbr_thread_register(qsbr, id);
	rte_rcu_qsbr_thread_online(qsbr, id);
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		const struct object *o = atomic_load_explicit(&current, memory_order_acquire);

		for (int i = 0; i < COPIES; i++)
			if (o->copy[i] != o->generation)
				torn++;
		reads++;
		rte_rcu_qsbr_quiescent(qsbr, id);
	}
	rte_rcu_qsbr_thread_offline(qsbr, id);
	rte_rcu_qsbr_thread_unregister(qsbr, id);
	return 0;
}

static struct object *
object(uint32_t generation)
{
	struct object *o = rte_malloc(NULL, sizeof(*o), 0);

	assert_non_null(o);
	o->generation = generation;
	for (int i = 0; i < COPIES; i++)
		o->copy[i] = generation;
	return o;
}

static void
no_reader_ever_sees_a_torn_or_freed_object(void **state)
{
	static const unsigned int id[] = {0, 1};
	struct dp_limbo limbo = {0};

	(void)state;
	qsbr = rte_zmalloc(NULL, rte_rcu_qsbr_get_memsize(2), RTE_CACHE_LINE_SIZE);
	assert_non_null(qsbr);
	rte_rcu_qsbr_init(qsbr, 2);
	limbo.qsbr = qsbr;
	atomic_store(&current, object(0));
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(rte_eal_remote_launch(reader, (void *)(uintptr_t)&id[i],
						       LAB_WORKER_LCORE + i),
				 0);
	while (reads < 2) /* both run */
		rte_pause();
	for (uint32_t generation = 1; generation <= PUBLICATIONS; generation++) {
		while (!dp_may_defer(&limbo))
			dp_reclaim(&limbo);
		dp_publish(&limbo, &current, object(generation), poison);
		dp_reclaim(&limbo);
	}
	atomic_store(&stop, true);
	rte_eal_mp_wait_lcore();
	dp_reclaim(&limbo);
	assert_true(dp_limbo_empty(&limbo));
	assert_int_equal(torn, 0);
	assert_true(reads > 1000);
	rte_free((void *)(uintptr_t)atomic_load(&current));
	rte_free(qsbr);
}

static int held;

static void
release(void *arg)
{
	(void)arg;
	held--;
}

static void
a_reader_that_never_rests_fills_the_limbo_and_nothing_is_freed(void **state)
{
	struct dp_limbo limbo = {0};

	(void)state;
	qsbr = rte_zmalloc(NULL, rte_rcu_qsbr_get_memsize(1), RTE_CACHE_LINE_SIZE);
	assert_non_null(qsbr);
	rte_rcu_qsbr_init(qsbr, 1);
	limbo.qsbr = qsbr;
	rte_rcu_qsbr_thread_register(qsbr, 0);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	for (held = 0; dp_may_defer(&limbo); held++)
		dp_defer(&limbo, release, NULL);
	assert_int_equal(held, DP_LIMBO);
	assert_int_equal(dp_reclaim(&limbo), 0);
	rte_rcu_qsbr_quiescent(qsbr, 0);
	assert_int_equal(dp_reclaim(&limbo), DP_LIMBO);
	assert_int_equal(held, 0);
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	rte_rcu_qsbr_thread_unregister(qsbr, 0);
	rte_free(qsbr);
}

static int
setup(void **state)
{
	(void)state;
	return lab_eal();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_reader_ever_sees_a_torn_or_freed_object),
		cmocka_unit_test(a_reader_that_never_rests_fills_the_limbo_and_nothing_is_freed),
	};

	return cmocka_run_group_tests_name("dp_publish", tests, setup, NULL);
}
