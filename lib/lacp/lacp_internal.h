/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_internal.h - what the machines share with each other and with their tests. */
#ifndef LACP_INTERNAL_H
#define LACP_INTERNAL_H

#include "lacp.h"

#define LACP_FAST_PERIODIC  (1 * LACP_SEC) /* 6.4.4 */
#define LACP_SLOW_PERIODIC  (30 * LACP_SEC)
#define LACP_SHORT_TIMEOUT  (3 * LACP_SEC)
#define LACP_LONG_TIMEOUT   (90 * LACP_SEC)
#define LACP_CHURN_TIME     (60 * LACP_SEC)
#define LACP_AGGREGATE_WAIT (2 * LACP_SEC)
#define LACP_SPEED_WAIT     (1 * LACP_SEC)    /* how long a port waits for its speed */
#define LACP_PATH_HOLD      (500 * LACP_MSEC) /* how long LACPDUs wait for the data path */
#define LACP_PATIENCE       (10 * LACP_SEC)   /* how long an idle aggregator is preferred */
#define LACP_RETRY          (10 * LACP_MSEC)  /* after a failed transmission */
#define LACP_MARKER_MARGIN  (10 * LACP_MSEC)
#define LACP_DIAGNOSIS_GAP  (60 * LACP_SEC) /* between two reports of a reflection */

#define LACP_PATHS (LACP_COLLECTING | LACP_DISTRIBUTING)

#define lacp_foreach_port(s, p)                                                                    \
	for (struct lacp_port *p = (s)->port; p < (s)->port + LACP_MAX_PORTS; p++)                 \
		if (p->used)

#define lacp_foreach_port_const(s, p)                                                              \
	for (const struct lacp_port *p = (s)->port; p < (s)->port + LACP_MAX_PORTS; p++)           \
		if (p->used)

/** Has a timer run out? Timers advance with lacp_tick() only. */
static inline bool
lacp_due(const struct lacp_port *p, uint64_t deadline)
{
	return p->sys->ticked >= deadline;
}

/* lacp_system.c */

/** Run all machines to rest. Every public function that changes something ends here. */
void lacp_run(struct lacp_system *s, uint64_t now);

/** Call the trace hook. @param p NULL: concerns the system */
void lacp_trace(const struct lacp_system *s, const struct lacp_port *p, enum lacp_machine machine,
		const char *from, const char *to, const char *reason, uint64_t now);

/* lacp_port.c */

/** Derive operational values of a port from configuration and link; NTT when they changed. */
void lacp_port_refresh(struct lacp_port *p, uint64_t now);

/** BEGIN for one port. */
void lacp_port_begin(struct lacp_port *p, const char *reason, uint64_t now);

/* lacp_info.c */

/** @return System ID as one number, lower wins */
uint64_t lacp_system_id(const struct lacp_info *i);

/** @return Port ID as one number, lower wins */
uint32_t lacp_port_id(const struct lacp_info *i);

/** Same port, system and key? (the fields that update_Selected and others compare) */
bool lacp_info_same_identity(const struct lacp_info *a, const struct lacp_info *b);

/** Name of the first field of identity or AGG that differs, NULL: none. */
const char *lacp_info_difference(const struct lacp_info *a, const struct lacp_info *b);

/** LAG ID of a link as its actor and partner have it now, 6.3.6. */
struct lacp_lag_id lacp_lag_id(const struct lacp_info *actor, const struct lacp_info *partner);

bool lacp_lag_same(const struct lacp_lag_id *a, const struct lacp_lag_id *b);

/** Can the link not aggregate? */
bool lacp_individual(const struct lacp_port *p);

/* lacp_rx.c */

/** Arrows of the Receive machine, 6.4.12. Pure. @param due current_while ran out */
enum lacp_rx lacp_rx_next(const struct lacp_port *p, bool due, bool pdu);

/** @return did anything change? */
bool lacp_rx_run(struct lacp_port *p, uint64_t now);

/** An LACPDU for this port; the caller has refused reflections. */
void lacp_rx_pdu(struct lacp_port *p, const struct lacp_pdu *pdu, uint64_t now);

/** BEGIN. */
void lacp_rx_begin(struct lacp_port *p, const char *reason, uint64_t now);

/** The partner's administrative values changed: take them where they are in use. */
void lacp_rx_admin(struct lacp_port *p, uint64_t now);

/** What a silent partner is taken for, with fallback considered. */
struct lacp_info lacp_partner_admin(const struct lacp_port *p);

/* lacp_select.c */

/** Selected = UNSELECTED. @param reason a string that lives for ever */
void lacp_unselect(struct lacp_port *p, const char *reason, uint64_t now);

/** Selected = STANDBY or SELECTED. */
void
lacp_set_selected(struct lacp_port *p, enum lacp_selected to, const char *reason, uint64_t now);

/** Selection Logic, 6.4.14: aggregators, the active one, limits, Ready. @return changed? */
bool lacp_select_run(struct lacp_system *s, uint64_t now);

/** Is the port cabled to a port of its own system? */
bool lacp_loopback(const struct lacp_port *p);

/** Give a port the aggregator of its LAG ID. @return false: there is none */
bool lacp_aggregator_join(struct lacp_port *p);

/** Take a port off its aggregator, which forgets its LAG ID with the last one. */
void lacp_aggregator_leave(struct lacp_port *p);

/* lacp_active.c */

/** Could the port carry data if its aggregator were the active one? */
bool lacp_usable(const struct lacp_port *p);

/** Which aggregator should be active? Pure. @param why where to write the reason */
const struct lacp_aggregator *lacp_active_choose(const struct lacp_system *s, const char **why);

/** Keep the times that fallback and patience depend on. */
void lacp_active_clock(struct lacp_system *s, uint64_t now);

/** Is fallback in force? */
bool lacp_fallback_on(const struct lacp_system *s);

/** @return when lacp_active_choose() may decide differently without any event */
uint64_t lacp_active_deadline(const struct lacp_system *s);

/* lacp_limit.c */

/**
 * Which ports of an aggregator may be SELECTED? Pure; 6.7.1 for limited aggregations.
 * @param chosen where to write, by slot
 */
void lacp_limit(const struct lacp_system *s, const struct lacp_aggregator *a,
		bool chosen[LACP_MAX_PORTS]);

/* lacp_mux.c */

/** Arrows of the Mux machine, 6.4.15, both kinds of control. Pure: as if it were in "from". */
enum lacp_mux lacp_mux_next(const struct lacp_port *p, enum lacp_mux from);

/** @return did anything change? */
bool lacp_mux_run(struct lacp_port *p, uint64_t now);

/** Put the Mux machine into a state without passing the others (restore). */
void lacp_mux_set(struct lacp_port *p, enum lacp_mux to, const char *reason, uint64_t now);

/* lacp_periodic.c */

/** Arrows of the Periodic Transmission machine, 6.4.13. Pure. */
enum lacp_periodic lacp_periodic_next(const struct lacp_port *p, bool due);

bool lacp_periodic_run(struct lacp_port *p, uint64_t now);

/* lacp_churn.c */

/** Arrows of a churn machine, 6.4.17. Pure. */
enum lacp_churn_state
lacp_churn_next(enum lacp_churn_state from, bool port_enabled, bool sync, bool due);

bool lacp_churn_run(struct lacp_port *p, uint64_t now);

/* lacp_tx.c */

/** May the port send LACPDUs at all? Otherwise NTT is forgotten, 6.4.16. */
bool lacp_tx_allowed(const struct lacp_port *p);

/** @return when the next frame may be taken from lacp_output(), LACP_NEVER: none */
uint64_t lacp_tx_deadline(const struct lacp_port *p);

/** @return when the window has room for one more of n in any second */
uint64_t lacp_window_open(const struct lacp_window *w, unsigned int n);

void lacp_window_add(struct lacp_window *w, unsigned int n, uint64_t now);

/** Take back the last lacp_window_add(). */
void lacp_window_undo(struct lacp_window *w, unsigned int n);

/* lacp_marker.c */

void lacp_marker_init(struct lacp_port *p);
void lacp_marker_input(struct lacp_port *p, const struct lacp_marker *marker);
void lacp_marker_response(struct lacp_port *p, const struct lacp_marker *marker);

/** Write the next response that is due. @return length or 0 */
size_t lacp_marker_output(struct lacp_port *p, uint8_t *buf, uint64_t now);
void lacp_marker_output_failed(struct lacp_port *p);

/** End requests that timed out, or all of them when the link is down. */
void lacp_marker_run(struct lacp_port *p);

/** @return when the next response may leave, LACP_NEVER: none */
uint64_t lacp_marker_tx_deadline(const struct lacp_port *p);

/** @return when the next request times out */
uint64_t lacp_marker_deadline(const struct lacp_port *p);

/* lacp_check.c */

/** The invariants of the protocol; asserts in debug builds. */
void lacp_check(const struct lacp_system *s);

/** @return the text of the first invariant that is broken, NULL: all hold */
const char *lacp_broken(const struct lacp_system *s);

#endif
