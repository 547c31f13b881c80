/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_io.h - balance-tlb and balance-alb between the data path and the core. */
#ifndef BALANCE_IO_H
#define BALANCE_IO_H

#include "bondd.h"

/*
 * All of it belongs to the control thread and does nothing in other modes.
 */

/** Make room for clients and for counters of load, right after bond_init(). @return 0, -ENOMEM */
int balance_io_open(struct bondd_bond *b);

/** Give that back. Only when no worker can still see it. */
void balance_io_close(struct bondd_bond *b);

/** ARP and ND of the host that workers punted: on their way again, in order. */
void balance_io_receive(struct bondd_bond *b);

/** Measure what was sent, when that is due; before the views are published. */
void balance_io_measure(struct bondd_bond *b);

/** Send what the core wants to say of its own. */
void balance_io_send(struct bondd_bond *b);

#endif
