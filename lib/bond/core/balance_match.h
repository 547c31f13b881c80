/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_match.h - which frames of the host balance-tlb and balance-alb spread, and by what. */
#ifndef BALANCE_MATCH_H
#define BALANCE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bond_view.h"
#include "neighbour_match.h"

/** @return where the IP header of a frame begins, behind up to two tags; 0: there is none */
static inline size_t
bond_balance_ip(const uint8_t *frame, size_t len, bool *v6)
{
	size_t type = 12;

	for (unsigned int tags = 0; tags < 2 && len >= type + 6; tags++) {
		const uint16_t tpid = bond_neighbour_get16(frame + type);

		if (tpid != 0x8100 && tpid != 0x88a8)
			break;
		type += 4;
	}
	if (len < type + 2)
		return 0;
	*v6 = bond_neighbour_get16(frame + type) == 0x86dd;
	if (!*v6 && bond_neighbour_get16(frame + type) != 0x0800)
		return 0;
	return len < type + 2 + (*v6 ? 40 : 20) ? 0 : type + 2;
}

/* What balance-alb leaves on the current member, beside ARP and neighbour discovery. */
static inline bool
bond_balance_alb_excepts(const uint8_t *frame, const uint8_t *ip, bool v6)
{
	static const uint8_t ones[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, zero[16];
	static const uint8_t all_nodes[6] = {0x33, 0x33, 0, 0, 0, 1};

	if (memcmp(frame, ones, 6) == 0)
		return true;
	if (v6) /* source :: */
		return memcmp(frame, all_nodes, 6) == 0 || memcmp(ip + 8, zero, 16) == 0;
	return memcmp(ip + 16, ones, 4) == 0 || ip[9] == 2 /* IGMP */;
}

/**
 * Does a frame of the host tell neighbours its MAC? ARP, and of neighbour discovery all that may do so:
 * solicitations and advertisements of routers as well. In balance-alb the control thread sends these.
 * Any thread, pure; never reads past len.
 * @param len of the frame, or of as much of it as lies in one piece
 */
static inline bool
bond_balance_tells(const uint8_t *frame, size_t len)
{
	return bond_neighbour_among(frame, len, 133, 136);
}

/**
 * Is a frame of the host balanced (spec of Linux bonding 4.1)? Unlike Linux, only what comes from
 * the bond's own MAC: others that are bridged or stacked keep theirs and stay with the current
 * member, where their answers are received; and in alb, what routers and those who ask for them tell
 * of their MAC goes the way of all neighbour discovery. Any thread, pure; never reads past len.
 * @param len of the frame, or of as much of it as lies in one piece
 */
static inline bool
bond_balance_is(const struct bond_view *v, const uint8_t *frame, size_t len)
{
	bool v6;
	size_t at;

	if (len < 14 || memcmp(frame + 6, v->bond_mac, 6) != 0)
		return false;
	if (v->balance == BOND_BALANCE_TLB && frame[0] & 1)
		return false;
	at = bond_balance_ip(frame, len, &v6);
	if (at == 0)
		return false;
	if (v->balance == BOND_BALANCE_TLB)
		return !bond_neighbour_is(frame, len);
	return !bond_balance_tells(frame, len) && !bond_balance_alb_excepts(frame, frame + at, v6);
}

/**
 * By what balance-alb spreads: all octets of the destination address, by exclusive or. That is the
 * index into bucket[] of a frame that bond_balance_is() where the view says by_address; else it is
 * the hash as in other modes.
 */
static inline uint8_t
bond_balance_address(const uint8_t *frame, size_t len)
{
	bool v6 = false;
	const size_t at = bond_balance_ip(frame, len, &v6);
	const uint8_t *dst = frame + at + (v6 ? 24 : 16);
	uint8_t index = 0;

	for (unsigned int i = 0; at > 0 && i < (v6 ? 16 : 4); i++)
		index ^= dst[i];
	return index;
}

#endif
