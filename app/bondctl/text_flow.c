/* SPDX-License-Identifier: BSD-3-Clause */
/* text_flow.c - which member a flow leaves on, and why, in words. */
#include <string.h>

#include "bondctl.h"

static void
print_members(FILE *f, const json_t *flow)
{
	const json_t *name;
	size_t i;

	json_array_foreach (text_at(flow, "members"), i, name)
		fprintf(f, "%s%s", i ? ", " : "", json_string_value(name));
}

static void
bucket(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: hash 0x%08x, bucket %.0f of 256", text_string(flow, "member", "-"),
		(unsigned int)text_number(flow, "hash"), text_number(flow, "bucket"));
}

static void
modulo(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: hash 0x%08x modulo %zu members", text_string(flow, "member", "-"),
		(unsigned int)text_number(flow, "hash"), json_array_size(text_at(flow, "members")));
}

static void
active(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: the active member carries every flow", text_string(flow, "member", "-"));
}

static void
all(FILE *f, const json_t *flow)
{
	print_members(f, flow);
	fputs(": a copy leaves on each", f);
}

static void
turns(FILE *f, const json_t *flow)
{
	fputs("no fixed member: frames take turns on ", f);
	print_members(f, flow);
}

static void
igmp(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: all IGMP leaves there", text_string(flow, "member", "-"));
}

static void
address(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: bucket %.0f of 256, by destination address",
		text_string(flow, "member", "-"), text_number(flow, "bucket"));
}

static void
current(FILE *f, const json_t *flow)
{
	fprintf(f, "%s: the active member carries what is not balanced",
		text_string(flow, "member", "-"));
}

static void
neighbour(FILE *f, const json_t *flow)
{
	(void)flow;
	fputs("no fixed member: the daemon chooses one for each neighbour", f);
}

static void
none(FILE *f, const json_t *flow)
{
	(void)flow;
	fputs("dropped: no member can send now", f);
}

static const struct {
	const char *rule;
	void (*print)(FILE *f, const json_t *flow);
} rules[] = {
	{"bucket", bucket},       {"modulo", modulo}, {"active", active},   {"all", all},
	{"turns", turns},         {"igmp", igmp},     {"address", address}, {"current", current},
	{"neighbour", neighbour}, {"none", none},
};

static void
print_assumed(FILE *f, const json_t *flow)
{
	json_t *fields = json_object_get(flow, "assumed"), *value;
	const char *key, *before = "assumed: ";

	json_object_foreach (fields, key, value) {
		fprintf(f, "%s%s=%s", before, key, json_string_value(value));
		before = " ";
	}
	if (json_object_size(fields) > 0)
		fputc('\n', f);
}

void
text_flow(FILE *f, const json_t *flow)
{
	const char *rule = text_string(flow, "rule", "");

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].rule, rule) == 0)
			rules[i].print(f, flow);
	fputc('\n', f);
	print_assumed(f, flow);
	if (json_is_true(text_at(flow, "nic_hash")))
		fputs("a frame that carries the hash of a NIC goes by that instead\n", f);
}
