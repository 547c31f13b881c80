/* SPDX-License-Identifier: BSD-3-Clause */
/* host.h - the host port: the interface bond0 that the kernel sees, and what both sides agree on. */
#ifndef HOST_H
#define HOST_H

#include "bondd.h"
#include "kernel.h"

/**
 * Choose the type of the host interface, b->host.type, before any member is opened.
 * @return 0, -ENODEV: this machine does not have what it needs; with a sentence
 */
int host_choose(struct bondd_bond *b, struct conf_err *err);

/**
 * Create the host interface with this MAC address and the configured MTU, carrier off, and take it
 * up once; afterwards its administrative state is the administrator's.
 * @return 0 or -errno with a sentence
 */
int host_open(struct bondd_bond *b, const uint8_t mac[6], struct conf_err *err);

/** The daemon runs: from now on the interface stays at the end if it is to. */
void host_started(struct bondd_bond *b);

/** Remove the host interface, or leave it without carrier if it is to stay. Only when no worker can still see it. */
void host_close(struct bondd_bond *b);

/**
 * The daemon cannot go on without its host interface.
 * @param rc -ENODEV: it was deleted; another -errno: why it cannot be followed, see host_ns.h
 */
void host_gone(struct bondd_bond *b, int rc);

/** Events of the kernel were lost: look at all that could have changed. */
void host_resync(struct bondd_bond *b);

/**
 * Show the kernel carrier and speed; when host.sync_at is due (every second, or at once after an
 * event set it to 0) also look at what the administrator changed and bring it to the members.
 */
void host_sync(struct bondd_bond *b);

/**
 * Give the host interface and all members another MTU, all or nothing.
 * @param reason when the result is not 0: what is wrong, in words, and what would work
 * @return 0 or -errno
 */
int host_set_mtu(struct bondd_bond *b, uint32_t mtu, char *reason, size_t size);

/** Somebody gave the host interface another MTU: it goes to all members, or is written back. */
void host_mtu_changed(struct bondd_bond *b, uint32_t mtu);

/** As host_set_mtu(), with the MAC address. */
int host_set_mac(struct bondd_bond *b, const uint8_t mac[6], char *reason, size_t size);

/** The host interface was looked at: who listens there to what goes on to the members. */
void host_filter_changed(struct bondd_bond *b, const struct kernel_link *link);

/**
 * The host has these unicast addresses beside its own; members that receive for it get them.
 * @param mac n addresses; more than HOST_MAX_UNICAST: everything
 */
void host_filter_take(struct bondd_bond *b, const uint8_t (*mac)[6], unsigned int n);

/** Does somebody at the host interface want everything? Pure. @param n_unicast as above */
bool host_filter_all(const struct kernel_link *link, unsigned int n_unicast);

/** Apply to a member what the host listens to, and what monitors want it to hear. */
void host_filter_member(const struct bondd_bond *b, struct bondd_member *m);

/** What monitors want a member to hear may have changed: apply it where it has. Every turn. */
void host_filter_follow(struct bondd_bond *b);

#endif
