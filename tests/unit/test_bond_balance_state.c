/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_state.c - what Linux showed of itself in balance-tlb and -alb, we show. */
#include "bond_recording.h"

#define SETTLE_MS 150 /* Linux polled every 100 ms, and was late by as much again at times */

static struct fixture f;
static unsigned int compared;

static void
attach(const char *name)
{
	struct bond_member_options o = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	uint8_t slot;

	memcpy(o.perm_mac, (const uint8_t[]){2, 0, 0, 0, 1, (uint8_t)(name[1] - '0')}, 6);
	assert_int_equal(bond_member_add(&f.b, name, &o, &fact, f.now, &slot), 0);
	fixture_check(&f);
}

static void
compare_mac(const char *row)
{
	uint8_t mac[6];
	char name[BOND_NAME_SIZE];

	assert_int_equal(sscanf(row, "mac %15s %hhx:%hhx:%hhx:%hhx:%hhx:%hhx", name, &mac[0],
				&mac[1], &mac[2], &mac[3], &mac[4], &mac[5]),
			 7);
	assert_memory_equal(strcmp(name, "bond0") == 0 ? f.b.mac
						       : f.b.member[fixture_slot(&f, name)].mac,
			    mac, 6);
	compared++;
}

/* @return false: it is nothing that is done to a bond */
static bool
perform(const char *action)
{
	char command[LINE_SIZE];

	if (recording_begins(action, "attach "))
		attach(action + 7);
	else if (recording_begins(action, "cut ") || recording_begins(action, "restore ") ||
		 recording_begins(action, "release "))
		fixture_do(&f, action);
	else if (sscanf(action, "write active_slave=%15s", command) == 1)
		assert_int_equal(bond_activate(&f.b, fixture_slot(&f, command), f.now), 0);
	else if (recording_begins(action, "mac "))
		compare_mac(action);
	else
		return false;
	fixture_check(&f);
	return true;
}

/* What we have of what is shown, as text. @return false: it is compared elsewhere */
static bool
shown_of_bond(const char *what, char text[LINE_SIZE])
{
	uint32_t up = 0;

	bond_foreach_member (&f.b, slot)
		up += f.b.member[slot].link == BOND_LINK_UP;
	if (strcmp(what, "Currently Active Slave") == 0)
		snprintf(text, LINE_SIZE, "%s",
			 f.b.active == BOND_NONE ? "None" : f.b.member[f.b.active].name);
	else if (strcmp(what, "MII Status") == 0)
		snprintf(text, LINE_SIZE, "%s", up > 0 ? "up" : "down");
	else
		return false; /* carrier: test_bond_golden */
	return true;
}

static bool
shown_of_member(const char *name, const char *what, char text[LINE_SIZE])
{
	const uint8_t slot = bond_member_find(&f.b, name);
	const struct bond_member *m = &f.b.member[slot % BOND_MAX_MEMBERS];

	if (slot == BOND_NONE)
		snprintf(text, LINE_SIZE, "None");
	else if (strcmp(what, "Link Failure Count") == 0)
		snprintf(text, LINE_SIZE, "%u", m->link_failure_count);
	else if (strcmp(what, "MII Status") == 0)
		snprintf(text, LINE_SIZE, "%s", m->link == BOND_LINK_UP ? "up" : "down");
	else if (strcmp(what, "Speed") == 0)
		snprintf(text, LINE_SIZE, "%u Mbps", m->fact.speed_mbps);
	else if (strcmp(what, "member") == 0)
		snprintf(text, LINE_SIZE, "present");
	else if (strcmp(what, "state") == 0)
		snprintf(text, LINE_SIZE, "%s", m->backup ? "backup" : "active");
	else
		return false;
	return true;
}

/* "m1.Link Failure Count: 0 -> 1" */
static void
compare_state(const char *row)
{
	char who[BOND_NAME_SIZE], what[LINE_SIZE], text[LINE_SIZE];
	const char *to = strstr(row, " -> ");

	assert_int_equal(sscanf(row, "%15[^.].%127[^:]:", who, what), 2);
	assert_non_null(to);
	if (!(strcmp(who, "bond") == 0 ? shown_of_bond(what, text)
				       : shown_of_member(who, what, text)))
		return;
	print_message("%s\n", row);
	assert_string_equal(text, to + 4);
	compared++;
}

static void
replay(const char *name, uint32_t mode)
{
	struct bond_options o = bond_options_default();
	char path[512], line[512];
	FILE *file;

	o.mode = mode;
	o.mac.donated = true;
	memcpy(o.system_mac, (const uint8_t[]){2, 5, 5, 5, 5, 5}, 6);
	fixture_start(&f, &o);
	snprintf(path, sizeof(path), "%s/golden/timeline/%s.csv", TEST_DIR, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char event[8], text[LINE_SIZE];
		unsigned int s, ms;

		if (sscanf(line, "%7[^,],%u.%u,\"%127[^\"]\"", event, &s, &ms, text) != 4)
			continue;
		ms += s * 1000;
		/* what is seen comes after what was done, however slow the machine was */
		if (ms * BOND_MSEC > f.now)
			fixture_advance(&f, ms * BOND_MSEC);
		if (strcmp(event, "do") == 0 && perform(text))
			fixture_advance(&f, f.now + SETTLE_MS * BOND_MSEC);
		else if (strcmp(event, "state") == 0)
			compare_state(text);
	}
	fclose(file);
}

static void
every_recorded_state_is_ours(void **state)
{
	(void)state;
	compared = 0;
	replay("lb_balance-alb", BOND_MODE_BALANCE_ALB);
	assert_int_equal(compared, 40);
	compared = 0;
	replay("lb_balance-tlb", BOND_MODE_BALANCE_TLB);
	assert_int_equal(compared, 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_state_is_ours),
	};
	return cmocka_run_group_tests_name("bond_balance_state", tests, NULL, NULL);
}
