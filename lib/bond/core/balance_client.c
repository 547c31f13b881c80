/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_client.c - which member each client sends to, and when it is to be told. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "balance_int.h"

#define ROUNDS           4                 /* of updates, after a member was lost */
#define ROUND_GAP        (100 * BOND_MSEC) /* at least, between rounds */
#define ANNOUNCED_DELAY  (2 * BOND_SEC)    /* until clients are told again */
#define ANNOUNCED_LATEST (6 * BOND_SEC)    /* however often the host announces meanwhile */
#define TEXT_SIZE        48
#define REASON_SIZE      96

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Would one more client on a cost it more than on b? */
static bool
is_fuller(const struct bond *b, uint8_t one, uint8_t other)
{
	const uint32_t *on = b->balancer.clients.on, *capacity = b->balancer.capacity;

	return (on[one] + UINT64_C(1)) * capacity[other] >
	       (on[other] + UINT64_C(1)) * capacity[one];
}

/*
 * In turn, as in Linux, as long as all have their share; but shares are by speed, and who has fewer
 * than its own, because it was away, comes first.
 */
uint8_t
bond_client_choose(struct bond *b)
{
	struct bond_clients *t = &b->balancer.clients;
	uint8_t best = BOND_NONE, first = 0;

	for (uint8_t i = 0; i < b->n_members; i++)
		if (b->order[i] == t->last)
			first = (uint8_t)(i + 1);
	for (uint8_t i = 0; i < b->n_members; i++) {
		const uint8_t slot = b->order[(first + i) % b->n_members];

		if (bond_member_usable(&b->member[slot]) &&
		    (best == BOND_NONE || is_fuller(b, best, slot)))
			best = slot;
	}
	if (best != BOND_NONE)
		t->last = best;
	return best;
}

/* Clients of IPv6 that are left since alb_ipv6 was switched off go to the current member. */
static bool
is_spread(const struct bond *b, const struct bond_client *c)
{
	return b->options.balance.ipv6 || !c->local.v6;
}

static uint8_t
member_for(struct bond *b, const struct bond_client *c)
{
	if (is_spread(b, c))
		return bond_client_choose(b);
	return b->active != BOND_NONE && bond_member_usable(&b->member[b->active]) ? b->active
										   : BOND_NONE;
}

bool
bond_client_is_known(const struct bond_client *c)
{
	static const uint8_t unknown[6];

	return memcmp(c->mac, unknown, sizeof(unknown)) != 0;
}

void
bond_client_tell(struct bond *b, uint32_t at, uint8_t rounds, uint64_t when)
{
	struct bond_clients *t = &b->balancer.clients;
	struct bond_client *c = &t->table[at];

	if (c->rounds < rounds)
		c->rounds = rounds;
	if (!bond_client_is_known(c))
		return; /* it is told when its MAC is heard */
	if (t->round_began > 0 && when < t->round_began + ROUND_GAP)
		when = t->round_began + ROUND_GAP;
	t->update_at = earlier(t->update_at, when);
}

void
bond_client_announced(struct bond *b, const struct bond_ip *local, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;
	bool known = t->all_announced;

	if (t->n == 0)
		return;
	for (unsigned int i = 0; i < t->n_announced; i++)
		known |= bond_ip_equal(&t->announced[i], local);
	if (!known && t->n_announced == BOND_BALANCE_ANNOUNCE)
		t->all_announced = true;
	else if (!known)
		t->announced[t->n_announced++] = *local;
	if (t->announce_by == BOND_NEVER)
		t->announce_by = now + ANNOUNCED_LATEST;
	t->announce_at = earlier(now + ANNOUNCED_DELAY, t->announce_by);
}

static void
tell_moves(const struct bond *b, uint8_t slot, uint32_t moved, bool away, uint64_t now)
{
	const char *name = b->member[slot].name;
	char from[TEXT_SIZE], to[TEXT_SIZE], reason[REASON_SIZE];
	const uint32_t has = b->balancer.clients.on[slot];

	if (moved == 0)
		return;
	snprintf(from, sizeof(from), "%" PRIu32 " clients", away ? has + moved : has - moved);
	snprintf(to, sizeof(to), "%" PRIu32 " clients", has);
	snprintf(reason, sizeof(reason), "%s: %" PRIu32 " clients moved",
		 away ? "it can no longer receive" : "it is to have its share", moved);
	bond_balance_emit(b, "clients", name[0] ? name : NULL, from, to, reason, now);
}

void
bond_client_lost(struct bond *b, uint32_t lost, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;
	uint32_t moved[BOND_MAX_MEMBERS] = {0};

	for (uint32_t i = 0; i < t->n; i++) {
		const uint8_t from = t->table[i].slot;

		if (!t->table[i].used || from == BOND_NONE || !(lost >> from & 1))
			continue;
		moved[from]++;
		bond_client_assign(b, i, member_for(b, &t->table[i]));
		bond_client_tell(b, i, ROUNDS, now);
	}
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		tell_moves(b, slot, moved[slot], true, now);
}

void
bond_client_renamed(struct bond *b, uint32_t renamed, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;

	for (uint32_t i = 0; renamed && i < t->n; i++)
		if (t->table[i].used && t->table[i].slot != BOND_NONE &&
		    (renamed >> t->table[i].slot & 1))
			bond_client_tell(b, i, ROUNDS, now);
}

/* Who should give a client away to whom? By counts alone. @return false: all have their share */
static bool
next_move(const struct bond *b, const uint32_t on[BOND_MAX_MEMBERS], uint8_t *from, uint8_t *to)
{
	const uint32_t *capacity = b->balancer.capacity;
	uint64_t most = 0, least = 0; /* clients, and one more, for the capacity */

	*from = *to = BOND_NONE;
	bond_foreach_member (b, slot) {
		if (!(b->balancer.senders >> slot & 1))
			continue;
		if (*from == BOND_NONE ||
		    (uint64_t)on[slot] * capacity[*from] > most * capacity[slot]) {
			*from = slot;
			most = on[slot];
		}
		if (*to == BOND_NONE ||
		    (on[slot] + UINT64_C(1)) * capacity[*to] < least * capacity[slot]) {
			*to = slot;
			least = on[slot] + UINT64_C(1);
		}
	}
	return *from != BOND_NONE && *from != *to && most * capacity[*to] > least * capacity[*from];
}

/* Move as few clients as it takes until all members have their share; who has none gets one. */
static void
spread(struct bond *b, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;
	uint32_t on[BOND_MAX_MEMBERS], before[BOND_MAX_MEMBERS];
	uint8_t from, to;

	if (t->n == 0)
		return;
	memcpy(before, t->on, sizeof(before));
	for (uint32_t i = 0; i < t->n; i++) {
		const struct bond_client *c = &t->table[i];

		if (c->used && (c->slot == BOND_NONE || !is_spread(b, c))) {
			const uint8_t slot = member_for(b, c);

			if (slot == c->slot)
				continue;
			bond_client_assign(b, i, slot);
			bond_client_tell(b, i, ROUNDS, now);
		}
	}
	memcpy(on, t->on, sizeof(on));
	for (uint32_t k = 0; k < t->n && next_move(b, on, &from, &to); k++) {
		on[from]--;
		on[to]++;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		const uint8_t slot = t->table[i].slot;

		if (!t->table[i].used || slot == BOND_NONE || t->on[slot] <= on[slot] ||
		    !is_spread(b, &t->table[i]))
			continue;
		for (to = 0; to < BOND_MAX_MEMBERS && t->on[to] >= on[to]; to++)
			;
		if (to == BOND_MAX_MEMBERS)
			break;
		bond_client_assign(b, i, to);
		bond_client_tell(b, i, 1, now);
	}
	bond_foreach_member (b, slot)
		if (t->on[slot] > before[slot])
			tell_moves(b, slot, t->on[slot] - before[slot], false, now);
}

void
bond_client_tick(struct bond *b, uint64_t now)
{
	if (now < b->balancer.clients.rebalance_at)
		return;
	b->balancer.clients.rebalance_at = BOND_NEVER;
	if (b->balancer.senders)
		spread(b, now);
}

/* Is what is stacked with these tags, or the bond itself, still there? */
static bool
is_stacked(const struct bond *b, const struct bond_client *c)
{
	const struct bond_teacher *h = &b->balancer.teacher;

	for (unsigned int i = 0; i < h->n_stacked; i++)
		if (bond_client_is_in(c, &h->stacked[i].tags))
			return true;
	return h->n_stacked == BOND_BALANCE_STACKED; /* or one of those that did not fit */
}

void
bond_client_prune(struct bond *b)
{
	struct bond_clients *t = &b->balancer.clients;

	for (uint32_t i = 0; i < t->n; i++)
		if (t->table[i].used && !is_stacked(b, &t->table[i]))
			bond_client_drop(b, i);
}
