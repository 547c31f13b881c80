/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_net.h - what the kernel has stacked on the host interface: addresses, tags, routes, groups. */
#ifndef BOND_NET_H
#define BOND_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOND_MAX_TAGS    2  /* VLAN tags that a frame of ours carries */
#define BOND_IP_TEXT     40 /* characters, NUL included */
#define BOND_MAX_TARGETS 16 /* of arp_ip_target, and of ns_ip6_target */

/* The VLAN tags between a device and the host interface, outermost first, in host byte order. */
struct bond_tags {
	uint8_t n;
	struct bond_tag {
		uint16_t tpid; /* 0x8100 or 0x88a8 */
		uint16_t tci;  /* priority, DEI and VLAN id */
	} tag[BOND_MAX_TAGS];
};

/* An IP address; IPv4 in the first four octets. */
struct bond_ip {
	bool v6;
	uint8_t octet[16];
};

/* An address that the host interface has, or a device stacked on it. */
struct bond_address {
	struct bond_ip ip;
	struct bond_tags tags;
	bool has_mac;   /* the device has a MAC of its own, not the bond's */
	uint8_t mac[6]; /* which */
	bool router;    /* IPv6: the host forwards on this device */
	bool quiet;     /* not to be announced: tentative, or a duplicate */
};

/* A multicast group that the host interface, or a device stacked on it, has joined. */
struct bond_group {
	struct bond_ip ip;
	struct bond_ip source; /* address to report it from; zero: none fits */
	struct bond_tags tags;
	bool has_mac;
	uint8_t mac[6];
	uint8_t version; /* IGMP 1 to 3, MLD 1 or 2: what the querier there speaks */
};

/* A MAC address of somebody else that is reached through the host interface: behind a bridge. */
struct bond_bridged {
	uint8_t mac[6];
	struct bond_tags tags;
};

/* A VLAN device on the host interface, whether it has addresses here or serves another namespace. */
struct bond_vlan {
	struct bond_tags tags;
	bool has_mac;
	uint8_t mac[6];
};

/* Owned by the caller; what the pointers point to lives until the next one is given. */
struct bond_net {
	const struct bond_address *address;
	const struct bond_group *group;
	const struct bond_bridged *bridged;
	const struct bond_vlan *vlan;
	unsigned int n_addresses, n_groups, n_bridged, n_vlans;
};

/* How the kernel would reach a target. */
enum bond_via {
	BOND_VIA_NONE,  /* no route: it is asked for without a source address and without tags */
	BOND_VIA_BOND,  /* through the host interface or a device stacked on it */
	BOND_VIA_OTHER, /* elsewhere: no probe leaves */
};

struct bond_route {
	enum bond_via via;
	struct bond_ip source; /* zero: none */
	struct bond_tags tags;
};

/** @return are they the same address? */
bool bond_ip_equal(const struct bond_ip *a, const struct bond_ip *b);

struct bond;

/** Tell what the host interface has now. Announcements and validation use it from then on. */
void bond_net_set(struct bond *b, const struct bond_net *net);

/** Write an address for people, IPv6 without abbreviation. @return text */
const char *bond_ip_text(const struct bond_ip *ip, char text[BOND_IP_TEXT]);

/** @return is it 0.0.0.0 or ::? */
bool bond_ip_is_zero(const struct bond_ip *ip);

/** @return has the host interface, or a device stacked on it, this address? */
bool bond_net_is_local(const struct bond_net *net, const struct bond_ip *ip);

#endif
