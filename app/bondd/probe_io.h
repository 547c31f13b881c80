/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_io.h - the monitor by probes: what goes out, and what came in at all. */
#ifndef PROBE_IO_H
#define PROBE_IO_H

#include "bondd.h"

/** Tell the core how much each member has received; after the punted frames. Control thread. */
void probe_io_count(struct bondd_bond *b);

/** Send every probe that is due on any member. Control thread. */
void probe_io_send(struct bondd_bond *b);

#endif
