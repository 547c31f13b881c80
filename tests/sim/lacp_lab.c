/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_lab.c - several LACP systems on simulated wires. */
#include "lacp_lab.h"

struct lab lab;

#define NS(msec) ((msec)*LACP_MSEC)

uint64_t
lab_ms(void)
{
	return lab.now / LACP_MSEC;
}

uint32_t
lab_random(uint32_t n)
{
	lab.random ^= lab.random << 13;
	lab.random ^= lab.random >> 7;
	lab.random ^= lab.random << 17;
	return (uint32_t)(lab.random >> 16) % n;
}

static bool
on_path(void *ctx, struct lacp_port *p, bool collecting, bool distributing)
{
	struct lab_system *s = ctx;
	struct lab_port *l = &s->port[p->slot + 1];

	l->rx_want = collecting;
	l->tx_want = distributing;
	if (s->path_delay) {
		l->path_at = lab.now + NS(s->path_delay);
		return false;
	}
	l->rx_open = collecting;
	l->tx_open = distributing;
	return true;
}

static void
on_done(void *ctx, struct lacp_port *p, uint32_t transaction, bool answered)
{
	const struct lab_system *s = ctx;

	if (lab.on_marker)
		lab.on_marker((unsigned int)(s - lab.sys), p->slot + 1U, transaction, answered);
}

int
lab_setup(void **state)
{
	LAB_UNUSED(state);
	memset(&lab, 0, sizeof(lab));
	lab.random = 88172645463325252;
	for (unsigned int i = 0; i < LAB_SYSTEMS; i++) {
		struct lab_system *s = &lab.sys[i];

		s->config = lacp_config_default();
		memcpy(s->config.sys, "\x02\0\0\0\0\0", 6);
		s->config.sys[5] = (uint8_t)(i + 1);
		for (unsigned int p = 1; p <= LAB_PORTS; p++) {
			s->port[p].config = lacp_port_config_default();
			s->port[p].config.number = (uint16_t)(10 * i + p);
			s->port[p].config.key = (uint16_t)(0x10 * (i + 1));
			memcpy(s->port[p].config.mac, "\x02\0\0\0\0\0", 6);
			s->port[p].config.mac[4] = (uint8_t)(i + 1);
			s->port[p].config.mac[5] = (uint8_t)p;
		}
	}
	return 0;
}

void
lab_start(unsigned int sys, unsigned int n)
{
	struct lab_system *s = &lab.sys[sys];
	const struct lacp_hooks hooks = {.ctx = s, .path = on_path, .marker_done = on_done};

	s->used = true;
	assert_int_equal(lacp_system_init(&s->sys, &s->config, &hooks, lab.now), 0);
	for (unsigned int p = 1; p <= n; p++) {
		s->port[p].rx_open = s->port[p].tx_open = false;
		s->port[p].path_at = LACP_NEVER;
		s->port[p].n_sent = 0;
		assert_int_equal(lacp_port_add(&s->sys, p - 1, &s->port[p].config, lab.now), 0);
	}
	for (unsigned int w = 0; w < LAB_WIRES; w++)
		for (int e = 0; e < 2; e++)
			if (lab.wire[w].used && lab.wire[w].up && lab.wire[w].end[e].sys == sys)
				lacp_port_link(lab_port(sys, lab.wire[w].end[e].port), true, 10000,
					       LACP_DUPLEX_FULL, lab.now);
}

struct lacp_port *
lab_port(unsigned int sys, unsigned int port)
{
	struct lacp_port *p = lacp_port(&lab.sys[sys].sys, port - 1);

	assert_non_null(p);
	return p;
}

unsigned int
lab_plug(unsigned int sys_a, unsigned int port_a, unsigned int sys_b, unsigned int port_b)
{
	unsigned int w = 0;

	while (lab.wire[w].used)
		w++;
	assert_in_range(w, 0, LAB_WIRES - 1);
	lab.wire[w] = (struct lab_wire){
		.used = true, .end = {{sys_a, port_a}, {sys_b, port_b}}, .delay = 1};
	return w;
}

static void
lose_frames_of(unsigned int wire)
{
	for (unsigned int i = 0; i < lab.n_frames;)
		if (lab.frame[i].wire == wire)
			lab.frame[i] = lab.frame[--lab.n_frames];
		else
			i++;
}

void
lab_link(unsigned int wire, bool up)
{
	struct lab_wire *w = &lab.wire[wire];

	w->up = up;
	if (!up)
		lose_frames_of(wire);
	for (int e = 0; e < 2; e++)
		lacp_port_link(lab_port(w->end[e].sys, w->end[e].port), up, 10000, LACP_DUPLEX_FULL,
			       lab.now);
	lab_drain();
}

void
lab_replug(unsigned int wire, unsigned int end, unsigned int sys, unsigned int port)
{
	lab_link(wire, false);
	lab.wire[wire].end[end] = (struct lab_end){sys, port};
	lab_link(wire, true);
}

void
lab_configure(unsigned int sys)
{
	struct lab_system *s = &lab.sys[sys];

	assert_int_equal(lacp_system_configure(&s->sys, &s->config, lab.now), 0);
	lab_drain();
}

/* Which wire a port is plugged into, and which end of it. */
static struct lab_wire *
wire_of(unsigned int sys, unsigned int port, unsigned int *end)
{
	for (unsigned int w = 0; w < LAB_WIRES; w++)
		for (unsigned int e = 0; e < 2; e++)
			if (lab.wire[w].used && lab.wire[w].end[e].sys == sys &&
			    lab.wire[w].end[e].port == port) {
				*end = e;
				return &lab.wire[w];
			}
	return NULL;
}

void
lab_send(unsigned int sys, unsigned int port, const uint8_t *raw)
{
	const bool slow = raw[12] == 0x88 && raw[13] == 0x09;
	unsigned int e = 0;
	struct lab_wire *w = wire_of(sys, port, &e);
	struct lab_frame *f;

	assert_non_null(w);
	assert_true(w->up);
	if (slow && w->drop[e]) {
		w->drop[e]--;
		return;
	}
	if (w->mute[e] || (w->loss[e] && lab_random(1000000) < w->loss[e]))
		return;
	assert_in_range(lab.n_frames, 0, LAB_FRAMES - 1);
	f = &lab.frame[lab.n_frames++];
	f->at = lab.now + NS(w->delay);
	f->n = lab.frames_sent++;
	f->wire = (unsigned int)(w - lab.wire);
	f->to = !e;
	memcpy(f->raw, raw, LACP_FRAME_SIZE);
}

static void
check_rate(struct lab_port *p)
{
	if (p->n_sent++ >= 3)
		assert_true(lab.now - p->sent[2] >= LACP_SEC);
	p->sent[2] = p->sent[1];
	p->sent[1] = p->sent[0];
	p->sent[0] = lab.now;
}

/* One aggregator at most is open, and only ports that say so. */
static void
check_system(const struct lab_system *s)
{
	const struct lacp_aggregator *open = NULL;

	lacp_foreach_port_const (&s->sys, p) {
		const struct lab_port *l = &s->port[p->slot + 1];

		assert_true(l->rx_open || !(p->actor.state & LACP_COLLECTING));
		assert_true(!l->tx_open || p->actor.state & LACP_DISTRIBUTING || s->path_delay);
		if (!l->tx_open || s->path_delay)
			continue;
		assert_true(!open || open == p->agg);
		open = p->agg;
	}
	assert_null(lacp_broken(&s->sys));
}

void
lab_drain(void)
{
	uint8_t buf[LACP_FRAME_SIZE];

	for (unsigned int i = 0; i < LAB_SYSTEMS; i++) {
		struct lab_system *s = &lab.sys[i];

		if (!s->used)
			continue;
		check_system(s);
		for (unsigned int p = 1; p <= LAB_PORTS; p++) {
			struct lacp_port *port = lacp_port(&s->sys, p - 1);

			while (port && lacp_output(port, buf, lab.now)) {
				if (buf[14] == 1)
					check_rate(&s->port[p]);
				lab_send(i, p, buf);
			}
		}
	}
}

static void
deliver(const struct lab_frame *f)
{
	struct lab_wire *w = &lab.wire[f->wire];
	const struct lab_end *to = &w->end[f->to];
	struct lacp_port *p = lab_port(to->sys, to->port);
	const enum lacp_parse parse = lacp_input(p, f->raw, LACP_FRAME_SIZE, lab.now);

	if (parse == LACP_PARSE_LACPDU)
		w->last_pdu[!f->to] = lab.now;
	if (lacp_parse_is_data(parse) && lab.sys[to->sys].port[to->port].rx_open && lab.on_data)
		lab.on_data(to->sys, to->port, f->raw);
}

/* Everything that arrives now, in the order in which it was sent. */
static void
deliver_due(void)
{
	for (;;) {
		struct lab_frame f = {.at = LACP_NEVER, .n = UINT64_MAX};
		unsigned int at = 0;

		for (unsigned int i = 0; i < lab.n_frames; i++)
			if (lab.frame[i].at <= lab.now && lab.frame[i].n < f.n) {
				f = lab.frame[i];
				at = i;
			}
		if (f.at == LACP_NEVER)
			return;
		lab.frame[at] = lab.frame[--lab.n_frames];
		deliver(&f);
		lab_drain();
	}
}

static void
finish_paths(struct lab_system *s)
{
	for (unsigned int p = 1; p <= LAB_PORTS; p++) {
		struct lab_port *l = &s->port[p];

		if (!lacp_port(&s->sys, p - 1) || lab.now < l->path_at)
			continue;
		l->path_at = LACP_NEVER;
		l->rx_open = l->rx_want;
		l->tx_open = l->tx_want;
		lacp_path_done(lacp_port(&s->sys, p - 1), l->rx_open, l->tx_open, lab.now);
	}
}

static uint64_t
next_event(uint64_t limit)
{
	for (unsigned int i = 0; i < LAB_SYSTEMS; i++) {
		uint64_t at;

		if (!lab.sys[i].used)
			continue;
		at = lacp_deadline(&lab.sys[i].sys);
		if (at < limit)
			limit = at;
		for (unsigned int p = 1; p <= LAB_PORTS; p++)
			if (lacp_port(&lab.sys[i].sys, p - 1) && lab.sys[i].port[p].path_at < limit)
				limit = lab.sys[i].port[p].path_at;
	}
	for (unsigned int f = 0; f < lab.n_frames; f++)
		if (lab.frame[f].at < limit)
			limit = lab.frame[f].at;
	return limit > lab.now ? limit : lab.now;
}

void
lab_go(uint64_t msec)
{
	const uint64_t end = lab.now + NS(msec);
	unsigned int still = 0;

	lab_drain();
	while (lab.now < end) {
		const uint64_t next = next_event(end);

		still = next == lab.now ? still + 1 : 0;
		assert_in_range(still, 0, 50);
		lab.now = next;
		deliver_due();
		for (unsigned int i = 0; i < LAB_SYSTEMS; i++)
			if (lab.sys[i].used) {
				finish_paths(&lab.sys[i]);
				if (lacp_deadline(&lab.sys[i].sys) <= lab.now)
					lacp_tick(&lab.sys[i].sys, lab.now);
			}
		lab_drain();
	}
}

bool
lab_carries(unsigned int sys, unsigned int port)
{
	return lab.sys[sys].port[port].rx_open && lab.sys[sys].port[port].tx_open;
}

uint8_t
lab_state(unsigned int sys, unsigned int port)
{
	return lab_port(sys, port)->actor.state;
}
