/* SPDX-License-Identifier: BSD-3-Clause */
/* balance.c - balance-tlb and balance-alb as a whole: their start, what they follow, their clock. */
#include <string.h>

#include "balance_int.h"

#define RETURN_DELAY (100 * BOND_MSEC) /* before clients go to a member that came back */

struct bond_balance_options
bond_balance_options_default(void)
{
	return (struct bond_balance_options){
		.dynamic_lb = true,
		.lp_interval_s = 1,
		.ipv6 = true,
	};
}

void
bond_balance_init(struct bond *b, uint64_t now)
{
	struct bond_balancer *l = &b->balancer;

	l->current = BOND_NONE;
	memset(l->load.bucket, BOND_NONE, sizeof(l->load.bucket));
	l->load.due = now;
	l->clients.last = BOND_NONE;
	l->clients.rebalance_at = l->clients.update_at = BOND_NEVER;
	l->clients.announce_at = l->clients.announce_by = BOND_NEVER;
	l->clients.newest = l->clients.oldest = l->clients.free = BOND_CLIENT_NONE;
	l->teacher.learn_at = now;
	bond_learn_stacked(b);
}

void
bond_balance_net(struct bond *b)
{
	if (!b->mode->balance)
		return;
	bond_learn_stacked(b);
	bond_client_prune(b);
}

uint32_t
bond_balance_usable(const struct bond *b)
{
	uint32_t usable = 0;

	bond_foreach_member (b, slot)
		if (bond_member_usable(&b->member[slot]))
			usable |= UINT32_C(1) << slot;
	return usable;
}

/*
 * What each member can carry, beside the others. As for the shares of a hash, but a speed that is
 * unknown counts as the least that is known. @return does any differ?
 */
static bool
note_capacities(struct bond *b)
{
	uint32_t least = 0;
	bool weights = false, differs = false;

	bond_foreach_member (b, slot) {
		const uint32_t mbps = b->member[slot].fact.speed_mbps;

		weights |= b->member[slot].options.weight > 0;
		if (mbps > 0 && (least == 0 || mbps < least))
			least = mbps;
	}
	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];
		const uint32_t mbps = m->fact.speed_mbps > 0 ? m->fact.speed_mbps : least;
		uint32_t capacity = weights ? m->options.weight : mbps;

		capacity = capacity > 0 ? capacity : 1;
		differs |= b->balancer.capacity[slot] != capacity;
		b->balancer.capacity[slot] = capacity;
	}
	return differs;
}

/* Whose address is another one than when last looked at? */
static uint32_t
note_addresses(struct bond *b)
{
	uint32_t renamed = 0;

	bond_foreach_member (b, slot) {
		uint8_t *known = b->balancer.mac[slot];

		if (memcmp(known, b->member[slot].mac, 6) == 0)
			continue;
		memcpy(known, b->member[slot].mac, 6);
		renamed |= UINT32_C(1) << slot;
	}
	return renamed;
}

/* What was sent to members that are lost comes to the current one for a while, if need be. */
static void
stand_in(struct bond *b, uint32_t lost, uint64_t now)
{
	if (b->mode->balance != BOND_BALANCE_ALB || b->active == BOND_NONE)
		return;
	bond_foreach_member (b, slot)
		if (lost >> slot & 1 && slot != b->active) {
			b->balancer.teacher.stand_in |= UINT32_C(1) << slot;
			b->balancer.teacher.stand_in_next = 0;
			b->member[b->active].promisc_until = now + BOND_BALANCE_PERIOD;
		}
}

/*
 * The role went on: filters belong to who has it, and the switch must see it at once.
 * @return the one that had it, if it cannot send any more, as a set
 */
static uint32_t
follow_current(struct bond *b, uint32_t usable)
{
	struct bond_balancer *l = &b->balancer;
	const uint8_t old = l->current;

	if (b->active == old)
		return 0;
	l->current = b->active;
	l->teacher.bridged = b->active != BOND_NONE;
	if (old == BOND_NONE)
		return 0;
	b->member[old].promisc_until = 0;
	return (UINT32_C(1) << old) & ~usable;
}

void
bond_balance_follow(struct bond *b, uint64_t now)
{
	struct bond_balancer *l = &b->balancer;
	const uint32_t usable = bond_balance_usable(b), lost = l->senders & ~usable,
		       gained = usable & ~l->senders;
	uint32_t renamed, retired;
	bool speeds, moved;

	if (!b->mode->balance)
		return;
	l->senders = usable;
	moved = b->active != l->current;
	retired = follow_current(b, usable);
	renamed = note_addresses(b);
	speeds = note_capacities(b);
	bond_load_follow(b, speeds, now);
	stand_in(b, lost | retired, now);
	if (lost)
		bond_client_lost(b, lost, now);
	if (renamed | gained) {
		bond_learn_now(b, (renamed | gained) & usable);
		bond_client_renamed(b, renamed, now);
	}
	if (gained || speeds || moved || l->ipv6 != b->options.balance.ipv6)
		l->clients.rebalance_at = now + RETURN_DELAY;
	l->ipv6 = b->options.balance.ipv6;
}

void
bond_balance_tick(struct bond *b, uint64_t now)
{
	if (!b->mode->balance)
		return;
	bond_foreach_member (b, slot)
		if (b->member[slot].promisc_until <= now)
			b->member[slot].promisc_until = 0;
	bond_client_tick(b, now);
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
bond_balance_deadline(const struct bond *b)
{
	const struct bond_balancer *l = &b->balancer;
	uint64_t next;

	if (!b->mode->balance)
		return BOND_NEVER;
	next = earlier(bond_learn_deadline(b), bond_client_deadline(b));
	next = earlier(next, l->clients.rebalance_at);
	if (b->options.balance.dynamic_lb)
		next = earlier(next, l->load.due);
	bond_foreach_member (b, slot)
		if (b->member[slot].promisc_until > 0)
			next = earlier(next, b->member[slot].promisc_until);
	return next;
}

bool
bond_balance_promisc(const struct bond *b, uint8_t slot, uint64_t now)
{
	return b->member[slot].used && b->member[slot].promisc_until > now;
}

bool
bond_balance_output(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot)
{
	if (!b->mode->balance || !b->host_up)
		return false;
	/* the switch first: answers to what clients are told must find their way */
	return bond_learn_output(b, now, frame, len, slot) ||
	       bond_client_update(b, now, frame, len, slot);
}

const struct bond_balance_counts *
bond_balance_counts(const struct bond *b)
{
	return &b->balancer.counts;
}

void
bond_balance_emit(const struct bond *b, const char *kind, const char *member, const char *from,
		  const char *to, const char *reason, uint64_t now)
{
	const struct bond_event event = {
		.time = now,
		.member = member,
		.kind = kind,
		.from = from,
		.to = to,
		.reason = reason,
		.severity = BOND_INFO,
	};

	bond_emit(b, &event);
}
