/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_spread.c - balance-xor and broadcast, shares, host queues: what the views then say. */
#include "bond_fixture.h"

static struct fixture f;

static void
start(uint32_t mode)
{
	struct bond_options options = bond_options_default();

	options.mode = mode;
	fixture_start(&f, &options);
}

static unsigned int
buckets_of(const char *name)
{
	const uint8_t slot = fixture_slot(&f, name);
	unsigned int n = 0;

	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		n += f.view.bucket[k] == slot;
	return n;
}

/* "m0 m2": who sends, in the order of turns. */
static void
assert_active(const char *names)
{
	char text[200] = "";

	for (unsigned int i = 0; i < f.view.n_active; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			 f.b.member[f.view.active[i]].name);
	assert_string_equal(text, names);
}

static void
balance_xor_deals_flows_over_the_members_that_can_send(void **state)
{
	struct bond_view before;

	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2;0 attach_down m3");
	assert_active("m0 m1 m2");
	assert_int_equal(f.view.spread, BOND_SPREAD_BUCKETS);
	assert_int_equal(f.view.rx, 0xf); /* a link that is down may still deliver, as in Linux */
	before = f.view;
	fixture_run(&f, "100 cut m1");
	assert_active("m0 m2");
	assert_int_equal(buckets_of("m0"), 128);
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		if (before.bucket[k] != 1)
			assert_int_equal(f.view.bucket[k], before.bucket[k]);
	fixture_run(&f, "200 host down");
	assert_active("");
	assert_int_equal(f.view.rx, 0);
	assert_int_equal(bond_activate(&f.b, 0, f.now), -95);
}

static void
downdelay_keeps_no_flow_on_a_member_without_carrier(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 set downdelay 1000;0 attach m0;0 attach m1;100 cut m0");
	assert_int_equal(f.b.member[0].link, BOND_LINK_FAIL);
	assert_active("m1");
}

static void
broadcast_sends_on_all_that_can_and_is_as_fast_as_the_slowest(void **state)
{
	const struct bond_link_fact slow = {true, 1000, BOND_DUPLEX_FULL};
	const struct bond_link_fact unknown = {true, 0, BOND_DUPLEX_UNKNOWN};

	(void)state;
	start(BOND_MODE_BROADCAST);
	fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2");
	assert_int_equal(f.view.spread, BOND_SPREAD_ALL);
	assert_active("m0 m1 m2");
	assert_int_equal(bond_speed_mbps(&f.b), 10000);
	bond_member_link(&f.b, 1, &slow, f.now);
	fixture_check(&f);
	assert_int_equal(bond_speed_mbps(&f.b), 1000);
	bond_member_link(&f.b, 2, &unknown, f.now); /* says nothing */
	fixture_check(&f);
	assert_int_equal(bond_speed_mbps(&f.b), 1000);
	fixture_run(&f, "100 cut m1");
	assert_active("m0 m2");
	assert_int_equal(bond_speed_mbps(&f.b), 10000);
	assert_int_equal(f.view.rx, 7);
	fixture_run(&f, "200 cut m0 m2");
	assert_active("");
	assert_int_equal(bond_speed_mbps(&f.b), 0);
}

static void
the_hash_is_as_the_options_say(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	assert_int_equal(f.view.hash.policy, BOND_HASH_LAYER2);
	fixture_run(&f,
		    "0 set xmit_hash_policy layer2+3;0 set hash_seed 77;0 set symmetric_hash 1");
	assert_int_equal(f.view.hash.policy, BOND_HASH_LAYER23);
	assert_int_equal(f.view.hash.seed, 77);
	assert_true(f.view.hash.symmetric);
	fixture_run(&f, "0 set resilient_hash 0");
	assert_int_equal(f.view.spread, BOND_SPREAD_MODULO);
	assert_active("m0 m1");
	for (unsigned int k = 0; k < BOND_BUCKETS; k++)
		assert_int_equal(f.view.bucket[k], BOND_NONE);
	fixture_run(&f, "0 set resilient_hash 1");
	assert_int_equal(buckets_of("m0"), 128);
}

static void
the_hash_of_a_nic_is_used_only_where_none_is_promised(void **state)
{
	static const struct {
		const char *set;
		bool used;
	} steps[] = {
		{"xmit_hash_policy layer2+3", false},
		{"xmit_hash_policy vlan+srcmac", false},
		{"xmit_hash_policy encap2+3", false},
		{"xmit_hash_policy layer3+4", true},
		{"xmit_hash_policy encap3+4", true},
		{"hash_seed 5", true}, /* it is mixed into any hash */
		{"symmetric_hash 1", false},
		{"symmetric_hash 0", true},
		{"resilient_hash 0", false},
		{"resilient_hash 1", true},
		{"nic_hash off", false},
	};

	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	assert_false(f.view.nic_hash);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char command[64];

		snprintf(command, sizeof(command), "set %s", steps[i].set);
		fixture_do(&f, command);
		assert_int_equal(f.view.nic_hash, steps[i].used);
	}
}

static void
shares_go_by_weight_else_by_speed_where_it_is_known(void **state)
{
	const struct bond_link_fact fast = {true, 30000, BOND_DUPLEX_FULL};
	const struct bond_link_fact unknown = {true, 0, BOND_DUPLEX_UNKNOWN};

	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	assert_int_equal(buckets_of("m0"), 128);
	bond_member_link(&f.b, 1, &fast, f.now);
	fixture_check(&f);
	assert_int_equal(buckets_of("m1"), 192);
	bond_member_link(&f.b, 0, &unknown, f.now);
	fixture_check(&f);
	assert_int_equal(buckets_of("m1"), 128);
	assert_int_equal(fixture_member(&f, "m0", 0, 7), 0);
	fixture_check(&f);
	assert_int_equal(buckets_of("m0"), 224); /* m1 has no weight: as 1 */
	fixture_run(&f, "100 attach m2;100 attach m3;100 cut m0");
	assert_int_equal(buckets_of("m1"), 86); /* the weight counts though its member is away */
	assert_int_equal(buckets_of("m3"), 85);
	fixture_run(&f, "200 restore m0");
	assert_int_equal(buckets_of("m0"), 179);
	assert_int_equal(fixture_member(&f, "m0", 0, 0), 0);
	fixture_check(&f);
	assert_int_equal(buckets_of("m0"), 43); /* by speed: 10, 30, 10, 10 Gbit/s */
	assert_int_equal(buckets_of("m1"), 128);
}

static void
the_slowest_member_still_gets_a_bucket(void **state)
{
	const struct bond_link_fact fast = {true, 400000, BOND_DUPLEX_FULL};
	const struct bond_link_fact slow = {true, 10, BOND_DUPLEX_HALF};

	(void)state;
	start(BOND_MODE_BALANCE_XOR);
	fixture_run(&f, "0 attach m0;0 attach m1");
	bond_member_link(&f.b, 0, &slow, f.now);
	bond_member_link(&f.b, 1, &fast, f.now);
	fixture_check(&f);
	assert_int_equal(buckets_of("m0"), 1);
	assert_int_equal(buckets_of("m1"), 255);
}

static void
a_host_queue_has_its_member_while_that_is_up(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(modes[i]);
		fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2");
		assert_false(f.view.by_queue);
		assert_int_equal(fixture_member(&f, "m1", 2, 0), 0);
		assert_int_equal(fixture_member(&f, "m2", 15, 0), 0);
		fixture_check(&f);
		assert_true(f.view.by_queue);
		assert_int_equal(f.view.queue[0], BOND_NONE);
		assert_int_equal(f.view.queue[2], 1); /* with active-backup it is a backup */
		assert_int_equal(f.view.queue[15], 2);
		fixture_run(&f, "100 cut m1");
		assert_int_equal(f.view.queue[2], BOND_NONE);
		fixture_run(&f, "200 restore m1;300 cut m2;400 release m1");
		assert_false(f.view.by_queue);
		fixture_run(&f, "500 restore m2;500");
		assert_int_equal(fixture_member(&f, "m2", 16, 0), 0); /* no host has that queue */
		fixture_check(&f);
		assert_false(f.view.by_queue);
		assert_int_equal(fixture_member(&f, "m2", 1, 0), 0);
		fixture_run(&f, "600 host down");
		assert_false(f.view.by_queue);
	}
}

static void
other_modes_keep_queue_ids_but_ignore_them(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(modes[i]);
		fixture_run(&f, "0 attach m0;0 attach m1");
		assert_int_equal(fixture_member(&f, "m1", 2, 0), 0);
		fixture_check(&f);
		assert_false(f.view.by_queue);
		assert_int_equal(f.view.queue[2], BOND_NONE);
	}
}

static void
reports_of_group_membership_stay_on_one_member(void **state)
{
	(void)state;
	start(BOND_MODE_BALANCE_RR);
	assert_int_equal(f.view.igmp, BOND_NONE);
	fixture_run(&f, "0 attach m0;0 attach m1;0 attach m2");
	assert_int_equal(f.view.igmp, 0);
	fixture_run(&f, "100 cut m0");
	assert_int_equal(f.view.igmp, 1);
	fixture_run(&f, "200 restore m0"); /* no reason to move again */
	assert_int_equal(f.view.igmp, 1);
	fixture_run(&f, "300 cut m1");
	assert_int_equal(f.view.igmp, 0);
	bond_host_igmp(&f.b, false, 350 * BOND_MSEC); /* nothing to look for */
	fixture_run(&f, "360 restore m0");
	assert_int_equal(f.view.igmp, BOND_NONE);
	bond_host_igmp(&f.b, true, 370 * BOND_MSEC);
	fixture_run(&f, "380 restore m0");
	assert_int_equal(f.view.igmp, 0);
	fixture_run(&f, "400 cut m0 m2");
	assert_int_equal(f.view.igmp, BOND_NONE);
}

static void
without_roles_every_member_delivers_whatever_the_option_says(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_BALANCE_XOR,
					 BOND_MODE_BROADCAST};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		start(modes[i]);
		fixture_run(&f, "0 attach m0;0 attach m1;100 cut m1");
		assert_int_equal(f.view.rx, 3);
		fixture_run(&f, "200 set all_slaves_active 1");
		assert_int_equal(f.view.rx, 3);
	}
	start(BOND_MODE_ACTIVE_BACKUP);
	fixture_run(&f, "0 attach m0;0 attach m1");
	assert_int_equal(f.view.rx, 1);
	fixture_run(&f, "100 set all_slaves_active 1");
	assert_int_equal(f.view.rx, 3);
	fixture_run(&f, "200 set all_slaves_active 0");
	assert_int_equal(f.view.rx, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(balance_xor_deals_flows_over_the_members_that_can_send),
		cmocka_unit_test(downdelay_keeps_no_flow_on_a_member_without_carrier),
		cmocka_unit_test(broadcast_sends_on_all_that_can_and_is_as_fast_as_the_slowest),
		cmocka_unit_test(the_hash_is_as_the_options_say),
		cmocka_unit_test(the_hash_of_a_nic_is_used_only_where_none_is_promised),
		cmocka_unit_test(shares_go_by_weight_else_by_speed_where_it_is_known),
		cmocka_unit_test(the_slowest_member_still_gets_a_bucket),
		cmocka_unit_test(a_host_queue_has_its_member_while_that_is_up),
		cmocka_unit_test(other_modes_keep_queue_ids_but_ignore_them),
		cmocka_unit_test(reports_of_group_membership_stay_on_one_member),
		cmocka_unit_test(without_roles_every_member_delivers_whatever_the_option_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
