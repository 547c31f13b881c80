/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_host.c - what the host says of its addresses, and what neighbours say of theirs. */
#include <string.h>

#include "balance_int.h"

#define SCAN_GAP (100 * BOND_MSEC) /* between searches of the whole table for a local address */

static bool
is_group(const uint8_t mac[6])
{
	return mac[0] & 1;
}

static bool
is_same(const uint8_t a[6], const uint8_t b[6])
{
	return memcmp(a, b, 6) == 0;
}

/* Who leaves elsewhere than on the current member leaves as that member. */
static void
leave_on(const struct bond *b, uint8_t at, uint8_t *frame, uint8_t *slot)
{
	memcpy(frame + 6, b->member[at].mac, 6);
	*slot = at;
}

/* Find a client, or make one; it has a member then, or there is none that receives. */
static uint32_t
take_client(struct bond *b, const struct bond_ip *local, const struct bond_ip *peer,
	    const struct bond_saying *s, uint64_t now)
{
	struct bond_client *table = b->balancer.clients.table;
	uint32_t at = bond_client_find(b, local, peer, &s->tags);

	if (at == BOND_CLIENT_NONE)
		at = bond_client_make(b, local, peer, &s->tags, now);
	if (at == BOND_CLIENT_NONE)
		return at;
	bond_client_touch(b, at, now);
	if (table[at].slot == BOND_NONE)
		bond_client_assign(b, at, bond_client_choose(b));
	return at;
}

/* A frame to one neighbour: it learns the MAC of its member from the frame itself. */
static void
tell_one(struct bond *b, uint32_t at, uint8_t *frame, const struct bond_saying *s, uint8_t *slot)
{
	struct bond_client *c = &b->balancer.clients.table[at];

	memcpy(c->mac, frame, 6);
	if (s->kind == BOND_NEIGHBOUR_NA || s->discovery)
		c->router = s->router;
	if (c->slot == BOND_NONE || !bond_member_can_tx(b, c->slot))
		return;
	if (!is_same(b->member[c->slot].mac, b->mac)) {
		bond_saying_rewrite(frame, s, b->member[c->slot].mac);
		b->balancer.counts.rewritten++;
	}
	leave_on(b, c->slot, frame, slot);
}

static void
host_arp(struct bond *b, uint8_t *frame, const struct bond_saying *s, uint64_t now, uint8_t *slot)
{
	uint32_t at;
	uint8_t to;

	if (s->kind == BOND_NEIGHBOUR_OTHER || bond_ip_is_zero(&s->sender))
		return; /* a probe whether an address is free */
	if (is_group(frame))
		bond_client_announced(b, &s->sender, now);
	if (bond_ip_equal(&s->sender, &s->target) ||
	    (is_group(frame) && s->kind == BOND_NEIGHBOUR_ARP_REPLY))
		return;
	at = take_client(b, &s->sender, &s->target, s, now);
	if (at == BOND_CLIENT_NONE)
		return;
	if (!is_group(frame)) {
		tell_one(b, at, frame, s, slot);
		return;
	}
	/* All hear it, so it tells the bond's MAC; the others are told their own again later. */
	to = b->balancer.clients.table[at].slot;
	if (to != BOND_NONE && bond_member_can_tx(b, to))
		leave_on(b, to, frame, slot);
}

static void
host_nd(struct bond *b, uint8_t *frame, const struct bond_saying *s, uint64_t now, uint8_t *slot)
{
	const bool advertises = s->kind == BOND_NEIGHBOUR_NA;
	struct bond_client *c;
	uint32_t at;

	if (bond_ip_is_zero(&s->sender))
		return; /* duplicate address detection */
	if (advertises && is_group(frame)) {
		bond_client_announced(b, &s->target, now);
		return;
	}
	/* A solicitation to a group concerns the one neighbour who has the address: it may be told. */
	at = take_client(b, advertises ? &s->target : &s->sender, advertises ? &s->to : &s->target,
			 s, now);
	if (at == BOND_CLIENT_NONE)
		return;
	if (!is_group(frame)) {
		tell_one(b, at, frame, s, slot);
		return;
	}
	c = &b->balancer.clients.table[at];
	if (c->slot == BOND_NONE || !bond_member_can_tx(b, c->slot))
		return;
	if (!is_same(b->member[c->slot].mac, b->mac)) {
		bond_saying_rewrite(frame, s, b->member[c->slot].mac);
		b->balancer.counts.rewritten++;
	}
	leave_on(b, c->slot, frame, slot);
}

/*
 * An RS goes to all routers, an RA mostly to all nodes, and each of them may have been told another
 * member than the others. So it is left to them to ask, as RFC 4861 (4.2) provides for those who share
 * what they receive between several MACs.
 */
static void
host_discovery(struct bond *b, uint8_t *frame, const struct bond_saying *s, uint64_t now,
	       uint8_t *slot)
{
	uint32_t at;

	if (is_group(frame)) {
		b->balancer.counts.rewritten += bond_saying_withhold(frame, s);
		return;
	}
	at = take_client(b, &s->sender, &s->to, s, now);
	if (at != BOND_CLIENT_NONE)
		tell_one(b, at, frame, s, slot);
}

void
bond_balance_host_frame(struct bond *b, uint8_t *frame, size_t len, uint64_t now, uint8_t *slot)
{
	struct bond_balance_counts *n = &b->balancer.counts;
	struct bond_saying s;

	n->host_frames++;
	*slot = b->active != BOND_NONE && bond_member_can_tx(b, b->active) ? b->active : BOND_NONE;
	if (b->mode->balance != BOND_BALANCE_ALB || b->balancer.clients.n == 0)
		return;
	if (!bond_saying_read(frame, len, &s)) {
		n->malformed++;
		return;
	}
	if (!is_same(frame + 6, b->mac) || (s.mac_at > 0 && !is_same(frame + s.mac_at, b->mac))) {
		n->foreign++; /* of a bridge, or a device with a MAC of its own */
		return;
	}
	if (!s.v6)
		host_arp(b, frame, &s, now, slot);
	else if (!b->options.balance.ipv6 || s.mac_at == 0)
		return;
	else if (s.discovery)
		host_discovery(b, frame, &s, now, slot);
	else
		host_nd(b, frame, &s, now, slot);
}

/* Is it one of ours, or the bond's? What we send to all comes back on the other members. */
static bool
is_ours(const struct bond *b, const uint8_t mac[6])
{
	bond_foreach_member (b, slot)
		if (is_same(b->member[slot].mac, mac))
			return true;
	return is_same(b->mac, mac);
}

/* A neighbour has another MAC now, or its MAC is known at last. */
static void
note_mac(struct bond *b, uint32_t at, const uint8_t mac[6], uint64_t now)
{
	struct bond_client *c = &b->balancer.clients.table[at];
	const bool is_new = !bond_client_is_known(c);

	if (is_same(c->mac, mac))
		return;
	b->balancer.counts.peers_moved += !is_new;
	memcpy(c->mac, mac, 6);
	if (is_new && c->local.v6 && c->rounds == 0)
		return; /* the solicitation has told it its member, which is still the same */
	if (b->balancer.clients.announce_at == BOND_NEVER)
		bond_client_tell(b, at, 1, now);
	else if (c->rounds == 0)
		c->rounds = 1; /* together with what was announced */
}

/* @param local NULL: it told all, of itself */
static void
heard_peer(struct bond *b, const struct bond_ip *peer, const struct bond_ip *local,
	   const struct bond_tags *tags, const uint8_t mac[6], uint64_t now)
{
	const struct bond_client *table = b->balancer.clients.table;

	for (uint32_t at = bond_client_chain(b, peer); at != BOND_CLIENT_NONE; at = table[at].next)
		if (bond_ip_equal(&table[at].peer, peer) && bond_client_is_in(&table[at], tags) &&
		    (!local || bond_ip_equal(&table[at].local, local)))
			note_mac(b, at, mac, now);
}

/* Others claim a local address: if the host has given it up, its clients are no longer ours. */
static void
heard_claim(struct bond *b, const struct bond_ip *ip, uint64_t now)
{
	struct bond_clients *t = &b->balancer.clients;

	if (!bond_client_may_have_local(b, ip))
		return;
	if (bond_net_is_local(&b->net, ip)) {
		b->balancer.counts.conflicts++;
		return;
	}
	if (now < t->scan_at)
		return;
	t->scan_at = now + SCAN_GAP;
	memset(t->local_bits, 0, sizeof(t->local_bits));
	for (uint32_t i = 0; i < t->n; i++) {
		if (!t->table[i].used)
			continue;
		if (bond_ip_equal(&t->table[i].local, ip)) {
			bond_client_drop(b, i);
			b->balancer.counts.locals_moved++;
		} else {
			bond_client_note_local(b, &t->table[i].local);
		}
	}
}

void
bond_balance_heard(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now)
{
	struct bond_saying s;
	const struct bond_ip *who;
	uint8_t mac[6];

	if (b->mode->balance != BOND_BALANCE_ALB || b->balancer.clients.n == 0 ||
	    !b->member[slot].used)
		return;
	b->balancer.counts.heard++;
	if (!bond_saying_read(frame, len, &s)) {
		b->balancer.counts.malformed++;
		return;
	}
	memcpy(mac, frame + (s.mac_at > 0 ? s.mac_at : 6), 6);
	/* a solicitation speaks of its source, an advertisement of its target */
	who = s.kind == BOND_NEIGHBOUR_NA ? &s.target : &s.sender;
	if (is_group(mac) || is_ours(b, mac) || bond_ip_is_zero(who))
		return;
	heard_claim(b, who, now);
	if (s.kind == BOND_NEIGHBOUR_ARP_REPLY)
		heard_peer(b, who, &s.target, &s.tags, mac, now);
	else if (s.kind == BOND_NEIGHBOUR_NA)
		heard_peer(b, who, is_group(frame) ? NULL : &s.to, &s.tags, mac, now);
	else if (s.kind == BOND_NEIGHBOUR_ARP_REQUEST && bond_ip_equal(&s.sender, &s.target))
		heard_peer(b, who, NULL, &s.tags, mac, now);
}
