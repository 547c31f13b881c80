/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_packet.c - BFD control packets: bytes to a struct and back, RFC 5880 4.1 and 6.8.6. */
#include "bfd.h"

#define VERSION 1

/* Offsets in the packet. */
#define OFF_FLAGS      1
#define OFF_MULTIPLIER 2
#define OFF_LENGTH     3
#define OFF_MY         4
#define OFF_YOUR       8
#define OFF_MIN_TX     12
#define OFF_MIN_RX     16
#define OFF_MIN_ECHO   20

#define FLAG_POLL       0x20
#define FLAG_FINAL      0x10
#define FLAG_AUTH       0x04
#define FLAG_DEMAND     0x02
#define FLAG_MULTIPOINT 0x01

static uint32_t
get32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void
put32(uint8_t *b, uint32_t v)
{
	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
}

/* The checks of 6.8.6 in their order; those about sessions are for bfd_session.c. */
enum bfd_parse
bfd_packet_parse(const uint8_t *data, size_t len, struct bfd_packet *out)
{
	if (len < BFD_PACKET_SIZE)
		return BFD_REFUSE_LENGTH;
	if (data[0] >> 5 != VERSION)
		return BFD_REFUSE_VERSION;
	if (data[OFF_LENGTH] < BFD_PACKET_SIZE || data[OFF_LENGTH] > len)
		return BFD_REFUSE_LENGTH;
	*out = (struct bfd_packet){
		.diag = data[0] & 0x1f,
		.state = data[OFF_FLAGS] >> 6,
		.poll = data[OFF_FLAGS] & FLAG_POLL,
		.final = data[OFF_FLAGS] & FLAG_FINAL,
		.demand = data[OFF_FLAGS] & FLAG_DEMAND,
		.multiplier = data[OFF_MULTIPLIER],
		.my_discriminator = get32(data + OFF_MY),
		.your_discriminator = get32(data + OFF_YOUR),
		.desired_min_tx_us = get32(data + OFF_MIN_TX),
		.required_min_rx_us = get32(data + OFF_MIN_RX),
	};
	if (out->multiplier == 0)
		return BFD_REFUSE_MULTIPLIER;
	if (data[OFF_FLAGS] & FLAG_MULTIPOINT)
		return BFD_REFUSE_MULTIPOINT;
	if (out->my_discriminator == 0)
		return BFD_REFUSE_MY_DISCRIMINATOR;
	if (out->your_discriminator == 0 && out->state >= BFD_INIT)
		return BFD_REFUSE_YOUR_DISCRIMINATOR;
	if (data[OFF_FLAGS] & FLAG_AUTH)
		return BFD_REFUSE_AUTH;
	return BFD_PARSE_OK;
}

void
bfd_packet_build(uint8_t *data, const struct bfd_packet *p)
{
	data[0] = (uint8_t)(VERSION << 5 | (p->diag & 0x1f));
	data[OFF_FLAGS] = (uint8_t)(p->state << 6 | (p->poll ? FLAG_POLL : 0) |
				    (p->final ? FLAG_FINAL : 0) | (p->demand ? FLAG_DEMAND : 0));
	data[OFF_MULTIPLIER] = p->multiplier;
	data[OFF_LENGTH] = BFD_PACKET_SIZE;
	put32(data + OFF_MY, p->my_discriminator);
	put32(data + OFF_YOUR, p->your_discriminator);
	put32(data + OFF_MIN_TX, p->desired_min_tx_us);
	put32(data + OFF_MIN_RX, p->required_min_rx_us);
	put32(data + OFF_MIN_ECHO, 0); /* we loop nothing back */
}
