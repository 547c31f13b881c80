/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_int.h - what the files of the monitor ask of each other. */
#ifndef PROBE_INT_H
#define PROBE_INT_H

#include "bond_frame.h"
#include "bond_machine.h"

/* What a frame proves. */
enum bond_proof {
	BOND_PROOF_NONE,
	BOND_PROOF_HEARD,    /* the current member's probe came through to a backup */
	BOND_PROOF_ANSWERED, /* a target answered the bond */
	BOND_PROOF_OWN,      /* a target answered a member that asked as itself */
};

struct bond_evidence {
	enum bond_proof proof;
	uint8_t target; /* index */
	uint8_t slot;   /* of whom */
};

/* probe.c */

/** The monitor begins on a member that is there already. */
void bond_probe_start(struct bond *b, uint8_t slot, uint64_t now);

/* probe_who.c */

/** @return index of a target, BOND_NONE: it is none */
uint8_t bond_probe_find(const struct bond *b, const struct bond_ip *ip);

/** Do targets answer a member that asks for the bond? All but backups. */
bool bond_probe_acts(const struct bond *b, uint8_t slot);

/** Does a member use the bond's addresses for its probes? */
bool bond_probe_as_bond(const struct bond *b, uint8_t slot);

/** Has the current member been answered, so that its probes are more than talk to nobody? */
bool bond_probe_can_hear(const struct bond *b);

/** @return the member that probes as itself with this MAC, BOND_NONE: none */
uint8_t bond_probe_owner(const struct bond *b, const uint8_t mac[6]);

/** Must frames that a member receives be validated? */
bool bond_probe_validates(const struct bond *b, uint8_t slot);

/* probe_judge.c */

/** When was a member last heard of, as far as arp_all_targets asks? Pure. */
uint64_t bond_probe_heard(const struct bond *b, uint8_t slot);

/** Is a member good, by what it was heard of? Pure. */
bool bond_probe_judge(const struct bond *b, uint8_t slot, uint64_t now);

/* arp_monitor.c, ns_monitor.c */

/** What does an ARP prove that came in on a member? Pure. */
struct bond_evidence
bond_arp_evidence(const struct bond *b, uint8_t slot, const struct bond_neighbour *n);

/** What does a neighbour solicitation or advertisement prove? Pure. */
struct bond_evidence
bond_ns_evidence(const struct bond *b, uint8_t slot, const struct bond_neighbour *n);

#endif
