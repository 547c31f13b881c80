/* SPDX-License-Identifier: BSD-3-Clause */
/* host_keep.h - host interfaces that outlive a daemon: which are adopted, and which removed. */
#ifndef HOST_KEEP_H
#define HOST_KEEP_H

#include <stdbool.h>

#include "conf.h"
#include "kernel.h"

/* The alias of an interface that a daemon has made begins so, and ends with the name of its bond. */
#define HOST_KEEP_TAG "dpdk-bondd "

struct bondd_bond;

/* What becomes of an interface that is there before the host port is opened, or is to stay after it. */
struct host_keep {
	bool adopted; /* it was there: it keeps its administrative state */
	bool ours;    /* made by us or by a daemon before us, as its tag says */
	bool made;    /* now, as one that stays; until the daemon runs: goes if the start fails */
	bool stays;   /* at the end */
	bool multi_queue;
	bool up;                   /* administratively, when it was found */
	int ifindex;               /* 0: there is none yet, the driver makes it */
	char name[BOND_NAME_SIZE]; /* of the interface that the driver is to open */
};

/**
 * Which interface is it to be? Pure.
 * @param bond name of the bond
 * @param type as chosen, not CONF_HOST_AUTO
 * @param tagged the interface with the bond's tag, whatever it is called by now; NULL: none
 * @param named the one with the bond's name; NULL: none
 * @return 0; -EEXIST: it is not one to be adopted; -EBUSY: somebody uses it; with a sentence
 */
int host_keep_decide(const char *bond, const struct conf_host *conf, enum conf_host_type type,
		     const struct kernel_link *tagged, const struct kernel_link *named,
		     struct host_keep *keep, struct conf_err *err);

/**
 * Find what is there, and prepare it for the driver, before that opens it: what stays is made here,
 * because no driver of DPDK 22.11 can do that for virtio-user. Control thread.
 * @return 0 or -errno with a sentence; then nothing has changed
 */
int host_keep_prepare(struct bondd_bond *b, struct conf_err *err);

/**
 * An interface of ours is new, or new in a network namespace: its static IPv6 addresses are to stay
 * when it is taken down, unless that is not wanted.
 */
void host_keep_addresses(const struct bondd_bond *b);

/** The host port is closed: remove what is not to stay. */
void host_keep_end(struct bondd_bond *b);

/**
 * Remove interfaces of this network namespace that dead daemons left because they were to stay.
 * @param say called with a sentence for each
 * @return how many, or -errno with a sentence
 */
int host_keep_release(void (*say)(const char *sentence), struct conf_err *err);

#endif
