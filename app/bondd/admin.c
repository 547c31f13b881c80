/* SPDX-License-Identifier: BSD-3-Clause */
/* admin.c - what an administrator changes reaches the core, the host interface and the ports. */
#include "admin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

static const char cannot[] = "cannot be made the active member";

int
admin_may_activate(const struct bond *b, uint8_t slot, struct conf_err *err)
{
	const struct bond_member *m = &b->member[slot];

	if (!b->mode->has_active)
		return conf_refuse(err, -EOPNOTSUPP, "%s: %s %s: mode %s has none", b->name,
				   m->name, cannot, b->mode->name);
	if (m->link != BOND_LINK_UP || !m->fact.carrier)
		return conf_refuse(
			err, -EINVAL, "%s: %s %s: its link is %s", b->name, m->name, cannot,
			m->link == BOND_LINK_UP ? "without carrier" : bond_link_name(m->link));
	if (b->active == BOND_NONE)
		return conf_refuse(err, -EINVAL, "%s: %s %s: there is none to replace", b->name,
				   m->name, cannot);
	if (m->held != 0)
		return conf_refuse(err, -EINVAL, "%s: %s %s: a monitor holds it down", b->name,
				   m->name, cannot);
	return 0;
}

/* What the file does not say stays. */
static struct bond_options
complete(const struct bond *b, const struct bond_options *wanted)
{
	struct bond_options o = *wanted;

	memcpy(o.system_mac, b->options.system_mac, sizeof(o.system_mac));
	o.seed = b->options.seed;
	o.mac = b->options.mac;
	o.mac.fail_over = wanted->mac.fail_over;
	return o;
}

/* @param activate name of the member to activate, "": any; NULL: none */
static int
check(const struct bondd_bond *b, const struct conf_bond *wanted, const char *activate,
      struct conf_err *err)
{
	const uint8_t slot = activate ? bond_member_find(&b->core, activate) : BOND_NONE;

	if (b->core.n_members > 0 && wanted->options.mac.fail_over != b->core.options.mac.fail_over)
		return conf_refuse(err, -EBUSY,
				   "%s: fail_over_mac cannot be changed while the bond has members",
				   b->core.name);
	if (wanted->mac_auto && (!b->conf->mac_auto || b->core.mac_chosen))
		return conf_refuse(err, -EBUSY,
				   "%s: mac: \"auto\" is for the start, give an address",
				   b->core.name);
	if (activate && activate[0] && slot == BOND_NONE)
		return conf_refuse(err, -ENODEV, "%s: %s %s: its device was pulled out",
				   b->core.name, activate, cannot);
	return slot == BOND_NONE ? 0 : admin_may_activate(&b->core, slot, err);
}

static int
set_mtu(struct bondd_bond *b, uint32_t mtu, struct conf_err *err)
{
	char reason[160];
	int rc = mtu == b->host.mtu ? 0 : host_set_mtu(b, mtu, reason, sizeof(reason));

	return rc < 0 ? conf_refuse(err, rc, "%s: mtu: %s", b->core.name, reason) : 0;
}

static int
set_mac(struct bondd_bond *b, const struct conf_bond *wanted, struct conf_err *err)
{
	char reason[160];
	int rc;

	if (wanted->mac_auto || memcmp(wanted->mac, b->core.mac, sizeof(wanted->mac)) == 0)
		return 0;
	rc = host_set_mac(b, wanted->mac, reason, sizeof(reason));
	return rc < 0 ? conf_refuse(err, rc, "%s: mac: %s", b->core.name, reason) : 0;
}

/* As often as the new miimon says. */
static void
look_at_members(struct bondd_bond *b)
{
	bond_foreach_member (&b->core, slot)
		b->member[slot].link_poll_at = 0;
}

int
admin_set_bond(struct bondd_bond *b, const struct conf_bond *wanted, const char *activate,
	       struct conf_err *err)
{
	const struct bond_options options = complete(&b->core, &wanted->options);
	const uint32_t old_mtu = b->host.mtu;
	const uint8_t slot = activate ? bond_member_find(&b->core, activate) : BOND_NONE;
	char ignored[160];
	int rc = check(b, wanted, activate, err);

	if (rc == 0)
		rc = set_mtu(b, wanted->mtu, err);
	if (rc < 0)
		return rc;
	rc = set_mac(b, wanted, err);
	if (rc < 0) {
		if (b->host.mtu != old_mtu)
			host_set_mtu(b, old_mtu, ignored, sizeof(ignored));
		return rc;
	}
	if (activate)
		bond_activate(&b->core, slot, b->daemon->now);
	rc = bond_set_options(&b->core, &options, b->daemon->now);
	if (rc < 0)
		return conf_refuse(err, rc, "%s: the core refuses these options: %s", b->core.name,
				   strerror(-rc));
	memcpy(b->settings.active_member, wanted->active_member, sizeof(wanted->active_member));
	b->settings.system_auto = wanted->system_auto;
	b->settings.mtu = wanted->mtu;
	look_at_members(b);
	return 0;
}

int
admin_set_member(struct bondd_bond *b, uint8_t slot, const struct bond_member_options *wanted,
		 struct conf_err *err)
{
	const struct bond_member_options *old = &b->core.member[slot].options;
	struct bond_member_options o = *wanted;
	int rc;

	o.lacp_port = old->lacp_port;
	memcpy(o.lacp_mac, old->lacp_mac, sizeof(o.lacp_mac));
	memcpy(o.perm_mac, old->perm_mac, sizeof(o.perm_mac));
	rc = bond_member_set_options(&b->core, slot, &o, b->daemon->now);
	return rc < 0 ? conf_refuse(err, rc, "%s/%s: the core refuses these options: %s",
				    b->core.name, b->core.member[slot].name, strerror(-rc))
		      : 0;
}
