/* SPDX-License-Identifier: BSD-3-Clause */
/* api_options.c - options in Linux's words, from the rows that the configuration is read by. */
#include <stdlib.h>
#include <string.h>

#include "api_int.h"
#include "conf_field.h"

static json_t *
enum_value(const struct conf_field *f, uint32_t value)
{
	for (const struct conf_name *n = conf_field_names(f); n->name; n++)
		if (n->value == value)
			return json_string(n->name);
	return json_integer(value);
}

static json_t *
list_value(const struct conf_strings *strings)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < strings->n; i++)
		json_array_append_new(list, api_string(strings->text[i]));
	return list;
}

static json_t *
targets_value(const struct conf_field *f, const struct bond_targets *targets)
{
	char text[CONF_ADDRESS_SIZE];
	json_t *list = json_array();

	for (uint32_t i = 0; i < targets->n; i++)
		json_array_append_new(list, json_string(conf_targets_text(f, targets, i, text)));
	return list;
}

static json_t *group_value(const struct conf_field *fields, const void *base);

/* Linux's value: names of enumerations, numbers otherwise; text where neither fits. */
static json_t *
value_of(const struct conf_field *f, const void *base)
{
	const void *at = (const char *)base + f->offset;

	switch (f->type) {
	case CONF_BOOL:
		return json_integer(*(const bool *)at);
	case CONF_UINT:
	case CONF_OCTAL:
		return json_integer(*(const uint32_t *)at);
	case CONF_INT:
		return json_integer(*(const int32_t *)at);
	case CONF_ENUM:
		return enum_value(f, *(const uint32_t *)at);
	case CONF_STRING:
		return api_string(at);
	case CONF_MAC:
		return api_mac(at);
	case CONF_LIST:
		return list_value(at);
	case CONF_IPV4S:
	case CONF_IPV6S:
		return targets_value(f, at);
	case CONF_GROUP:
		return group_value(f->fields, at);
	case CONF_CORES:
	case CONF_GROUPS:
		break;
	}
	return json_null();
}

static json_t *
group_value(const struct conf_field *fields, const void *base)
{
	json_t *o = json_object();

	for (const struct conf_field *f = fields; f->name; f++)
		json_object_set_new(o, f->name, value_of(f, base));
	return o;
}

/* Settings whose value is always the default: the configuration checks them and forgets them. */
static json_t *
fixed_value(const struct conf_field *f)
{
	char *end;
	const long number = strtol(f->def, &end, 10);

	return *end ? json_string(f->def) : json_integer(number);
}

static bool
within(const struct conf_field *f, size_t offset, size_t size)
{
	return f->offset >= offset && f->offset < offset + size;
}

static void
put_option(json_t *o, const struct conf_field *f, json_t *value, bool *failed)
{
	/* num_unsol_na is Linux's second name of num_grat_arp; *_member* are names of ours. */
	if (f->alias && !strstr(f->alias, "member"))
		api_put(o, f->alias, json_incref(value), failed);
	api_put(o, f->name, value, failed);
}

static json_t *
finish(json_t *o, bool failed)
{
	if (!failed)
		return o;
	json_decref(o);
	return NULL;
}

/* Of a group, what differs in it; NULL: nothing does. */
static json_t *
difference(const struct conf_field *f, const void *before, const void *after)
{
	json_t *was, *is;

	if (f->type == CONF_GROUPS || f->offset == CONF_NOWHERE)
		return NULL;
	if (f->type == CONF_GROUP) {
		is = api_changed(f->fields, (const char *)before + f->offset,
				 (const char *)after + f->offset);
		if (json_object_size(is) > 0)
			return is;
		json_decref(is);
		return NULL;
	}
	was = value_of(f, before);
	is = value_of(f, after);
	if (json_equal(was, is)) {
		json_decref(is);
		is = NULL;
	}
	json_decref(was);
	return is;
}

json_t *
api_changed(const struct conf_field *fields, const void *before, const void *after)
{
	json_t *o = json_object();
	bool failed = false;

	for (const struct conf_field *f = fields; f->name; f++) {
		json_t *value = difference(f, before, after);

		if (value)
			api_put(o, f->name, value, &failed);
	}
	return finish(o, failed);
}

json_t *
api_bond_options(const struct bondd_bond *b)
{
	const uint8_t active = b->core.active;
	struct conf_bond now = {.options = b->core.options};
	json_t *o = json_object();
	bool failed = false;

	if (active != BOND_NONE)
		memcpy(now.active_member, b->core.member[active].name, sizeof(now.active_member));
	for (const struct conf_field *f = conf_bond_fields; f->name; f++) {
		if (f->offset == CONF_NOWHERE)
			put_option(o, f, fixed_value(f), &failed);
		else if (within(f, offsetof(struct conf_bond, options), sizeof(now.options)) ||
			 within(f, offsetof(struct conf_bond, active_member),
				sizeof(now.active_member)))
			put_option(o, f, value_of(f, &now), &failed);
	}
	return finish(o, failed);
}

json_t *
api_member_options(const struct bond_member_options *options)
{
	const struct conf_member now = {.options = *options};
	json_t *o = json_object();
	bool failed = false;

	for (const struct conf_field *f = conf_member_fields; f->name; f++)
		if (within(f, offsetof(struct conf_member, options), sizeof(now.options)))
			put_option(o, f, value_of(f, &now), &failed);
	return finish(o, failed);
}

json_t *
api_host_type(uint32_t type)
{
	const struct conf_field *host = conf_field_find(conf_bond_fields, "host");

	return enum_value(conf_field_find(host->fields, "type"), type);
}
