/* SPDX-License-Identifier: BSD-3-Clause */
/* macs.h - gives bond and members the MAC addresses that the core decided. */
#ifndef MACS_H
#define MACS_H

#include "bondd.h"

/**
 * Give every member the address that core.member[slot].mac says, and the host interface core.mac. What
 * has it already is left alone, so call it whenever the core may have decided. A port that cannot
 * change its address becomes promiscuous; one that fails to is promiscuous meanwhile and tried again
 * every second. Control thread.
 */
void macs_apply(struct bondd_bond *b);

/**
 * As macs_apply(), for one member, and without waiting for the time to try again.
 * @return 0: it has the address, or is promiscuous for good; -errno: it failed
 */
int macs_apply_member(struct bondd_bond *b, uint8_t slot);

/**
 * The administrator set the address of the host interface, which has it: tell the core and give it to
 * the members. Control thread.
 * @param reason why not, a sentence; size is at least 160
 * @return 0; or -errno, then everything is as before but for the host interface itself
 */
int macs_choose(struct bondd_bond *b, const uint8_t mac[6], char *reason, size_t size);

#endif
