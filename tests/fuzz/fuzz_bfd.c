/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_bfd.c - a BFD session fed with any frames at any time keeps its rules. */
#include <stdlib.h>
#include <string.h>

#include "bfd.h"
#include "bfd_match.h"

/*
 * The input is a list of commands, one octet each, with arguments. The first way in takes frames as
 * they are; the second builds a packet that passes the checks, so that the machine is reached. In
 * any case the deadline leads to rest, what is sent can be parsed, and only what is accepted has an
 * effect.
 */

#define MSEC UINT64_C(1000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

static struct bfd_session s;
static struct bfd_config config;
static uint64_t now;

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static uint8_t
take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->data++;
}

static void
drain(void)
{
	uint8_t buf[BFD_FRAME_SIZE];
	struct bfd_frame f;
	size_t len;

	for (int i = 0; (len = bfd_session_output(&s, buf, now)) > 0; i++) {
		require(i < 2);
		require(bfd_frame_parse(buf, len, &f) == BFD_PARSE_OK);
		require(bond_bfd_is(buf, len));
		require(!(f.packet.poll && f.packet.final));
		require(f.packet.state == s.state);
		require(s.state == BFD_UP || f.packet.desired_min_tx_us >= BFD_SLOW_US);
	}
	require(bfd_session_deadline(&s) > now);
}

static void
pass(uint64_t span)
{
	const uint64_t until = now + span;

	for (unsigned int steps = 0; bfd_session_deadline(&s) <= until && steps < 2000; steps++) {
		if (bfd_session_deadline(&s) > now)
			now = bfd_session_deadline(&s);
		bfd_session_tick(&s, now);
		drain();
	}
	now = until > now ? until : now;
	bfd_session_tick(&s, now);
	drain();
}

static void
hear(const uint8_t *frame, size_t len)
{
	struct bfd_session before = s;
	uint8_t *copy = malloc(len + 1);
	enum bfd_parse parse;

	memcpy(copy, frame, len);
	parse = bfd_session_input(&s, copy, len, now);
	require(parse != BFD_PARSE_OK || bond_bfd_is(copy, len));
	free(copy);
	if (parse != BFD_PARSE_OK) {
		before.counters = s.counters;
		require(memcmp(&before, &s, sizeof(s)) == 0);
	}
	require(s.state == BFD_UP || s.state == BFD_INIT || s.your_discriminator == 0 ||
		s.expires != BFD_NEVER || s.state == BFD_ADMIN_DOWN);
}

static void
hear_built(struct input *in)
{
	const uint8_t what = take(in);
	uint8_t buf[BFD_FRAME_SIZE];
	size_t len;
	struct bfd_frame f = {
		.src_mac = {2, 0, 0, 0, 0, take(in)},
		.src = config.remote,
		.dst = config.local,
		.src_port = 50000,
		.packet = {.state = what & 3,
			   .poll = what & 4,
			   .final = what & 8,
			   .demand = what & 16,
			   .multiplier = take(in),
			   .my_discriminator = take(in),
			   .your_discriminator = what & 32 ? s.my_discriminator : take(in),
			   .desired_min_tx_us = (uint32_t)take(in) * (what & 64 ? 10000 : 16843009),
			   .required_min_rx_us =
				   (uint32_t)take(in) * (what & 128 ? 5000 : 16843009)},
	};

	len = bfd_frame_build(buf, &f);
	hear(buf, len);
}

static void
command(struct input *in)
{
	size_t len;

	switch (take(in) & 7) {
	case 0:
		pass(take(in) * MSEC);
		break;
	case 1:
		pass(take(in) * 100 * MSEC);
		break;
	case 2:
	case 3:
		hear_built(in);
		break;
	case 4:
		len = take(in);
		len = len < in->left ? len : in->left;
		hear(in->data, len);
		in->data += len;
		in->left -= len;
		break;
	case 5:
		config.interval_ms = 10 + take(in) * 39u;
		config.multiplier = take(in) | 1;
		config.required = take(in) & 1;
		bfd_session_configure(&s, &config, now);
		break;
	case 6:
		bfd_session_hurry(&s, now);
		break;
	case 7:
		if (take(in) < 32)
			bfd_session_stop(&s, now);
		else if (s.state == BFD_ADMIN_DOWN)
			bfd_session_start(&s, &config, take(in), now);
		break;
	}
	drain();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct bfd_frame f;

	bfd_frame_parse(data, size, &f);
	bond_bfd_is(data, size);
	config = (struct bfd_config){
		.interval_ms = 10, .multiplier = 3, .mac = {2}, .source_port = 49152};
	require(bfd_addr_parse(size & 1 ? "10.0.0.1" : "fd77::1", &config.local) == 0);
	require(bfd_addr_parse(size & 1 ? "10.0.0.2" : "fd77::2", &config.remote) == 0);
	now = 1000 * MSEC;
	memset(&s, 0, sizeof(s));
	bfd_session_start(&s, &config, size, now);
	drain();
	for (int i = 0; i < 200 && in.left; i++)
		command(&in);
	bfd_session_stop(&s, now);
	pass(1000 * MSEC);
	require(bfd_session_stopped(&s));
	return 0;
}
