/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_lab.h - several LACP systems on simulated wires: delay, loss, one way, replugged, restarted. */
#ifndef LACP_LAB_H
#define LACP_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lacp_internal.h"

/*
 * Virtual time: what arrives is handed in before timers run, and the clock jumps from event to
 * event. Ports are numbered from 1, systems and wires from 0, times are milliseconds.
 * After every event each system is held to its invariants, to three LACPDUs a second and port, and
 * to one open aggregator.
 */

#define LAB_SYSTEMS   3
#define LAB_PORTS     4
#define LAB_WIRES     8
#define LAB_FRAMES    512 /* under way at once */
#define LAB_UNUSED(x) (void)(x)

struct lab_end {
	unsigned int sys, port;
};

struct lab_frame {
	uint64_t at; /* when it arrives */
	uint64_t n;  /* order of sending */
	unsigned int wire, to;
	uint8_t raw[LACP_FRAME_SIZE];
};

struct lab_wire {
	bool used, up;
	struct lab_end end[2];
	uint64_t delay;       /* ms */
	uint32_t loss[2];     /* of a million, from end 0, from end 1 */
	bool mute[2];         /* nothing from that end arrives */
	unsigned int drop[2]; /* that many LACPDUs from that end are lost */
	uint64_t last_pdu[2]; /* when one from that end arrived */
};

struct lab_port {
	struct lacp_port_config config;
	bool rx_open, tx_open;
	bool rx_want, tx_want;
	uint64_t path_at;
	uint64_t sent[3]; /* times of the last LACPDUs, the newest first */
	uint64_t n_sent;
};

struct lab_system {
	bool used;
	struct lacp_config config;
	struct lacp_system sys;
	struct lab_port port[LAB_PORTS + 1];
	uint64_t path_delay; /* ms */
};

struct lab {
	uint64_t now; /* ns */
	uint64_t random;
	uint64_t frames_sent;
	struct lab_system sys[LAB_SYSTEMS];
	struct lab_wire wire[LAB_WIRES];
	struct lab_frame frame[LAB_FRAMES];
	unsigned int n_frames;
	/* Data that passed a collector, and answered Marker requests; hooks of a test. */
	void (*on_data)(unsigned int sys, unsigned int port, const uint8_t *raw);
	void (*on_marker)(unsigned int sys, unsigned int port, uint32_t transaction, bool answered);
};

extern struct lab lab;

/** Defaults: system i has the System ID 02:..:0(i+1), key 0x10 * (i+1), ports (10 * i) + 1 on. */
int lab_setup(void **state);

/** Start a system with n ports, links down; again: the process was killed and starts anew. */
void lab_start(unsigned int sys, unsigned int n);

struct lacp_port *lab_port(unsigned int sys, unsigned int port);

/** Plug a wire. @return its number */
unsigned int
lab_plug(unsigned int sys_a, unsigned int port_a, unsigned int sys_b, unsigned int port_b);

/** Links of both ends rise or fall. */
void lab_link(unsigned int wire, bool up);

/** Change one end of a wire: both links fall, what is under way is lost, links rise. */
void lab_replug(unsigned int wire, unsigned int end, unsigned int sys, unsigned int port);

void lab_configure(unsigned int sys);
void lab_go(uint64_t msec);
uint64_t lab_ms(void);
void lab_drain(void);

/** Send something else on a port, in order with LACPDUs. */
void lab_send(unsigned int sys, unsigned int port, const uint8_t *raw);

/** Is the data path of the port open both ways? */
bool lab_carries(unsigned int sys, unsigned int port);
uint8_t lab_state(unsigned int sys, unsigned int port);

/** @return a number in [0, n), the same in every run */
uint32_t lab_random(uint32_t n);

#define LAB_TEST(f) cmocka_unit_test_setup(f, lab_setup)

#endif
