/* SPDX-License-Identifier: BSD-3-Clause */
/* test_kernel_net.c - which devices stand on a host interface, and with which tags their frames leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_net.h"

static const struct bond_tag customer7 = {0x8100, 7}, service100 = {0x88a8, 100};

static void
vlans_bridges_and_what_stands_on_them_are_found(void **state)
{
	struct kernel_device device[] = {
		{.ifindex = 9, .lower = 8}, /* a macvlan on the bridge, listed before it */
		{.ifindex = 8, .bridge = true},
		{.ifindex = 7, .lower = 6, .vlan = true, .tag = customer7},
		{.ifindex = 6, .lower = 2, .vlan = true, .tag = service100, .master = 8},
		{.ifindex = 2, .mac = {2, 0, 0, 0, 0, 2}}, /* the host interface */
		{.ifindex = 3},
		{.ifindex = 4, .lower = 3, .vlan = true, .tag = customer7},
		{.ifindex = 5, .master = 8}, /* another port of the bridge */
		{.ifindex = 10, .bridge = true},
	};
	struct kernel_net net = {.device = device, .n_devices = 9};
	const struct kernel_device *d;

	(void)state;
	kernel_net_stack(&net, 2);
	assert_memory_equal(net.mac, device[4].mac, 6);
	assert_int_equal(kernel_net_find(&net, 2)->tags.n, 0);
	d = kernel_net_find(&net, 6);
	assert_int_equal(d->tags.n, 1);
	assert_int_equal(d->tags.tag[0].tpid, 0x88a8);
	d = kernel_net_find(&net, 7);
	assert_int_equal(d->tags.n, 2);
	assert_int_equal(d->tags.tag[0].tci, 100); /* outermost first */
	assert_int_equal(d->tags.tag[1].tci, 7);
	d = kernel_net_find(&net, 8);
	assert_int_equal(d->tags.n, 1);
	assert_int_equal(d->port, 6);
	assert_int_equal(kernel_net_find(&net, 9)->tags.tag[0].tci, 100);
	for (int other = 3; other <= 5; other++)
		assert_null(kernel_net_find(&net, other));
	assert_null(kernel_net_find(&net, 10));
	assert_null(kernel_net_find(&net, 99));
}

/* Whether they have addresses or not; a VLAN of another interface is none of ours. */
static void
all_vlans_are_listed(void **state)
{
	struct kernel_device device[] = {
		{.ifindex = 2, .mac = {2, 0, 0, 0, 0, 2}}, /* the host interface */
		{.ifindex = 3,
		 .lower = 2,
		 .mac = {2, 0, 0, 0, 0, 2},
		 .vlan = true,
		 .tag = customer7},
		{.ifindex = 4,
		 .lower = 2,
		 .mac = {2, 0, 0, 0, 0, 4},
		 .vlan = true,
		 .tag = service100},
		{.ifindex = 5, .lower = 2, .mac = {2, 0, 0, 0, 0, 5}}, /* a macvlan */
		{.ifindex = 6, .lower = 7, .vlan = true, .tag = customer7},
		{.ifindex = 7},
	};
	struct kernel_net net = {.device = device, .n_devices = 6};

	(void)state;
	kernel_net_stack(&net, 2);
	assert_int_equal(kernel_net_vlans(&net), 0);
	assert_int_equal(net.net.n_vlans, 2);
	assert_int_equal(net.vlan[0].tags.tag[0].tci, 7);
	assert_false(net.vlan[0].has_mac);
	assert_int_equal(net.vlan[1].tags.tag[0].tci, 100);
	assert_true(net.vlan[1].has_mac);
	assert_memory_equal(net.vlan[1].mac, device[2].mac, 6);
	net.device = NULL; /* not of the heap */
	kernel_net_free(&net);
}

static void
a_third_tag_is_one_too_many_and_vlan_0_is_none(void **state)
{
	struct kernel_device device[] = {
		{.ifindex = 1},
		{.ifindex = 2, .lower = 1, .vlan = true, .tag = {0x8100, 0}},
		{.ifindex = 3, .lower = 2, .vlan = true, .tag = service100},
		{.ifindex = 4, .lower = 3, .vlan = true, .tag = customer7},
		{.ifindex = 5, .lower = 4, .vlan = true, .tag = customer7},
		{.ifindex = 6, .lower = 5},
	};
	struct kernel_net net = {.device = device, .n_devices = 6};

	(void)state;
	kernel_net_stack(&net, 1);
	assert_int_equal(kernel_net_find(&net, 2)->tags.n, 0);
	assert_int_equal(kernel_net_find(&net, 4)->tags.n, 2);
	assert_null(kernel_net_find(&net, 5));
	assert_null(kernel_net_find(&net, 6));
}

static void
a_circle_ends(void **state)
{
	struct kernel_device device[] = {
		{.ifindex = 1, .lower = 3},
		{.ifindex = 2, .lower = 1, .master = 3},
		{.ifindex = 3, .bridge = true, .lower = 2},
	};
	struct kernel_net net = {.device = device, .n_devices = 3};

	(void)state;
	kernel_net_stack(&net, 1);
	assert_non_null(kernel_net_find(&net, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vlans_bridges_and_what_stands_on_them_are_found),
		cmocka_unit_test(all_vlans_are_listed),
		cmocka_unit_test(a_third_tag_is_one_too_many_and_vlan_0_is_none),
		cmocka_unit_test(a_circle_ends),
	};
	return cmocka_run_group_tests_name("kernel_net", tests, NULL, NULL);
}
