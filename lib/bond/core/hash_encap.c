/* SPDX-License-Identifier: BSD-3-Clause */
/* hash_encap.c - looks through tags, tunnels and extension headers for the innermost flow. */
#include <stddef.h>

#include "bond_hash_flow.h"

#define MOST_HEADERS 15 /* looked through; what is below them counts for nothing */

#define GRE_CHECKSUM 0x8000 /* RFC 2784, RFC 2890 */
#define GRE_ROUTING  0x4000
#define GRE_KEY      0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_ACK      0x0080 /* version 1: RFC 2637 */
#define GRE_VERSION  0x0007

#define TYPE_ETHERNET 0x6558 /* in GRE version 0 */
#define TYPE_PPP      0x880b /* in GRE version 1 */

/* What reading one header leads to. */
enum step {
	STEP_BAD,      /* cut short, or unknown: there is no flow */
	STEP_DONE,     /* what was found so far is the flow */
	STEP_TYPE,     /* go on with a header of walk.type */
	STEP_PROTOCOL, /* go on with a header of walk.protocol */
};

/* How far the reading has come. */
struct walk {
	const struct bond_frame *frame;
	uint32_t at;      /* offset of the next header */
	uint16_t type;    /* what it is, as an ethertype */
	uint8_t protocol; /* or as an IP protocol */
	bool ipv6;        /* the innermost IP header so far is one of IPv6 */
	bool symmetric;
	struct bond_flow flow;
};

/* @return the next n octets, NULL when the frame ends before */
static const uint8_t *
next(const struct walk *w, uint32_t n)
{
	return bond_frame_has(w->frame, w->at, n) ? w->frame->data + w->at : NULL;
}

/* Go on with this ethertype, n octets further. */
static enum step
go_on(struct walk *w, uint32_t n, uint16_t type)
{
	w->at += n;
	w->type = type;
	return STEP_TYPE;
}

/* The end of the way: what has ports or the like. */
static enum step
transport(struct walk *w)
{
	w->flow.l4 = bond_flow_l4(w->frame, w->at, w->protocol, w->symmetric);
	return STEP_DONE;
}

static enum step
option(struct walk *w)
{
	const uint8_t *header = next(w, 2);

	if (!w->ipv6)
		return STEP_DONE;
	if (!header)
		return STEP_BAD;
	w->protocol = header[0];
	w->at += (header[1] + 1) * 8u;
	return STEP_PROTOCOL;
}

/* Any fragment, even one that is the whole packet. */
static enum step
fragment(struct walk *w)
{
	return !w->ipv6 || next(w, 8) ? STEP_DONE : STEP_BAD;
}

static enum step
in_ipv4(struct walk *w)
{
	return go_on(w, 0, BOND_TYPE_IPV4);
}

static enum step
in_ipv6(struct walk *w)
{
	return go_on(w, 0, BOND_TYPE_IPV6);
}

/* PPP of which protocol and what precedes it are n octets. Unknown ones lead to no known type. */
static enum step
ppp(struct walk *w, uint32_t n, uint16_t protocol)
{
	static const struct {
		uint16_t protocol, type;
	} known[] = {
		{0x0021, BOND_TYPE_IPV4},
		{0x0057, BOND_TYPE_IPV6},
	};

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].protocol == protocol)
			return go_on(w, n, known[i].type);
	return STEP_BAD;
}

/* PPTP: GRE version 1 carries PPP, and its key is always there. */
static enum step
gre_ppp(struct walk *w, uint16_t flags, uint16_t type, uint32_t n)
{
	const uint8_t *header;

	if (type != TYPE_PPP || !(flags & GRE_KEY))
		return STEP_DONE;
	n += flags & GRE_ACK ? 4 : 0;
	header = next(w, n + 4);
	return header ? ppp(w, n + 4, bond_be16(header + n + 2)) : STEP_BAD;
}

static enum step
gre(struct walk *w)
{
	const uint8_t *header = next(w, 4);
	uint16_t flags, type, version;
	uint32_t n = 4;

	if (!header)
		return STEP_BAD;
	flags = bond_be16(header);
	type = bond_be16(header + 2);
	version = flags & GRE_VERSION;
	if (flags & GRE_ROUTING || version > 1)
		return STEP_DONE;
	n += flags & GRE_CHECKSUM ? 4 : 0;
	n += flags & GRE_KEY ? 4 : 0;
	n += flags & GRE_SEQUENCE ? 4 : 0;
	if (version == 1)
		return gre_ppp(w, flags, type, n);
	if (type == TYPE_ETHERNET) {
		header = next(w, n + 14);
		return header ? go_on(w, n + 14, bond_be16(header + n + 12)) : STEP_BAD;
	}
	return go_on(w, n, type);
}

static enum step
by_protocol(struct walk *w)
{
	static enum step (*const read[BOND_IP_KINDS])(struct walk *) = {
		[BOND_IP_OTHER] = transport, [BOND_IP_PORTS] = transport,
		[BOND_IP_SPI] = transport,   [BOND_IP_SPI_4] = transport,
		[BOND_IP_ICMP] = transport,  [BOND_IP_GRE] = gre,
		[BOND_IP_OPTION] = option,   [BOND_IP_FRAGMENT] = fragment,
		[BOND_IP_IPV4] = in_ipv4,    [BOND_IP_IPV6] = in_ipv6,
	};

	return read[bond_ip_kind[w->protocol]](w);
}

static enum step
ipv4(struct walk *w)
{
	const uint8_t *ip = next(w, 20);

	if (!ip || (ip[0] & 15) < 5)
		return STEP_BAD;
	w->flow.addresses = bond_ipv4_addresses(ip);
	if (bond_ipv4_is_fragment(ip))
		return STEP_DONE;
	w->at += (ip[0] & 15) * 4u;
	w->protocol = ip[9];
	w->ipv6 = false;
	return by_protocol(w);
}

static enum step
ipv6(struct walk *w)
{
	const uint8_t *ip = next(w, 40);

	if (!ip)
		return STEP_BAD;
	w->flow.addresses = bond_ipv6_addresses(ip);
	w->at += 40;
	w->protocol = ip[6];
	w->ipv6 = true;
	return by_protocol(w);
}

static enum step
vlan(struct walk *w)
{
	const uint8_t *tag = next(w, 4);

	return tag ? go_on(w, 4, bond_be16(tag + 2)) : STEP_BAD;
}

/* RFC 2516: sessions carry code 0. All control protocols of PPP are one flow. */
static enum step
pppoe(struct walk *w)
{
	const uint8_t *header = next(w, 8);
	enum step step;

	if (!header || header[0] != 0x11 || header[1] != 0)
		return STEP_BAD;
	step = ppp(w, 8, bond_be16(header + 6));
	/* Even first, odd last octet: what RFC 1661 asks of a number that is not compressed. */
	return step == STEP_BAD && !(header[6] & 1) && header[7] & 1 ? STEP_DONE : step;
}

/* HSR and PRP: a tag of six octets. */
static enum step
hsr(struct walk *w)
{
	const uint8_t *tag = next(w, 6);

	return tag ? go_on(w, 6, bond_be16(tag + 4)) : STEP_BAD;
}

/* Types without a flow inside: all of their frames are one, unless the headers before made more. */
static enum step
no_flow(struct walk *w)
{
	(void)w;
	return STEP_DONE;
}

static enum step
ptp(struct walk *w)
{
	return next(w, 34) ? STEP_DONE : STEP_BAD;
}

static enum step
fcoe(struct walk *w)
{
	return next(w, 38) ? STEP_DONE : STEP_BAD;
}

/* The node that the message comes from. */
static enum step
tipc(struct walk *w)
{
	const uint8_t *header = next(w, 16);

	if (!header)
		return STEP_BAD;
	w->flow.addresses = bond_le32(header + 12);
	return STEP_DONE;
}

/* batman-adv: a unicast packet of version 15 has a frame behind its header. */
static enum step
batman(struct walk *w)
{
	const uint8_t *header = next(w, 24);

	if (!header || header[0] != 0x40 || header[1] != 15)
		return STEP_BAD;
	return go_on(w, 24, bond_be16(header + 22));
}

static enum step
by_type(struct walk *w)
{
	static const struct {
		uint16_t type;
		enum step (*read)(struct walk *);
	} known[] = {
		{BOND_TYPE_IPV4, ipv4}, {BOND_TYPE_IPV6, ipv6}, {0x8100, vlan},
		{0x88a8, vlan},         {0x0806, no_flow},      {0x8035, no_flow}, /* ARP, RARP */
		{0x8864, pppoe},        {0x8847, no_flow},      {0x8848, no_flow}, /* MPLS */
		{0x88ca, tipc},         {0x4305, batman},       {0x88f7, ptp},
		{0x8906, fcoe},         {0x88fb, hsr},          {0x892f, hsr},
	};

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == w->type)
			return known[i].read(w);
	return STEP_BAD;
}

bool
bond_flow_encap(const struct bond_frame *f, uint16_t type, bool symmetric, struct bond_flow *flow)
{
	struct walk w = {.frame = f, .at = f->net_at, .type = type, .symmetric = symmetric};
	enum step step = by_type(&w);

	for (unsigned int n = 0; step > STEP_DONE && n < MOST_HEADERS; n++)
		step = step == STEP_TYPE ? by_type(&w) : by_protocol(&w);
	/* Ports right behind the last of so many options count all the same, but not an ICMP query. */
	if (step == STEP_PROTOCOL && bond_ip_kind[w.protocol] != BOND_IP_ICMP)
		transport(&w);
	*flow = w.flow;
	return step != STEP_BAD;
}
