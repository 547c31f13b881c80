/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_judge.c - who is good, from the times at which members were heard of. Pure. */
#include "probe_int.h"

/* The interval test: k intervals, and half a one for what is late. */
static bool
within(const struct bond *b, uint64_t time, uint32_t k, uint64_t now)
{
	const uint64_t interval = b->options.probe.interval_ms * BOND_MSEC;

	return now <= time + k * interval + interval / 2;
}

static uint64_t
oldest(const struct bond *b, const struct bond_probe_member *p)
{
	uint64_t time = BOND_NEVER;
	struct bond_ip ip;

	for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++)
		if (bond_probe_target(b, t, &ip) && p->target_rx[t] < time)
			time = p->target_rx[t];
	return time;
}

uint64_t
bond_probe_heard(const struct bond *b, uint8_t slot)
{
	const struct bond_probe_member *p = &b->member[slot].probe;

	if (b->mode->has_active && b->options.probe.all_targets == BOND_TARGETS_ALL &&
	    bond_probe_validates(b, slot))
		return oldest(b, p);
	return p->last_rx;
}

/* Modes in which all members are equal: each must have sent and heard. */
static bool
judge_equal(const struct bond *b, uint8_t slot, uint32_t k, uint64_t now)
{
	const struct bond_probe_member *p = &b->member[slot].probe;

	return within(b, p->last_tx, k, now) && within(b, bond_probe_heard(b, slot), k, now);
}

/* Modes with a current member: backups only listen, or ask as themselves. */
static bool
judge_ranked(const struct bond *b, uint8_t slot, uint64_t now)
{
	const struct bond_probe_member *p = &b->member[slot].probe;
	const uint32_t missed = b->options.probe.missed_max;

	if (within(b, p->last_up, 2, now))
		return true;
	if (bond_probe_acts(b, slot))
		return judge_equal(b, slot, missed, now);
	return within(b, bond_probe_heard(b, slot), p->proven ? missed : missed + 1, now);
}

bool
bond_probe_judge(const struct bond *b, uint8_t slot, uint64_t now)
{
	const struct bond_member *m = &b->member[slot];
	const bool held = m->held >> BOND_HOLD_PROBE & 1;

	if (b->mode->lacp && !m->probe.judged)
		return true;
	if (b->mode->has_active || b->mode->lacp)
		return held ? within(b, bond_probe_heard(b, slot), 1, now)
			    : judge_ranked(b, slot, now);
	return judge_equal(b, slot, held ? 1 : b->options.probe.missed_max, now);
}
