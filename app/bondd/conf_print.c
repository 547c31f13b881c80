/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_print.c - writes a configuration as a file that would be read as the same one. */
#include <inttypes.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

static void
print_text(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++)
		fprintf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	fputc('"', out);
}

static void
print_enum(const struct conf_field *f, uint32_t value, FILE *out)
{
	for (const struct conf_name *n = conf_field_names(f); n->name; n++)
		if (n->value == value)
			print_text(n->name, out);
}

static void
print_list(const struct conf_strings *list, FILE *out)
{
	fputs("[ ", out);
	for (uint32_t i = 0; i < list->n; i++) {
		print_text(list->text[i], out);
		fputs(i + 1 < list->n ? ", " : " ", out);
	}
	fputc(']', out);
}

/* Cores that follow each other become a range; the order stays as it was given. */
static void
print_cores(const struct conf_cores *cores, FILE *out)
{
	fputc('"', out);
	for (uint32_t i = 0, last; i < cores->n; i = last + 1) {
		last = i;
		while (last + 1 < cores->n && cores->core[last + 1] == cores->core[last] + 1)
			last++;
		fprintf(out, "%s%u", i ? "," : "", cores->core[i]);
		if (last > i)
			fprintf(out, "-%u", cores->core[last]);
	}
	fputc('"', out);
}

static void
print_targets(const struct conf_field *f, const struct bond_targets *targets, FILE *out)
{
	char text[CONF_ADDRESS_SIZE];

	fputs("[ ", out);
	for (uint32_t i = 0; i < targets->n; i++) {
		print_text(conf_targets_text(f, targets, i, text), out);
		fputs(i + 1 < targets->n ? ", " : " ", out);
	}
	fputc(']', out);
}

static void
print_mac(const struct conf_field *f, const void *base, FILE *out)
{
	const uint8_t *m = (const uint8_t *)base + f->offset;

	if (*(const bool *)((const char *)base + f->flag))
		print_text("auto", out);
	else
		fprintf(out, "\"%02x:%02x:%02x:%02x:%02x:%02x\"", m[0], m[1], m[2], m[3], m[4],
			m[5]);
}

void
conf_value_print(const struct conf_field *f, const void *base, FILE *out)
{
	const void *value = f->offset == CONF_NOWHERE ? NULL : (const char *)base + f->offset;

	if (!value) {
		fputs(f->def, out);
		return;
	}
	switch (f->type) {
	case CONF_BOOL:
		fputc(*(const bool *)value ? '1' : '0', out);
		break;
	case CONF_UINT:
		fprintf(out, "%" PRIu32, *(const uint32_t *)value);
		break;
	case CONF_INT:
		fprintf(out, "%" PRId32, *(const int32_t *)value);
		break;
	case CONF_ENUM:
		print_enum(f, *(const uint32_t *)value, out);
		break;
	case CONF_STRING:
		print_text(value, out);
		break;
	case CONF_MAC:
		print_mac(f, base, out);
		break;
	case CONF_OCTAL:
		fprintf(out, "\"%04" PRIo32 "\"", *(const uint32_t *)value);
		break;
	case CONF_LIST:
		print_list(value, out);
		break;
	case CONF_IPV4S:
	case CONF_IPV6S:
		print_targets(f, value, out);
		break;
	case CONF_CORES:
		print_cores(value, out);
		break;
	case CONF_GROUP:
	case CONF_GROUPS:
		break; /* print_rows() goes into these */
	}
}

/* Where a group is, and what decides which of its rows are settings at all. */
struct printer {
	FILE *out;
	unsigned int depth;
	uint32_t mode; /* of the bond around */
	bool in_bond;
};

static void
indent(const struct printer *p)
{
	for (unsigned int i = 0; i < p->depth; i++)
		fputc('\t', p->out);
}

static void print_rows(struct printer p, const struct conf_field *fields, const void *base);

static void
print_groups(struct printer p, const struct conf_field *f, const void *base)
{
	const char *array = (const char *)base + f->offset;
	uint32_t n = *(const uint32_t *)((const char *)base + f->count);

	if (f->pointer)
		array = *(const char *const *)array;
	fprintf(p.out, "%s: (\n", f->name);
	p.depth++;
	for (uint32_t i = 0; i < n; i++, array += f->size) {
		indent(&p);
		fputs("{\n", p.out);
		if (f->fields == conf_bond_fields) {
			p.in_bond = true;
			p.mode = ((const struct conf_bond *)array)->options.mode;
		}
		p.depth++;
		print_rows(p, f->fields, array);
		p.depth--;
		indent(&p);
		fprintf(p.out, "}%s\n", i + 1 < n ? "," : "");
	}
	p.depth--;
	indent(&p);
	fputs(");\n", p.out);
}

static bool
is_shown(const struct printer *p, const struct conf_field *f, const void *base)
{
	if (f->choice && *(const uint32_t *)((const char *)base + f->choice_at) != f->pick)
		return false;
	return !p->in_bond || conf_field_in_mode(f, p->mode);
}

static void
print_rows(struct printer p, const struct conf_field *fields, const void *base)
{
	for (const struct conf_field *f = fields; f->name; f++) {
		if (!is_shown(&p, f, base))
			continue;
		indent(&p);
		if (f->type == CONF_GROUPS) {
			print_groups(p, f, base);
		} else if (f->type == CONF_GROUP) {
			fprintf(p.out, "%s: {\n", f->name);
			p.depth++;
			print_rows(p, f->fields, (const char *)base + f->offset);
			p.depth--;
			indent(&p);
			fputs("};\n", p.out);
		} else {
			fprintf(p.out, "%s = ", f->name);
			conf_value_print(f, base, p.out);
			fputs(";\n", p.out);
		}
	}
}

void
conf_print(const struct conf *c, FILE *f)
{
	struct printer p = {.out = f};

	print_rows(p, conf_root_fields, c);
}
