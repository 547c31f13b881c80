/* SPDX-License-Identifier: BSD-3-Clause */
/* punt_io.h - frames that workers handed up, to the part of the core that they are for. */
#ifndef PUNT_IO_H
#define PUNT_IO_H

#include "bondd.h"

/** Hand in every frame that was punted on a member, before the timers run. Control thread. */
void punt_io_receive(struct bondd_bond *b);

#endif
