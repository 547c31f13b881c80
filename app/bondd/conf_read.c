/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_read.c - fills structs from libconfig's tree, row by row; it knows no setting by name. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf_read.h"

#define WHY_SIZE  512
#define TEXT_SIZE 1024

int
conf_read_refuse(const struct conf_reader *r, const config_setting_t *at, const char *path,
		 const char *name, const char *fmt, ...)
{
	char *msg = r->err->msg;
	size_t size = sizeof(r->err->msg), n;
	va_list ap;

	conf_text_place(r->text, at ? config_setting_source_line(at) : 0, r->err);
	conf_append(msg, size, "%s%s%.64s: ", path, *path && *name && *name != '[' ? "." : "",
		    name);
	n = strlen(msg);
	va_start(ap, fmt);
	vsnprintf(msg + n, size - n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* libconfig's readers want a setting that is not const, and do not change it. */
static config_setting_t *
open_hand(const config_setting_t *s)
{
	return (config_setting_t *)(uintptr_t)s;
}

static const config_setting_t *
child(const config_setting_t *group, const char *name)
{
	return group && name ? config_setting_get_member(open_hand(group), name) : NULL;
}

const config_setting_t *
conf_read_given(const config_setting_t *group, const struct conf_field *f)
{
	const config_setting_t *s = child(group, f->name);

	return s ? s : child(group, f->alias);
}

/* What a setting is, in words, for a message that it should be something else. */
static const char *
describe(const config_setting_t *s, char *buf, size_t len)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		snprintf(buf, len, "the text \"%.64s\"", config_setting_get_string(s));
		return buf;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(buf, len, "%lld", config_setting_get_int64(s));
		return buf;
	case CONFIG_TYPE_FLOAT:
		snprintf(buf, len, "the fraction %g", config_setting_get_float(s));
		return buf;
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(s) ? "true" : "false";
	case CONFIG_TYPE_GROUP:
		return "a group";
	case CONFIG_TYPE_ARRAY:
		return "an array";
	default:
		return "a list";
	}
}

#define BIT(type) (1U << (type))
#define NUMBER    (BIT(CONFIG_TYPE_INT) | BIT(CONFIG_TYPE_INT64))
#define STRING    BIT(CONFIG_TYPE_STRING)
#define SEVERAL   (BIT(CONFIG_TYPE_ARRAY) | BIT(CONFIG_TYPE_LIST))

static const struct {
	unsigned int accepts; /* types of libconfig */
	const char *wanted;
} forms[] = {
	[CONF_BOOL] = {NUMBER | STRING | BIT(CONFIG_TYPE_BOOL), "0, 1, off, on, false or true"},
	[CONF_UINT] = {NUMBER, "a whole number without quotes"},
	[CONF_INT] = {NUMBER, "a whole number without quotes"},
	[CONF_ENUM] = {NUMBER | STRING, "a name in quotes"},
	[CONF_STRING] = {STRING, "text in quotes"},
	[CONF_MAC] = {STRING, "\"auto\" or a MAC address in quotes"},
	[CONF_OCTAL] = {STRING, "an octal mode in quotes, like \"0660\""},
	[CONF_LIST] = {STRING | SEVERAL, "an array [ \"a\", \"b\" ] or \"a,b\""},
	[CONF_CORES] = {NUMBER | STRING | SEVERAL, "a list of cores like \"1-2,4\""},
	[CONF_IPV4S] = {STRING | SEVERAL, "an array [ \"10.0.0.1\" ] or \"10.0.0.1,10.0.0.2\""},
	[CONF_IPV6S] = {STRING | SEVERAL, "an array [ \"fe80::1\" ] or \"fe80::1,fe80::2\""},
	[CONF_GROUP] = {BIT(CONFIG_TYPE_GROUP), "a group { ... }"},
	[CONF_GROUPS] = {BIT(CONFIG_TYPE_LIST), "a list of groups ( { ... }, { ... } )"},
};

static bool
has_form(const config_setting_t *s, enum conf_type type)
{
	return forms[type].accepts & BIT(config_setting_type(s));
}

static int
wrong_form(const struct conf_reader *r, const config_setting_t *s, const char *path,
	   const char *name, const char *wanted)
{
	char buf[128];

	return conf_read_refuse(r, s, path, name, "it must be %s, not %s", wanted,
				describe(s, buf, sizeof(buf)));
}

static const char *
as_text(const config_setting_t *s, char *buf, size_t len)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		return config_setting_get_string(s);
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(s) ? "true" : "false";
	default:
		snprintf(buf, len, "%lld", config_setting_get_int64(s));
		return buf;
	}
}

/* An array is appended element by element; one of cores is first made the text "1,2-3". */
static int
read_several(const struct conf_reader *r, const config_setting_t *s, const char *path,
	     const struct conf_field *f, void *base)
{
	char text[TEXT_SIZE] = "", number[24], why[WHY_SIZE];
	enum conf_type of = f->type == CONF_CORES ? CONF_CORES : CONF_STRING;
	int n = config_setting_length(s), rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		const config_setting_t *e = config_setting_get_elem(open_hand(s), (unsigned int)i);
		const char *word;

		if (!has_form(e, of) || (BIT(config_setting_type(e)) & SEVERAL))
			return wrong_form(r, e, path, config_setting_name(s),
					  of == CONF_STRING ? "a list of texts in quotes"
							    : "a list of cores");
		word = as_text(e, number, sizeof(number));
		if (f->type != CONF_CORES)
			rc = conf_value_append(f, word, base, why, sizeof(why));
		else if (strlen(text) + strlen(word) + 2 > sizeof(text))
			return conf_read_refuse(r, e, path, config_setting_name(s),
						"too many cores");
		else
			conf_append(text, sizeof(text), "%s%s", i ? "," : "", word);
	}
	if (rc == 0 && f->type == CONF_CORES)
		rc = conf_value_parse(f, text, base, why, sizeof(why));
	return rc == 0 ? 0 : conf_read_refuse(r, s, path, config_setting_name(s), "%s", why);
}

static int
read_value(const struct conf_reader *r, const config_setting_t *s, const char *path,
	   const struct conf_field *f, void *base)
{
	const char *name = config_setting_name(s);
	char number[24], why[WHY_SIZE];

	if (!has_form(s, f->type))
		return wrong_form(r, s, path, name, forms[f->type].wanted);
	if (BIT(config_setting_type(s)) & SEVERAL)
		return read_several(r, s, path, f, base);
	if (conf_value_parse(f, as_text(s, number, sizeof(number)), base, why, sizeof(why)) < 0)
		return conf_read_refuse(r, s, path, name, "%s", why);
	return 0;
}

static size_t
value_size(const struct conf_field *f)
{
	return f->type == CONF_STRING ? f->size : f->type == CONF_BOOL ? sizeof(bool) : 4;
}

/* Both names of one setting may be given if they agree. */
static int
read_alias(const struct conf_reader *r, const config_setting_t *s, const config_setting_t *alias,
	   const char *path, const struct conf_field *f, void *base)
{
	char *value = (char *)base + f->offset, first[CONF_PORT_SIZE], buf[128];
	int rc;

	memcpy(first, value, value_size(f));
	rc = read_value(r, alias, path, f, base);
	if (rc < 0 || memcmp(first, value, value_size(f)) == 0)
		return rc;
	return conf_read_refuse(r, alias, path, f->alias,
				"the same setting as %s, which is %s: give one of them", f->name,
				describe(s, buf, sizeof(buf)));
}

static int
read_scalar(const struct conf_reader *r, const config_setting_t *group, const config_setting_t *at,
	    const char *path, const struct conf_field *f, void *base)
{
	const config_setting_t *s = child(group, f->name), *alias = child(group, f->alias);
	char why[WHY_SIZE];
	int rc;

	if (!s && !alias) {
		if (f->choice)
			return 0;
		if (!f->def)
			return conf_read_refuse(r, at, path, f->name, "it is missing");
		if (conf_value_parse(f, f->def, base, why, sizeof(why)) < 0)
			return conf_read_refuse(r, at, path, f->name, "wrong default: %s", why);
		return 0;
	}
	rc = read_value(r, s ? s : alias, path, f, base);
	if (rc == 0 && s && alias)
		rc = read_alias(r, s, alias, path, f, base);
	return rc;
}

static void
join(char *out, const char *path, const char *name)
{
	snprintf(out, CONF_PATH_SIZE, "%.64s%s%.48s", path, *path ? "." : "", name);
}

/* An element is called by its name, where it has a usable one: "bond0", "bond0/eth1". */
static void
name_element(char *out, const char *path, const char *list, unsigned int i,
	     const config_setting_t *elem)
{
	const config_setting_t *s = config_setting_is_group(elem) ? child(elem, "name") : NULL;
	char name[BOND_NAME_SIZE] = "";

	if (s && config_setting_type(s) == CONFIG_TYPE_STRING &&
	    strlen(config_setting_get_string(s)) < sizeof(name))
		snprintf(name, sizeof(name), "%s", config_setting_get_string(s));
	if (!conf_check_ifname(name))
		snprintf(out, CONF_PATH_SIZE, "%.48s%s%s", path, *path ? "/" : "", name);
	else
		snprintf(out, CONF_PATH_SIZE, "%.48s%s%s[%u]", path, *path ? "." : "", list, i);
}

static int
read_groups(const struct conf_reader *r, const config_setting_t *list, const char *path,
	    const struct conf_field *f, void *base)
{
	uint32_t n = list ? (uint32_t)config_setting_length(list) : 0;
	char *array = (char *)base + f->offset, sub[CONF_PATH_SIZE];
	int rc = 0;

	if (list && (n < f->min || n > f->max))
		return conf_read_refuse(r, list, path, f->name,
					"%u elements, there must be between %d and %d", n,
					(int)f->min, (int)f->max);
	if (f->pointer) {
		array = calloc(n ? n : 1, f->size);
		if (!array) {
			conf_read_refuse(r, list, path, f->name, "out of memory");
			return -ENOMEM;
		}
		*(void **)((char *)base + f->offset) = array;
	}
	*(uint32_t *)((char *)base + f->count) = n;
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		const config_setting_t *e = config_setting_get_elem(open_hand(list), i);

		name_element(sub, path, f->name, i, e);
		rc = has_form(e, CONF_GROUP) ? conf_read_group(r, e, e, sub, f->fields, f->later,
							       array + i * f->size)
					     : wrong_form(r, e, sub, "", forms[CONF_GROUP].wanted);
	}
	return rc;
}

static int
read_row(const struct conf_reader *r, const config_setting_t *group, const config_setting_t *at,
	 const char *path, const struct conf_field *f, void *base)
{
	const config_setting_t *s = child(group, f->name);
	char sub[CONF_PATH_SIZE];

	if (f->type != CONF_GROUP && f->type != CONF_GROUPS)
		return read_scalar(r, group, at, path, f, base);
	if (s && !has_form(s, f->type))
		return wrong_form(r, s, path, f->name, forms[f->type].wanted);
	if (f->type == CONF_GROUPS) {
		if (!s) /* also where none are allowed: let it be said */
			return conf_read_refuse(r, at, path, f->name, "it is missing");
		return read_groups(r, s, path, f, base);
	}
	join(sub, path, f->name);
	return conf_read_group(r, s, s ? s : at, sub, f->fields, f->later,
			       (char *)base + f->offset);
}

/* Exactly one of the rows with a choice is given. */
static int
check_choice(const struct conf_reader *r, const config_setting_t *group, const char *path,
	     const struct conf_field *fields)
{
	const config_setting_t *given[2] = {NULL, NULL};
	char list[128] = "";
	unsigned int n = 0, choices = 0;

	for (const struct conf_field *f = fields; f->name; f++) {
		const config_setting_t *s = f->choice ? conf_read_given(group, f) : NULL;

		if (s && n < 2)
			given[n++] = s;
		if (f->choice)
			conf_append(list, sizeof(list), "%s%s", choices++ ? ", " : "", f->name);
	}
	if (choices == 0 || n == 1)
		return 0;
	if (n == 0)
		return conf_read_refuse(r, group, path, "", "exactly one of %s is needed", list);
	return conf_read_refuse(r, given[1], path, config_setting_name(given[1]),
				"%s is given too, exactly one of %s is needed",
				config_setting_name(given[0]), list);
}

int
conf_read_group(const struct conf_reader *r, const config_setting_t *group,
		const config_setting_t *at, const char *path, const struct conf_field *fields,
		const char *const *later, void *base)
{
	int rc = group ? conf_read_known(r, group, path, fields, later) : 0;

	for (const struct conf_field *f = fields; f->name && rc == 0; f++)
		rc = read_row(r, group, at, path, f, base);
	return rc == 0 && group ? check_choice(r, group, path, fields) : rc;
}
