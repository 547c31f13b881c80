/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_lab.h - frames, ports and views for the tests of balance-tlb and balance-alb. */
#ifndef BALANCE_LAB_H
#define BALANCE_LAB_H

#include "eal_lab.h"

#define BALANCE_MEMBERS 5

/* One engine a process, its worker is the caller. */
struct balance_lab {
	struct dp dp;
	struct lab_port member[BALANCE_MEMBERS], host;
	uint64_t random;
	bool common; /* what is balanced is all IPv4 without a tag */
};
extern struct balance_lab lab;
extern const uint8_t balance_bond_mac[6];

/** Group set-up and tear-down of cmocka. */
int balance_set_up(void **state);
int balance_tear_down(void **state);

/** @return a number below, of a sequence that begins with lab.random */
uint32_t balance_draw(uint32_t below);

/** @return true in one case of n */
bool balance_one_in(uint32_t n);

/**
 * A frame of the host; perhaps in two pieces, or with a tag or a hash beside it.
 * @param odds percentage of frames that are anything but what is balanced
 */
struct rte_mbuf *balance_frame(unsigned int odds);

/** A view over n members; all of them but the current one have MACs of their own. */
struct dp_view *balance_view(enum bond_balance balance, uint8_t n, uint8_t current);

void balance_view_free(struct dp_view *view);

/** Take all buffers of the pool. @return them, for balance_give_back() */
struct rte_mbuf *balance_exhaust(void);
void balance_give_back(struct rte_mbuf *m);

#endif
