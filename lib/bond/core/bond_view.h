/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_view.h - all a worker may know of a bond: built by elect(), immutable once published. */
#ifndef BOND_VIEW_H
#define BOND_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "bond_hash.h"

#define BOND_MAX_MEMBERS 32
#define BOND_MAX_QUEUES  16 /* queue pairs of a host interface */
#define BOND_BUCKETS     256
#define BOND_NONE        UINT8_MAX /* no member: what is sent to it is dropped and counted */

/* The ways a worker can spread frames. There are more modes than ways. */
enum bond_spread {
	BOND_SPREAD_BUCKETS,     /* bucket[hash % BOND_BUCKETS] names the member */
	BOND_SPREAD_MODULO,      /* active[hash % n_active], as Linux: few flows stay at a change */
	BOND_SPREAD_ROUND_ROBIN, /* active[] in turn, packets_per_member frames each (0: random) */
	BOND_SPREAD_ALL,         /* a reference to every frame for each of active[] */
};

/* Frames that a worker hands to the control thread instead of forwarding them. */
enum bond_punt {
	BOND_PUNT_SLOW = 1 << 0, /* IEEE 802.3 slow protocols, ethertype 0x8809 */
	/* ARP and neighbour discovery, bond_neighbour_is() of neighbour_match.h: a copy goes up */
	BOND_PUNT_NEIGHBOUR = 1 << 1,
	BOND_PUNT_BFD = 1 << 2, /* micro-BFD: bond_bfd_is() of bfd_match.h */
};

/*
 * Which frames of the host are balanced: spread over all members; bond_balance_is() of
 * balance_match.h is the definition. All others leave on "current", untouched.
 */
enum bond_balance {
	BOND_BALANCE_NONE, /* the mode has no such rule: all frames are spread */
	BOND_BALANCE_TLB,  /* unicast IP but neighbour discovery, from the bond's own MAC */
	BOND_BALANCE_ALB,  /* IP but some broadcast and IGMP, from the bond's own MAC */
};

/*
 * One bond as the workers see it. Members are numbered by slot (0 to BOND_MAX_MEMBERS - 1), which
 * stays the same for the whole membership. Written by the control thread before it is published.
 */
struct bond_view {
	enum bond_spread spread;
	uint32_t members;            /* bit m: slot m is in use, its receive queues are polled */
	uint32_t tx;                 /* bit m: slot m may send data */
	uint32_t rx;                 /* bit m: data received on slot m is delivered */
	uint32_t distributing;       /* 802.3ad: tx as LACP has it, even while the host is down */
	uint32_t collecting;         /* 802.3ad: likewise rx */
	uint64_t generation;         /* no worker reads this, the two above, and share[] */
	uint16_t packets_per_member; /* ROUND_ROBIN only */
	uint8_t punt;                /* set of enum bond_punt */
	bool nic_hash;               /* a hash that the NIC left in a frame stands for ours;
				      * with layer3+4 and encap3+4 only */
	struct bond_hash_conf hash;  /* BUCKETS and MODULO */
	bool broadcast_neighbor;     /* ARP, NS and NA go out on all of active[] */
	uint8_t igmp;                /* ROUND_ROBIN: slot for IPv4 IGMP; BOND_NONE: as all others */
	bool by_queue;               /* some entry of queue[] is not BOND_NONE */
	uint8_t queue[BOND_MAX_QUEUES]; /* by host queue: slot that its frames go to, BOND_NONE */
	uint8_t n_active;
	uint8_t active[BOND_MAX_MEMBERS]; /* the slots of tx, in the order they take turns */
	uint8_t bucket[BOND_BUCKETS];     /* BUCKETS only */
	uint32_t share[BOND_MAX_MEMBERS]; /* by place in active[]: what bucket[] was dealt by */

	/* balance-tlb and balance-alb; cleared elsewhere, current to BOND_NONE */
	enum bond_balance balance;
	bool by_address;  /* BUCKETS by bond_balance_address(), not by hash */
	uint8_t current;  /* slot of frames that are not balanced; BOND_NONE: they are dropped */
	bool measure;     /* count octets by bucket, and those of frames that are not balanced */
	bool punt_host;   /* what bond_balance_tells() goes to bond_balance_host_frame() instead */
	uint32_t rewrite; /* slots: the source of balanced frames becomes the member's MAC there */
	/*
	 * alb: slots where a destination equal to the member's own MAC becomes the bond's before
	 * the host gets the frame. On such a slot that is not in rx, only these are delivered.
	 */
	uint32_t restore;
	/* alb: slots whose MAC, as destination on a slot in rx, becomes the bond's likewise */
	uint32_t adopt;
	uint8_t bond_mac[6];
	uint8_t mac[BOND_MAX_MEMBERS][6]; /* by slot; that of "current" is the bond's */
};

/** The view of a bond without members: everything is dropped. @param v where to write it */
void bond_view_clear(struct bond_view *v);

/**
 * Deal next->bucket[] over next->active[] in proportion to next->share[], all zero: alike. Everyone
 * gets at least one bucket; of the others a part that differs from the exact one by less than one
 * bucket. As few buckets as possible move away from where prev has them, and those that move are
 * chosen so that every stretch of consecutive buckets stays spread in the same proportion. Pure.
 * @param prev the view in force
 * @param next active[], n_active and share[] are read, bucket[] is written
 */
void bond_view_deal(const struct bond_view *prev, struct bond_view *next);

#endif
