/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_check_lacp.c - what is legal in mode 802.3ad, but does not do what it seems to. */
#include <string.h>

#include "conf_check.h"

static bool
has_lacp(const struct conf_bond *b)
{
	return bond_mode_by_number(b->options.mode)->lacp;
}

int
conf_check_lacp(const struct conf_checker *k, uint32_t i)
{
	const struct conf_bond *b = &k->conf->bonds[i];
	const struct bond_options *o = &b->options;
	const struct conf_place min_links = {(int)i, -1, "min_links"};
	int rc = 0;

	if (!has_lacp(b))
		return 0;
	if (o->min_links > b->n_members)
		rc = conf_check_warn(k, min_links,
				     "%u, but %s has %u: no carrier before more members join",
				     o->min_links, b->name, b->n_members);
	if (rc == 0 && o->lacp_strict && o->max_active_ports > 0 &&
	    o->min_links > o->max_active_ports)
		rc = conf_check_warn(k, min_links,
				     "%u, but max_active_ports is %u: there will never be carrier",
				     o->min_links, o->max_active_ports);
	if (rc == 0 && o->lacp_fallback != LACP_FALLBACK_OFF && o->min_links > 1)
		rc = conf_check_warn(k, (struct conf_place){(int)i, -1, "lacp_fallback"},
				     "it opens one member, and min_links = %u denies the bond "
				     "carrier by one",
				     o->min_links);
	return rc;
}

/* @return what LACP calls the system, as far as the file says it; NULL: a member's address */
static const uint8_t *
system_of(const struct conf_bond *b)
{
	if (!b->system_auto)
		return b->options.ad_actor_system;
	return b->mac_auto ? NULL : b->mac;
}

/* A partner of both would take their ports for those of one aggregate, and balance over all. */
static bool
is_same_system(const struct conf_bond *a, const struct conf_bond *b)
{
	const uint8_t *one = system_of(a), *other = system_of(b);

	return has_lacp(a) && has_lacp(b) && one && other && memcmp(one, other, 6) == 0 &&
	       a->options.ad_actor_sys_prio == b->options.ad_actor_sys_prio &&
	       a->options.ad_user_port_key == b->options.ad_user_port_key;
}

int
conf_check_systems(const struct conf_checker *k)
{
	const struct conf_bond *b = k->conf->bonds;
	int rc = 0;

	for (uint32_t i = 1; i < k->conf->n_bonds; i++)
		for (uint32_t other = 0; other < i && rc == 0; other++)
			if (is_same_system(&b[other], &b[i]))
				rc = conf_check_warn(
					k, (struct conf_place){(int)i, -1, "ad_user_port_key"},
					"system and key %u are those of %s too: a partner of both "
					"takes them for one aggregate; give another key or "
					"ad_actor_system",
					b[i].options.ad_user_port_key, b[other].name);
	return rc;
}
