/* SPDX-License-Identifier: BSD-3-Clause */
/* bondd_bond.h - one bond of the daemon: its birth and end. */
#ifndef BONDD_BOND_H
#define BONDD_BOND_H

#include "bondd.h"

/**
 * Open the members and the host interface of a bond and join them.
 * @return 0 or -errno with a sentence; then everything is as before
 */
int bondd_bond_open(struct bondd *d, const struct conf_bond *conf, struct bondd_bond **out,
		    struct conf_err *err);

/** The events of all bonds go through d->gate to d->events and to the log. Before the first bond. */
void bondd_bond_events(struct bondd *d);

/** Add a member, by its name and permanent address, to those of an identity. */
void bondd_bond_name(struct identity *id, const struct bondd_member *m);

/** Decide who the bond is (see identity_decide()), remember it here and on disk. */
void bondd_bond_remember(struct bondd_bond *b, struct identity *now);

/** Close it and give everything back. Only when no worker can still see it. NULL is fine. */
void bondd_bond_close(struct bondd_bond *b);

#endif
