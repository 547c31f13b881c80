/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_csum.c - completes the partial checksums that virtual interfaces of the kernel hand over. */
#include <netinet/in.h>

#include "dp_headers.h"
#include "dp_path.h"

/*
 * The kernel leaves TCP and UDP checksums of its own packets to the hardware. Between a pair of
 * veth interfaces there is none: the field arrives with just the sum of the pseudo header, and
 * AF_XDP and AF_PACKET do not say so. A complete checksum equals that sum only by a chance of
 * 1 in 65536, and then computing it again changes nothing unless the frame was damaged.
 */

void
dp_csum_complete(struct rte_mbuf *m, const struct dp_headers *h)
{
	/* The field itself contributes the pseudo header. */
	const uint16_t sum = (uint16_t)~dp_sum_transport(m, h);

	*dp_csum_field(m, h) = sum == 0 && h->proto == IPPROTO_UDP ? 0xffff : sum;
}

bool
dp_csum_finish(struct rte_mbuf *m)
{
	struct dp_headers h;

	if (!dp_headers_find(m, &h) || *dp_csum_field(m, &h) != dp_sum_pseudo(m, &h))
		return false;
	dp_csum_complete(m, &h);
	return true;
}
