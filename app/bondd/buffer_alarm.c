/* SPDX-License-Identifier: BSD-3-Clause */
/* buffer_alarm.c - an alarm, and its end, for receive queues without buffers and a pool that runs out. */
#include "buffer_alarm.h"

#include <inttypes.h>
#include <stdio.h>

#include "log.h"

/* @param member NULL: it is the host's */
static void
look_at_port(struct bondd_bond *b, const char *member, const struct dp_port *port,
	     struct growth *missing, const struct dp_buffers *pool)
{
	const struct bondd *d = b->daemon;
	struct dp_counters sum;
	char reason[200];
	uint64_t n;

	dp_port_counters(&d->dp, port, &sum);
	switch (growth_look(missing, sum.rx_nombuf, d->now, &n)) {
	case GROWTH_BEGAN:
		snprintf(reason, sizeof(reason),
			 "no buffers for what %s (rx_nombuf grew by %" PRIu64
			 "), %u of %u are free: raise runtime.memory_mb, now %u",
			 member != NULL ? "comes in" : "the kernel sends", n, pool->free,
			 pool->size, d->conf->runtime.memory_mb);
		bondd_event(b, member, "buffers", "enough", "missing", reason);
		break;
	case GROWTH_ENDED:
		snprintf(reason, sizeof(reason),
			 "rx_nombuf grew by %" PRIu64 ", not lately; %u of %u buffers are free", n,
			 pool->free, pool->size);
		bondd_event(b, member, "buffers", "missing", "enough", reason);
		break;
	case GROWTH_NONE:
		break;
	}
}

static void
look_at_pool(struct bondd *d, const struct dp_buffers *pool)
{
	uint64_t n;

	d->buffers_low += pool->free < pool->size / BUFFER_ALARM_SHARE;
	switch (growth_look(&d->buffers, d->buffers_low, d->now, &n)) {
	case GROWTH_BEGAN:
		log_warning(
			"only %u of %u packet buffers are free, %u hold frames that wait: raise "
			"runtime.memory_mb, now %u",
			pool->free, pool->size, pool->waiting, d->conf->runtime.memory_mb);
		break;
	case GROWTH_ENDED:
		log_notice("%u of %u packet buffers are free again", pool->free, pool->size);
		break;
	case GROWTH_NONE:
		break;
	}
}

void
buffer_alarm(struct bondd *d)
{
	struct dp_buffers pool;

	if (d->now < d->buffers_at)
		return;
	d->buffers_at = d->now + GROWTH_LOOK_MS * BOND_MSEC;
	dp_buffers(&d->dp, &pool);
	look_at_pool(d, &pool);
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		struct bondd_bond *b = d->bond[i];

		if (b->host.port != NULL)
			look_at_port(b, NULL, b->host.port, &b->host.buffers, &pool);
		bond_foreach_member (&b->core, slot)
			if (!b->member[slot].gone && b->member[slot].reset == BONDD_RESET_NONE)
				look_at_port(b, b->member[slot].conf->name, b->member[slot].port,
					     &b->member[slot].buffers, &pool);
	}
}
