/* SPDX-License-Identifier: BSD-3-Clause */
/* hash_rows.h - recorded frames, read row by row from tests/golden/hash, and how Linux saw them. */
#ifndef HASH_ROWS_H
#define HASH_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bond_hash.h"

#define HASH_FRAME_MAX 2048
#define HASH_FIELDS    8

struct hash_rows {
	FILE *file;
	char line[2 * HASH_FRAME_MAX + 256];
	char *field[HASH_FIELDS]; /* of the row that was read last */
};

static inline void
hash_rows_open(struct hash_rows *r, const char *name)
{
	snprintf(r->line, sizeof(r->line), "%s/golden/hash/%s", TEST_DIR, name);
	r->file = fopen(r->line, "r");
	assert_non_null(r->file);
	assert_non_null(fgets(r->line, sizeof(r->line), r->file)); /* the heading */
}

/* @return false after the last row, when the file is closed */
static inline bool
hash_rows_next(struct hash_rows *r)
{
	char *rest = r->line;

	if (!fgets(r->line, sizeof(r->line), r->file)) {
		fclose(r->file);
		return false;
	}
	r->line[strcspn(r->line, "\n")] = '\0';
	for (unsigned int i = 0; i < HASH_FIELDS; i++)
		r->field[i] = strsep(&rest, ",");
	return true;
}

/* @return how many octets the text is */
static inline uint32_t
hash_octets(const char *hex, uint8_t octets[HASH_FRAME_MAX])
{
	const size_t n = strlen(hex) / 2;

	assert_true(n <= HASH_FRAME_MAX && strlen(hex) % 2 == 0);
	for (size_t i = 0; i < n; i++) {
		const char pair[] = {hex[2 * i], hex[2 * i + 1], '\0'};

		octets[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (uint32_t)n;
}

static inline uint8_t
hash_policy(const char *name)
{
	for (uint8_t p = 0; p < BOND_HASH_POLICIES; p++)
		if (strcmp(bond_hash_policy_name(p), name) == 0)
			return p;
	fail_msg("no policy is called %s", name);
	return 0;
}

/* From an AF_PACKET socket: the network header is behind all tags, the type still that of a tag. */
static inline struct bond_frame
hash_frame_packet(const uint8_t *data, uint32_t len)
{
	struct bond_frame f = bond_frame_raw(data, len);

	while (f.net_at + 4u <= len && (memcmp(data + f.net_at - 2, "\x81\x00", 2) == 0 ||
					memcmp(data + f.net_at - 2, "\x88\xa8", 2) == 0))
		f.net_at += 4;
	return f;
}

static inline struct bond_frame
hash_frame(const char *path, const uint8_t *data, uint32_t len)
{
	return strcmp(path, "packet") == 0 ? hash_frame_packet(data, len)
					   : bond_frame_of(data, len);
}

#endif
