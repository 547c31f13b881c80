/* SPDX-License-Identifier: BSD-3-Clause */
/* arp_monitor.c - what an ARP that came in on a member proves (arp_validate). Pure. */
#include <string.h>

#include "probe_int.h"

static const struct bond_evidence nothing = {.proof = BOND_PROOF_NONE, .slot = BOND_NONE};

/* Switches flood: a frame may be for somebody else. */
static bool
is_for_us(const struct bond *b, const uint8_t mac[6])
{
	return (mac[0] & 1) || memcmp(mac, b->mac, 6) == 0 || bond_probe_owner(b, mac) != BOND_NONE;
}

/* An answer to a request without a sender address says whom it is for by the MAC alone. */
static struct bond_evidence
answer_to_probe(const struct bond *b, uint8_t slot, const struct bond_neighbour *n, uint8_t target)
{
	const uint8_t owner = bond_probe_owner(b, n->target_mac);

	if (owner != BOND_NONE && (owner == slot || b->mode->lacp))
		return (struct bond_evidence){BOND_PROOF_OWN, target, owner};
	if (bond_probe_as_bond(b, slot) && memcmp(n->target_mac, b->mac, 6) == 0)
		return (struct bond_evidence){BOND_PROOF_ANSWERED, target, slot};
	return nothing;
}

struct bond_evidence
bond_arp_evidence(const struct bond *b, uint8_t slot, const struct bond_neighbour *n)
{
	const uint8_t sender = bond_probe_find(b, &n->sender);
	const uint8_t target = bond_probe_find(b, &n->target);

	if (!is_for_us(b, n->dst_mac))
		return nothing;
	if (sender != BOND_NONE && n->kind == BOND_NEIGHBOUR_ARP_REPLY &&
	    bond_ip_is_zero(&n->target))
		return answer_to_probe(b, slot, n, sender);
	if (b->mode->lacp)
		return nothing;
	if (bond_probe_acts(b, slot)) {
		if (sender != BOND_NONE && bond_net_is_local(&b->net, &n->target))
			return (struct bond_evidence){BOND_PROOF_ANSWERED, sender, slot};
		return nothing;
	}
	if (bond_probe_can_hear(b) && target != BOND_NONE && bond_net_is_local(&b->net, &n->sender))
		return (struct bond_evidence){BOND_PROOF_HEARD, target, slot};
	return nothing;
}
