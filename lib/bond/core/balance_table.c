/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_table.c - the table of clients: found by their neighbour, the longest silent make room. */
#include <string.h>

#include "balance_int.h"

/*
 * An array that never grows. Entry i is also the head of the chain of all clients whose peer has the
 * hash i. A new client takes the place of another one only if that has been silent for so long;
 * so strangers who ask once each cannot push out those who stay.
 */
#define SILENT (300 * BOND_SEC)

#define VLAN_ID 0x0fff /* the rest of the tag is priority */

static uint64_t
mix(uint64_t hash, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ octets[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	hash *= UINT64_C(
		0x9e3779b97f4a7c15); /* who does not know the seed cannot collide at will */
	return hash ^ hash >> 29;
}

static uint32_t
place_of(const struct bond *b, const struct bond_ip *peer)
{
	const struct bond_clients *t = &b->balancer.clients;

	return (uint32_t)(mix(mix(t->seed, peer->octet, peer->v6 ? 16 : 4), peer->octet, 4) % t->n);
}

static bool
is_same_vlan(const struct bond_tags *a, const struct bond_tags *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (a->tag[i].tpid != b->tag[i].tpid ||
		    (a->tag[i].tci & VLAN_ID) != (b->tag[i].tci & VLAN_ID))
			return false;
	return true;
}

bool
bond_client_is_in(const struct bond_client *c, const struct bond_tags *tags)
{
	return is_same_vlan(&c->tags, tags);
}

void
bond_balance_room(struct bond *b, struct bond_client *clients, uint32_t n)
{
	struct bond_clients *t = &b->balancer.clients;

	t->table = clients;
	t->n = clients ? n : 0;
	t->seed = b->options.seed ^ UINT64_C(0xcbf29ce484222325);
	t->free = t->newest = t->oldest = BOND_CLIENT_NONE;
	t->round_next = t->n;
	memset(t->on, 0, sizeof(t->on));
	b->balancer.counts.clients = 0;
	for (uint32_t i = t->n; i-- > 0;) {
		clients[i] = (struct bond_client){
			.slot = BOND_NONE, .head = BOND_CLIENT_NONE, .next = t->free};
		t->free = i;
	}
}

uint32_t
bond_client_chain(const struct bond *b, const struct bond_ip *peer)
{
	const struct bond_clients *t = &b->balancer.clients;

	return t->n == 0 ? BOND_CLIENT_NONE : t->table[place_of(b, peer)].head;
}

uint32_t
bond_client_find(const struct bond *b, const struct bond_ip *local, const struct bond_ip *peer,
		 const struct bond_tags *tags)
{
	const struct bond_client *table = b->balancer.clients.table;
	uint32_t at = bond_client_chain(b, peer);

	while (at != BOND_CLIENT_NONE &&
	       !(bond_ip_equal(&table[at].peer, peer) && bond_ip_equal(&table[at].local, local) &&
		 is_same_vlan(&table[at].tags, tags)))
		at = table[at].next;
	return at;
}

static void
leave_order(struct bond_clients *t, uint32_t at)
{
	struct bond_client *c = &t->table[at];

	if (c->newer == BOND_CLIENT_NONE)
		t->newest = c->older;
	else
		t->table[c->newer].older = c->older;
	if (c->older == BOND_CLIENT_NONE)
		t->oldest = c->newer;
	else
		t->table[c->older].newer = c->newer;
}

static void
enter_order(struct bond_clients *t, uint32_t at)
{
	struct bond_client *c = &t->table[at];

	c->newer = BOND_CLIENT_NONE;
	c->older = t->newest;
	if (t->newest == BOND_CLIENT_NONE)
		t->oldest = at;
	else
		t->table[t->newest].newer = at;
	t->newest = at;
}

void
bond_client_touch(struct bond *b, uint32_t at, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;

	t->table[at].seen = now;
	leave_order(t, at);
	enter_order(t, at);
}

void
bond_client_assign(struct bond *b, uint32_t at, uint8_t slot)
{
	struct bond_clients *t = &b->balancer.clients;
	struct bond_client *c = &t->table[at];

	if (c->slot != BOND_NONE)
		t->on[c->slot]--;
	c->slot = slot;
	if (slot != BOND_NONE)
		t->on[slot]++;
}

void
bond_client_drop(struct bond *b, uint32_t at)
{
	struct bond_clients *t = &b->balancer.clients;
	struct bond_client *c = &t->table[at];
	uint32_t *link = &t->table[place_of(b, &c->peer)].head;

	while (*link != at)
		link = &t->table[*link].next;
	*link = c->next;
	leave_order(t, at);
	bond_client_assign(b, at, BOND_NONE);
	c->used = false;
	c->rounds = 0;
	c->next = t->free;
	t->free = at;
	b->balancer.counts.clients--;
}

/* The longest silent makes room; it is to be told that the bond's MAC is for it again. */
static bool
make_room(struct bond *b, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;

	if (t->free != BOND_CLIENT_NONE)
		return true;
	if (t->oldest == BOND_CLIENT_NONE || now - t->table[t->oldest].seen < SILENT ||
	    t->n_farewells == BOND_BALANCE_FAREWELLS)
		return false;
	t->farewell[t->n_farewells++] = t->table[t->oldest];
	bond_client_drop(b, t->oldest);
	b->balancer.counts.evicted++;
	return true;
}

uint32_t
bond_client_make(struct bond *b, const struct bond_ip *local, const struct bond_ip *peer,
		 const struct bond_tags *tags, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;
	struct bond_client *c;
	uint32_t at, head, *link;

	if (t->n == 0 || !make_room(b, now)) {
		b->balancer.counts.full++;
		return BOND_CLIENT_NONE;
	}
	at = t->free;
	c = &t->table[at];
	t->free = c->next;
	head = c->head; /* of another chain, that only lies here */
	link = &t->table[place_of(b, peer)].head;
	*c = (struct bond_client){.local = *local,
				  .peer = *peer,
				  .tags = *tags,
				  .slot = BOND_NONE,
				  .used = true,
				  .seen = now,
				  .head = head};
	c->next = *link;
	*link = at;
	enter_order(t, at);
	bond_client_note_local(b, local);
	b->balancer.counts.created++;
	b->balancer.counts.clients++;
	return at;
}

static unsigned int
local_bit(const struct bond_ip *local)
{
	return (unsigned int)(mix(0, local->octet, local->v6 ? 16 : 4) % (64 * 64));
}

void
bond_client_note_local(struct bond *b, const struct bond_ip *local)
{
	const unsigned int bit = local_bit(local);

	b->balancer.clients.local_bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

bool
bond_client_may_have_local(const struct bond *b, const struct bond_ip *local)
{
	const unsigned int bit = local_bit(local);

	return b->balancer.clients.local_bits[bit / 64] >> (bit % 64) & 1;
}

const struct bond_client *
bond_balance_client(const struct bond *b, uint32_t *at)
{
	const struct bond_clients *t = &b->balancer.clients;

	while (*at < t->n) {
		const struct bond_client *c = &t->table[(*at)++];

		if (c->used)
			return c;
	}
	return NULL;
}
