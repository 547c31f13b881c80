/* SPDX-License-Identifier: BSD-3-Clause */
/* api_doc.c - the reference of the socket, from the table of methods. */
#include "api_int.h"

static const char *const type_names[] = {
	[API_STRING] = "string",
	[API_COUNT] = "integer, 0 or more",
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

void
api_print_doc(FILE *f)
{
	fprintf(f,
		"# The JSON socket of dpdk-bondd\n\n"
		"<!-- Generated from app/bondd/api_methods.c by the daemon: do not edit. -->\n\n"
		"JSON-RPC 2.0 over a Unix stream socket (`telemetry.socket`), one JSON text a line "
		"in "
		"both\ndirections. Batches work, and so do parameters by position, in the order of "
		"the "
		"tables below.\nRequests of one connection are answered in their order.\n\n"
		"```\n"
		"$ echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bond.list\"}' | "
		"nc -NU /run/dpdk-bondd/bondd.sock\n"
		"{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\"],\"id\":1}\n"
		"```\n\n"
		"Who may connect is a matter of the socket's owner, group and mode.\n\n"
		"## Errors\n\n"
		"| code | when |\n|---|---|\n"
		"| %d | the line is not JSON |\n"
		"| %d | it is not a request, or too long |\n"
		"| %d | no such method |\n"
		"| %d | a parameter is missing, unknown or of the wrong type |\n"
		"| %d | out of memory |\n"
		"| -errno | the operation was refused; `message` says why, with names |\n\n"
		"## Limits\n\n"
		"%d connections; one more is told so and closed. %u octets a request line; a "
		"longer "
		"one is\nanswered with an error and the connection closed. A client that lets more "
		"than "
		"%u octets\nof answers and notifications wait is disconnected. Requests share "
		"about a "
		"millisecond of each turn of\nthe control thread; what does not fit waits for the "
		"next.\n\n"
		"## Methods\n",
		API_EPARSE, API_EREQUEST, API_EMETHOD, API_EPARAMS, API_EINTERNAL, API_CLIENTS_MAX,
		API_LINE_MAX, API_UNSENT_MAX);
	for (const struct api_method *m = api_methods; m->name; m++)
		print_method(m, f);
}
