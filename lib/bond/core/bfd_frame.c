/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_frame.c - what carries a micro-BFD packet: Ethernet, IPv4 or IPv6, UDP; RFC 5881, 7130 2. */
#include <arpa/inet.h>
#include <string.h>

#include "bfd.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define VID_MASK       0x0fff

#define ETHER_SIZE 14
#define IPV4_SIZE  20
#define IPV6_SIZE  40
#define UDP_SIZE   8
#define PROTO_UDP  17
#define TTL        255
#define TOS        0xc0 /* class selector 6, network control */
#define MORE_OR_AT 0x3fff
#define DONT_CUT   0x4000

/* A piece of a frame: what is left of it, from some header on. */
struct piece {
	const uint8_t *data;
	size_t len;
};

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

/* Add octets to a one's complement sum; only the last piece may have an odd length. */
static uint32_t
sum(uint32_t so_far, const uint8_t *b, size_t len)
{
	for (; len > 1; b += 2, len -= 2)
		so_far += get16(b);
	return len ? so_far + ((uint32_t)*b << 8) : so_far;
}

static uint16_t
fold(uint32_t s)
{
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)((s & 0xffff) + (s >> 16));
}

static size_t
addr_size(const struct bfd_addr *a)
{
	return a->v6 ? 16 : 4;
}

static uint16_t
udp_sum(const struct bfd_addr *src, const struct bfd_addr *dst, const uint8_t *udp, size_t len)
{
	uint32_t s = sum(0, src->octets, addr_size(src));

	s = sum(s, dst->octets, addr_size(dst));
	s += PROTO_UDP + (uint32_t)len;
	return fold(sum(s, udp, len));
}

int
bfd_addr_parse(const char *text, struct bfd_addr *out)
{
	static const uint8_t zero[16], loopback6[16] = {[15] = 1};
	struct bfd_addr a = {.v6 = false};

	if (inet_pton(AF_INET, text, a.octets) == 1) {
		const uint8_t first = a.octets[0];

		if (first == 0 || first == 127 || first >= 224)
			return -1;
	} else {
		a.v6 = true;
		if (inet_pton(AF_INET6, text, a.octets) != 1 || a.octets[0] == 0xff ||
		    memcmp(a.octets, zero, 16) == 0 || memcmp(a.octets, loopback6, 16) == 0)
			return -1;
	}
	*out = a;
	return 0;
}

bool
bfd_addr_equal(const struct bfd_addr *a, const struct bfd_addr *b)
{
	return a->v6 == b->v6 && memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

/* Step over the IPv4 header; what follows the datagram is padding. */
static enum bfd_parse
parse_ipv4(struct piece *p, struct bfd_frame *out)
{
	const uint8_t *ip = p->data;
	size_t header, total;

	if (p->len < IPV4_SIZE)
		return BFD_REFUSE_RUNT;
	header = (size_t)(ip[0] & 0x0f) * 4;
	total = get16(ip + 2);
	if (ip[0] >> 4 != 4 || ip[9] != PROTO_UDP)
		return BFD_REFUSE_NOT_BFD;
	if (header < IPV4_SIZE || total < header || total > p->len)
		return BFD_REFUSE_RUNT;
	if (get16(ip + 6) & MORE_OR_AT)
		return BFD_REFUSE_FRAGMENT;
	if (fold(sum(0, ip, header)) != 0xffff)
		return BFD_REFUSE_IP_CHECKSUM;
	out->src = out->dst = (struct bfd_addr){.v6 = false};
	memcpy(out->src.octets, ip + 12, 4);
	memcpy(out->dst.octets, ip + 16, 4);
	*p = (struct piece){ip + header, total - header};
	return ip[8] == TTL ? BFD_PARSE_OK : BFD_REFUSE_TTL;
}

static enum bfd_parse
parse_ipv6(struct piece *p, struct bfd_frame *out)
{
	const uint8_t *ip = p->data;
	size_t payload;

	if (p->len < IPV6_SIZE)
		return BFD_REFUSE_RUNT;
	payload = get16(ip + 4);
	if (ip[0] >> 4 != 6 || ip[6] != PROTO_UDP)
		return BFD_REFUSE_NOT_BFD;
	if (payload > p->len - IPV6_SIZE)
		return BFD_REFUSE_RUNT;
	out->src = out->dst = (struct bfd_addr){.v6 = true};
	memcpy(out->src.octets, ip + 8, 16);
	memcpy(out->dst.octets, ip + 24, 16);
	*p = (struct piece){ip + IPV6_SIZE, payload};
	return ip[7] == TTL ? BFD_PARSE_OK : BFD_REFUSE_TTL;
}

static enum bfd_parse
parse_udp(struct piece *p, struct bfd_frame *out)
{
	const uint8_t *udp = p->data;
	size_t len;

	if (p->len < UDP_SIZE)
		return BFD_REFUSE_RUNT;
	len = get16(udp + 4);
	if (get16(udp + 2) != BFD_UDP_PORT)
		return BFD_REFUSE_NOT_BFD;
	if (len < UDP_SIZE || len > p->len)
		return BFD_REFUSE_UDP_LENGTH;
	if (get16(udp + 6) == 0 ? out->src.v6 : udp_sum(&out->src, &out->dst, udp, len) != 0xffff)
		return BFD_REFUSE_UDP_CHECKSUM;
	out->src_port = get16(udp);
	*p = (struct piece){udp + UDP_SIZE, len - UDP_SIZE};
	return out->src_port >= BFD_PORT_FIRST ? BFD_PARSE_OK : BFD_REFUSE_SOURCE_PORT;
}

enum bfd_parse
bfd_frame_parse(const uint8_t *frame, size_t len, struct bfd_frame *out)
{
	struct piece p = {frame, len};
	enum bfd_parse parse;
	uint16_t type;

	if (len < ETHER_SIZE)
		return BFD_REFUSE_RUNT;
	memcpy(out->dst_mac, frame, 6);
	memcpy(out->src_mac, frame + 6, 6);
	type = get16(frame + 12);
	p = (struct piece){frame + ETHER_SIZE, len - ETHER_SIZE};
	if (type == ETHERTYPE_VLAN) { /* a tag that carries nothing but a priority */
		if (p.len < 4)
			return BFD_REFUSE_RUNT;
		if (get16(p.data) & VID_MASK)
			return BFD_REFUSE_NOT_BFD;
		type = get16(p.data + 2);
		p = (struct piece){p.data + 4, p.len - 4};
	}
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return BFD_REFUSE_NOT_BFD;
	parse = type == ETHERTYPE_IPV4 ? parse_ipv4(&p, out) : parse_ipv6(&p, out);
	if (parse == BFD_PARSE_OK)
		parse = parse_udp(&p, out);
	return parse == BFD_PARSE_OK ? bfd_packet_parse(p.data, p.len, &out->packet) : parse;
}

static uint8_t *
build_ipv4(uint8_t *ip, const struct bfd_frame *f)
{
	memset(ip, 0, IPV4_SIZE);
	ip[0] = 0x45;
	ip[1] = TOS;
	put16(ip + 2, IPV4_SIZE + UDP_SIZE + BFD_PACKET_SIZE);
	put16(ip + 6, DONT_CUT);
	ip[8] = TTL;
	ip[9] = PROTO_UDP;
	memcpy(ip + 12, f->src.octets, 4);
	memcpy(ip + 16, f->dst.octets, 4);
	put16(ip + 10, (uint16_t)~fold(sum(0, ip, IPV4_SIZE)));
	return ip + IPV4_SIZE;
}

static uint8_t *
build_ipv6(uint8_t *ip, const struct bfd_frame *f)
{
	memset(ip, 0, 8);
	ip[0] = 0x60 | TOS >> 4;
	ip[1] = (uint8_t)((TOS & 0x0f) << 4);
	put16(ip + 4, UDP_SIZE + BFD_PACKET_SIZE);
	ip[6] = PROTO_UDP;
	ip[7] = TTL;
	memcpy(ip + 8, f->src.octets, 16);
	memcpy(ip + 24, f->dst.octets, 16);
	return ip + IPV6_SIZE;
}

size_t
bfd_frame_build(uint8_t *buf, const struct bfd_frame *f)
{
	const size_t len = UDP_SIZE + BFD_PACKET_SIZE;
	uint8_t *udp;
	uint16_t check;

	memcpy(buf, f->dst_mac, 6);
	memcpy(buf + 6, f->src_mac, 6);
	put16(buf + 12, f->src.v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	udp = f->src.v6 ? build_ipv6(buf + ETHER_SIZE, f) : build_ipv4(buf + ETHER_SIZE, f);
	put16(udp, f->src_port);
	put16(udp + 2, BFD_UDP_PORT);
	put16(udp + 4, (uint16_t)len);
	put16(udp + 6, 0);
	bfd_packet_build(udp + UDP_SIZE, &f->packet);
	check = (uint16_t)~udp_sum(&f->src, &f->dst, udp, len);
	put16(udp + 6, check ? check : 0xffff); /* 0 would mean that there is none */
	return (size_t)(udp - buf) + len;
}
