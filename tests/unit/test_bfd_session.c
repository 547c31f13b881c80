/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_session.c - the states of a BFD session: how it comes up, goes down, and whom it believes. */
#include "bfd_hand.h"

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
		cmocka_unit_test(the_neighbour_takes_it_down),
		cmocka_unit_test(a_neighbour_that_goes_admin_down_says_nothing_about_the_path),
		cmocka_unit_test(a_session_that_never_was_up_is_judged_only_when_required),
		cmocka_unit_test(a_stopped_session_tells_it_three_times_and_ends),
		cmocka_unit_test(a_restarted_neighbour_is_taken_for_what_it_is),
		cmocka_unit_test(its_own_address_is_used_from_the_second_up_packet_on),
		cmocka_unit_test(forged_frames_are_counted_and_without_effect),
		cmocka_unit_test(discriminators_are_never_zero_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
