/* SPDX-License-Identifier: BSD-3-Clause */
/* absent.h - members whose device is not there now: still configured, and to be forgotten on request. */
#ifndef ABSENT_H
#define ABSENT_H

#include "bondd.h"

/* A member that waits for its device. plug.c says when it comes back. Control thread. */
struct bondd_absent {
	struct bondd_absent *next;
	struct bondd_bond *bond;
	struct conf_member conf; /* with the options that it had at last */
	bool closed;             /* its port is; then it may come back */
	bool forgotten;          /* it shall not, and is kept only until its port is closed */
	uint64_t look_at;        /* when to look for the device */
	bool seen;               /* it was there the last time */
	char why[256];           /* it was not taken in, as last logged */
};

/** Remember a member that is about to leave the bond's core. @return NULL: no memory */
struct bondd_absent *absent_add(struct bondd_bond *b, uint8_t slot);

/**
 * What of a bond is absent, one after the other.
 * @param last that of the call before, NULL to begin
 * @return the next one, NULL: there is none
 */
const struct bondd_absent *absent_next(const struct bondd_bond *b, const struct bondd_absent *last);

/** @return whether this is the name of an absent member of the bond */
bool absent_has(const struct bondd_bond *b, const char *name);

/** The administrator removes a member: it does not come back. @return whether it was absent */
bool absent_forget(struct bondd_bond *b, const char *name);

/** End one, whose port is closed. */
void absent_free(struct bondd *d, struct bondd_absent *a);

#endif
