/* SPDX-License-Identifier: BSD-3-Clause */
/* bond.h - the bond core: facts go in with their time, views and events come out; libc only. */
#ifndef BOND_H
#define BOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond_balance.h"
#include "bond_bfd.h"
#include "bond_event.h"
#include "bond_flush.h"
#include "bond_hold.h"
#include "bond_lacp.h"
#include "bond_mac.h"
#include "bond_notify.h"
#include "bond_probe.h"
#include "bond_view.h"
#include "damp.h"

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

/* May the hash that a NIC left in a frame stand for ours? */
enum bond_nic_hash { BOND_NIC_HASH_OFF, BOND_NIC_HASH_AUTO /* where no exact one is asked for */ };

/* What the partner is told while the host interface is administratively down. */
enum bond_host_down { BOND_HOST_DOWN_KEEP, BOND_HOST_DOWN_INDIVIDUAL /* AGG=0 */ };

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
	/* Modes that hash: balance-xor, 802.3ad. Others keep but ignore them. */
	uint32_t xmit_hash_policy; /* enum bond_hash_policy */
	uint32_t hash_seed;        /* 0: none */
	bool symmetric_hash;
	bool resilient_hash; /* buckets; else the plain modulo of Linux */
	uint32_t nic_hash;   /* enum bond_nic_hash */
	struct bond_probe_options probe;
	struct bond_mac_options mac;
	uint32_t resend_igmp; /* rounds of reports of multicast groups, 0 to 255 */
	struct bond_balance_options balance;
	char primary[BOND_NAME_SIZE]; /* "" : none; may name a member that is yet to come */
	/* 802.3ad; see struct lacp_config for what each does. Other modes keep but ignore them. */
	uint32_t lacp_fast;               /* lacp_rate: 0 slow, 1 fast */
	bool lacp_active;                 /* begin to speak, rather than only answer */
	bool coupled_control;             /* collect and distribute only together, as Linux does */
	bool lacp_strict;                 /* min_links counts Distributing ports, not links */
	bool broadcast_neighbor;          /* ARP and ND leave on every member that may send */
	uint32_t ad_select;               /* enum lacp_ad_select */
	uint32_t ad_actor_sys_prio;       /* 1..65535, lower wins */
	uint8_t ad_actor_system[6];       /* zero: system_mac */
	uint8_t system_mac[6];            /* the bond's MAC at start; must not follow a member's */
	uint32_t ad_user_port_key;        /* 0..1023 */
	uint32_t min_links;               /* for carrier; 0 as 1 */
	uint32_t max_active_ports;        /* of the aggregator, others stand by; 0: no limit */
	uint32_t lacp_fallback;           /* enum lacp_fallback */
	uint32_t lacp_fallback_timeout_s; /* of silence on all members before fallback */
	uint32_t lacp_host_down;          /* enum bond_host_down */
	struct bond_bfd_options bfd;
	struct damp_options flap; /* flap_hold and its companions */
	uint64_t seed;            /* hard to guess, of the daemon's start: BFD discriminators */
};

/* What the administrator chose for a member. */
struct bond_member_options {
	int32_t prio;
	uint32_t queue_id; /* host queue whose frames go to it, 0: none; unique in the bond */
	uint32_t weight;   /* share of the flows: 0 to 255, 0: by speed where that is known */
	uint32_t actor_port_prio; /* 802.3ad: 0..65535, lower wins */
	uint16_t lacp_port;       /* 802.3ad: port number, 1..65535, stable; 0: slot + 1 */
	uint8_t lacp_mac[6];      /* 802.3ad: source of its LACPDUs, its permanent MAC */
	uint8_t perm_mac[6];      /* its own MAC address; zero: it has none */
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
	struct bond_link_fact fact;      /* as last reported */
	uint64_t carrier_since;          /* when fact.carrier took its value */
	uint64_t speed_since;            /* when fact.speed_mbps and fact.duplex did */
	uint32_t held;                   /* bit h: monitor h (enum bond_hold) holds it down */
	uint64_t held_since[BOND_HOLDS]; /* when that bit took its value */
	enum bond_link link;             /* as decided */
	uint64_t link_since;             /* when link took its value */
	uint64_t link_deadline;          /* end of the running delay, else BOND_NEVER */
	uint64_t link_change_seen;       /* when the running delay began */
	uint32_t link_failure_count;     /* committed DOWNs, saturating */
	bool backup;                     /* role: Linux state BACKUP; else ACTIVE */
	uint64_t role_since;             /* when that took its value */
	bool inactive;                   /* what it receives is not delivered */
	bool leaving;                    /* bond_member_linger(): it is not chosen any more */
	bool lingers;                    /* likewise: but what it receives is still delivered */
	uint64_t joined;                 /* when it became a member */
	uint8_t mac[6];                  /* the MAC it is to have */
	uint64_t promisc_until;          /* balance-alb: see bond_balance_promisc(); 0: never was */
	struct bond_probe_member probe;
	struct bfd_session bfd;
	struct damp damp;
	/* 802.3ad only. */
	uint64_t ease_until; /* flows avoid it until then; BOND_NEVER: no more, 0: not eligible */
	uint64_t path_generation; /* the first view that opens or closes it as LACP wants it now */
	uint64_t lacp_since[LACP_MACHINE_DIAGNOSIS]; /* when each machine took its state */
	enum lacp_why lacp_alarm;     /* why outside the active aggregator, as told */
	enum lacp_why lacp_alarm_new; /* as it has been of late, not yet told */
	uint64_t lacp_alarm_at;       /* when it will be told, BOND_NEVER: nothing new */
	bool lacp_rate_alarm;         /* told that the partner ignores our rate */
	struct bond_flush flush;
};

/*
 * A bond. Owned by the control thread; others may read nothing of it. It must not be copied or
 * moved after bond_init(): LACP points into it.
 */
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
	uint8_t mac[6];  /* of the bond, that the host interface is to have */
	bool mac_chosen; /* by the administrator, while it runs */
	struct bond_prober probe;
	struct bond_balancer balancer;
	struct bond_net net;  /* as last told */
	uint64_t bfd_started; /* sessions so far */
	bool host_up;         /* the host interface is administratively up */
	uint64_t host_since;
	bool host_igmp;           /* the host may send IGMP */
	bool dirty;               /* the view in force is no longer right: elect and publish */
	uint64_t generation;      /* counts how often that was so */
	struct bond_view outline; /* what the last event led to; differs from now: dirty */
	uint32_t notify_left;     /* peer notifications still to be sent */
	uint64_t notify_deadline; /* when the next one is due */
	struct bond_rejoin rejoin;
	struct lacp_system lacp; /* 802.3ad only; ports have the slots of their members */
	uint64_t lacp_active_since;
	bool lacp_silent;     /* told that no partner answers on any member */
	bool lacp_few;        /* told that it has fewer members than min_links */
	uint64_t lacp_few_at; /* when it will be told, BOND_NEVER: nothing new */
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
	bool lacp;         /* members run LACP, which says who sends and who receives (mode 4) */
	enum bond_balance balance; /* frames are balanced by load (modes 5, 6) */
	bool copies; /* every frame leaves on all members: as fast as the slowest (mode 3) */
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

/**
 * The Linux defaults, except miimon, which is 100 ms: a bond without monitor fails unseen. LACP is
 * as the standard has it: coupled_control is off, lacp_strict is on.
 */
struct bond_options bond_options_default(void);

/** The Linux defaults: actor_port_prio 255, else zero; lacp_mac is to be set for 802.3ad. */
struct bond_member_options bond_member_options_default(void);

/**
 * Make an empty bond.
 * @param b where to make it
 * @param name of the bond, at most 15 characters
 * @param options copied; options->mode must be offered
 * @param hooks copied; NULL: nobody listens
 * @param now ns
 * @return 0, -EINVAL: unknown mode, bad name, an option out of range; in 802.3ad also a System ID
 *         (ad_actor_system or else system_mac) that is zero or a group address
 */
int bond_init(struct bond *b, const char *name, const struct bond_options *options,
	      const struct bond_hooks *hooks, uint64_t now);

/**
 * A member joins, at the end of the order of attachment. Its link begins UP or BACK (updelay)
 * when there is carrier, DOWN otherwise (spec of Linux bonding 2.1).
 * @param slot where to write its slot; the lowest free one
 * @return 0, -EEXIST: a member of that name, queue_id or lacp_port, -ENOSPC: BOND_MAX_MEMBERS
 *         reached, -EINVAL: bad name, queue_id or weight out of range; in 802.3ad also
 *         actor_port_prio out of range, or lacp_mac zero or a group address
 */
int bond_member_add(struct bond *b, const char *name, const struct bond_member_options *options,
		    const struct bond_link_fact *fact, uint64_t now, uint8_t *slot);

/**
 * A member leaves; if it was the current one, the successor is chosen first. Its slot is freed.
 * In 802.3ad the partner learns nothing of it: see bond_member_leave().
 */
void bond_member_remove(struct bond *b, uint8_t slot, uint64_t now);

/** @return slot of the member of that name, BOND_NONE if there is none */
uint8_t bond_member_find(const struct bond *b, const char *name);

/** A fact about a member's link, from an interrupt, netlink or a poll; repeating it is harmless. */
void
bond_member_link(struct bond *b, uint8_t slot, const struct bond_link_fact *fact, uint64_t now);

/**
 * The administrator set the host interface up or down. While down no data passes. LACP goes on, so
 * that data passes again at once when it is up: partners keep sending meanwhile.
 */
void bond_host_admin(struct bond *b, bool up, uint64_t now);

/**
 * May the host send IGMP: is the interface in a group, or does it forward for others? True until
 * told otherwise. While it may not, balance-rr spares its workers to look for IGMP in each frame.
 */
void bond_host_igmp(struct bond *b, bool may, uint64_t now);

/**
 * Change the options of a member, all or nothing; a new prio chooses the current member anew.
 * @return 0; -EINVAL and -EEXIST as bond_member_add()
 */
int bond_member_set_options(struct bond *b, uint8_t slot, const struct bond_member_options *options,
			    uint64_t now);

/** Run every delay that is over at now. Call it after the facts of the same instant. */
void bond_tick(struct bond *b, uint64_t now);

/**
 * @return when bond_tick() and then bond_notify_due(), bond_lacp_output(), bond_bfd_output() and
 *         what bond_balance.h has must be called next,
 *         0: at once, BOND_NEVER: only on events
 */
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
 * @return 0; -EBUSY: the mode differs, or fail_over_mac while there are members; -EINVAL as
 *         bond_init()
 */
int bond_set_options(struct bond *b, const struct bond_options *options, uint64_t now);

/**
 * May member send data now? (administratively up, carrier, link UP, role ACTIVE; in 802.3ad not in
 * its first moments of distributing either while others carry the flows, see ease.c)
 */
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
 * All workers use this view now, or newer ones, and none an older one. Ports tell their partners that they
 * collect when their receive path is open, and that they no longer distribute when their transmit
 * path is closed; without this call they wait. Call it after every view, in the order published.
 */
void bond_view_applied(struct bond *b, const struct bond_view *view, uint64_t now);

/**
 * A member begins to leave politely: it sends no more data with the next view, then tells its
 * partner so. bond_member_remove() it when bond_member_left() is true, or after some patience.
 */
void bond_member_leave(struct bond *b, uint8_t slot, uint64_t now);

/**
 * The same in every mode, and before that: it sends no more data, another one becomes current, but
 * what was received is delivered as before, for frames are under way to it. It ends with
 * bond_member_remove().
 */
void bond_member_linger(struct bond *b, uint8_t slot, uint64_t now);

/** @return true once the partner has been told, or cannot be; always without LACP */
bool bond_member_left(const struct bond *b, uint8_t slot);

#endif
