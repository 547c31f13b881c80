/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_who.c - who probes for whom, and as whom. Pure. */
#include <string.h>

#include "probe_int.h"

bool
bond_probe_runs(const struct bond *b)
{
	const struct bond_probe_options *o = &b->options.probe;

	return o->interval_ms > 0 && o->arp.n + o->ns.n > 0;
}

bool
bond_probe_target(const struct bond *b, unsigned int i, struct bond_ip *out)
{
	const bool v6 = i >= BOND_MAX_TARGETS;
	const struct bond_targets *targets = v6 ? &b->options.probe.ns : &b->options.probe.arp;
	const unsigned int at = v6 ? i - BOND_MAX_TARGETS : i;

	if (at >= targets->n)
		return false;
	out->v6 = v6;
	memcpy(out->octet, targets->octet[at], sizeof(out->octet));
	return true;
}

uint8_t
bond_probe_find(const struct bond *b, const struct bond_ip *ip)
{
	struct bond_ip target;

	for (uint8_t t = 0; t < BOND_PROBE_TARGETS; t++)
		if (bond_probe_target(b, t, &target) && bond_ip_equal(&target, ip))
			return t;
	return BOND_NONE;
}

bool
bond_probe_acts(const struct bond *b, uint8_t slot)
{
	return !b->mode->has_active || slot == b->active;
}

bool
bond_probe_as_bond(const struct bond *b, uint8_t slot)
{
	return b->mode->has_active ? slot == b->active : !b->mode->lacp;
}

bool
bond_probe_validates(const struct bond *b, uint8_t slot)
{
	/* where all are equal Linux calls those that are down backups */
	const bool backup = b->mode->has_active
				    ? slot != b->active
				    : !b->mode->lacp && b->member[slot].link != BOND_LINK_UP;
	const uint32_t role = backup ? BOND_VALIDATE_BACKUP : BOND_VALIDATE_ACTIVE;

	return b->options.probe.validate & role;
}

bool
bond_probe_can_hear(const struct bond *b)
{
	return b->active != BOND_NONE &&
	       bond_probe_heard(b, b->active) > b->member[b->active].probe.last_up;
}

/* May a member call this address its own? With fail_over_mac another one may have it by now. */
static bool
is_free(const struct bond *b, uint8_t slot, const uint8_t mac[6])
{
	static const uint8_t zero[6];

	bond_foreach_member (b, other)
		if (other != slot && memcmp(mac, b->member[other].mac, 6) == 0)
			return false;
	return !(mac[0] & 1) && memcmp(mac, zero, 6) != 0 && memcmp(mac, b->mac, 6) != 0;
}

bool
bond_probe_mac(const struct bond *b, uint8_t slot, uint8_t mac[6])
{
	const struct bond_member *m = &b->member[slot];

	if (!bond_probe_runs(b) || bond_probe_as_bond(b, slot))
		return false;
	if (is_free(b, slot, m->mac)) {
		memcpy(mac, m->mac, 6);
	} else if (is_free(b, slot, m->options.perm_mac)) {
		memcpy(mac, m->options.perm_mac, 6);
	} else { /* the bond has it */
		bond_mac_beside(b, slot, mac);
	}
	return true;
}

uint8_t
bond_probe_owner(const struct bond *b, const uint8_t mac[6])
{
	uint8_t own[6];

	bond_foreach_member (b, slot)
		if (bond_probe_mac(b, slot, own) && memcmp(own, mac, 6) == 0)
			return slot;
	return BOND_NONE;
}
