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

/* As for the shares of a hash; but a speed that is unknown counts as the least that is known. */
uint64_t
bond_balance_capacity(const struct bond *b, uint8_t slot)
{
	const struct bond_member *m = &b->member[slot];
	uint32_t least = 0;
	bool weights = false;

	bond_foreach_member (b, other) {
		const uint32_t mbps = b->member[other].fact.speed_mbps;

		weights |= b->member[other].options.weight > 0;
		if (mbps > 0 && (least == 0 || mbps < least))
			least = mbps;
	}
	if (weights)
		return m->options.weight > 0 ? m->options.weight : 1;
	return m->fact.speed_mbps > 0 ? m->fact.speed_mbps : least > 0 ? least : 1;
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
			b->member[b->active].promisc_until = now + BOND_BALANCE_PERIOD;
		}
}

/* The role went on: filters belong to who has it, and the switch must see it at once. */
static void
follow_current(struct bond *b)
{
	struct bond_balancer *l = &b->balancer;

	if (b->active == l->current)
		return;
	if (l->current != BOND_NONE)
		b->member[l->current].promisc_until = 0;
	l->current = b->active;
	l->teacher.bridged = b->active != BOND_NONE;
}

void
bond_balance_follow(struct bond *b, uint64_t now)
{
	struct bond_balancer *l = &b->balancer;
	const uint32_t usable = bond_balance_usable(b), lost = l->senders & ~usable,
		       gained = usable & ~l->senders;
	uint32_t renamed;

	if (!b->mode->balance)
		return;
	l->senders = usable;
	follow_current(b);
	renamed = note_addresses(b);
	bond_load_follow(b, now);
	if (lost) {
		stand_in(b, lost, now);
		bond_client_lost(b, lost, now);
	}
	if (renamed | gained) {
		bond_learn_now(b, (renamed | gained) & usable);
		bond_client_renamed(b, renamed, now);
	}
	if (gained)
		l->clients.rebalance_at = now + RETURN_DELAY;
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
