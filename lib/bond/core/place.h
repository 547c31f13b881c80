/* SPDX-License-Identifier: BSD-3-Clause */
/* place.h - which member sends which bucket, so that no member is loaded more than need be. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "bond_view.h"

/* A placement, and what it is to be judged by. Pure: nothing else goes in. */
struct bond_place {
	uint32_t usable;                     /* slots that may have buckets */
	uint64_t capacity[BOND_MAX_MEMBERS]; /* of those, above 0; any unit, 2^40 at most */
	uint64_t base[BOND_MAX_MEMBERS];     /* octets a second that cannot be moved */
	uint64_t rate[BOND_BUCKETS];         /* octets a second */
	bool fixed[BOND_BUCKETS];            /* not to be moved, unless its member is lost */
	uint8_t bucket[BOND_BUCKETS];        /* slot; BOND_NONE: not placed yet */
};

/** Place all buckets that have no usable slot; others stay. @return how many those were */
unsigned int bond_place_lost(struct bond_place *p);

/**
 * Move buckets where that evens out the loads, as few as possible; none when there is little to be
 * gained.
 * @return how many moved
 */
unsigned int bond_place_improve(struct bond_place *p);

/**
 * How uneven a placement is: the standard deviation of what members carry for their capacity, in
 * parts of its mean.
 */
double bond_place_unevenness(const struct bond_place *p);

#endif
