/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_machine.h - what the files of the bond core ask of each other; nobody else includes it. */
#ifndef BOND_MACHINE_H
#define BOND_MACHINE_H

#include "bond.h"

/*
 * Every public function that changes something works in three steps: it changes its own part and
 * runs the links concerned (link.c), chooses the current member if that is due (select.c), and
 * ends with bond_settle() (bond.c), which derives the rest: carrier, asserts, dirty.
 */

/* event.c */

/** Pass an event to the hook. @param e all but bond filled in */
void bond_emit(const struct bond *b, const struct bond_event *e);

/* member.c */

/** @return the member in a slot that is in use; asking for another one is a bug of the caller */
struct bond_member *bond_member_at(struct bond *b, uint8_t slot);

/** May member send as far as its own state goes, whatever the host interface is set to? */
bool bond_member_usable(const struct bond_member *m);

/** @return true if a member has the current role or any member can send: there is no emergency */
bool bond_in_force(const struct bond *b);

/* hold.c */

/** May a member be up as far as its carrier and all monitors go? */
bool bond_hold_permits(const struct bond *b, const struct bond_member *m);

/**
 * Set or clear a monitor's bit, with its event. The caller runs the link.
 * @param why NULL: for the usual reason of that monitor
 * @return it is news
 */
bool bond_hold_set(struct bond *b, uint8_t slot, enum bond_hold monitor, bool hold, const char *why,
		   uint64_t now);

/** Does a monitor keep the link of a member down, not only its data? */
bool bond_hold_link(const struct bond *b, const struct bond_member *m);

/** @return why a member with carrier is not up, in words; NULL: no monitor holds it */
const char *bond_hold_reason(const struct bond_member *m);

/* link.c */

/** Give a member that joins its first link state, without an event. */
void bond_link_begin(struct bond *b, uint8_t slot, uint64_t now);

/** Let a member's link follow its fact and the time. @return true if a selection is due */
bool bond_link_run(struct bond *b, uint8_t slot, uint64_t now);

/** @return of the members going back who has the least delay left and stays, BOND_NONE: none */
uint8_t bond_link_next_back(const struct bond *b);

/**
 * A member going back is needed now: its link is up at once.
 * @return true if that was before its time, and the line about it says who carries the traffic
 */
bool bond_link_hasten(struct bond *b, uint8_t slot, uint64_t now);

/** The delays may have been shortened: let no running delay outlast the new one. */
void bond_link_shorten(struct bond *b);

/* select.c */

/** Does what just happened to the link of a member call for a selection? */
bool bond_select_due(const struct bond *b, uint8_t slot);

/**
 * Choose the current member and make it so. Does nothing in modes without one.
 * @param why the reason when the current one is given up whatever its state; NULL: it may stay
 */
void bond_select(struct bond *b, const char *why, uint64_t now);

/** Derive backup and inactive of a member from who is current, or from its LACP port. */
void bond_role_update(struct bond *b, uint8_t slot, uint64_t now);

/* notify.c */

/** The current member changed: plan the peer notifications, or forget them if there is none. */
void bond_notify_start(struct bond *b, uint64_t now);

/** Another member sends now: with broadcast_neighbor that is announced as well. */
void bond_notify_opened(struct bond *b, uint64_t now);

/** @return when the next round is due, BOND_NEVER while it has to wait for an event */
uint64_t bond_notify_deadline(const struct bond *b);

/* mac.c */

/** The address that the bond begins with. */
void bond_mac_init(struct bond *b);

/** A member joined, as the last of order[]: which address is it to have, and which the bond? */
void bond_mac_join(struct bond *b, uint8_t slot, uint64_t now);

/** A member became the current one. The old one may just have been taken out of order[]. */
void bond_mac_became_current(struct bond *b, uint8_t slot, uint64_t now);

/** A member was taken out of order[]. */
void bond_mac_leave(struct bond *b, uint8_t slot, uint64_t now);

/** Make an address for a member that is neither the bond's nor that of anybody else. */
void bond_mac_beside(const struct bond *b, uint8_t slot, uint8_t mac[6]);

/* rejoin.c */

/** See who carries the multicast groups; another one reports them again. */
void bond_rejoin_update(struct bond *b, uint64_t now);

/** @return when the next round is due, BOND_NEVER while it has to wait for an event */
uint64_t bond_rejoin_deadline(const struct bond *b);

/* probe.c */

/** A member joined: nothing has been heard of it. */
void bond_probe_join(struct bond *b, uint8_t slot, uint64_t now);

/** A member became the current one: it has time to be heard as such. */
void bond_probe_became_current(struct bond *b, uint8_t slot, uint64_t now);

/** The link of a member went down: it has to be heard before it can come up. */
void bond_probe_link_down(struct bond *b, uint8_t slot, uint64_t now);

/** Judge all members and make probes, if a round is due. @return true if a selection is due */
bool bond_probe_tick(struct bond *b, uint64_t now);

/** @return when the next round is due */
uint64_t bond_probe_deadline(const struct bond *b);

/** @return the words of Linux's ARP monitor for a change of link, NULL: it had no part in it */
const char *
bond_probe_line(const struct bond *b, const struct bond_member *m, enum bond_link to, uint64_t now);

/* probe_option.c */

/** b->options.probe changed; runs no links. */
void bond_probe_configure(struct bond *b, const struct bond_probe_options *old, uint64_t now);

/** Tell that a target cannot be validated. */
void bond_probe_tell_no_route(struct bond *b, const struct bond_ip *target, uint64_t now);

/* bond.c */

/** Derive what follows from the last change. The last step of every public function. */
void bond_settle(struct bond *b, uint64_t now);

/* option.c */

/** @return 0; -EINVAL: the options cannot be those of a bond in this mode */
int bond_options_check(const struct bond_mode *mode, const struct bond_options *options);

/**
 * May a member have these options?
 * @return 0; -EINVAL, -EEXIST as bond_member_add()
 */
int bond_member_options_check(const struct bond *b, uint8_t slot,
			      const struct bond_member_options *options);

/* bond_lacp_config.c */

/** The part of bond_options_check() that is about LACP. */
int bond_lacp_check(const struct bond_mode *mode, const struct bond_options *options);

/** The part of bond_member_options_check() that is about LACP. */
int bond_lacp_check_member(const struct bond *b, uint8_t slot,
			   const struct bond_member_options *options);

/** Make the LACP system of a bond, if its mode has one. */
void bond_lacp_init(struct bond *b, uint64_t now);

/** b->options changed. */
void bond_lacp_configure(struct bond *b, uint64_t now);

/** Whether the host interface is up, or lacp_host_down, may have changed: tell LACP. */
void bond_lacp_host(struct bond *b, uint64_t now);

/** Make the LACP port of a member that joined. */
void bond_lacp_add(struct bond *b, uint8_t slot, uint64_t now);

/** The options of a member changed. */
void bond_lacp_configure_member(struct bond *b, uint8_t slot, const struct bond_member_options *old,
				uint64_t now);

/* bond_lacp.c */

/** @return the LACP port of a member, NULL: it has none */
struct lacp_port *bond_lacp_port_of(struct bond *b, uint8_t slot);

/** Tell LACP what became of the links. */
void bond_lacp_follow(struct bond *b, uint64_t now);

/* bond_flush.c */

/** The hook "marker_flush" of LACP. @param ctx the bond */
bool bond_flush_begin(void *ctx, struct lacp_port *port, uint32_t seq);

/** Every worker uses a view of that generation, or a newer one: a round may be over. */
void bond_flush_applied(struct bond *b, uint8_t slot, uint64_t generation, uint64_t now);

/* ease.c */

/** Let members that begin to distribute ease in, and those who waited long enough take flows. */
void bond_ease(struct bond *b, uint64_t now);

/** @return does this member distribute, but leave the flows where they are for a moment? */
bool bond_is_easing(const struct bond_member *m);

/** @return when the next member has waited long enough */
uint64_t bond_ease_deadline(const struct bond *b);

/* bond_lacp_event.c */

/** The hook "trace" of LACP: an event for each transition. @param ctx the bond */
void bond_lacp_trace(void *ctx, const struct lacp_trace *trace);

/* bond_lacp_alarm.c */

/** Tell of what is wrong with LACP, and of what no longer is. */
void bond_lacp_watch(struct bond *b, uint64_t now);

/** @return when bond_lacp_watch() will have something to tell */
uint64_t bond_lacp_watch_deadline(const struct bond *b);

/* bond_bfd.c */

/** Start the session of a member that joins; it may hold the member at once. Runs no link. */
void bond_bfd_begin(struct bond *b, uint8_t slot, uint64_t now);

/** The options of BFD may have changed. @return true if a selection is due */
bool bond_bfd_configure(struct bond *b, const struct bond_bfd_options *old, uint64_t now);

/** The carrier of a member changed. Runs no link. */
void bond_bfd_carrier(struct bond *b, uint8_t slot, uint64_t now);

/** Is the detection time of a member over? Runs no link. */
void bond_bfd_tick(struct bond *b, uint8_t slot, uint64_t now);

/** A member leaves: tell the other end, as far as time allows. */
void bond_bfd_stop(struct bond *b, uint8_t slot, uint64_t now);

/* bond_damp.c */

/** No damping; a window of 10 s, a maximum of 60 s. */
struct damp_options bond_damp_options_default(void);

/** @return 0; -EINVAL: an option out of range */
int bond_damp_check(const struct damp_options *options);

/** A member failed, from whatever cause: it may be held from now on. Runs no link. */
void bond_damp_failed(struct bond *b, uint8_t slot, uint64_t now);

/** The carrier of a member is lost; that begins no hold, but one that runs begins anew. */
void bond_damp_lost(struct bond *b, uint8_t slot, uint64_t now);

/** Is the hold of a member over? Runs no link. */
void bond_damp_tick(struct bond *b, uint8_t slot, uint64_t now);

/**
 * When nobody else can carry traffic, let the member go that has the least of its hold left, as
 * with updelay. Runs its link. @return true if there was one
 */
bool bond_damp_relieve(struct bond *b, uint64_t now);

/** The options of damping changed. @return true if a selection is due */
bool bond_damp_configure(struct bond *b, uint64_t now);

/* mode.c: for the elect() of a mode */

/** Let a member send: bit in tx, next place in active[]. */
void bond_view_activate(struct bond_view *v, uint8_t slot);

/* balance.c */

/** A bond begins. */
void bond_balance_init(struct bond *b, uint64_t now);

/** Look at what changed: members that can send, the current one, addresses. A part of settling. */
void bond_balance_follow(struct bond *b, uint64_t now);

/** Do what is due. */
void bond_balance_tick(struct bond *b, uint64_t now);

/** @return when bond_balance_tick(), bond_balance_load() or bond_balance_output() is due */
uint64_t bond_balance_deadline(const struct bond *b);

/** What is stacked on the host interface changed. */
void bond_balance_net(struct bond *b);

/* spread.c: likewise */

/** How to hash, no more. */
void bond_view_hash_conf(const struct bond *b, struct bond_view *next);

/**
 * Spread by hash over active[], which is complete: buckets, or the modulo of Linux.
 * @param prev the view in force: what may stay, stays
 */
void bond_view_hash(const struct bond *b, const struct bond_view *prev, struct bond_view *next);

/** Frames of a host queue go to the member with that queue_id while its link is up. */
void bond_view_by_queue(const struct bond *b, struct bond_view *next);

extern const struct bond_mode bond_mode_8023ad;
extern const struct bond_mode bond_mode_active_backup;
extern const struct bond_mode bond_mode_balance_alb;
extern const struct bond_mode bond_mode_balance_rr;
extern const struct bond_mode bond_mode_balance_tlb;
extern const struct bond_mode bond_mode_balance_xor;
extern const struct bond_mode bond_mode_broadcast;

#endif
