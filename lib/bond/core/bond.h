/* SPDX-License-Identifier: BSD-3-Clause */
/* bond.h - the bond core: facts go in with their time, views and events come out; libc only. */
#ifndef BOND_H
#define BOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond_view.h"

/*
 * Threads: everything here belongs to the control thread. Time: "now" and deadlines are
 * nanoseconds of one monotonic clock that the caller reads, once a turn. Nothing here reads a
 * clock, does I/O or allocates memory.
 */

#define BOND_NAME_SIZE 16 /* as IFNAMSIZ, NUL included */
#define BOND_MSEC      UINT64_C(1000000)
#define BOND_SEC       UINT64_C(1000000000)
#define BOND_NEVER     UINT64_MAX

/* The numbers and names of Linux bonding. */
enum bond_mode_number {
	BOND_MODE_BALANCE_RR = 0,
	BOND_MODE_ACTIVE_BACKUP = 1,
	BOND_MODE_BALANCE_XOR = 2,
	BOND_MODE_BROADCAST = 3,
	BOND_MODE_8023AD = 4,
	BOND_MODE_BALANCE_TLB = 5,
	BOND_MODE_BALANCE_ALB = 6,
};

/* A member's link after updelay and downdelay, numbered as in Linux. */
enum bond_link {
	BOND_LINK_UP = 0,
	BOND_LINK_FAIL = 1, /* "going down": downdelay is running */
	BOND_LINK_DOWN = 2,
	BOND_LINK_BACK = 3, /* "going back": updelay is running */
};

enum bond_duplex { BOND_DUPLEX_HALF = 0, BOND_DUPLEX_FULL = 1, BOND_DUPLEX_UNKNOWN = 255 };

enum bond_reselect { BOND_RESELECT_ALWAYS, BOND_RESELECT_BETTER, BOND_RESELECT_FAILURE };

/* What the administrator chose for a bond; the meaning of each is in docs/config.md. */
struct bond_options {
	uint32_t mode; /* enum bond_mode_number */
	uint32_t miimon_ms;
	uint32_t updelay_ms;
	uint32_t downdelay_ms;
	uint32_t peer_notif_delay_ms;
	uint32_t num_peer_notif;     /* num_grat_arp and num_unsol_na, one variable */
	uint32_t packets_per_member; /* 0: random */
	uint32_t primary_reselect;   /* enum bond_reselect */
	bool all_members_active;
	char primary[BOND_NAME_SIZE]; /* "" : none; may name a member that is yet to come */
};

/* What the administrator chose for a member. */
struct bond_member_options {
	int32_t prio;
	uint32_t queue_id;
	uint32_t weight;
};

/* What is known of a member's link, from events or polls. */
struct bond_link_fact {
	bool carrier;
	uint32_t speed_mbps; /* 0: unknown */
	enum bond_duplex duplex;
};

struct bond_member {
	bool used;
	char name[BOND_NAME_SIZE];
	struct bond_member_options options;
	struct bond_link_fact fact;  /* as last reported */
	enum bond_link link;         /* as decided */
	uint64_t link_since;         /* when link took its value */
	uint64_t link_deadline;      /* end of the running delay, else BOND_NEVER */
	uint64_t link_change_seen;   /* when the running delay began */
	uint32_t link_failure_count; /* committed DOWNs, saturating */
	bool backup;                 /* role: Linux state BACKUP; else ACTIVE */
	bool inactive;               /* what it receives is not delivered */
	uint64_t joined;             /* when it became a member */
};

enum bond_severity { BOND_INFO, BOND_NOTICE, BOND_WARNING };

/*
 * One state change. Strings belong to the emitter and live until the hook returns.
 * kinds so far: "link" (up, going down, down, going back), "active" (member names, "none"),
 * "role" (active, backup), "carrier" (up, down), "member" (added, removed, "none"), "speed"
 * ("10000 Mbps full duplex"), "option" ("updelay=200"), "host" (admin up, down).
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

/* A bond. Owned by the control thread; others may read nothing of it. */
struct bond {
	char name[BOND_NAME_SIZE];
	const struct bond_mode *mode;
	struct bond_options options;
	struct bond_hooks hooks;
	struct bond_member member[BOND_MAX_MEMBERS]; /* by slot */
	uint8_t order[BOND_MAX_MEMBERS];             /* slots in order of attachment */
	uint8_t n_members;
	uint8_t active; /* slot of the current member, BOND_NONE: none */
	uint64_t active_since;
	bool force_primary; /* the primary was written or attached: take it at the next selection */
	bool carrier;       /* as the host interface should show it */
	uint64_t carrier_since;
	bool host_up; /* the host interface is administratively up */
	uint64_t host_since;
	bool dirty;               /* the view in force is no longer right: elect and publish */
	struct bond_view outline; /* what the last event led to; differs from now: dirty */
	uint32_t notify_left;     /* peer notifications still to be sent */
	uint64_t notify_deadline; /* when the next one is due */
};

/* One bonding mode: a row in mode.c and a file mode_<name>.c with its elect(). */
struct bond_mode {
	enum bond_mode_number number;
	const char *name;  /* "balance-rr": as Linux options spell it */
	const char *title; /* "load balancing (round-robin)": as /proc/net/bonding spells it */
	const char *doc;
	bool has_active;   /* one member has the special role "current" (modes 1, 5, 6) */
	bool standby;      /* members that are not the current one do not send (mode 1) */
	bool notify_peers; /* announces a change of the current member (mode 1) */
	/*
	 * Decide which members carry what: spread, active[] and tx, bucket[]. Pure; prev allows
	 * sticky decisions. next comes cleared but for members and rx.
	 */
	void (*elect)(const struct bond *b, const struct bond_view *prev, struct bond_view *next);
};

/** Visit the members in order of attachment; slot is a uint8_t of the loop's own. */
#define bond_foreach_member(b, slot)                                                               \
	for (uint8_t slot##_i = 0, slot;                                                           \
	     slot##_i < (b)->n_members && (slot = (b)->order[slot##_i], true); slot##_i++)

/** @return the mode of that name or decimal number ("balance-rr", "0"), NULL if there is none */
const struct bond_mode *bond_mode_by_name(const char *name);

/** @return the mode with that Linux number, NULL if it is not (yet) offered */
const struct bond_mode *bond_mode_by_number(uint32_t number);

/** All offered modes. @param n where to write how many. @return array of n pointers */
const struct bond_mode *const *bond_modes(size_t *n);

/** @return "up", "going down", "down" or "going back" (spec of /proc/net/bonding) */
const char *bond_link_name(enum bond_link link);

/** @return "half", "full" or "Unknown" */
const char *bond_duplex_name(enum bond_duplex duplex);

/** The Linux defaults, except miimon, which is 100 ms: a bond without monitor fails unseen. */
struct bond_options bond_options_default(void);

/**
 * Make an empty bond.
 * @param b where to make it
 * @param name of the bond, at most 15 characters
 * @param options copied; options->mode must be offered
 * @param hooks copied; NULL: nobody listens
 * @param now ns
 * @return 0, -EINVAL: unknown mode, bad name or a primary_reselect out of range
 */
int bond_init(struct bond *b, const char *name, const struct bond_options *options,
	      const struct bond_hooks *hooks, uint64_t now);

/**
 * A member joins, at the end of the order of attachment. Its link begins UP or BACK (updelay)
 * when there is carrier, DOWN otherwise (spec of Linux bonding 2.1).
 * @param slot where to write its slot; the lowest free one
 * @return 0, -EEXIST: a member of that name, -ENOSPC: BOND_MAX_MEMBERS reached, -EINVAL: bad name
 */
int bond_member_add(struct bond *b, const char *name, const struct bond_member_options *options,
		    const struct bond_link_fact *fact, uint64_t now, uint8_t *slot);

/** A member leaves; if it was the current one, the successor is chosen first. Its slot is freed. */
void bond_member_remove(struct bond *b, uint8_t slot, uint64_t now);

/** @return slot of the member of that name, BOND_NONE if there is none */
uint8_t bond_member_find(const struct bond *b, const char *name);

/** A fact about a member's link, from an interrupt, netlink or a poll; repeating it is harmless. */
void
bond_member_link(struct bond *b, uint8_t slot, const struct bond_link_fact *fact, uint64_t now);

/** The administrator set the host interface up or down. While down no data passes. */
void bond_host_admin(struct bond *b, bool up, uint64_t now);

/** Change the options of a member; a new prio chooses the current member anew. */
void bond_member_set_options(struct bond *b, uint8_t slot,
			     const struct bond_member_options *options, uint64_t now);

/** Run every delay that is over at now. Call it after the facts of the same instant. */
void bond_tick(struct bond *b, uint64_t now);

/** @return when bond_tick() or bond_notify_due() must be called next, BOND_NEVER: only on events */
uint64_t bond_deadline(const struct bond *b);

/**
 * Make a member the current one ("active_slave"). Not sticky: a later selection may override it.
 * @param slot of the member; BOND_NONE: forget the current one and select anew
 * @return 0; -EOPNOTSUPP: the mode has no current member; -EINVAL: no such member, its link is not
 * up, or there is no current one
 */
int bond_activate(struct bond *b, uint8_t slot, uint64_t now);

/**
 * Change options while running, all or nothing. Repeating the options in force does nothing. A
 * delay that is running is shortened when the new one would end earlier, else it keeps its end.
 * @return 0; -EBUSY: the mode differs; -EINVAL: primary_reselect out of range
 */
int bond_set_options(struct bond *b, const struct bond_options *options, uint64_t now);

/** May member send data now? (administratively up, carrier, link UP, role ACTIVE) */
bool bond_member_can_tx(const struct bond *b, uint8_t slot);

/** Speed of the bond: sum over members that can send (broadcast: minimum), 0 when unknown. */
uint32_t bond_speed_mbps(const struct bond *b);

/**
 * Decide. Pure: same bond and prev give the same next. The caller publishes next and then clears
 * b->dirty.
 * @param prev the view in force; may be the same object as a cleared one, never equal to next
 * @param next where to write the new view
 */
void bond_elect(const struct bond *b, const struct bond_view *prev, struct bond_view *next);

/**
 * Is a round of peer notifications (gratuitous ARP, unsolicited NA) to be sent now? True once for
 * each of num_peer_notif rounds after a change of the current member, the first as soon as that
 * member can send, the others peer_notif_delay_ms (or miimon_ms, if longer) apart.
 */
bool bond_notify_due(struct bond *b, uint64_t now);

#endif
