/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_internal.h - what the files of a BFD session ask of each other; nobody else includes it. */
#ifndef BFD_INTERNAL_H
#define BFD_INTERNAL_H

#include "bfd.h"

#define BFD_MSEC      UINT64_C(1000000)
#define BFD_FAREWELLS 3 /* packets that say AdminDown before silence */

/* bfd_session.c */

/** @return bfd.DesiredMinTxInterval: what packets say, though a Poll Sequence may hold it back */
uint32_t bfd_session_desired_us(const struct bfd_session *s);

/* bfd_output.c */

/** @return 64 bits of the session's own chance */
uint64_t bfd_session_chance(struct bfd_session *s);

/** The interval may have become shorter, or longer: move the next packet, counted from the last. */
void bfd_session_reschedule(struct bfd_session *s, uint64_t now);

#endif
