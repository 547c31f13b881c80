/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_input.c - a frame arrives: parse, count, refuse what is not for this port, hand on. */
#include <string.h>

#include "lacp_internal.h"

#define COUNTER(name) (offsetof(struct lacp_counters, name) / sizeof(uint64_t))
#define NO_COUNTER    UINT8_MAX

/* The Linux counter of each kind of frame. */
static const uint8_t counters[LACP_PARSE_REASONS] = {
	[LACP_PARSE_LACPDU] = COUNTER(lacpdu_rx),
	[LACP_PARSE_MARKER] = COUNTER(marker_rx),
	[LACP_PARSE_MARKER_RESPONSE] = COUNTER(marker_resp_rx),
	[LACP_PARSE_OTHER] = COUNTER(lacpdu_unknown_rx),
	[LACP_REFUSE_RUNT] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_ADDRESS] = NO_COUNTER,
	[LACP_REFUSE_VLAN] = NO_COUNTER,
	[LACP_REFUSE_ETHERTYPE] = COUNTER(lacpdu_unknown_rx),
	[LACP_REFUSE_SUBTYPE] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_SHORT] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_ACTOR_LENGTH] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_PARTNER_LENGTH] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_COLLECTOR_LENGTH] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_MARKER_TYPE] = COUNTER(marker_unknown_rx),
	[LACP_REFUSE_MARKER_LENGTH] = COUNTER(lacpdu_illegal_rx),
	[LACP_REFUSE_REFLECTION] = COUNTER(lacpdu_rx),
	[LACP_REFUSE_PORT_DISABLED] = COUNTER(lacpdu_rx),
	[LACP_REFUSE_LACP_DISABLED] = COUNTER(lacpdu_rx),
};

static void
count(struct lacp_port *p, enum lacp_parse parse)
{
	p->parsed[parse]++;
	if (counters[parse] != NO_COUNTER)
		((uint64_t *)&p->counters)[counters[parse]]++;
}

/*
 * Our own LACPDU: a loop plug, a hub, a virtual switch that floods. The key tells it from another
 * bond of this host that has the same System ID and, against advice, the same port numbers.
 */
static bool
is_reflection(const struct lacp_port *p, const struct lacp_frame *f)
{
	const struct lacp_info *a = &f->pdu.actor;

	return memcmp(a->sys, p->actor.sys, LACP_ADDR_SIZE) == 0 && a->port == p->actor.port &&
	       (a->key == p->actor.key || memcmp(f->src, p->config.mac, LACP_ADDR_SIZE) == 0);
}

/* Why this port does not take a well formed LACPDU; LACP_PARSE_LACPDU: it does. */
static enum lacp_parse
judge(const struct lacp_port *p, const struct lacp_frame *f)
{
	if (is_reflection(p, f))
		return LACP_REFUSE_REFLECTION;
	if (p->rx == LACP_RX_PORT_DISABLED)
		return LACP_REFUSE_PORT_DISABLED;
	return p->rx == LACP_RX_LACP_DISABLED ? LACP_REFUSE_LACP_DISABLED : LACP_PARSE_LACPDU;
}

static void
report_reflection(struct lacp_port *p, uint64_t now)
{
	if (p->reflection_at != LACP_NEVER && now - p->reflection_at < LACP_DIAGNOSIS_GAP)
		return;
	p->reflection_at = now;
	lacp_trace(p->sys, p, LACP_MACHINE_DIAGNOSIS, "", "reflection", "our own LACPDUs come back",
		   now);
}

/* 6.4.7 port_moved: a disabled port whose partner now talks to another port forgets it. */
static void
watch_moves(const struct lacp_port *p, const struct lacp_info *actor)
{
	lacp_foreach_port (p->sys, x)
		if (x != p && x->rx == LACP_RX_PORT_DISABLED &&
		    !(x->actor.state & LACP_DEFAULTED) && x->partner.port == actor->port &&
		    memcmp(x->partner.sys, actor->sys, LACP_ADDR_SIZE) == 0)
			x->port_moved = true;
}

static enum lacp_parse
take(struct lacp_port *p, enum lacp_parse parse, const struct lacp_frame *f, uint64_t now)
{
	if (parse == LACP_PARSE_MARKER)
		lacp_marker_input(p, &f->marker);
	else if (parse == LACP_PARSE_MARKER_RESPONSE)
		lacp_marker_response(p, &f->marker);
	if (parse != LACP_PARSE_LACPDU)
		return parse;
	parse = judge(p, f);
	if (parse == LACP_REFUSE_REFLECTION)
		report_reflection(p, now);
	if (parse != LACP_PARSE_LACPDU)
		return parse;
	watch_moves(p, &f->pdu.actor);
	lacp_rx_pdu(p, &f->pdu, now);
	lacp_run(p->sys, now);
	return parse;
}

enum lacp_parse
lacp_input(struct lacp_port *p, const uint8_t *frame, size_t len, uint64_t now)
{
	struct lacp_frame f;
	enum lacp_parse parse = lacp_parse(frame, len, p->config.protocol_da, &f);

	parse = take(p, parse, &f, now);
	count(p, parse);
	return parse;
}
