/* SPDX-License-Identifier: BSD-3-Clause */
/* text_lacp.c - LACP of a bond: both systems, then each port with the state of either end. */
#include "bondctl.h"

/* One end of a link is a line. A new column is a new row. */
static const struct {
	const char *title, *path;
	int width; /* negative: to the left; 0: the last one */
} columns[] = {
	{"priority", "system_priority", 8},
	{"system", "system", -17},
	{"key", "key", 5},
	{"port priority", "port_priority", 13},
	{"port", "port", 5},
	{"state", "state_text", 0},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void
print_heading(FILE *f)
{
	fprintf(f, "    %-7s", "");
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(f, "  %*s", columns[i].width, columns[i].title);
	fputc('\n', f);
}

static void
print_end(FILE *f, const char *who, const json_t *o)
{
	fprintf(f, "    %-7s", who);
	for (size_t i = 0; i < COLUMNS; i++) {
		const json_t *value = text_at(o, columns[i].path);

		if (json_is_string(value))
			fprintf(f, "  %*s", columns[i].width, json_string_value(value));
		else
			fprintf(f, "  %*.0f", columns[i].width, json_number_value(value));
	}
	fputc('\n', f);
}

static void
print_churn(FILE *f, const json_t *churn)
{
	fprintf(f, "    churn: actor %s (churned %.0f times), partner %s (%.0f times)\n",
		text_string(churn, "actor", "-"), text_number(churn, "actor_count"),
		text_string(churn, "partner", "-"), text_number(churn, "partner_count"));
}

static void
print_port(FILE *f, const json_t *port)
{
	const json_t *aggregator = text_at(port, "aggregator_id");

	fprintf(f, "\n  %s: %s\n", text_string(port, "name", "-"), text_string(port, "why", "-"));
	if (json_is_integer(aggregator))
		fprintf(f, "    aggregator %.0f", json_number_value(aggregator));
	else
		fputs("    no aggregator", f);
	fprintf(f, ", %s, mux %s, receive %s\n", text_string(port, "selected", "-"),
		text_string(port, "mux_state", "-"), text_string(port, "rx_state", "-"));
	print_churn(f, text_at(port, "churn"));
	fprintf(f, "    LACPDUs: %.0f received, %.0f sent, %.0f illegal\n",
		text_number(port, "counters.lacpdu_rx"), text_number(port, "counters.lacpdu_tx"),
		text_number(port, "counters.lacpdu_illegal_rx"));
	print_heading(f);
	print_end(f, "actor", text_at(port, "actor"));
	print_end(f, "partner", text_at(port, "partner"));
}

static void
print_active(FILE *f, const json_t *lacp)
{
	const double ports = text_number(lacp, "ports");

	if (!json_is_integer(text_at(lacp, "active_aggregator"))) {
		fputs("  no active aggregator\n", f);
		return;
	}
	fprintf(f,
		"  active aggregator %.0f: %.0f port%s, %.0f distributing, %.0f Mbps, key %.0f\n",
		text_number(lacp, "active_aggregator"), ports, ports > 1 ? "s" : "",
		text_number(lacp, "distributing"), text_number(lacp, "speed_mbps"),
		text_number(lacp, "actor_key"));
	fprintf(f, "  partner system %.0f,%s, key %.0f\n",
		text_number(lacp, "partner_system_priority"), text_string(lacp, "partner_mac", "-"),
		text_number(lacp, "partner_key"));
}

void
text_lacp(FILE *f, const json_t *bond)
{
	const json_t *lacp = text_at(bond, "lacp"), *port;
	size_t i;

	fprintf(f, "%s: own system %.0f,%s, min_links %.0f\n", text_string(bond, "name", "-"),
		text_number(lacp, "system_priority"), text_string(lacp, "system_mac", "-"),
		text_number(lacp, "min_links"));
	print_active(f, lacp);
	json_array_foreach (text_at(bond, "ports"), i, port)
		print_port(f, port);
}
