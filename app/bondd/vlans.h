/* SPDX-License-Identifier: BSD-3-Clause */
/* vlans.h - goes on to open filters of VLANs, a little in each turn. */
#ifndef VLANS_H
#define VLANS_H

#include "bondd.h"

/** Let VLANs in, see dp_port_let_vlans(), for two milliseconds at most. Once a turn. */
void vlans_turn(struct bondd *d);

#endif
