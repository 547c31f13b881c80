/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_hash_symmetric.c - both directions of a conversation have one hash, when asked for. */
#include "hash_rows.h"

/* Two hosts, and behind which routers they are when there is a tunnel. */
static const struct side {
	const char *mac, *ip4, *ip6, *router;
} here = {"0200000000a1", "0a010203", "20010db80000000000000000000000a1", "c0a80001"},
  there = {"0200000000b2", "ac10fe4d", "20010db8000700000000a5a5000000b2", "c0a80105"};

/* What follows the IP header one way, and the other way. */
static const struct talk {
	const char *what;
	unsigned int protocol;
	const char *forth, *back;
	bool one_way; /* needs "symmetric" to be one flow under layer3+4 */
} talks[] = {
	{"TCP", 6, "9c400050", "00509c40", true},
	{"UDP", 17, "d431003500080000", "0035d43100080000", true},
	{"UDP with one port", 17, "02080208", "02080208", false},
	{"DCCP", 33, "13881389", "13891388", true},
	{"SCTP", 132, "0b590b5a", "0b5a0b59", true},
	{"UDP-Lite", 136, "ffff0001", "0001ffff", true},
	{"ESP", 50, "0a1b2c3d00000001", "c3d2e1f000000001", true},
	{"AH", 51, "320400000a1b2c3d", "32040000c3d2e1f0", true},
	{"echo", 1, "0800f7ff12340001", "0000f7ff12340001", true},
	{"echo with identifier 0", 1, "0800f7ff00000001", "0000f7ff00000001", true},
	{"timestamp", 1, "0d00000012340001", "0e00000012340001", true},
	{"ICMPv6 echo", 58, "8000f7ff12340001", "8100f7ff12340001", false},
	{"IGMP", 2, "1600000000000000", "1600000000000000", false},
	{"OSPF", 89, "0201002c0a010203", "0201002cac10fe4d", false},
};

enum shape {
	PLAIN_V4,
	PLAIN_V6,
	TAGGED, /* with another priority on the way back */
	QINQ,
	IN_IPIP,
	IN_GRE,
	FRAGMENT,
	NOT_IP,
	SHAPES
};

static uint32_t
build(uint8_t data[HASH_FRAME_MAX], enum shape shape, const struct side *from,
      const struct side *to, unsigned int protocol, const char *l4)
{
	const bool back = from == &there;
	char hex[1024], ip[512];

	if (shape == PLAIN_V6)
		snprintf(ip, sizeof(ip), "600000000100%02x40%s%s%s", protocol, from->ip6, to->ip6,
			 l4);
	else
		snprintf(ip, sizeof(ip), "450001000001%s40%02x0000%s%s%s",
			 shape == FRAGMENT ? "2000" : "0000", protocol, from->ip4, to->ip4, l4);
	snprintf(hex, sizeof(hex), "%s%s", to->mac, from->mac);

	char *end = hex + strlen(hex);
	const size_t room = sizeof(hex) - strlen(hex);

	switch (shape) {
	case PLAIN_V6:
		snprintf(end, room, "86dd%s", ip);
		break;
	case TAGGED:
		snprintf(end, room, "8100%s0800%s", back ? "0064" : "a064", ip);
		break;
	case QINQ:
		snprintf(end, room, "88a800078100%s0800%s", back ? "0064" : "a064", ip);
		break;
	case IN_IPIP:
		snprintf(end, room, "08004500011400010000%s0000%s%s%s", "4004", from->router,
			 to->router, ip);
		break;
	case IN_GRE:
		snprintf(end, room, "08004500011400010000%s0000%s%s%s%s", "402f", from->router,
			 to->router, "00000800", ip);
		break;
	case NOT_IP:
		snprintf(end, room, "88b5%s", ip);
		break;
	default:
		snprintf(end, room, "0800%s", ip);
	}
	return hash_octets(hex, data);
}

static uint32_t
hash_of(uint8_t policy, bool symmetric, enum shape shape, const struct talk *t, bool back)
{
	const struct bond_hash_conf conf = {.policy = policy, .symmetric = symmetric};
	uint8_t data[HASH_FRAME_MAX];
	const uint32_t len = back ? build(data, shape, &there, &here, t->protocol, t->back)
				  : build(data, shape, &here, &there, t->protocol, t->forth);
	const struct bond_frame f = bond_frame_of(data, len);

	return bond_hash(&conf, &f);
}

static void
both_directions_have_one_hash_under_every_policy(void **state)
{
	(void)state;
	for (uint8_t p = 0; p < BOND_HASH_POLICIES; p++)
		for (unsigned int s = 0; s < SHAPES; s++)
			for (unsigned int i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
				const struct talk *t = &talks[i];

				if (hash_of(p, true, s, t, false) != hash_of(p, true, s, t, true))
					fail_msg("%s, shape %u, %s: two hashes",
						 bond_hash_policy_name(p), s, t->what);
			}
}

static void
without_it_they_have_two(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		const struct talk *t = &talks[i];
		const bool same = hash_of(BOND_HASH_LAYER34, false, PLAIN_V4, t, false) ==
				  hash_of(BOND_HASH_LAYER34, false, PLAIN_V4, t, true);

		if (same == t->one_way)
			fail_msg("%s: %s hash", t->what, same ? "one" : "two");
	}
	assert_int_not_equal(hash_of(BOND_HASH_VLAN_SRCMAC, false, TAGGED, talks, false),
			     hash_of(BOND_HASH_VLAN_SRCMAC, false, TAGGED, talks, true));
}

/* An error goes with the conversation that it is about: the packet it quotes went the other way. */
static void
an_icmp_error_goes_with_what_it_quotes(void **state)
{
	static const struct talk udp = {"UDP", 17, "d431003500080000", "0035d43100080000", true};
	const struct bond_hash_conf conf = {.policy = BOND_HASH_LAYER34, .symmetric = true};
	uint8_t data[HASH_FRAME_MAX];
	const uint32_t len = hash_octets("0200000000b20200000000a10800"
					 "45000100000100004001"
					 "0000"
					 "0a010203"
					 "ac10fe4d"
					 "0303000000000000"
					 "45000100000100004011"
					 "0000"
					 "ac10fe4d"
					 "0a010203"
					 "0035d43100080000",
					 data);
	const struct bond_frame f = bond_frame_raw(data, len);

	(void)state;
	assert_int_equal(bond_hash(&conf, &f),
			 hash_of(BOND_HASH_LAYER34, true, PLAIN_V4, &udp, false));
}

/* Policies without ports are as they are, and frames without ports under the others as well. */
static void
it_changes_no_hash_that_is_symmetric_already(void **state)
{
	static struct hash_rows r;
	uint8_t data[HASH_FRAME_MAX];
	unsigned int rows = 0;

	(void)state;
	hash_rows_open(&r, "vectors.csv");
	while (hash_rows_next(&r)) {
		const uint8_t policy = hash_policy(r.field[0]);
		const struct bond_hash_conf conf = {.policy = policy, .symmetric = true};
		const uint32_t len = hash_octets(r.field[2], data);
		const struct bond_frame f = hash_frame(r.field[6], data, len);

		if (policy != BOND_HASH_LAYER2 && policy != BOND_HASH_LAYER23 &&
		    policy != BOND_HASH_ENCAP23 && strcmp(r.field[7], "arp") != 0)
			continue;
		if (policy == BOND_HASH_VLAN_SRCMAC)
			continue;
		assert_int_equal(bond_hash(&conf, &f), strtoul(r.field[3], NULL, 16));
		rows++;
	}
	assert_in_range(rows, 3000, 7464);
}

/* All pairs of ports of two hosts, 128 by 128: pairs fall together only with their own reverse. */
static void
different_conversations_stay_apart(void **state)
{
	static uint32_t hash[128 * 128];
	const struct bond_hash_conf conf = {.policy = BOND_HASH_LAYER34, .symmetric = true};
	uint8_t data[HASH_FRAME_MAX];
	const uint32_t len = build(data, PLAIN_V4, &here, &there, 6, "00000000");
	const struct bond_frame f = bond_frame_raw(data, len);
	unsigned int equal = 0;

	(void)state;
	for (unsigned int i = 0; i < 128 * 128; i++) {
		data[34] = 0x80;
		data[35] = (uint8_t)(i / 128 * 2); /* even, for the lowest bit of the hash is cut */
		data[36] = 0x80;
		data[37] = (uint8_t)(i % 128 * 2);
		hash[i] = bond_hash(&conf, &f);
	}
	for (unsigned int i = 0; i < 128 * 128; i++)
		for (unsigned int k = 0; k < i; k++) {
			const bool reverse = i / 128 == k % 128 && i % 128 == k / 128;

			if (reverse)
				assert_int_equal(hash[i], hash[k]);
			equal += hash[i] == hash[k];
		}
	assert_int_equal(equal, 128 * 127 / 2);
}

/* Two by two from one box of network cards: over four members, within three standard deviations. */
static void
neighbouring_mac_addresses_spread(void **state)
{
	const struct bond_hash_conf conf = {.policy = BOND_HASH_VLAN_SRCMAC, .symmetric = true};
	uint8_t data[HASH_FRAME_MAX];
	unsigned int load[4] = {0};
	const uint32_t len = hash_octets("0200000000000200000000000800", data);
	const struct bond_frame f = bond_frame_raw(data, len);

	(void)state;
	for (unsigned int i = 0; i < 64 * 128; i++) {
		data[4] = data[10] = (uint8_t)(i / 128);
		data[5] = (uint8_t)(2 * i);
		data[11] = (uint8_t)(2 * i + 1);
		load[bond_hash(&conf, &f) % 4]++;
	}
	for (unsigned int i = 0; i < 4; i++)
		assert_in_range(load[i], 16 * 128 - 118, 16 * 128 + 118);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_have_one_hash_under_every_policy),
		cmocka_unit_test(without_it_they_have_two),
		cmocka_unit_test(an_icmp_error_goes_with_what_it_quotes),
		cmocka_unit_test(it_changes_no_hash_that_is_symmetric_already),
		cmocka_unit_test(different_conversations_stay_apart),
		cmocka_unit_test(neighbouring_mac_addresses_spread),
	};

	return cmocka_run_group_tests_name("bond_hash_symmetric", tests, NULL, NULL);
}
