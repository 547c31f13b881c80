/* SPDX-License-Identifier: BSD-3-Clause */
/* api_doc.c - the reference of the socket, from the table of methods. */
#include "api_int.h"

static const char *const type_names[] = {
	[API_STRING] = "string",
	[API_COUNT] = "integer, 0 or more",
	[API_VALUE] = "string or integer",
	[API_OBJECT] = "object",
};

static void
print_method(const struct api_method *m, FILE *f)
{
	fprintf(f, "\n### %s\n\n%s%s\n\n", m->name, m->doc,
		m->changes ? " Changes the state of the daemon." : "");
	if (m->params) {
		fprintf(f, "| parameter | type | needed | meaning |\n|---|---|---|---|\n");
		for (const struct api_param *p = m->params; p->name; p++)
			fprintf(f, "| `%s` | %s | %s | %s |\n", p->name, type_names[p->type],
				p->required ? "yes" : "no", p->doc);
		fprintf(f, "\n");
	}
	fprintf(f, "Result: %s\n", m->result);
}

static const char preface[] =
	"# The JSON socket of dpdk-bondd\n\n"
	"<!-- Generated from app/bondd/api_methods.c by the daemon: do not edit. -->\n\n"
	"JSON-RPC 2.0 over a Unix stream socket (`telemetry.socket`), one JSON text a line in "
	"both\n"
	"directions. Batches work, and so do parameters by position, in the order of the tables "
	"below.\n"
	"Requests of one connection are answered in their order.\n\n"
	"```\n"
	"$ echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bond.list\"}' | "
	"nc -NU /run/dpdk-bondd/bondd.sock\n"
	"{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\"],\"id\":1}\n"
	"```\n\n"
	"Who may connect is a matter of the socket's owner, group and mode.\n";

static const struct {
	int code;
	const char *when;
} codes[] = {
	{API_EPARSE, "the line is not JSON; nothing of a batch was done"},
	{API_EREQUEST, "it is not a request, or too long"},
	{API_EMETHOD, "there is no such method"},
	{API_EPARAMS, "a parameter is missing, unknown or of the wrong type"},
	{API_EINTERNAL, "the daemon is out of memory"},
};

static const struct {
	unsigned int limit;
	const char *of, *beyond;
} limits[] = {
	{API_CLIENTS_MAX, "connections", "one more is told so and closed"},
	{API_LINE_MAX, "octets of a line", "it is answered with an error, the connection closed"},
	{API_REQUEST_MAX, "octets of a request, alone or in a batch",
	 "the line is answered with an error, nothing of it is done"},
	{API_UNSENT_MAX, "octets that wait for a client to read them", "it is disconnected"},
};

void
api_print_doc(FILE *f)
{
	fprintf(f, "%s\n## Errors\n\n| code | when |\n|---|---|\n", preface);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		fprintf(f, "| %d | %s |\n", codes[i].code, codes[i].when);
	fprintf(f, "| -errno | the operation was refused; `message` says why, with names |\n");
	fprintf(f, "\n## Limits\n\n| limit | of what | beyond it |\n|---|---|---|\n");
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		fprintf(f, "| %u | %s | %s |\n", limits[i].limit, limits[i].of, limits[i].beyond);
	fprintf(f, "\nRequests share about a millisecond of each turn of the control thread; what "
		   "does not fit waits\nfor the next turn.\n\n## Methods\n");
	for (const struct api_method *m = api_methods; m->name; m++)
		print_method(m, f);
}
