/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_hash_bounds.c - frames cut anywhere: no octet beyond the end is read or counts. */
#include "hash_rows.h"

/* The same octets in a block that ends with them, for the address sanitizer to watch. */
static uint32_t
hash_of_exactly(const struct bond_hash_conf *conf, struct bond_frame f)
{
	uint8_t *block = malloc(f.len > 0 ? f.len : 1);
	uint32_t hash;

	assert_non_null(block);
	memcpy(block, f.data, f.len);
	f.data = f.len > 0 ? block : block + 1;
	hash = bond_hash(conf, &f);
	free(block);
	return hash;
}

/* @param data has room for as much again after len */
static void
assert_stays_inside(uint8_t *data, uint32_t len, const char *what)
{
	for (unsigned int i = 0; i < BOND_HASH_POLICIES * 4; i++) {
		const struct bond_hash_conf conf = {.policy = (uint8_t)(i / 4),
						    .symmetric = i % 2 == 1};
		const struct bond_frame f =
			i % 4 < 2 ? bond_frame_of(data, len) : bond_frame_raw(data, len);
		const uint32_t hash = hash_of_exactly(&conf, f);

		memset(data + len, 0xff, 64);
		if (bond_hash(&conf, &f) != hash)
			fail_msg("%s of %s: octets beyond %u count",
				 bond_hash_policy_name(conf.policy), what, len);
		if (len < 14)
			assert_int_equal(hash, 0);
	}
}

/* One frame of each kind there is in a table, at every length. */
static void
cut_everywhere(const char *name, unsigned int frame, unsigned int kind, unsigned int kinds)
{
	static struct hash_rows r;
	static char seen[512][40];
	uint8_t data[HASH_FRAME_MAX], cut[HASH_FRAME_MAX + 64];
	unsigned int n = 0;

	hash_rows_open(&r, name);
	while (hash_rows_next(&r)) {
		const uint32_t len = hash_octets(r.field[frame], data);
		unsigned int i = 0;

		while (i < n && strcmp(seen[i], r.field[kind]) != 0)
			i++;
		if (i < n)
			continue;
		assert_true(n < 512);
		snprintf(seen[n++], sizeof(seen[0]), "%s", r.field[kind]);
		for (uint32_t l = 0; l <= len; l++) {
			memcpy(cut, data, len);
			assert_stays_inside(cut, l, r.field[kind]);
		}
	}
	assert_int_equal(n, kinds);
}

static void
no_octet_beyond_the_end_of_a_recorded_frame_counts(void **state)
{
	(void)state;
	cut_everywhere("vectors.csv", 2, 7, 116);
}

static void
no_octet_beyond_the_end_of_a_rare_frame_counts(void **state)
{
	(void)state;
	cut_everywhere("corners.csv", 1, 5, 218);
}

/* Extension headers say themselves how long they are: 2040 octets and more, again and again. */
static void
lengths_inside_headers_are_not_believed(void **state)
{
	static const char ip6[] = "02000000000b02000000000a86dd60000000ffff0040"
				  "20010db800000000000000000000000120010db8000000000000000000000002"
				  "00ff";
	static const char ip4[] = "02000000000b02000000000a08004f00ffff0001000040040000"
				  "0a0000010a0000024f00ffff00010000400600000a0000010a000002";
	uint8_t data[HASH_FRAME_MAX + 64];

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		const uint32_t len = hash_octets(i == 0 ? ip6 : ip4, data);

		for (uint32_t l = len; l > 0; l--) {
			memset(data, 0, sizeof(data));
			hash_octets(i == 0 ? ip6 : ip4, data);
			assert_stays_inside(data, l, i == 0 ? "long options" : "IPv4 options");
		}
	}
}

/* Any address will do: frames behind tunnels begin anywhere. */
static void
alignment_does_not_matter(void **state)
{
	static struct hash_rows r;
	uint8_t data[HASH_FRAME_MAX], moved[HASH_FRAME_MAX + 8];
	unsigned int rows = 0;

	(void)state;
	hash_rows_open(&r, "corners.csv");
	while (hash_rows_next(&r)) {
		const struct bond_hash_conf conf = {.policy = hash_policy(r.field[0])};
		const uint32_t len = hash_octets(r.field[1], data);
		const struct bond_frame f = bond_frame_raw(data, len);
		const uint32_t hash = bond_hash(&conf, &f);

		for (unsigned int shift = 1; shift < 8; shift++) {
			const struct bond_frame g = bond_frame_raw(moved + shift, len);

			memcpy(moved + shift, data, len);
			assert_int_equal(bond_hash(&conf, &g), hash);
		}
		rows++;
	}
	assert_true(rows > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_octet_beyond_the_end_of_a_recorded_frame_counts),
		cmocka_unit_test(no_octet_beyond_the_end_of_a_rare_frame_counts),
		cmocka_unit_test(lengths_inside_headers_are_not_believed),
		cmocka_unit_test(alignment_does_not_matter),
	};

	return cmocka_run_group_tests_name("bond_hash_bounds", tests, NULL, NULL);
}
