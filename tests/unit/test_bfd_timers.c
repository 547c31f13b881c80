/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_timers.c - the timers of a BFD session: pace, jitter, detection, Poll Sequences. */
#include "bfd_hand.h"

static void
jitter_is_a_quarter_and_never_late_with_a_multiplier_of_one(void **state)
{
	static const struct {
		uint8_t multiplier;
		uint64_t most;
	} rows[] = {{3, 10000}, {1, 9000}, {255, 10000}};

	(void)state;
	for (int r = 0; r < 3; r++) {
		const struct bfd_config c = config(10, rows[r].multiplier);
		uint64_t least = UINT64_MAX, most = 0;

		start_with(&c);
		come_up();
		for (int i = 0; i < 2000; i++) {
			const uint64_t last = now;

			assert_int_equal(s.state, BFD_UP);
			now = s.next_tx;
			say(BFD_UP);
			drain();
			least = now - last < least ? now - last : least;
			most = now - last > most ? now - last : most;
		}
		assert_true(least >= 7500 * 1000 && least < 7600 * 1000);
		assert_true(most <= rows[r].most * 1000 && most > rows[r].most * 990);
	}
}

static void
the_slower_of_both_ends_sets_the_pace(void **state)
{
	(void)state;
	start();
	come_up();
	assert_int_equal(bfd_session_interval(&s), 10 * MSEC);
	them.packet.required_min_rx_us = 50000;
	say(BFD_UP);
	assert_int_equal(bfd_session_interval(&s), 50 * MSEC);
	for (int i = 0; i < 20; i++) {
		const uint64_t last = s.last_tx;

		now = s.next_tx;
		say(BFD_UP);
		drain();
		assert_true(now - last >= 37500000 && now - last <= 50 * MSEC);
	}
	them.packet.required_min_rx_us = 0; /* none, please */
	say(BFD_UP);
	assert_int_equal(bfd_session_interval(&s), 0);
	n_sent = 0;
	pass(now + 29 * MSEC);
	assert_int_equal(n_sent, 0);
}

static void
it_answers_a_poll_at_once_and_only_that(void **state)
{
	(void)state;
	start();
	come_up();
	n_sent = 0;
	them.packet.poll = true;
	now += MSEC;
	say(BFD_UP);
	drain();
	assert_int_equal(n_sent, 1);
	assert_true(sent.packet.final && !sent.packet.poll);
	them.packet.poll = false;
	now += MSEC;
	say(BFD_UP);
	drain();
	assert_int_equal(n_sent, 1);
}

static void
a_demanding_neighbour_gets_silence_but_answers(void **state)
{
	(void)state;
	start();
	come_up();
	them.packet.demand = true;
	say(BFD_UP);
	n_sent = 0;
	pass(now + 29 * MSEC);
	assert_int_equal(n_sent, 0);
	them.packet.poll = true;
	say(BFD_UP);
	drain();
	assert_int_equal(n_sent, 1);
	assert_true(sent.packet.final);
}

static void
detection_is_their_multiplier_of_the_slower_interval(void **state)
{
	static const struct {
		uint32_t interval_ms, desired_us;
		uint8_t multiplier;
		uint64_t ms;
	} rows[] = {{10, 10000, 3, 30}, {10, 50000, 3, 150},    {50, 10000, 3, 150},
		    {10, 10000, 1, 10}, {10, 10000, 255, 2550}, {300, 100000, 5, 1500}};

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		const struct bfd_config c = config(rows[r].interval_ms, 7);
		uint64_t heard;

		start_with(&c);
		come_up();
		them.packet.desired_min_tx_us = rows[r].desired_us;
		them.packet.multiplier = rows[r].multiplier;
		say(BFD_UP);
		heard = now;
		assert_int_equal(bfd_session_detection(&s), rows[r].ms * MSEC);
		pass(heard + rows[r].ms * MSEC - 1);
		assert_int_equal(s.state, BFD_UP);
		assert_true(bfd_session_good(&s));
		n_sent = 0;
		pass(heard + rows[r].ms * MSEC + 1);
		assert_int_equal(s.state, BFD_DOWN);
		assert_int_equal(s.since, heard + rows[r].ms * MSEC);
		assert_string_equal(s.why, "detection timed out");
		assert_false(bfd_session_good(&s));
		assert_true(n_sent >= 1); /* they are told at once */
		assert_int_equal(sent.packet.diag, BFD_DIAG_TIME_EXPIRED);
		assert_int_equal(sent.packet.state, BFD_DOWN);
		assert_int_equal(sent.packet.your_discriminator, 0);
		assert_int_equal(sent.packet.desired_min_tx_us, 1000000);
		assert_int_equal(s.counters.down, 1);
	}
}

static void
a_frame_at_the_very_end_is_in_time(void **state)
{
	(void)state;
	start();
	come_up();
	now += 30 * MSEC;
	say(BFD_UP);
	bfd_session_tick(&s, now);
	assert_int_equal(s.state, BFD_UP);
}

static void
init_times_out_as_well(void **state)
{
	(void)state;
	start();
	drain();
	say(BFD_DOWN);
	assert_int_equal(s.state, BFD_INIT);
	pass(now + 3 * SEC + 1);
	assert_int_equal(s.state, BFD_DOWN);
	assert_int_equal(s.diag, BFD_DIAG_TIME_EXPIRED);
	assert_int_equal(s.your_discriminator, 0);
	assert_int_equal(s.counters.down, 0);
}

/* Up at 10 ms, and polling for 300 ms. @return the new configuration */
static struct bfd_config
ask_for_longer(void)
{
	const struct bfd_config c = config(300, 3);

	start();
	come_up();
	bfd_session_configure(&s, &c, now);
	drain();
	return c;
}

static void
a_longer_interval_waits_for_the_final(void **state)
{
	(void)state;
	ask_for_longer();
	assert_true(sent.packet.poll);
	assert_int_equal(sent.packet.desired_min_tx_us, 300000);
	assert_int_equal(bfd_session_interval(&s), 10 * MSEC); /* they may not know it yet */
	say(BFD_UP);
	assert_int_equal(bfd_session_interval(&s), 10 * MSEC);
	them.packet.final = true;
	say(BFD_UP);
	assert_int_equal(bfd_session_interval(&s), 300 * MSEC);
	drain();
	now = s.next_tx;
	drain();
	assert_false(sent.packet.poll);
	assert_int_equal(s.state, BFD_UP);
}

static void
a_shorter_interval_is_kept_at_once_and_expected_after_the_final(void **state)
{
	struct bfd_config c = config(300, 3);

	(void)state;
	start_with(&c);
	come_up();
	them.packet.desired_min_tx_us = 10000;
	say(BFD_UP);
	assert_int_equal(bfd_session_detection(&s), 900 * MSEC);
	c.interval_ms = 10;
	bfd_session_configure(&s, &c, now);
	assert_int_equal(bfd_session_interval(&s), 10 * MSEC);
	assert_int_equal(bfd_session_detection(&s), 900 * MSEC); /* they may still be slow */
	drain();
	them.packet.final = true;
	say(BFD_UP);
	assert_int_equal(bfd_session_detection(&s), 30 * MSEC);
}

static void
a_change_within_a_poll_is_polled_for_again(void **state)
{
	struct bfd_config c = ask_for_longer();

	(void)state;
	c.interval_ms = 500;
	bfd_session_configure(&s, &c, now);
	them.packet.final = true; /* to the first one */
	say(BFD_UP);
	assert_true(s.poll);
	assert_int_equal(bfd_session_interval(&s), 10 * MSEC);
	drain();
	assert_true(sent.packet.poll);
	say(BFD_UP);
	assert_int_equal(bfd_session_interval(&s), 500 * MSEC);
}

static void
hurrying_is_limited(void **state)
{
	(void)state;
	start();
	drain();
	n_sent = 0;
	for (int ms = 0; ms < 1000; ms++) { /* a cable that flaps 1000 times a second */
		now += MSEC;
		bfd_session_hurry(&s, now);
		if (now >= s.next_tx)
			drain();
	}
	assert_true(n_sent >= 9 && n_sent <= 11);
	memset(&s, 0, sizeof(s)); /* no session */
	bfd_session_hurry(&s, now);
	bfd_session_tick(&s, now);
	assert_int_equal(bfd_session_deadline(&s), BFD_NEVER);
	assert_int_equal(hear(), BFD_REFUSE_DISABLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jitter_is_a_quarter_and_never_late_with_a_multiplier_of_one),
		cmocka_unit_test(the_slower_of_both_ends_sets_the_pace),
		cmocka_unit_test(it_answers_a_poll_at_once_and_only_that),
		cmocka_unit_test(a_demanding_neighbour_gets_silence_but_answers),
		cmocka_unit_test(detection_is_their_multiplier_of_the_slower_interval),
		cmocka_unit_test(a_frame_at_the_very_end_is_in_time),
		cmocka_unit_test(init_times_out_as_well),
		cmocka_unit_test(a_longer_interval_waits_for_the_final),
		cmocka_unit_test(a_shorter_interval_is_kept_at_once_and_expected_after_the_final),
		cmocka_unit_test(a_change_within_a_poll_is_polled_for_again),
		cmocka_unit_test(hurrying_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
