/* SPDX-License-Identifier: BSD-3-Clause */
/* test_netdev.c - an interface is given back as it was, also after changes that the kernel refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "fake_kernel.h"
#include "netdev.h"

static const uint8_t own[6] = {2, 0, 0, 0, 0, 7};
static const uint8_t of_bond[6] = {2, 0, 0, 0, 0, 1}, another[6] = {2, 0, 0, 0, 0, 2};

static struct netdev *
take(struct kernel *k)
{
	struct netdev *n = NULL;
	struct conf_err err;
	const int rc = netdev_take(k, "eth7", "bond0", 1500, &n, &err);

	if (rc == -EACCES || rc == -EROFS || rc == -EPERM || rc == -ENOENT)
		skip(); /* /run is not ours: not root */
	assert_int_equal(rc, 0);
	return n;
}

static void
what_was_changed_is_given_back(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);

	(void)state;
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	assert_int_equal(netdev_set_mac(n, of_bond), 0);
	assert_int_equal(k.link.mtu, 9000);
	assert_memory_equal(k.link.mac, of_bond, 6);
	netdev_release(n);
	assert_int_equal(k.link.mtu, 1500);
	assert_memory_equal(k.link.mac, own, 6);
}

static void
what_somebody_else_changed_meanwhile_stays(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);

	(void)state;
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	assert_int_equal(netdev_set_mac(n, of_bond), 0);
	k.link.mtu = 4000;
	memcpy(k.link.mac, another, 6);
	netdev_release(n);
	assert_int_equal(k.link.mtu, 4000);
	assert_memory_equal(k.link.mac, another, 6);
}

/* The interface is gone, and another one has its index. */
static void
a_stranger_with_its_index_is_left_alone(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);
	struct kernel_link link;

	(void)state;
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	assert_int_equal(netdev_look(n, &link), 0);
	netdev_lose(n);
	assert_int_equal(netdev_ifindex(n), 0);
	assert_int_equal(netdev_look(n, &link), -ENODEV);
	assert_int_equal(netdev_set_mac(n, of_bond), -ENODEV);
	assert_int_equal(netdev_set_mtu(n, 1400), 0); /* nobody has to wait for it */
	assert_int_equal(netdev_set_filter(n, NULL, 0, true, true), -ENODEV);
	netdev_release(n);
	assert_int_equal(k.link.mtu, 9000);
	assert_memory_equal(k.link.mac, own, 6);
}

/* Nobody was there to see it, as after the end of a daemon. */
static void
what_has_neither_its_name_nor_its_address_is_another(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);

	(void)state;
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	strcpy(k.link.name, "eth8");
	netdev_release(n);
	assert_int_equal(k.link.mtu, 1500); /* renamed */
	strcpy(k.link.name, "eth7");
	n = take(&k);
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	strcpy(k.link.name, "eth8");
	memcpy(k.link.mac, another, 6);
	netdev_release(n);
	assert_int_equal(k.link.mtu, 9000);
}

static void
an_mtu_that_was_refused_does_not_hide_the_one_before(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);

	(void)state;
	assert_int_equal(netdev_set_mtu(n, 9000), 0);
	assert_int_equal(netdev_set_mtu(n, 9500), -EINVAL);
	assert_int_equal(k.link.mtu, 9000);
	netdev_release(n);
	assert_int_equal(k.link.mtu, 1500);
}

static void
a_mac_address_that_was_refused_does_not_hide_the_one_before(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = take(&k);

	(void)state;
	assert_int_equal(netdev_set_mac(n, of_bond), 0);
	k.mac_error = -EOPNOTSUPP;
	assert_int_equal(netdev_set_mac(n, another), -EOPNOTSUPP);
	k.mac_error = 0;
	netdev_release(n);
	assert_memory_equal(k.link.mac, own, 6);
}

/* It may have addresses for all we know, and taking it would cut somebody off. */
static void
an_interface_whose_addresses_cannot_be_read_is_not_taken(void **state)
{
	struct kernel k = fake_kernel();
	struct netdev *n = NULL;
	struct conf_err err;

	(void)state;
	k.list_error = -EINTR;
	assert_int_equal(netdev_take(&k, "eth7", "bond0", 1500, &n, &err), -EINTR);
	assert_null(n);
	assert_string_equal(err.msg, "netdev eth7: cannot tell whether it has addresses: "
				     "Interrupted system call");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_changed_is_given_back),
		cmocka_unit_test(what_somebody_else_changed_meanwhile_stays),
		cmocka_unit_test(a_stranger_with_its_index_is_left_alone),
		cmocka_unit_test(what_has_neither_its_name_nor_its_address_is_another),
		cmocka_unit_test(an_mtu_that_was_refused_does_not_hide_the_one_before),
		cmocka_unit_test(a_mac_address_that_was_refused_does_not_hide_the_one_before),
		cmocka_unit_test(an_interface_whose_addresses_cannot_be_read_is_not_taken),
	};

	return cmocka_run_group_tests_name("netdev", tests, NULL, NULL);
}
