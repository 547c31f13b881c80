/* SPDX-License-Identifier: BSD-3-Clause */
/* test_netdev_record.c - what is written is read back, one owner at a time, the dead leave a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netdev_record.h"

/* No namespace has this inode: records of the test never mix with real ones, nor those of two runs. */
static uint64_t netns;

#define IFINDEX 4711

static struct netdev_record
example(void)
{
	return (struct netdev_record){
		.pid = getpid(),
		.netns = netns,
		.ifindex = IFINDEX,
		.ifname = "eth7",
		.bond = "bond0",
		.mac_changed = true,
		.xdp = true,
		.mac_was = {0x02, 1, 2, 3, 4, 0xff},
		.mac_set = {0x02, 9, 8, 7, 6, 5},
		.setting =
			{[NETDEV_MTU] = {true, 9000, 1500}, [NETDEV_DISABLE_IPV6] = {true, 0, 1}},
	};
}

/* Field by field: what lies between the fields is nobody's. */
static void
assert_same(const struct netdev_record *a, const struct netdev_record *b)
{
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->netns, b->netns);
	assert_int_equal(a->ifindex, b->ifindex);
	assert_string_equal(a->ifname, b->ifname);
	assert_string_equal(a->bond, b->bond);
	assert_int_equal(a->mac_changed, b->mac_changed);
	assert_int_equal(a->xdp, b->xdp);
	assert_memory_equal(a->mac_was, b->mac_was, 6);
	assert_memory_equal(a->mac_set, b->mac_set, 6);
	for (int i = 0; i < NETDEV_PROPERTIES; i++) {
		assert_int_equal(a->setting[i].changed, b->setting[i].changed);
		assert_int_equal(a->setting[i].was, b->setting[i].was);
		assert_int_equal(a->setting[i].set, b->setting[i].set);
	}
}

static int
claim(void)
{
	struct netdev_record owner;
	const int fd = netdev_record_claim(netns, IFINDEX, &owner);

	if (fd == -EACCES || fd == -EROFS || fd == -EPERM || fd == -ENOENT)
		skip(); /* /run is not ours: not root */
	assert_true(fd >= 0);
	return fd;
}

static void
a_record_is_read_back_as_it_was_written(void **state)
{
	const struct netdev_record wrote = example();
	struct netdev_record read;
	const int fd = claim();

	(void)state;
	assert_int_equal(netdev_record_read(fd, &read), -ENOENT);
	assert_int_equal(netdev_record_write(fd, &wrote), 0);
	assert_int_equal(netdev_record_read(fd, &read), 0);
	assert_same(&read, &wrote);
	netdev_record_drop(fd, netns, IFINDEX);
}

static void
a_shorter_record_replaces_a_longer_one(void **state)
{
	struct netdev_record r = example(), read;
	const int fd = claim();

	(void)state;
	assert_int_equal(netdev_record_write(fd, &r), 0);
	memset(r.setting, 0, sizeof(r.setting));
	assert_int_equal(netdev_record_write(fd, &r), 0);
	assert_int_equal(netdev_record_read(fd, &read), 0);
	assert_same(&read, &r);
	netdev_record_drop(fd, netns, IFINDEX);
}

static void
a_second_owner_is_told_who_the_first_is(void **state)
{
	const struct netdev_record wrote = example();
	struct netdev_record owner;
	const int fd = claim();

	(void)state;
	assert_int_equal(netdev_record_write(fd, &wrote), 0);
	assert_int_equal(netdev_record_claim(netns, IFINDEX, &owner), -EBUSY);
	assert_int_equal(owner.pid, getpid());
	assert_string_equal(owner.bond, "bond0");
	assert_int_equal(netdev_record_claim_stale(netns, &owner), -ENOENT); /* its owner lives */
	netdev_record_drop(fd, netns, IFINDEX);
}

static void
what_a_dead_owner_left_is_found_once(void **state)
{
	const struct netdev_record wrote = example();
	struct netdev_record found;
	int fd = claim();
	pid_t child;

	(void)state;
	netdev_record_drop(fd, netns, IFINDEX);
	child = fork();
	if (child == 0) {
		fd = netdev_record_claim(netns, IFINDEX, &found);
		_exit(fd < 0 || netdev_record_write(fd, &wrote) < 0); /* dies with its claim */
	}
	assert_int_equal(waitpid(child, &fd, 0), child);
	assert_int_equal(fd, 0);
	fd = netdev_record_claim_stale(netns, &found);
	assert_true(fd >= 0);
	assert_same(&found, &wrote);
	netdev_record_drop(fd, netns, IFINDEX);
	assert_int_equal(netdev_record_claim_stale(netns, &found), -ENOENT);
}

static void
damaged_records_are_removed(void **state)
{
	struct netdev_record found;
	const int fd = claim();

	(void)state;
	assert_true(write(fd, "{\"pid\": 1, ", 11) == 11);
	assert_int_equal(netdev_record_read(fd, &found), -EINVAL);
	close(fd); /* the owner died in the middle */
	assert_int_equal(netdev_record_claim_stale(netns, &found), -ENOENT);
	netdev_record_drop(claim(), netns, IFINDEX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read_back_as_it_was_written),
		cmocka_unit_test(a_shorter_record_replaces_a_longer_one),
		cmocka_unit_test(a_second_owner_is_told_who_the_first_is),
		cmocka_unit_test(what_a_dead_owner_left_is_found_once),
		cmocka_unit_test(damaged_records_are_removed),
	};

	netns = UINT64_C(0x7e57000000000000) + (uint64_t)getpid();
	return cmocka_run_group_tests_name("netdev_record", tests, NULL, NULL);
}
