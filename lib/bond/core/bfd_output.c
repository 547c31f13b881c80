/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_output.c - what a BFD session sends, when, and to whom: RFC 5880 6.8.7, RFC 7130 2.3. */
#include <string.h>

#include "bfd_internal.h"

#define FAREWELL (10 * BFD_MSEC) /* between packets that say AdminDown */

/* RFC 7130 2.3: until the session is Up nobody can know another one. */
static const uint8_t dedicated_mac[6] = {0x01, 0x00, 0x5e, 0x90, 0x00, 0x01};

/* splitmix64 */
uint64_t
bfd_session_chance(struct bfd_session *s)
{
	uint64_t z = s->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* 75 to 100 % of the interval; with a multiplier of 1 no more than 90 %, or one would be too late. */
static uint64_t
jittered(struct bfd_session *s, uint64_t interval)
{
	const uint64_t spread = interval * (s->config.multiplier == 1 ? 15 : 25) / 100;

	return interval * 75 / 100 + bfd_session_chance(s) % (spread + 1);
}

static uint64_t
next_periodic(struct bfd_session *s)
{
	const uint64_t interval = bfd_session_interval(s);

	if (s->state == BFD_ADMIN_DOWN)
		return s->farewells ? s->last_tx + FAREWELL : BFD_NEVER;
	return interval ? s->last_tx + jittered(s, interval) : BFD_NEVER;
}

/*
 * Only where the interval asks for it: a packet that is due in time keeps its time, or else whoever
 * hears often enough would never speak.
 */
void
bfd_session_reschedule(struct bfd_session *s, uint64_t now)
{
	const uint64_t interval = bfd_session_interval(s);

	if (s->state == BFD_ADMIN_DOWN || s->counters.tx == 0)
		return;
	if (interval == 0)
		s->next_tx = BFD_NEVER;
	else if (s->next_tx > s->last_tx + interval || s->next_tx < s->last_tx + interval * 3 / 4)
		s->next_tx = next_periodic(s);
	if (s->next_tx < now)
		s->next_tx = now;
}

static struct bfd_packet
packet(const struct bfd_session *s)
{
	return (struct bfd_packet){
		.diag = s->diag,
		.state = s->state,
		.poll = s->poll && !s->final, /* never both */
		.final = s->final,
		.multiplier = s->config.multiplier,
		.my_discriminator = s->my_discriminator,
		.your_discriminator = s->your_discriminator,
		.desired_min_tx_us = bfd_session_desired_us(s),
		.required_min_rx_us = s->config.interval_ms * 1000,
	};
}

/* The first packet in state Up still goes to the dedicated address, later ones may not. */
static bool
knows_mac(const struct bfd_session *s)
{
	return s->state == BFD_UP && s->told_up && !s->config.multicast &&
	       (s->remote_mac[0] & 1) == 0;
}

static bool
is_due(const struct bfd_session *s, uint64_t now)
{
	if (s->state == BFD_ADMIN_DOWN)
		return s->farewells && (s->changed || now >= s->next_tx);
	return s->changed || s->final || now >= s->next_tx;
}

size_t
bfd_session_output(struct bfd_session *s, uint8_t *buf, uint64_t now)
{
	struct bfd_frame f = {.src = s->config.local, .dst = s->config.remote};

	if (!s->used || !is_due(s, now))
		return 0;
	f.src_port = s->config.source_port;
	f.packet = packet(s);
	memcpy(f.src_mac, s->config.mac, sizeof(f.src_mac));
	memcpy(f.dst_mac, knows_mac(s) ? s->remote_mac : dedicated_mac, sizeof(f.dst_mac));
	s->told_up = s->state == BFD_UP;
	s->changed = s->final = false;
	if (s->farewells)
		s->farewells--;
	s->counters.tx++;
	s->last_tx = now;
	s->next_tx = next_periodic(s);
	return bfd_frame_build(buf, &f);
}

bool
bfd_session_stopped(const struct bfd_session *s)
{
	return !s->used || (s->state == BFD_ADMIN_DOWN && s->farewells == 0);
}

uint64_t
bfd_session_deadline(const struct bfd_session *s)
{
	if (!s->used || bfd_session_stopped(s))
		return BFD_NEVER;
	if (s->changed || s->final)
		return 0;
	return s->next_tx < s->expires ? s->next_tx : s->expires;
}
