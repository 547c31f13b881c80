/* SPDX-License-Identifier: BSD-3-Clause */
/* publish.c - one view of all bonds for the workers, and word to the bonds when it is in force. */
#include "publish.h"

#include <stdlib.h>

#include "reset.h"

/* What to tell a bond once all workers use a view. */
struct applied {
	struct bondd_bond *bond;
	struct bond_view view;
};

static void
on_applied(void *arg)
{
	struct applied *a = arg;

	bond_view_applied(&a->bond->core, &a->view, a->bond->daemon->now);
	free(a);
}

/* The bond is told after the grace period; without memory it is told by a later view. */
static void
tell_when_applied(struct bondd_bond *b)
{
	struct applied *a;

	if (!b->core.mode->lacp || !dp_may_defer(&b->daemon->dp.limbo))
		return;
	a = malloc(sizeof(*a));
	if (a == NULL) {
		b->core.dirty = true;
		return;
	}
	*a = (struct applied){b, b->view};
	dp_defer(&b->daemon->dp.limbo, on_applied, a);
}

/* What carries no port is not polled either. */
static void
show_ports(const struct bondd_bond *b, struct dp_bond_view *v)
{
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		if (reset_hides(&b->member[slot]))
			v->bond.members &= ~(UINT32_C(1) << slot);
		else
			v->port[slot] = b->member[slot].port;
}

void
publish_views(struct bondd *d)
{
	struct dp_view *view;
	bool dirty = false;

	for (uint32_t i = 0; i < d->n_bonds; i++)
		dirty |= d->bond[i]->core.dirty;
	if (!dirty || dp_limbo_room(&d->dp.limbo) < 1 + d->n_bonds)
		return; /* a worker is stuck: nothing is lost, it stays dirty */
	view = dp_view_alloc(d->n_bonds);
	if (view == NULL)
		return; /* stays dirty: next turn tries again */
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		struct bondd_bond *b = d->bond[i];
		struct dp_bond_view *v = &view->bond[i];

		bond_elect(&b->core, &b->view, &v->bond);
		v->host = b->host.port;
		v->load = b->load;
		v->host_up = b->core.host_up;
		v->merge = b->host.merge;
		show_ports(b, v);
		b->view = v->bond;
		b->core.dirty = false;
	}
	dp_view_publish(&d->dp, view);
	for (uint32_t i = 0; i < d->n_bonds; i++)
		tell_when_applied(d->bond[i]);
	reset_published(d);
}
