/* SPDX-License-Identifier: BSD-3-Clause */
/* admin.h - changes that an administrator makes to bonds and members that run. */
#ifndef ADMIN_H
#define ADMIN_H

#include "bondd.h"

/**
 * Take over settings of a bond, all or nothing. Its members and what only a restart can change are
 * left as they are. Control thread.
 * @param wanted settings that the rules of the configuration permit
 * @param activate name of the member to make the active one, "": choose anew; NULL: leave it
 * @return 0 or -errno with a sentence
 */
int admin_set_bond(struct bondd_bond *b, const struct conf_bond *wanted, const char *activate,
		   struct conf_err *err);

/** As admin_set_bond(), of a member. @param wanted options that the configuration permits */
int admin_set_member(struct bondd_bond *b, uint8_t slot, const struct bond_member_options *wanted,
		     struct conf_err *err);

/** May a member be made the active one? @return 0 or as bond_activate(), with a sentence */
int admin_may_activate(const struct bond *b, uint8_t slot, struct conf_err *err);

#endif
