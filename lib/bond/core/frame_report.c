/* SPDX-License-Identifier: BSD-3-Clause */
/* frame_report.c - builds reports of multicast groups: IGMP and MLD, in every version. */
#include <string.h>

#include "frame_write.h"

#define IGMP        2
#define HOP_BY_HOP  0
#define ICMP6       58
#define IS_EXCLUDE  2 /* record: all sources but those listed, of which there are none */
#define IGMP_V1     0x12
#define IGMP_V2     0x16
#define IGMP_V3     0x22
#define MLD_V1      131
#define MLD_V2      143
#define IPV4_LENGTH 24 /* with the router alert option */

static size_t
igmp_message(const struct bond_group *g, uint8_t message[16])
{
	const bool v3 = g->version >= 3;
	const uint8_t type = g->version == 1 ? IGMP_V1 : v3 ? IGMP_V3 : IGMP_V2;
	uint8_t *at = message;

	memset(message, 0, 16);
	*at = type;
	at += v3 ? 7 : 4;
	if (v3) {
		*at++ = 1; /* record */
		*at = IS_EXCLUDE;
		at += 4;
	}
	at = frame_put(at, g->ip.octet, 4);
	frame_put16(message + 2, frame_checksum(0, message, at));
	return (size_t)(at - message);
}

static size_t
igmp(const uint8_t mac[6], const struct bond_group *g, uint8_t *frame)
{
	static const uint8_t v3_routers[] = {224, 0, 0, 22};
	const uint8_t *dst = g->version >= 3 ? v3_routers : g->ip.octet;
	const uint8_t dst_mac[] = {0x01, 0x00, 0x5e, dst[1] & 0x7f, dst[2], dst[3]};
	uint8_t message[16];
	const size_t len = igmp_message(g, message);
	/* version 4, six words; internetwork control; do not fragment; one hop */
	const uint8_t head[] = {0x46, 0xc0, 0, (uint8_t)(IPV4_LENGTH + len), 0, 0, 0x40, 0, 1,
				IGMP, 0,    0};
	static const uint8_t router_alert[] = {0x94, 4, 0, 0};
	uint8_t *ip = frame_begin(frame, dst_mac, mac, &g->tags, FRAME_IPV4), *at = ip;

	at = frame_put(at, head, sizeof(head));
	at = frame_put(frame_put(at, g->source.octet, 4), dst, 4);
	at = frame_put(at, router_alert, sizeof(router_alert));
	frame_put16(ip + 10, frame_checksum(0, ip, at));
	return frame_end(frame, frame_put(at, message, len), &g->tags);
}

static size_t
mld(const uint8_t mac[6], const struct bond_group *g, uint8_t *frame)
{
	static const uint8_t v2_routers[16] = {0xff, 0x02, [15] = 0x16};
	/* hop-by-hop options: ICMPv6 follows; router alert for MLD; padding */
	static const uint8_t options[] = {ICMP6, 0, 5, 2, 0, 0, 1, 0};
	/* one record, with none of its sources */
	static const uint8_t v2[] = {MLD_V2, 0, 0, 0, 0, 0, 0, 1, IS_EXCLUDE, 0, 0, 0};
	static const uint8_t v1[] = {MLD_V1, 0, 0, 0, 0, 0, 0, 0};
	const bool is_v2 = g->version >= 2;
	const size_t head = is_v2 ? sizeof(v2) : sizeof(v1);
	const uint8_t *dst = is_v2 ? v2_routers : g->ip.octet;
	const uint8_t dst_mac[] = {0x33, 0x33, dst[12], dst[13], dst[14], dst[15]};
	uint8_t *at = frame_begin(frame, dst_mac, mac, &g->tags, FRAME_IPV6), *addresses, *message;

	at = frame_put_ipv6(at, g->source.octet, dst, HOP_BY_HOP, 1,
			    (uint16_t)(sizeof(options) + head + 16));
	addresses = at - 32;
	message = frame_put(at, options, sizeof(options));
	at = frame_put(frame_put(message, is_v2 ? v2 : v1, head), g->ip.octet, 16);
	frame_finish_icmp6(addresses, message, at);
	return frame_end(frame, at, &g->tags);
}

size_t
bond_frame_report(const uint8_t mac[6], const struct bond_group *group, uint8_t *frame)
{
	return group->ip.v6 ? mld(mac, group, frame) : igmp(mac, group, frame);
}
