/* SPDX-License-Identifier: BSD-3-Clause */
/* damp.h - how long a member that keeps failing is to be left alone: back-off, window, decay. */
#ifndef DAMP_H
#define DAMP_H

#include <stdbool.h>
#include <stdint.h>

#define DAMP_MAX_COUNT 16

struct damp_options {
	uint32_t hold_ms;     /* the first hold; 0: members are never damped */
	uint32_t hold_max_ms; /* where doubling ends; at least hold_ms in effect */
	uint32_t count;     /* failures within the window that begin a hold, 1 to DAMP_MAX_COUNT */
	uint32_t window_ms; /* also how long a member must be quiet to lose one doubling */
};

/* What is remembered of one member. All zero is a member that never failed. Control thread. */
struct damp {
	bool held;
	uint64_t until;                  /* end of the hold, while held */
	uint64_t length;                 /* of the hold, ns */
	uint32_t level;                  /* doublings that the next hold will have */
	uint64_t last;                   /* the last failure, or the end of the last hold */
	uint32_t failures;               /* all so far */
	uint32_t holds;                  /* all so far */
	uint64_t failed[DAMP_MAX_COUNT]; /* when, by failures % DAMP_MAX_COUNT */
};

/**
 * The member failed.
 * @return true if a hold begins now: the count is reached within the window, or the member was held
 *         before and has not been quiet since for as many windows as it has doublings
 */
bool damp_failed(struct damp *d, const struct damp_options *o, uint64_t now);

/** It failed again while held: the hold begins anew, as long as it was. It must be quiet to end. */
void damp_failed_again(struct damp *d, uint64_t now);

/** The hold ends, be it over or not. */
void damp_release(struct damp *d, uint64_t now);

/** @return when the hold is over, UINT64_MAX: not held */
uint64_t damp_deadline(const struct damp *d);

#endif
