/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_recording.h - reads what Linux's bonding driver was seen to do: golden/timeline. */
#ifndef BOND_RECORDING_H
#define BOND_RECORDING_H

#include "bond_fixture.h"

#define MAX_ROWS  256
#define LINE_SIZE 128

struct row {
	unsigned int ms;
	char text[LINE_SIZE];
};

struct table {
	struct row row[MAX_ROWS];
	unsigned int n;
};

struct recording {
	struct table actions; /* what the script did */
	struct table lines;   /* what the driver wrote then, without prefix */
	struct table carrier; /* of the bond: "1", "0" or "?" */
};

static inline void
recording_add(struct table *t, unsigned int ms, const char *text)
{
	assert_true(t->n < MAX_ROWS && strlen(text) < LINE_SIZE);
	t->row[t->n].ms = ms;
	snprintf(t->row[t->n++].text, LINE_SIZE, "%s", text);
}

static inline bool
recording_begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Carrier is compared by itself: Linux writes no line when the last member begins to fail. */
static inline bool
recording_is_carrier_line(const char *line)
{
	return strstr(line, "active interface up!") || strstr(line, "without any active");
}

/* Lines about something else, and those that Linux writes when it refuses what we refuse. */
static inline bool
recording_is_other_line(const char *line)
{
	return strstr(line, "8021q") || strstr(line, "ADDRCONF") || strstr(line, "Could not set") ||
	       strstr(line, "option ");
}

/* "bond0: (slave m0): link ..." -> "m0: link ..." */
static inline const char *
recording_without_prefix(const char *line, char out[LINE_SIZE])
{
	char member[BOND_NAME_SIZE];
	int n = 0;

	if (sscanf(line, "bond0: (slave %15[^)]): %n", member, &n) == 1 && n > 0)
		snprintf(out, LINE_SIZE, "%s: %s", member, line + n);
	else
		snprintf(out, LINE_SIZE, "%s", line);
	return out;
}

/* A busy lock made Linux write the line about a delay again and again. */
static inline bool
recording_is_repeated(const struct table *lines, const char *line, unsigned int ms)
{
	if (!strstr(line, " it in ") && !strstr(line, " again after "))
		return false;
	for (unsigned int i = lines->n; i-- > 0 && lines->row[i].ms + 50 > ms;)
		if (strcmp(lines->row[i].text, line) == 0)
			return true;
	return false;
}

static inline void
recording_read_row(struct recording *r, const char *event, unsigned int ms, const char *text)
{
	char line[LINE_SIZE];

	if (strcmp(event, "do") == 0) {
		recording_add(&r->actions, ms, text);
	} else if (strcmp(event, "state") == 0) {
		if (recording_begins(text, "bond.carrier: "))
			recording_add(&r->carrier, ms, text + strlen(text) - 1);
	} else if (!recording_is_other_line(text) && !recording_is_carrier_line(text)) {
		recording_without_prefix(text, line);
		if (!recording_is_repeated(&r->lines, line, ms))
			recording_add(&r->lines, ms, line);
	}
}

static inline void
recording_read(struct recording *r, const char *name)
{
	char path[512], line[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/golden/timeline/%s.csv", TEST_DIR, name);
	file = fopen(path, "r");
	assert_non_null(file);
	r->actions.n = r->lines.n = r->carrier.n = 0;
	while (fgets(line, sizeof(line), file)) {
		char event[8], text[LINE_SIZE];
		unsigned int s, ms;

		if (sscanf(line, "%7[^,],%u.%u,\"%127[^\"]\"", event, &s, &ms, text) == 4)
			recording_read_row(r, event, s * 1000 + ms, text);
	}
	fclose(file);
	assert_true(r->actions.n > 3 && r->lines.n > 3);
}

#endif
