/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_bench.h - a device under test, ports D1 to D4, and a frame generator, T1 to T4, in virtual time. */
#ifndef LACP_BENCH_H
#define LACP_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lacp_internal.h"

/*
 * Every frame that the device sends passes bench_sent(), which holds it to what is true of every
 * LACPDU in every test: its fixed octets, three in any second, nothing while the link is down,
 * COL only with an open receive path, DIST=0 only with a closed transmit path.
 *
 * Ports are numbered from 1. Times are milliseconds since the start of the bench.
 */

#define BENCH_PORTS     4
#define BENCH_SENT      20000
#define BENCH_TRACES    40000
#define FULL            0x3d /* state of a tester in sync */
#define BENCH_UNUSED(x) (void)(x)

struct bench_frame {
	uint64_t at;
	unsigned int port;
	bool is_pdu;
	struct lacp_pdu pdu;
	struct lacp_marker marker;
	uint8_t raw[LACP_FRAME_SIZE];
};

struct bench_trace {
	uint64_t at;
	unsigned int port; /* 0: the system */
	enum lacp_machine machine;
	char from[24], to[24], reason[64];
};

struct bench_port {
	struct lacp_port_config config; /* as given to lacp_port_add() */
	bool rx_open, tx_open;          /* the data path as it really is */
	bool rx_want, tx_want;
	uint64_t path_at; /* when it will be as wanted */
	bool tx_full;     /* transmission fails */
	/* The tester behind the port. */
	struct lacp_info tester; /* identity; state is what it sends on its own */
	uint64_t every;          /* ms between those, 0: silent */
	uint64_t next;
};

struct bench {
	struct lacp_system sys;
	struct lacp_config config;
	uint64_t now;        /* ns */
	uint64_t path_delay; /* ms */
	bool flush_later;    /* the hook marker_flush answers false */
	struct bench_port port[BENCH_PORTS + 1];
	struct bench_frame sent[BENCH_SENT];
	size_t n_sent;
	struct bench_trace trace[BENCH_TRACES];
	size_t n_traces;
	uint32_t flush_seq;
	unsigned int done, timed_out; /* Marker requests that ended */
	uint32_t done_transaction;
};

extern struct bench bench;

/** Default configuration of the conformance table; change bench.config, then bench_start(). */
int bench_setup(void **state);

/** State OFF: ports 1 to n exist, links down. */
void bench_start(unsigned int n);

struct lacp_port *dut(unsigned int d);
void dut_link(unsigned int d, bool up);
void dut_configure(void); /* bench.config */

/** The clock now, ms. */
uint64_t ms(void);

/** Let that much time pass; what the tester sends comes before timers due at the same instant. */
void go(uint64_t msec);
void go_to(uint64_t msec);

/** Take all frames that the device wants to send now. */
void drain(void);

/** An LACPDU of tester d with actor state a that echoes what the device sent last. */
struct lacp_pdu says(unsigned int d, uint8_t a);

/** The same with a partner part of zeroes: the tester knows nothing yet. */
struct lacp_pdu says_first(unsigned int d, uint8_t a);

void tell(unsigned int d, const struct lacp_pdu *pdu);
enum lacp_parse tell_raw(unsigned int d, const uint8_t *frame, size_t len);

/** tell() what says() makes. */
void hear(unsigned int d, uint8_t a);
void hear_first(unsigned int d, uint8_t a);

/** Named initial states. */
void make_exp0(unsigned int d);
void make_defd(unsigned int d);
void make_wait(unsigned int d);
void make_att(unsigned int d);
void make_up(unsigned int d); /* UP or UP/S, by bench.config.fast; the tester goes on */
void make_up2(void);          /* UP on D1 and D2 */

/** The tester's own LACPDUs: state a, every so many ms, the first one after that time. */
void tester_every(unsigned int d, uint8_t a, uint64_t msec);

/** The tester becomes in sync on a port that waits or is attached, and stays so. */
void sync_up(unsigned int d);

/** Is the data path of a port open both ways, and told so? */
bool carries(unsigned int d);

/** Last frame sent on a port; fails when there is none. */
const struct bench_frame *last(unsigned int d);

/** The n-th LACPDU sent on d at or after a time, counting from 0; NULL: none. */
const struct bench_frame *sent_since(unsigned int d, uint64_t msec, unsigned int n);

/** How many LACPDUs were sent on d in [from, to). */
unsigned int pdus(unsigned int d, uint64_t from, uint64_t to);

/** How many Marker frames of that type. */
unsigned int markers(unsigned int d, uint8_t type, uint64_t from, uint64_t to);

/** Did a machine of port d enter that state at or after a time? */
unsigned int entered(unsigned int d, enum lacp_machine machine, const char *to, uint64_t since);

/** Assert that exactly one LACPDU is sent within 350 ms from now, or none. */
void expect_reply(unsigned int d);
void expect_silence(unsigned int d);

#define assert_state(d, a) assert_int_equal(dut(d)->actor.state, a)
#define assert_last(d, a)  assert_int_equal(last(d)->pdu.actor.state, a)

/** One row of a test table, in cmocka. */
#define BENCH_TEST(f) cmocka_unit_test_setup(f, bench_setup)

#endif
