/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_int.h - what the files of the balancing ask of each other. */
#ifndef BALANCE_INT_H
#define BALANCE_INT_H

#include "bond_frame.h"
#include "bond_machine.h"

#define BOND_BALANCE_PERIOD (10 * BOND_SEC) /* of measuring, and of a promiscuous window */
#define BOND_CLIENT_NONE    UINT32_MAX      /* no entry of the table */

/* balance.c */

/** @return members that could send if the host interface is up, as a set */
uint32_t bond_balance_usable(const struct bond *b);

/** Tell of a wave of moves. @param from, to what changed; @param reason why, in words */
void bond_balance_emit(const struct bond *b, const char *kind, const char *member, const char *from,
		       const char *to, const char *reason, uint64_t now);

/* balance_frame.c */

/* What a frame tells of addresses, and where. */
struct bond_saying {
	enum bond_neighbour_kind kind;
	bool v6;
	bool router;    /* NA: the router flag; RA: true */
	bool discovery; /* RS or RA; the kind is BOND_NEIGHBOUR_OTHER */
	struct bond_tags tags;
	struct bond_ip sender; /* ARP: sender protocol address; ND: IPv6 source */
	struct bond_ip target; /* ARP: target protocol address; NS, NA: the target */
	struct bond_ip to;     /* ND: IPv6 destination */
	size_t mac_at;         /* where the MAC stands that it tells, 0: it tells none */
	size_t checksum_at;    /* ND */
	size_t length_at;      /* ND: the payload length of IPv6 */
	size_t end;            /* ND: of the options */
};

#define BOND_LEARNING_TYPE 0x9000 /* ethertype of learning packets, that of loopback tests */

/** Read an ARP, NS, NA, RS or RA. @return false: it is none, or cut short */
bool bond_saying_read(const uint8_t *frame, size_t len, struct bond_saying *s);

/** Make a frame tell another MAC, with the right checksum; the Ethernet header stays. */
void bond_saying_rewrite(uint8_t *frame, const struct bond_saying *s, const uint8_t mac[6]);

/** Make a frame of ND tell no MAC: its option is taken out. @return false: it has none */
bool bond_saying_withhold(uint8_t *frame, const struct bond_saying *s);

/** Write what tells a client that its local address has a MAC. @return length */
size_t bond_client_frame(const struct bond *b, const struct bond_client *c, const uint8_t mac[6],
			 uint8_t *frame);

/** Write a learning packet. @return length */
size_t bond_learning_frame(const uint8_t mac[6], const struct bond_tags *tags, uint8_t *frame);

/* balance_load.c */

/** Members that can send, or (speeds) what they can carry, changed: lay the buckets anew. */
void bond_load_follow(struct bond *b, bool speeds, uint64_t now);

/* balance_table.c */

/** @return the place in the table of a client, BOND_CLIENT_NONE: it is not there */
uint32_t bond_client_find(const struct bond *b, const struct bond_ip *local,
			  const struct bond_ip *peer, const struct bond_tags *tags);

/** @return the first client of a chain that holds all with that peer */
uint32_t bond_client_chain(const struct bond *b, const struct bond_ip *peer);

/** Make a client, without a member. @return BOND_CLIENT_NONE: there is no room */
uint32_t bond_client_make(struct bond *b, const struct bond_ip *local, const struct bond_ip *peer,
			  const struct bond_tags *tags, uint64_t now);

/** The host spoke with a client just now. */
void bond_client_touch(struct bond *b, uint32_t at, uint64_t now);

/** Forget a client. */
void bond_client_drop(struct bond *b, uint32_t at);

/** Is a client in the VLAN of these tags? Their priority does not matter. */
bool bond_client_is_in(const struct bond_client *c, const struct bond_tags *tags);

/** Some client has that local address. */
void bond_client_note_local(struct bond *b, const struct bond_ip *local);

/** May any client have that local address? Quick; it is wrong at times, but never when it says no. */
bool bond_client_may_have_local(const struct bond *b, const struct bond_ip *local);

/** Give a client to a member; BOND_NONE: to none. */
void bond_client_assign(struct bond *b, uint32_t at, uint8_t slot);

/* balance_client.c */

/** @return the member for the next new client, BOND_NONE: none can receive */
uint8_t bond_client_choose(struct bond *b);

/** Has the MAC of a client been heard? */
bool bond_client_is_known(const struct bond_client *c);

/** A client is to be told its member so often, at once or with the next round. */
void bond_client_tell(struct bond *b, uint32_t at, uint8_t rounds, uint64_t when);

/** All neighbours have just heard the bond's MAC for a local address: they are to be told again. */
void bond_client_announced(struct bond *b, const struct bond_ip *local, uint64_t now);

/** Members were lost: their clients go to others, at once. */
void bond_client_lost(struct bond *b, uint32_t lost, uint64_t now);

/** Members have another MAC now: their clients are to be told. */
void bond_client_renamed(struct bond *b, uint32_t renamed, uint64_t now);

/** Spread the clients anew, if that is due. */
void bond_client_tick(struct bond *b, uint64_t now);

/** What is stacked on the host interface changed: drop the clients of what is no longer there. */
void bond_client_prune(struct bond *b);

/* balance_update.c */

/** @return when bond_client_update() has something to send */
uint64_t bond_client_deadline(const struct bond *b);

/** @return as bond_balance_output(), for updates */
bool bond_client_update(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot);

/* balance_learn.c */

/** What is stacked on the host interface changed. */
void bond_learn_stacked(struct bond *b);

/** Members are to send learning packets at once. @param slots set of them */
void bond_learn_now(struct bond *b, uint32_t slots);

/** @return when bond_learn_output() has something to send */
uint64_t bond_learn_deadline(const struct bond *b);

/** @return as bond_balance_output(), for learning packets */
bool bond_learn_output(struct bond *b, uint64_t now, uint8_t *frame, size_t *len, uint8_t *slot);

#endif
