/* SPDX-License-Identifier: BSD-3-Clause */
/* punt_alarm.h - tells when frames for the control thread are lost. */
#ifndef PUNT_ALARM_H
#define PUNT_ALARM_H

#include "bondd.h"

/**
 * Tell by an event of kind "punt" when frames of a member that were for the control thread are
 * dropped ("none" -> "dropping"), and when that has ended 10 s ago, with their number. Every turn; it
 * looks once a second.
 */
void punt_alarm(struct bondd_bond *b);

#endif
