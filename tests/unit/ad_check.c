/* SPDX-License-Identifier: BSD-3-Clause */
/* ad_check.c - what is always true of a bond in mode 802.3ad and of the LACPDUs it sends. */
#include "ad_lab.h"

/* May some worker send, do all workers deliver? */
static bool
sends(const struct lab_side *s, uint8_t slot)
{
	uint32_t tx = 0;

	for (unsigned int n = 0; n < s->n_views; n++)
		tx |= s->view[n].tx;
	return tx >> slot & 1;
}

static bool
delivers(const struct lab_side *s, uint8_t slot)
{
	bool all = true;

	for (unsigned int n = 0; n < s->n_views; n++) /* LACP does not care for the host */
		all &= s->view[n].collecting >> slot & 1;
	return all;
}

void
lab_check_pdu(struct lab_side *s, uint8_t slot, const uint8_t *octets)
{
	struct lab_told *t = &s->told[slot];
	struct lacp_port_config c = lacp_port_config_default();
	struct lacp_frame f;
	const enum lacp_parse what = lacp_parse(octets, LACP_FRAME_SIZE, c.protocol_da, &f);

	assert_memory_equal(f.src, s->b.member[slot].options.lacp_mac, 6);
	if (what == LACP_PARSE_MARKER_RESPONSE) {
		t->responses++;
		t->response_at = lab_ms();
		return;
	}
	assert_int_equal(what, LACP_PARSE_LACPDU);
	if (f.pdu.actor.state & LACP_COLLECTING && !(t->state & LACP_COLLECTING))
		assert_true(delivers(s, slot));
	if (t->state & LACP_DISTRIBUTING && !(f.pdu.actor.state & LACP_DISTRIBUTING))
		assert_false(sends(s, slot));
	t->state = f.pdu.actor.state;
	t->pdus++;
	t->pdu_at = lab_ms();
}

static void
check_member(const struct lab_side *s, uint8_t slot)
{
	const struct bond_view *v = lab_view(s);
	const struct bond_member *m = &s->b.member[slot];
	const struct lacp_port *p = lab_port(s, slot);
	const bool tx = v->tx >> slot & 1, rx = v->rx >> slot & 1;
	struct lacp_active active;

	assert_ptr_equal(p->sys, &s->b.lacp);
	assert_int_equal(tx, bond_member_can_tx(&s->b, slot));
	assert_int_equal(rx, s->b.host_up && (s->b.options.all_members_active ||
					      lacp_port_collecting(p) || m->lingers));
	assert_int_equal(m->backup, !lacp_port_distributing(p));
	assert_int_equal(m->inactive, !s->b.options.all_members_active && !lacp_port_collecting(p));
	if (tx) {
		assert_true(s->b.host_up && m->fact.carrier && m->link == BOND_LINK_UP);
		assert_true(lacp_port_distributing(p) && !p->leaving);
		assert_true(bond_lacp_active(&s->b, &active));
		assert_int_equal(lacp_port_aggregator(p), active.id);
	}
	if (!lacp_port_distributing(p))
		assert_false(tx);
	if (s->told[slot].role[0])
		assert_string_equal(s->told[slot].role, m->backup ? "backup" : "active");
	if (s->told[slot].mux[0])
		assert_string_equal(s->told[slot].mux, lacp_mux_name(p->mux));
}

void
lab_check(const struct lab_side *s)
{
	const struct bond_view *v = lab_view(s);
	uint32_t dealt = 0, usable = 0, held = 0;

	assert_false(s->b.dirty);
	assert_int_equal(v->spread, BOND_SPREAD_BUCKETS);
	assert_int_equal(v->punt & ~BOND_PUNT_NEIGHBOUR, BOND_PUNT_SLOW);
	assert_int_equal((v->punt & BOND_PUNT_NEIGHBOUR) != 0, bond_probe_runs(&s->b));
	assert_int_equal(v->tx & ~v->members, 0);
	assert_int_equal(v->rx & ~v->members, 0);
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		dealt |= v->bucket[k] == BOND_NONE ? 0 : UINT32_C(1) << v->bucket[k];
	assert_int_equal(dealt, v->tx);
	bond_foreach_member (&s->b, slot) {
		const struct bond_member *m = &s->b.member[slot];

		check_member(s, slot);
		if (m->link != BOND_LINK_UP || !m->fact.carrier || m->backup)
			continue;
		usable += m->held == 0;
		held += m->held != 0;
	}
	/* monitors stop the data where LACP goes on */
	assert_int_equal(s->b.carrier, lacp_carrier(&s->b.lacp) && (usable > 0 || held == 0));
	assert_int_equal(v->tx != 0, usable > 0 && s->b.host_up); /* nobody eases in alone */
}
