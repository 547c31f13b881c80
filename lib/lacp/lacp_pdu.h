/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_pdu.h - LACPDUs and Markers as bytes and as structs; included by lacp.h. */
#ifndef LACP_PDU_H
#define LACP_PDU_H

/* What a received frame is. All but the first three are refusals, each with its counter. */
enum lacp_parse {
	LACP_PARSE_LACPDU,
	LACP_PARSE_MARKER,
	LACP_PARSE_MARKER_RESPONSE,
	LACP_PARSE_OTHER,             /* subtype 3..10: for another client of the slow protocols */
	LACP_REFUSE_RUNT,             /* shorter than its own headers */
	LACP_REFUSE_ADDRESS,          /* not to Protocol_DA: data */
	LACP_REFUSE_VLAN,             /* in a VLAN: data */
	LACP_REFUSE_ETHERTYPE,        /* to Protocol_DA, but no slow protocol */
	LACP_REFUSE_SUBTYPE,          /* 0 or above 10 */
	LACP_REFUSE_SHORT,            /* fewer than 110 octets after the ethertype */
	LACP_REFUSE_ACTOR_LENGTH,     /* of the Actor TLV, not 20 */
	LACP_REFUSE_PARTNER_LENGTH,   /* of the Partner TLV, not 20 */
	LACP_REFUSE_COLLECTOR_LENGTH, /* of the Collector TLV, not 16 */
	LACP_REFUSE_MARKER_TYPE,      /* neither Marker nor Marker Response */
	LACP_REFUSE_MARKER_LENGTH,    /* of the Marker TLV, not 16 */
	LACP_REFUSE_REFLECTION,       /* our own LACPDU came back */
	LACP_REFUSE_PORT_DISABLED,    /* an LACPDU before the link is up */
	LACP_REFUSE_LACP_DISABLED,    /* an LACPDU on a port that does not run LACP */
};
#define LACP_PARSE_REASONS 18

struct lacp_pdu {
	struct lacp_info actor;
	struct lacp_info partner;
	uint16_t collector_max_delay; /* units of 10 us */
	uint8_t version;              /* as received; never judged */
};

enum lacp_marker_type { LACP_MARKER_INFORMATION = 1, LACP_MARKER_RESPONSE = 2 };

struct lacp_marker {
	uint8_t type; /* enum lacp_marker_type */
	uint16_t port;
	uint8_t sys[LACP_ADDR_SIZE];
	uint32_t transaction;
};

/* A parsed frame; pdu or marker is valid as the result of lacp_parse() says. */
struct lacp_frame {
	uint8_t src[LACP_ADDR_SIZE];
	struct lacp_pdu pdu;
	struct lacp_marker marker;
};

/**
 * Read a frame, 6.4.2.3 and 6.5.3. Pure. Version, TLV types, reserved octets and whatever follows
 * the Collector TLV are not judged, so that version 2 LACPDUs pass.
 * @param frame from the destination address on
 * @param len of the frame without FCS
 * @param da Protocol_DA of the port
 * @param out written when the frame is an LACPDU, a Marker or a Marker Response
 * @return what it is; never one of the last three reasons, which lacp_input() adds
 */
enum lacp_parse
lacp_parse(const uint8_t *frame, size_t len, const uint8_t *da, struct lacp_frame *out);

/** @return true when the frame belongs to the data path, whatever its ethertype */
bool lacp_parse_is_data(enum lacp_parse parse);

/** @return "lacpdu", "marker", ..., a name for each value of enum lacp_parse */
const char *lacp_parse_name(enum lacp_parse parse);

/** Write an LACPDU version 1 frame. @param buf LACP_FRAME_SIZE bytes @return LACP_FRAME_SIZE */
size_t
lacp_build_pdu(uint8_t *buf, const uint8_t *da, const uint8_t *sa, const struct lacp_pdu *pdu);

/** Write a Marker frame. @param buf LACP_FRAME_SIZE bytes @return LACP_FRAME_SIZE */
size_t lacp_build_marker(uint8_t *buf, const uint8_t *da, const uint8_t *sa,
			 const struct lacp_marker *marker);

#endif
