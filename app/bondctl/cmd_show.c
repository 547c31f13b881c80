/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_show.c - bondctl show: a bond, or all of them, as /proc/net/bonding shows it. */
#include <string.h>
#include <unistd.h>

#include "bondctl.h"

/* Programs that parse the layout run as the same user with Linux: who is not root sees no PDUs. */
static void
print_one(const json_t *bond)
{
	text_show(stdout, bond, BONDD_VERSION, geteuid() == 0);
}

static void
print_all(const json_t *bonds)
{
	const json_t *bond;
	size_t i;

	json_array_foreach (bonds, i, bond) {
		if (json_array_size(bonds) > 1) /* the layout does not tell whose it is */
			printf("%s==> %s <==\n", i ? "\n" : "", text_string(bond, "name", "-"));
		print_one(bond);
	}
}

static int
show_one(struct ctl *ctl, const char *name)
{
	json_t *bond = ctl_call(ctl, "bond.get", ctl_bond_param(name));

	if (!bond)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(bond);
	else
		print_one(bond);
	json_decref(bond);
	return CTL_OK;
}

static int
show_all(struct ctl *ctl)
{
	json_t *names = ctl_call(ctl, "bond.list", NULL), *bonds = json_array(), *bond;
	const json_t *name;
	int rc = names ? CTL_OK : CTL_FAIL;
	size_t i;

	json_array_foreach (names, i, name) {
		bond = ctl_call(ctl, "bond.get", ctl_bond_param(json_string_value(name)));
		if (!bond) {
			rc = CTL_FAIL;
			break;
		}
		json_array_append_new(bonds, bond);
	}
	if (rc == CTL_OK && ctl->json)
		ctl_print_json(bonds);
	else if (rc == CTL_OK)
		print_all(bonds);
	json_decref(bonds);
	json_decref(names);
	return rc;
}

int
ctl_show(struct ctl *ctl, const struct ctl_args *args)
{
	return args->n ? show_one(ctl, args->arg[0]) : show_all(ctl);
}
