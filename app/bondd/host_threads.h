/* SPDX-License-Identifier: BSD-3-Clause */
/* host_threads.h - keeps the kernel's threads of vhost-net off the cores of the workers. */
#ifndef HOST_THREADS_H
#define HOST_THREADS_H

#include "bondd.h"

/**
 * Move the threads that copy frames between a virtio-user port and the kernel: they begin on the
 * core of who opened it. Says in the log what the kernel refuses. Control thread.
 */
void host_threads_place(const struct bondd_bond *b);

#endif
