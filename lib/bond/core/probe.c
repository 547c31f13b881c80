/* SPDX-License-Identifier: BSD-3-Clause */
/* probe.c - the monitor at work: its rounds, what is heard, and the probes that are due. */
#include <string.h>

#include "probe_int.h"

static uint64_t
interval(const struct bond *b)
{
	return b->options.probe.interval_ms * BOND_MSEC;
}

/* Linux's monitors exclude each other; ours is named where the other one had no part. */
const char *
bond_probe_line(const struct bond *b, const struct bond_member *m, enum bond_link to, uint64_t now)
{
	const bool equal = !b->mode->has_active && !b->mode->lacp;
	bool up = false;

	if (!bond_probe_runs(b) ||
	    (b->options.miimon_ms > 0 && m->held_since[BOND_HOLD_PROBE] != now))
		return NULL;
	bond_foreach_member (b, slot)
		up |= b->member[slot].link == BOND_LINK_UP;
	if (to == BOND_LINK_UP)
		return equal && up ? "interface is now up" : "link status definitely up";
	return equal ? "interface is now down" : NULL;
}

/* Not thought to be alive, but not dead either: as if it was heard just too long ago to come up. */
static uint64_t
doubtful(const struct bond *b, uint64_t now)
{
	const uint64_t ago = interval(b) + BOND_MSEC;

	return now > ago ? now - ago : 0;
}

static void
forget(const struct bond *b, struct bond_probe_member *p, uint64_t now)
{
	*p = (struct bond_probe_member){
		.last_rx = doubtful(b, now), .last_tx = doubtful(b, now), .last_up = now};
	for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++)
		p->target_rx[t] = p->last_rx;
}

void
bond_probe_join(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];

	forget(b, &m->probe, now);
	/* it has to be heard before it is used */
	if (bond_probe_runs(b) && m->link == BOND_LINK_DOWN && !b->mode->lacp)
		m->held |= UINT32_C(1) << BOND_HOLD_PROBE;
}

void
bond_probe_start(struct bond *b, uint8_t slot, uint64_t now)
{
	forget(b, &b->member[slot].probe, now);
	if (b->member[slot].link == BOND_LINK_DOWN)
		bond_probe_link_down(b, slot, now);
}

void
bond_probe_became_current(struct bond *b, uint8_t slot, uint64_t now)
{
	b->member[slot].probe.last_up = now;
}

void
bond_probe_link_down(struct bond *b, uint8_t slot, uint64_t now)
{
	if (bond_probe_runs(b) && !b->mode->lacp)
		bond_hold_set(b, slot, BOND_HOLD_PROBE, true,
			      "its link went down: it has to be heard first", now);
}

uint64_t
bond_probe_deadline(const struct bond *b)
{
	return bond_probe_runs(b) ? b->probe.deadline : BOND_NEVER;
}

static void
shift(uint64_t *time, uint64_t by, uint64_t end)
{
	*time = *time + by < end ? *time + by : end;
}

/* Nobody watched for a while, the process may have been stopped: silence meanwhile is no proof. */
static void
forgive(struct bond *b, uint64_t late, uint64_t now)
{
	bond_foreach_member (b, slot) {
		struct bond_probe_member *p = &b->member[slot].probe;

		shift(&p->last_rx, late, now);
		shift(&p->last_tx, late, now);
		shift(&p->last_up, late, now);
		for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++)
			shift(&p->target_rx[t], late, now);
	}
}

/* LACP says when a member is worth judging; it begins with a grace. */
static void
follow_lacp(struct bond *b, uint8_t slot, uint64_t now)
{
	const struct lacp_port *port = bond_lacp_port(b, slot);
	struct bond_probe_member *p = &b->member[slot].probe;
	const bool judged = port && lacp_port_distributing(port);

	if (judged && !p->judged)
		p->last_up = now;
	p->judged = judged;
}

static bool
judge(struct bond *b, uint8_t slot, uint64_t now)
{
	const struct bond_member *m = &b->member[slot];

	if (b->mode->lacp)
		follow_lacp(b, slot, now);
	if (!m->fact.carrier && m->link == BOND_LINK_DOWN)
		return false; /* nothing to be heard, and nothing to be lost */
	return bond_hold_set(b, slot, BOND_HOLD_PROBE, !bond_probe_judge(b, slot, now), NULL,
			     now) &&
	       bond_link_run(b, slot, now);
}

static void
make_probes(struct bond *b, uint64_t now)
{
	uint32_t due = 0;
	struct bond_ip ip;

	for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++)
		if (bond_probe_target(b, t, &ip) && b->probe.route[t].via != BOND_VIA_OTHER)
			due |= UINT32_C(1) << t;
	bond_foreach_member (b, slot) {
		struct bond_member *m = &b->member[slot];

		m->probe.due = m->fact.carrier ? due : 0;
		if (m->probe.due)
			m->probe.last_tx = now;
	}
}

bool
bond_probe_tick(struct bond *b, uint64_t now)
{
	const uint64_t deadline = bond_probe_deadline(b);
	bool due = false;

	if (now < deadline)
		return false;
	if (now - deadline > interval(b) / 2)
		forgive(b, now - deadline, now);
	bond_foreach_member (b, slot)
		due |= judge(b, slot, now);
	make_probes(b, now);
	b->probe.deadline = (now - deadline < interval(b) ? deadline : now) + interval(b);
	return due;
}

/* @return the evidence of a frame; BOND_PROOF_HEARD does not count where there is better */
static struct bond_evidence
evidence_of(const struct bond *b, uint8_t slot, const struct bond_neighbour *n)
{
	struct bond_evidence e = {.proof = BOND_PROOF_NONE};

	switch (n->kind) {
	case BOND_NEIGHBOUR_ARP_REQUEST:
	case BOND_NEIGHBOUR_ARP_REPLY:
		e = bond_arp_evidence(b, slot, n);
		break;
	case BOND_NEIGHBOUR_NS:
	case BOND_NEIGHBOUR_NA:
		e = bond_ns_evidence(b, slot, n);
		break;
	case BOND_NEIGHBOUR_OTHER:
		break;
	}
	if (e.proof == BOND_PROOF_HEARD && b->member[slot].probe.proven)
		e.proof = BOND_PROOF_NONE;
	return e;
}

/* Does a frame that proves nothing count as a sign of life? */
static bool
counts_unproven(const struct bond *b, uint8_t slot, const struct bond_neighbour *n)
{
	return !bond_probe_validates(b, slot) &&
	       (n->kind != BOND_NEIGHBOUR_OTHER ||
		!(b->options.probe.validate & BOND_VALIDATE_FILTER));
}

void
bond_probe_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now)
{
	struct bond_neighbour n;
	struct bond_evidence e;
	struct bond_probe_member *p;

	if (!bond_probe_runs(b) || !b->member[slot].used || !bond_frame_parse(frame, len, &n))
		return;
	if (bond_probe_owner(b, n.src_mac) != BOND_NONE) {
		b->member[slot].probe.echoes++;
		return;
	}
	e = evidence_of(b, slot, &n);
	p = &b->member[e.proof == BOND_PROOF_NONE ? slot : e.slot].probe;
	if (e.proof == BOND_PROOF_NONE && !counts_unproven(b, slot, &n))
		return;
	p->last_rx = now;
	if (e.proof == BOND_PROOF_NONE)
		return;
	p->target_rx[e.target] = now;
	p->proven |= e.proof == BOND_PROOF_OWN;
}

void
bond_probe_traffic(struct bond *b, uint8_t slot, uint64_t rx_frames, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	struct bond_probe_member *p = &m->probe;
	uint64_t foreign;

	if (!m->used)
		return;
	if (!p->counted || rx_frames < p->reading) { /* the first, or the port counts anew */
		p->counted = true;
		p->foreign = rx_frames;
		p->echoes = 0;
		p->reading = rx_frames;
		p->reading_at = now;
		return;
	}
	foreign = p->reading > p->echoes ? p->reading - p->echoes : 0;
	if (foreign > p->foreign) {
		p->foreign = foreign;
		if (!bond_probe_validates(b, slot) &&
		    !(b->options.probe.validate & BOND_VALIDATE_FILTER) &&
		    p->reading_at > p->last_rx)
			p->last_rx = p->reading_at;
	}
	p->reading = rx_frames;
	p->reading_at = now;
}

/* @return length, 0: no probe leaves for this target */
static size_t
build(const struct bond *b, uint8_t slot, unsigned int t, uint8_t *frame)
{
	const struct bond_route *route = &b->probe.route[t];
	const bool as_bond = bond_probe_as_bond(b, slot);
	struct bond_ip target, source = route->source;
	uint8_t mac[6];

	if (!bond_probe_target(b, t, &target) || route->via == BOND_VIA_OTHER)
		return 0;
	memcpy(mac, b->mac, 6);
	if (!as_bond) {
		bond_probe_mac(b, slot, mac);
		source = target.v6 ? bond_ip_link_local(mac) : (struct bond_ip){.v6 = false};
	}
	/* all who hear of our address in a broadcast would take it to be reached by the bond's MAC */
	if (!target.v6 && b->mode->balance == BOND_BALANCE_ALB)
		source = (struct bond_ip){.v6 = false};
	return target.v6 ? bond_frame_ns(mac, &source, &target, &route->tags, frame)
			 : bond_frame_arp(mac, &source, &target, &route->tags, frame);
}

size_t
bond_probe_output(struct bond *b, uint8_t slot, uint8_t *frame, uint64_t now)
{
	struct bond_probe_member *p = &b->member[slot].probe;
	size_t len = 0;

	(void)now;
	for (unsigned int t = 0; p->due && len == 0; t++) {
		if (!(p->due >> t & 1))
			continue;
		p->due &= ~(UINT32_C(1) << t);
		len = build(b, slot, t, frame);
	}
	return len;
}

void
bond_probe_route(struct bond *b, const struct bond_ip *target, const struct bond_route *route,
		 uint64_t now)
{
	const uint8_t t = bond_probe_find(b, target);
	struct bond_route *r;

	if (t == BOND_NONE)
		return;
	r = &b->probe.route[t];
	if (route->via == BOND_VIA_NONE && b->options.probe.validate != BOND_VALIDATE_NONE &&
	    (!b->probe.known[t] || r->via != BOND_VIA_NONE))
		bond_probe_tell_no_route(b, target, now);
	b->probe.known[t] = true;
	*r = *route;
	if (route->via == BOND_VIA_NONE)
		r->tags.n = 0;
	r->source.v6 = target->v6;
	if (route->via == BOND_VIA_NONE)
		memset(r->source.octet, 0, sizeof(r->source.octet));
}
