/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_balance.h - balance-tlb and balance-alb: who sends what by load, who receives from whom. */
#ifndef BOND_BALANCE_H
#define BOND_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond_net.h"
#include "bond_view.h"

/*
 * Both modes need nothing of the switch: every member has a MAC of its own, the current one that of
 * the bond. Frames of the host are spread by load (spec of Linux bonding 4.1 to 4.4); what leaves
 * elsewhere than on the current member has that member's MAC as source. balance-alb also spreads
 * what is received (4.5): each client, a pair of a local address and a neighbour's, is told by ARP
 * or neighbour advertisement that the local address has the MAC of one member.
 *
 * The turn of the caller, in these modes (all of it is harmless in the others):
 *  - frames that workers punted: bond_balance_host_frame() for those of the host, in order, sent at
 *    once on the slot it says; bond_balance_heard() for the copies of what was received
 *  - facts, bond_tick(), publish if dirty
 *  - bond_balance_load_due(): read the workers' counters, bond_balance_load(), publish if dirty
 *  - give ports bond.member[slot].mac, and all unicast while bond_balance_promisc()
 *  - bond_balance_output() until there is no more, each frame sent on the slot it says, past all
 *    balancing
 * bond_deadline() counts all of that in.
 *
 * Beyond Linux: measured load moves few buckets, and only when that pays; shares of clients are by
 * speed; thousands of clients, none of them thrown out for another one that is just new; IPv6; a
 * member whose speed is unknown counts as the slowest.
 */

struct bond;

#define BOND_CLIENTS            4096 /* that a daemon should give room for; 128 octets each */
#define BOND_BALANCE_FRAME_SIZE 128  /* octets, room for the longest of bond_balance_output() */

/* As the administrator chose; other modes keep but ignore them. */
struct bond_balance_options {
	bool dynamic_lb;        /* tlb_dynamic_lb: by measured load; else by hash, as other modes */
	uint32_t lp_interval_s; /* lp_interval: of learning packets, 1 to 2^31 - 1 */
	bool ipv6;              /* alb_ipv6: balance-alb has clients of IPv6 too; ours */
};

/* A client of receive balancing. The table is the caller's, its content the core's. */
struct bond_client {
	struct bond_ip local;  /* address of the host ... */
	struct bond_ip peer;   /* ... that this neighbour knows a MAC of */
	struct bond_tags tags; /* of the VLAN they meet in */
	uint8_t mac[6];        /* of the neighbour; zero: not known yet */
	uint8_t slot;          /* member it is to send to, BOND_NONE: there is none */
	uint8_t rounds;        /* of updates that it is still to get */
	bool router;           /* IPv6: the host forwards */
	bool used;             /* this entry of the table is */
	uint64_t seen;         /* when the host last spoke with it of addresses */
	uint32_t head;         /* of the chain of clients whose peer has the hash of this place */
	uint32_t next;         /* in such a chain, or of those that are free */
	uint32_t newer, older; /* in the order of seen */
};

/* What happened so far; all of it only grows, but clients. */
struct bond_balance_counts {
	uint32_t clients;       /* in the table now */
	uint64_t created;       /* clients */
	uint64_t evicted;       /* clients long silent that made room */
	uint64_t full;          /* frames of new clients for whom there was no room */
	uint64_t host_frames;   /* given to bond_balance_host_frame() */
	uint64_t rewritten;     /* of them: made to tell another MAC than the bond's */
	uint64_t foreign;       /* of them: from MACs that are not the bond's, left alone */
	uint64_t malformed;     /* frames of the host or heard that cannot be read */
	uint64_t heard;         /* given to bond_balance_heard() */
	uint64_t peers_moved;   /* clients that were heard with another MAC */
	uint64_t locals_moved;  /* clients dropped because others have the local address now */
	uint64_t conflicts;     /* heard: others claim an address that the host still has */
	uint64_t updates;       /* frames that tell clients their member */
	uint64_t learning;      /* frames for the switch to learn by */
	uint64_t rebalances;    /* rounds of load that moved buckets */
	uint64_t buckets_moved; /* by these */
};

#define BOND_BALANCE_STACKED  256 /* devices on the host interface that learning packets serve */
#define BOND_BALANCE_ANNOUNCE 16  /* local addresses whose announcements are kept apart */

#define BOND_BALANCE_FAREWELLS 8

/* A device stacked on the host interface, or itself. */
struct bond_stacked {
	struct bond_tags tags;
	bool has_mac; /* a MAC of its own: only the current member teaches it */
	uint8_t mac[6];
};

/* How the buckets lie, and by what. */
struct bond_load {
	bool counted;                 /* total[] and unbalanced_total hold a reading */
	uint64_t counted_at;          /* when */
	uint64_t due;                 /* when the next one is */
	uint64_t total[BOND_BUCKETS]; /* octets */
	uint64_t unbalanced_total;    /* octets */
	uint64_t rate[BOND_BUCKETS];  /* octets a second, as averaged */
	uint64_t unbalanced_rate;     /* likewise, of what is not balanced */
	uint8_t age[BOND_BUCKETS];    /* readings that rate[] is averaged over, and one */
	uint8_t unbalanced_age;       /* likewise */
	uint8_t bucket[BOND_BUCKETS]; /* slot, BOND_NONE: no member can send */
	uint8_t heat[BOND_BUCKETS];   /* how often a bucket moved of late */
	uint32_t usable;              /* members that the buckets lie on */
};

/* Clients, and when they are to be told what. */
struct bond_clients {
	struct bond_client *table;
	uint32_t n;                    /* size of the table */
	uint64_t seed;                 /* of the hash of neighbours; never changes */
	uint32_t free;                 /* first entry of the chain of free ones */
	uint32_t newest, oldest;       /* in the order of seen */
	uint32_t on[BOND_MAX_MEMBERS]; /* how many each member has */
	uint8_t last;                  /* slot that got the last new one */
	uint64_t local_bits[64];       /* set: some client's local address has that hash */
	uint64_t scan_at;              /* when the table may be searched for a local address */
	uint64_t rebalance_at;         /* when they are to be spread anew */
	uint64_t update_at;            /* when the next round of updates begins */
	uint64_t announce_at;          /* when one for what was announced begins ... */
	uint64_t announce_by;          /* ... that more announcements put off no longer */
	uint64_t round_began;          /* when the last one began */
	uint32_t round_next;           /* client whose turn it is, n: no round runs */
	uint8_t round_copy;            /* how many of its frames have been sent */
	uint32_t pace;                 /* frames that may leave before pace_at */
	uint64_t pace_at;              /* when more may */
	uint8_t n_announced;           /* addresses announced since the last such round ... */
	bool all_announced;            /* ... or too many to remember */
	struct bond_ip announced[BOND_BALANCE_ANNOUNCE];
	uint8_t n_farewells; /* clients that made room, and are to be told the bond's MAC */
	struct bond_client farewell[BOND_BALANCE_FAREWELLS];
};

/* What teaches the switch. */
struct bond_teacher {
	uint64_t learn_at;          /* when the next round of learning packets is due */
	uint32_t learn;             /* slots that are still to send theirs in this round */
	uint8_t learn_slot;         /* the one whose turn it is ... */
	unsigned int learn_next;    /* ... and the device whose turn it is on it */
	bool bridged;               /* the current member also teaches what is behind a bridge */
	uint32_t stand_in;          /* slots whose MAC is to be taught on the current member */
	unsigned int stand_in_next; /* device whose turn it is on the first of them */
	unsigned int n_stacked;
	struct bond_stacked stacked[BOND_BALANCE_STACKED]; /* the first is the bond itself */
};

/* Of a bond; owned by the control thread. */
struct bond_balancer {
	uint8_t current;                     /* as last looked at */
	bool ipv6;                           /* as last looked at */
	uint32_t senders;                    /* members that can send, as last looked at */
	uint8_t mac[BOND_MAX_MEMBERS][6];    /* of members, as last looked at */
	uint32_t capacity[BOND_MAX_MEMBERS]; /* likewise: weights, or Mbit/s; above 0 */
	struct bond_load load;
	struct bond_clients clients;
	struct bond_teacher teacher;
	struct bond_balance_counts counts;
};

/** @return tlb_dynamic_lb 1, lp_interval 1, alb_ipv6 1 */
struct bond_balance_options bond_balance_options_default(void);

/**
 * Give room for clients, right after bond_init(). Without it balance-alb leaves ARP alone.
 * @param clients lives as long as the bond, or NULL
 * @param n how many there can be
 */
void bond_balance_room(struct bond *b, struct bond_client *clients, uint32_t n);

/** @return are counters due for bond_balance_load()? */
bool bond_balance_load_due(const struct bond *b, uint64_t now);

/**
 * What has been sent so far, by all workers together. Buckets may move, and b->dirty be set.
 * @param octets by bucket; totals, that begin at any number
 * @param unbalanced total octets of frames that were not balanced
 */
void bond_balance_load(struct bond *b, const uint64_t octets[BOND_BUCKETS], uint64_t unbalanced,
		       uint64_t now);

/**
 * An ARP, or an NS, NA, RS or RA of the host that was punted. It may be rewritten in place, its length
 * stays; what an RS or RA loses becomes padding.
 * @param frame whole, without FCS; may be anything
 * @param slot where to write which member it leaves on, as it is, BOND_NONE: none can send
 */
void
bond_balance_host_frame(struct bond *b, uint8_t *frame, size_t len, uint64_t now, uint8_t *slot);

/** An ARP, NS or NA that a member received, as it was on the wire; may be cut after 128 octets. */
void
bond_balance_heard(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now);

/**
 * Take the next frame that the balancing sends of its own: learning packets, updates of clients.
 * @param frame room for BOND_BALANCE_FRAME_SIZE octets
 * @param len where to write its length, octets
 * @param slot where to write the member it leaves on
 * @return false: there is none now
 */
bool bond_balance_output(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot);

/** @return is the port of a member to receive all unicast frames now, whatever their MAC? */
bool bond_balance_promisc(const struct bond *b, uint8_t slot, uint64_t now);

/**
 * Visit the clients, in no order.
 * @param at begins as 0, and is moved on
 * @return a client, valid until the bond changes; NULL: there are no more
 */
const struct bond_client *bond_balance_client(const struct bond *b, uint32_t *at);

/** @return what happened so far */
const struct bond_balance_counts *bond_balance_counts(const struct bond *b);

/**
 * @return octets a second that a member was given to send, averaged while they are steady; of its buckets, and on
 *         the current member of all that is not balanced
 */
uint64_t bond_balance_rate(const struct bond *b, uint8_t slot);

#endif
