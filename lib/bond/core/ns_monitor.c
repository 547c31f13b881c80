/* SPDX-License-Identifier: BSD-3-Clause */
/* ns_monitor.c - what neighbour discovery that came in on a member proves (arp_validate). Pure. */
#include <string.h>

#include "probe_int.h"

static const struct bond_evidence nothing = {.proof = BOND_PROOF_NONE, .slot = BOND_NONE};

static bool
is_all_nodes(const struct bond_ip *ip)
{
	static const struct bond_ip all_nodes = {.v6 = true, .octet = {0xff, 0x02, [15] = 1}};

	return bond_ip_equal(ip, &all_nodes);
}

/* Whose own address, made from the MAC that it probes with, is this? */
static uint8_t
owner_of(const struct bond *b, const struct bond_ip *ip)
{
	bond_foreach_member (b, slot) {
		uint8_t mac[6];
		struct bond_ip own;

		if (!bond_probe_mac(b, slot, mac))
			continue;
		own = bond_ip_link_local(mac);
		if (bond_ip_equal(&own, ip))
			return slot;
	}
	return BOND_NONE;
}

struct bond_evidence
bond_ns_evidence(const struct bond *b, uint8_t slot, const struct bond_neighbour *n)
{
	const uint8_t sender = bond_probe_find(b, &n->sender);
	const uint8_t about = bond_probe_find(b, &n->about);
	const uint8_t owner = sender == BOND_NONE ? BOND_NONE : owner_of(b, &n->target);

	if (owner != BOND_NONE) {
		if (owner == slot || b->mode->lacp)
			return (struct bond_evidence){BOND_PROOF_OWN, sender, owner};
		return nothing;
	}
	if (b->mode->lacp)
		return nothing;
	if (bond_probe_acts(b, slot)) {
		if (sender != BOND_NONE &&
		    (is_all_nodes(&n->target) || bond_net_is_local(&b->net, &n->target)))
			return (struct bond_evidence){BOND_PROOF_ANSWERED, sender, slot};
		return nothing;
	}
	if (bond_probe_can_hear(b) && n->kind == BOND_NEIGHBOUR_NS && about != BOND_NONE &&
	    bond_net_is_local(&b->net, &n->sender))
		return (struct bond_evidence){BOND_PROOF_HEARD, about, slot};
	return nothing;
}
