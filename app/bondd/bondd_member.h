/* SPDX-License-Identifier: BSD-3-Clause */
/* bondd_member.h - members that join a bond, and that leave it while it goes on. */
#ifndef BONDD_MEMBER_H
#define BONDD_MEMBER_H

#include "bondd.h"

/*
 * A member leaves in steps, a turn or more each: it stops to send and takes leave of its partner
 * (LACP, BFD), a tenth of a second later, when what was under way to it has come, the core forgets it, a view without it is published, and after the grace period its port is closed and
 * given back as it was. Until then its slot is not given to another one.
 */

enum bondd_farewell {
	BONDD_POLITE,  /* the partner is told, within 250 ms */
	BONDD_AT_ONCE, /* the device is gone: there is nothing to send on */
};

/**
 * An opened port becomes a member: MAC address, core, filters. Control thread.
 * @param opened on success it has moved into b->member[], and here are zeroes
 * @param mac stands in where the port has no address of its own
 * @return 0 or -errno with a sentence; then the caller closes it
 */
int bondd_member_join(struct bondd_bond *b, struct bondd_member *opened, const uint8_t mac[6],
		      struct conf_err *err);

/**
 * Open a port and let it join a bond that runs, all or nothing. Control thread, which it may keep
 * busy as long as the driver takes; workers are not disturbed.
 * @param conf copied
 * @return 0 or -errno with a sentence; -EAGAIN: another member is just leaving, try in a later turn
 */
int bondd_member_attach(struct bondd_bond *b, const struct conf_member *conf, struct conf_err *err);

/**
 * A member begins to leave. Control thread.
 * @param done called from a later turn, when its port is closed and given back; NULL: nobody waits
 * @return 0, -EALREADY: it is leaving, -ENOMEM
 */
int bondd_member_detach(struct bondd_bond *b, uint8_t slot, enum bondd_farewell farewell,
			void (*done)(void *arg), void *arg);

/** Is a member of this name on its way out, up to the end of bondd_member_detach()? */
bool bondd_member_departs(const struct bondd_bond *b, const char *name);

/** Is this member, which is still one of the core's, about to leave? */
bool bondd_member_leaves(const struct bondd_bond *b, uint8_t slot);

/** Go on with all departures: once a turn, before views are published. */
void bondd_member_turn(struct bondd *d);

/** Finish all departures. Only when no worker can still see them. */
void bondd_member_close_all(struct bondd *d);

#endif
