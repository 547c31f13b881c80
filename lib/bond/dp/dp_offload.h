/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_offload.h - what is left to hardware on the way: asked for, done in software, or merged. */
#ifndef DP_OFFLOAD_H
#define DP_OFFLOAD_H

#include "dp_headers.h"
#include "dp_path.h"

/*
 * A frame asks for something to be done before it is on the wire by transmit flags in its mbuf: a
 * checksum (with the sum of the pseudo header in its place, the length included), segmentation, or a
 * tag. A port whose driver does that is told by these flags; for others dp_send_with_care() does it.
 */
#define DP_ASKS                                                                                    \
	(RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_IP_CKSUM |                  \
	 RTE_MBUF_F_TX_VLAN)

/* Of a received frame: its checksum is no more than the sum of the pseudo header, but it is whole. */
static inline bool
dp_is_partial(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_NONE;
}

/** Make a frame ask for what its driver says is missing: a checksum, segmentation. */
void dp_ask(struct rte_mbuf *m, const struct dp_headers *h, uint64_t what);

/**
 * The same for what its receive flags say: a partial checksum, a packet of several segments.
 * @return false: something is missing, but not of a kind of packet that we know; it is as it was
 */
bool dp_ask_missing(struct rte_mbuf *m);

/**
 * Frames of a port that hands over unfinished ones, such as the kernel's: those then ask for what
 * they miss. Those that are no TCP or UDP packet are dropped.
 * @return how many are left in pkt[]
 */
uint16_t
dp_ask_for_missing(struct dp_worker *w, struct dp_port *port, struct rte_mbuf **pkt, uint16_t n);

/* A large TCP packet that is being cut. */
struct dp_gso {
	struct dp_headers h;
	struct rte_mbuf *whole;
	struct rte_mempool *pool;
	struct rte_mbuf *from; /* where the next octet of payload is */
	uint32_t from_at;
	uint32_t done; /* octets of payload that have left */
	uint16_t mss;
	uint16_t number; /* of the next segment */
	uint16_t pseudo; /* sum of the pseudo header without its length */
	bool complete;   /* the checksums too; else segments ask for them */
};

/** Begin. @param complete checksums in software @return false: no TCP packet with payload */
bool
dp_gso_begin(struct dp_gso *g, struct rte_mbuf *whole, struct rte_mempool *pool, bool complete);

/** @return the next segment, a copy in one buffer or a chain; NULL: all is done, or no buffers */
struct rte_mbuf *dp_gso_next(struct dp_gso *g);

/** @return has all payload left? */
static inline bool
dp_gso_done(const struct dp_gso *g)
{
	return g->done == g->h.payload;
}

/**
 * A burst on its way to a kernel that takes large TCP packets and partial checksums: segments of a
 * connection that follow each other become one (if merge), and checksums that are known to be right
 * need not be looked at again. What has a wrong one is left for the kernel to count.
 * @return how many are left in pkt[], in order; *merged: how many became part of another
 */
uint16_t dp_gro(struct rte_mbuf **pkt, uint16_t n, bool merge, uint64_t *merged);

#endif
