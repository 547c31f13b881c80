/* SPDX-License-Identifier: BSD-3-Clause */
/* buffer_alarm.h - tells when packet buffers are short, and what to do about it. */
#ifndef BUFFER_ALARM_H
#define BUFFER_ALARM_H

#include "bondd.h"

#define BUFFER_ALARM_SHARE 16 /* fewer free buffers than this part of all are few */

/**
 * Tell by an event of kind "buffers" when a receive queue of a member or host finds no buffers
 * ("enough" -> "missing"), by a warning when few are free, and when that has ended 10 s ago. Every
 * turn; it looks once a second.
 */
void buffer_alarm(struct bondd *d);

#endif
