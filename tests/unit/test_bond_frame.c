/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_frame.c - our frames are, octet for octet, those that Linux bonding was recorded to send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bond_frame.h"
#include "neighbour_match.h"

static const uint8_t mac[6] = {0x02, 0, 0, 0, 0x01, 0};
static const uint8_t peer_mac[6] = {0x02, 0, 0, 0, 0x02, 0};

#define V4(a, b, c, d) ((struct bond_ip){.octet = {a, b, c, d}})
#define V6(p, q, subnet, last)                                                                     \
	((struct bond_ip){.v6 = true, .octet = {p, q, 0x0d, 0xb8, 0, subnet, [15] = last}})

static const struct bond_tags untagged, vlan100 = {1, {{0x8100, 100}}},
					stacked = {2, {{0x8100, 100}, {0x8100, 7}}};

struct expected {
	uint8_t frame[BOND_FRAME_SIZE];
	size_t len;
	bool seen;
};

/* Every frame that is expected is in the recording; a recording has no padding. */
static void
assert_recorded(const char *name, struct expected *e, size_t n)
{
	uint8_t header[24], record[16], frame[2048];
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/golden/pcap/%s.pcap", TEST_DIR, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(header, 1, sizeof(header), file), sizeof(header));
	while (fread(record, 1, sizeof(record), file) == sizeof(record)) {
		const size_t len = record[8] | (size_t)record[9] << 8;

		assert_true(len <= sizeof(frame));
		assert_int_equal(fread(frame, 1, len, file), len);
		for (size_t i = 0; i < n; i++)
			if (len <= e[i].len && memcmp(frame, e[i].frame, len) == 0)
				e[i].seen = true;
	}
	fclose(file);
	for (size_t i = 0; i < n; i++) {
		if (!e[i].seen)
			print_message("%s: frame %zu was not recorded\n", name, i);
		assert_true(e[i].seen);
	}
}

static void
announcements_are_the_recorded_ones(void **state)
{
	struct expected e[4] = {0};

	(void)state;
	e[0].len = bond_frame_garp(mac, &V4(10, 9, 0, 2), &untagged, e[0].frame);
	e[1].len = bond_frame_garp(mac, &V4(10, 8, 0, 2), &vlan100, e[1].frame);
	e[2].len = bond_frame_na(mac, &V6(0x20, 0x01, 0, 2), &untagged, false, e[2].frame);
	e[3].len = bond_frame_na(mac, &V6(0x20, 0x01, 1, 2), &vlan100, false, e[3].frame);
	assert_int_equal(e[0].len, 60);
	assert_int_equal(e[1].len, 64);
	assert_recorded("garp_num3_delay300.m1", e, 4);
	bond_frame_na(mac, &V6(0x20, 0x01, 0, 2), &untagged, true, e[2].frame);
	assert_int_equal(e[2].frame[58], 0xa0); /* router and override */
}

static void
arp_probes_are_the_recorded_ones(void **state)
{
	struct expected e[3] = {0};
	static const struct bond_ip none;

	(void)state;
	e[0].len = bond_frame_arp(mac, &V4(10, 9, 0, 2), &V4(10, 9, 0, 1), &vlan100, e[0].frame);
	e[1].len = bond_frame_arp(mac, &V4(10, 8, 0, 2), &V4(10, 8, 0, 1), &stacked, e[1].frame);
	e[2].len = bond_frame_arp(mac, &none, &V4(192, 0, 2, 9), &untagged, e[2].frame);
	assert_recorded("arp_no_route_and_vlan_probe.m0", e, 3);
}

static void
neighbour_solicitations_are_the_recorded_ones(void **state)
{
	struct expected e[3] = {0};
	static const struct bond_ip none = {.v6 = true};

	(void)state;
	e[0].len = bond_frame_ns(mac, &none, &V6(0x20, 0x01, 0, 1), &untagged, e[0].frame);
	e[1].len = bond_frame_ns(mac, &V6(0x20, 0x01, 0, 2), &V6(0x20, 0x01, 0, 1), &untagged,
				 e[1].frame);
	e[2].len = bond_frame_ns(mac, &V6(0x20, 0x01, 0, 2), &V6(0x20, 0x01, 0, 0x77), &untagged,
				 e[2].frame);
	assert_recorded("ns_probes.m0", e, 3);
}

static void
an_igmp_report_is_the_recorded_one(void **state)
{
	const struct bond_group group = {
		.ip = V4(239, 1, 2, 3), .source = V4(10, 9, 0, 2), .version = 3};
	struct expected e[1] = {0};

	(void)state;
	e[0].len = bond_frame_report(mac, &group, e[0].frame);
	assert_recorded("igmp_active-backup.m1", e, 1);
}

static uint16_t
sum(uint32_t seed, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		seed += (uint32_t)p[i] << 8 | p[i + 1];
	while (seed >> 16)
		seed = (seed & 0xffff) + (seed >> 16);
	return (uint16_t)seed;
}

static void
older_igmp_goes_to_the_group_itself(void **state)
{
	struct bond_group group = {
		.ip = V4(239, 129, 2, 3), .source = V4(10, 9, 0, 2), .version = 2};
	static const uint8_t dst[] = {0x01, 0x00, 0x5e, 0x01, 0x02, 0x03};
	uint8_t frame[BOND_FRAME_SIZE];

	(void)state;
	assert_int_equal(bond_frame_report(mac, &group, frame), 60);
	assert_memory_equal(frame, dst, 6);
	assert_memory_equal(frame + 30, group.ip.octet, 4);
	assert_int_equal(frame[38], 0x16);
	assert_int_equal(sum(0, frame + 14, 24), 0xffff);
	assert_int_equal(sum(0, frame + 38, 8), 0xffff);
	group.version = 1;
	bond_frame_report(mac, &group, frame);
	assert_int_equal(frame[38], 0x12);
}

static void
mld_reports_have_right_checksums_and_addresses(void **state)
{
	struct bond_group group = {.ip = V6(0xff, 0x15, 0, 9),
				   .source = bond_ip_link_local(mac),
				   .tags = vlan100,
				   .version = 2};
	uint8_t frame[BOND_FRAME_SIZE];

	(void)state;
	/* Ethernet 14, tag 4, IPv6 40, options 8, message 8, record 20 */
	assert_int_equal(bond_frame_report(mac, &group, frame), 94);
	assert_int_equal(frame[58 + 8], 143);
	assert_int_equal(sum(28 + 58, frame + 26, 32) != 0, 1);
	assert_int_equal(sum(sum(28 + 58, frame + 26, 32), frame + 66, 28), 0xffff);
	assert_memory_equal(frame + 78, group.ip.octet, 16);
	group.version = 1;
	assert_int_equal(bond_frame_report(mac, &group, frame), 90);
	assert_int_equal(frame[66], 131);
	assert_int_equal(sum(sum(24 + 58, frame + 26, 32), frame + 66, 24), 0xffff);
	assert_memory_equal(frame + 42, group.ip.octet, 16);
}

static void
a_rarp_announces_a_mac_of_somebody_else(void **state)
{
	static const uint8_t guest[6] = {0x52, 0x54, 0, 1, 2, 3};
	uint8_t frame[BOND_FRAME_SIZE];

	(void)state;
	assert_int_equal(bond_frame_rarp(guest, &untagged, frame), 60);
	assert_int_equal(frame[12] << 8 | frame[13], 0x8035);
	assert_int_equal(frame[21], 3);
	assert_memory_equal(frame + 6, guest, 6);
	assert_memory_equal(frame + 22, guest, 6);
	assert_memory_equal(frame + 32, guest, 6);
}

static void
what_is_built_can_be_read(void **state)
{
	const struct bond_ip us = V4(10, 8, 0, 2), them = V4(10, 8, 0, 1);
	const struct bond_ip us6 = V6(0x20, 0x01, 0, 2), them6 = V6(0x20, 0x01, 0, 1);
	uint8_t frame[BOND_FRAME_SIZE];
	struct bond_neighbour n;
	size_t len;

	(void)state;
	len = bond_frame_arp(mac, &us, &them, &stacked, frame);
	assert_true(bond_frame_parse(frame, len, &n));
	assert_int_equal(n.kind, BOND_NEIGHBOUR_ARP_REQUEST);
	assert_true(bond_ip_equal(&n.sender, &us) && bond_ip_equal(&n.target, &them));
	assert_memory_equal(n.src_mac, mac, 6);

	len = bond_frame_ns(mac, &us6, &them6, &vlan100, frame);
	assert_true(bond_frame_parse(frame, len, &n));
	assert_int_equal(n.kind, BOND_NEIGHBOUR_NS);
	assert_true(bond_ip_equal(&n.sender, &us6) && bond_ip_equal(&n.about, &them6));

	len = bond_frame_na(peer_mac, &them6, &untagged, false, frame);
	assert_true(bond_frame_parse(frame, len, &n));
	assert_int_equal(n.kind, BOND_NEIGHBOUR_NA);
	assert_true(bond_ip_equal(&n.about, &them6));
}

static void
frames_cut_short_or_of_other_kinds_are_no_neighbours(void **state)
{
	const struct bond_ip us6 = V6(0x20, 0x01, 0, 2), them6 = V6(0x20, 0x01, 0, 1);
	const struct bond_ip us = V4(10, 8, 0, 2), them = V4(10, 8, 0, 1);
	uint8_t frame[BOND_FRAME_SIZE], exact[BOND_FRAME_SIZE];
	struct bond_neighbour n;
	size_t len;

	(void)state;
	len = bond_frame_ns(mac, &us6, &them6, &stacked, frame);
	for (size_t cut = 0; cut < len; cut++) {
		/* at the end of its own array, for the sanitizer */
		uint8_t *at = exact + sizeof(exact) - cut;

		memcpy(at, frame, cut);
		assert_int_equal(bond_neighbour_is(at, cut), cut > 22 + 40);
		if (bond_frame_parse(at, cut, &n))
			assert_true(cut >= 22 + 40 + 24 || n.kind == BOND_NEIGHBOUR_OTHER);
	}
	len = bond_frame_garp(mac, &us, &stacked, frame);
	assert_true(bond_neighbour_is(frame, len));
	assert_false(bond_neighbour_is(frame, bond_frame_rarp(mac, &untagged, frame)));
	len = bond_frame_arp(mac, &us, &them, &untagged, frame);
	assert_false(bond_frame_parse(frame, 41, &n));
	assert_true(bond_frame_parse(frame, 42, &n));
	for (size_t i = 14; i < 20; i++) { /* hardware, protocol, lengths */
		frame[i] ^= 1;
		assert_false(bond_frame_parse(frame, len, &n));
		frame[i] ^= 1;
	}
	frame[21] = 9;
	assert_true(bond_frame_parse(frame, len, &n));
	assert_int_equal(n.kind, BOND_NEIGHBOUR_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announcements_are_the_recorded_ones),
		cmocka_unit_test(arp_probes_are_the_recorded_ones),
		cmocka_unit_test(neighbour_solicitations_are_the_recorded_ones),
		cmocka_unit_test(an_igmp_report_is_the_recorded_one),
		cmocka_unit_test(older_igmp_goes_to_the_group_itself),
		cmocka_unit_test(mld_reports_have_right_checksums_and_addresses),
		cmocka_unit_test(a_rarp_announces_a_mac_of_somebody_else),
		cmocka_unit_test(what_is_built_can_be_read),
		cmocka_unit_test(frames_cut_short_or_of_other_kinds_are_no_neighbours),
	};
	return cmocka_run_group_tests_name("bond_frame", tests, NULL, NULL);
}
