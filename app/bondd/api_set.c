/* SPDX-License-Identifier: BSD-3-Clause */
/* api_set.c - bond.set, member.set and config.get: options of what runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "api_int.h"
#include "conf_field.h"
#include "effective.h"
#include "log.h"

static const char restart[] = "change the configuration and start it anew";

static uint32_t
place_of(const struct bondd *d, const struct bondd_bond *b)
{
	uint32_t i = 0;

	while (d->bond[i] != b)
		i++;
	return i;
}

/* What is legal but odd is logged once, when it begins to be so. */
static void
log_warnings(struct conf *now, uint32_t i, const struct bondd_bond *b, const char *warnings)
{
	struct conf *before = NULL;
	struct conf_err ignored;

	if (*warnings == '\0')
		return;
	effective_bond(b, &now->bonds[i]);
	if (effective_check(now, &before, &ignored) < 0)
		before = NULL;
	for (const char *line = warnings, *end; (end = strchr(line, '\n')); line = end + 1) {
		const char *text = strstr(line, ": "); /* behind a place that nobody has seen */
		char sentence[512];

		if (!text || text > end)
			continue;
		snprintf(sentence, sizeof(sentence), "%.*s", (int)(end - text - 2), text + 2);
		if (!before || !strstr(before->warnings, sentence))
			log_warning("%s", sentence);
	}
	conf_free(before);
}

int
api_check_bond(struct api_call *call, const struct bondd_bond *b, const struct conf_bond *wanted,
	       struct conf **checked, struct conf_bond **bond)
{
	const struct bondd *d = call->ctx->d;
	const uint32_t i = place_of(d, b);
	struct conf_err err;
	struct conf now;
	int rc = effective_conf(d, &now);

	if (rc < 0)
		return api_refuse(call, API_EINTERNAL, "out of memory");
	now.bonds[i] = *wanted;
	rc = effective_check(&now, checked, &err);
	if (rc == 0)
		log_warnings(&now, i, b, (*checked)->warnings);
	effective_free(&now);
	if (rc < 0)
		return api_refuse(call, rc, "%s", err.msg);
	*bond = &(*checked)->bonds[i];
	return 0;
}

/* As bond.get shows it: active_slave is the one in force. */
static void
snapshot(const struct bondd_bond *b, struct conf_bond *c)
{
	effective_bond(b, c);
	memset(c->active_member, 0, sizeof(c->active_member));
	if (b->core.active != BOND_NONE)
		memcpy(c->active_member, b->core.member[b->core.active].name, BOND_NAME_SIZE);
}

int
api_bond_set(struct api_call *call, json_t **result)
{
	const json_t *options = json_object_get(call->params, "options");
	struct bondd_bond *b = api_param_bond(call);
	const bool activate = json_object_get(options, "active_slave") ||
			      json_object_get(options, "active_member");
	struct conf_bond before, wanted, *bond;
	struct api_settings s = {.live = true, .how = restart};
	struct conf *checked;
	struct conf_err err;
	int rc;

	if (!b)
		return -ENODEV;
	effective_bond(b, &wanted);
	snapshot(b, &before);
	s.mode = wanted.options.mode;
	api_settings_take(&s, options, conf_bond_fields, conf_bond_later, &wanted);
	if (s.n_refused > 0)
		return api_refuse(call, -EINVAL, "%s: %s", b->core.name, s.refused);
	rc = api_check_bond(call, b, &wanted, &checked, &bond);
	if (rc < 0)
		return rc;
	rc = admin_set_bond(b, bond, activate ? bond->active_member : NULL, &err);
	conf_free(checked);
	if (rc < 0)
		return api_refuse(call, rc, "%s", err.msg);
	snapshot(b, &wanted);
	*result = api_changed(conf_bond_fields, &before, &wanted);
	return 0;
}

int
api_member_set(struct api_call *call, json_t **result)
{
	struct bondd_bond *b = api_param_bond(call);
	const uint8_t slot = b ? api_param_member(call, b) : BOND_NONE;
	struct conf_bond wanted, *bond;
	struct api_settings s = {.live = true,
				 .how = "remove the member and add it with another one"};
	struct conf_member before, *m = wanted.member;
	struct conf *checked;
	struct conf_err err;
	int rc;

	if (slot == BOND_NONE)
		return -ENODEV;
	effective_bond(b, &wanted);
	while (strcmp(m->name, b->core.member[slot].name) != 0)
		m++;
	before = *m;
	s.mode = wanted.options.mode;
	api_settings_take(&s, json_object_get(call->params, "options"), conf_member_fields, NULL,
			  m);
	if (s.n_refused == 0 && strcmp(m->name, before.name) != 0)
		return api_refuse(call, -EINVAL, "%s/%s: name: it cannot be changed: %s",
				  b->core.name, before.name, s.how);
	if (s.n_refused > 0)
		return api_refuse(call, -EINVAL, "%s/%s: %s", b->core.name, m->name, s.refused);
	rc = api_check_bond(call, b, &wanted, &checked, &bond);
	if (rc < 0)
		return rc;
	rc = admin_set_member(b, slot, &bond->member[m - wanted.member].options, &err);
	conf_free(checked);
	if (rc < 0)
		return api_refuse(call, rc, "%s", err.msg);
	*m = before;
	m->options = b->core.member[slot].options;
	*result = api_changed(conf_member_fields, &before, m);
	return 0;
}

int
api_config_get(struct api_call *call, json_t **result)
{
	struct conf now;
	char *text;

	if (effective_conf(call->ctx->d, &now) < 0)
		return 0; /* out of memory, as a result that is missing says */
	text = effective_text(&now);
	effective_free(&now);
	*result = text ? api_string(text) : NULL;
	free(text);
	return 0;
}
