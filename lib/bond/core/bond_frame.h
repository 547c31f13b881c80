/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_frame.h - the frames that a bond sends and reads for itself: probes, announcements, reports. */
#ifndef BOND_FRAME_H
#define BOND_FRAME_H

#include "bond_net.h"

#define BOND_FRAME_SIZE 128 /* octets; room for the longest, with its tags */

/* All of it is pure; all frames are without FCS and padded to 60 octets, 64 with a tag. */

/**
 * An ARP request (RFC 826) for an IPv4 target, to all.
 * @param mac Ethernet and ARP sender
 * @param source sender address; zero makes it an ARP probe (RFC 5227, 2.1.1)
 * @param frame room for BOND_FRAME_SIZE octets
 * @return length in octets
 */
size_t bond_frame_arp(const uint8_t mac[6], const struct bond_ip *source,
		      const struct bond_ip *target, const struct bond_tags *tags, uint8_t *frame);

/**
 * A neighbour solicitation (RFC 4861, 4.3) for an IPv6 target, to its solicited-node group.
 * @param source zero makes it one without the option that tells our MAC
 */
size_t bond_frame_ns(const uint8_t mac[6], const struct bond_ip *source,
		     const struct bond_ip *target, const struct bond_tags *tags, uint8_t *frame);

/** A gratuitous ARP request: sender and target are the address (RFC 5227, 3). */
size_t bond_frame_garp(const uint8_t mac[6], const struct bond_ip *ip, const struct bond_tags *tags,
		       uint8_t *frame);

/**
 * An unsolicited neighbour advertisement with the override flag to all nodes (RFC 4861, 7.2.6).
 * @param router does the host forward?
 */
size_t bond_frame_na(const uint8_t mac[6], const struct bond_ip *ip, const struct bond_tags *tags,
		     bool router, uint8_t *frame);

/** A reverse ARP request (RFC 903) for a MAC by itself: switches learn where it is now. */
size_t bond_frame_rarp(const uint8_t mac[6], const struct bond_tags *tags, uint8_t *frame);

/** A report of membership, IGMP (RFC 1112, 2236, 3376) or MLD (RFC 2710, 3810). */
size_t bond_frame_report(const uint8_t mac[6], const struct bond_group *group, uint8_t *frame);

/** The link-local address that a MAC makes by itself (RFC 4291, appendix A). */
struct bond_ip bond_ip_link_local(const uint8_t mac[6]);

enum bond_neighbour_kind {
	BOND_NEIGHBOUR_ARP_REQUEST,
	BOND_NEIGHBOUR_ARP_REPLY,
	BOND_NEIGHBOUR_NS,
	BOND_NEIGHBOUR_NA,
	BOND_NEIGHBOUR_OTHER, /* whole and ours to count, but not one of these */
};

/* What a frame that speaks of neighbours says. */
struct bond_neighbour {
	enum bond_neighbour_kind kind;
	uint8_t dst_mac[6], src_mac[6];
	struct bond_ip sender; /* ARP: sender protocol address; ND: IPv6 source */
	struct bond_ip target; /* ARP: target protocol address; ND: IPv6 destination */
	struct bond_ip about;  /* ND: the target that it speaks of */
	uint8_t target_mac[6]; /* ARP: target hardware address */
};

/**
 * Read a frame, with up to BOND_MAX_TAGS tags.
 * @return false: cut short, or an ARP of another kind than Ethernet and IPv4
 */
bool bond_frame_parse(const uint8_t *frame, size_t len, struct bond_neighbour *out);

#endif
