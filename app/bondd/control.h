/* SPDX-License-Identifier: BSD-3-Clause */
/* control.h - the control thread: brings bonds up, turns events into views, takes bonds down. */
#ifndef CONTROL_H
#define CONTROL_H

#include "bondd.h"

/**
 * Bring all bonds of d->conf up: members, host interfaces, first view. EAL, d->dp, d->loop and
 * d->events must be initialised.
 * @return 0 or -errno with a sentence; then everything is as before
 */
int control_start(struct bondd *d, struct conf_err *err);

/** Turn until d->stop. */
void control_run(struct bondd *d);

/** Take everything down and give it back; the workers are stopped by then or now. */
void control_stop(struct bondd *d);

#endif
