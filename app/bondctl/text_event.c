/* SPDX-License-Identifier: BSD-3-Clause */
/* text_event.c - an event as one line. */
#include "bondctl.h"

/* "2.5 s", "4 min 10 s", "3 h 2 min", "5 d 1 h": what matters of a duration. */
static void
print_duration(FILE *f, double s)
{
	static const struct {
		unsigned long seconds, lesser_seconds;
		const char *unit, *lesser;
	} rows[] = {
		{86400, 3600, "d", "h"},
		{3600, 60, "h", "min"},
		{60, 1, "min", "s"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned long whole = (unsigned long)s, n = whole / rows[i].seconds;
		const unsigned long rest = whole % rows[i].seconds / rows[i].lesser_seconds;

		if (n == 0)
			continue;
		fprintf(f, "%lu %s", n, rows[i].unit);
		if (rest)
			fprintf(f, " %lu %s", rest, rows[i].lesser);
		return;
	}
	fprintf(f, "%.3g s", s);
}

void
text_event(FILE *f, const json_t *event)
{
	const char *member = text_string(event, "member", NULL);
	const char *from = text_string(event, "from", NULL), *to = text_string(event, "to", NULL);
	const char *reason = text_string(event, "reason", "");
	const double lasted = text_number(event, "lasted_s");

	fprintf(f, "%s %s%s%s %s", text_string(event, "time", "-"), text_string(event, "bond", "-"),
		member ? "/" : "", member ? member : "", text_string(event, "kind", "-"));
	if (from)
		fprintf(f, " %s ->", from);
	if (to || from)
		fprintf(f, " %s", to ? to : "none");
	if (lasted > 0) {
		fputs(" after ", f);
		print_duration(f, lasted);
	}
	fprintf(f, "%s%s\n", *reason ? ": " : "", reason);
}
