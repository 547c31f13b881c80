/* SPDX-License-Identifier: BSD-3-Clause */
/* punt_alarm.c - an alarm, and its end, for what does not fit into a ring to the control thread. */
#include "punt_alarm.h"

#include <inttypes.h>
#include <stdio.h>

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
	char reason[160];
	uint64_t n;

	switch (growth_look(&m->punt, dropped(b->daemon, m->port), b->daemon->now, &n)) {
	case GROWTH_BEGAN:
		snprintf(reason, sizeof(reason),
			 "%" PRIu64 " frames for the control thread were dropped, its ring was "
			 "full: a flood?",
			 n);
		bondd_event(b, m->conf->name, "punt", "none", "dropping", reason);
		break;
	case GROWTH_ENDED:
		snprintf(reason, sizeof(reason),
			 "%" PRIu64 " frames for the control thread were dropped, none lately", n);
		bondd_event(b, m->conf->name, "punt", "dropping", "none", reason);
		break;
	case GROWTH_NONE:
		break;
	}
}

void
punt_alarm(struct bondd_bond *b)
{
	if (b->daemon->now < b->punt_at)
		return;
	b->punt_at = b->daemon->now + GROWTH_LOOK_MS * BOND_MSEC;
	bond_foreach_member (&b->core, slot)
		look(b, &b->member[slot]);
}
