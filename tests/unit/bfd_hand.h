/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_hand.h - one BFD session against a neighbour made by hand; virtual time. */
#ifndef BFD_HAND_H
#define BFD_HAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bfd.h"

#define MSEC UINT64_C(1000000)
#define SEC  (1000 * MSEC)

extern struct bfd_session s;
extern uint64_t now;
extern struct bfd_frame them; /* what they say next; tests change it */
extern struct bfd_frame sent; /* what the session sent last */
extern unsigned int n_sent;

/* Between 10.0.0.1 and 10.0.0.2. */
struct bfd_config config(uint32_t interval_ms, uint8_t multiplier);

/* Begin with these settings, or with 10 ms and a multiplier of 3. */
void start_with(const struct bfd_config *c);
void start(void);

/* Take what the session sends now. */
void drain(void);

/* They send what is in them. @return what the session made of it */
enum bfd_parse hear(void);

/* They speak in this state, knowing us. */
void say(enum bfd_state state);

/* As far as state Up, with the neighbour at 10 ms as well, and the Poll Sequence over. */
void come_up(void);

/* Let time pass, doing what is due. */
void pass(uint64_t until);

#endif
