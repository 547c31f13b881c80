/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_place.c - where in the files a setting is, for messages about values already read. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"

static config_setting_t *
element(config_setting_t *group, const char *list, int i)
{
	return config_setting_get_elem(config_setting_get_member(group, list), (unsigned int)i);
}

/* The file may have the setting under its alias. */
static config_setting_t *
child(config_setting_t *group, const char *name, const struct conf_field *fields)
{
	const struct conf_field *f = conf_field_find(fields, name);
	config_setting_t *s = config_setting_get_member(group, name);

	return s || !f || !f->alias ? s : config_setting_get_member(group, f->alias);
}

const config_setting_t *
conf_check_find(const struct conf_checker *k, struct conf_place at, bool *given)
{
	config_setting_t *s = (config_setting_t *)(uintptr_t)k->reader->root, *next = s;
	const struct conf_field *fields = conf_root_fields;
	const char *p = at.path;
	char name[32];

	if (at.bond >= 0) {
		s = next = element(s, "bonds", at.bond);
		fields = conf_bond_fields;
	}
	if (at.member >= 0) {
		s = next = element(s, "members", at.member);
		fields = conf_member_fields;
	}
	while (*p && next) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p, "."), p);
		next = child(s, name, fields);
		s = next ? next : s;
		p += strcspn(p, ".");
		p += *p == '.';
	}
	if (given)
		*given = next != NULL;
	return s;
}

/* @return "bond0/eth1", "bond0" or ""; in buf */
static const char *
owner(const struct conf_checker *k, struct conf_place at, char *buf, size_t len)
{
	const struct conf_bond *b = at.bond >= 0 ? &k->conf->bonds[at.bond] : NULL;
	const char *member = b && at.member >= 0 ? b->member[at.member].name : "";

	snprintf(buf, len, "%s%s%s", b ? b->name : "", *member ? "/" : "", member);
	return buf;
}

static void
format(const struct conf_checker *k, struct conf_place at, struct conf_err *err, const char *fmt,
       va_list ap)
{
	struct conf_reader r = {k->reader->text, k->reader->root, err};
	char path[48], sentence[640];
	bool given;
	const config_setting_t *s = conf_check_find(k, at, &given);

	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	/* As the user wrote it, where it has two names. */
	if (given && *at.path && !strchr(at.path, '.'))
		at.path = config_setting_name(s);
	conf_read_refuse(&r, s, owner(k, at, path, sizeof(path)), at.path, "%s", sentence);
}

int
conf_check_refuse(const struct conf_checker *k, struct conf_place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(k, at, k->reader->err, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int
conf_check_warn(const struct conf_checker *k, struct conf_place at, const char *fmt, ...)
{
	size_t old = strlen(k->conf->warnings), size;
	struct conf_err line;
	char *grown;
	va_list ap;

	va_start(ap, fmt);
	format(k, at, &line, fmt, ap);
	va_end(ap);
	size = old + strlen(line.msg) + 2;
	grown = realloc(k->conf->warnings, size);
	if (!grown) {
		snprintf(k->reader->err->msg, sizeof(k->reader->err->msg), "out of memory");
		return -ENOMEM;
	}
	k->conf->warnings = grown;
	conf_append(grown, size, "%s\n", line.msg);
	return 0;
}
