/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_pdu.c - LACPDUs and Markers: bytes to structs and back, 802.1AX 6.4.2 and 6.5.3. */
#include <string.h>

#include "lacp.h"

#define ETHERTYPE_SLOW 0x8809
#define ETHERTYPE_VLAN 0x8100
#define VID_MASK       0x0fff

#define SUBTYPE_LACP   1
#define SUBTYPE_MARKER 2
#define SUBTYPE_LAST   10 /* organisation specific; above it is illegal */

/* Offsets from the first octet after the ethertype. */
#define PAYLOAD_SIZE  110
#define OFF_ACTOR     2
#define OFF_PARTNER   22
#define OFF_COLLECTOR 42
#define OFF_MARKER    2

#define INFO_LENGTH      20
#define COLLECTOR_LENGTH 16
#define MARKER_LENGTH    16

static uint16_t
get16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static void
put16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static struct lacp_info
get_info(const uint8_t *tlv)
{
	struct lacp_info i = {
		.sys_prio = get16(tlv + 2),
		.key = get16(tlv + 10),
		.port_prio = get16(tlv + 12),
		.port = get16(tlv + 14),
		.state = tlv[16],
	};

	memcpy(i.sys, tlv + 4, LACP_ADDR_SIZE);
	return i;
}

static void
put_info(uint8_t *tlv, uint8_t type, const struct lacp_info *i)
{
	tlv[0] = type;
	tlv[1] = INFO_LENGTH;
	put16(tlv + 2, i->sys_prio);
	memcpy(tlv + 4, i->sys, LACP_ADDR_SIZE);
	put16(tlv + 10, i->key);
	put16(tlv + 12, i->port_prio);
	put16(tlv + 14, i->port);
	tlv[16] = i->state;
}

static enum lacp_parse
parse_pdu(const uint8_t *payload, struct lacp_pdu *out)
{
	if (payload[OFF_ACTOR + 1] != INFO_LENGTH)
		return LACP_REFUSE_ACTOR_LENGTH;
	if (payload[OFF_PARTNER + 1] != INFO_LENGTH)
		return LACP_REFUSE_PARTNER_LENGTH;
	if (payload[OFF_COLLECTOR + 1] != COLLECTOR_LENGTH)
		return LACP_REFUSE_COLLECTOR_LENGTH;
	out->version = payload[1];
	out->actor = get_info(payload + OFF_ACTOR);
	out->partner = get_info(payload + OFF_PARTNER);
	out->collector_max_delay = get16(payload + OFF_COLLECTOR + 2);
	return LACP_PARSE_LACPDU;
}

static enum lacp_parse
parse_marker(const uint8_t *payload, struct lacp_marker *out)
{
	const uint8_t *tlv = payload + OFF_MARKER;

	if (tlv[0] != LACP_MARKER_INFORMATION && tlv[0] != LACP_MARKER_RESPONSE)
		return LACP_REFUSE_MARKER_TYPE;
	if (tlv[1] != MARKER_LENGTH)
		return LACP_REFUSE_MARKER_LENGTH;
	out->type = tlv[0];
	out->port = get16(tlv + 2);
	memcpy(out->sys, tlv + 4, LACP_ADDR_SIZE);
	out->transaction = (uint32_t)get16(tlv + 10) << 16 | get16(tlv + 12);
	return out->type == LACP_MARKER_INFORMATION ? LACP_PARSE_MARKER
						    : LACP_PARSE_MARKER_RESPONSE;
}

/* What follows the ethertype of a frame to Protocol_DA. */
static enum lacp_parse
parse_payload(const uint8_t *payload, size_t len, struct lacp_frame *out)
{
	if (len == 0)
		return LACP_REFUSE_SHORT;
	if (payload[0] == 0 || payload[0] > SUBTYPE_LAST)
		return LACP_REFUSE_SUBTYPE;
	if (payload[0] != SUBTYPE_LACP && payload[0] != SUBTYPE_MARKER)
		return LACP_PARSE_OTHER; /* their length is not ours to judge */
	if (len < PAYLOAD_SIZE)
		return LACP_REFUSE_SHORT;
	if (payload[0] == SUBTYPE_LACP)
		return parse_pdu(payload, &out->pdu);
	return parse_marker(payload, &out->marker);
}

enum lacp_parse
lacp_parse(const uint8_t *frame, size_t len, const uint8_t *da, struct lacp_frame *out)
{
	size_t type = 2 * LACP_ADDR_SIZE; /* offset of the ethertype */

	if (len < type + 2)
		return LACP_REFUSE_RUNT;
	if (memcmp(frame, da, LACP_ADDR_SIZE) != 0)
		return LACP_REFUSE_ADDRESS;
	if (get16(frame + type) == ETHERTYPE_VLAN) {
		if (len < type + 6)
			return LACP_REFUSE_RUNT;
		if (get16(frame + type + 2) & VID_MASK)
			return LACP_REFUSE_VLAN;
		type += 4; /* a priority tag says nothing about membership */
	}
	if (get16(frame + type) != ETHERTYPE_SLOW)
		return LACP_REFUSE_ETHERTYPE;
	memcpy(out->src, frame + LACP_ADDR_SIZE, LACP_ADDR_SIZE);
	return parse_payload(frame + type + 2, len - type - 2, out);
}

bool
lacp_parse_is_data(enum lacp_parse parse)
{
	return parse == LACP_REFUSE_ADDRESS || parse == LACP_REFUSE_VLAN;
}

const char *
lacp_parse_name(enum lacp_parse parse)
{
	static const char *const names[LACP_PARSE_REASONS] = {
		[LACP_PARSE_LACPDU] = "lacpdu",
		[LACP_PARSE_MARKER] = "marker",
		[LACP_PARSE_MARKER_RESPONSE] = "marker_response",
		[LACP_PARSE_OTHER] = "other_slow_protocol",
		[LACP_REFUSE_RUNT] = "runt",
		[LACP_REFUSE_ADDRESS] = "other_address",
		[LACP_REFUSE_VLAN] = "vlan",
		[LACP_REFUSE_ETHERTYPE] = "ethertype",
		[LACP_REFUSE_SUBTYPE] = "illegal_subtype",
		[LACP_REFUSE_SHORT] = "short",
		[LACP_REFUSE_ACTOR_LENGTH] = "actor_length",
		[LACP_REFUSE_PARTNER_LENGTH] = "partner_length",
		[LACP_REFUSE_COLLECTOR_LENGTH] = "collector_length",
		[LACP_REFUSE_MARKER_TYPE] = "marker_type",
		[LACP_REFUSE_MARKER_LENGTH] = "marker_length",
		[LACP_REFUSE_REFLECTION] = "reflection",
		[LACP_REFUSE_PORT_DISABLED] = "port_disabled",
		[LACP_REFUSE_LACP_DISABLED] = "lacp_disabled",
	};

	return (unsigned int)parse < LACP_PARSE_REASONS ? names[parse] : "unknown";
}

/* Everything up to the subtype's own fields; all reserved octets are zero. */
static uint8_t *
build_header(uint8_t *buf, const uint8_t *da, const uint8_t *sa, uint8_t subtype)
{
	uint8_t *payload = buf + 2 * LACP_ADDR_SIZE + 2;

	memset(buf, 0, LACP_FRAME_SIZE);
	memcpy(buf, da, LACP_ADDR_SIZE);
	memcpy(buf + LACP_ADDR_SIZE, sa, LACP_ADDR_SIZE);
	put16(buf + 2 * LACP_ADDR_SIZE, ETHERTYPE_SLOW);
	payload[0] = subtype;
	payload[1] = 1; /* version */
	return payload;
}

size_t
lacp_build_pdu(uint8_t *buf, const uint8_t *da, const uint8_t *sa, const struct lacp_pdu *pdu)
{
	uint8_t *payload = build_header(buf, da, sa, SUBTYPE_LACP);

	put_info(payload + OFF_ACTOR, 1, &pdu->actor);
	put_info(payload + OFF_PARTNER, 2, &pdu->partner);
	payload[OFF_COLLECTOR] = 3;
	payload[OFF_COLLECTOR + 1] = COLLECTOR_LENGTH;
	put16(payload + OFF_COLLECTOR + 2, pdu->collector_max_delay);
	return LACP_FRAME_SIZE;
}

size_t
lacp_build_marker(uint8_t *buf, const uint8_t *da, const uint8_t *sa,
		  const struct lacp_marker *marker)
{
	uint8_t *tlv = build_header(buf, da, sa, SUBTYPE_MARKER) + OFF_MARKER;

	tlv[0] = marker->type;
	tlv[1] = MARKER_LENGTH;
	put16(tlv + 2, marker->port);
	memcpy(tlv + 4, marker->sys, LACP_ADDR_SIZE);
	put16(tlv + 10, (uint16_t)(marker->transaction >> 16));
	put16(tlv + 12, (uint16_t)marker->transaction);
	return LACP_FRAME_SIZE;
}
