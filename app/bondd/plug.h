/* SPDX-License-Identifier: BSD-3-Clause */
/* plug.h - members whose device is pulled out of the running machine, and put back. */
#ifndef PLUG_H
#define PLUG_H

#include "bondd.h"

/*
 * A device that goes is reported by its driver, by vfio, which keeps the kernel waiting until we have
 * let go, or by the kernel; and once a second is looked whether it is there, as events of the kernel
 * do not reach every network namespace. Its member leaves the bond, without a farewell. Once the
 * kernel has had a device at that address for a second, the member is taken in again as at the start;
 * what stands in the way is tried again every second.
 */

/** Be told of devices that go. @param wake_fd an eventfd that is written to then */
void plug_start(int wake_fd);

void plug_stop(void);

/** Let members go whose device went, and come whose device came. Once a turn, before views. */
void plug_turn(struct bondd *d);

/** Forget the absent members of all bonds. */
void plug_close(struct bondd *d);

#endif
