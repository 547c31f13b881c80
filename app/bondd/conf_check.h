/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_check.h - rules that concern more than one setting. */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "conf_read.h"

struct conf_checker {
	const struct conf_reader *reader;
	struct conf *conf;
};

/* Which setting a message is about. */
struct conf_place {
	int bond;   /* index, -1: not in a bond */
	int member; /* index, -1: of the bond itself */
	const char
		*path; /* below that: "primary", "host.type"; with bond -1: "runtime.memory_mb" */
};

/** Check a configuration whose every value is right by itself. @return 0 or -EINVAL */
int conf_check(const struct conf_checker *k, const struct conf_cores *machine);

/** The rules inside one bond. @param i its index */
int conf_check_bond(const struct conf_checker *k, uint32_t i);

/** Warnings about LACP in one bond. @return 0 or -ENOMEM */
int conf_check_lacp(const struct conf_checker *k, uint32_t i);

/** Warnings about bonds that are one system to their partners. @return 0 or -ENOMEM */
int conf_check_systems(const struct conf_checker *k);

/** The rules between bonds: names and ports that are taken once. @return 0 or -EINVAL */
int conf_check_claims(const struct conf_checker *k);

/** @return the setting in the file, else the nearest group around it that is in the file */
const config_setting_t *
conf_check_find(const struct conf_checker *k, struct conf_place at, bool *given);

/** Fill the message with the place and a sentence. @return -EINVAL */
__attribute__((format(printf, 3, 4))) int
conf_check_refuse(const struct conf_checker *k, struct conf_place at, const char *fmt, ...);

/** Add a line to the warnings. @return 0 or -ENOMEM */
__attribute__((format(printf, 3, 4))) int
conf_check_warn(const struct conf_checker *k, struct conf_place at, const char *fmt, ...);

#endif
