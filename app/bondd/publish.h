/* SPDX-License-Identifier: BSD-3-Clause */
/* publish.h - hands the workers what all bonds look like now. */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "bondd.h"

/** Publish a view if any bond changed. Without memory, or with a stuck worker, a later turn does it. */
void publish_views(struct bondd *d);

#endif
