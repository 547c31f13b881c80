/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_read.h - from libconfig's tree to structs, led by rows, and messages that name the place. */
#ifndef CONF_READ_H
#define CONF_READ_H

#include <libconfig.h>

#include "conf.h"
#include "conf_field.h"
#include "conf_text.h"

#define CONF_PATH_SIZE 128

struct conf_reader {
	const struct conf_text *text;
	const config_setting_t *root;
	struct conf_err *err;
};

/**
 * Read a group: every setting that is there, the default of every other one.
 * @param group NULL: it is not in the file
 * @param at the nearest setting that is in the file, for messages
 * @param path of the group in messages: "bond0/eth1"; "" for the whole file
 * @param fields the rows
 * @param later names of settings that are yet to come; NULL: none
 * @param base the struct to fill, all zero
 * @return 0, -EINVAL or -ENOMEM with the sentence in reader->err
 */
int conf_read_group(const struct conf_reader *r, const config_setting_t *group,
		    const config_setting_t *at, const char *path, const struct conf_field *fields,
		    const char *const *later, void *base);

/** Fill reader->err with "FILE:LINE: path.name: sentence". @return -EINVAL */
__attribute__((format(printf, 5, 6))) int
conf_read_refuse(const struct conf_reader *r, const config_setting_t *at, const char *path,
		 const char *name, const char *fmt, ...);

/** Refuse settings of a group that have no row. Arguments and result as conf_read_group(). */
int conf_read_known(const struct conf_reader *r, const config_setting_t *group, const char *path,
		    const struct conf_field *fields, const char *const *later);

/** @return the setting of a row in a group, by name or alias, NULL if the file is silent */
const config_setting_t *conf_read_given(const config_setting_t *group, const struct conf_field *f);

#endif
