/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_notify.h - what a bond tells the network when its frames come from another member. */
#ifndef BOND_NOTIFY_H
#define BOND_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bond;

/* The reports of multicast groups after a change of the member that carries them. */
struct bond_rejoin {
	uint8_t slot; /* of that member, BOND_NONE: there is none, or the mode has none */
	uint32_t left;
	uint64_t deadline;
};

/**
 * Is a round of peer notifications (gratuitous ARP, unsolicited NA) to be sent now? True once for
 * each of num_peer_notif rounds after a change of the current member (in 802.3ad with
 * broadcast_neighbor: after another member began to send), the first as soon as that member can send, the others peer_notif_delay_ms (or miimon_ms, if longer) apart.
 */
bool bond_notify_due(struct bond *b, uint64_t now);

/**
 * The members to send a round of peer notifications on, a bit a slot: the current one; in 802.3ad with
 * broadcast_neighbor all that send.
 */
uint32_t bond_notify_members(const struct bond *b);

/**
 * A frame of a round of peer notifications, to be sent on bond_notify_members(): a gratuitous ARP or
 * neighbour advertisement for each address of the host interface and what is stacked on it, and a
 * RARP for each MAC behind a bridge on it (as last told by bond_net_set()).
 * @param next begins as 0, and is moved on to the next frame
 * @param frame room for BOND_FRAME_SIZE octets
 * @return length, 0: there are no more
 */
size_t bond_notify_frame(const struct bond *b, unsigned int *next, uint8_t *frame);

/**
 * Are the reports of all multicast groups to be sent now? True once for each of resend_igmp rounds,
 * 200 ms apart, after a change of the current member, in balance-rr of the one that has IGMP.
 * @param slot where to write which member to send them on
 */
bool bond_rejoin_due(struct bond *b, uint64_t now, uint8_t *slot);

/** A frame of such a round; as bond_notify_frame(). */
size_t bond_rejoin_frame(const struct bond *b, unsigned int *next, uint8_t *frame);

#endif
