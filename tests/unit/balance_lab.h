/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_lab.h - a bond on a learning switch, with neighbours that keep what they are told. */
#ifndef BALANCE_LAB_H
#define BALANCE_LAB_H

#include "bond_fixture.h"
#include "lab_frames.h"

#define LAB_CLIENTS 12
#define LAB_ROOM    64
#define LAB_PORTS   (BOND_MAX_MEMBERS + LAB_CLIENTS)
#define LAB_MACS    128

/* A neighbour: one address, and what it knows of the host. */
struct lab_client {
	struct bond_ip ip;
	uint8_t mac[6];
	bool knows;      /* the MAC of the host */
	uint8_t told[6]; /* which */
	unsigned int updates;
};

struct lab {
	struct fixture f; /* first: its hooks get it */
	struct bond_client room[LAB_ROOM];
	struct bond_address address[4];
	struct bond_net net;
	struct lab_client client[LAB_CLIENTS];
	struct {
		uint8_t mac[6];
		unsigned int port;
	} learned[LAB_MACS]; /* by the switch */
	unsigned int n_learned;
	unsigned int delivered; /* data frames to the host */
	unsigned int floods;
	unsigned int learning, updates; /* frames of the bond's own */
};

static struct lab lab;

static inline void lab_forward(unsigned int from, const uint8_t *frame, size_t len);

/* The host speaks of neighbours: through the core, out on the member that it says. */
static inline void
lab_host_says(const uint8_t *frame, size_t len)
{
	uint8_t copy[LAB_FRAME], slot;

	memcpy(copy, frame, len);
	bond_balance_host_frame(&lab.f.b, copy, len, lab.f.now, &slot);
	assert_memory_equal(copy, frame, 6);
	if (slot == BOND_NONE)
		return;
	assert_true(bond_member_can_tx(&lab.f.b, slot));
	if (lab_type(copy) == FRAME_IPV6)
		assert_true(lab_checksum_is_right(copy, len));
	lab_forward(slot, copy, len);
}

/* A stack answers who asks for its address. */
static inline size_t
lab_answer(const uint8_t *frame, const struct bond_ip *ip, const uint8_t mac[6], uint8_t *out)
{
	struct bond_ip who = {.v6 = ip->v6};

	if (!ip->v6 && lab_type(frame) == FRAME_ARP && frame[21] == 1 &&
	    memcmp(frame + 38, ip->octet, 4) == 0) {
		memcpy(who.octet, frame + 28, 4);
		return lab_arp(out, frame + 22, mac, 2, mac, ip, frame + 22, &who);
	}
	if (ip->v6 && lab_type(frame) == FRAME_IPV6 && frame[54] == 135 &&
	    memcmp(frame + 62, ip->octet, 16) == 0) {
		memcpy(who.octet, frame + 22, 16);
		return lab_nd(out, frame + 80, mac, 136, ip, &who, ip, mac);
	}
	return 0;
}

static inline void
lab_host_hears(const uint8_t *frame)
{
	uint8_t answer[LAB_FRAME];

	lab.delivered += !lab_speaks_of_neighbours(frame);
	for (unsigned int i = 0; i < lab.net.n_addresses; i++) {
		const size_t len = lab_answer(frame, &lab.address[i].ip, lab.f.b.mac, answer);

		if (len > 0)
			lab_host_says(answer, len);
	}
}

/* What a worker does with a frame that a member received, and the filter of its port before. */
static inline void
lab_member_receives(uint8_t slot, const uint8_t *frame, size_t len)
{
	const struct bond_view *v = &lab.f.view;
	const bool all = v->rx >> slot & 1;
	uint8_t copy[LAB_FRAME];

	if (!(frame[0] & 1) && !lab_same(frame, lab.f.b.member[slot].mac) &&
	    !bond_balance_promisc(&lab.f.b, slot, lab.f.now))
		return;
	memcpy(copy, frame, len);
	if (lab_speaks_of_neighbours(frame) && v->punt & BOND_PUNT_NEIGHBOUR)
		bond_balance_heard(&lab.f.b, slot, frame, len, lab.f.now);
	if (v->restore >> slot & 1 && lab_same(frame, v->mac[slot])) {
		memcpy(copy, v->bond_mac, 6);
	} else if (!all) {
		return;
	} else if (!(frame[0] & 1)) {
		for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++)
			if (v->adopt >> m & 1 && lab_same(frame, v->mac[m]))
				memcpy(copy, v->bond_mac, 6);
		if (!lab_same(copy, v->bond_mac))
			return; /* the host's stack drops what is for others */
	}
	lab_host_hears(copy);
}

static inline void
lab_learn_of_host(struct lab_client *c, const uint8_t *mac, bool mine)
{
	if (!mine && !c->knows)
		return;
	memcpy(c->told, mac, 6);
	c->knows = true;
}

static inline void
lab_client_receives(unsigned int i, const uint8_t *frame, size_t len)
{
	struct lab_client *c = &lab.client[i];
	const struct bond_ip host = lab_ip(c->ip.v6, 1);
	uint8_t answer[LAB_FRAME];

	if (!(frame[0] & 1) && !lab_same(frame, c->mac))
		return;
	if (!c->ip.v6 && lab_type(frame) == FRAME_ARP && memcmp(frame + 28, host.octet, 4) == 0)
		lab_learn_of_host(c, frame + 22, memcmp(frame + 38, c->ip.octet, 4) == 0);
	else if (c->ip.v6 && lab_type(frame) == FRAME_IPV6 && frame[54] == 136 &&
		 memcmp(frame + 62, host.octet, 16) == 0)
		lab_learn_of_host(c, frame + 80, memcmp(frame + 38, c->ip.octet, 16) == 0);
	else if (c->ip.v6 && lab_type(frame) == FRAME_IPV6 && frame[54] == 135 &&
		 memcmp(frame + 22, host.octet, 16) == 0 &&
		 memcmp(frame + 62, c->ip.octet, 16) == 0)
		lab_learn_of_host(c, frame + 80, true);
	if (lab_speaks_of_neighbours(frame) && !(frame[0] & 1))
		c->updates++;
	if (lab_answer(frame, &c->ip, c->mac, answer) > 0)
		lab_forward(BOND_MAX_MEMBERS + i, answer,
			    lab_answer(frame, &c->ip, c->mac, answer));
	(void)len;
}

static inline void
lab_switch_learns(const uint8_t *mac, unsigned int port)
{
	unsigned int i = 0;

	while (i < lab.n_learned && !lab_same(lab.learned[i].mac, mac))
		i++;
	assert_true(i < LAB_MACS);
	memcpy(lab.learned[i].mac, mac, 6);
	lab.learned[i].port = port;
	lab.n_learned += i == lab.n_learned;
}

static inline void
lab_port_gets(unsigned int port, const uint8_t *frame, size_t len)
{
	const struct bond_member *m = &lab.f.b.member[port % BOND_MAX_MEMBERS];

	if (port >= BOND_MAX_MEMBERS)
		lab_client_receives(port - BOND_MAX_MEMBERS, frame, len);
	else if (m->used && m->fact.carrier)
		lab_member_receives((uint8_t)port, frame, len);
}

/* The switch, from a port that has carrier. */
static inline void
lab_forward(unsigned int from, const uint8_t *frame, size_t len)
{
	uint8_t copy[LAB_FRAME];
	bool known = false;

	memcpy(copy, frame, len);
	assert_false(frame[6] & 1);
	lab_switch_learns(frame + 6, from);
	for (unsigned int i = 0; i < lab.n_learned && !(copy[0] & 1); i++)
		if (lab_same(lab.learned[i].mac, copy)) {
			known = true;
			if (lab.learned[i].port != from)
				lab_port_gets(lab.learned[i].port, copy, len);
			break;
		}
	lab.floods += !known && !(copy[0] & 1);
	for (unsigned int port = 0; port < LAB_PORTS && !known; port++)
		if (port != from)
			lab_port_gets(port, copy, len);
}

static inline void
lab_sent(struct fixture *f, const uint8_t *frame, size_t len, uint8_t slot)
{
	const size_t type = lab_type(frame) == 0x8100 ? 16 : 12;

	(void)f;
	if (frame[type] == 0x90) {
		assert_memory_equal(frame, frame + 6, 6);
		lab.learning++;
	} else {
		lab.updates++;
		assert_memory_equal(frame + 6, lab.f.b.member[slot].mac, 6);
		if (type == 12 && lab_type(frame) == FRAME_IPV6)
			assert_true(lab_checksum_is_right(frame, len));
	}
	lab_forward(slot, frame, len);
}

static inline void
lab_start_with(const struct bond_options *o, uint32_t room)
{
	memset(&lab, 0, sizeof(lab));
	fixture_start(&lab.f, o);
	lab.f.sent = lab_sent;
	bond_balance_room(&lab.f.b, lab.room, room);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++) {
		struct lab_client *c = &lab.client[i];

		c->ip = lab_ip(i % 2, (uint8_t)(10 + i));
		memcpy(c->mac, (const uint8_t[]){2, 0, 0, 0, 9, (uint8_t)i}, 6);
	}
	lab.address[0].ip = lab_ip(false, 1);
	lab.address[1].ip = lab_ip(true, 1);
	lab.net = (struct bond_net){.address = lab.address, .n_addresses = 2};
	bond_net_set(&lab.f.b, &lab.net);
}

static inline void
lab_start(uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.mac.donated = true;
	memcpy(o.system_mac, (const uint8_t[]){2, 0, 0, 0, 5, 5}, 6);
	memcpy(o.mac.spare, o.system_mac, 6);
	lab_start_with(&o, LAB_ROOM);
}

/* m0 has 02:00:00:00:01:00 and so on. */
static inline void
lab_attach(unsigned int n, uint32_t mbps)
{
	struct bond_member_options o = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = true, .speed_mbps = mbps, .duplex = BOND_DUPLEX_FULL};
	char name[BOND_NAME_SIZE];
	uint8_t slot;

	snprintf(name, sizeof(name), "m%u", n);
	memcpy(o.perm_mac, (const uint8_t[]){2, 0, 0, 0, 1, (uint8_t)n}, 6);
	assert_int_equal(bond_member_add(&lab.f.b, name, &o, &fact, lab.f.now, &slot), 0);
	fixture_check(&lab.f);
}

static inline void
lab_wait(uint64_t ms)
{
	fixture_advance(&lab.f, lab.f.now + ms * BOND_MSEC);
}

/* A client asks all for the host's MAC. */
static inline void
lab_client_asks(unsigned int i)
{
	const struct lab_client *c = &lab.client[i];
	const struct bond_ip host = lab_ip(c->ip.v6, 1);
	static const uint8_t group_mac[6] = {0x33, 0x33, 0xff, 0, 0, 1};
	uint8_t frame[LAB_FRAME];
	size_t len;

	len = c->ip.v6 ? lab_nd(frame, group_mac, c->mac, 135, &c->ip, &host, &host, c->mac)
		       : lab_arp(frame, lab_all, c->mac, 1, c->mac, &c->ip, lab_all, &host);
	lab_forward(BOND_MAX_MEMBERS + i, frame, len);
}

/* The host asks all for a client's MAC. */
static inline void
lab_host_asks(unsigned int i)
{
	const struct lab_client *c = &lab.client[i];
	const struct bond_ip host = lab_ip(c->ip.v6, 1);
	const uint8_t group_mac[6] = {0x33, 0x33, 0xff, 0, 0, c->ip.octet[15]}, none[6] = {0};
	const uint8_t *mac = lab.f.b.mac;
	uint8_t frame[LAB_FRAME];
	size_t len;

	len = c->ip.v6 ? lab_nd(frame, group_mac, mac, 135, &host, &c->ip, &c->ip, mac)
		       : lab_arp(frame, lab_all, mac, 1, mac, &host, none, &c->ip);
	lab_host_says(frame, len);
}

/* A client sends data to where it thinks the host is. @return how often it arrived */
static inline unsigned int
lab_ping(unsigned int i)
{
	static const struct bond_tags untagged;
	const unsigned int before = lab.delivered;
	uint8_t frame[LAB_FRAME];

	assert_true(lab.client[i].knows);
	lab_forward(BOND_MAX_MEMBERS + i, frame,
		    frame_end(frame,
			      frame_begin(frame, lab.client[i].told, lab.client[i].mac, &untagged,
					  FRAME_IPV4),
			      &untagged));
	return lab.delivered - before;
}

/* @return slot whose MAC a client was told, BOND_NONE: of no member */
static inline uint8_t
lab_member_of(unsigned int i)
{
	bond_foreach_member (&lab.f.b, slot)
		if (lab_same(lab.f.b.member[slot].mac, lab.client[i].told))
			return slot;
	return BOND_NONE;
}

#endif
