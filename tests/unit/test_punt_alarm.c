/* SPDX-License-Identifier: BSD-3-Clause */
/* test_punt_alarm.c - frames lost on their way to the control thread are told of, but not each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_bondd.h"
#include "punt_alarm.h"

static struct bondd *d;
static struct bondd_bond *b;
static char told[1000];

void
bondd_event(struct bondd_bond *bond, const char *member, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	const size_t used = strlen(told);

	assert_ptr_equal(bond, b);
	snprintf(told + used, sizeof(told) - used, "%s %s %s>%s: %s\n", member, kind, from, to,
		 reason);
}

static int
setup(void **state)
{
	(void)state;
	d = fake_bondd_new();
	b = d->bond[0];
	told[0] = '\0';
	punt_alarm(b);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fake_bondd_free(d);
	return 0;
}

/* Time passes in turns, and so many frames are dropped on eth2 in each of them. */
static void
go(unsigned int ms, unsigned int frames)
{
	for (unsigned int t = 0; t < ms; t += 10) {
		d->now += 10 * BOND_MSEC;
		b->member[1].port->counters[t / 10 % 2].drop[DP_DROP_PUNT_FULL] += frames;
		punt_alarm(b);
	}
}

static void
a_flood_is_told_once_and_its_end_with_the_sum(void **state)
{
	(void)state;
	go(2000, 0);
	assert_string_equal(told, "");
	go(5000, 2);
	assert_string_equal(told, "eth2 punt none>dropping: 200 frames for the control thread were "
				  "dropped, its ring was full: a flood?\n");
	told[0] = '\0';
	go(9000, 0);
	assert_string_equal(told, "");
	go(3000, 0);
	assert_string_equal(told, "eth2 punt dropping>none: 1000 frames for the control thread "
				  "were dropped, none lately\n");
	told[0] = '\0';
	go(30000, 0);
	assert_string_equal(told, "");
	go(1000, 1); /* the next one counts from here */
	assert_non_null(strstr(told, "none>dropping: 100 frames"));
}

static void
a_flood_that_pulsates_is_one(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		go(1000, 1);
		go(5000, 0);
	}
	assert_non_null(strstr(told, "none>dropping"));
	assert_null(strstr(told, "dropping>none"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_flood_is_told_once_and_its_end_with_the_sum,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_that_pulsates_is_one, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
