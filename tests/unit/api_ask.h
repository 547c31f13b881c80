/* SPDX-License-Identifier: BSD-3-Clause */
/* api_ask.h - ask the API of a fake daemon without a socket. */
#ifndef API_ASK_H
#define API_ASK_H

#include "api_int.h"
#include "fake_bondd.h"

extern struct bondd *ask_d;
extern struct api_load ask_load;
extern struct api_sub ask_sub;

/* Fixture of a test. */
int ask_setup(void **state);
int ask_teardown(void **state);

/* @return what a line is answered with, newline included, until the next call; "" for nothing */
const char *ask_octets(const char *line, size_t len);
const char *ask(const char *line);

/* @return the result of a method, to be released; fails the test when it is refused */
json_t *ask_result(const char *method, const char *params);

/* @return what is at "members.0.name" */
const json_t *ask_at(const json_t *o, const char *path);

/* Fail the test unless this JSON text is there. */
void ask_expect(const json_t *o, const char *path, const char *text);

#define CALL(method, params)                                                                       \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":" params "}"
#define REFUSED(code, message, id)                                                                 \
	"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" #code ",\"message\":\"" message                \
	"\"},\"id\":" id "}"

/** bond1 becomes a bond of m0, m1 ... in another mode. @return it */
struct bondd_bond *ask_bond(uint32_t mode, unsigned int members);

/** @param fields of flow.lookup for bond1, as JSON without brackets @return the answer */
json_t *ask_flow(const char *fields);

#endif
