/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_event.h - what a bond tells of its changes: events, and the hook that hears them. */
#ifndef BOND_EVENT_H
#define BOND_EVENT_H

#include <stdint.h>

enum bond_severity { BOND_INFO, BOND_NOTICE, BOND_WARNING };

/*
 * One state change. Strings belong to the emitter and live until the hook returns.
 * kinds so far: "link" (up, going down, down, going back), "active" (member names, "none"),
 * "role" (active, backup), "carrier" (up, down), "member" (added, removed, "none"), "speed"
 * ("10000 Mbps full duplex"), "option" ("updelay=200"), "host" (admin up, down).
 * Of the daemon: "reset" (resetting, done), "mtu", "mac", "host", "punt" (none, dropping), "device"
 * (plugged, unplugged, forgotten).
 * "mac" (addresses; of the bond, or that a member is to have), "route" (none, to a target).
 * Of monitors: "probe", "damping" (good, bad), "bfd" (admin down, down, init, up).
 * Of balance-tlb and balance-alb: "balance" ("load uneven by 12.0 %"), "clients" ("3 clients").
 * Of 802.3ad: "lacp-rx", "lacp-mux", "lacp-selected" (states as the standard spells them),
 * "lacp-active" (id of the active aggregator, "none"), "lacp-churn" ("actor CHURN"), "lacp-alarm"
 * (what is wrong, "none"; the reason has the values that differ).
 */
struct bond_event {
	uint64_t time;   /* now */
	uint64_t lasted; /* how long "from" had been so, ns; 0 when unknown */
	const char *bond;
	const char *member; /* NULL: concerns the bond */
	const char *kind;
	const char *from;
	const char *to;
	const char *reason;    /* why, in words */
	const char *log_line;  /* the wording of Linux where it has one, without prefix; or NULL */
	const char *log_first; /* where Linux writes two lines: the one before log_line; or NULL */
	enum bond_severity severity;
};

/* A hook may look at the bond, but must not change it: it is called in the middle of a change. */
struct bond_hooks {
	void (*event)(void *ctx, const struct bond_event *event);
	void *ctx;
};

#endif
