/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_known.c - refuses settings that do not exist, and says which may have been meant. */
#include <string.h>

#include "conf_read.h"

const struct conf_field *
conf_field_find(const struct conf_field *fields, const char *name)
{
	for (const struct conf_field *f = fields; f->name; f++)
		if (strcmp(f->name, name) == 0 || (f->alias && strcmp(f->alias, name) == 0))
			return f;
	return NULL;
}

static bool
is_in(const char *const *words, const char *word)
{
	for (; words && *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

/* Look for a setting in all groups. @return true, with the group it belongs to in path */
static bool
find_elsewhere(const struct conf_field *fields, const char *name, char *path, size_t size)
{
	size_t used = strlen(path);

	if (conf_field_find(fields, name))
		return true;
	for (const struct conf_field *f = fields; f->name; f++) {
		if (!f->fields)
			continue;
		conf_append(path, size, "%s%s", used ? "." : "", f->name);
		if (is_in(f->later, name) || find_elsewhere(f->fields, name, path, size))
			return true;
		path[used] = '\0';
	}
	return false;
}

static int
refuse_unknown(const struct conf_reader *r, const config_setting_t *s, const char *path,
	       const struct conf_field *fields, const char *const *later)
{
	const char *name = config_setting_name(s);
	struct conf_guess guess = conf_guess_begin(name);
	char text[640] = "", where[CONF_PATH_SIZE] = "";

	for (const struct conf_field *f = fields; f->name; f++) {
		conf_guess_try(&guess, f->name);
		conf_guess_try(&guess, f->alias);
		conf_append(text, sizeof(text), "%s%s", f == fields ? "" : ", ", f->name);
	}
	for (; later && *later; later++)
		conf_guess_try(&guess, *later);
	if (find_elsewhere(conf_root_fields, name, where, sizeof(where)))
		return conf_read_refuse(r, s, path, name, "unknown setting here, it belongs %s%s",
					*where ? "into " : "to the top of the file", where);
	if (guess.best)
		return conf_read_refuse(r, s, path, name, "unknown setting, did you mean \"%s\"?",
					guess.best);
	return conf_read_refuse(r, s, path, name, "unknown setting, allowed are %s", text);
}

int
conf_read_known(const struct conf_reader *r, const config_setting_t *group, const char *path,
		const struct conf_field *fields, const char *const *later)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(
			(config_setting_t *)(uintptr_t)group, (unsigned int)i);
		const char *name = config_setting_name(s);

		if (conf_field_find(fields, name))
			continue;
		if (is_in(later, name))
			return conf_read_refuse(r, s, path, name, "not available in this version");
		return refuse_unknown(r, s, path, fields, later);
	}
	return 0;
}
