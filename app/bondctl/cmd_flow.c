/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_flow.c - bondctl flow: which member a flow leaves on. */
#include <string.h>

#include "bondctl.h"

/* Put "KEY=VALUE" into the parameters; what they mean is the daemon's business. */
static int
take(struct ctl *ctl, const char *word, json_t *params)
{
	const char *value = strchr(word, '=');
	char key[32];

	if (!value || value == word)
		return ctl_error(ctl, CTL_USAGE, "flow: \"%.60s\" must be KEY=VALUE, like dport=80",
				 word);
	if ((size_t)(value - word) >= sizeof(key))
		return ctl_error(ctl, CTL_USAGE, "flow: there is no key \"%.*s\"",
				 (int)(value - word), word);
	snprintf(key, sizeof(key), "%.*s", (int)(value - word), word);
	if (json_object_get(params, key))
		return ctl_error(ctl, CTL_USAGE, "flow: %s is given twice", key);
	json_object_set_new(params, key, json_string(value + 1));
	return CTL_OK;
}

int
ctl_flow(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *params = ctl_bond_param(args->arg[0]), *flow;
	int rc = CTL_OK;

	for (int i = 1; i < args->n && rc == CTL_OK; i++)
		rc = take(ctl, args->arg[i], params);
	if (rc) {
		json_decref(params);
		return rc;
	}
	flow = ctl_call(ctl, "flow.lookup", params);
	if (!flow)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(flow);
	else
		text_flow(stdout, flow);
	json_decref(flow);
	return CTL_OK;
}
