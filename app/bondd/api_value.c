/* SPDX-License-Identifier: BSD-3-Clause */
/* api_value.c - settings given as JSON, by the rows that the configuration is read by. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "api_int.h"
#include "conf_field.h"

#define TEXT_SIZE 1024
#define WHY_SIZE  512

__attribute__((format(printf, 2, 3))) static void
refuse(struct api_settings *s, const char *fmt, ...)
{
	const size_t used = strlen(s->refused);
	size_t room = sizeof(s->refused) - used;
	va_list ap;
	int n;

	if (s->n_refused++ > 0) {
		n = snprintf(s->refused + used, room, "; ");
		room -= (size_t)n < room ? (size_t)n : room;
	}
	va_start(ap, fmt);
	vsnprintf(s->refused + sizeof(s->refused) - room, room, fmt, ap);
	va_end(ap);
}

static bool scalar_text(const json_t *v, char *text, size_t size);

/* Elements with commas between them. */
static bool
array_text(const json_t *v, char *text, size_t size)
{
	const json_t *e;
	size_t i;

	*text = '\0';
	json_array_foreach (v, i, e) {
		char one[TEXT_SIZE];

		if (!scalar_text(e, one, sizeof(one)) || strlen(text) + strlen(one) + 2 > size)
			return false;
		conf_append(text, size, "%s%s", i ? "," : "", one);
	}
	return true;
}

static bool
scalar_text(const json_t *v, char *text, size_t size)
{
	int n = -1;

	if (json_is_string(v))
		n = snprintf(text, size, "%s", json_string_value(v));
	else if (json_is_integer(v))
		n = snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_boolean(v))
		n = snprintf(text, size, "%s", json_is_true(v) ? "true" : "false");
	return n >= 0 && (size_t)n < size;
}

static bool
is_list(const struct conf_field *f)
{
	return f->type == CONF_LIST || f->type == CONF_CORES || f->type == CONF_IPV4S ||
	       f->type == CONF_IPV6S;
}

static void
take_value(struct api_settings *s, const char *name, const struct conf_field *f, const json_t *v,
	   void *base)
{
	char text[TEXT_SIZE], why[WHY_SIZE];

	if (json_is_array(v) ? !is_list(f) || !array_text(v, text, sizeof(text))
			     : !scalar_text(v, text, sizeof(text)))
		refuse(s, "%s: it must be %s", name,
		       is_list(f) ? "a list of texts" : "a text, a number or true or false");
	else if (conf_value_parse(f, text, base, why, sizeof(why)) < 0)
		refuse(s, "%s: %s", name, why);
}

static void
refuse_unknown(struct api_settings *s, const char *full, const char *name,
	       const struct conf_field *fields, const char *const *later)
{
	struct conf_guess guess = conf_guess_begin(name);

	for (const char *const *l = later; l && *l; l++) {
		if (strcmp(*l, name) == 0) {
			refuse(s, "%.60s: not available in this version", full);
			return;
		}
		conf_guess_try(&guess, *l);
	}
	for (const struct conf_field *f = fields; f->name; f++) {
		conf_guess_try(&guess, f->name);
		conf_guess_try(&guess, f->alias);
	}
	if (guess.best)
		refuse(s, "%.60s: unknown option, did you mean \"%s\"?", full, guess.best);
	else
		refuse(s, "%.60s: unknown option", full);
}

/* @return whether its value is to be looked at */
static bool
may_be_set(struct api_settings *s, const char *name, const struct conf_field *f, const json_t *v)
{
	char list[128], text[64] = "";

	if (!conf_field_in_mode(f, s->mode)) {
		refuse(s, "%s: mode %s does not have this option, only %s", name,
		       bond_mode_by_number(s->mode)->name,
		       conf_modes_list(f->modes, list, sizeof(list)));
		return false;
	}
	if (f->type == CONF_GROUPS) {
		refuse(s, "%s: they come and go one by one, by member.add and member.remove", name);
		return false;
	}
	if (!s->live || (f->apply == CONF_LIVE && !f->choice))
		return true;
	if (scalar_text(v, text, sizeof(text)))
		refuse(s, "%s: it cannot become \"%s\" while the daemon runs: %s", name, text,
		       s->how);
	else
		refuse(s, "%s: it cannot be changed while the daemon runs: %s", name, s->how);
	return false;
}

static void take(struct api_settings *s, const char *prefix, const char *name, const json_t *v,
		 const struct conf_field *fields, const char *const *later, void *base);

/* A group: {"bfd": {"interval": 100}}, what is not named stays; or "bfd.interval": 100. */
static void
take_group(struct api_settings *s, const char *name, const char *rest, const struct conf_field *f,
	   const json_t *v, void *base)
{
	void *sub = (char *)base + f->offset;
	const char *key;
	json_t *e;

	if (rest) {
		take(s, name, rest, v, f->fields, f->later, sub);
		return;
	}
	if (!json_is_object(v)) {
		refuse(s, "%s: it must be a group of options, like %s.%s", name, name,
		       f->fields->name);
		return;
	}
	json_object_foreach ((json_t *)(uintptr_t)v, key, e)
		take(s, name, key, e, f->fields, f->later, sub);
}

static void
take(struct api_settings *s, const char *prefix, const char *name, const json_t *v,
     const struct conf_field *fields, const char *const *later, void *base)
{
	const char *dot = strchr(name, '.');
	char first[64], full[128], shown[192];
	const struct conf_field *f;

	snprintf(first, sizeof(first), "%.*s", dot ? (int)(dot - name) : (int)strlen(name), name);
	snprintf(full, sizeof(full), "%.60s%s%.60s", prefix, *prefix ? "." : "", first);
	f = conf_field_find(fields, first);
	if (!f || (dot && f->type != CONF_GROUP)) {
		refuse_unknown(s, f ? name : full, f ? name : first, fields, later);
		return;
	}
	snprintf(shown, sizeof(shown), "%s%.60s", full, dot ? dot : "");
	if (!may_be_set(s, shown, f, v))
		return;
	if (f->choice)
		s->n_choices++;
	if (f->type == CONF_GROUP)
		take_group(s, full, dot ? dot + 1 : NULL, f, v, base);
	else
		take_value(s, full, f, v, base);
}

void
api_settings_take(struct api_settings *s, const json_t *given, const struct conf_field *fields,
		  const char *const *later, void *base)
{
	const char *name;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)given, name, v)
		take(s, "", name, v, fields, later, base);
}

int
api_settings_default(const struct conf_field *fields, void *base, char *why, size_t len)
{
	int rc = 0;

	for (const struct conf_field *f = fields; f->name && rc == 0; f++)
		if (f->def)
			rc = conf_value_parse(f, f->def, base, why, len);
	return rc;
}
