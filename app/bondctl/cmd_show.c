/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_show.c - bondctl show: a bond, or all of them, as /proc/net/bonding shows it; or its clients. */
#include <string.h>
#include <unistd.h>

#include "bondctl.h"

enum { CLIENTS };

const struct ctl_flag ctl_show_flags[] = {
	[CLIENTS] = {"clients", NULL, "print who balance-alb receives from, and on which member"},
	{NULL},
};

#define ALL_CLIENTS 1000000 /* more than a table holds */

/* Programs that parse the layout run as the same user with Linux: who is not root sees no PDUs. */
static void
print_one(const json_t *bond)
{
	text_show(stdout, bond, BONDD_VERSION, geteuid() == 0);
}

static void
print_all(const json_t *bonds, bool clients)
{
	const json_t *bond;
	size_t i;

	json_array_foreach (bonds, i, bond) {
		if (clients) {
			text_clients(stdout, bond);
			continue;
		}
		if (json_array_size(bonds) > 1) /* the layout does not tell whose it is */
			printf("%s==> %s <==\n", i ? "\n" : "", text_string(bond, "name", "-"));
		print_one(bond);
	}
}

static json_t *
get(struct ctl *ctl, const char *name, bool clients)
{
	json_t *params = ctl_bond_param(name);

	if (clients)
		json_object_set_new(params, "clients", json_integer(ALL_CLIENTS));
	return ctl_call(ctl, "bond.get", params);
}

static int
show_one(struct ctl *ctl, const char *name, bool clients)
{
	json_t *bond = get(ctl, name, clients);

	if (!bond)
		return CTL_FAIL;
	if (ctl->json)
		ctl_print_json(bond);
	else if (clients)
		text_clients(stdout, bond);
	else
		print_one(bond);
	json_decref(bond);
	return CTL_OK;
}

static int
show_all(struct ctl *ctl, bool clients)
{
	json_t *names = ctl_call(ctl, "bond.list", NULL), *bonds = json_array(), *bond;
	const json_t *name;
	int rc = names ? CTL_OK : CTL_FAIL;
	size_t i;

	json_array_foreach (names, i, name) {
		bond = get(ctl, json_string_value(name), clients);
		if (!bond) {
			rc = CTL_FAIL;
			break;
		}
		json_array_append_new(bonds, bond);
	}
	if (rc == CTL_OK && ctl->json)
		ctl_print_json(bonds);
	else if (rc == CTL_OK)
		print_all(bonds, clients);
	json_decref(bonds);
	json_decref(names);
	return rc;
}

int
ctl_show(struct ctl *ctl, const struct ctl_args *args)
{
	const bool clients = args->flag[CLIENTS] != NULL;

	return args->n ? show_one(ctl, args->arg[0], clients) : show_all(ctl, clients);
}
