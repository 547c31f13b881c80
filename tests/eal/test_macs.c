/* SPDX-License-Identifier: BSD-3-Clause */
/* test_macs.c - ports get the addresses that the core decided, whatever their drivers say to that. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_ethdev.h>

#include "bondd.h"
#include "eal_lab.h"
#include "host.h"
#include "macs.h"
#include "member.h"
#include "reset.h"

#define MEMBERS 2

static struct bondd d;
static struct bondd_bond bond;
static struct lab_port member[MEMBERS];
static const struct conf_member conf_member[MEMBERS] = {{.name = "eth1"}, {.name = "eth2"}};
static const struct conf_bond conf = {.name = "bond0"};
static const uint8_t bond_mac[6] = {0x02, 0, 0, 0, 0, 0x42}, other[6] = {0x02, 0, 0, 0, 0, 0x43};

/* The driver: what it says, and what it was last told. */
static int result;
static unsigned int calls;
static uint8_t set_to[RTE_MAX_ETHPORTS][6];

int __wrap_rte_eth_dev_default_mac_addr_set(uint16_t id, struct rte_ether_addr *addr);

int
__wrap_rte_eth_dev_default_mac_addr_set(uint16_t id, struct rte_ether_addr *addr)
{
	calls++;
	if (result == 0)
		memcpy(set_to[id], addr, 6);
	return result;
}

/* Filters in hardware, so that promiscuous mode means something. */
int __wrap_rte_eth_dev_set_mc_addr_list(uint16_t id, struct rte_ether_addr *list, uint32_t n);

int
__wrap_rte_eth_dev_set_mc_addr_list(uint16_t id, struct rte_ether_addr *list, uint32_t n)
{
	(void)id;
	(void)list;
	(void)n;
	return 0;
}

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b;
	fail_msg("%s %s %s %s %s", name, kind, from, to, reason);
}

static int
open_ports(void **state)
{
	(void)state;
	if (lab_begin(&d.dp, 1, false, 1023) < 0)
		return -1;
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_port_open(&d.dp, &member[i], conf_member[i].name, 64);
	return 0;
}

static int
close_ports(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_port_close(&member[i]);
	return lab_end(&d.dp);
}

/* Two ports with addresses of their own join. */
static int
setup(void **state)
{
	struct bond_options o = bond_options_default();
	struct bond_member_options mo = bond_member_options_default();

	(void)state;
	d.now = BOND_SEC;
	bond = (struct bondd_bond){.daemon = &d, .conf = &conf};
	memcpy(bond.host.mac, bond_mac, 6);
	o.mode = BOND_MODE_ACTIVE_BACKUP;
	o.mac.fail_over = BOND_FAIL_OVER_MAC_FOLLOW;
	memcpy(o.system_mac, bond_mac, 6);
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
		struct bondd_member *m = &bond.member[i];
		uint8_t slot;

		memcpy(mo.perm_mac, (uint8_t[]){0x02, 0, 0, 0, 1, (uint8_t)i}, 6);
		*m = (struct bondd_member){.used = true,
					   .bond = &bond,
					   .conf = &conf_member[i],
					   .port = member[i].port};
		memcpy(m->perm_mac, mo.perm_mac, 6);
		memcpy(m->mac, mo.perm_mac, 6);
		assert_int_equal(
			bond_member_add(&bond.core, conf_member[i].name, &mo, &up, d.now, &slot),
			0);
		assert_int_equal(rte_eth_promiscuous_disable(m->port->id), 0);
		m->port->refused = 0;
	}
	result = 0;
	calls = 0;
	return 0;
}

static void
has(unsigned int n, const uint8_t mac[6])
{
	assert_memory_equal(bond.member[n].mac, mac, 6);
	assert_memory_equal(set_to[member[n].port->id], mac, 6);
}

static bool
is_promiscuous(unsigned int n)
{
	return rte_eth_promiscuous_get(member[n].port->id) == 1;
}

static void
each_port_gets_what_the_core_decided_and_only_once(void **state)
{
	(void)state;
	macs_apply(&bond);
	has(0, bond_mac);
	assert_int_equal(calls, 1); /* the other one has its own already */
	assert_false(is_promiscuous(0) || is_promiscuous(1));
	bond_activate(&bond.core, 1, d.now);
	macs_apply(&bond);
	macs_apply(&bond);
	has(0, bond.member[1].perm_mac); /* they changed places */
	has(1, bond_mac);
	assert_int_equal(calls, 3);
}

static void
a_port_that_cannot_change_its_address_is_promiscuous_and_not_asked_again(void **state)
{
	(void)state;
	result = -ENOTSUP;
	macs_apply(&bond);
	d.now += 10 * BOND_SEC;
	macs_apply(&bond);
	assert_int_equal(calls, 1);
	assert_true(is_promiscuous(0));
	assert_false(is_promiscuous(1));
}

static void
a_port_that_fails_is_promiscuous_until_it_does_not(void **state)
{
	(void)state;
	result = -EIO;
	macs_apply(&bond);
	macs_apply(&bond);
	assert_int_equal(calls, 1);
	assert_true(is_promiscuous(0));
	d.now += BOND_SEC;
	macs_apply(&bond);
	assert_int_equal(calls, 2);
	result = 0;
	d.now += BOND_SEC;
	macs_apply(&bond);
	has(0, bond_mac);
	assert_false(is_promiscuous(0));
}

static void
what_the_administrator_chose_is_taken_back_if_a_port_fails(void **state)
{
	char reason[160] = "";

	(void)state;
	macs_apply(&bond);
	assert_int_equal(macs_choose(&bond, other, reason, sizeof(reason)), -EPERM);
	assert_non_null(strstr(reason, "fail_over_mac"));
	bond.core.options.mac.fail_over = BOND_FAIL_OVER_MAC_NONE;
	result = -EIO;
	assert_int_equal(macs_choose(&bond, other, reason, sizeof(reason)), -EIO);
	assert_non_null(strstr(reason, "eth1 refuses"));
	assert_memory_equal(bond.core.mac, bond_mac, 6);
	assert_memory_equal(bond.host.mac, bond_mac, 6);
	result = 0;
	assert_int_equal(macs_choose(&bond, other, reason, sizeof(reason)), 0);
	has(0, other);
	has(1, other);
	assert_memory_equal(bond.host.mac, other, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_port_gets_what_the_core_decided_and_only_once, setup),
		cmocka_unit_test_setup(
			a_port_that_cannot_change_its_address_is_promiscuous_and_not_asked_again,
			setup),
		cmocka_unit_test_setup(a_port_that_fails_is_promiscuous_until_it_does_not, setup),
		cmocka_unit_test_setup(what_the_administrator_chose_is_taken_back_if_a_port_fails,
				       setup),
	};

	return cmocka_run_group_tests(tests, open_ports, close_ports);
}
