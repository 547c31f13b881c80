/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_session.c - one BFD session against a neighbour made by hand: states, timers, forgeries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bfd.h"

#define MSEC UINT64_C(1000000)
#define SEC  (1000 * MSEC)

/* A session and what it sent last. The neighbour is a packet that tests change and send. */
static struct bfd_session s;
static uint64_t now;
static struct bfd_frame them; /* what they say next */
static struct bfd_frame sent;
static unsigned int n_sent;

static struct bfd_config
config(uint32_t interval_ms, uint8_t multiplier)
{
	struct bfd_config c = {.interval_ms = interval_ms,
			       .multiplier = multiplier,
			       .mac = {2, 0, 0, 0, 0, 1},
			       .source_port = 50000};

	assert_int_equal(bfd_addr_parse("10.0.0.1", &c.local), 0);
	assert_int_equal(bfd_addr_parse("10.0.0.2", &c.remote), 0);
	return c;
}

static void
drain(void)
{
	uint8_t buf[BFD_FRAME_SIZE];
	size_t len;

	for (int i = 0; (len = bfd_session_output(&s, buf, now)) > 0; i++) {
		assert_int_equal(bfd_frame_parse(buf, len, &sent), BFD_PARSE_OK);
		assert_true(i < 2);
		n_sent++;
	}
	assert_true(bfd_session_deadline(&s) > now);
}

static enum bfd_parse
hear(void)
{
	uint8_t buf[BFD_FRAME_SIZE];
	const size_t len = bfd_frame_build(buf, &them);

	return bfd_session_input(&s, buf, len, now);
}

/* They speak in this state, knowing us. */
static void
say(enum bfd_state state)
{
	them.packet.state = state;
	them.packet.your_discriminator = s.my_discriminator;
	assert_int_equal(hear(), BFD_PARSE_OK);
}

static void
start_with(const struct bfd_config *c)
{
	now = 100 * SEC;
	n_sent = 0;
	bfd_session_start(&s, c, 42, now);
	them = (struct bfd_frame){
		.src_mac = {2, 0, 0, 0, 0, 2},
		.src = s.config.remote,
		.dst = s.config.local,
		.src_port = 60000,
		.packet = {.state = BFD_DOWN,
			   .multiplier = 3,
			   .my_discriminator = 77,
			   .desired_min_tx_us = 1000000,
			   .required_min_rx_us = 10000},
	};
}

static void
start(void)
{
	const struct bfd_config c = config(10, 3);

	start_with(&c);
}

/* As far as state Up, with the neighbour at 10 ms as well, and the Poll Sequence over. */
static void
come_up(void)
{
	drain();
	say(BFD_DOWN);
	say(BFD_UP);
	assert_int_equal(s.state, BFD_UP);
	them.packet.desired_min_tx_us = 10000;
	them.packet.final = true;
	drain();
	say(BFD_UP);
	them.packet.final = false;
	drain();
	assert_false(s.poll);
}

/* Let time pass, doing what is due. */
static void
pass(uint64_t until)
{
	while (bfd_session_deadline(&s) < until) {
		now = bfd_session_deadline(&s) > now ? bfd_session_deadline(&s) : now;
		bfd_session_tick(&s, now);
		drain();
	}
	now = until;
}

/* RFC 5880 6.2 and 6.8.6, by hand: what is heard or happens, in every state. */
static void
every_row_of_the_state_table(void **state)
{
	static const struct {
		enum bfd_state from;
		enum bfd_happening what;
		enum bfd_state to;
	} rows[] = {
		{BFD_ADMIN_DOWN, BFD_HEARD_ADMIN_DOWN, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_HEARD_DOWN, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_HEARD_INIT, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_HEARD_UP, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_TIME_EXPIRED, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_STOP, BFD_ADMIN_DOWN},
		{BFD_ADMIN_DOWN, BFD_START, BFD_DOWN},
		{BFD_DOWN, BFD_HEARD_ADMIN_DOWN, BFD_DOWN},
		{BFD_DOWN, BFD_HEARD_DOWN, BFD_INIT},
		{BFD_DOWN, BFD_HEARD_INIT, BFD_UP},
		{BFD_DOWN, BFD_HEARD_UP, BFD_DOWN},
		{BFD_DOWN, BFD_TIME_EXPIRED, BFD_DOWN},
		{BFD_DOWN, BFD_STOP, BFD_ADMIN_DOWN},
		{BFD_DOWN, BFD_START, BFD_DOWN},
		{BFD_INIT, BFD_HEARD_ADMIN_DOWN, BFD_DOWN},
		{BFD_INIT, BFD_HEARD_DOWN, BFD_INIT},
		{BFD_INIT, BFD_HEARD_INIT, BFD_UP},
		{BFD_INIT, BFD_HEARD_UP, BFD_UP},
		{BFD_INIT, BFD_TIME_EXPIRED, BFD_DOWN},
		{BFD_INIT, BFD_STOP, BFD_ADMIN_DOWN},
		{BFD_INIT, BFD_START, BFD_INIT},
		{BFD_UP, BFD_HEARD_ADMIN_DOWN, BFD_DOWN},
		{BFD_UP, BFD_HEARD_DOWN, BFD_DOWN},
		{BFD_UP, BFD_HEARD_INIT, BFD_UP},
		{BFD_UP, BFD_HEARD_UP, BFD_UP},
		{BFD_UP, BFD_TIME_EXPIRED, BFD_DOWN},
		{BFD_UP, BFD_STOP, BFD_ADMIN_DOWN},
		{BFD_UP, BFD_START, BFD_UP},
	};

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), 4 * BFD_HAPPENINGS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bfd_next(rows[i].from, rows[i].what) != rows[i].to)
			fail_msg("row %zu", i);
}

static void
it_begins_down_and_speaks_slowly_to_the_dedicated_address(void **state)
{
	static const uint8_t dedicated[] = {0x01, 0x00, 0x5e, 0x90, 0x00, 0x01};
	uint64_t last;

	(void)state;
	start();
	drain();
	assert_int_equal(n_sent, 1);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(sent.packet.state, BFD_DOWN);
		assert_int_equal(sent.packet.your_discriminator, 0);
		assert_int_not_equal(sent.packet.my_discriminator, 0);
		assert_int_equal(sent.packet.desired_min_tx_us, 1000000);
		assert_int_equal(sent.packet.required_min_rx_us, 10000);
		assert_int_equal(sent.packet.multiplier, 3);
		assert_int_equal(sent.src_port, 50000);
		assert_false(sent.packet.poll || sent.packet.final);
		assert_memory_equal(sent.dst_mac, dedicated, 6);
		assert_memory_equal(sent.src_mac, s.config.mac, 6);
		last = now;
		pass(bfd_session_deadline(&s) + 1);
		assert_true(now - last >= 750 * MSEC && now - last <= 1001 * MSEC);
	}
	assert_int_equal(n_sent, 51);
}

static void
three_packets_bring_it_up(void **state)
{
	(void)state;
	start();
	drain();
	assert_int_equal(hear(), BFD_PARSE_OK); /* Down, not knowing us */
	assert_int_equal(s.state, BFD_INIT);
	drain();
	assert_int_equal(n_sent, 2); /* at once, not when the slow timer says so */
	assert_int_equal(sent.packet.state, BFD_INIT);
	assert_int_equal(sent.packet.your_discriminator, 77);
	say(BFD_INIT);
	assert_int_equal(s.state, BFD_UP);
	assert_string_equal(s.why, "the neighbour said init");
	drain();
	assert_int_equal(sent.packet.state, BFD_UP);
	assert_true(sent.packet.poll); /* the interval changed */
	assert_int_equal(sent.packet.desired_min_tx_us, 10000);
	assert_true(bfd_session_good(&s));
}

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

static void
the_neighbour_takes_it_down(void **state)
{
	(void)state;
	start();
	come_up();
	say(BFD_DOWN);
	assert_int_equal(s.state, BFD_DOWN);
	assert_int_equal(s.diag, BFD_DIAG_NEIGHBOR_DOWN);
	assert_string_equal(s.why, "the neighbour said down");
	assert_false(bfd_session_good(&s));
	drain();
	assert_int_equal(sent.packet.state, BFD_DOWN);
	assert_int_equal(bfd_session_interval(&s), SEC);
}

static void
a_neighbour_that_goes_admin_down_says_nothing_about_the_path(void **state)
{
	struct bfd_config c = config(10, 3);

	(void)state;
	c.required = true;
	start_with(&c);
	assert_false(bfd_session_good(&s));
	come_up();
	say(BFD_ADMIN_DOWN);
	assert_int_equal(s.state, BFD_DOWN);
	assert_true(bfd_session_good(&s));
	pass(now + 10 * SEC); /* and then silent */
	assert_true(bfd_session_good(&s));
	say(BFD_DOWN);
	say(BFD_UP); /* it is back, and judged again */
	drain();
	pass(now + 4 * SEC);
	assert_int_equal(s.state, BFD_DOWN);
	assert_false(bfd_session_good(&s));
}

static void
a_session_that_never_was_up_is_judged_only_when_required(void **state)
{
	struct bfd_config c = config(10, 3);

	(void)state;
	start_with(&c);
	pass(now + 60 * SEC);
	assert_true(bfd_session_good(&s));
	c.required = true;
	start_with(&c);
	pass(now + 60 * SEC);
	assert_false(bfd_session_good(&s));
	come_up();
	assert_true(bfd_session_good(&s));
}

static void
a_stopped_session_tells_it_three_times_and_ends(void **state)
{
	(void)state;
	start();
	come_up();
	n_sent = 0;
	bfd_session_stop(&s, now);
	assert_true(bfd_session_good(&s));
	assert_false(bfd_session_stopped(&s));
	drain();
	assert_int_equal(sent.packet.state, BFD_ADMIN_DOWN);
	assert_int_equal(sent.packet.diag, BFD_DIAG_ADMIN_DOWN);
	pass(now + SEC);
	assert_int_equal(n_sent, 3);
	assert_true(bfd_session_stopped(&s));
	assert_int_equal(bfd_session_deadline(&s), BFD_NEVER);
	them.packet.your_discriminator = s.my_discriminator;
	assert_int_equal(hear(), BFD_REFUSE_ADMIN_DOWN);
	assert_int_equal(s.counters.refused[BFD_REFUSE_ADMIN_DOWN], 1);
	assert_int_equal(s.state, BFD_ADMIN_DOWN);
}

static void
a_restarted_neighbour_is_taken_for_what_it_is(void **state)
{
	(void)state;
	start();
	come_up();
	them.packet.my_discriminator = 78;
	them.packet.desired_min_tx_us = 1000000;
	them.packet.state = BFD_DOWN;
	them.packet.your_discriminator = 0; /* it knows nothing */
	assert_int_equal(hear(), BFD_PARSE_OK);
	assert_int_equal(s.state, BFD_DOWN);
	drain();
	assert_int_equal(sent.packet.your_discriminator, 78);
	assert_int_equal(hear(), BFD_PARSE_OK);
	assert_int_equal(s.state, BFD_INIT);
}

static void
its_own_address_is_used_from_the_second_up_packet_on(void **state)
{
	static const uint8_t dedicated[] = {0x01, 0x00, 0x5e, 0x90, 0x00, 0x01};
	struct bfd_config c = config(10, 3);

	(void)state;
	start_with(&c);
	drain();
	say(BFD_DOWN);
	drain();
	say(BFD_UP);
	drain();
	assert_int_equal(sent.packet.state, BFD_UP);
	assert_memory_equal(sent.dst_mac, dedicated, 6);
	now = s.next_tx;
	drain();
	assert_memory_equal(sent.dst_mac, them.src_mac, 6);
	say(BFD_DOWN);
	drain();
	assert_memory_equal(sent.dst_mac, dedicated, 6);

	c.multicast = true;
	start_with(&c);
	come_up();
	now = s.next_tx;
	drain();
	assert_memory_equal(sent.dst_mac, dedicated, 6);
}

static void
a_longer_interval_waits_for_the_final(void **state)
{
	struct bfd_config c = config(300, 3);

	(void)state;
	start();
	come_up();
	bfd_session_configure(&s, &c, now);
	drain();
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
	struct bfd_config c = config(300, 3);

	(void)state;
	start();
	come_up();
	bfd_session_configure(&s, &c, now);
	drain();
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
forged_frames_are_counted_and_without_effect(void **state)
{
	struct bfd_session before;
	struct bfd_frame good;
	uint8_t buf[BFD_FRAME_SIZE];

	(void)state;
	start();
	come_up();
	good = them;
	good.packet.state = BFD_DOWN;
	good.packet.your_discriminator = s.my_discriminator;
	before = s;

	them = good;
	them.packet.your_discriminator ^= 1;
	assert_int_equal(hear(), BFD_REFUSE_SESSION);
	them = good;
	them.src.octets[3] = 9;
	assert_int_equal(hear(), BFD_REFUSE_ADDRESS);
	them = good;
	them.dst.octets[3] = 9;
	assert_int_equal(hear(), BFD_REFUSE_ADDRESS);
	them.src = s.config.local; /* our own, looped back */
	them.dst = s.config.remote;
	assert_int_equal(hear(), BFD_REFUSE_ADDRESS);
	bfd_frame_build(buf, &good);
	buf[14 + 8] = 254;
	buf[14 + 10] += 1; /* the checksum knows it */
	assert_int_equal(bfd_session_input(&s, buf, sizeof(buf), now), BFD_REFUSE_TTL);
	for (size_t len = 0; len < 66; len++)
		assert_int_equal(bfd_session_input(&s, buf, len, now), BFD_REFUSE_RUNT);

	assert_int_equal(s.counters.refused[BFD_REFUSE_SESSION], 1);
	assert_int_equal(s.counters.refused[BFD_REFUSE_ADDRESS], 3);
	assert_int_equal(s.counters.refused[BFD_REFUSE_TTL], 1);
	assert_int_equal(s.counters.refused[BFD_REFUSE_RUNT], 66);
	assert_int_equal(s.counters.rx, before.counters.rx);
	before.counters = s.counters;
	assert_memory_equal(&before, &s, sizeof(s));
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

static void
discriminators_are_never_zero_and_differ(void **state)
{
	const struct bfd_config c = config(10, 3);
	uint32_t last = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		bfd_session_start(&s, &c, seed, 0);
		assert_true(s.my_discriminator != 0 && s.my_discriminator != last);
		last = s.my_discriminator;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_state_table),
		cmocka_unit_test(it_begins_down_and_speaks_slowly_to_the_dedicated_address),
		cmocka_unit_test(three_packets_bring_it_up),
		cmocka_unit_test(jitter_is_a_quarter_and_never_late_with_a_multiplier_of_one),
		cmocka_unit_test(the_slower_of_both_ends_sets_the_pace),
		cmocka_unit_test(it_answers_a_poll_at_once_and_only_that),
		cmocka_unit_test(a_demanding_neighbour_gets_silence_but_answers),
		cmocka_unit_test(detection_is_their_multiplier_of_the_slower_interval),
		cmocka_unit_test(a_frame_at_the_very_end_is_in_time),
		cmocka_unit_test(init_times_out_as_well),
		cmocka_unit_test(the_neighbour_takes_it_down),
		cmocka_unit_test(a_neighbour_that_goes_admin_down_says_nothing_about_the_path),
		cmocka_unit_test(a_session_that_never_was_up_is_judged_only_when_required),
		cmocka_unit_test(a_stopped_session_tells_it_three_times_and_ends),
		cmocka_unit_test(a_restarted_neighbour_is_taken_for_what_it_is),
		cmocka_unit_test(its_own_address_is_used_from_the_second_up_packet_on),
		cmocka_unit_test(a_longer_interval_waits_for_the_final),
		cmocka_unit_test(a_shorter_interval_is_kept_at_once_and_expected_after_the_final),
		cmocka_unit_test(a_change_within_a_poll_is_polled_for_again),
		cmocka_unit_test(forged_frames_are_counted_and_without_effect),
		cmocka_unit_test(hurrying_is_limited),
		cmocka_unit_test(discriminators_are_never_zero_and_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
