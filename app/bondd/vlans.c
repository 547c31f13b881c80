/* SPDX-License-Identifier: BSD-3-Clause */
/* vlans.c - see vlans.h. */
#include "vlans.h"

#include "log.h"
#include "reset.h"

#define BUDGET (2 * BOND_MSEC)

static void
go_on(const struct bondd_member *m, uint64_t end)
{
	if (dp_port_vlans_left(m->port) == 0)
		return;
	while (dp_port_vlans_left(m->port) > 0 && loop_now() < end)
		dp_port_let_vlan(m->port);
	if (dp_port_vlans_left(m->port) > 0)
		return;
	if (m->port->refused & DP_REFUSED_VLANS)
		log_warning("%s: %s: its filter cannot be opened for all VLANs: it stays "
			    "promiscuous",
			    m->bond->core.name, m->conf->name);
	else
		log_debug("%s: %s: its filter is open for all VLANs", m->bond->core.name,
			  m->conf->name);
}

void
vlans_turn(struct bondd *d)
{
	const uint64_t end = loop_now() + BUDGET;

	for (uint32_t i = 0; i < d->n_bonds; i++)
		bond_foreach_member (&d->bond[i]->core, slot) {
			const struct bondd_member *m = &d->bond[i]->member[slot];

			if (!m->gone && !reset_hides(m)) /* else nobody would answer, or it begins
							  * again */
				go_on(m, end);
		}
}
