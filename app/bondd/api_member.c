/* SPDX-License-Identifier: BSD-3-Clause */
/* api_member.c - member.add, member.remove and member.activate. */
#include <errno.h>
#include <string.h>

#include "absent.h"
#include "admin.h"
#include "api_int.h"
#include "bondd_member.h"
#include "conf_field.h"
#include "effective.h"

uint8_t
api_param_member(struct api_call *call, const struct bondd_bond *bond)
{
	const char *name = api_param_string(call, "member");
	struct conf_guess guess = conf_guess_begin(name);
	const struct bond *b = &bond->core;
	const uint8_t slot = bond_member_find(b, name);

	if (slot != BOND_NONE)
		return slot;
	if (absent_has(bond, name)) {
		api_refuse(call, -ENODEV, "%s: the device of %s was pulled out: %s", b->name, name,
			   "until it is back, the member can only be removed");
		return BOND_NONE;
	}
	for (uint8_t i = 0; i < b->n_members; i++)
		conf_guess_try(&guess, b->member[b->order[i]].name);
	if (guess.best)
		api_refuse(call, -ENODEV, "%s has no member \"%.60s\"; did you mean \"%s\"?",
			   b->name, name, guess.best);
	else
		api_refuse(call, -ENODEV, "%s has no member \"%.60s\"", b->name, name);
	return BOND_NONE;
}

int
api_member_activate(struct api_call *call, json_t **result)
{
	struct bondd_bond *b = api_param_bond(call);
	const uint8_t slot = b ? api_param_member(call, b) : BOND_NONE;
	struct conf_err err;
	int rc;

	if (slot == BOND_NONE)
		return -ENODEV;
	rc = admin_may_activate(&b->core, slot, &err);
	if (rc < 0)
		return api_refuse(call, rc, "%s", err.msg);
	rc = bond_activate(&b->core, slot, call->ctx->d->now);
	if (rc < 0)
		return api_refuse(call, rc, "%s: %s cannot be made the active member: %s",
				  b->core.name, b->core.member[slot].name, strerror(-rc));
	*result = json_null();
	return 0;
}

/* A member as the configuration would have it, appended to those of the bond. */
static int
describe(struct api_call *call, const struct bondd_bond *b, struct conf_bond *wanted)
{
	const json_t *given = json_object_get(call->params, "member");
	struct api_settings s = {.mode = b->core.options.mode};
	struct conf_member *m = &wanted->member[wanted->n_members];
	char why[256] = "";

	if (wanted->n_members == BOND_MAX_MEMBERS)
		return api_refuse(call, -ENOSPC, "%s has %d members, which is the limit",
				  wanted->name, BOND_MAX_MEMBERS);
	if (api_settings_default(conf_member_fields, m, why, sizeof(why)) < 0)
		return api_refuse(call, -EINVAL, "%s: wrong default: %s", wanted->name, why);
	api_settings_take(&s, given, conf_member_fields, NULL, m);
	if (s.n_refused > 0)
		return api_refuse(call, -EINVAL, "%s: %s", wanted->name, s.refused);
	if (!m->name[0])
		return api_refuse(call, -EINVAL, "%s: the new member's name is missing",
				  wanted->name);
	if (s.n_choices != 1)
		return api_refuse(call, -EINVAL,
				  "%s/%s: exactly one of pci, netdev, vdev is needed", wanted->name,
				  m->name);
	wanted->n_members++;
	return 0;
}

int
api_member_add(struct api_call *call, json_t **result)
{
	struct bondd_bond *b = api_param_bond(call);
	struct conf_bond wanted, *bond;
	struct conf *checked;
	struct conf_err err;
	bool failed = false;
	int rc;

	if (!b)
		return -ENODEV;
	effective_bond(b, &wanted);
	rc = describe(call, b, &wanted);
	if (rc < 0)
		return rc;
	rc = api_check_bond(call, b, &wanted, &checked, &bond);
	if (rc < 0)
		return rc;
	rc = bondd_member_attach(b, &bond->member[bond->n_members - 1], &err);
	conf_free(checked);
	if (rc == -EAGAIN)
		return API_LATER;
	if (rc < 0)
		return api_refuse(call, rc, "%s", err.msg);
	*result = api_member(b, b->core.order[b->core.n_members - 1], &failed);
	if (failed) {
		json_decref(*result);
		*result = NULL;
	}
	return 0;
}

int
api_member_remove(struct api_call *call, json_t **result)
{
	struct bondd_bond *b = api_param_bond(call);
	const char *name = api_param_string(call, "member");
	bool absent;
	uint8_t slot;
	int rc;

	if (!b)
		return -ENODEV;
	absent = !call->again && absent_forget(b, name);
	if (!call->again && (!absent || bond_member_find(&b->core, name) != BOND_NONE)) {
		slot = api_param_member(call, b);
		if (slot == BOND_NONE)
			return -ENODEV;
		rc = bondd_member_detach(b, slot, BONDD_POLITE, NULL, NULL);
		if (rc < 0 && rc != -EALREADY)
			return api_refuse(call, API_EINTERNAL, "out of memory");
	}
	if (bondd_member_departs(b, name))
		return API_LATER;
	*result = json_null();
	return 0;
}
