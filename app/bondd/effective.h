/* SPDX-License-Identifier: BSD-3-Clause */
/* effective.h - the configuration as it is by now: that of the file, and what was changed since. */
#ifndef EFFECTIVE_H
#define EFFECTIVE_H

#include "bondd.h"

/** The settings of a bond as they are by now, with its members, absent ones too. @param c filled */
void effective_bond(const struct bondd_bond *b, struct conf_bond *c);

/**
 * The whole configuration as it is by now.
 * @param c filled; its bonds, in the order of d->bond, are to be freed by effective_free()
 * @return 0, -ENOMEM
 */
int effective_conf(const struct bondd *d, struct conf *c);

void effective_free(struct conf *c);

/** @return the text of a configuration file that says the same, to be freed; NULL: no memory */
char *effective_text(const struct conf *c);

/**
 * Check a configuration by all the rules of a file.
 * @param checked the same in canonical form, to be freed with conf_free(); untouched on failure
 * @return 0; -EINVAL, -ENOMEM with a sentence that names bond, member and setting
 */
int effective_check(const struct conf *c, struct conf **checked, struct conf_err *err);

#endif
