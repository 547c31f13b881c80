/* SPDX-License-Identifier: BSD-3-Clause */
/* member.h - the port behind a member: open it, follow its link, tell it what to let in. */
#ifndef MEMBER_H
#define MEMBER_H

#include "bondd.h"

/**
 * Open the port of a member: take the netdev or probe the device, and start it.
 * @param m filled on success
 * @param link_event_fd an eventfd to be written by link interrupts
 * @return 0 or -errno with a sentence, and nothing has changed
 */
int member_open(struct bondd_bond *b, struct bondd_member *m, const struct conf_member *conf,
		int link_event_fd, struct conf_err *err);

/** Close the port and give the interface back. Only when no worker can still see it. */
void member_close(struct bondd_member *m);

/** The first half of member_close(): the port only. Any thread, if no other uses the member. */
void member_close_port(struct bondd_member *m);

/** Has it a usable address of its own? */
bool member_has_mac(const struct bondd_member *m);

/** Give a member a MAC address; if it never can, it becomes promiscuous. @return 0 or -errno */
int member_set_mac(struct bondd_member *m, const uint8_t mac[6]);

/** @return the largest MTU that its drivers say it carries, octets */
uint32_t member_max_mtu(const struct bondd_member *m);

/** @return 0 or -errno, then the MTU is as before */
int member_set_mtu(struct bondd_member *m, uint32_t mtu);

/**
 * What the member lets in beyond its own address.
 * @param mac n_groups groups, then n_unicast unicast addresses, of 6 octets each
 */
void member_set_filter(struct bondd_member *m, const uint8_t (*mac)[6], unsigned int n_groups,
		       unsigned int n_unicast, bool allmulti, bool promisc);

/** Look at the link now. @return the fact, also remembered in m->fact */
const struct bond_link_fact *member_look(struct bondd *d, struct bondd_member *m);

/** Its netdev was deleted or moved away: it is told so, once, and stays down until it is removed. */
void member_lose(struct bondd_member *m);

/** How long may pass between two looks: short where nothing reports changes. @return ns */
uint64_t member_poll_interval(const struct bondd_bond *b, const struct bondd_member *m);

#endif
