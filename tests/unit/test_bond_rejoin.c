/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_rejoin.c - what the network is told when another member carries the bond's frames. */
#include "bond_fixture.h"
#include "bond_frame.h"

static struct fixture f;

/* m0 and m1 ready, everything told; the clock is at 9 s */
static void
start(uint32_t mode, uint32_t rounds)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	options.resend_igmp = rounds;
	memcpy(options.system_mac, "\2\0\0\0\1\0", 6);
	fixture_start(&f, &options);
	fixture_run(&f, "0 attach m0;0 attach m1;9000");
	f.reports = 0;
}

static void
groups_are_reported_when_the_current_member_changes(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 3);
	fixture_run(&f, "10000 cut m0;10001");
	assert_int_equal(f.reports, 1); /* Linux waits for a tick */
	fixture_run(&f, "10200");
	assert_int_equal(f.reports, 1);
	fixture_run(&f, "10201");
	assert_int_equal(f.reports, 2);
	fixture_run(&f, "12000");
	assert_int_equal(f.reports, 3);
	fixture_run(&f, "12000 restore m0;13000");
	assert_int_equal(f.reports, 3); /* m1 stays the current one */
	fixture_run(&f, "13000 activate m0;20000");
	assert_int_equal(f.reports, 6);
}

static void
round_robin_reports_when_its_first_member_is_lost(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR, 2);
	fixture_run(&f, "10000 cut m1;11000 restore m1;12000");
	assert_int_equal(f.reports, 0);
	fixture_run(&f, "12000 cut m0;13000");
	assert_int_equal(f.reports, 2);
	assert_int_equal(f.b.rejoin.slot, 1);
	fixture_run(&f, "13000 restore m0;14000");
	assert_int_equal(f.reports, 2); /* it keeps them */
}

static void
other_modes_report_nothing(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_XOR, 3);
	fixture_run(&f, "10000 cut m0;12000");
	assert_int_equal(f.reports, 0);
	start(BOND_MODE_ACTIVE_BACKUP, 0);
	fixture_run(&f, "10000 cut m0;12000");
	assert_int_equal(f.reports, 0);
}

static void
rounds_end_with_the_host_and_wait_for_the_link(void **state)
{
	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 5);
	fixture_run(&f, "10000 cut m0;10001 host down;11000 host up;20000");
	assert_int_equal(f.reports, 1);
	start(BOND_MODE_ACTIVE_BACKUP, 2);
	fixture_run(&f, "9000 set downdelay 1000;10000 activate m1;10050 cut m1;10900");
	assert_int_equal(f.reports, 1);
	fixture_run(&f, "10900 restore m1;11000");
	assert_int_equal(f.reports, 2);
}

static const struct bond_tags vlan7 = {1, {{0x8100, 7}}};

static void
every_address_and_every_mac_behind_a_bridge_is_announced(void **state)
{
	static const uint8_t own[6] = {2, 0, 0, 0, 7, 7};
	struct bond_address address[4] = {
		{.ip.octet = {10, 0, 0, 1}},
		{.ip.octet = {10, 7, 0, 1}, .has_mac = true},
		{.ip = {.v6 = true, .octet = {0x20, 1}}, .quiet = true},
		{.ip = {.v6 = true, .octet = {0xfe, 0x80}}},
	};
	const struct bond_bridged bridged[2] = {{.mac = {0x52, 0x54, 0, 0, 0, 1}},
						{.mac = {0x52, 0x54, 0, 0, 0, 2}, .tags = vlan7}};
	const struct bond_net net = {
		.address = address, .bridged = bridged, .n_addresses = 4, .n_bridged = 2};
	static const unsigned int types[] = {0x0806, 0x8100, 0x86dd, 0x8035, 0x8100};
	uint8_t frame[BOND_FRAME_SIZE];
	unsigned int next = 0;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 1);
	memcpy(address[1].mac, own, 6);
	address[1].tags = vlan7;
	assert_int_equal(bond_notify_frame(&f.b, &next, frame), 0);
	bond_net_set(&f.b, &net);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_true(bond_notify_frame(&f.b, &next, frame) > 0);
		assert_int_equal(frame[12] << 8 | frame[13], types[i]);
		if (i == 0 || i == 2)
			assert_memory_equal(frame + 6, f.b.mac, 6);
		if (i == 1)
			assert_memory_equal(frame + 6, own, 6);
		if (i >= 3)
			assert_memory_equal(frame + 6, bridged[i - 3].mac, 6);
	}
	assert_int_equal(bond_notify_frame(&f.b, &next, frame), 0);
}

static void
every_group_is_reported(void **state)
{
	const struct bond_group group[2] = {
		{.ip.octet = {239, 1, 2, 3}, .version = 3},
		{.ip = {.v6 = true, .octet = {0xff, 0x15}}, .tags = vlan7, .version = 2}};
	const struct bond_net net = {.group = group, .n_groups = 2};
	uint8_t frame[BOND_FRAME_SIZE];
	unsigned int next = 0;

	(void)state;
	start(BOND_MODE_ACTIVE_BACKUP, 1);
	bond_net_set(&f.b, &net);
	assert_true(bond_rejoin_frame(&f.b, &next, frame) > 0);
	assert_int_equal(frame[12] << 8 | frame[13], 0x0800);
	assert_true(bond_rejoin_frame(&f.b, &next, frame) > 0);
	assert_int_equal(frame[12] << 8 | frame[13], 0x8100);
	assert_int_equal(bond_rejoin_frame(&f.b, &next, frame), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_reported_when_the_current_member_changes),
		cmocka_unit_test(round_robin_reports_when_its_first_member_is_lost),
		cmocka_unit_test(other_modes_report_nothing),
		cmocka_unit_test(rounds_end_with_the_host_and_wait_for_the_link),
		cmocka_unit_test(every_address_and_every_mac_behind_a_bridge_is_announced),
		cmocka_unit_test(every_group_is_reported),
	};
	return cmocka_run_group_tests_name("bond_rejoin", tests, NULL, NULL);
}
