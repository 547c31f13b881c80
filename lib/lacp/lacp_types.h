/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_types.h - the objects of the library, visible so that callers can place them; see lacp.h. */
#ifndef LACP_TYPES_H
#define LACP_TYPES_H

/*
 * Members are written by the library only. Callers may read those marked "public"; the others are
 * its memory and may change meaning.
 */

#define LACP_TX_WINDOW      3  /* LACPDUs in any second, 6.4.16 */
#define LACP_MARKER_WINDOW  10 /* Marker frames of each kind in any second, 802.3 Annex 57A */
#define LACP_MARKER_QUEUE   16 /* Marker Responses that wait for their turn */
#define LACP_MARKER_PENDING 8  /* Markers that wait for their response */

enum lacp_periodic {
	LACP_PERIODIC_NONE,
	LACP_PERIODIC_FAST,
	LACP_PERIODIC_SLOW,
	LACP_PERIODIC_TX,
};

enum lacp_churn_state { LACP_CHURN_MONITOR, LACP_CHURN_NONE, LACP_CHURN_CHURNED };

/* One direction of churn detection, 6.4.17. */
struct lacp_churn {
	enum lacp_churn_state state; /* public */
	uint32_t count;              /* public: how often it churned */
	uint64_t deadline;
};

/* The n last times at which something was sent, for a sliding window of one second. */
struct lacp_window {
	uint64_t at[LACP_MARKER_WINDOW];
	uint64_t undo; /* what the last entry replaced */
	uint8_t next;
	uint8_t used;
};

/* Half of a LAG ID; port is 0 when the link can aggregate, 6.3.6.1. */
struct lacp_lag_half {
	uint64_t sys;  /* priority, then address */
	uint32_t port; /* priority, then number */
	uint16_t key;
};

struct lacp_lag_id {
	struct lacp_lag_half half[2]; /* the lower one first */
};

struct lacp_aggregator {
	uint16_t id;     /* public; 0: not in use */
	bool individual; /* public: one link that cannot aggregate */
	struct lacp_lag_id lag;
};

struct lacp_response {
	struct lacp_marker marker;
	uint32_t seq;
	bool flushed; /* what came before it is delivered */
};

struct lacp_marker_port {
	struct lacp_response queue[LACP_MARKER_QUEUE]; /* the oldest first */
	uint8_t queued;
	struct lacp_response last; /* as taken by lacp_output() */
	struct lacp_window responses;
	struct lacp_window requests;
	struct {
		uint32_t transaction;
		uint64_t deadline; /* LACP_NEVER: free */
	} pending[LACP_MARKER_PENDING];
	uint32_t seq;
	uint32_t transaction;
};

enum lacp_output_kind { LACP_OUTPUT_NONE, LACP_OUTPUT_PDU, LACP_OUTPUT_RESPONSE };

struct lacp_port {
	struct lacp_system *sys; /* public */
	bool used;
	uint8_t slot;                   /* public */
	struct lacp_port_config config; /* public: as configured */

	/* The link. */
	bool link_up;            /* public: as reported */
	uint32_t speed_mbps;     /* public: 0 unknown, UINT32_MAX never known */
	enum lacp_duplex duplex; /* public */
	uint64_t speed_wait;     /* deadline of the wait for the speed, else LACP_NEVER */

	/* Variables of 6.4.7. */
	struct lacp_info actor;     /* public: operational; state is what the next PDU says */
	struct lacp_info partner;   /* public: operational */
	uint16_t partner_max_delay; /* public: the partner's CollectorMaxDelay, units of 10 us */
	bool port_enabled;
	bool lacp_enabled;
	bool port_moved;
	bool fell_silent; /* EXPIRED, and not because the link has just come up */
	bool begin;       /* Mux: BEGIN is to be obeyed */
	bool ntt;
	bool ready_n;
	bool ready;
	enum lacp_selected selected; /* public */
	struct lacp_aggregator *agg; /* selected, and attached from ATTACHED on; NULL: none */

	/* Machines. */
	enum lacp_rx rx;   /* public */
	enum lacp_mux mux; /* public */
	enum lacp_periodic periodic;
	struct lacp_churn actor_churn;   /* public */
	struct lacp_churn partner_churn; /* public */
	uint64_t current_while;          /* deadlines; LACP_NEVER: stopped */
	uint64_t wait_while;
	uint64_t periodic_timer;
	const char *unselected_by; /* reason of the last UNSELECTED */

	/* The data path, sets of LACP_COLLECTING and LACP_DISTRIBUTING. */
	uint8_t path_want;
	uint8_t path_have;
	uint64_t path_since; /* when want began to differ from have */

	/* Transmission. */
	struct lacp_window tx;
	uint64_t retry; /* not before this time, after a failure */
	enum lacp_output_kind last_output;
	bool leaving;
	bool left;

	struct lacp_marker_port marker;

	/* Diagnosis. */
	bool view_wrong;        /* the partner is in sync, but not with this port */
	bool rate_ignored;      /* public: the partner sends slowly although we ask for fast */
	bool rate_expired;      /* expired since the last PDU */
	uint8_t rate_cycles;    /* expiries after few PDUs, in a row */
	uint8_t rate_pdus;      /* since the last expiry */
	uint64_t reflection_at; /* when a reflection was last reported, LACP_NEVER: not yet */
	struct lacp_counters counters;       /* public */
	uint64_t parsed[LACP_PARSE_REASONS]; /* public: frames by enum lacp_parse */
};

struct lacp_system {
	struct lacp_config config; /* public: as configured */
	struct lacp_hooks hooks;
	struct lacp_port port[LACP_MAX_PORTS];
	struct lacp_aggregator agg[LACP_MAX_PORTS];
	struct lacp_aggregator *active; /* NULL: none */
	uint16_t active_id;             /* as last traced */
	uint64_t ticked;                /* timers up to this time have fired */
	uint64_t idle_since;            /* the active aggregator is attached but collects nothing */
	uint64_t silent_since; /* no port is CURRENT, LACP_NEVER: one is, or no link is up */
};

/* The active aggregator, lacp_active(). */
struct lacp_active {
	uint16_t id;
	unsigned int ports; /* that joined it, in whatever state */
	unsigned int distributing;
	uint64_t speed_mbps; /* sum of the distributing ports */
	uint16_t actor_key;
	uint16_t partner_key;
	uint16_t partner_sys_prio;
	uint8_t partner_sys[LACP_ADDR_SIZE];
};

/* A port at rest, lacp_port_save(). Only for the same build of this library. */
struct lacp_saved {
	struct lacp_info actor;
	struct lacp_info partner;
	uint16_t partner_max_delay;
	uint8_t mux;
};

#endif
