/* SPDX-License-Identifier: BSD-3-Clause */
/* ad_lab.c - the lab of mode 802.3ad: its clock, its wires, its workers. */
#include "ad_lab.h"

#define LATENCY (50 * UINT64_C(1000)) /* of a wire */
#define FRAMES  256

/* A frame on its way. */
struct frame {
	uint64_t at;
	unsigned int wire, to; /* to: end of the wire */
	uint8_t octets[LACP_FRAME_SIZE];
};

struct lab lab;
static struct frame frames[FRAMES];
static unsigned int n_frames;

static unsigned int
index_of(const struct lab_side *s)
{
	return (unsigned int)(s - lab.side);
}

/* Events */

static void
continued(char *known, size_t size, const struct bond_event *e)
{
	if (known[0])
		assert_string_equal(known, e->from);
	snprintf(known, size, "%s", e->to);
}

/* Only why a member is outside the active aggregator is a state of its own. */
static bool
is_other_alarm(const struct bond_event *e)
{
	return strcmp(e->to, "reflection") == 0 || strcmp(e->to, "rate ignored") == 0 ||
	       strcmp(e->from, "rate ignored") == 0;
}

static void
on_event(void *ctx, const struct bond_event *e)
{
	struct lab_side *s = ctx;
	struct lab_event *r = &s->event[s->n_events];
	const uint8_t slot = e->member ? bond_member_find(&s->b, e->member) : BOND_NONE;

	assert_true(e->time == lab.now && e->lasted <= e->time);
	assert_true(e->reason && e->reason[0]);
	assert_string_not_equal(e->from, e->to);
	if (slot != BOND_NONE) {
		struct lab_told *t = &s->told[slot];

		if (strcmp(e->kind, "member") == 0)
			memset(t, 0, sizeof(*t)); /* a new one */
		else if (strcmp(e->kind, "role") == 0)
			continued(t->role, sizeof(t->role), e);
		else if (strcmp(e->kind, "lacp-rx") == 0)
			continued(t->rx, sizeof(t->rx), e);
		else if (strcmp(e->kind, "lacp-mux") == 0)
			continued(t->mux, sizeof(t->mux), e);
		else if (strcmp(e->kind, "lacp-alarm") == 0 && !is_other_alarm(e))
			continued(t->alarm, sizeof(t->alarm), e);
	}
	if (s->n_events == LAB_EVENTS)
		return;
	s->n_events++;
	r->at = lab_ms();
	snprintf(r->member, sizeof(r->member), "%s", e->member ? e->member : "");
	snprintf(r->kind, sizeof(r->kind), "%s", e->kind);
	snprintf(r->from, sizeof(r->from), "%s", e->from);
	snprintf(r->to, sizeof(r->to), "%s", e->to);
	snprintf(r->reason, sizeof(r->reason), "%s", e->reason);
	snprintf(r->first, sizeof(r->first), "%s", e->log_first ? e->log_first : "");
	snprintf(r->line, sizeof(r->line), "%s", e->log_line ? e->log_line : "");
	r->severity = e->severity;
}

const struct lab_event *
lab_event(const struct lab_side *s, const char *kind, const char *to, uint64_t since)
{
	for (const struct lab_event *e = s->event; e < s->event + s->n_events; e++)
		if (e->at >= since && strcmp(e->kind, kind) == 0 && (!to || !strcmp(e->to, to)))
			return e;
	return NULL;
}

/* The turn of the control threads */

static void
send_frame(struct lab_side *s, uint8_t slot, const uint8_t *octets)
{
	for (unsigned int w = 0; w < lab.n_wires; w++)
		for (unsigned int end = 0; end < 2; end++) {
			const struct lab_wire *x = &lab.wire[w];

			if (x->side[end] != index_of(s) || x->slot[end] != slot || !x->carrier ||
			    x->mute[end])
				continue;
			assert_true(n_frames < FRAMES);
			frames[n_frames] =
				(struct frame){.at = lab.now + LATENCY, .wire = w, .to = !end};
			memcpy(frames[n_frames++].octets, octets, LACP_FRAME_SIZE);
		}
}

static uint64_t
later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void
lab_settle(void)
{
	for (struct lab_side *s = lab.side; s < lab.side + lab.n_sides; s++) {
		uint8_t octets[LACP_FRAME_SIZE];

		if (s->b.dirty) {
			assert_true(s->n_views < LAB_VIEWS);
			bond_elect(&s->b, lab_view(s), &s->view[s->n_views]);
			s->applied_at[s->n_views] =
				later(s->applied_at[s->n_views - 1], lab.now + lab.view_delay);
			s->n_views++;
			s->b.dirty = false;
		}
		bond_foreach_member (&s->b, slot)
			while (bond_lacp_output(&s->b, slot, octets, lab.now)) {
				lab_check_pdu(s, slot, octets);
				send_frame(s, slot, octets);
			}
		while (bond_notify_due(&s->b, lab.now)) {
			s->notifications++;
			s->notified = bond_notify_members(&s->b);
			assert_int_equal(s->notified & ~lab_view(s)->tx, 0);
		}
		lab_check(s);
	}
}

static void
deliver(void)
{
	while (n_frames > 0 && frames[0].at <= lab.now) {
		const struct frame f = frames[0];
		const struct lab_wire *w = &lab.wire[f.wire];

		memmove(&frames[0], &frames[1], --n_frames * sizeof(frames[0]));
		if (w->carrier && !w->mute[!f.to])
			bond_lacp_input(&lab.side[w->side[f.to]].b, w->slot[f.to], f.octets,
					LACP_FRAME_SIZE, lab.now);
	}
}

static void
apply(struct lab_side *s)
{
	while (s->n_views > 1 && s->applied_at[1] <= lab.now) {
		s->n_views--;
		s->n_applied++;
		memmove(&s->view[0], &s->view[1], s->n_views * sizeof(s->view[0]));
		memmove(&s->applied_at[0], &s->applied_at[1],
			s->n_views * sizeof(s->applied_at[0]));
		bond_view_applied(&s->b, &s->view[0], lab.now);
	}
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
next_time(void)
{
	uint64_t t = n_frames > 0 ? frames[0].at : BOND_NEVER;

	for (struct lab_side *s = lab.side; s < lab.side + lab.n_sides; s++) {
		t = earlier(t, bond_deadline(&s->b));
		if (s->n_views > 1)
			t = earlier(t, s->applied_at[1]);
	}
	return t > lab.now ? t : lab.now;
}

static void
advance(uint64_t until)
{
	unsigned int idle = 0;

	for (uint64_t t; (t = next_time()) <= until;) {
		idle = t == lab.now ? idle + 1 : 0;
		assert_true(idle < 50); /* or the control thread would spin */
		lab.now = t;
		deliver();
		for (struct lab_side *s = lab.side; s < lab.side + lab.n_sides; s++) {
			apply(s);
			bond_tick(&s->b, lab.now);
		}
		lab_settle();
	}
	lab.now = until;
}

void
lab_go(uint64_t ms)
{
	lab_settle();
	advance(lab.now + ms * BOND_MSEC);
}

uint64_t
lab_until(struct lab_side *s, uint8_t slot, bool distributing, uint64_t limit)
{
	const uint64_t since = lab_ms();

	while (!(lab_port(s, slot)->actor.state & LACP_DISTRIBUTING) == distributing) {
		assert_true(lab_ms() - since < limit);
		lab_go(1);
	}
	return lab_ms() - since;
}

/* Making it */

int
lab_setup(void **state)
{
	(void)state;
	memset(&lab, 0, sizeof(lab));
	n_frames = 0;
	lab.now = 1000 * BOND_MSEC;
	lab.view_delay = 2 * BOND_MSEC;
	for (unsigned int n = 0; n < LAB_SIDES; n++) {
		struct bond_options *o = &lab.side[n].options;

		*o = bond_options_default();
		o->mode = BOND_MODE_8023AD;
		o->lacp_fast = true;
		memcpy(o->system_mac, "\x02\0\0\0\0\xff", 6);
		o->system_mac[3] = (uint8_t)n;
	}
	for (unsigned int w = 0; w < LAB_WIRES; w++)
		lab.speed[w] = 10000;
	return 0;
}

void
lab_start(unsigned int n)
{
	lab.n_sides = n;
	for (struct lab_side *s = lab.side; s < lab.side + n; s++) {
		const struct bond_hooks hooks = {.event = on_event, .ctx = s};

		bond_view_clear(&s->view[0]);
		s->n_views = 1;
		assert_int_equal(bond_init(&s->b, "bond0", &s->options, &hooks, lab.now), 0);
	}
}

struct bond_member_options
lab_member_options(const struct lab_side *s, unsigned int n)
{
	struct bond_member_options o = bond_member_options_default();

	memcpy(o.lacp_mac, "\x02\0\0\0\x01\0", 6);
	o.lacp_mac[3] = (uint8_t)index_of(s);
	o.lacp_mac[5] = (uint8_t)n;
	return o;
}

static void
report(unsigned int w)
{
	const struct bond_link_fact fact = {.carrier = lab.wire[w].carrier,
					    .speed_mbps = lab.speed[w],
					    .duplex = BOND_DUPLEX_FULL};

	for (unsigned int end = 0; end < 2; end++)
		bond_member_link(&lab.side[lab.wire[w].side[end]].b, lab.wire[w].slot[end], &fact,
				 lab.now);
	lab_settle();
}

unsigned int
lab_wire(struct lab_side *x, struct lab_side *y)
{
	struct lab_side *const sides[] = {x, y};
	const unsigned int w = lab.n_wires++;
	const struct bond_link_fact down = {.duplex = BOND_DUPLEX_UNKNOWN};

	assert_true(w < LAB_WIRES);
	for (unsigned int end = 0; end < 2; end++) {
		struct bond *b = &sides[end]->b;
		const struct bond_member_options o = lab_member_options(sides[end], b->n_members);
		char name[BOND_NAME_SIZE];

		snprintf(name, sizeof(name), "m%u", b->n_members);
		lab.wire[w].side[end] = (uint8_t)index_of(sides[end]);
		assert_int_equal(
			bond_member_add(b, name, &o, &down, lab.now, &lab.wire[w].slot[end]), 0);
	}
	lab.wire[w].carrier = true;
	report(w);
	return w;
}

void
lab_pair(unsigned int n)
{
	lab_start(2);
	while (n-- > 0)
		lab_wire(A, B);
}

void
lab_carrier(unsigned int wire, bool carrier)
{
	lab.wire[wire].carrier = carrier;
	report(wire);
}

uint64_t
lab_ms(void)
{
	return lab.now / BOND_MSEC;
}

const struct bond_view *
lab_view(const struct lab_side *s)
{
	return &s->view[s->n_views - 1];
}

const struct lacp_port *
lab_port(const struct lab_side *s, uint8_t slot)
{
	const struct lacp_port *p = bond_lacp_port(&s->b, slot);

	assert_non_null(p);
	return p;
}
