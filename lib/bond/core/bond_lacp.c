/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_lacp.c - a bond and its LACP: links and frames go in, frames and answers come out. */
#include "bond_machine.h"

_Static_assert(BOND_MAX_MEMBERS == LACP_MAX_PORTS, "a port has the slot of its member");

struct lacp_port *
bond_lacp_port_of(struct bond *b, uint8_t slot)
{
	return b->mode->lacp ? lacp_port(&b->lacp, slot) : NULL;
}

const struct lacp_port *
bond_lacp_port(const struct bond *b, uint8_t slot)
{
	return bond_lacp_port_of((struct bond *)b, slot); /* which changes nothing */
}

bool
bond_lacp_active(const struct bond *b, struct lacp_active *out)
{
	if (b->mode->lacp)
		return lacp_active(&b->lacp, out);
	*out = (struct lacp_active){0};
	return false;
}

/*
 * During updelay a port is not enabled. During downdelay it stays so, as in Linux: whoever sets a
 * downdelay wants the aggregate to outlast short losses. Nothing is sent on it meanwhile.
 */
static bool
is_news(const struct bond_member *m, const struct lacp_port *p)
{
	const struct bond_link_fact *f = &m->fact;

	if (m->link == BOND_LINK_FAIL)
		return false;
	if ((m->link == BOND_LINK_UP) != p->link_up)
		return true;
	return p->link_up && (p->duplex != (enum lacp_duplex)f->duplex ||
			      (f->speed_mbps != 0 && f->speed_mbps != p->speed_mbps));
}

void
bond_lacp_follow(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];
		struct lacp_port *p = bond_lacp_port_of(b, slot);

		if (p && is_news(m, p))
			lacp_port_link(p, m->link == BOND_LINK_UP, m->fact.speed_mbps,
				       (enum lacp_duplex)m->fact.duplex, now);
	}
}

enum lacp_parse
bond_lacp_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now)
{
	struct lacp_port *p = bond_lacp_port_of(b, slot);
	enum lacp_parse parse;

	if (!p)
		return LACP_REFUSE_LACP_DISABLED;
	parse = lacp_input(p, frame, len, now);
	bond_settle(b, now);
	return parse;
}

/* A partner that has not answered our SYNC for so long may have reasons to keep us waiting. */
#define SYNC_IS_NEAR (2 * BOND_SEC)

bool
bond_lacp_expects(const struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot) {
		const struct lacp_port *p = bond_lacp_port(b, slot);

		if (p && p->rx == LACP_RX_CURRENT && p->mux == LACP_MUX_ATTACHED &&
		    now - b->member[slot].lacp_since[LACP_MACHINE_MUX] < SYNC_IS_NEAR)
			return true;
	}
	return false;
}

size_t
bond_lacp_output(struct bond *b, uint8_t slot, uint8_t *buf, uint64_t now)
{
	struct lacp_port *p = bond_lacp_port_of(b, slot);

	return p ? lacp_output(p, buf, now) : 0;
}

void
bond_lacp_output_failed(struct bond *b, uint8_t slot, uint64_t now)
{
	struct lacp_port *p = bond_lacp_port_of(b, slot);

	if (p)
		lacp_output_failed(p, now);
}

/*
 * A port is not told of views that were made before it changed its mind: newer ones may be in use
 * already by some workers, and the one that counts is on its way.
 */
void
bond_view_applied(struct bond *b, const struct bond_view *view, uint64_t now)
{
	if (!b->mode->lacp)
		return;
	bond_foreach_member (b, slot) {
		if (view->generation >= b->member[slot].path_generation)
			lacp_path_done(bond_lacp_port_of(b, slot), view->collecting >> slot & 1,
				       view->distributing >> slot & 1, now);
		bond_flush_applied(b, slot, view->generation, now);
	}
	bond_settle(b, now);
}

void
bond_member_leave(struct bond *b, uint8_t slot, uint64_t now)
{
	struct lacp_port *p = bond_lacp_port_of(b, slot);

	bond_bfd_stop(b, slot, now);
	if (!p)
		return;
	lacp_port_leave(p, now);
	bond_settle(b, now);
}

bool
bond_member_left(const struct bond *b, uint8_t slot)
{
	const struct lacp_port *p = bond_lacp_port(b, slot);

	return (!p || lacp_port_left(p)) && bfd_session_stopped(&b->member[slot].bfd);
}

void
bond_lacp_leave(struct bond *b, uint64_t now)
{
	bond_foreach_member (b, slot)
		bond_member_leave(b, slot, now);
}

bool
bond_lacp_left(const struct bond *b)
{
	bond_foreach_member (b, slot)
		if (!bond_member_left(b, slot))
			return false;
	return true;
}
