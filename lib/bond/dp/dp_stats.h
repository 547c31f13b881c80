/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_stats.h - one cache line of counters a worker and port, and one counter for each way to die. */
#ifndef DP_STATS_H
#define DP_STATS_H

#include <stdint.h>

#include <rte_common.h>

/* Why a frame was freed without having been sent. Names for users: dp_drop_name(). */
enum dp_drop {
	DP_DROP_RX_INACTIVE,    /* came in on a member that may not receive data (a backup) */
	DP_DROP_RX_HOST_DOWN,   /* came in while the host interface was administratively down */
	DP_DROP_RX_HOST_FULL,   /* the host port took no more */
	DP_DROP_PUNT_FULL,      /* the ring to the control thread was full */
	DP_DROP_TX_NO_MEMBER,   /* no member could send */
	DP_DROP_TX_MEMBER_FULL, /* the member's transmit queue took no more */
	DP_DROP_CTRL_REFUSED,   /* a control frame that the member took no more */
	DP_DROP_NO_BUFFER,      /* others referred to it, and there was no buffer for a copy */
	DP_DROP_UNFINISHED, /* a checksum or segmentation was left to us and could not be done */
	DP_DROPS
};

/*
 * Worker: rw, everyone else: ro, without any ordering. Frames received on all ports plus frames
 * injected by the control thread plus copies made plus segments equal frames sent plus punted plus
 * dropped plus merged plus segmented.
 */
struct dp_counters {
	uint64_t rx_packets;
	uint64_t rx_bytes; /* of sums only: the driver counts octets, no worker looks into frames */
	uint64_t tx_packets;
	uint64_t tx_bytes;      /* likewise */
	uint64_t punted;        /* handed to the control thread */
	uint64_t injected;      /* taken from the control thread */
	uint64_t copied;        /* further references made by broadcast */
	uint64_t csum_finished; /* partial checksums completed in software */
	uint64_t segmented;     /* large packets that were cut in software, */
	uint64_t segments;      /* and what became of them */
	uint64_t merged;    /* frames that became part of another before they entered the kernel */
	uint64_t waited;    /* found no room at once: sent or dropped later */
	uint64_t rx_nombuf; /* of sums only, by the driver: receive queues found no buffers */
	uint64_t drop[DP_DROPS];
} __rte_cache_aligned;

/** @return the name of a reason as the API prints it, e.g. "tx_no_member" */
const char *dp_drop_name(enum dp_drop reason);

/** Add one worker's counters to a sum. @param sum updated @param add read without ordering */
void dp_counters_add(struct dp_counters *sum, const struct dp_counters *add);

#endif
