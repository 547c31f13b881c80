/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_hand.c - one BFD session against a neighbour made by hand. */
#include "bfd_hand.h"

/* A session and what it sent last. The neighbour is a packet that tests change and send. */
struct bfd_session s;
uint64_t now;
struct bfd_frame them; /* what they say next */
struct bfd_frame sent;
unsigned int n_sent;

struct bfd_config
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

void
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

enum bfd_parse
hear(void)
{
	uint8_t buf[BFD_FRAME_SIZE];
	const size_t len = bfd_frame_build(buf, &them);

	return bfd_session_input(&s, buf, len, now);
}

/* They speak in this state, knowing us. */
void
say(enum bfd_state state)
{
	them.packet.state = state;
	them.packet.your_discriminator = s.my_discriminator;
	assert_int_equal(hear(), BFD_PARSE_OK);
}

void
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

void
start(void)
{
	const struct bfd_config c = config(10, 3);

	start_with(&c);
}

/* As far as state Up, with the neighbour at 10 ms as well, and the Poll Sequence over. */
void
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
void
pass(uint64_t until)
{
	while (bfd_session_deadline(&s) < until) {
		now = bfd_session_deadline(&s) > now ? bfd_session_deadline(&s) : now;
		bfd_session_tick(&s, now);
		drain();
	}
	now = until;
}
