/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_lacp.c - bondctl lacp: what LACP does on the members of a bond, or of all that run it. */
#include "bondctl.h"

static int
lacp_one(struct ctl *ctl, const char *name)
{
	json_t *bond = ctl_call(ctl, "lacp.get", ctl_bond_param(name));

	if (!bond)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(bond);
	else
		text_lacp(stdout, bond);
	json_decref(bond);
	return CTL_OK;
}

/* Add a bond to the list if it runs LACP. @return an exit code */
static int
add(struct ctl *ctl, const char *name, json_t *bonds)
{
	json_t *bond = ctl_call(ctl, "bond.get", ctl_bond_param(name));
	const bool runs = json_is_object(text_at(bond, "lacp"));

	if (bond && runs) {
		json_decref(bond);
		bond = ctl_call(ctl, "lacp.get", ctl_bond_param(name));
		json_array_append(bonds, bond);
	}
	if (!bond)
		return CTL_FAIL;
	json_decref(bond);
	return CTL_OK;
}

static void
print_all(const struct ctl *ctl, const json_t *bonds)
{
	const json_t *bond;
	size_t i;

	if (ctl->json) {
		ctl_print_json(bonds);
		return;
	}
	json_array_foreach (bonds, i, bond) {
		if (i)
			putchar('\n');
		text_lacp(stdout, bond);
	}
}

static int
lacp_all(struct ctl *ctl)
{
	json_t *names = ctl_call(ctl, "bond.list", NULL), *bonds = json_array();
	const json_t *name;
	int rc = names ? CTL_OK : CTL_FAIL;
	size_t i;

	json_array_foreach (names, i, name) {
		rc = add(ctl, json_string_value(name), bonds);
		if (rc)
			break;
	}
	if (rc == CTL_OK && json_array_size(bonds) == 0 && !ctl->json)
		rc = ctl_error(ctl, CTL_FAIL, "no bond runs LACP: none has mode 802.3ad");
	else if (rc == CTL_OK)
		print_all(ctl, bonds);
	json_decref(bonds);
	json_decref(names);
	return rc;
}

int
ctl_lacp(struct ctl *ctl, const struct ctl_args *args)
{
	return args->n ? lacp_one(ctl, args->arg[0]) : lacp_all(ctl);
}
