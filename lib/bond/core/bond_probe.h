/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_probe.h - the ARP and NS monitor: does a member reach what it is there to reach? */
#ifndef BOND_PROBE_H
#define BOND_PROBE_H

#include "bond_net.h"

/*
 * Every arp_interval each member with carrier asks for each target. Who must hear what to be good
 * is as in Linux in modes 0 to 3 (spec of Linux bonding 3.2 to 3.6), but for this:
 *
 * - It works in every mode and beside miimon: a member is up if both say so.
 * - In modes where one member is current, the others probe too, all at once, as themselves: from a
 *   MAC of their own (bond_probe_mac()) and without the bond's addresses, so that neither switches
 *   nor targets confuse them with the current one. A member that has ever had such an answer is
 *   judged by them from then on, where arp_validate asks for proof. So all that a target's loss
 *   takes down goes down together, and a failover tries no dead candidates.
 * - In 802.3ad all members probe as themselves, and the answer counts for the member that asked, for
 *   it may come back on any. Only members that distribute are judged.
 */

enum bond_validate { /* a set, numbered as in Linux */
		     BOND_VALIDATE_NONE = 0,
		     BOND_VALIDATE_ACTIVE =
			     1, /* only validated frames count on members with the role active */
		     BOND_VALIDATE_BACKUP = 2, /* likewise on backups */
		     BOND_VALIDATE_FILTER =
			     4, /* elsewhere only ARP and neighbour discovery count */
};

enum bond_all_targets { BOND_TARGETS_ANY, BOND_TARGETS_ALL };

/* Addresses of one family; IPv4 in the first four octets. */
struct bond_targets {
	uint32_t n;
	uint8_t octet[BOND_MAX_TARGETS][16];
};

/* As the administrator chose. */
struct bond_probe_options {
	uint32_t interval_ms;    /* arp_interval; 0: no probes */
	uint32_t validate;       /* arp_validate, set of enum bond_validate, below 7 */
	uint32_t all_targets;    /* arp_all_targets; ALL has no effect without validation */
	uint32_t missed_max;     /* arp_missed_max, 1 to 255 */
	struct bond_targets arp; /* arp_ip_target */
	struct bond_targets ns;  /* ns_ip6_target */
};

#define BOND_PROBE_TARGETS (2 * BOND_MAX_TARGETS) /* arp first, ns from BOND_MAX_TARGETS on */

/* What is known of a member; times are 0 when long ago. */
struct bond_probe_member {
	uint64_t last_rx;                       /* something was heard that counts */
	uint64_t target_rx[BOND_PROBE_TARGETS]; /* by target; only what was validated */
	uint64_t last_tx;                       /* probes were made */
	uint64_t last_up;                       /* grace: it joined or became current */
	uint32_t due;                           /* bit t: a probe for target t is to be sent */
	bool proven;                            /* a target has answered what it asked as itself */
	bool judged;      /* 802.3ad: it was distributing when last looked at */
	bool counted;     /* there is a reading */
	uint64_t reading; /* frames it had received, as last told */
	uint64_t reading_at;
	uint64_t echoes;  /* probes of our other members among them */
	uint64_t foreign; /* the most there were without these */
};

/* Of the whole bond. */
struct bond_prober {
	uint64_t deadline; /* of the next round, BOND_NEVER: it does not run */
	bool known[BOND_PROBE_TARGETS];
	struct bond_route route[BOND_PROBE_TARGETS];
};

struct bond;

/** @return the defaults of Linux: no probes, arp_missed_max 2 */
struct bond_probe_options bond_probe_options_default(void);

/** @return 0; -EINVAL: out of range, a target twice, or one that no host can have */
int bond_probe_options_check(const struct bond_probe_options *o);

/** Are there an interval and targets? */
bool bond_probe_runs(const struct bond *b);

/**
 * A frame arrived on a member, whatever its role: each ARP, NS and NA, as it was on the wire. It may
 * also be given in every other mode, and cut after 128 octets; whatever it is does no harm.
 */
void bond_probe_input(struct bond *b, uint8_t slot, const uint8_t *frame, size_t len, uint64_t now);

/**
 * How many frames a member has received so far. To be told at least every arp_interval / 2, after
 * bond_probe_input() for all frames that are queued. It counts with the next call, when the echoes
 * of our own probes among them are known.
 */
void bond_probe_traffic(struct bond *b, uint8_t slot, uint64_t rx_frames, uint64_t now);

/**
 * Take the next probe to be sent on a member, after bond_tick().
 * @param frame room for BOND_FRAME_SIZE octets
 * @return its length, 0: none
 */
size_t bond_probe_output(struct bond *b, uint8_t slot, uint8_t *frame, uint64_t now);

/** @return target i, i < BOND_PROBE_TARGETS; false: there is none */
bool bond_probe_target(const struct bond *b, unsigned int i, struct bond_ip *out);

/** How the kernel would reach a target, as it is now; until it is told, as without a route. */
void bond_probe_route(struct bond *b, const struct bond_ip *target, const struct bond_route *route,
		      uint64_t now);

/**
 * The unicast address that a member must hear beside its own, because it probes as itself.
 * @return false: it needs none
 */
bool bond_probe_mac(const struct bond *b, uint8_t slot, uint8_t mac[6]);

#endif
