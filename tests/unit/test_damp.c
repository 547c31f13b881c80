/* SPDX-License-Identifier: BSD-3-Clause */
/* test_damp.c - flap damping of one member: when a hold begins, how long it is, how it is forgiven. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "damp.h"

#define MSEC UINT64_C(1000000)

static const struct damp_options options = {
	.hold_ms = 1000, .hold_max_ms = 10000, .count = 3, .window_ms = 5000};

/* Fail at a time in ms. @return ms of the hold that begins, 0: none does */
static uint64_t
fail_at(struct damp *d, const struct damp_options *o, uint64_t ms)
{
	if (!damp_failed(d, o, ms * MSEC))
		return 0;
	assert_true(d->held);
	assert_int_equal(damp_deadline(d), d->until);
	return d->until / MSEC - ms;
}

static void
off_by_default_nothing_is_ever_held(void **state)
{
	const struct damp_options off = {.hold_ms = 0, .count = 1, .window_ms = 1};
	struct damp d = {0};

	(void)state;
	for (uint64_t ms = 0; ms < 1000; ms++)
		assert_int_equal(fail_at(&d, &off, ms), 0);
	assert_int_equal(damp_deadline(&d), UINT64_MAX);
}

static void
the_count_within_the_window_begins_a_hold(void **state)
{
	struct damp d = {0};

	(void)state;
	assert_int_equal(fail_at(&d, &options, 100), 0);
	assert_int_equal(fail_at(&d, &options, 3000), 0);
	assert_int_equal(fail_at(&d, &options, 5100),
			 1000); /* the third, 5000 ms after the first */
	d = (struct damp){0};
	assert_int_equal(fail_at(&d, &options, 100), 0);
	assert_int_equal(fail_at(&d, &options, 3000), 0);
	assert_int_equal(fail_at(&d, &options, 5101), 0); /* the first is out of the window */
	assert_int_equal(fail_at(&d, &options, 5102), 1000);
	assert_int_equal(d.holds, 1);
	assert_int_equal(d.failures, 4);
}

static void
a_count_of_one_holds_at_once(void **state)
{
	struct damp_options o = options;
	struct damp d = {0};

	(void)state;
	o.count = 1;
	assert_int_equal(fail_at(&d, &o, 0), 1000);
}

static void
every_count_is_exact(void **state)
{
	(void)state;
	for (uint32_t count = 1; count <= DAMP_MAX_COUNT; count++) {
		struct damp_options o = options;
		struct damp d = {0};

		o.count = count;
		for (uint32_t i = 0; i < 40; i++) /* too slow: count - 1 of them in any window */
			assert_int_equal(
				count > 1 ? fail_at(&d, &o, i * (5000 / (count - 1) + 1)) : 0, 0);
		d = (struct damp){0};
		for (uint32_t i = 1; i < count; i++)
			assert_int_equal(fail_at(&d, &o, 7 * i), 0);
		assert_int_equal(fail_at(&d, &o, 7 * count), 1000);
	}
}

static void
each_new_failure_doubles_up_to_the_maximum(void **state)
{
	static const uint64_t wanted[] = {1000, 2000, 4000, 8000, 10000, 10000, 10000};
	struct damp d = {0};
	uint64_t ms = 0;

	(void)state;
	fail_at(&d, &options, ms++);
	fail_at(&d, &options, ms++);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(fail_at(&d, &options, ms), wanted[i]);
		ms += wanted[i];
		damp_release(&d, ms * MSEC);
		ms += 100; /* up for a moment, then it fails again, once is enough */
	}
	for (int i = 0; i < 200; i++) { /* no overflow, however long it goes on */
		assert_int_equal(fail_at(&d, &options, ms), 10000);
		ms += 10000;
		damp_release(&d, ms * MSEC);
	}
}

static void
a_quiet_window_forgives_one_doubling(void **state)
{
	struct damp d = {0};
	uint64_t ms = 10;

	(void)state;
	fail_at(&d, &options, 0);
	fail_at(&d, &options, 1);
	for (int i = 0; i < 3; i++) { /* 1, 2, 4 s: the next would be 8 */
		assert_true(fail_at(&d, &options, ms) > 0);
		ms = d.until / MSEC;
		damp_release(&d, ms * MSEC);
	}
	assert_int_equal(d.level, 3);
	assert_int_equal(fail_at(&d, &options, ms + 5000), 4000);
	ms = d.until / MSEC;
	damp_release(&d, ms * MSEC);
	assert_int_equal(fail_at(&d, &options, ms + 2 * 5000), 2000);
	ms = d.until / MSEC;
	damp_release(&d, ms * MSEC);
	ms += 10 * 5000; /* all is forgiven: the count applies again */
	assert_int_equal(fail_at(&d, &options, ms), 0);
	assert_int_equal(fail_at(&d, &options, ms + 1), 0);
	assert_int_equal(fail_at(&d, &options, ms + 2), 1000);
}

static void
what_goes_on_failing_stays_held_without_doubling(void **state)
{
	struct damp d = {0};

	(void)state;
	for (uint64_t ms = 0; ms < 3; ms++)
		fail_at(&d, &options, ms);
	assert_true(d.held);
	for (uint64_t ms = 3; ms < 60000; ms++) {
		assert_int_equal(fail_at(&d, &options, ms), 0);
		damp_failed_again(&d, ms * MSEC);
		assert_int_equal(d.until, (ms + 1000) * MSEC);
	}
	assert_int_equal(d.level, 1);
	assert_int_equal(d.holds, 1);
	assert_int_equal(d.failures, 60000);
	damp_release(&d, 60999 * MSEC);
	damp_failed_again(&d, 61000 * MSEC); /* not held: nothing */
	assert_int_equal(d.failures, 60000);
}

static void
a_maximum_below_the_base_does_not_shorten_it(void **state)
{
	struct damp_options o = options;
	struct damp d = {0};

	(void)state;
	o.hold_max_ms = 10;
	o.count = 1;
	assert_int_equal(fail_at(&d, &o, 0), 1000);
	damp_release(&d, 1000 * MSEC);
	assert_int_equal(fail_at(&d, &o, 1000), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(off_by_default_nothing_is_ever_held),
		cmocka_unit_test(the_count_within_the_window_begins_a_hold),
		cmocka_unit_test(a_count_of_one_holds_at_once),
		cmocka_unit_test(every_count_is_exact),
		cmocka_unit_test(each_new_failure_doubles_up_to_the_maximum),
		cmocka_unit_test(a_quiet_window_forgives_one_doubling),
		cmocka_unit_test(what_goes_on_failing_stays_held_without_doubling),
		cmocka_unit_test(a_maximum_below_the_base_does_not_shorten_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
