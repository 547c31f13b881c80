/* SPDX-License-Identifier: BSD-3-Clause */
/* test_host_mtu.c - an MTU is for all ports or for none, and who refuses it says what would do. */
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

#define MEMBERS 2
#define PORTS   (MEMBERS + 1) /* the last one is the host's */

static struct bondd d;
static struct bondd_bond bond;
static struct lab_port port[PORTS];
static const struct conf_member conf_member[MEMBERS] = {{.name = "eth1"}, {.name = "eth2"}};
static const struct conf_bond conf = {.name = "bond0"};
static char told[64]; /* the last event: from and to */

/* The drivers: what each was told, and what it says to the next MTU but the one it has. */
static uint16_t mtu[RTE_MAX_ETHPORTS];
static int answer[RTE_MAX_ETHPORTS];

int __wrap_rte_eth_dev_set_mtu(uint16_t id, uint16_t wanted);
int __wrap_rte_eth_dev_get_mtu(uint16_t id, uint16_t *now);

int
__wrap_rte_eth_dev_set_mtu(uint16_t id, uint16_t wanted)
{
	if (answer[id] == 0 || wanted == 1500)
		mtu[id] = wanted;
	return wanted == 1500 ? 0 : answer[id];
}

int
__wrap_rte_eth_dev_get_mtu(uint16_t id, uint16_t *now)
{
	*now = mtu[id];
	return 0;
}

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b;
	(void)reason;
	assert_null(name);
	assert_string_equal(kind, "mtu");
	snprintf(told, sizeof(told), "%s %s", from, to);
}

static int
open_ports(void **state)
{
	static const char *const names[PORTS] = {"eth1", "eth2", "host"};

	(void)state;
	if (lab_begin(&d.dp, 1, false, 1023) < 0)
		return -1;
	for (unsigned int i = 0; i < PORTS; i++)
		lab_port_open(&d.dp, &port[i], names[i], 64);
	return 0;
}

static int
close_ports(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < PORTS; i++)
		lab_port_close(&port[i]);
	return lab_end(&d.dp);
}

static int
setup(void **state)
{
	struct bond_options o = bond_options_default();

	(void)state;
	d.now = BOND_SEC;
	told[0] = '\0';
	bond = (struct bondd_bond){.daemon = &d, .conf = &conf};
	bond.host = (struct bondd_host){
		.type = CONF_HOST_VDEV, .port = port[MEMBERS].port, .mtu = 1500};
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	for (unsigned int i = 0; i < PORTS; i++) {
		struct dp_port *p = port[i].port;

		mtu[p->id] = p->mtu = 1500;
		answer[p->id] = 0;
		p->max_mtu = 9600;
		p->refused = 0;
		p->mtu_waits = false;
		p->room = 16384;
	}
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
		const struct bond_member_options mo = bond_member_options_default();
		uint8_t slot;

		bond.member[i] = (struct bondd_member){.used = true,
						       .bond = &bond,
						       .conf = &conf_member[i],
						       .port = port[i].port,
						       .driver = "net_x"};
		assert_int_equal(
			bond_member_add(&bond.core, conf_member[i].name, &mo, &up, d.now, &slot),
			0);
		assert_int_equal(slot, i);
	}
	return 0;
}

static void
assert_all_have(uint16_t wanted)
{
	for (unsigned int i = 0; i < PORTS; i++) {
		assert_int_equal(mtu[port[i].port->id], wanted);
		assert_false(port[i].port->mtu_waits);
	}
	assert_int_equal(bond.host.mtu, wanted);
}

static void
all_get_it(void **state)
{
	char reason[160] = "";

	(void)state;
	assert_int_equal(host_set_mtu(&bond, 9600, reason, sizeof(reason)), 0);
	assert_all_have(9600);
	assert_string_equal(told, "1500 9600");
	assert_int_equal(host_set_mtu(&bond, 1400, reason, sizeof(reason)), 0);
	assert_all_have(1400);
}

/* What the drivers promise, which of them fails, and what is said then. */
static const struct row {
	const char *what;
	uint16_t max[PORTS];
	int answer[PORTS];
	int rc;
	const char *sentence;
} rows[] = {
	{"a member's driver carries less",
	 {9600, 2026, 9600},
	 {0},
	 -EINVAL,
	 "eth2 (net_x) carries an MTU of 2026 at most, not 9000"},
	{"both do: that is named which all carry",
	 {8000, 2026, 9600},
	 {0},
	 -EINVAL,
	 "eth2 (net_x) carries an MTU of 2026 at most, not 9000"},
	{"the host port's vdev carries less",
	 {9600, 9600, 4096},
	 {0},
	 -EINVAL,
	 "the host port (net_ring) carries an MTU of 4096 at most, not 9000"},
	{"a member's driver cannot change it",
	 {9600, 9600, 9600},
	 {0, -ENOTSUP, 0},
	 -ENOTSUP,
	 "eth2 (net_x) carries an MTU of 1500 at most, not 9000"},
	{"a member's driver refuses what it promised",
	 {9600, 9600, 9600},
	 {0, -EIO, 0},
	 -EIO,
	 "eth2 refuses an MTU of 9000 (Input/output error), and keeps 1500"},
	{"the vdev refuses what it promised",
	 {9600, 9600, 9600},
	 {0, 0, -EIO},
	 -EIO,
	 "the host port refuses an MTU of 9000 (Input/output error), and keeps 1500"},
	{"the vdev would have to stop",
	 {9600, 9600, 9600},
	 {0, 0, -EBUSY},
	 -EBUSY,
	 "the host port (net_ring) takes an MTU of 9000 at a start only: set it in the "
	 "configuration and start the daemon anew"},
};

static void
a_refusal_says_what_would_do_and_leaves_all_as_it_was(void **state)
{
	(void)state;
	for (const struct row *r = rows; r < rows + RTE_DIM(rows); r++) {
		char reason[160] = "";

		assert_int_equal(setup(NULL), 0);
		for (unsigned int i = 0; i < PORTS; i++) {
			port[i].port->max_mtu = r->max[i];
			answer[port[i].port->id] = r->answer[i];
		}
		if (host_set_mtu(&bond, 9000, reason, sizeof(reason)) != r->rc ||
		    strcmp(reason, r->sentence) != 0)
			fail_msg("%s: \"%s\"", r->what, reason);
		assert_all_have(1500);
		assert_string_equal(told, "");
	}
}

/* Of the vdev that knows nothing of an MTU the far end does not, either. */
static void
a_vdev_that_cannot_be_told_carries_it_all_the_same(void **state)
{
	char reason[160] = "";

	(void)state;
	answer[port[MEMBERS].port->id] = -ENOTSUP;
	assert_int_equal(host_set_mtu(&bond, 9000, reason, sizeof(reason)), 0);
	assert_int_equal(bond.host.mtu, 9000);
	assert_int_equal(mtu[port[0].port->id], 9000);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_get_it),
		TEST(a_refusal_says_what_would_do_and_leaves_all_as_it_was),
		TEST(a_vdev_that_cannot_be_told_carries_it_all_the_same),
	};

	return cmocka_run_group_tests(tests, open_ports, close_ports);
}
