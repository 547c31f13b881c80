/* SPDX-License-Identifier: BSD-3-Clause */
/* spread.c - what elect() of several modes writes alike: hashing, shares, frames by host queue. */
#include "bond_machine.h"

/*
 * A NIC tells flows apart as finely as layer3+4 and encap3+4 do, but by a number of its own: neither
 * the one that Linux computes, nor one for both directions.
 */
static bool
may_take_nic_hash(const struct bond_options *o)
{
	return o->nic_hash == BOND_NIC_HASH_AUTO && o->resilient_hash && !o->symmetric_hash &&
	       (o->xmit_hash_policy == BOND_HASH_LAYER34 ||
		o->xmit_hash_policy == BOND_HASH_ENCAP34);
}

/* Has any member a weight, whether it can send or not? Shares must not change with that. */
static bool
has_weights(const struct bond *b)
{
	bond_foreach_member (b, slot)
		if (b->member[slot].options.weight > 0)
			return true;
	return false;
}

/* What a member's part is measured in: its weight, its speed, or 0: unknown. */
static uint32_t
share_of(const struct bond_member *m, bool weights)
{
	if (!weights)
		return m->fact.speed_mbps;
	return m->options.weight > 0 ? m->options.weight : 1;
}

/* Each sender's part of the flows; all of them the same where nothing is known, or no difference. */
static void
set_shares(const struct bond *b, struct bond_view *next)
{
	const bool weights = has_weights(b);
	bool known = true, alike = true;

	for (uint8_t i = 0; i < next->n_active; i++) {
		next->share[i] = share_of(&b->member[next->active[i]], weights);
		known &= next->share[i] > 0;
		alike &= next->share[i] == next->share[0];
	}
	for (uint8_t i = 0; i < next->n_active; i++)
		if (!known || alike)
			next->share[i] = 1;
}

void
bond_view_hash_conf(const struct bond *b, struct bond_view *next)
{
	const struct bond_options *o = &b->options;

	next->hash.policy = (uint8_t)o->xmit_hash_policy;
	next->hash.symmetric = o->symmetric_hash;
	next->hash.seed = o->hash_seed;
	next->nic_hash = may_take_nic_hash(o);
}

void
bond_view_hash(const struct bond *b, const struct bond_view *prev, struct bond_view *next)
{
	bond_view_hash_conf(b, next);
	next->spread = BOND_SPREAD_MODULO;
	if (!b->options.resilient_hash)
		return;
	next->spread = BOND_SPREAD_BUCKETS;
	set_shares(b, next);
	bond_view_deal(prev, next);
}

void
bond_view_by_queue(const struct bond *b, struct bond_view *next)
{
	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		/* As in Linux, the role does not matter: a backup sends what is meant for it. */
		if (m->options.queue_id == 0 || m->options.queue_id >= BOND_MAX_QUEUES ||
		    !b->host_up || !bond_member_usable(m))
			continue;
		next->queue[m->options.queue_id] = slot;
		next->by_queue = true;
	}
}
