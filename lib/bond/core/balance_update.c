/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_update.c - rounds of updates: what tells clients the MAC of their member. */
#include <string.h>

#include "balance_int.h"

#define COPIES    2              /* of an update, in each round */
#define SPACING   (2 * BOND_SEC) /* of rounds */
#define PACE      256            /* frames that may leave at once ... */
#define PACE_TIME BOND_MSEC      /* ... and in each such time after */

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool
is_running(const struct bond_clients *t)
{
	return t->round_next < t->n;
}

uint64_t
bond_client_deadline(const struct bond *b)
{
	const struct bond_clients *t = &b->balancer.clients;

	if (t->n == 0 || !b->host_up)
		return BOND_NEVER;
	if (t->n_farewells > 0)
		return 0;
	if (is_running(t))
		return t->pace > 0 ? 0 : t->pace_at;
	return earlier(t->update_at, t->announce_at);
}

static bool
is_announced(const struct bond_clients *t, const struct bond_client *c)
{
	for (unsigned int i = 0; i < t->n_announced && !t->all_announced; i++)
		if (bond_ip_equal(&t->announced[i], &c->local))
			return true;
	return t->all_announced;
}

/* Who heard the bond's MAC from an announcement, but has another member, is to be told again. */
static void
take_announced(struct bond *b)
{
	struct bond_clients *t = &b->balancer.clients;

	for (uint32_t i = 0; i < t->n; i++) {
		struct bond_client *c = &t->table[i];

		if (c->used && c->rounds == 0 && c->slot != BOND_NONE && is_announced(t, c) &&
		    bond_client_is_known(c) && memcmp(b->member[c->slot].mac, b->mac, 6) != 0)
			c->rounds = 1;
	}
	t->n_announced = 0;
	t->all_announced = false;
	t->announce_at = t->announce_by = BOND_NEVER;
}

static void
begin_round(struct bond *b, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;

	if (now >= t->announce_at)
		take_announced(b);
	t->update_at = BOND_NEVER;
	t->round_began = now;
	t->round_next = 0;
	t->round_copy = 0;
	t->pace = PACE;
	t->pace_at = now + PACE_TIME;
}

static bool
is_due(const struct bond *b, const struct bond_client *c)
{
	return c->used && c->rounds > 0 && bond_client_is_known(c) && c->slot != BOND_NONE &&
	       bond_member_can_tx(b, c->slot);
}

/* Who made room for others is told the bond's MAC, which is always right. */
static bool
say_farewell(struct bond *b, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_clients *t = &b->balancer.clients;

	while (t->n_farewells > 0) {
		const struct bond_client *c = &t->farewell[--t->n_farewells];

		if (b->active == BOND_NONE || !bond_member_can_tx(b, b->active) ||
		    !bond_client_is_known(c))
			continue;
		*slot = b->active;
		*len = bond_client_frame(b, c, b->mac, frame);
		return true;
	}
	return false;
}

static bool
next_of_round(struct bond *b, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_clients *t = &b->balancer.clients;
	struct bond_client *c;

	while (is_running(t) && !is_due(b, &t->table[t->round_next])) {
		t->round_next++;
		t->round_copy = 0;
	}
	if (!is_running(t))
		return false;
	c = &t->table[t->round_next];
	*slot = c->slot;
	*len = bond_client_frame(b, c, b->member[c->slot].mac, frame);
	t->pace--;
	if (++t->round_copy < COPIES)
		return true;
	t->round_copy = 0;
	t->round_next++;
	if (--c->rounds > 0)
		t->update_at = earlier(t->update_at, t->round_began + SPACING);
	return true;
}

bool
bond_client_update(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_clients *t = &b->balancer.clients;
	bool any;

	if (t->n == 0)
		return false;
	any = say_farewell(b, frame, len, slot);
	if (!any && !is_running(t) && now >= earlier(t->update_at, t->announce_at))
		begin_round(b, now);
	if (!any && is_running(t) && t->pace == 0 && now >= t->pace_at) {
		t->pace = PACE;
		t->pace_at = now + PACE_TIME;
	}
	if (!any && is_running(t) && t->pace > 0)
		any = next_of_round(b, frame, len, slot);
	b->balancer.counts.updates += any;
	return any;
}
