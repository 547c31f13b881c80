/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_port_vlan.c - a filter that keeps VLANs out is opened little by little, and none is kept out meanwhile. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_ethdev.h>

#include "eal_lab.h"

#define IDS 4096

static struct dp dp;
static struct lab_port wire;

/* The driver: what it offers and refuses, and what it was told. */
static bool offers, filters;
static int promisc_answer, vlan_answer;
static bool promisc;
static uint8_t let[IDS];
static unsigned int commands;

int __real_rte_eth_dev_info_get(uint16_t id, struct rte_eth_dev_info *info);
int __wrap_rte_eth_dev_info_get(uint16_t id, struct rte_eth_dev_info *info);
int __wrap_rte_eth_dev_set_vlan_offload(uint16_t id, int mask);
int __wrap_rte_eth_dev_vlan_filter(uint16_t id, uint16_t vlan, int on);
int __wrap_rte_eth_promiscuous_enable(uint16_t id);
int __wrap_rte_eth_promiscuous_disable(uint16_t id);

int
__wrap_rte_eth_dev_info_get(uint16_t id, struct rte_eth_dev_info *info)
{
	const int rc = __real_rte_eth_dev_info_get(id, info);

	info->rx_offload_capa |= offers ? RTE_ETH_RX_OFFLOAD_VLAN_FILTER : 0;
	return rc;
}

int
__wrap_rte_eth_dev_set_vlan_offload(uint16_t id, int mask)
{
	(void)id;
	assert_int_equal(mask, RTE_ETH_VLAN_FILTER_OFFLOAD);
	filters = true;
	return 0;
}

int
__wrap_rte_eth_dev_vlan_filter(uint16_t id, uint16_t vlan, int on)
{
	(void)id;
	assert_true(filters);
	assert_in_range(vlan, 0, IDS - 1);
	assert_int_equal(on, 1);
	commands++;
	if (vlan_answer == 0)
		let[vlan]++;
	return vlan_answer;
}

int
__wrap_rte_eth_promiscuous_enable(uint16_t id)
{
	(void)id;
	if (promisc_answer == 0)
		promisc = true;
	return promisc_answer;
}

int
__wrap_rte_eth_promiscuous_disable(uint16_t id)
{
	(void)id;
	if (promisc_answer == 0)
		promisc = false;
	return promisc_answer;
}

static int
open_port(void **state)
{
	(void)state;
	if (lab_begin(&dp, 1, false, 1023) < 0)
		return -1;
	lab_port_open(&dp, &wire, "eth1", 64);
	return 0;
}

static int
close_port(void **state)
{
	(void)state;
	lab_port_close(&wire);
	return lab_end(&dp);
}

static int
setup(void **state)
{
	(void)state;
	offers = true;
	filters = promisc = false;
	promisc_answer = vlan_answer = 0;
	commands = 0;
	memset(let, 0, sizeof(let));
	wire.port->refused = 0;
	wire.port->promisc = false;
	snprintf(wire.port->driver, sizeof(wire.port->driver), "net_virtio");
	return 0;
}

/* Let in what is left. @return in how many steps */
static unsigned int
finish(void)
{
	unsigned int steps = 0;

	while (dp_port_vlans_left(wire.port) > 0) {
		dp_port_let_vlan(wire.port);
		assert_true(++steps <= IDS);
	}
	return steps;
}

static void
assert_all_are_let_in_once(void)
{
	for (unsigned int i = 0; i < IDS; i++)
		assert_int_equal(let[i], 1);
	assert_int_equal(commands, IDS);
}

static void
the_start_does_not_wait_for_it(void **state)
{
	(void)state;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	assert_int_equal(commands, 0);
	assert_true(promisc); /* so all pass at once */
	assert_int_equal(dp_port_vlans_left(wire.port), IDS);
	assert_int_equal(finish(), IDS);
	assert_all_are_let_in_once();
	assert_false(promisc);
}

static void
promiscuous_mode_is_as_wanted_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	dp_port_let_vlan(wire.port);
	assert_int_equal(dp_port_set_promisc(wire.port, false), 0);
	assert_true(promisc); /* not yet */
	assert_int_equal(dp_port_set_promisc(wire.port, true), 0);
	finish();
	assert_true(promisc);
	assert_int_equal(dp_port_set_promisc(wire.port, false), 0);
	assert_false(promisc);
}

/* As after a reset, which may come while the last time is not over. */
static void
another_start_begins_again(void **state)
{
	(void)state;
	assert_int_equal(dp_port_set_promisc(wire.port, true), 0);
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	for (unsigned int i = 0; i < 100; i++)
		dp_port_let_vlan(wire.port);
	promisc = false; /* the device has forgotten all */
	memset(let, 0, sizeof(let));
	commands = 0;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	assert_true(promisc);
	finish();
	assert_all_are_let_in_once();
	assert_true(promisc); /* still wanted */
}

static void
without_promiscuous_mode_the_start_waits_for_it(void **state)
{
	(void)state;
	promisc_answer = -ENOTSUP;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	assert_all_are_let_in_once();
	assert_int_equal(dp_port_vlans_left(wire.port), 0);
}

static void
what_cannot_be_let_in_leaves_it_promiscuous(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	vlan_answer = -EIO;
	dp_port_let_vlan(wire.port);
	assert_int_equal(dp_port_vlans_left(wire.port), 0); /* it is not asked again */
	assert_int_equal(commands, 1);
	assert_true(promisc);
	assert_int_equal(dp_port_set_promisc(wire.port, false), 0);
	assert_true(promisc);
	assert_string_equal(dp_port_refusals(wire.port, text, sizeof(text)), "vlans");
}

static void
neither_way_is_an_error(void **state)
{
	(void)state;
	promisc_answer = -ENOTSUP;
	vlan_answer = -EIO;
	assert_int_equal(dp_port_let_vlans(wire.port), -EIO);
}

static void
who_does_not_filter_is_left_alone(void **state)
{
	(void)state;
	offers = false;
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	offers = true;
	snprintf(wire.port->driver, sizeof(wire.port->driver), "net_ixgbe");
	assert_int_equal(dp_port_let_vlans(wire.port), 0);
	assert_int_equal(dp_port_vlans_left(wire.port), 0);
	assert_false(promisc);
	assert_false(filters);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_start_does_not_wait_for_it),
		TEST(promiscuous_mode_is_as_wanted_at_the_end),
		TEST(another_start_begins_again),
		TEST(without_promiscuous_mode_the_start_waits_for_it),
		TEST(what_cannot_be_let_in_leaves_it_promiscuous),
		TEST(neither_way_is_an_error),
		TEST(who_does_not_filter_is_left_alone),
	};

	return cmocka_run_group_tests(tests, open_port, close_port);
}
