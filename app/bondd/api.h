/* SPDX-License-Identifier: BSD-3-Clause */
/* api.h - the JSON-RPC socket of the daemon: what the daemon calls. */
#ifndef API_H
#define API_H

#include <stdint.h>
#include <stdio.h>

struct api;
struct bondd;
struct conf_err;

/*
 * One JSON text a line over a Unix stream socket, JSON-RPC 2.0. Everything runs on the control
 * thread, from the sources that it adds to d->loop; one turn of the loop spends about a
 * millisecond on requests at most, the rest waits for the next turn.
 */

/**
 * Listen on d->socket_path with the mode and group of d->conf->telemetry, and listen to d->events.
 * The loop and the event log must be initialised. A socket that a dead daemon left is replaced.
 * @param api where to write it, to be closed with api_close()
 * @param d must outlive it
 * @param err a sentence with the path when the result is not 0
 * @return 0; -EADDRINUSE: a living daemon listens there; -ENOENT: no such group; or -errno
 */
int api_open(struct api **api, struct bondd *d, struct conf_err *err);

/** Disconnect every client, stop listening, remove the socket. @param api may be NULL */
void api_close(struct api *api);

/**
 * Run what is due: the load of the workers, clients that do not go away. Call it every turn;
 * it acts once a second. @param now ns, of loop_now()
 */
void api_tick(struct api *api, uint64_t now);

/** Write the reference of all methods: docs/api.md. */
void api_print_doc(FILE *f);

#endif
