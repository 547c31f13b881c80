/* SPDX-License-Identifier: BSD-3-Clause */
/* api_params.c - parameters of a call against the rows of its method. */
#include <errno.h>
#include <string.h>

#include "api_int.h"
#include "conf_field.h"

static const char *const type_names[] = {
	[API_STRING] = "a string",
	[API_COUNT] = "an integer from 0 upwards",
	[API_VALUE] = "a string or an integer",
	[API_OBJECT] = "an object",
};

static bool
type_agrees(enum api_type type, const json_t *value)
{
	switch (type) {
	case API_STRING:
		return json_is_string(value);
	case API_COUNT:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case API_VALUE:
		return json_is_string(value) || json_is_integer(value);
	case API_OBJECT:
		return json_is_object(value);
	}
	return false;
}

/* "it takes bond, member", in buf. */
static const char *
what_it_takes(const struct api_param *rows, char *buf, size_t size)
{
	size_t len;

	if (!rows || !rows->name)
		return "it takes none";
	snprintf(buf, size, "it takes");
	for (const struct api_param *p = rows; p->name; p++) {
		len = strlen(buf);
		snprintf(buf + len, size - len, "%s %s%s", p == rows ? "" : ",", p->name,
			 p->required ? "" : " (optional)");
	}
	return buf;
}

static const struct api_param *
row_find(const struct api_param *rows, const char *name)
{
	for (const struct api_param *p = rows; p && p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

/* Values by position become values by name. @return NULL: no memory, or too many with error */
static json_t *
by_name(struct api_call *call, const struct api_method *method, const json_t *given, int *rc)
{
	const struct api_param *row = method->params;
	json_t *params = json_object();
	char takes[200];
	size_t i;
	json_t *value;

	json_array_foreach (given, i, value) {
		if (!row || !row->name) {
			*rc = api_refuse(call, API_EPARAMS, "%s: %zu parameters are too many; %s",
					 method->name, json_array_size(given),
					 what_it_takes(method->params, takes, sizeof(takes)));
			break;
		}
		if (json_object_set(params, row->name, value) < 0)
			*rc = api_refuse(call, API_EINTERNAL, "%s: out of memory", method->name);
		row++;
	}
	return params;
}

static int
check_names(struct api_call *call, const struct api_method *method, json_t *params)
{
	char takes[200];
	const char *name;
	json_t *value;

	json_object_foreach (params, name, value) {
		if (!row_find(method->params, name))
			return api_refuse(call, API_EPARAMS,
					  "%s: there is no parameter \"%.60s\"; %s", method->name,
					  name,
					  what_it_takes(method->params, takes, sizeof(takes)));
	}
	return 0;
}

static int
check_rows(struct api_call *call, const struct api_method *method, const json_t *params)
{
	for (const struct api_param *p = method->params; p && p->name; p++) {
		const json_t *value = json_object_get(params, p->name);

		if (!value && p->required)
			return api_refuse(call, API_EPARAMS,
					  "%s: the parameter \"%s\" is missing: %s", method->name,
					  p->name, p->doc);
		if (value && !type_agrees(p->type, value))
			return api_refuse(call, API_EPARAMS, "%s: \"%s\" must be %s", method->name,
					  p->name, type_names[p->type]);
	}
	return 0;
}

int
api_params_check(struct api_call *call, const struct api_method *method, const json_t *given,
		 json_t **params)
{
	int rc = 0;

	*params = json_is_array(given) ? by_name(call, method, given, &rc)
		  : given              ? json_copy((json_t *)(uintptr_t)given)
				       : json_object();
	if (!*params)
		rc = api_refuse(call, API_EINTERNAL, "%s: out of memory", method->name);
	if (rc == 0)
		rc = check_names(call, method, *params);
	if (rc == 0)
		rc = check_rows(call, method, *params);
	if (rc) {
		json_decref(*params);
		*params = NULL;
	}
	return rc;
}

const char *
api_param_string(const struct api_call *call, const char *name)
{
	return json_string_value(json_object_get(call->params, name));
}

struct bondd_bond *
api_param_bond(struct api_call *call)
{
	const struct bondd *d = call->ctx->d;
	const char *name = api_param_string(call, "bond");
	struct conf_guess guess = conf_guess_begin(name);
	struct bondd_bond *b = bondd_find(d, name);

	if (b)
		return b;
	for (uint32_t i = 0; i < d->n_bonds; i++)
		conf_guess_try(&guess, d->bond[i]->core.name);
	if (guess.best)
		api_refuse(call, -ENODEV, "there is no bond \"%.60s\"; did you mean \"%s\"?", name,
			   guess.best);
	else
		api_refuse(call, -ENODEV, "there is no bond \"%.60s\"", name);
	return NULL;
}
