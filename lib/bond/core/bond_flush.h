/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_flush.h - what a member remembers while Markers wait for the frames before them. */
#ifndef BOND_FLUSH_H
#define BOND_FLUSH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Frames that were received before a Marker are on their way through the workers while the Marker
 * is in our hands. They are delivered once every worker has emptied its queues, that is once a
 * number of views, all the same, has been applied.
 */
struct bond_flush {
	uint64_t generation; /* of the view to wait for */
	unsigned int rounds; /* views to be applied, 0: nothing waits */
	uint32_t seq;        /* Markers up to this one wait for them */
	bool again;          /* others came meanwhile ... */
	uint32_t again_seq;  /* ... up to this one */
};

#endif
