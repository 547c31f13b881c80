/* SPDX-License-Identifier: BSD-3-Clause */
/* test_host_filter.c - what monitors want a member to hear is heard, also when they begin while it runs. */
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

#define MEMBERS   2
#define ADDRESSES 32

static struct bondd d;
static struct bondd_bond bond;
static struct lab_port member[MEMBERS];
static const struct conf_member conf_member[MEMBERS] = {{.name = "eth1"}, {.name = "eth2"}};
static const struct conf_bond conf = {.name = "bond0"};

/* The driver: the addresses in its filter, and how many it has room for. */
static struct filter {
	unsigned int n;
	struct rte_ether_addr mac[ADDRESSES];
	unsigned int n_groups;
	struct rte_ether_addr group[HOST_MAX_GROUPS + 2];
} filter[RTE_MAX_ETHPORTS];
static unsigned int room, changes;

int __wrap_rte_eth_dev_mac_addr_add(uint16_t id, struct rte_ether_addr *mac, uint32_t pool);
int __wrap_rte_eth_dev_mac_addr_remove(uint16_t id, struct rte_ether_addr *mac);
int __wrap_rte_eth_dev_default_mac_addr_set(uint16_t id, struct rte_ether_addr *mac);
int __wrap_rte_eth_dev_set_mc_addr_list(uint16_t id, struct rte_ether_addr *list, uint32_t n);

int
__wrap_rte_eth_dev_mac_addr_add(uint16_t id, struct rte_ether_addr *mac, uint32_t pool)
{
	struct filter *f = &filter[id];

	assert_int_equal(pool, 0);
	assert_false(mac->addr_bytes[0] & 1);
	changes++;
	if (f->n == room)
		return -ENOSPC;
	f->mac[f->n++] = *mac;
	return 0;
}

int
__wrap_rte_eth_dev_mac_addr_remove(uint16_t id, struct rte_ether_addr *mac)
{
	struct filter *f = &filter[id];

	for (unsigned int i = 0; i < f->n; i++)
		if (memcmp(&f->mac[i], mac, sizeof(*mac)) == 0) {
			changes++;
			f->mac[i] = f->mac[--f->n];
			return 0;
		}
	fail_msg("what is removed was there");
	return -EINVAL;
}

int
__wrap_rte_eth_dev_default_mac_addr_set(uint16_t id, struct rte_ether_addr *mac)
{
	(void)id;
	(void)mac;
	return 0;
}

int
__wrap_rte_eth_dev_set_mc_addr_list(uint16_t id, struct rte_ether_addr *list, uint32_t n)
{
	assert_true(n <= RTE_DIM(filter[id].group));
	memcpy(filter[id].group, list, n * sizeof(list[0]));
	filter[id].n_groups = n;
	return 0;
}

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b;
	(void)name;
	fail_msg("nothing of the daemon's own happens: %s %s -> %s: %s", kind, from, to, reason);
}

/* The part of a turn that gives members their addresses and filters. */
static void
turn(void)
{
	d.now += 10 * BOND_MSEC;
	bond_tick(&bond.core, d.now);
	macs_apply(&bond);
	host_filter_follow(&bond);
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

static int
setup(void **state)
{
	struct bond_options o = bond_options_default();

	(void)state;
	room = ADDRESSES;
	d.now = BOND_SEC;
	bond = (struct bondd_bond){.daemon = &d, .conf = &conf};
	memcpy(bond.host.mac, "\2\0\0\0\0\x42", 6);
	o.mode = BOND_MODE_ACTIVE_BACKUP;
	memcpy(o.system_mac, bond.host.mac, 6);
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
		struct bond_member_options mo = bond_member_options_default();
		struct bondd_member *m = &bond.member[i];
		uint8_t slot;

		memcpy(mo.perm_mac, (uint8_t[]){0x02, 0, 0, 0, 1, (uint8_t)i}, 6);
		*m = (struct bondd_member){.used = true,
					   .bond = &bond,
					   .conf = &conf_member[i],
					   .port = member[i].port};
		memcpy(m->perm_mac, mo.perm_mac, 6);
		memcpy(m->mac, mo.perm_mac, 6);
		m->port->n_unicast = 0;
		filter[m->port->id] = (struct filter){.n = 0};
		assert_int_equal(
			bond_member_add(&bond.core, conf_member[i].name, &mo, &up, d.now, &slot),
			0);
		assert_int_equal(macs_apply_member(&bond, slot), 0);
		host_filter_member(&bond, m);
		assert_int_equal(rte_eth_promiscuous_get(m->port->id), 0);
	}
	changes = 0;
	return 0;
}

static void
probe(bool on)
{
	struct bond_options o = bond.core.options;

	o.probe.interval_ms = 100;
	o.probe.arp.n = on;
	memcpy(o.probe.arp.octet[0], (uint8_t[]){10, 9, 0, 1}, 4);
	assert_int_equal(bond_set_options(&bond.core, &o, d.now), 0);
}

/* A member hears its own address beside the bond's, or nothing. */
static void
assert_hears(unsigned int n, bool own)
{
	const struct filter *f = &filter[member[n].port->id];

	assert_int_equal(f->n, own);
	if (own)
		assert_memory_equal(&f->mac[0], bond.member[n].perm_mac, 6);
	assert_int_equal(rte_eth_promiscuous_get(member[n].port->id), 0);
}

static void
probes_that_begin_while_it_runs_are_answered(void **state)
{
	(void)state;
	turn();
	assert_hears(0, false);
	assert_hears(1, false);
	probe(true);
	turn();
	assert_hears(0, false); /* the current one asks for the bond */
	assert_hears(1, true);
	changes = 0;
	turn();
	turn();
	assert_int_equal(changes, 0); /* nothing new, nothing done */
	assert_int_equal(bond_activate(&bond.core, 1, d.now), 0);
	turn();
	assert_hears(0, true);
	assert_hears(1, false);
	probe(false);
	turn();
	assert_hears(0, false);
	assert_hears(1, false);
}

static void
who_has_no_room_hears_everything(void **state)
{
	(void)state;
	room = 0;
	probe(true);
	turn();
	assert_int_equal(rte_eth_promiscuous_get(member[0].port->id), 0);
	assert_int_equal(rte_eth_promiscuous_get(member[1].port->id), 1);
	assert_int_equal(bond_activate(&bond.core, 1, d.now), 0);
	turn();
	assert_int_equal(rte_eth_promiscuous_get(member[0].port->id), 1);
	assert_int_equal(rte_eth_promiscuous_get(member[1].port->id), 0);
}

static void
bfd_that_begins_while_it_runs_is_heard(void **state)
{
	struct bond_options o = bond.core.options;
	static const uint8_t micro_bfd[6] = {0x01, 0, 0x5e, 0x90, 0, 1};

	(void)state;
	snprintf(o.bfd.local, sizeof(o.bfd.local), "10.0.0.1");
	snprintf(o.bfd.remote, sizeof(o.bfd.remote), "10.0.0.2");
	assert_int_equal(filter[member[0].port->id].n_groups, 0);
	assert_int_equal(bond_set_options(&bond.core, &o, d.now), 0);
	turn();
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct filter *f = &filter[member[i].port->id];

		assert_hears(i, true);
		assert_int_equal(f->n_groups, 1);
		assert_memory_equal(&f->group[0], micro_bfd, 6);
	}
}

/* So many MAC addresses on bond0 beside its own, numbered from first, as macvlans have them. */
static void
host_has(unsigned int n, uint8_t first)
{
	uint8_t mac[HOST_MAX_UNICAST + 1][6];

	for (unsigned int i = 0; i < n; i++)
		memcpy(mac[i], (uint8_t[]){2, 0, 0, 0, 9, (uint8_t)(first + i)}, 6);
	host_filter_take(&bond, (const uint8_t(*)[6])mac, n);
}

static bool
hears_host(unsigned int member_number, uint8_t last)
{
	const struct filter *f = &filter[member[member_number].port->id];
	const uint8_t mac[6] = {2, 0, 0, 0, 9, last};

	for (unsigned int i = 0; i < f->n; i++)
		if (memcmp(&f->mac[i], mac, 6) == 0)
			return true;
	return false;
}

static void
assert_promiscuous(bool first, bool second)
{
	assert_int_equal(rte_eth_promiscuous_get(member[0].port->id), first);
	assert_int_equal(rte_eth_promiscuous_get(member[1].port->id), second);
}

static void
other_addresses_of_the_host_are_heard_by_role(void **state)
{
	(void)state;
	host_has(2, 1);
	turn();
	assert_true(hears_host(0, 1) && hears_host(0, 2));
	assert_false(hears_host(1, 1) || hears_host(1, 2));
	assert_int_equal(bond_activate(&bond.core, 1, d.now), 0);
	turn();
	assert_false(hears_host(0, 1) || hears_host(0, 2));
	assert_true(hears_host(1, 1) && hears_host(1, 2));
	assert_promiscuous(false, false);
	host_has(0, 0);
	turn();
	assert_false(hears_host(1, 1) || hears_host(1, 2));
}

/* Else frames for it would be lost whenever another comes or goes. */
static void
what_stays_is_not_touched(void **state)
{
	(void)state;
	host_has(3, 1);
	turn();
	changes = 0;
	host_has(3, 2); /* 1 goes, 4 comes */
	turn();
	assert_int_equal(changes, 2);
	assert_true(!hears_host(0, 1) && hears_host(0, 2) && hears_host(0, 3) && hears_host(0, 4));
	changes = 0;
	host_has(3, 2);
	turn();
	assert_int_equal(changes, 0);
}

static void
beside_those_that_monitors_want(void **state)
{
	(void)state;
	probe(true);
	turn();
	host_has(1, 1);
	assert_int_equal(bond_activate(&bond.core, 1, d.now), 0);
	turn();
	assert_hears(0, true);
	assert_true(hears_host(1, 1));
	assert_int_equal(filter[member[1].port->id].n, 1);
}

static void
more_than_the_driver_has_room_for_is_everything(void **state)
{
	(void)state;
	room = 2;
	host_has(3, 1);
	turn();
	assert_promiscuous(true, false);
	host_has(2, 1);
	turn();
	assert_promiscuous(false, false);
	assert_true(hears_host(0, 1) && hears_host(0, 2));
}

static void
more_than_we_have_room_for_is_everything(void **state)
{
	(void)state;
	host_has(HOST_MAX_UNICAST, 1);
	turn();
	assert_promiscuous(false, false);
	assert_true(hears_host(0, HOST_MAX_UNICAST));
	host_has(HOST_MAX_UNICAST + 1, 1);
	turn();
	assert_promiscuous(true, false);
	host_has(1, 1);
	turn();
	assert_promiscuous(false, false);
	assert_int_equal(filter[member[0].port->id].n, 1);
}

/* The kernel counts one who wants everything for all addresses of ours that its tap cannot filter. */
static void
who_wants_everything_is_told_from_who_has_an_address(void **state)
{
	static const struct {
		struct kernel_link link;
		unsigned int n;
		bool all;
	} rows[] = {
		{{.promiscuity = 0}, 0, false},
		{{.promiscuity = 1}, 0, true},  /* tcpdump, "promisc on" */
		{{.promiscuity = 1}, 2, false}, /* macvlans */
		{{.promiscuity = 2}, 2, true},  /* and tcpdump */
		{{.promiscuity = 0}, 2, false}, /* a kernel whose tap filters */
		{{.promiscuity = 1, .master = 7},
		 1,
		 true}, /* a bridge: never mind who counts what */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(host_filter_all(&rows[i].link, rows[i].n), rows[i].all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(probes_that_begin_while_it_runs_are_answered, setup),
		cmocka_unit_test_setup(who_has_no_room_hears_everything, setup),
		cmocka_unit_test_setup(bfd_that_begins_while_it_runs_is_heard, setup),
		cmocka_unit_test_setup(other_addresses_of_the_host_are_heard_by_role, setup),
		cmocka_unit_test_setup(what_stays_is_not_touched, setup),
		cmocka_unit_test_setup(beside_those_that_monitors_want, setup),
		cmocka_unit_test_setup(more_than_the_driver_has_room_for_is_everything, setup),
		cmocka_unit_test_setup(more_than_we_have_room_for_is_everything, setup),
		cmocka_unit_test(who_wants_everything_is_told_from_who_has_an_address),
	};

	return cmocka_run_group_tests_name("host_filter", tests, open_ports, close_ports);
}
