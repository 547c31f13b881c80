/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_pair.c - two BFD sessions on one cable: loss, delay, one way, restarts, false alarms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bfd.h"

#define MSEC UINT64_C(1000000)
#define SEC  (1000 * MSEC)
#define WIRE 256 /* frames on the way */

struct flying {
	bool used;
	uint8_t to;
	uint64_t at;
	uint64_t order;
	size_t len;
	uint8_t frame[BFD_FRAME_SIZE];
};

/* A cable: what goes from end n is lost with loss[n] in a million, and takes delay to 2 x delay. */
static struct bfd_session end[2];
static struct flying wire[WIRE];
static uint32_t loss[2];
static uint64_t delay, now, chance, order;
static unsigned int downs[2]; /* changes from Up */
static uint64_t frames[2];

static uint64_t
dice(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance;
}

static struct bfd_config
config(int n, uint32_t interval_ms, uint8_t multiplier, bool v6)
{
	static const char *const text[2][2] = {{"10.0.0.1", "10.0.0.2"}, {"fd77::1", "fd77::2"}};
	struct bfd_config c = {.interval_ms = interval_ms,
			       .multiplier = multiplier,
			       .required = true,
			       .mac = {2, 0, 0, 0, 0, (uint8_t)n},
			       .source_port = (uint16_t)(50000 + n)};

	assert_int_equal(bfd_addr_parse(text[v6][n], &c.local), 0);
	assert_int_equal(bfd_addr_parse(text[v6][!n], &c.remote), 0);
	return c;
}

static void
start(uint32_t interval0, uint32_t interval1, uint8_t multiplier, bool v6, uint64_t seed)
{
	const struct bfd_config c0 = config(0, interval0, multiplier, v6);
	const struct bfd_config c1 = config(1, interval1, multiplier, v6);

	now = SEC;
	chance = seed * 2 + 1;
	memset(wire, 0, sizeof(wire));
	memset(downs, 0, sizeof(downs));
	memset(loss, 0, sizeof(loss));
	memset(frames, 0, sizeof(frames));
	delay = 10000;
	bfd_session_start(&end[0], &c0, seed * 2, now);
	bfd_session_start(&end[1], &c1, seed * 2 + 1, now);
}

static void
send(int n)
{
	uint8_t buf[BFD_FRAME_SIZE];
	size_t len;

	while ((len = bfd_session_output(&end[n], buf, now)) > 0) {
		struct flying *f = wire;

		frames[n]++;
		if (dice() % 1000000 < loss[n])
			continue;
		while (f < wire + WIRE && f->used)
			f++;
		assert_true(f < wire + WIRE);
		*f = (struct flying){.used = true, .to = !n, .order = order++, .len = len};
		f->at = now + delay + (delay ? dice() % delay : 0);
		memcpy(f->frame, buf, len);
	}
}

static struct flying *
first_flying(void)
{
	struct flying *first = NULL;

	for (struct flying *f = wire; f < wire + WIRE; f++)
		if (f->used && (!first || f->at < first->at ||
				(f->at == first->at && f->order < first->order)))
			first = f;
	return first;
}

/* One thing that happens, at the time it does. @return false: nothing before the time given */
static bool
step(uint64_t until)
{
	struct flying *f = first_flying();
	uint64_t next = f ? f->at : UINT64_MAX;

	for (int n = 0; n < 2; n++)
		if (bfd_session_deadline(&end[n]) < next)
			next = bfd_session_deadline(&end[n]);
	if (next >= until)
		return false;
	now = next > now ? next : now;
	for (int n = 0; n < 2; n++) {
		const uint64_t was = end[n].counters.down;

		if (f && f->at <= now && f->to == n) {
			const enum bfd_parse parse =
				bfd_session_input(&end[n], f->frame, f->len, now);

			assert_true(parse == BFD_PARSE_OK || (parse == BFD_REFUSE_ADMIN_DOWN &&
							      end[n].state == BFD_ADMIN_DOWN));
			f->used = false;
		}
		bfd_session_tick(&end[n], now);
		send(n);
		downs[n] += end[n].counters.down > was;
	}
	return true;
}

static void
pass(uint64_t span)
{
	const uint64_t until = now + span;

	while (step(until))
		;
	now = until;
}

static bool
is_up(void)
{
	return end[0].state == BFD_UP && end[1].state == BFD_UP;
}

/* @return ns until both are Up, or the limit */
static uint64_t
until_up(uint64_t limit)
{
	const uint64_t begin = now;

	while (!is_up() && step(begin + limit))
		;
	return now - begin;
}

static void
both_come_up_within_the_flight_of_three_packets(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		start(10, 10, 3, seed & 1, seed);
		assert_true(until_up(5 * SEC) < MSEC);
		pass(SEC);
		assert_true(is_up());
		assert_false(end[0].poll || end[1].poll);
		assert_int_equal(bfd_session_interval(&end[0]), 10 * MSEC);
		assert_int_equal(bfd_session_detection(&end[1]), 30 * MSEC);
		/* 7.5 to 10 ms apart */
		assert_true(frames[0] >= 100 && frames[0] <= 140);
	}
}

static void
unequal_intervals_meet_at_the_slower(void **state)
{
	(void)state;
	start(10, 300, 3, false, 7);
	until_up(5 * SEC);
	pass(5 * SEC);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(bfd_session_interval(&end[n]), 300 * MSEC);
		assert_int_equal(bfd_session_detection(&end[n]), 900 * MSEC);
	}
}

/* The promise: from the first frame lost to the word "down" in less than 3 intervals. */
static void
a_dead_cable_is_noticed_in_under_three_intervals(void **state)
{
	static const uint32_t intervals[] = {10, 50, 300, 1000};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (uint64_t seed = 1; seed <= 100; seed++) {
			const uint64_t interval = intervals[i] * MSEC;
			uint64_t cut;

			start(intervals[i], intervals[i], 3, false, seed);
			until_up(20 * SEC);
			pass(10 * interval + seed * interval / 37);
			loss[0] = loss[1] = 1000000;
			pass(4 * delay); /* what is on its way arrives */
			cut = now;
			pass(3 * interval);
			for (int n = 0; n < 2; n++) {
				assert_int_equal(end[n].state, BFD_DOWN);
				assert_true(end[n].since - cut < 3 * interval);
				assert_true(end[n].since - cut > interval);
				assert_string_equal(end[n].why, "detection timed out");
				assert_false(bfd_session_good(&end[n]));
			}
		}
}

static void
a_cable_dead_in_one_direction_is_down_at_both_ends(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		uint64_t cut;

		start(10, 10, 3, true, seed);
		until_up(5 * SEC);
		pass(SEC + seed * MSEC / 3);
		loss[0] = 1000000;
		cut = now;
		pass(31 * MSEC);
		assert_int_equal(end[1].diag, BFD_DIAG_TIME_EXPIRED);
		assert_int_equal(end[0].diag, BFD_DIAG_NEIGHBOR_DOWN);
		assert_string_equal(end[0].why, "the neighbour said down");
		assert_true(end[0].since - cut < 30 * MSEC + 2 * delay);
		/* and stays so: packets that do arrive bring no end Up */
		pass(20 * SEC);
		assert_true(end[0].state != BFD_UP && end[1].state != BFD_UP);
		assert_int_equal(downs[0] + downs[1], 2);
		/* at most one packet a second and end while it lasts, and one for each change */
		assert_true(frames[0] + frames[1] < 400);
		loss[0] = 0;
		assert_true(until_up(5 * SEC) <= SEC + 10 * MSEC);
		pass(SEC);
		assert_true(is_up());
	}
}

static void
little_loss_is_no_alarm(void **state)
{
	(void)state;
	start(10, 10, 5, false, 3);
	until_up(5 * SEC);
	loss[0] = loss[1] = 1000; /* one in a thousand; five in a row are one in 10^15 */
	pass(3600 * SEC);
	assert_int_equal(downs[0] + downs[1], 0);
	assert_true(is_up());
}

static void
delay_and_jitter_of_the_path_are_no_alarm(void **state)
{
	(void)state;
	start(10, 10, 3, false, 5);
	delay = 9 * MSEC; /* up to 18, out of order at times */
	until_up(5 * SEC);
	pass(600 * SEC);
	assert_int_equal(downs[0] + downs[1], 0);
}

static void
heavy_loss_recovers_each_time(void **state)
{
	(void)state;
	start(10, 10, 3, false, 11);
	loss[0] = loss[1] = 500000;
	pass(600 * SEC);
	assert_true(downs[0] > 20 && downs[1] > 20);
	loss[0] = loss[1] = 0;
	pass(4 * SEC);
	assert_true(is_up());
}

static void
a_restart_is_noticed_and_both_come_up_again(void **state)
{
	const struct bfd_config again = config(1, 10, 3, false);

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		start(10, 10, 3, false, seed);
		until_up(5 * SEC);
		pass(SEC);
		/* the process was killed and is back 5 to 105 ms later, with another discriminator */
		loss[1] = 1000000;
		pass((5 + seed) * MSEC);
		loss[1] = 0;
		bfd_session_start(&end[1], &again, 1000 + seed, now);
		memset(wire, 0, sizeof(wire));
		pass(delay * 4);
		pass(1100 * MSEC);
		assert_true(is_up());
		assert_int_equal(end[0].counters.down, 1);
	}
}

static void
leaving_in_order_is_no_failure(void **state)
{
	(void)state;
	start(300, 300, 3, false, 2);
	until_up(5 * SEC);
	pass(SEC);
	bfd_session_stop(&end[0], now);
	pass(60 * SEC);
	assert_true(bfd_session_stopped(&end[0]));
	assert_int_equal(end[1].state, BFD_DOWN);
	assert_string_equal(end[1].why, "the neighbour is administratively down");
	assert_true(bfd_session_good(&end[1]));
}

static void
intervals_change_while_up_without_an_alarm(void **state)
{
	static const uint32_t intervals[] = {10, 1000, 20, 10000, 10, 300};

	(void)state;
	start(300, 300, 3, false, 9);
	until_up(5 * SEC);
	for (int round = 0; round < 60; round++) {
		struct bfd_config c = config(round & 1, intervals[round % 6], 3, false);

		bfd_session_configure(&end[round & 1], &c, now);
		pass(dice() % (20 * SEC));
		assert_true(is_up());
	}
	assert_int_equal(downs[0] + downs[1], 0);
	pass(60 * SEC);
	assert_int_equal(bfd_session_interval(&end[0]), bfd_session_interval(&end[1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_come_up_within_the_flight_of_three_packets),
		cmocka_unit_test(unequal_intervals_meet_at_the_slower),
		cmocka_unit_test(a_dead_cable_is_noticed_in_under_three_intervals),
		cmocka_unit_test(a_cable_dead_in_one_direction_is_down_at_both_ends),
		cmocka_unit_test(little_loss_is_no_alarm),
		cmocka_unit_test(delay_and_jitter_of_the_path_are_no_alarm),
		cmocka_unit_test(heavy_loss_recovers_each_time),
		cmocka_unit_test(a_restart_is_noticed_and_both_come_up_again),
		cmocka_unit_test(leaving_in_order_is_no_failure),
		cmocka_unit_test(intervals_change_while_up_without_an_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
