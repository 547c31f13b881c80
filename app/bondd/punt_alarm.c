/* SPDX-License-Identifier: BSD-3-Clause */
/* punt_alarm.c - an alarm, and its end, for what does not fit into a ring to the control thread. */
#include "punt_alarm.h"

#include <inttypes.h>
#include <stdio.h>

#define LOOK  BOND_SEC
#define QUIET (10 * BOND_SEC) /* one event for a flood, however it pulsates */

static uint64_t
dropped(const struct bondd *d, const struct dp_port *port)
{
	uint64_t sum = 0;

	for (unsigned int w = 0; w < d->dp.n_workers; w++)
		sum += port->counters[w].drop[DP_DROP_PUNT_FULL];
	return sum;
}

static void
look(struct bondd_bond *b, struct bondd_member *m)
{
	struct bondd_punt *p = &m->punt;
	const uint64_t now = b->daemon->now, all = dropped(b->daemon, m->port);
	char reason[160];

	if (all != p->seen) {
		p->grew_at = now;
		if (!p->alarm) {
			snprintf(reason, sizeof(reason),
				 "%" PRIu64 " frames for the control thread were dropped, its ring "
				 "was full: a flood?",
				 all - p->seen);
			p->alarm = true;
			p->before = p->seen;
			bondd_event(b, m->conf->name, "punt", "none", "dropping", reason);
		}
		p->seen = all;
	} else if (p->alarm && now >= p->grew_at + QUIET) {
		snprintf(reason, sizeof(reason),
			 "%" PRIu64 " frames for the control thread were dropped, none lately",
			 all - p->before);
		p->alarm = false;
		bondd_event(b, m->conf->name, "punt", "dropping", "none", reason);
	}
}

void
punt_alarm(struct bondd_bond *b)
{
	if (b->daemon->now < b->punt_at)
		return;
	b->punt_at = b->daemon->now + LOOK;
	bond_foreach_member (&b->core, slot)
		look(b, &b->member[slot]);
}
