/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_capture.h - reads frames that were captured beside a recording: golden/pcap. */
#ifndef BOND_CAPTURE_H
#define BOND_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CAPTURE_FRAME 256

/* A frame and when it was seen, on the clock of the recording. */
struct captured {
	unsigned int ms;
	uint32_t len;
	uint8_t octet[CAPTURE_FRAME];
};

/** Open NAME.MEMBER.pcap. @return NULL: there is none */
static inline FILE *
capture_open(const char *name, const char *member)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/golden/pcap/%s.%s.pcap", TEST_DIR, name, member);
	file = fopen(path, "rb");
	if (file)
		fseek(file, 24, SEEK_SET);
	return file;
}

/** @return false: there are no more */
static inline bool
capture_next(FILE *file, struct captured *c)
{
	uint32_t head[4]; /* seconds, microseconds, captured, on the wire */

	if (fread(head, sizeof(head), 1, file) != 1 || head[2] > CAPTURE_FRAME ||
	    fread(c->octet, head[2], 1, file) != 1)
		return false;
	c->ms = head[0] * 1000 + head[1] / 1000;
	c->len = head[2];
	return true;
}

#endif
