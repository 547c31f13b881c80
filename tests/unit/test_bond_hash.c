/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_hash.c - every recorded frame gets the hash and the member that Linux gave it. */
#include "hash_rows.h"

static void
the_names_are_those_of_linux(void **state)
{
	(void)state;
	assert_string_equal(bond_hash_policy_name(0), "layer2");
	assert_string_equal(bond_hash_policy_name(1), "layer3+4");
	assert_string_equal(bond_hash_policy_name(2), "layer2+3");
	assert_string_equal(bond_hash_policy_name(3), "encap2+3");
	assert_string_equal(bond_hash_policy_name(4), "encap3+4");
	assert_string_equal(bond_hash_policy_name(5), "vlan+srcmac");
	assert_null(bond_hash_policy_name(BOND_HASH_POLICIES));
	assert_null(bond_hash_policy_name(UINT32_MAX));
}

/*
 * Where "agree" is 0 only the hash is compared. These 21 rows are encap3+4 from sockets of the
 * machine itself (TCP, connected UDP, UDP over IPv6), for which Linux takes the socket's own
 * random hash: the member depends on what no frame shows.
 */
static void
hash_and_member_are_those_of_7464_recorded_frames(void **state)
{
	enum { POLICY, MEMBERS, FRAME, HASH, MEMBER, AGREE, PATH, CASE };
	static struct hash_rows r;
	uint8_t data[HASH_FRAME_MAX];
	unsigned int rows = 0, members = 0;

	(void)state;
	hash_rows_open(&r, "vectors.csv");
	while (hash_rows_next(&r)) {
		const struct bond_hash_conf conf = {.policy = hash_policy(r.field[POLICY])};
		const uint32_t len = hash_octets(r.field[FRAME], data);
		const struct bond_frame f = hash_frame(r.field[PATH], data, len);
		const uint32_t hash = bond_hash(&conf, &f);
		const bool agree = strcmp(r.field[AGREE], "1") == 0;

		if (hash != strtoul(r.field[HASH], NULL, 16) ||
		    (agree && hash % strtoul(r.field[MEMBERS], NULL, 10) !=
				      strtoul(r.field[MEMBER], NULL, 10)))
			fail_msg("%s of a frame %s (%s): 0x%08x, not %s", r.field[POLICY],
				 r.field[CASE], r.field[PATH], hash, r.field[HASH]);
		rows++;
		members += agree;
	}
	assert_int_equal(rows, 7464);
	assert_int_equal(members, 7464 - 21);
}

static void
rare_frames_go_where_linux_sent_them(void **state)
{
	enum { POLICY, FRAME, OF_8, OF_7, OF_5, CASE };
	static const uint32_t members[] = {8, 7, 5};
	static struct hash_rows r;
	uint8_t data[HASH_FRAME_MAX];
	unsigned int rows = 0;

	(void)state;
	hash_rows_open(&r, "corners.csv");
	while (hash_rows_next(&r)) {
		const struct bond_hash_conf conf = {.policy = hash_policy(r.field[POLICY])};
		const uint32_t len = hash_octets(r.field[FRAME], data);
		const struct bond_frame f = hash_frame_packet(data, len);
		const uint32_t hash = bond_hash(&conf, &f);

		for (unsigned int i = 0; i < 3; i++)
			if (hash % members[i] != strtoul(r.field[OF_8 + i], NULL, 10))
				fail_msg("%s of a frame %s: 0x%08x, but Linux took %s of %u",
					 r.field[POLICY], r.field[CASE], hash, r.field[OF_8 + i],
					 members[i]);
		rows++;
	}
	assert_int_equal(rows, 1442);
}

#define SRC "02000000000a"
#define DST "02000000000b"
#define V4                                                                                         \
	DST SRC "0800"                                                                             \
		"4500001c000100004011"                                                             \
		"0000"
#define TCP                                                                                        \
	DST SRC "0800"                                                                             \
		"4500001c000100004006"                                                             \
		"0000"
#define ICM                                                                                        \
	DST SRC "0800"                                                                             \
		"4500001c000100004001"                                                             \
		"0000"
#define V6                                                                                         \
	DST SRC "86dd"                                                                             \
		"6000000000081140"
#define A1 "20010db8000000000000000000000001"
#define A2 "20010db8000000000000000000000002"

/* Computed by hand from the formulas, in the order in which the documentation explains them. */
static const struct {
	uint8_t policy;
	uint32_t hash;
	const char *frame;
} table[] = {
	{BOND_HASH_LAYER2, 0x00000801, V4 "0a0000010a00000200010002"},
	{BOND_HASH_LAYER2, 0x00000807,
	 DST SRC "0806"
		 "0001080006040001"},
	{BOND_HASH_LAYER2, 0x000086dc, V6 A1 A2 "00010002"},
	{BOND_HASH_LAYER23, 0x03030b0a, V4 "0a0000010a00000200010002"},
	{BOND_HASH_LAYER23, 0x4743f39e, V4 "c0a8010aac10054d00010002"},
	{BOND_HASH_LAYER23, 0x03038559, V6 A1 A2 "00010002"},
	{BOND_HASH_LAYER34, 0x29a989c7, TCP "0a0000010a0000029c400050"},
	{BOND_HASH_LAYER34, 0x29a98947, TCP "0a0000010a0000029c410050"},
	{BOND_HASH_LAYER34, 0x29a988c6, TCP "0a0000010a0000029c420050"},
	{BOND_HASH_LAYER34, 0x21efc7c7, TCP "0a0000020a00000100509c40"},
	{BOND_HASH_LAYER34, 0x01818181,
	 DST SRC "0800"
		 "4500001c000120004006"
		 "0000"
		 "0a0000010a0000029c400050"},
	{BOND_HASH_LAYER34, 0x5c5c9891, V6 A1 A2 "138801bb"},
	{BOND_HASH_LAYER34, 0x08929296, ICM "0a0000010a0000020800000012340001"},
	{BOND_HASH_LAYER34, 0x01810105, ICM "0a0000010a0000020800000000000001"},
	{BOND_HASH_LAYER34, 0x06158f0f,
	 ICM "0a0000010a0000020301000000000000"
	     "4500001c000100004011"
	     "0000"
	     "0a0000020a0000010035270f00080000"},
	{BOND_HASH_VLAN_SRCMAC, 0x00406032,
	 DST "525400123456"
	     "810000640800"},
	{BOND_HASH_VLAN_SRCMAC, 0x00400032,
	 DST "525400123456"
	     "810060640800"},
	{BOND_HASH_VLAN_SRCMAC, 0x00406056,
	 DST "525400123456"
	     "0800"},
};

static void
hashes_are_those_of_the_formulas(void **state)
{
	uint8_t data[HASH_FRAME_MAX];

	(void)state;
	for (unsigned int i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct bond_hash_conf conf = {.policy = table[i].policy};
		const struct bond_frame f = bond_frame_of(data, hash_octets(table[i].frame, data));

		if (bond_hash(&conf, &f) != table[i].hash)
			fail_msg("row %u: 0x%08x, not 0x%08x", i, bond_hash(&conf, &f),
				 table[i].hash);
	}
}

/* Where a tag lies decides what the policies see. */
static void
only_the_outermost_tag_can_be_out_of_band(void **state)
{
	static const struct bond_hash_conf layer2 = {.policy = BOND_HASH_LAYER2};
	uint8_t data[HASH_FRAME_MAX];
	const uint32_t len = hash_octets(DST SRC "88a800078100200908004500", data);
	const struct bond_frame raw = bond_frame_raw(data, len), of = bond_frame_of(data, len);

	(void)state;
	assert_int_equal(raw.tci, 0);
	assert_int_equal(bond_hash(&layer2, &raw), 0x0b ^ 0x0a ^ 0x88a8);
	assert_int_equal(of.tci, 0x0007);
	assert_int_equal(bond_hash(&layer2, &of), 0x0b ^ 0x0a ^ 0x8100);
	assert_int_equal(bond_frame_of(data, 17).type_at, 12); /* no room for what it is before */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_names_are_those_of_linux),
		cmocka_unit_test(hash_and_member_are_those_of_7464_recorded_frames),
		cmocka_unit_test(rare_frames_go_where_linux_sent_them),
		cmocka_unit_test(hashes_are_those_of_the_formulas),
		cmocka_unit_test(only_the_outermost_tag_can_be_out_of_band),
	};

	return cmocka_run_group_tests_name("bond_hash", tests, NULL, NULL);
}
