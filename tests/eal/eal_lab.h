/* SPDX-License-Identifier: BSD-3-Clause */
/* eal_lab.h - EAL without hugepages and ports made of rings, for tests of the data path. */
#ifndef EAL_LAB_H
#define EAL_LAB_H

#include <stdint.h>

#include "dp.h"

#define LAB_WORKER_LCORE 1

/* A port whose wire is a pair of rings: what we put into "in" it receives, "out" is what it sent. */
struct lab_port {
	struct rte_ring *in, *out;
	struct dp_port *port;
};

/** Initialise EAL once: main lcore 0, worker lcores 1 and 2, on any core. @return 0 or -1 */
int lab_eal(void);

/**
 * Begin EAL, if need be, and an engine.
 * @param n_workers 1 or 2, on lcores from LAB_WORKER_LCORE on @param sleep they do while idle
 * @param n_mbufs frames in its pool
 * @return 0 or -1
 */
int lab_begin(struct dp *dp, unsigned int n_workers, bool sleep, unsigned int n_mbufs);

/** End the engine, after its ports. @return 0, -1: frames were lost */
int lab_end(struct dp *dp);

/**
 * Make a port of rings.
 * @param name unique in the process
 * @param out_size frames that the wire holds before the port refuses more; a power of two
 */
void lab_port_open(struct dp *dp, struct lab_port *p, const char *name, unsigned int out_size);

/** Close it; frames left on its wire are freed. */
void lab_port_close(struct lab_port *p);

/**
 * Begin, with members "m0", "m1" ... and a host port "h", in one worker. @param wire as out_size
 * @return as lab_begin()
 */
int lab_open(struct dp *dp, struct lab_port *member, uint8_t n, struct lab_port *host,
	     unsigned int wire);

/** End what lab_open() began. @return as lab_end() */
int lab_close(struct dp *dp, struct lab_port *member, uint8_t n, struct lab_port *host);

/** @return a frame of len octets, type 0x0800, numbered so that octet 5 of the source varies */
struct rte_mbuf *lab_frame(struct dp *dp, uint16_t len, uint32_t number);

/** A view of one bond: n members in slots 0.., all sending and receiving, and a host. */
struct dp_view *
lab_view(enum bond_spread spread, struct lab_port *member, uint8_t n, struct lab_port *host);

/** Publish, then wait until no worker can hold the former view. */
void lab_publish(struct dp *dp, struct dp_view *view);

/** Take everything off a wire. @return frames freed */
unsigned int lab_drain(struct rte_ring *wire);

#endif
