/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_packet.c - BFD on the wire: octets by hand from the RFCs, every cut, every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bfd.h"
#include "bfd_match.h"

/*
 * State Up, Poll, multiplier 3, desired 10 ms (0x2710 us), required 300 ms (0x493e0 us). Laid out
 * after RFC 5880 4.1, 791, 768 and RFC 7130 2; checksums were added up by hand.
 */
static const uint8_t ipv4[] = {
	0x01, 0x00, 0x5e, 0x90, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a,
	0x08, 0x00,                                                             /* Ethernet */
	0x45, 0xc0, 0x00, 0x34, 0x00, 0x00, 0x40, 0x00, 0xff, 0x11, 0x66, 0xf6, /* IPv4 */
	0x0a, 0x00, 0x00, 0x01, 0x0a, 0x00, 0x00, 0x02,                         /* addresses */
	0xc0, 0x01, 0x1a, 0x80, 0x00, 0x20, 0x00, 0x00,                         /* UDP */
	0x20, 0xe0, 0x03, 0x18, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, /* BFD */
	0x00, 0x00, 0x27, 0x10, 0x00, 0x04, 0x93, 0xe0, 0x00, 0x00, 0x00, 0x00,
};
#define IP4  14
#define UDP4 34
#define BFD4 42

static const uint8_t ipv6[] =
	{
		0x02, 0x00, 0x00, 0x00, 0x00, 0x0b, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a,
		0x86, 0xdd,                                     /* Ethernet */
		0x6c, 0x00, 0x00, 0x00, 0x00, 0x20, 0x11, 0xff, /* IPv6 */
		0xfd, 0x77, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
		0,    0,    0,    0x01, /* from */
		0xfd, 0x77, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
		0,    0,    0,    0x02,                                                 /* to */
		0xff, 0xff, 0x1a, 0x80, 0x00, 0x20, 0x00, 0x00,                         /* UDP */
		0x21, 0x50, 0x01, 0x18, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, /* BFD */
		0x00, 0x0f, 0x42, 0x40, 0x00, 0x00, 0x27, 0x10, 0x00, 0x00, 0x00, 0x00,
};
#define IP6  14
#define UDP6 54
#define BFD6 62

static uint32_t
add(uint32_t sum, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? b[i] : (uint32_t)b[i] << 8;
	return sum;
}

static void
put(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

/* The checksums, by another way than the code under test. */
static void
seal(uint8_t *f)
{
	const bool v6 = f[12] == 0x86;
	uint8_t *udp = f + (v6 ? UDP6 : UDP4);
	const size_t len = (size_t)(udp[4] << 8 | udp[5]);

	if (!v6) {
		memset(f + IP4 + 10, 0, 2);
		put(f + IP4 + 10, add(0, f + IP4, 20));
	}
	memset(udp + 6, 0, 2);
	put(udp + 6,
	    add(add(17 + (uint32_t)len, v6 ? f + IP6 + 8 : f + IP4 + 12, v6 ? 32 : 8), udp, len));
}

/* Parse a copy of exactly this length, so that a sanitizer sees every octet too many. */
static enum bfd_parse
parse(const uint8_t *frame, size_t len, struct bfd_frame *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum bfd_parse result;

	memcpy(copy, frame, len);
	result = bfd_frame_parse(len ? copy : copy + 1, len, out);
	bond_bfd_is(len ? copy : copy + 1, len);
	free(copy);
	return result;
}

static void
the_octets_of_the_rfc_are_understood(void **state)
{
	struct bfd_frame f;
	uint8_t frame[sizeof(ipv4)];

	(void)state;
	memcpy(frame, ipv4, sizeof(frame));
	assert_int_equal(frame[IP4 + 10] << 8 | frame[IP4 + 11], 0x66f6);
	seal(frame);
	assert_int_equal(frame[IP4 + 10] << 8 | frame[IP4 + 11], 0x66f6);
	assert_int_equal(parse(frame, sizeof(frame), &f), BFD_PARSE_OK);
	assert_int_equal(f.packet.state, BFD_UP);
	assert_true(f.packet.poll && !f.packet.final && !f.packet.demand);
	assert_int_equal(f.packet.diag, 0);
	assert_int_equal(f.packet.multiplier, 3);
	assert_int_equal(f.packet.my_discriminator, 0x11223344);
	assert_int_equal(f.packet.your_discriminator, 0x55667788);
	assert_int_equal(f.packet.desired_min_tx_us, 10000);
	assert_int_equal(f.packet.required_min_rx_us, 300000);
	assert_int_equal(f.src_port, 49153);
	assert_memory_equal(f.src.octets, "\x0a\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(f.dst.octets, "\x0a\0\0\2", 4);
	assert_memory_equal(f.src_mac, "\2\0\0\0\0\x0a", 6);
	assert_false(f.src.v6);
}

static void
so_are_those_over_ipv6(void **state)
{
	struct bfd_frame f;
	uint8_t frame[sizeof(ipv6)];

	(void)state;
	memcpy(frame, ipv6, sizeof(frame));
	seal(frame);
	assert_int_equal(parse(frame, sizeof(frame), &f), BFD_PARSE_OK);
	assert_int_equal(f.packet.state, BFD_DOWN);
	assert_int_equal(f.packet.diag, 1);
	assert_true(f.packet.final && !f.packet.poll);
	assert_int_equal(f.packet.multiplier, 1);
	assert_int_equal(f.packet.your_discriminator, 0);
	assert_int_equal(f.packet.desired_min_tx_us, 1000000);
	assert_int_equal(f.packet.required_min_rx_us, 10000);
	assert_int_equal(f.src_port, 65535);
	assert_true(f.src.v6 && f.dst.v6);
	assert_int_equal(f.dst.octets[15], 2);
}

static void
what_is_built_is_what_the_rfc_says(void **state)
{
	const uint8_t *const wanted[] = {ipv4, ipv6};
	const size_t size[] = {sizeof(ipv4), sizeof(ipv6)};

	(void)state;
	for (int i = 0; i < 2; i++) {
		uint8_t frame[BFD_FRAME_SIZE], built[BFD_FRAME_SIZE];
		struct bfd_frame f;

		memcpy(frame, wanted[i], size[i]);
		seal(frame);
		assert_int_equal(parse(frame, size[i], &f), BFD_PARSE_OK);
		assert_int_equal(bfd_frame_build(built, &f), size[i]);
		assert_memory_equal(built, frame, size[i]);
		assert_true(bond_bfd_is(built, size[i]));
	}
}

static void
a_frame_cut_anywhere_is_refused(void **state)
{
	const uint8_t *const frames[] = {ipv4, ipv6};
	const size_t size[] = {sizeof(ipv4), sizeof(ipv6)};

	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t len = 0; len < size[i]; len++) {
			uint8_t frame[BFD_FRAME_SIZE];
			struct bfd_frame f;

			memcpy(frame, frames[i], size[i]);
			seal(frame);
			assert_int_equal(parse(frame, len, &f), BFD_REFUSE_RUNT);
		}
}

static void
an_inner_cut_is_refused_at_its_own_layer(void **state)
{
	uint8_t frame[sizeof(ipv4)];
	struct bfd_frame f;

	(void)state;
	for (size_t payload = 0; payload < 24; payload++) {
		memcpy(frame, ipv4, sizeof(frame));
		frame[UDP4 + 5] = (uint8_t)(8 + payload); /* UDP says so, IP has more */
		seal(frame);
		assert_int_equal(parse(frame, sizeof(frame), &f), BFD_REFUSE_LENGTH);
	}
	memcpy(frame, ipv4, sizeof(frame));
	for (uint8_t total = 0; total < 52; total++) {
		frame[IP4 + 3] = total; /* IP says so */
		seal(frame);
		assert_int_equal(parse(frame, sizeof(frame), &f),
				 total < 28 ? BFD_REFUSE_RUNT : BFD_REFUSE_UDP_LENGTH);
	}
}

static void
padding_tags_of_priority_and_ip_options_are_fine(void **state)
{
	uint8_t frame[128] = {0};
	struct bfd_frame f;

	(void)state;
	memcpy(frame, ipv4, sizeof(ipv4));
	seal(frame);
	assert_int_equal(parse(frame, 100, &f), BFD_PARSE_OK);

	memcpy(frame + 16, ipv4 + 12, sizeof(ipv4) - 12); /* a tag: priority 7, VID 0 */
	memcpy(frame + 12, "\x81\x00\xe0\x00", 4);
	seal(frame + 4);
	memcpy(frame, ipv4, 12);
	memcpy(frame + 12, "\x81\x00\xe0\x00", 4);
	assert_int_equal(parse(frame, sizeof(ipv4) + 4, &f), BFD_PARSE_OK);
	assert_true(bond_bfd_is(frame, sizeof(ipv4) + 4));
	frame[15] = 5; /* a VLAN */
	assert_int_equal(parse(frame, sizeof(ipv4) + 4, &f), BFD_REFUSE_NOT_BFD);
	assert_false(bond_bfd_is(frame, sizeof(ipv4) + 4));

	memcpy(frame, ipv4, UDP4);
	memset(frame + UDP4, 1, 4); /* four options of one octet: no operation */
	memcpy(frame + UDP4 + 4, ipv4 + UDP4, sizeof(ipv4) - UDP4);
	frame[IP4] = 0x46;
	frame[IP4 + 3] += 4;
	memset(frame + IP4 + 10, 0, 2);
	put(frame + IP4 + 10, add(0, frame + IP4, 24));
	assert_int_equal(parse(frame, sizeof(ipv4) + 4, &f), BFD_PARSE_OK); /* UDP without a sum */
	assert_true(bond_bfd_is(frame, sizeof(ipv4) + 4));
}

struct spoilt {
	bool v6;
	size_t at;
	uint8_t value;
	bool seal; /* make the checksums right again */
	enum bfd_parse parse;
};

static const struct spoilt spoilt[] = {
	{false, 12, 0x09, true, BFD_REFUSE_NOT_BFD},         /* ethertype */
	{false, IP4, 0x65, true, BFD_REFUSE_NOT_BFD},        /* IP version */
	{false, IP4, 0x44, true, BFD_REFUSE_RUNT},           /* header of 16 octets */
	{false, IP4 + 9, 6, true, BFD_REFUSE_NOT_BFD},       /* TCP */
	{false, IP4 + 6, 0x20, true, BFD_REFUSE_FRAGMENT},   /* more fragments */
	{false, IP4 + 7, 1, true, BFD_REFUSE_FRAGMENT},      /* a later fragment */
	{false, IP4 + 10, 0, false, BFD_REFUSE_IP_CHECKSUM}, /* */
	{false, IP4 + 8, 254, true, BFD_REFUSE_TTL},         /* came through a router */
	{false, IP4 + 8, 0, true, BFD_REFUSE_TTL},           /* */
	{false, UDP4, 0xbf, true, BFD_REFUSE_SOURCE_PORT},   /* 48 897 */
	{false, UDP4 + 2, 0x0e, true, BFD_REFUSE_NOT_BFD},   /* another port */
	{false, UDP4 + 3, 0xc8, true, BFD_REFUSE_NOT_BFD},   /* 3784 and others */
	{false, UDP4 + 5, 0x21, false, BFD_REFUSE_UDP_LENGTH},
	{false, UDP4 + 5, 7, false, BFD_REFUSE_UDP_LENGTH},
	{false, UDP4 + 7, 1, false, BFD_REFUSE_UDP_CHECKSUM},
	{false, BFD4, 0x00, true, BFD_REFUSE_VERSION},
	{false, BFD4, 0x40, true, BFD_REFUSE_VERSION},
	{false, BFD4 + 1, 0xe4, true, BFD_REFUSE_AUTH},
	{false, BFD4 + 1, 0xe1, true, BFD_REFUSE_MULTIPOINT},
	{false, BFD4 + 2, 0, true, BFD_REFUSE_MULTIPLIER},
	{false, BFD4 + 3, 23, true, BFD_REFUSE_LENGTH},
	{false, BFD4 + 3, 25, true, BFD_REFUSE_LENGTH},
	{true, IP6, 0x4c, true, BFD_REFUSE_NOT_BFD},
	{true, IP6 + 5, 0x21, true, BFD_REFUSE_RUNT},
	{true, IP6 + 6, 44, true, BFD_REFUSE_NOT_BFD}, /* a fragment header */
	{true, IP6 + 7, 254, true, BFD_REFUSE_TTL},
	{true, UDP6 + 6, 1, false, BFD_REFUSE_UDP_CHECKSUM},
	{true, BFD6 + 1, 0x80, true, BFD_REFUSE_YOUR_DISCRIMINATOR}, /* Init */
	{true, BFD6 + 1, 0xc0, true, BFD_REFUSE_YOUR_DISCRIMINATOR}, /* Up */
	{true, BFD6 + 1, 0x00, true, BFD_PARSE_OK},                  /* AdminDown */
	{true, BFD6 + 7, 0, true, BFD_REFUSE_MY_DISCRIMINATOR},
	{true, BFD6 + 0, 0x3f, true, BFD_PARSE_OK}, /* a diagnostic yet to be defined */
};

static void
every_flaw_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		const struct spoilt *s = &spoilt[i];
		const size_t size = s->v6 ? sizeof(ipv6) : sizeof(ipv4);
		uint8_t frame[BFD_FRAME_SIZE];
		struct bfd_frame f;

		memcpy(frame, s->v6 ? ipv6 : ipv4, size);
		seal(frame);
		frame[s->at] = s->value;
		if (s->seal && s->at < (s->v6 ? UDP6 + 4u : UDP4 + 4u) && s->at >= IP4 &&
		    frame[IP4] == 0x45)
			seal(frame);
		else if (s->seal && s->at >= (s->v6 ? BFD6 : BFD4))
			seal(frame);
		if (parse(frame, size, &f) != s->parse)
			fail_msg("row %zu: %s, not %s", i, bfd_parse_name(parse(frame, size, &f)),
				 bfd_parse_name(s->parse));
	}
}

static void
ipv6_needs_a_checksum_and_ipv4_does_not(void **state)
{
	uint8_t frame[BFD_FRAME_SIZE];
	struct bfd_frame f;

	(void)state;
	memcpy(frame, ipv6, sizeof(ipv6));
	assert_int_equal(parse(frame, sizeof(ipv6), &f), BFD_REFUSE_UDP_CHECKSUM);
	memcpy(frame, ipv4, sizeof(ipv4));
	assert_int_equal(parse(frame, sizeof(ipv4), &f), BFD_PARSE_OK);
}

static void
one_flipped_bit_is_never_taken_for_another_packet(void **state)
{
	uint8_t good[sizeof(ipv6)], frame[sizeof(ipv6)];
	struct bfd_frame f;

	(void)state;
	memcpy(good, ipv6, sizeof(good));
	seal(good);
	for (size_t bit = UDP6 * 8; bit < sizeof(good) * 8; bit++) {
		memcpy(frame, good, sizeof(good));
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(parse(frame, sizeof(frame), &f), BFD_PARSE_OK);
	}
}

static void
the_matcher_agrees_with_the_parser(void **state)
{
	uint8_t frame[BFD_FRAME_SIZE];
	struct bfd_frame f;

	(void)state;
	for (size_t at = 12; at < BFD4; at++)
		for (unsigned int value = 0; value < 256; value++) {
			enum bfd_parse result;

			memcpy(frame, ipv4, sizeof(ipv4));
			frame[at] = (uint8_t)value;
			result = parse(frame, sizeof(ipv4), &f);
			/* whatever is accepted is matched */
			assert_true(result != BFD_PARSE_OK || bond_bfd_is(frame, sizeof(ipv4)));
		}
	memcpy(frame, ipv4, sizeof(ipv4));
	frame[UDP4 + 2] = 0; /* port 128 */
	assert_false(bond_bfd_is(frame, sizeof(ipv4)));
	memcpy(frame, ipv6, sizeof(ipv6));
	assert_true(bond_bfd_is(frame, sizeof(ipv6)));
	frame[IP6 + 6] = 58; /* ICMPv6 */
	assert_false(bond_bfd_is(frame, sizeof(ipv6)));
	memcpy(frame, ipv4, sizeof(ipv4));
	frame[IP4 + 7] = 3; /* a later fragment has no ports */
	assert_false(bond_bfd_is(frame, sizeof(ipv4)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_octets_of_the_rfc_are_understood),
		cmocka_unit_test(so_are_those_over_ipv6),
		cmocka_unit_test(what_is_built_is_what_the_rfc_says),
		cmocka_unit_test(a_frame_cut_anywhere_is_refused),
		cmocka_unit_test(an_inner_cut_is_refused_at_its_own_layer),
		cmocka_unit_test(padding_tags_of_priority_and_ip_options_are_fine),
		cmocka_unit_test(every_flaw_has_its_reason),
		cmocka_unit_test(ipv6_needs_a_checksum_and_ipv4_does_not),
		cmocka_unit_test(one_flipped_bit_is_never_taken_for_another_packet),
		cmocka_unit_test(the_matcher_agrees_with_the_parser),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
