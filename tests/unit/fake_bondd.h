/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_bondd.h - a daemon without ports, workers and DPDK, for tests of what is above them. */
#ifndef FAKE_BONDD_H
#define FAKE_BONDD_H

#include "bondd.h"

/*
 * bond0: active-backup, eth1 (active) and eth2, up, 10 Gbit/s; bond1: balance-rr, no members.
 * Two workers. Events of the bonds go to d->events, time is d->now. Counters of a port are
 * port->counters[0] + port->counters[1]; eth1 has rx_packets 5, eth2 7 rx_inactive_member drops, in worker 1.
 */
struct bondd *fake_bondd_new(void);

/*
 * One more bond, bond2: 802.3ad, System ID 65535,02:00:00:00:01:00, with eth3, which distributes
 * since the partner 1,02:00:00:00:02:00 (key 7, port 13) has agreed, and eth4, which nobody answers.
 */
void fake_bondd_add_lacp(struct bondd *d);

/* One more bond, bond2: balance-alb, with eth3, and a client: 10.0.0.2, 02:00:00:00:00:02. */
void fake_bondd_add_alb(struct bondd *d);

/* What the doubles of fake_port.c saw; zeroed by fake_bondd_new(). */
extern struct fake_seen {
	char left[BOND_NAME_SIZE]; /* the member that left last */
	int leaving;               /* how often it will still be found leaving */
	char log[1024];
	struct dp_buffers buffers; /* what dp_buffers() answers */
} fake_seen;

/* A member joins with a port of that configuration, or is forgotten with its port. */
void fake_bondd_join(struct bondd_bond *b, const struct conf_member *conf);
void fake_bondd_forget(struct bondd_bond *b, uint8_t slot);

/* Elect a view and put it in force at once. */
void fake_bondd_publish(struct bondd_bond *b);

void fake_bondd_free(struct bondd *d);

#endif
