/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_learn.c - learning packets: they tell switches behind which port each MAC is. */
#include <string.h>

#include "balance_int.h"

#define VLAN_ID 0x0fff

static bool
is_same(const struct bond_stacked *a, const struct bond_stacked *b)
{
	if (a->tags.n != b->tags.n || a->has_mac != b->has_mac ||
	    (a->has_mac && memcmp(a->mac, b->mac, 6) != 0))
		return false;
	for (unsigned int i = 0; i < a->tags.n; i++)
		if (a->tags.tag[i].tpid != b->tags.tag[i].tpid ||
		    a->tags.tag[i].tci != b->tags.tag[i].tci)
			return false;
	return true;
}

static void
add(struct bond_teacher *t, const struct bond_tags *tags, bool has_mac, const uint8_t mac[6])
{
	struct bond_stacked s = {.tags = *tags, .has_mac = has_mac};

	if (has_mac)
		memcpy(s.mac, mac, 6);
	for (unsigned int i = 0; i < s.tags.n; i++)
		s.tags.tag[i].tci &= VLAN_ID;
	for (unsigned int i = 0; i < t->n_stacked; i++)
		if (is_same(&t->stacked[i], &s))
			return;
	if (t->n_stacked < BOND_BALANCE_STACKED)
		t->stacked[t->n_stacked++] = s;
}

void
bond_learn_stacked(struct bond *b)
{
	static const struct bond_tags untagged;
	struct bond_teacher *t = &b->balancer.teacher;
	const struct bond_net *net = &b->net;

	t->n_stacked = 0;
	t->learn_next = 0;
	add(t, &untagged, false, NULL);
	for (unsigned int i = 0; i < net->n_vlans; i++)
		add(t, &net->vlan[i].tags, net->vlan[i].has_mac, net->vlan[i].mac);
	for (unsigned int i = 0; i < net->n_addresses; i++)
		add(t, &net->address[i].tags, net->address[i].has_mac, net->address[i].mac);
	for (unsigned int i = 0; i < net->n_groups; i++)
		add(t, &net->group[i].tags, net->group[i].has_mac, net->group[i].mac);
	for (unsigned int i = 0; i < net->n_bridged; i++) /* the VLAN; the MAC is not ours */
		add(t, &net->bridged[i].tags, false, NULL);
}

void
bond_learn_now(struct bond *b, uint32_t slots)
{
	b->balancer.teacher.learn |= slots;
	b->balancer.teacher.learn_next = 0;
}

uint64_t
bond_learn_deadline(const struct bond *b)
{
	const struct bond_teacher *t = &b->balancer.teacher;

	if (!b->host_up || b->balancer.senders == 0)
		return BOND_NEVER;
	return t->learn & b->balancer.senders ? 0 : t->learn_at;
}

/* What the device i teaches on a member. @return NULL: nothing there */
static const uint8_t *
mac_to_teach(const struct bond *b, const struct bond_stacked *s, uint8_t slot)
{
	if (!s->has_mac)
		return b->member[slot].mac;
	return slot == b->active ? s->mac : NULL; /* only there it is received */
}

static size_t
teach_own(const struct bond *b, uint8_t slot, unsigned int i, uint8_t *frame)
{
	const struct bond_teacher *t = &b->balancer.teacher;
	const uint8_t *mac;

	if (i >= t->n_stacked) {
		const struct bond_bridged *g = &b->net.bridged[i - t->n_stacked];

		return bond_learning_frame(g->mac, &g->tags, frame);
	}
	mac = mac_to_teach(b, &t->stacked[i], slot);
	return mac ? bond_learning_frame(mac, &t->stacked[i].tags, frame) : 0;
}

/* How many frames there are to teach on a member; behind bridges only when the role has moved. */
static unsigned int
n_to_teach(const struct bond *b, uint8_t slot)
{
	const struct bond_teacher *t = &b->balancer.teacher;

	return t->n_stacked + (slot == b->active && t->bridged ? b->net.n_bridged : 0);
}

static uint8_t
lowest(uint32_t set)
{
	uint8_t slot = 0;

	while (!(set >> slot & 1))
		slot++;
	return slot;
}

/* The next frame of a round, each member for itself. */
static bool
next_own(struct bond *b, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_teacher *t = &b->balancer.teacher;

	while ((t->learn &= b->balancer.senders)) {
		*slot = lowest(t->learn);
		if (*slot != t->learn_slot)
			t->learn_next = 0; /* another one was under way, but it is lost */
		t->learn_slot = *slot;
		while (t->learn_next < n_to_teach(b, *slot)) {
			*len = teach_own(b, *slot, t->learn_next++, frame);
			if (*len > 0)
				return true;
		}
		if (*slot == b->active)
			t->bridged = false;
		t->learn &= ~(UINT32_C(1) << *slot);
		t->learn_next = 0;
	}
	return false;
}

/* The next frame on the current member, for one that cannot send itself. */
static bool
next_stand_in(struct bond *b, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_teacher *t = &b->balancer.teacher;

	while (t->stand_in) {
		const uint8_t lost = lowest(t->stand_in);
		const bool able = b->active != BOND_NONE && bond_member_can_tx(b, b->active) &&
				  b->member[lost].used && lost != b->active &&
				  !bond_member_usable(&b->member[lost]);

		while (able && t->stand_in_next < t->n_stacked) {
			const struct bond_stacked *s = &t->stacked[t->stand_in_next++];

			if (s->has_mac)
				continue;
			*slot = b->active;
			*len = bond_learning_frame(b->member[lost].mac, &s->tags, frame);
			return true;
		}
		t->stand_in &= ~(UINT32_C(1) << lost);
		t->stand_in_next = 0;
	}
	return false;
}

bool
bond_learn_output(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot)
{
	struct bond_teacher *t = &b->balancer.teacher;
	const uint64_t interval = b->options.balance.lp_interval_s * BOND_SEC;
	bool any;

	if (b->balancer.senders == 0)
		return false;
	if (now >= t->learn_at || t->learn_at - now > interval) {
		t->learn |= b->balancer.senders;
		t->learn_at =
			now - t->learn_at < interval ? t->learn_at + interval : now + interval;
	}
	any = next_own(b, frame, len, slot) || next_stand_in(b, frame, len, slot);
	b->balancer.counts.learning += any;
	return any;
}
