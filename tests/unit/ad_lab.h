/* SPDX-License-Identifier: BSD-3-Clause */
/* ad_lab.h - bonds in mode 802.3ad, wired to each other, with workers that are late; virtual time. */
#ifndef AD_LAB_H
#define AD_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bond.h"

/*
 * After every step all that must always be true is asserted, see ad_check.c. A published view is
 * used by some workers at once and by all of them lab.view_delay later. Times are milliseconds.
 */

#define LAB_SIDES   3
#define LAB_MEMBERS 4 /* of a side; member n of side s has slot n, unless it was taken out */
#define LAB_WIRES   8
#define LAB_EVENTS  4096
#define LAB_VIEWS   64

struct lab_event {
	uint64_t at; /* ms */
	char member[BOND_NAME_SIZE], kind[16], from[48], to[48], reason[192], first[64], line[224];
	enum bond_severity severity;
};

/* What was said of a member by events and on the wire: it must be continued. */
struct lab_told {
	char role[8], rx[24], mux[32], alarm[32];
	uint8_t state; /* of the last LACPDU */
	unsigned int pdus;
	uint64_t pdu_at;        /* of the last one */
	unsigned int responses; /* to Markers */
	uint64_t response_at;   /* ms, of the last one */
};

struct lab_side {
	struct bond b;
	struct bond_options options; /* for lab_start() */
	struct bond_view
		view[LAB_VIEWS];        /* [0]: all workers have it; the others are on their way */
	uint64_t applied_at[LAB_VIEWS]; /* ns */
	unsigned int n_views;
	unsigned int n_applied; /* views that all workers came to use */
	struct lab_told told[BOND_MAX_MEMBERS];
	struct lab_event event[LAB_EVENTS]; /* the first so many */
	unsigned int n_events;
	unsigned int notifications; /* rounds */
	uint32_t notified;          /* members of the last one */
};

struct lab_wire {
	uint8_t side[2], slot[2];
	bool carrier;
	bool mute[2]; /* frames from that end are lost */
};

struct lab {
	struct lab_side side[LAB_SIDES];
	struct lab_wire wire[LAB_WIRES];
	unsigned int n_sides, n_wires;
	uint64_t now;        /* ns */
	uint64_t view_delay; /* ns */
	uint32_t speed[LAB_WIRES];
};

extern struct lab lab;

#define A (&lab.side[0])
#define B (&lab.side[1])
#define C (&lab.side[2])

/** Defaults: two sides, lacp_rate fast; change lab.side[].options, then lab_start(). */
int lab_setup(void **state);

/** Make the bonds, without members. @param n sides */
void lab_start(unsigned int n);

/** Member options of member n of a side. */
struct bond_member_options lab_member_options(const struct lab_side *s, unsigned int n);

/** A new wire between new members of two sides, carrier on. @return its number */
unsigned int lab_wire(struct lab_side *x, struct lab_side *y);

/** lab_start(2) and n wires between A and B. */
void lab_pair(unsigned int n);

/** Let time pass. */
void lab_go(uint64_t ms);

/** What has to be done after a call that was made directly: publish, send. */
void lab_settle(void);

/** Pull a cable, or put it back. */
void lab_carrier(unsigned int wire, bool carrier);

/** Change the options of a bond as they are in force. */
#define lab_set(s, field, value)                                                                   \
	do {                                                                                       \
		struct bond_options o_ = (s)->b.options;                                           \
		o_.field = (value);                                                                \
		assert_int_equal(bond_set_options(&(s)->b, &o_, lab.now), 0);                      \
		lab_settle();                                                                      \
	} while (0)

/** What is always true of a bond whose view is published; ad_check.c. */
void lab_check(const struct lab_side *s);

/** An LACPDU just left: is it true of the workers? */
void lab_check_pdu(struct lab_side *s, uint8_t slot, const uint8_t *octets);

/** The clock, ms. */
uint64_t lab_ms(void);

/** The view that was published last. */
const struct bond_view *lab_view(const struct lab_side *s);

/** First event of that kind at or after a time. @param to NULL: any. @return NULL: none */
const struct lab_event *
lab_event(const struct lab_side *s, const char *kind, const char *to, uint64_t since);

const struct lacp_port *lab_port(const struct lab_side *s, uint8_t slot);

/** Let time pass until a member is or is not distributing. @return ms that took; fails after limit */
uint64_t lab_until(struct lab_side *s, uint8_t slot, bool distributing, uint64_t limit);

#define LAB_TEST(f) cmocka_unit_test_setup(f, lab_setup)

#endif
