/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_lab.h - a bond whose members are plugged into a switch, and targets behind it; virtual time. */
#ifndef PROBE_LAB_H
#define PROBE_LAB_H

#include "bond_fixture.h"
#include "bond_frame.h"

#define LAB_MEMBERS  4
#define LAB_STEP     (10 * BOND_MSEC) /* how often the control thread looks at counters */
#define LAB_STATIONS 64

/* What else is on the wire. */
enum lab_noise { LAB_QUIET, LAB_BROADCAST, LAB_STRANGER_ARP };

struct lab {
	struct fixture f;           /* first: it is what fixture calls get */
	bool silent[LAB_MEMBERS];   /* carrier, but no frame passes */
	bool deaf_out[LAB_MEMBERS]; /* frames are heard but do not get out */
	bool target_alive, second_alive;
	enum lab_noise noise;
	uint64_t rx_frames[LAB_MEMBERS];
	unsigned int sent[LAB_MEMBERS]; /* probes */
	unsigned int hijacked; /* times the switch learned the bond's MAC on a backup's port */
	struct {
		uint8_t mac[6];
		uint8_t port;
		bool used;
	} station[LAB_STATIONS];
	struct bond_address address[2];
	uint8_t last[LAB_MEMBERS][BOND_FRAME_SIZE];
};

static const uint8_t lab_bond_mac[6] = {0x02, 0, 0, 0, 0x01, 0};
static const uint8_t lab_target_mac[6] = {0x02, 0, 0, 0, 0x02, 0};
static const uint8_t lab_stranger_mac[6] = {0x02, 0, 0, 0, 0x03, 0};
static const struct bond_ip lab_ip = {.octet = {10, 9, 0, 2}};
static const struct bond_ip lab_target = {.octet = {10, 9, 0, 1}};
static const struct bond_ip lab_second = {.octet = {10, 9, 0, 3}};
static const struct bond_ip lab_stranger = {.octet = {10, 9, 0, 77}};
static const struct bond_ip lab_ip6 = {.v6 = true, .octet = {0x20, 1, 0xd, 0xb8, [15] = 2}};
static const struct bond_ip lab_target6 = {.v6 = true, .octet = {0x20, 1, 0xd, 0xb8, [15] = 1}};

static inline bool
lab_is_open(const struct lab *l, uint8_t slot)
{
	const struct bond_member *m = &l->f.b.member[slot];

	return slot < LAB_MEMBERS && m->used && m->fact.carrier && !l->silent[slot];
}

static inline void
lab_deliver(struct lab *l, uint8_t slot, const uint8_t *frame, size_t len)
{
	if (!lab_is_open(l, slot))
		return;
	l->rx_frames[slot]++;
	bond_probe_input(&l->f.b, slot, frame, len, l->f.now);
}

/* @param from port that it came in on; BOND_NONE: from behind the switch */
static inline void
lab_switch(struct lab *l, uint8_t from, const uint8_t *frame, size_t len)
{
	unsigned int free = 0;

	for (unsigned int i = 0; i < LAB_STATIONS; i++)
		if (l->station[i].used && memcmp(l->station[i].mac, frame + 6, 6) == 0) {
			free = i;
			break;
		} else if (!l->station[i].used) {
			free = i;
		}
	l->station[free].used = true;
	l->station[free].port = from;
	memcpy(l->station[free].mac, frame + 6, 6);
	if (memcmp(frame + 6, l->f.b.mac, 6) == 0 && from != l->f.b.active)
		l->hijacked++;
	if (!(frame[0] & 1))
		for (unsigned int i = 0; i < LAB_STATIONS; i++)
			if (l->station[i].used && memcmp(l->station[i].mac, frame, 6) == 0) {
				if (l->station[i].port != from)
					lab_deliver(l, l->station[i].port, frame, len);
				return;
			}
	for (uint8_t slot = 0; slot < LAB_MEMBERS; slot++)
		if (slot != from)
			lab_deliver(l, slot, frame, len);
}

/* Targets answer as Linux does, also who asks without an address. */
static inline void
lab_answer(struct lab *l, const uint8_t *frame, size_t len)
{
	uint8_t answer[BOND_FRAME_SIZE];
	struct bond_neighbour n;
	struct bond_ip ip;
	size_t n_answer;

	if (!bond_frame_parse(frame, len, &n))
		return;
	ip = n.kind == BOND_NEIGHBOUR_NS ? n.about : n.target;
	if (!(l->target_alive &&
	      (bond_ip_equal(&ip, &lab_target) || bond_ip_equal(&ip, &lab_target6))) &&
	    !(l->second_alive && bond_ip_equal(&ip, &lab_second)))
		return;
	if (n.kind == BOND_NEIGHBOUR_ARP_REQUEST) {
		n_answer = bond_frame_arp(lab_target_mac, &ip, &n.sender,
					  &(struct bond_tags){.n = 0}, answer);
		answer[21] = 2; /* reply */
		memcpy(answer, frame + 6, 6);
		memcpy(answer + 32, frame + 6, 6);
	} else {
		n_answer = bond_frame_na(lab_target_mac, &ip, &(struct bond_tags){.n = 0}, false,
					 answer);
		if (!bond_ip_is_zero(&n.sender)) { /* else to all nodes */
			memcpy(answer, frame + 6, 6);
			memcpy(answer + 38, n.sender.octet, 16);
		}
	}
	lab_switch(l, BOND_NONE, answer, n_answer);
}

static inline void
lab_send(struct fixture *f)
{
	struct lab *l = (struct lab *)f;
	uint8_t frame[BOND_FRAME_SIZE];
	size_t len;

	for (uint8_t slot = 0; slot < LAB_MEMBERS; slot++) {
		if (!f->b.member[slot].used)
			continue;
		while ((len = bond_probe_output(&f->b, slot, frame, f->now)) > 0) {
			l->sent[slot]++;
			memcpy(l->last[slot], frame, len);
			if (!lab_is_open(l, slot) || l->deaf_out[slot])
				continue;
			lab_switch(l, slot, frame, len);
			lab_answer(l, frame, len);
		}
	}
}

static inline void
lab_make_noise(struct lab *l)
{
	uint8_t frame[BOND_FRAME_SIZE] = {0};
	size_t len = 60;

	if (l->noise == LAB_STRANGER_ARP) {
		len = bond_frame_arp(lab_stranger_mac, &lab_stranger, &lab_target,
				     &(struct bond_tags){.n = 0}, frame);
		lab_switch(l, BOND_NONE, frame, len);
	}
	if (l->noise == LAB_BROADCAST) /* no ARP: it is not handed up, only counted */
		for (uint8_t slot = 0; slot < LAB_MEMBERS; slot++)
			l->rx_frames[slot] += lab_is_open(l, slot);
}

/* The control thread's turns: counters are read every 10 ms, noise comes every 50 ms. */
static inline void
lab_advance(struct lab *l, uint64_t until)
{
	while (l->f.now < until) {
		const uint64_t next = (l->f.now / LAB_STEP + 1) * LAB_STEP;

		fixture_advance(&l->f, next < until ? next : until);
		if (l->f.now % (5 * LAB_STEP) == 0)
			lab_make_noise(l);
		for (uint8_t slot = 0; slot < LAB_MEMBERS; slot++)
			bond_probe_traffic(&l->f.b, slot, l->rx_frames[slot], l->f.now);
		fixture_check(&l->f);
	}
}

static inline void
lab_attach(struct lab *l, unsigned int i, bool carrier)
{
	struct bond_member_options options = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = carrier, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	char name[BOND_NAME_SIZE];
	uint8_t slot;

	snprintf(name, sizeof(name), "m%u", i);
	memcpy(options.perm_mac, lab_bond_mac, 6);
	options.perm_mac[5] = (uint8_t)i; /* m0 gave its own to the bond */
	memcpy(options.lacp_mac, options.perm_mac, 6);
	assert_int_equal(bond_member_add(&l->f.b, name, &options, &fact, l->f.now, &slot), 0);
	fixture_check(&l->f);
}

static inline struct bond_options
lab_options(uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.miimon_ms = 0;
	o.num_peer_notif = 0;
	o.probe.interval_ms = 200;
	o.probe.arp.n = 1;
	memcpy(o.probe.arp.octet[0], lab_target.octet, 4);
	memcpy(o.system_mac, lab_bond_mac, 6);
	return o;
}

/* The bond, its addresses and the routes to its targets; the members come later. */
static inline void
lab_start(struct lab *l, const struct bond_options *options)
{
	memset(l, 0, sizeof(*l));
	fixture_start(&l->f, options);
	l->f.after_tick = lab_send;
	l->target_alive = l->second_alive = true;
	l->address[0].ip = lab_ip;
	l->address[1].ip = lab_ip6;
	bond_net_set(&l->f.b, &(struct bond_net){.address = l->address, .n_addresses = 2});
	bond_probe_route(&l->f.b, &lab_target,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip}, 0);
	bond_probe_route(&l->f.b, &lab_second,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip}, 0);
	bond_probe_route(&l->f.b, &lab_target6,
			 &(struct bond_route){.via = BOND_VIA_BOND, .source = lab_ip6}, 0);
}

#endif
