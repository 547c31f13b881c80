/* SPDX-License-Identifier: BSD-3-Clause */
/* test_loop.c - what the event loop promises: removal anywhere, no spinning, signals harmless. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"

#define N 80 /* more than one turn dispatches */

struct probe {
	struct loop_source source;
	struct loop *loop;
	struct probe *victim; /* removed by the callback */
	unsigned int runs;
	uint32_t events;
};

static void
on_event(struct loop_source *source, uint32_t events)
{
	struct probe *p = source->arg;

	p->runs++;
	p->events = events;
	if (p->victim)
		loop_remove(p->loop, &p->victim->source);
}

static void
probe_open(struct probe *p, struct loop *loop, bool ready)
{
	*p = (struct probe){.loop = loop};
	p->source = (struct loop_source){.fd = eventfd(ready, EFD_NONBLOCK), .fn = on_event};
	p->source.arg = p;
	assert_true(p->source.fd >= 0);
	assert_int_equal(loop_add(loop, &p->source, EPOLLIN), 0);
}

static void
a_turn_runs_what_is_ready_and_nothing_else(void **state)
{
	struct loop loop;
	struct probe ready, idle;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	probe_open(&ready, &loop, true);
	probe_open(&idle, &loop, false);
	loop_turn(&loop, 0);
	assert_int_equal(ready.runs, 1);
	assert_int_equal(ready.events, EPOLLIN);
	assert_int_equal(idle.runs, 0);
	loop_turn(&loop, UINT64_MAX); /* level-triggered: it is ready still */
	assert_int_equal(ready.runs, 2);
	assert_int_equal(loop_modify(&loop, &ready.source, 0), 0);
	loop_turn(&loop, 0);
	assert_int_equal(ready.runs, 2);
	close(ready.source.fd);
	close(idle.source.fd);
	loop_fini(&loop);
}

static void
a_source_removed_by_another_one_does_not_run(void **state)
{
	struct loop loop;
	struct probe a, b;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	probe_open(&a, &loop, true);
	probe_open(&b, &loop, true);
	a.victim = &b;
	b.victim = &a;
	loop_turn(&loop, 0);
	assert_int_equal(a.runs + b.runs, 1);
	loop_turn(&loop, 0); /* only the survivor is left */
	assert_int_equal(a.runs + b.runs, 2);
	assert_true(a.runs == 0 || b.runs == 0);
	close(a.source.fd);
	close(b.source.fd);
	loop_fini(&loop);
}

static void
a_source_may_remove_itself(void **state)
{
	struct loop loop;
	struct probe a;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	probe_open(&a, &loop, true);
	a.victim = &a;
	loop_turn(&loop, 0);
	loop_turn(&loop, 0);
	assert_int_equal(a.runs, 1);
	close(a.source.fd);
	loop_fini(&loop);
}

static void
more_sources_than_one_turn_takes_get_their_turn(void **state)
{
	static struct probe p[N];
	struct loop loop;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	for (int i = 0; i < N; i++)
		probe_open(&p[i], &loop, true);
	loop_turn(&loop, 0);
	loop_turn(&loop, 0);
	for (int i = 0; i < N; i++) {
		assert_true(p[i].runs >= 1);
		close(p[i].source.fd);
	}
	loop_fini(&loop);
}

static void
on_alarm(int signo)
{
	(void)signo;
}

static void
a_signal_ends_the_wait_and_runs_nothing(void **state)
{
	const struct sigaction catch = {.sa_handler = on_alarm};
	const struct itimerval soon = {.it_value.tv_usec = 1000, .it_interval.tv_usec = 1000};
	const struct itimerval never = {{0}};
	struct sigaction old;
	struct loop loop;
	struct probe idle;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	probe_open(&idle, &loop, false);
	assert_int_equal(sigaction(SIGALRM, &catch, &old), 0);
	setitimer(ITIMER_REAL, &soon, NULL);
	loop_turn(&loop, UINT64_MAX); /* returns: else this test never ends */
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_int_equal(idle.runs, 0);
	close(idle.source.fd);
	loop_fini(&loop);
}

static void
a_deadline_ends_the_wait_not_earlier(void **state)
{
	struct loop loop;
	uint64_t begin, end;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	begin = loop_now();
	loop_turn(&loop, 300000);
	end = loop_now();
	assert_true(end - begin >= 300000);
	loop_fini(&loop);
}

static void
a_bad_descriptor_is_refused(void **state)
{
	struct loop_source bad = {.fd = -1};
	struct loop loop;

	(void)state;
	assert_int_equal(loop_init(&loop), 0);
	assert_true(loop_add(&loop, &bad, EPOLLIN) < 0);
	assert_true(loop_modify(&loop, &bad, EPOLLIN) < 0);
	loop_remove(&loop, &bad);
	loop_fini(&loop);
	loop_fini(&loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_runs_what_is_ready_and_nothing_else),
		cmocka_unit_test(a_source_removed_by_another_one_does_not_run),
		cmocka_unit_test(a_source_may_remove_itself),
		cmocka_unit_test(more_sources_than_one_turn_takes_get_their_turn),
		cmocka_unit_test(a_signal_ends_the_wait_and_runs_nothing),
		cmocka_unit_test(a_deadline_ends_the_wait_not_earlier),
		cmocka_unit_test(a_bad_descriptor_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
