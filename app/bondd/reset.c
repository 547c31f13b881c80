/* SPDX-License-Identifier: BSD-3-Clause */
/* reset.c - takes a port away from the workers, resets it, and gives it back as it was. */
#include "reset.h"

#include <string.h>

#include "host.h"
#include "log.h"
#include "member.h"

#define RETRY BOND_SEC

bool
reset_hides(const struct bondd_member *m)
{
	return m->reset != BONDD_RESET_NONE;
}

static const char *
reason(const struct dp_port *port)
{
	if (port->waits)
		return "its far end was not there";
	return port->mtu_waits ? "its MTU changes" : "its driver asked for it";
}

/* No worker sees the port. */
static void
run(void *arg)
{
	struct bondd_member *m = arg;
	struct bondd_bond *b = m->bond;
	const char *why = reason(m->port);
	struct dp_err err;

	if (dp_port_reset(&b->daemon->dp, m->port, &err) < 0) {
		if (m->reset != BONDD_RESET_FAILED)
			log_warning("%s: %s: trying again every second", b->core.name, err.msg);
		m->reset = BONDD_RESET_FAILED;
		m->reset_at = b->daemon->now + RETRY;
		return;
	}
	if (memcmp(m->mac, m->perm_mac, sizeof(m->mac)) != 0)
		dp_port_set_mac(m->port, m->mac);
	if (b->host.mtu != 0)
		member_set_mtu(m, b->host.mtu);
	host_filter_member(b, m);
	m->reset = BONDD_RESET_NONE;
	m->link_poll_at = 0;
	b->core.dirty = true; /* back into the view */
	bondd_event(b, m->conf->name, "reset", "resetting", "done", why);
}

static bool
is_wanted(const struct dp_port *port)
{
	return port->mtu_waits || atomic_load(&port->reset_wanted);
}

static void
begin(struct bondd_member *m)
{
	struct bondd_bond *b = m->bond;

	m->reset = BONDD_RESET_HIDE;
	m->link_poll_at = 0;
	b->core.dirty = true;
	bondd_event(b, m->conf->name, "reset", "none", "resetting", reason(m->port));
}

void
reset_begin(struct bondd *d)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		bond_foreach_member (&d->bond[i]->core, slot) {
			struct bondd_member *m = &d->bond[i]->member[slot];

			if (m->reset == BONDD_RESET_NONE && is_wanted(m->port))
				begin(m);
			else if (m->reset == BONDD_RESET_FAILED && d->now >= m->reset_at)
				run(m);
		}
}

void
reset_published(struct bondd *d)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		bond_foreach_member (&d->bond[i]->core, slot) {
			struct bondd_member *m = &d->bond[i]->member[slot];

			if (m->reset != BONDD_RESET_HIDE)
				continue;
			if (!dp_may_defer(&d->dp.limbo)) {
				d->bond[i]->core.dirty = true; /* after the next view, then */
				continue;
			}
			m->reset = BONDD_RESET_GRACE;
			dp_defer(&d->dp.limbo, run, m);
		}
}
