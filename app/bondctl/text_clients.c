/* SPDX-License-Identifier: BSD-3-Clause */
/* text_clients.c - who a bond in balance-alb receives from, and on which member: a line a client. */
#include "bondctl.h"

static void
print_client(FILE *f, const json_t *client)
{
	const json_t *vlan;
	size_t i;

	fprintf(f, "  %-39s  %-39s  %-17s  ", text_string(client, "peer", "-"),
		text_string(client, "local", "-"), text_string(client, "mac", "-"));
	fprintf(f, "%-15s", text_string(client, "member", "none"));
	json_array_foreach (text_at(client, "vlans"), i, vlan)
		fprintf(f, "%s%.0f", i ? "." : "  ", json_number_value(vlan));
	fputc('\n', f);
}

void
text_clients(FILE *f, const json_t *bond)
{
	const json_t *list = text_at(bond, "balance.clients"), *client;
	size_t i;

	fprintf(f, "%s: ", text_string(bond, "name", "-"));
	if (!json_is_array(list)) {
		fprintf(f, "mode %s has no clients\n", text_string(bond, "mode", "-"));
		return;
	}
	fprintf(f, "%.0f clients\n", text_number(bond, "balance.clients_now"));
	if (json_array_size(list) == 0)
		return;
	fprintf(f, "  %-39s  %-39s  %-17s  %-15s  %s\n", "client", "speaks with", "its MAC",
		"sends to", "VLAN");
	json_array_foreach (list, i, client)
		print_client(f, client);
}
