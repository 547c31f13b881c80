/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_frame.c - reads and rewrites what frames tell of MACs, and writes updates. Pure. */
#include <string.h>

#include "balance_int.h"
#include "frame_write.h"

#define ARP_LENGTH  28
#define IPV6_LENGTH 40
#define ND_LENGTH   24 /* of NS and NA, without options */
#define ICMP6       58
#define HOPS        255
#define OPTION      8 /* length of one with an address */
#define TYPE_RS     133
#define TYPE_RA     134
#define TYPE_NS     135
#define TYPE_NA     136
#define ROUTER      0x80
#define OVERRIDE    0x20
#define SOURCE      1 /* options: link-layer address of the source, of the target */
#define TARGET      2
#define TPID_C      0x8100
#define TPID_S      0x88a8

static uint16_t
get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool
read_arp(const uint8_t *frame, size_t at, size_t len, struct bond_saying *s)
{
	static const uint8_t kind[] = {0, 1, 0x08, 0x00, 6, 4};
	const uint8_t *arp = frame + at;

	if (len < at + ARP_LENGTH || memcmp(arp, kind, sizeof(kind)) != 0)
		return false;
	if (get16(arp + 6) == 1)
		s->kind = BOND_NEIGHBOUR_ARP_REQUEST;
	else if (get16(arp + 6) == 2)
		s->kind = BOND_NEIGHBOUR_ARP_REPLY;
	s->mac_at = at + 8;
	memcpy(s->sender.octet, arp + 14, 4);
	memcpy(s->target.octet, arp + 24, 4);
	return true;
}

/* Where the address of an option of ND stands, 0: it has none. */
static size_t
find_option(const uint8_t *frame, size_t at, size_t end, uint8_t type)
{
	while (at + 8 <= end && frame[at + 1] > 0) {
		if (frame[at] == type && frame[at + 1] == 1)
			return at + 2;
		at += (size_t)frame[at + 1] * 8;
	}
	return 0;
}

/* The messages that may tell a MAC. */
static const struct message {
	uint8_t type;
	uint8_t length; /* octets without options */
	uint8_t option; /* the one that tells it */
	enum bond_neighbour_kind kind;
} messages[] = {
	{TYPE_RS, 8, SOURCE, BOND_NEIGHBOUR_OTHER},
	{TYPE_RA, 16, SOURCE, BOND_NEIGHBOUR_OTHER},
	{TYPE_NS, ND_LENGTH, SOURCE, BOND_NEIGHBOUR_NS},
	{TYPE_NA, ND_LENGTH, TARGET, BOND_NEIGHBOUR_NA},
};

static const struct message *
find_message(uint8_t type)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].type == type)
			return &messages[i];
	return NULL;
}

static bool
read_ipv6(const uint8_t *frame, size_t at, size_t len, struct bond_saying *s)
{
	const uint8_t *ip = frame + at, *body = ip + IPV6_LENGTH;
	const size_t body_at = at + IPV6_LENGTH;
	const struct message *m;
	size_t end;

	if (len <= body_at || ip[0] >> 4 != 6 || ip[6] != ICMP6 || ip[7] != HOPS)
		return false;
	m = find_message(body[0]);
	end = body_at + get16(ip + 4);
	if (!m || len < body_at + m->length || end < body_at + m->length)
		return false;
	s->v6 = s->sender.v6 = s->target.v6 = s->to.v6 = true;
	memcpy(s->sender.octet, ip + 8, 16);
	memcpy(s->to.octet, ip + 24, 16);
	s->kind = m->kind;
	s->discovery = m->kind == BOND_NEIGHBOUR_OTHER;
	if (!s->discovery)
		memcpy(s->target.octet, body + 8, 16);
	s->router = m->type == TYPE_RA || (m->type == TYPE_NA && body[4] & ROUTER);
	s->length_at = at + 4;
	s->checksum_at = body_at + 2;
	s->end = end < len ? end : len;
	s->mac_at = find_option(frame, body_at + m->length, s->end, m->option);
	return true;
}

bool
bond_saying_read(const uint8_t *frame, size_t len, struct bond_saying *s)
{
	size_t type = 12;

	memset(s, 0, sizeof(*s));
	s->kind = BOND_NEIGHBOUR_OTHER;
	while (s->tags.n < BOND_MAX_TAGS && len >= type + 6) {
		const uint16_t tpid = get16(frame + type);

		if (tpid != TPID_C && tpid != TPID_S)
			break;
		s->tags.tag[s->tags.n++] = (struct bond_tag){tpid, get16(frame + type + 2)};
		type += 4;
	}
	if (len < type + 2)
		return false;
	if (get16(frame + type) == FRAME_ARP)
		return read_arp(frame, type + 2, len, s);
	return get16(frame + type) == FRAME_IPV6 && read_ipv6(frame, type + 2, len, s);
}

/* RFC 1624: the checksum after some octets, at an even place, became others. */
static void
adjust_checksum(uint8_t *checksum, const uint8_t *from, const uint8_t *to, size_t len)
{
	uint32_t sum = (uint16_t)~get16(checksum);

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(uint16_t)~get16(from + i) + get16(to + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	frame_put16(checksum, (uint16_t)~sum);
}

void
bond_saying_rewrite(uint8_t *frame, const struct bond_saying *s, const uint8_t mac[6])
{
	if (s->mac_at == 0)
		return;
	if (s->v6)
		adjust_checksum(frame + s->checksum_at, frame + s->mac_at, mac, 6);
	memcpy(frame + s->mac_at, mac, 6);
}

bool
bond_saying_withhold(uint8_t *frame, const struct bond_saying *s)
{
	static const uint8_t none[OPTION + 2];
	uint8_t was[OPTION + 2], *at = frame + s->mac_at - 2, *length = frame + s->length_at;

	if (s->mac_at == 0 || !s->v6 || s->length_at + 36 + get16(length) != s->end)
		return false;
	/* its octets, and its part of the length in the pseudo header */
	frame_put16(frame_put(was, at, OPTION), OPTION);
	adjust_checksum(frame + s->checksum_at, was, none, sizeof(was));
	frame_put16(length, (uint16_t)(get16(length) - OPTION));
	memmove(at, at + OPTION, (size_t)(frame + s->end - OPTION - at));
	memset(frame + s->end - OPTION, 0, OPTION);
	return true;
}

static size_t
write_reply(const struct bond_client *c, const uint8_t mac[6], uint8_t *frame)
{
	static const uint8_t head[] = {0, 1, 0x08, 0x00, 6, 4, 0, 2};
	uint8_t *at = frame_begin(frame, c->mac, mac, &c->tags, FRAME_ARP);

	at = frame_put(frame_put(frame_put(at, head, sizeof(head)), mac, 6), c->local.octet, 4);
	at = frame_put(frame_put(at, c->mac, 6), c->peer.octet, 4);
	return frame_end(frame, at, &c->tags);
}

/*
 * Is the host a router, as the kernel says, or else as it said to the client? Who hears that a router
 * is none any more forgets its routes through it.
 */
static bool
is_router(const struct bond *b, const struct bond_client *c)
{
	for (unsigned int i = 0; i < b->net.n_addresses; i++)
		if (bond_ip_equal(&b->net.address[i].ip, &c->local) &&
		    bond_client_is_in(c, &b->net.address[i].tags))
			return b->net.address[i].router;
	return c->router;
}

static size_t
write_advertisement(const struct bond_client *c, const uint8_t mac[6], bool router, uint8_t *frame)
{
	const uint8_t flags = router ? ROUTER | OVERRIDE : OVERRIDE;
	const uint8_t head[] = {TYPE_NA, 0, 0, 0, flags, 0, 0, 0};
	static const uint8_t option[] = {TARGET, 1};
	uint8_t *at = frame_begin(frame, c->mac, mac, &c->tags, FRAME_IPV6), *message;

	at = frame_put_ipv6(at, c->local.octet, c->peer.octet, ICMP6, HOPS, ND_LENGTH + 8);
	message = at;
	at = frame_put(frame_put(at, head, sizeof(head)), c->local.octet, 16);
	at = frame_put(frame_put(at, option, sizeof(option)), mac, 6);
	frame_finish_icmp6(message - 32, message, at);
	return frame_end(frame, at, &c->tags);
}

size_t
bond_client_frame(const struct bond *b, const struct bond_client *c, const uint8_t mac[6],
		  uint8_t *frame)
{
	if (c->local.v6)
		return write_advertisement(c, mac, is_router(b, c), frame);
	return write_reply(c, mac, frame);
}

size_t
bond_learning_frame(const uint8_t mac[6], const struct bond_tags *tags, uint8_t *frame)
{
	return frame_end(frame, frame_begin(frame, mac, mac, tags, BOND_LEARNING_TYPE), tags);
}
