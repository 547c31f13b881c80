/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_list.c - bondctl list: the names of the bonds. */
#include "bondctl.h"

int
ctl_list(struct ctl *ctl, const struct ctl_args *args)
{
	json_t *names = ctl_call(ctl, "bond.list", NULL);
	const json_t *name;
	size_t i;

	(void)args;
	if (!names)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(names);
	else
		json_array_foreach (names, i, name)
			puts(json_string_value(name));
	json_decref(names);
	return CTL_OK;
}
