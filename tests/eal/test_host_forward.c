/* SPDX-License-Identifier: BSD-3-Clause */
/* test_host_forward.c - segments are merged unless something on the host interface forwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host_forward.h"
#include "host_offload.h"

#define HOST 2

/* What host_forward.c calls of the daemon when it acts; these tests only ask what it decides. */
void
bondd_event(struct bondd_bond *b, const char *member, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b, (void)member, (void)kind, (void)from, (void)to, (void)reason;
	fail();
}

static const char *router;

static bool
forwards(const char *ifname)
{
	return router != NULL && strcmp(router, ifname) == 0;
}

static struct kernel_device devices[] = {
	{.ifindex = 1, .name = "eth0"},
	{.ifindex = HOST, .name = "bond0"},
	{.ifindex = 3, .name = "bond0.5", .lower = HOST, .vlan = true, .tag = {0x8100, 5}},
	{.ifindex = 4, .name = "br0", .bridge = true},
	{.ifindex = 5, .name = "blue", .vrf = true},
};

static const char *
reason(int host_master, int vlan_master, const char *who_forwards, const char **who)
{
	struct kernel_net net = {.device = devices, .n_devices = RTE_DIM(devices)};

	devices[1].master = host_master;
	devices[2].master = vlan_master;
	router = who_forwards;
	kernel_net_stack(&net, HOST);
	return host_forward_reason(&net, forwards, who);
}

static void
an_interface_of_this_machine_alone_is_no_reason(void **state)
{
	const char *who = NULL;

	(void)state;
	assert_null(reason(0, 0, NULL, &who));
	assert_null(reason(0, 0, "eth0", &who)); /* that is not on the bond */
	assert_null(reason(5, 0, NULL, &who));   /* a VRF is a table of routes */
}

static void
a_port_of_a_bridge_is_a_reason_and_named(void **state)
{
	const char *who = NULL;

	(void)state;
	assert_non_null(reason(4, 0, NULL, &who));
	assert_string_equal(who, "bond0");
	assert_non_null(reason(0, 4, NULL, &who));
	assert_string_equal(who, "bond0.5");
	assert_non_null(reason(99, 0, NULL, &who)); /* of something that is no Ethernet device */
	assert_string_equal(who, "bond0");
}

static void
forwarding_is_a_reason_on_it_and_on_its_vlans(void **state)
{
	const char *who = NULL;

	(void)state;
	assert_non_null(reason(0, 0, "bond0", &who));
	assert_string_equal(who, "bond0");
	assert_non_null(reason(0, 0, "bond0.5", &who));
	assert_string_equal(who, "bond0.5");
	assert_non_null(reason(5, 0, "bond0", &who)); /* in a VRF, too */
}

static void
auto_means_what_the_driver_can_do(void **state)
{
	const struct conf_host plain = {.csum = CONF_OFFLOAD_AUTO},
			       on = {.csum = CONF_OFFLOAD_ON, .tso = CONF_OFFLOAD_ON},
			       no_csum = {.csum = CONF_OFFLOAD_OFF};
	struct host_offload o = host_offload_decide(&plain, CONF_HOST_VIRTIO_USER);

	(void)state;
	assert_true(o.csum && o.tso && o.gro);
	o = host_offload_decide(&plain, CONF_HOST_VDEV);
	assert_false(o.csum || o.tso || o.gro);
	o = host_offload_decide(&on, CONF_HOST_VDEV);
	assert_true(o.csum && o.tso && !o.gro);
	o = host_offload_decide(&on, CONF_HOST_TAP);
	assert_false(o.csum || o.tso || o.gro);
	o = host_offload_decide(&no_csum, CONF_HOST_VIRTIO_USER);
	assert_false(o.csum || o.tso || o.gro);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_of_this_machine_alone_is_no_reason),
		cmocka_unit_test(a_port_of_a_bridge_is_a_reason_and_named),
		cmocka_unit_test(forwarding_is_a_reason_on_it_and_on_its_vlans),
		cmocka_unit_test(auto_means_what_the_driver_can_do),
	};

	return cmocka_run_group_tests_name("host_forward", tests, NULL, NULL);
}
