/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_event.c - what the daemon itself tells of changes; tests that listen have a double of their own. */
#include <stdio.h>
#include <string.h>

#include "fake_bondd.h"

void
bondd_event(struct bondd_bond *b, const char *member, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	const size_t used = strlen(fake_seen.log);

	snprintf(fake_seen.log + used, sizeof(fake_seen.log) - used, "%s/%s: %s %s -> %s: %s",
		 b->core.name, member, kind, from, to, reason);
}
