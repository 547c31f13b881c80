/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_mac.c - who has which MAC address, as Linux was recorded to give them out, and beyond. */
#include <errno.h>

#include "bond_recording.h"

static struct fixture f;
static struct recording theirs;

static const uint8_t spare[6] = {0x02, 0xbd, 0, 0, 0, 9};

static const uint8_t chosen[6] = {0x02, 0, 0, 0, 0x05, 0x05};

static void
start(uint32_t policy)
{
	struct bond_options o = bond_options_default();

	o.mode = BOND_MODE_ACTIVE_BACKUP;
	o.num_peer_notif = 0;
	o.mac.fail_over = policy;
	o.mac.donated = true;
	memcpy(o.mac.spare, spare, 6);
	memcpy(o.system_mac, spare, 6);
	fixture_start(&f, &o);
}

static void
own_mac(const char *name, uint8_t mac[6])
{
	memcpy(mac, "\2\0\0\0\1\0", 6);
	mac[5] = (uint8_t)(name[1] - '0');
}

static void
attach(const char *name)
{
	struct bond_member_options options = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	uint8_t slot;

	own_mac(name, options.perm_mac);
	assert_int_equal(bond_member_add(&f.b, name, &options, &fact, f.now, &slot), 0);
	fixture_check(&f);
}

/* What it has now: a port that has left has its own again. */
static void
mac_now(const char *name, uint8_t mac[6])
{
	const uint8_t slot = bond_member_find(&f.b, name);

	if (strcmp(name, "bond0") == 0)
		memcpy(mac, f.b.mac, 6);
	else if (slot != BOND_NONE)
		memcpy(mac, f.b.member[slot].mac, 6);
	else
		own_mac(name, mac);
}

static void
compare(const char *row)
{
	uint8_t recorded[6], ours[6];
	char name[BOND_NAME_SIZE];
	const int n = sscanf(row, "mac %15s %hhx:%hhx:%hhx:%hhx:%hhx:%hhx", name, &recorded[0],
			     &recorded[1], &recorded[2], &recorded[3], &recorded[4], &recorded[5]);

	assert_int_equal(n, 7);
	mac_now(name, ours);
	if (f.b.n_members == 0 && strcmp(name, "bond0") == 0)
		/* Linux takes a random one, and forgets what was chosen */
		assert_memory_equal(ours, f.b.mac_chosen ? chosen : spare, 6);
	else
		assert_memory_equal(ours, recorded, 6);
}

static void
perform(const char *action)
{
	const bool fixed = f.b.options.mac.fail_over != BOND_FAIL_OVER_MAC_NONE;

	if (recording_begins(action, "attach "))
		attach(action + 7);
	else if (recording_begins(action, "cut ") || recording_begins(action, "restore ") ||
		 recording_begins(action, "release "))
		fixture_do(&f, action);
	else if (strcmp(action, "set bond mac") == 0)
		assert_int_equal(bond_set_mac(&f.b, chosen, f.now), fixed ? -EPERM : 0);
	else if (recording_begins(action, "mac "))
		compare(action);
}

static void
the_three_policies_give_out_what_linux_gave_out(void **state)
{
	unsigned int compared = 0;

	(void)state;
	recording_read(&theirs, "fail_over_mac");
	for (unsigned int i = 0; i < theirs.actions.n; i++) {
		const char *action = theirs.actions.row[i].text;

		if (strcmp(action, "fail_over_mac none") == 0)
			start(BOND_FAIL_OVER_MAC_NONE);
		else if (strcmp(action, "fail_over_mac active") == 0)
			start(BOND_FAIL_OVER_MAC_ACTIVE);
		else if (strcmp(action, "fail_over_mac follow") == 0)
			start(BOND_FAIL_OVER_MAC_FOLLOW);
		else if (f.b.mode)
			perform(action);
		compared += recording_begins(action, "mac ");
	}
	assert_true(compared > 50);
}

static void
a_port_that_leaves_the_bond_its_address_is_warned_of(void **state)
{
	(void)state;
	start(BOND_FAIL_OVER_MAC_NONE);
	attach("m0");
	attach("m1");
	f.log[0] = '\0';
	fixture_do(&f, "release m1");
	assert_null(strstr(f.log, "HWaddr"));
	attach("m1");
	f.log[0] = '\0';
	fixture_do(&f, "release m0");
	assert_string_equal(f.log,
			    "0 m1: making interface the new active one\n"
			    "0 m0: Releasing active interface\n"
			    "0 m0: the permanent HWaddr of slave - 02:00:00:00:01:00 - is still in "
			    "use by bond - set the HWaddr of slave to a different address to avoid "
			    "conflicts\n");
	start(BOND_FAIL_OVER_MAC_ACTIVE);
	attach("m0");
	attach("m1");
	f.log[0] = '\0';
	fixture_do(&f, "release m0");
	assert_null(strstr(f.log, "HWaddr"));
}

static void
a_chosen_address_is_kept(void **state)
{
	static const uint8_t group[6] = {0x03, 9, 9, 9, 9, 9};
	static const uint8_t zero[6];

	(void)state;
	start(BOND_FAIL_OVER_MAC_NONE);
	assert_int_equal(bond_set_mac(&f.b, group, f.now), -EINVAL);
	assert_int_equal(bond_set_mac(&f.b, zero, f.now), -EINVAL);
	assert_int_equal(bond_set_mac(&f.b, chosen, f.now), 0);
	attach("m0");
	assert_memory_equal(f.b.mac, chosen, 6);
	assert_memory_equal(f.b.member[0].mac, chosen, 6);
	fixture_do(&f, "release m0");
	assert_memory_equal(f.b.mac, chosen, 6);
}

static void
with_follow_no_two_members_share_an_address(void **state)
{
	(void)state;
	start(BOND_FAIL_OVER_MAC_FOLLOW);
	attach("m0");
	attach("m1");
	attach("m2");
	fixture_run(&f, "10 cut m0;20 restore m0");
	fixture_do(&f, "release m0"); /* m1 has its address now */
	attach("m0");
	assert_memory_equal(f.b.member[fixture_slot(&f, "m1")].mac, f.b.mac, 6);
	assert_memory_not_equal(f.b.member[fixture_slot(&f, "m0")].mac, f.b.mac, 6);
	fixture_run(&f, "30 activate m0");
	assert_memory_equal(f.b.member[fixture_slot(&f, "m0")].mac, f.b.mac, 6);
	bond_foreach_member (&f.b, a)
		bond_foreach_member (&f.b, b)
			assert_true(a == b || memcmp(f.b.member[a].mac, f.b.member[b].mac, 6) != 0);
}

static void
the_policy_is_fixed_while_there_are_members(void **state)
{
	struct bond_options o;

	(void)state;
	start(BOND_FAIL_OVER_MAC_NONE);
	o = f.b.options;
	o.mac.fail_over = BOND_FAIL_OVER_MAC_FOLLOW + 1;
	assert_int_equal(bond_set_options(&f.b, &o, f.now), -EINVAL);
	o.mac.fail_over = BOND_FAIL_OVER_MAC_FOLLOW;
	assert_int_equal(bond_set_options(&f.b, &o, f.now), 0);
	attach("m0");
	o.mac.fail_over = BOND_FAIL_OVER_MAC_NONE;
	assert_int_equal(bond_set_options(&f.b, &o, f.now), -EBUSY);
}

static void
the_address_to_begin_with_may_differ_from_that_of_the_system(void **state)
{
	struct bond_options o = bond_options_default();

	(void)state;
	memcpy(o.system_mac, chosen, 6);
	fixture_start(&f, &o);
	assert_memory_equal(f.b.mac, chosen, 6);
	memcpy(o.mac.start, spare, 6);
	fixture_start(&f, &o);
	assert_memory_equal(f.b.mac, spare, 6);
	attach("m0"); /* the administrator chose it */
	assert_memory_equal(f.b.mac, spare, 6);
	assert_memory_equal(f.b.member[0].mac, spare, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_policies_give_out_what_linux_gave_out),
		cmocka_unit_test(a_port_that_leaves_the_bond_its_address_is_warned_of),
		cmocka_unit_test(a_chosen_address_is_kept),
		cmocka_unit_test(with_follow_no_two_members_share_an_address),
		cmocka_unit_test(the_policy_is_fixed_while_there_are_members),
		cmocka_unit_test(the_address_to_begin_with_may_differ_from_that_of_the_system),
	};
	return cmocka_run_group_tests_name("bond_mac", tests, NULL, NULL);
}
