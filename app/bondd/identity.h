/* SPDX-License-Identifier: BSD-3-Clause */
/* identity.h - what LACP calls a bond and its members, the same after a restart. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "bond.h"

#define IDENTITY_MEMBERS (2 * BOND_MAX_MEMBERS) /* half of them may have left the bond */

/* A member, present or past. */
struct identity_member {
	char name[BOND_NAME_SIZE];
	uint8_t mac[6]; /* its permanent address; zero: none */
	uint16_t port;  /* LACP port number, from 1 */
};

/* What is remembered of a bond. */
struct identity {
	uint8_t system[6]; /* the MAC address in LACP's System ID; zero: nothing is remembered */
	uint32_t n;
	struct identity_member member[IDENTITY_MEMBERS]; /* those of the configuration first */
};

/**
 * Decide who a bond is. It stays who it was as long as the permanent address of one of its members
 * is among those remembered: a file that was copied to another machine makes no second one of the
 * same name. Pure.
 * @param old what was remembered, zeroes: nothing
 * @param now system: the address for a bond that is new; member: those of the configuration, in
 *        its order, n at most BOND_MAX_MEMBERS, ports ignored. On return all of it is decided;
 *        members that left keep their numbers, as long as there is room.
 * @return does it differ from old, and should be written?
 */
bool identity_decide(const struct identity *old, struct identity *now);

/**
 * Read what was remembered. @return 0; -ENOENT: nothing; -EINVAL: not such a file; or the error of
 * the system. Then *id is zeroes.
 */
int identity_read(const char *dir, const char *bond, struct identity *id);

/** Write it, all or nothing; the directory is made if it is missing. @return 0 or -errno */
int identity_write(const char *dir, const char *bond, const struct identity *id);

#endif
