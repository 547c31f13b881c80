/* SPDX-License-Identifier: BSD-3-Clause */
/* api_dial.h - talk to the server of a fake daemon through its socket, turning its loop meanwhile. */
#ifndef API_DIAL_H
#define API_DIAL_H

#include "api_int.h"
#include "fake_bondd.h"

#define LIST  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bond.list\"}"
#define NAMES "{\"jsonrpc\":\"2.0\",\"result\":[\"bond0\",\"bond1\"],\"id\":1}"
#define GET   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bond.get\",\"params\":[\"bond0\"]}"
#define WATCH "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.subscribe\"}"

extern struct bondd *dial_d;
extern const struct bond_event dial_carrier_lost; /* of bond1 */

/* Fixture of a test: a daemon with its server open. */
int dial_setup(void **state);
int dial_teardown(void **state);

/* @return a new connection, not accepted yet */
int dial(void);

/* One turn of the daemon's loop, without waiting. */
void dial_turn(void);

/* Send all of it, with turns in between. @return false: the connection was closed */
bool dial_say_octets(int fd, const char *data, size_t len);
bool dial_say(int fd, const char *line);

/* @return the next line without its newline; NULL: the connection was closed before */
const char *dial_read_line(int fd);

/* Fail the test unless the next line is an error with this code. */
void dial_expect_code(int fd, int code);

/* Fail the test unless the connection is closed without another line; then close it, too. */
void dial_expect_closed(int fd);

/* Fail the test unless it is answered as ever. */
void dial_expect_service(int fd);

#endif
