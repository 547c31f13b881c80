/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_doc.c - writes docs/config.md from the rows. */
#include <inttypes.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

static const char intro[] =
	"# Configuration of dpdk-bondd\n"
	"\n"
	"<!-- Written by `dpdk-bondd --print-doc`: change the rows in app/bondd/conf_*fields.c. "
	"-->\n"
	"\n"
	"The daemon reads one file in the syntax of [libconfig]"
	"(https://hyperrealm.github.io/libconfig/libconfig_manual.html).\n"
	"`config/bond.cfg` shows every setting with its default; the other files in `config/` are\n"
	"short examples.\n"
	"\n"
	"- `dpdk-bondd -c FILE --check` says whether a file is right, without starting anything.\n"
	"- `dpdk-bondd -c FILE --print-config` writes the configuration with all defaults filled "
	"in;\n"
	"  what it writes can be used as a file.\n"
	"- A file with a mistake is refused as a whole. The message is one line,\n"
	"  `FILE:LINE: setting: what is wrong, what is allowed`, where a setting of a bond is "
	"called\n"
	"  `bond0.miimon` and one of a member `bond0/eth1.prio`. The exit status is 2.\n"
	"- `@include \"other.cfg\"` on a line of its own reads another file, looked up beside the "
	"one\n"
	"  that includes it.\n"
	"- Lists are written as arrays, `[ \"a\", \"b\" ]`, or as one text, `\"a,b\"`. Lists of "
	"cores\n"
	"  know ranges: `\"1-2,4\"`.\n"
	"- Switches are written as in Linux, `0` and `1`, or `off` and `on` in quotes, or `false` "
	"and\n"
	"  `true`. Where Linux has names and numbers for a value, both are read.\n"
	"- Files are limited to 1 MB, with all that they include.\n"
	"\n"
	"The column *change* tells what a new value needs: `restart` of the daemon, or nothing\n"
	"(`live`).\n";

static void
print_enum_values(const struct conf_field *f, FILE *out)
{
	for (const struct conf_name *n = conf_field_names(f); n->name; n++) {
		fprintf(out, "%s`%s`", n == conf_field_names(f) ? "" : ", ", n->name);
		if (f->numbers)
			fprintf(out, " (%" PRIu32 ")", n->value);
	}
}

static void
print_values(const struct conf_field *f, FILE *out)
{
	if (f->values) {
		fputs(f->values, out);
		return;
	}
	switch (f->type) {
	case CONF_BOOL:
		fputs("0, 1", out);
		break;
	case CONF_UINT:
	case CONF_INT:
		fprintf(out, "%" PRId64, f->min);
		if (f->min != f->max)
			fprintf(out, " to %" PRId64 "%s%s", f->max, f->unit ? " " : "",
				f->unit ? f->unit : "");
		break;
	case CONF_ENUM:
		print_enum_values(f, out);
		break;
	case CONF_STRING:
		fprintf(out, "up to %zu characters", f->size - 1);
		break;
	case CONF_MAC:
		fputs("MAC address", out);
		break;
	case CONF_OCTAL:
		fprintf(out, "`\"0000\"` to `\"0%" PRIo64 "\"`", f->max);
		break;
	case CONF_LIST:
		fputs("list of texts", out);
		break;
	case CONF_IPV4S:
	case CONF_IPV6S:
		fprintf(out, "list of up to %d IPv%d addresses", BOND_MAX_TARGETS,
			f->type == CONF_IPV4S ? 4 : 6);
		break;
	case CONF_CORES:
		fprintf(out, "list of 0 to %d", CONF_MAX_CORES - 1);
		break;
	case CONF_GROUP:
		fputs("group", out);
		break;
	case CONF_GROUPS:
		fprintf(out, "%" PRId64 " to %" PRId64 " groups", f->min, f->max);
		break;
	}
}

static void
print_default(const struct conf_field *f, FILE *out)
{
	bool text = f->type == CONF_ENUM || f->type == CONF_STRING || f->type == CONF_MAC ||
		    f->type == CONF_OCTAL || f->type == CONF_CORES;

	if (f->choice)
		fputs("one of three", out);
	else if (f->type == CONF_GROUP)
		fputs("its defaults", out);
	else if (!f->def)
		fputs("required", out);
	else if (f->type == CONF_LIST || f->type == CONF_IPV4S || f->type == CONF_IPV6S)
		fputs("`[ ]`", out);
	else
		fprintf(out, text ? "`\"%s\"`" : "`%s`", f->def);
}

/* The modes that have the option, or make use of it, of those that are offered. */
static void
print_modes(const struct conf_field *f, FILE *out)
{
	const uint32_t set = f->modes ? f->modes : f->used;
	unsigned int n = 0;

	if (!set)
		return;
	fputs(f->modes ? " Only in mode" : " Used by", out);
	for (const struct conf_name *m =
		     conf_field_names(conf_field_find(conf_bond_fields, "mode"));
	     m->name; m++)
		if (set & (1U << m->value))
			fprintf(out, "%s %s", n++ ? "," : "", m->name);
	fputc('.', out);
}

static void
print_row(const struct conf_field *f, FILE *out)
{
	fprintf(out, "| `%s`", f->name);
	if (f->alias)
		fprintf(out, ", `%s`", f->alias);
	fputs(" | ", out);
	print_values(f, out);
	fputs(" | ", out);
	print_default(f, out);
	fprintf(out, " | %s | %s", f->apply == CONF_LIVE ? "live" : "restart", f->doc);
	print_modes(f, out);
	fputs(" |\n", out);
}

static void
print_group(const char *title, const char *path, const char *doc, const struct conf_field *fields,
	    FILE *out)
{
	char sub[64];

	fprintf(out, "\n## %s\n\n", title);
	if (doc)
		fprintf(out, "%s\n\n", doc);
	fputs("| setting | values | default | change | meaning |\n|---|---|---|---|---|\n", out);
	for (const struct conf_field *f = fields; f->name; f++)
		print_row(f, out);
	for (const struct conf_field *f = fields; f->name; f++) {
		if (!f->fields)
			continue;
		snprintf(sub, sizeof(sub), "%s%s%s", path, *path ? "." : "", f->name);
		print_group(sub, sub, f->doc, f->fields, out);
	}
}

void
conf_print_doc(FILE *f)
{
	fputs(intro, f);
	print_group("The file", "", NULL, conf_root_fields, f);
}
