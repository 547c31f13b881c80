/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_claim.c - no port and no interface name is taken twice, in one bond or in two. */
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"

/* One thing that can be taken only once: a port, or a name in the kernel. */
struct claim {
	enum { CLAIM_PCI, CLAIM_NETDEV, CLAIM_VDEV } kind; /* the numbers of enum conf_port_kind */
	const char *text;
	size_t len;
	struct conf_place at;
};

static int
compare_text(const struct claim *a, const struct claim *b)
{
	size_t least = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->text, b->text, least);

	return c ? c : (a->len > b->len) - (a->len < b->len);
}

/* By what is claimed; equal ones in the order of the file, so that the later one is refused. */
static int
compare(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int c = a->kind != b->kind ? (int)a->kind - (int)b->kind : compare_text(a, b);

	if (c == 0)
		c = a->at.bond - b->at.bond;
	return c ? c : a->at.member - b->at.member;
}

static size_t
bond_claims(const struct conf *c, uint32_t i, struct claim *claim)
{
	const struct conf_bond *b = &c->bonds[i];
	size_t n = 0;

	claim[n++] = (struct claim){CLAIM_NETDEV, b->name, strlen(b->name), {(int)i, -1, "name"}};
	if (*b->host.vdev)
		claim[n++] = (struct claim){CLAIM_VDEV,
					    b->host.vdev,
					    conf_vdev_name_len(b->host.vdev),
					    {(int)i, -1, "host.vdev"}};
	for (uint32_t j = 0; j < b->n_members; j++) {
		static const char *const path[] = {"pci", "netdev", "vdev"};
		const struct conf_member *m = &b->member[j];

		claim[n++] = (struct claim){m->kind,
					    m->port,
					    m->kind == CONF_PORT_VDEV ? conf_vdev_name_len(m->port)
								      : strlen(m->port),
					    {(int)i, (int)j, path[m->kind]}};
	}
	return n;
}

/* Say who has it already. */
static int
refuse_claim(const struct conf_checker *k, const struct claim *first, const struct claim *second)
{
	const struct conf_bond *b = &k->conf->bonds[first->at.bond];
	const char *member = first->at.member >= 0 ? b->member[first->at.member].name : "";
	const char *name = first->text;
	int len = (int)first->len;

	if (first->kind == CLAIM_NETDEV && first->at.member < 0 && second->at.member < 0)
		return conf_check_refuse(k, second->at, "there is another bond of this name");
	if (first->kind == CLAIM_NETDEV && first->at.member < 0)
		return conf_check_refuse(k, second->at, "%.*s is the interface of bond %s itself",
					 len, name, b->name);
	if (second->at.member < 0 && second->kind == CLAIM_NETDEV)
		return conf_check_refuse(k, second->at, "%.*s is the netdev of member %s/%s", len,
					 name, b->name, member);
	return conf_check_refuse(k, second->at, "%.*s belongs to %s%s%s already", len, name,
				 b->name, *member ? "/" : "'s host", member);
}

int
conf_check_claims(const struct conf_checker *k)
{
	size_t room = (size_t)k->conf->n_bonds * (BOND_MAX_MEMBERS + 2), n = 0;
	struct claim *claims = calloc(room, sizeof(*claims));
	int rc = 0;

	if (!claims)
		return conf_check_refuse(k, (struct conf_place){-1, -1, "bonds"}, "out of memory");
	for (uint32_t i = 0; i < k->conf->n_bonds; i++)
		n += bond_claims(k->conf, i, claims + n);
	qsort(claims, n, sizeof(*claims), compare);
	for (size_t i = 1; i < n && rc == 0; i++)
		if (claims[i].kind == claims[i - 1].kind &&
		    compare_text(&claims[i], &claims[i - 1]) == 0)
			rc = refuse_claim(k, &claims[i - 1], &claims[i]);
	free(claims);
	return rc;
}
