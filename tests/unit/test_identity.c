/* SPDX-License-Identifier: BSD-3-Clause */
/* test_identity.c - who a bond is for LACP survives restarts and changes of its configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>

#include "identity.h"

static char dir[64];
static struct identity old;

static int
setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/bondd-identity.XXXXXX");
	memset(&old, 0, sizeof(old));
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	static const char *const names[] = {"bond0.json", ".bond0.json.new", "made/bond0.json",
					    "made"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
	return rmdir(dir);
}

/* A start with members named by letters; a member's address ends in its letter, or in other. */
static struct identity
start_as(const char *members, uint8_t other)
{
	struct identity now = {0};

	for (const char *c = members; *c; c++) {
		struct identity_member *m = &now.member[now.n++];

		m->name[0] = *c;
		memcpy(m->mac, (uint8_t[]){2, 0, 0, 0, other, (uint8_t)*c}, 6);
	}
	memcpy(now.system, now.n ? now.member[0].mac : (uint8_t[]){2, 0, 0, 0, 0, 9}, 6);
	if (identity_decide(&old, &now))
		assert_int_equal(identity_write(dir, "bond0", &now), 0);
	assert_int_equal(identity_read(dir, "bond0", &old), 0);
	assert_int_equal(old.n, now.n);
	assert_memory_equal(old.system, now.system, 6);
	assert_memory_equal(old.member, now.member, now.n * sizeof(now.member[0]));
	return now;
}

static struct identity
start(const char *members)
{
	return start_as(members, 0);
}

static unsigned int
port(const struct identity *id, char name)
{
	for (uint32_t i = 0; i < id->n; i++)
		if (id->member[i].name[0] == name)
			return id->member[i].port;
	return 0;
}

static void
the_first_start_counts_from_one(void **state)
{
	const struct identity id = start("abc");

	(void)state;
	assert_int_equal(id.system[5], 'a');
	assert_int_equal(port(&id, 'a'), 1);
	assert_int_equal(port(&id, 'b'), 2);
	assert_int_equal(port(&id, 'c'), 3);
}

static void
a_restart_changes_nothing(void **state)
{
	struct identity again;

	(void)state;
	start("ab");
	again = start("ab");
	assert_int_equal(port(&again, 'b'), 2);
	assert_false(identity_decide(&old, &again)); /* and nothing is written */
}

static void
another_order_keeps_system_and_numbers(void **state)
{
	struct identity id;

	(void)state;
	start("abc");
	id = start("cab");
	assert_int_equal(id.system[5], 'a');
	assert_int_equal(port(&id, 'a'), 1);
	assert_int_equal(port(&id, 'b'), 2);
	assert_int_equal(port(&id, 'c'), 3);
}

static void
without_the_first_member_it_is_the_same_system(void **state)
{
	struct identity id;

	(void)state;
	start("abc");
	id = start("bc");
	assert_int_equal(id.system[5], 'a');
	assert_int_equal(port(&id, 'b'), 2);
	assert_int_equal(port(&id, 'c'), 3);
	id = start("cd"); /* a newcomer gets a number that nobody had */
	assert_int_equal(port(&id, 'd'), 4);
	id = start("dabc");
	assert_int_equal(id.system[5], 'a');
	assert_int_equal(port(&id, 'a'), 1);
	assert_int_equal(port(&id, 'd'), 4);
}

static void
one_known_card_anywhere_is_enough(void **state)
{
	struct identity id;

	(void)state;
	start("abc");
	id = start("xyc"); /* two new ones before it */
	assert_int_equal(id.system[5], 'a');
	assert_int_equal(port(&id, 'c'), 3);
	assert_int_equal(port(&id, 'x'), 4);
	assert_int_equal(port(&id, 'y'), 5);
	id = start("c"); /* all who are away are remembered, not only the first of them */
	assert_int_equal(port(&id, 'a'), 1);
	assert_int_equal(port(&id, 'b'), 2);
	assert_int_equal(port(&id, 'x'), 4);
	assert_int_equal(port(&id, 'y'), 5);
}

static void
new_cards_one_after_the_other_keep_it(void **state)
{
	struct identity id;

	(void)state;
	start("ab");
	id = start("ab");
	for (uint32_t i = 0; i < 2; i++) {
		id.member[i].mac[3] = 7;
		if (identity_decide(&old, &id))
			assert_int_equal(identity_write(dir, "bond0", &id), 0);
		assert_int_equal(identity_read(dir, "bond0", &old), 0);
		assert_int_equal(id.system[5], 'a');
		assert_int_equal(id.system[3], 0);
	}
}

static void
a_file_of_another_machine_is_not_ours(void **state)
{
	struct identity id;

	(void)state;
	start("ab");
	id = start_as("ba", 1);
	assert_int_equal(id.system[5], 'b');
	assert_int_equal(id.system[4], 1);
	assert_int_equal(port(&id, 'b'), 1);
	assert_int_equal(id.n, 2);
}

static void
members_without_address_are_known_by_name(void **state)
{
	struct identity id = {.system = {2, 1}, .n = 1, .member = {{.name = "a"}}};

	(void)state;
	assert_true(identity_decide(&old, &id));
	old = id;
	id.system[1] = 9;
	assert_false(identity_decide(&old, &id));
	assert_int_equal(id.system[1], 1);
}

static void
past_members_are_forgotten_when_there_is_no_room(void **state)
{
	struct identity id = {.system = {2}};

	(void)state;
	for (unsigned int round = 0; round < 10; round++) {
		id.n = BOND_MAX_MEMBERS;
		memset(id.member, 0, sizeof(id.member));
		for (unsigned int i = 0; i < id.n; i++) {
			snprintf(id.member[i].name, BOND_NAME_SIZE, "m%u", 20 * round + i);
			memcpy(id.member[i].mac, (uint8_t[]){2, 0, 0, 0, 0, 1}, 6);
		}
		identity_decide(&old, &id);
		assert_in_range(id.n, BOND_MAX_MEMBERS, IDENTITY_MEMBERS);
		for (unsigned int i = 0; i < id.n; i++)
			for (unsigned int j = 0; j < i; j++)
				assert_int_not_equal(id.member[i].port, id.member[j].port);
		old = id;
	}
}

static void
write_text(const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bond0.json", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
damaged_files_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{\"system\": \"02:00:00:00:00:01\"}",
		"{\"system\": \"02:00:00:00:00\", \"members\": []}",
		"{\"system\": \"01:00:00:00:00:01\", \"members\": []}",
		"{\"system\": \"02:00:00:00:00:01\", \"members\": [1]}",
		"{\"system\": \"02:00:00:00:00:01\", \"members\": [{\"name\": \"a\", \"mac\": "
		"\"02:00:00:00:00:01\", \"port\": 0}]}",
		"{\"system\": \"02:00:00:00:00:01\", \"members\": [{\"name\": \"abcdefghijklmnop\","
		"\"mac\": \"02:00:00:00:00:01\", \"port\": 1}]}",
		"{\"system\": \"02:00:00:00:00:01\", \"members\": [{\"name\": \"a\", \"mac\": "
		"\"02:00:00:00:00:01\", \"port\": 1}, {\"name\": \"b\", \"mac\": "
		"\"02:00:00:00:00:01\", \"port\": 1}]}",
	};
	struct identity id;

	(void)state;
	assert_int_equal(identity_read(dir, "bond0", &id), -ENOENT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text(texts[i]);
		assert_int_equal(identity_read(dir, "bond0", &id), -EINVAL);
		assert_int_equal(id.n, 0);
	}
}

static void
the_directory_is_made_and_a_file_in_its_place_is_an_error(void **state)
{
	struct identity id = {.system = {2}, .n = 0};
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/made", dir);
	assert_int_equal(identity_write(path, "bond0", &id), 0);
	assert_int_equal(identity_read(path, "bond0", &id), 0);
	snprintf(path, sizeof(path), "%s/made/bond0.json", dir);
	assert_int_equal(identity_write(path, "bond0", &id), -ENOTDIR);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_start_counts_from_one),
		TEST(a_restart_changes_nothing),
		TEST(another_order_keeps_system_and_numbers),
		TEST(without_the_first_member_it_is_the_same_system),
		TEST(one_known_card_anywhere_is_enough),
		TEST(new_cards_one_after_the_other_keep_it),
		TEST(a_file_of_another_machine_is_not_ours),
		TEST(members_without_address_are_known_by_name),
		TEST(past_members_are_forgotten_when_there_is_no_room),
		TEST(damaged_files_are_refused),
		TEST(the_directory_is_made_and_a_file_in_its_place_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
