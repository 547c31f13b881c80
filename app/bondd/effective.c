/* SPDX-License-Identifier: BSD-3-Clause */
/* effective.c - puts together the configuration as it is by now, and checks changes to it. */
#include "effective.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "absent.h"
#include "conf_field.h"

/* The kernel may have been told an MTU that no file may have. */
static bool
may_be_written(uint32_t mtu)
{
	const struct conf_field *f = conf_field_find(conf_bond_fields, "mtu");

	return mtu >= f->min && mtu <= f->max;
}

/* Among the members of c, those of the bond. */
static bool
has_member(const struct conf_bond *c, const char *name)
{
	for (uint32_t i = 0; i < c->n_members; i++)
		if (strcmp(c->member[i].name, name) == 0)
			return true;
	return false;
}

/* Those whose device was pulled out are still configured. */
static void
add_absent(const struct bondd_bond *b, struct conf_bond *c)
{
	const struct bondd_absent *a = NULL;

	while ((a = absent_next(b, a)) != NULL && c->n_members < BOND_MAX_MEMBERS)
		if (!has_member(c, a->conf.name)) /* it is about to leave the core */
			c->member[c->n_members++] = a->conf;
}

void
effective_bond(const struct bondd_bond *b, struct conf_bond *c)
{
	*c = *b->conf;
	memset(c->member, 0, sizeof(c->member));
	memcpy(c->name, b->core.name, sizeof(c->name));
	c->options = b->core.options;
	if (may_be_written(b->host.mtu))
		c->mtu = b->host.mtu;
	if (b->core.mac_chosen) {
		c->mac_auto = false;
		memcpy(c->mac, b->core.mac, sizeof(c->mac));
	}
	c->n_members = 0;
	bond_foreach_member (&b->core, slot) {
		struct conf_member *m = &c->member[c->n_members++];

		*m = *b->member[slot].conf;
		m->options = b->core.member[slot].options;
	}
	add_absent(b, c);
	if (!has_member(c, c->active_member))
		memset(c->active_member, 0, sizeof(c->active_member));
}

int
effective_conf(const struct bondd *d, struct conf *c)
{
	*c = *d->conf;
	c->n_bonds = d->n_bonds;
	c->bonds = calloc(d->n_bonds, sizeof(*c->bonds));
	if (!c->bonds)
		return -ENOMEM;
	for (uint32_t i = 0; i < d->n_bonds; i++)
		effective_bond(d->bond[i], &c->bonds[i]);
	return 0;
}

void
effective_free(struct conf *c)
{
	free(c->bonds);
	c->bonds = NULL;
}

char *
effective_text(const struct conf *c)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool failed;

	if (!f)
		return NULL;
	conf_print(c, f);
	failed = ferror(f) != 0;
	failed |= fclose(f) != 0; /* also when the first was so: nobody else closes it */
	if (failed) {
		free(text);
		return NULL;
	}
	return text;
}

/* Nobody has seen the text: what was its line says nothing. */
static void
strip_place(struct conf_err *err)
{
	char *sentence = strstr(err->msg, ": ");

	if (sentence)
		memmove(err->msg, sentence + 2, strlen(sentence + 2) + 1);
}

int
effective_check(const struct conf *c, struct conf **checked, struct conf_err *err)
{
	char *text = effective_text(c);
	int rc;

	if (!text) {
		snprintf(err->msg, sizeof(err->msg), "out of memory");
		return -ENOMEM;
	}
	rc = conf_load_text("-", text, strlen(text), NULL, checked, err);
	if (rc < 0)
		strip_place(err);
	free(text);
	return rc;
}
