/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_value.c - one value: from text, with its range and its names, into a member of a struct. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

int
conf_value_refuse(struct conf_why why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why.text, why.len, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void
conf_append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, size - used, fmt, ap);
	va_end(ap);
}

const struct conf_name *
conf_field_names(const struct conf_field *f)
{
	return f->names_of ? f->names_of() : f->names;
}

const char *
conf_names_list(const struct conf_name *names, char *buf, size_t len)
{
	buf[0] = '\0';
	for (const struct conf_name *n = names; n->name; n++)
		conf_append(buf, len, "%s%s", n == names ? "" : n[1].name ? ", " : " or ", n->name);
	return buf;
}

static const struct conf_name booleans[] = {
	{"0", 0}, {"1", 1}, {"off", 0}, {"on", 1}, {"false", 0}, {"true", 1}, {NULL, 0},
};

static int
parse_bool(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	(void)f;
	for (const struct conf_name *n = booleans; n->name; n++)
		if (strcmp(n->name, text) == 0) {
			*(bool *)dst = n->value != 0;
			return 0;
		}
	return conf_value_refuse(why, "%.64s is neither 0, off, false nor 1, on, true", text);
}

static int
out_of_range(const struct conf_field *f, const char *text, struct conf_why why)
{
	const char *space = f->unit ? " " : "", *unit = f->unit ? f->unit : "";

	if (f->min == f->max)
		return conf_value_refuse(why, "%.64s is not allowed, it must be %" PRId64 "%s%s",
					 text, f->min, space, unit);
	return conf_value_refuse(why, "%.64s is not between %" PRId64 " and %" PRId64 "%s%s", text,
				 f->min, f->max, space, unit);
}

static int
parse_number(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	const char *digits = text + (*text == '-');
	long long v;
	char *end;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (!isdigit((unsigned char)*digits) || *end != '\0')
		return conf_value_refuse(why, "\"%.64s\" is not a whole number", text);
	if (errno || v < f->min || v > f->max)
		return out_of_range(f, text, why);
	if (f->type == CONF_INT)
		*(int32_t *)dst = (int32_t)v;
	else
		*(uint32_t *)dst = (uint32_t)v;
	return 0;
}

static int
parse_octal(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	size_t n = strlen(text);

	if (n == 0 || n > 5 || strspn(text, "01234567") != n ||
	    strtoll(text, NULL, 8) > (long long)f->max)
		return conf_value_refuse(
			why, "\"%.64s\" is not an octal mode between \"0000\" and \"0%" PRIo64 "\"",
			text, f->max);
	*(uint32_t *)dst = (uint32_t)strtoul(text, NULL, 8);
	return 0;
}

static int
parse_enum(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	const struct conf_name *names = conf_field_names(f);
	struct conf_guess guess = conf_guess_begin(text);
	char list[256], number[16];

	for (const struct conf_name *n = names; n->name; n++) {
		snprintf(number, sizeof(number), "%" PRIu32, n->value);
		if (strcmp(n->name, text) == 0 || (f->numbers && strcmp(number, text) == 0)) {
			*(uint32_t *)dst = n->value;
			return 0;
		}
		conf_guess_try(&guess, n->name);
	}
	for (const struct conf_gone *g = f->gone; g && g->name; g++)
		if (strcmp(g->name, text) == 0)
			return conf_value_refuse(why, "%s %s", g->name, g->instead);
	conf_names_list(names, list, sizeof(list));
	for (uint32_t i = 0; f->names_later && f->names_later[i]; i++) {
		snprintf(number, sizeof(number), "%" PRIu32, i);
		if (strcmp(f->names_later[i], text) == 0 || strcmp(number, text) == 0)
			return conf_value_refuse(why, "%s is not available in this version, use %s",
						 f->names_later[i], list);
	}
	return conf_value_refuse(why, "unknown value \"%.64s\"%s%s%s, use %s", text,
				 guess.best ? " (did you mean \"" : "",
				 guess.best ? guess.best : "", guess.best ? "\"?)" : "", list);
}

/* Texts become log lines, file names and arguments: none of these wants a control character. */
static int
copy_text(const char *text, char *dst, size_t size, struct conf_why why)
{
	if (strlen(text) >= size)
		return conf_value_refuse(why, "\"%.64s%s\" has more than %zu characters", text,
					 strlen(text) > 64 ? "..." : "", size - 1);
	for (const char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			return conf_value_refuse(why, "a control character in the text");
	memset(dst, 0, size);
	memcpy(dst, text, strlen(text));
	return 0;
}

static int
parse_string(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	return copy_text(text, dst, f->size, why);
}

bool
conf_mac_parse(const char *text, uint8_t mac[6])
{
	if (strlen(text) != 17)
		return false;
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	for (size_t i = 0; i < 6; i++)
		mac[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	return true;
}

static int
parse_mac(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	uint8_t mac[6], zero[6] = {0};
	bool *is_auto = (bool *)((char *)dst - f->offset + f->flag);

	memset(dst, 0, sizeof(mac));
	*is_auto = strcmp(text, "auto") == 0;
	if (*is_auto)
		return 0;
	if (!conf_mac_parse(text, mac))
		return conf_value_refuse(why,
					 "\"%.64s\" is neither \"auto\" nor a MAC address like "
					 "\"02:00:00:00:00:01\"",
					 text);
	if (mac[0] & 1)
		return conf_value_refuse(why, "%s is a group address, use a unicast one", text);
	*is_auto = f->zero && memcmp(mac, zero, sizeof(mac)) == 0;
	if (!*is_auto && memcmp(mac, zero, sizeof(mac)) == 0)
		return conf_value_refuse(why, "%s is not an address, use \"auto\" or a unicast one",
					 text);
	memcpy(dst, mac, sizeof(mac));
	return 0;
}

static int
append(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	struct conf_strings *list = dst;

	(void)f;
	if (*text == '\0')
		return conf_value_refuse(why, "an element of the list is empty");
	if (list->n == CONF_MAX_EAL_ARGS)
		return conf_value_refuse(why, "more than %d elements", CONF_MAX_EAL_ARGS);
	if (copy_text(text, list->text[list->n], CONF_EAL_ARG_SIZE, why) < 0)
		return -EINVAL;
	list->n++;
	return 0;
}

/* Take the next element of a comma list off *rest, without the blanks around it. */
static bool
next_word(const char **rest, char *word, size_t size)
{
	const char *p = *rest, *end;
	size_t n;

	if (!p)
		return false;
	p += strspn(p, " \t");
	n = strcspn(p, ",");
	*rest = p[n] == ',' ? p + n + 1 : NULL;
	for (end = p + n; end > p && (end[-1] == ' ' || end[-1] == '\t'); end--)
		;
	n = (size_t)(end - p);
	if (n >= size)
		n = size - 1;
	memcpy(word, p, n);
	word[n] = '\0';
	return true;
}

static int
parse_list(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	const char *rest = text[strspn(text, " \t")] ? text : NULL;
	char word[CONF_EAL_ARG_SIZE + 1];
	int rc = 0;

	memset(dst, 0, sizeof(struct conf_strings));
	while (rc == 0 && next_word(&rest, word, sizeof(word)))
		rc = append(f, word, dst, why);
	return rc;
}

static int
parse_targets(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	const char *rest = text[strspn(text, " \t")] ? text : NULL;
	char word[CONF_EAL_ARG_SIZE + 1];
	int rc = 0;

	memset(dst, 0, sizeof(struct bond_targets));
	while (rc == 0 && next_word(&rest, word, sizeof(word)))
		rc = conf_targets_append(f, word, dst, why.text, why.len);
	return rc;
}

static int
add_core(struct conf_cores *cores, unsigned long core, struct conf_why why)
{
	for (uint32_t i = 0; i < cores->n; i++)
		if (cores->core[i] == core)
			return conf_value_refuse(why, "core %lu is named twice", core);
	cores->core[cores->n++] = (uint16_t)core;
	return 0;
}

static int
parse_cores(const struct conf_field *f, const char *text, void *dst, struct conf_why why)
{
	const char *rest = text[strspn(text, " \t")] ? text : NULL;
	struct conf_cores *cores = dst;
	char word[32], *end;

	(void)f;
	memset(cores, 0, sizeof(*cores));
	while (next_word(&rest, word, sizeof(word))) {
		unsigned long first = strtoul(word, &end, 10), last = first;
		bool ok = isdigit((unsigned char)word[0]);

		if (ok && *end == '-') {
			ok = isdigit((unsigned char)end[1]);
			last = strtoul(end + 1, &end, 10);
		}
		if (!ok || *end)
			return conf_value_refuse(
				why,
				"\"%s\" is neither a core nor a range, use a list like "
				"\"1-2,4\"",
				word);
		if (last < first)
			return conf_value_refuse(why, "\"%s\" is a range that runs backwards",
						 word);
		if (last >= CONF_MAX_CORES)
			return conf_value_refuse(why, "core %lu is not between 0 and %d", last,
						 CONF_MAX_CORES - 1);
		for (unsigned long core = first; core <= last; core++)
			if (add_core(cores, core, why) < 0)
				return -EINVAL;
	}
	return 0;
}

static int (*const parse[])(const struct conf_field *, const char *, void *, struct conf_why) = {
	[CONF_BOOL] = parse_bool,     [CONF_UINT] = parse_number,   [CONF_INT] = parse_number,
	[CONF_ENUM] = parse_enum,     [CONF_STRING] = parse_string, [CONF_MAC] = parse_mac,
	[CONF_OCTAL] = parse_octal,   [CONF_LIST] = parse_list,     [CONF_CORES] = parse_cores,
	[CONF_IPV4S] = parse_targets, [CONF_IPV6S] = parse_targets,
};

/* Where the value goes, when the row has no place for it. Larger than any type without size. */
union scratch {
	bool b;
	uint32_t u;
	int32_t i;
};

static int
check(const struct conf_field *f, void *dst, struct conf_why why)
{
	const char *wrong = f->check ? f->check(dst) : NULL;

	if (!wrong)
		return 0;
	if (f->type == CONF_STRING && *(char *)dst)
		return conf_value_refuse(why, "\"%s\": %s", (char *)dst, wrong);
	return conf_value_refuse(why, "%s", wrong);
}

int
conf_value_parse(const struct conf_field *f, const char *text, void *base, char *why, size_t len)
{
	union scratch scratch = {0};
	void *dst = f->offset == CONF_NOWHERE ? (void *)&scratch : (char *)base + f->offset;
	struct conf_why w = {why, len};
	int rc = parse[f->type](f, text, dst, w);

	if (rc == 0)
		rc = check(f, dst, w);
	if (rc == 0 && f->choice)
		*(uint32_t *)((char *)base + f->choice_at) = f->pick;
	return rc;
}

int
conf_value_append(const struct conf_field *f, const char *text, void *base, char *why, size_t len)
{
	void *dst = (char *)base + f->offset;
	struct conf_why w = {why, len};
	int rc = f->type == CONF_LIST ? append(f, text, dst, w)
				      : conf_targets_append(f, text, dst, why, len);

	return rc < 0 ? rc : check(f, dst, w);
}
