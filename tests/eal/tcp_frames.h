/* SPDX-License-Identifier: BSD-3-Clause */
/* tcp_frames.h - TCP packets made to order, and looked at when they come out. */
#ifndef TCP_FRAMES_H
#define TCP_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "dp_headers.h"

/* What to make. Zero is a plain one over IPv4 without a tag. */
struct tcp_frame {
	bool ipv6;
	unsigned int tags;
	uint16_t vlan;
	uint16_t port; /* tells connections apart */
	uint32_t seq;  /* also where in the stream the payload is from */
	uint32_t payload;
	uint16_t id;     /* of IPv4 */
	uint8_t tos;     /* class and congestion mark */
	uint8_t flags;   /* 0: ACK */
	uint8_t options; /* 0 or 12 octets */
	bool may_fragment;
	uint16_t piece; /* octets of a segment of the mbuf; 0: as many as fit */
};

/** @return a frame with the right checksum */
struct rte_mbuf *tcp_make(struct rte_mempool *pool, const struct tcp_frame *f);

/** As the kernel hands it over: its checksum partial and, with an mss, to be cut. */
void tcp_unfinish(struct rte_mbuf *m, uint16_t mss);

/** Fail unless every header is right, the checksum is (or is partial, if so wanted), and the payload
 *  is that of the stream. @return its headers */
struct dp_headers tcp_check(const struct rte_mbuf *m, bool partial);

/** @return sequence number */
uint32_t tcp_seq(const struct rte_mbuf *m);

#endif
