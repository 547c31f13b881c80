/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_activate.c - bondctl activate: make a member the active one. */
#include "bondctl.h"

int
ctl_activate(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *result =
		ctl_call(ctl, "member.activate",
			 json_pack("{s:s, s:s}", "bond", args->arg[0], "member", args->arg[1]));

	if (!result)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(result);
	json_decref(result);
	return CTL_OK;
}
