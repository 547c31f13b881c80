/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_mac.h - which MAC address the bond has, and which each member is to have. */
#ifndef BOND_MAC_H
#define BOND_MAC_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The core decides, the caller applies: the host interface is to have bond.mac, and a port
 * bond.member[slot].mac, after every call that may change them. A port that leaves gets its own
 * address back.
 */

struct bond;

/* fail_over_mac, numbered as in Linux; other modes than active-backup keep but ignore it. */
enum bond_fail_over_mac {
	BOND_FAIL_OVER_MAC_NONE,   /* all members have the bond's address */
	BOND_FAIL_OVER_MAC_ACTIVE, /* members keep their own, the bond has the current one's */
	BOND_FAIL_OVER_MAC_FOLLOW, /* the current member has the bond's, backups others */
};

struct bond_mac_options {
	uint32_t fail_over; /* enum bond_fail_over_mac */
	bool donated;       /* nobody chose the bond's address: the first member gives its own */
	uint8_t spare[6];   /* then: what the bond has after the last member left; zero: the same */
	uint8_t start[6];   /* what it has before the first member joins; zero: system_mac */
};

/**
 * The administrator set the address of the host interface. It and all members get it, and no member
 * donates its own any more.
 * @return 0; -EINVAL: no unicast address; -EPERM: fail_over_mac says which address the bond has;
 *         then nothing has changed, and the host interface is to be given bond.mac again
 */
int bond_set_mac(struct bond *b, const uint8_t mac[6], uint64_t now);

#endif
