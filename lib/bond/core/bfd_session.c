/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_session.c - a BFD session: its state table, its timers, what it hears; RFC 5880 6.8. */
#include <string.h>

#include "bfd_internal.h"

#define HURRY (100 * BFD_MSEC) /* shortest time between packets that bfd_session_hurry() sends */

/* A row a state, a column for what happens to it: 6.2, and 6.8.6 for what is heard. */
static const uint8_t table[4][BFD_HAPPENINGS] = {
	/* heard: admin down, down, init, up; time expired, stop, start */
	[BFD_ADMIN_DOWN] = {BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN,
			    BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_DOWN},
	[BFD_DOWN] = {BFD_DOWN, BFD_INIT, BFD_UP, BFD_DOWN, BFD_DOWN, BFD_ADMIN_DOWN, BFD_DOWN},
	[BFD_INIT] = {BFD_DOWN, BFD_INIT, BFD_UP, BFD_UP, BFD_DOWN, BFD_ADMIN_DOWN, BFD_INIT},
	[BFD_UP] = {BFD_DOWN, BFD_DOWN, BFD_UP, BFD_UP, BFD_DOWN, BFD_ADMIN_DOWN, BFD_UP},
};

/* What a change is told to come from, here and to the other end. */
static const struct {
	const char *why;
	enum bfd_diag diag; /* of a session that goes down for it */
} happenings[BFD_HAPPENINGS] = {
	[BFD_HEARD_ADMIN_DOWN] = {"the neighbour is administratively down", BFD_DIAG_NEIGHBOR_DOWN},
	[BFD_HEARD_DOWN] = {"the neighbour said down", BFD_DIAG_NEIGHBOR_DOWN},
	[BFD_HEARD_INIT] = {"the neighbour said init", BFD_DIAG_NONE},
	[BFD_HEARD_UP] = {"the neighbour said up", BFD_DIAG_NONE},
	[BFD_TIME_EXPIRED] = {"detection timed out", BFD_DIAG_TIME_EXPIRED},
	[BFD_STOP] = {"administratively down here", BFD_DIAG_ADMIN_DOWN},
	[BFD_START] = {"started", BFD_DIAG_NONE},
};

enum bfd_state
bfd_next(enum bfd_state state, enum bfd_happening what)
{
	return table[state][what];
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
interval_us(const struct bfd_session *s)
{
	return s->config.interval_ms * 1000;
}

/* bfd.DesiredMinTxInterval, 6.8.3: slow unless Up. */
uint32_t
bfd_session_desired_us(const struct bfd_session *s)
{
	return s->state == BFD_UP ? interval_us(s) : larger(BFD_SLOW_US, interval_us(s));
}

uint64_t
bfd_session_interval(const struct bfd_session *s)
{
	if (s->remote_min_rx_us == 0 ||
	    (s->remote_demand && s->state == BFD_UP && s->remote_state == BFD_UP))
		return 0;
	return larger(s->tx_us, s->remote_min_rx_us) * UINT64_C(1000);
}

uint64_t
bfd_session_detection(const struct bfd_session *s)
{
	return s->remote_multiplier * UINT64_C(1000) * larger(s->rx_us, s->remote_min_tx_us);
}

/*
 * A Poll Sequence has ended, or none is needed: values that make the other end late, or us, count
 * from now on, 6.8.3. Others count from the moment of their change.
 */
static void
settle_timers(struct bfd_session *s)
{
	s->tx_us = bfd_session_desired_us(s);
	s->rx_us = interval_us(s);
}

/* Our timer values changed while the session is Up. */
static void
poll(struct bfd_session *s)
{
	if (bfd_session_desired_us(s) < s->tx_us)
		s->tx_us = bfd_session_desired_us(s);
	s->rx_us = larger(s->rx_us, interval_us(s));
	s->poll_again = s->poll;
	s->poll = true;
}

static void
entered_up(struct bfd_session *s)
{
	s->diag = BFD_DIAG_NONE;
	s->was_up = true;
	s->released = false;
	s->told_up = false;
	s->counters.up++;
	poll(s); /* from the slow interval to ours */
}

static void
left_up(struct bfd_session *s)
{
	s->poll = s->poll_again = false;
	s->counters.down++;
}

/* The one way from a state into another. */
static void
happen(struct bfd_session *s, enum bfd_happening what, uint64_t now)
{
	const enum bfd_state old = s->state, state = bfd_next(old, what);

	if (what == BFD_HEARD_ADMIN_DOWN && state == BFD_DOWN)
		s->released = true;
	if (state == old)
		return;
	s->state = state;
	s->since = now;
	s->why = happenings[what].why;
	if (state <= BFD_DOWN)
		s->diag = happenings[what].diag;
	if (old == BFD_UP)
		left_up(s);
	if (state == BFD_UP)
		entered_up(s);
	else
		settle_timers(s);
	s->changed = true;
}

/* Nothing was heard for the detection time: the other end is as unknown as in the beginning. */
static void
forget_remote(struct bfd_session *s)
{
	s->your_discriminator = 0;
	s->remote_state = BFD_DOWN;
	s->remote_min_rx_us = 1;
	s->remote_demand = false;
	s->expires = BFD_NEVER;
}

void
bfd_session_start(struct bfd_session *s, const struct bfd_config *config, uint64_t seed,
		  uint64_t now)
{
	*s = (struct bfd_session){
		.used = true,
		.config = *config,
		.state = BFD_DOWN,
		.why = happenings[BFD_START].why,
		.since = now,
		.rng = seed,
		.next_tx = now,
	};
	while (s->my_discriminator == 0)
		s->my_discriminator = (uint32_t)(bfd_session_chance(s) >> 32);
	forget_remote(s);
	settle_timers(s);
}

void
bfd_session_configure(struct bfd_session *s, const struct bfd_config *config, uint64_t now)
{
	const bool new_interval = config->interval_ms != s->config.interval_ms;

	s->changed |= new_interval || config->multiplier != s->config.multiplier;
	s->config = *config;
	if (new_interval && s->state == BFD_UP)
		poll(s);
	else if (new_interval)
		settle_timers(s);
	bfd_session_reschedule(s, now);
}

void
bfd_session_hurry(struct bfd_session *s, uint64_t now)
{
	const uint64_t soon = s->counters.tx ? s->last_tx + HURRY : now;

	if (s->used && s->state != BFD_UP && s->state != BFD_ADMIN_DOWN && soon < s->next_tx)
		s->next_tx = soon > now ? soon : now;
}

void
bfd_session_stop(struct bfd_session *s, uint64_t now)
{
	if (!s->used || s->state == BFD_ADMIN_DOWN)
		return;
	happen(s, BFD_STOP, now);
	s->farewells = BFD_FAREWELLS;
	s->final = false;
	s->expires = BFD_NEVER;
}

/* Take over what a packet says, 6.8.6 from "set bfd.RemoteDiscr" on. */
static void
hear(struct bfd_session *s, const struct bfd_packet *p, uint64_t now)
{
	s->your_discriminator = p->my_discriminator;
	s->remote_state = (enum bfd_state)p->state;
	s->remote_diag = p->diag;
	s->remote_demand = p->demand;
	s->remote_min_rx_us = p->required_min_rx_us;
	s->remote_min_tx_us = p->desired_min_tx_us;
	s->remote_multiplier = p->multiplier;
	if (s->poll && p->final) {
		s->poll = s->poll_again; /* this was the answer to the older values */
		s->poll_again = false;
		if (!s->poll)
			settle_timers(s);
	}
	happen(s, (enum bfd_happening)p->state, now);
	s->final |= p->poll;
	s->expires = now + bfd_session_detection(s);
	bfd_session_reschedule(s, now);
}

/* Whose packet is it? The cable names the session; the rest must agree. */
static enum bfd_parse
judge(const struct bfd_session *s, const struct bfd_frame *f)
{
	if (!bfd_addr_equal(&f->src, &s->config.remote) ||
	    !bfd_addr_equal(&f->dst, &s->config.local))
		return BFD_REFUSE_ADDRESS;
	if (f->packet.your_discriminator != 0 &&
	    f->packet.your_discriminator != s->my_discriminator)
		return BFD_REFUSE_SESSION;
	return s->state == BFD_ADMIN_DOWN ? BFD_REFUSE_ADMIN_DOWN : BFD_PARSE_OK;
}

enum bfd_parse
bfd_session_input(struct bfd_session *s, const uint8_t *frame, size_t len, uint64_t now)
{
	struct bfd_frame f;
	enum bfd_parse parse;

	if (!s->used)
		return BFD_REFUSE_DISABLED;
	parse = bfd_frame_parse(frame, len, &f);
	if (parse == BFD_PARSE_OK)
		parse = judge(s, &f);
	if (parse != BFD_PARSE_OK) {
		s->counters.refused[parse]++;
		return parse;
	}
	s->counters.rx++;
	memcpy(s->remote_mac, f.src_mac, sizeof(s->remote_mac));
	hear(s, &f.packet, now);
	return BFD_PARSE_OK;
}

void
bfd_session_tick(struct bfd_session *s, uint64_t now)
{
	if (!s->used || now < s->expires)
		return;
	forget_remote(s);
	happen(s, BFD_TIME_EXPIRED, now);
	bfd_session_reschedule(s, now);
}

bool
bfd_session_good(const struct bfd_session *s)
{
	return !s->used || s->state == BFD_UP || s->state == BFD_ADMIN_DOWN || s->released ||
	       (!s->was_up && !s->config.required);
}
