/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_set.c - bondctl set, add, remove and config: what an administrator changes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bondctl.h"

/* Put "KEY=VALUE" into an object; what they mean is the daemon's business. */
static int
take(struct ctl *ctl, const char *command, const char *word, json_t *to)
{
	const char *value = strchr(word, '=');
	char key[64];

	if (!value || value == word || (size_t)(value - word) >= sizeof(key))
		return ctl_error(ctl, CTL_USAGE, "%s: \"%.60s\" must be KEY=VALUE", command, word);
	snprintf(key, sizeof(key), "%.*s", (int)(value - word), word);
	if (json_object_get(to, key))
		return ctl_error(ctl, CTL_USAGE, "%s: %s is given twice", command, key);
	json_object_set_new(to, key, json_string(value + 1));
	return CTL_OK;
}

/* @return an object of the words from first on; NULL with ctl->error */
static json_t *
take_all(struct ctl *ctl, const char *command, const struct ctl_args *args, int first)
{
	json_t *o = json_object();

	for (int i = first; i < args->n; i++)
		if (take(ctl, command, args->arg[i], o) != CTL_OK) {
			json_decref(o);
			return NULL;
		}
	return o;
}

static void
print_value(const json_t *value)
{
	const json_t *e;
	char *text;
	size_t i;

	if (json_is_array(value)) { /* of texts */
		json_array_foreach (value, i, e)
			printf("%s%s", i ? "," : "", json_string_value(e));
		printf("\n");
		return;
	}
	if (json_is_string(value)) {
		printf("%s\n", json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	printf("%s\n", text ? text : "");
	free(text);
}

/* What changed, a line each, as it could be set again. */
static void
print_changes(const char *prefix, const json_t *changes)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)changes, key, value) {
		if (json_is_object(value)) {
			print_changes(key, value);
			continue;
		}
		printf("%s%s%s=", prefix, *prefix ? "." : "", key);
		print_value(value);
	}
}

static int
print_result(const struct ctl *ctl, json_t *result, bool changes)
{
	if (!result)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(result);
	else if (changes)
		print_changes("", result);
	json_decref(result);
	return CTL_OK;
}

int
ctl_set(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *options = take_all(ctl, "set", args, 1), *params;
	const char *slash = strchr(args->arg[0], '/');
	char bond[64];

	if (!options)
		return CTL_USAGE;
	if (!slash) {
		params = json_pack("{s:s, s:o}", "bond", args->arg[0], "options", options);
		return print_result(ctl, ctl_call(ctl, "bond.set", params), true);
	}
	snprintf(bond, sizeof(bond), "%.*s", (int)(slash - args->arg[0]), args->arg[0]);
	params =
		json_pack("{s:s, s:s, s:o}", "bond", bond, "member", slash + 1, "options", options);
	return print_result(ctl, ctl_call(ctl, "member.set", params), true);
}

/* A member as the configuration has it. "ens4" alone is short for netdev=ens4. */
int
ctl_add(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *member = take_all(ctl, "add", args, 2);

	if (!member)
		return CTL_USAGE;
	if (json_object_get(member, "name")) {
		json_decref(member);
		return ctl_error(ctl, CTL_USAGE, "add: name is given twice: it is \"%.60s\"",
				 args->arg[1]);
	}
	if (args->n == 2)
		json_object_set_new(member, "netdev", json_string(args->arg[1]));
	json_object_set_new(member, "name", json_string(args->arg[1]));
	return print_result(
		ctl,
		ctl_call(ctl, "member.add",
			 json_pack("{s:s, s:o}", "bond", args->arg[0], "member", member)),
		false);
}

int
ctl_remove(struct ctl *ctl, const struct ctl_args *args)
{
	return print_result(
		ctl,
		ctl_call(ctl, "member.remove",
			 json_pack("{s:s, s:s}", "bond", args->arg[0], "member", args->arg[1])),
		false);
}

int
ctl_config(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *text = ctl_call(ctl, "config.get", NULL);

	(void)args;
	if (!text)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(text);
	else
		fputs(json_string_value(text), stdout);
	json_decref(text);
	return CTL_OK;
}
