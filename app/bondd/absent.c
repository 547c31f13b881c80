/* SPDX-License-Identifier: BSD-3-Clause */
/* absent.c - the list of members whose device is not there now. */
#include "absent.h"

#include <stdlib.h>
#include <string.h>

struct bondd_absent *
absent_add(struct bondd_bond *b, uint8_t slot)
{
	struct bondd_absent *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	*a = (struct bondd_absent){
		.bond = b, .conf = *b->member[slot].conf, .next = b->daemon->absent};
	a->conf.options = b->core.member[slot].options; /* they may have changed since */
	b->daemon->absent = a;
	return a;
}

const struct bondd_absent *
absent_next(const struct bondd_bond *b, const struct bondd_absent *last)
{
	const struct bondd_absent *a = last == NULL ? b->daemon->absent : last->next;

	while (a != NULL && (a->bond != b || a->forgotten))
		a = a->next;
	return a;
}

static struct bondd_absent *
find(const struct bondd_bond *b, const char *name)
{
	const struct bondd_absent *a = NULL;

	while ((a = absent_next(b, a)) != NULL)
		if (strcmp(a->conf.name, name) == 0)
			break;
	return (struct bondd_absent *)(uintptr_t)a;
}

bool
absent_has(const struct bondd_bond *b, const char *name)
{
	return find(b, name) != NULL;
}

bool
absent_forget(struct bondd_bond *b, const char *name)
{
	struct bondd_absent *a = find(b, name);

	if (a == NULL)
		return false;
	a->forgotten = true;
	bondd_event(b, name, "device", "unplugged", "forgotten", "removed by the administrator");
	if (a->closed)
		absent_free(b->daemon, a);
	return true;
}

void
absent_free(struct bondd *d, struct bondd_absent *a)
{
	struct bondd_absent **at = &d->absent;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a);
}
