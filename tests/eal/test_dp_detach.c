/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_detach.c - members leave a bond that goes on, and others join it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <rte_ethdev.h>

#include "bondd.h"
#include "bondd_bond.h"
#include "bondd_member.h"
#include "bury.h"
#include "eal_lab.h"
#include "host.h"
#include "publish.h"

#define MEMBERS 2

static struct bondd d;
static struct bondd_bond bond, *bonds[] = {&bond};
static struct lab_port member[MEMBERS], host;
static const struct conf_bond conf = {.name = "bond0", .mtu = 1500};
static unsigned int done_calls;
static unsigned int remembered;

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b, (void)name, (void)kind, (void)from, (void)to, (void)reason;
}

void
bondd_bond_name(struct identity *id, const struct bondd_member *m)
{
	snprintf(id->member[id->n++].name, BOND_NAME_SIZE, "%s", m->conf->name);
}

void
bondd_bond_remember(struct bondd_bond *b, struct identity *now)
{
	b->identity = *now;
	remembered++;
}

static void
turn(bool worker_moves_on)
{
	d.now += BOND_MSEC;
	if (worker_moves_on)
		rte_rcu_qsbr_quiescent(d.dp.qsbr, 0);
	dp_reclaim(&d.dp.limbo);
	bond_tick(&bond.core, d.now);
	bondd_member_turn(&d);
	publish_views(&d);
}

static const struct dp_bond_view *
view(void)
{
	const struct dp_view *v = atomic_load(&d.dp.view);

	return &v->bond[0];
}

static void
join(unsigned int n, const char *name)
{
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_member_options o = bond_member_options_default();
	struct conf_member *copy = calloc(1, sizeof(*copy));
	static unsigned int number;
	char port[16];
	uint8_t slot;

	memcpy(o.lacp_mac, (uint8_t[]){0x02, 0, 0, 0, 1, (uint8_t)n}, 6);
	snprintf(copy->name, sizeof(copy->name), "%s", name);
	snprintf(port, sizeof(port), "port%u", number++);
	lab_port_open(&d.dp, &member[n], port, 64);
	assert_int_equal(bond_member_add(&bond.core, name, &o, &up, d.now, &slot), 0);
	bond.member[slot] = (struct bondd_member){
		.used = true, .bond = &bond, .conf = copy, .port = member[n].port};
}

static void
begin(uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	memcpy(o.system_mac, (uint8_t[]){0x02, 0, 0, 0, 0, 0x42}, 6);
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	bond_view_clear(&bond.view);
	join(0, "eth1");
	join(1, "eth2");
	turn(true);
	turn(true);
	done_calls = 0;
}

/* Those who are still there leave at once. */
static void
end(void)
{
	for (uint8_t slot = 0; slot < MEMBERS; slot++)
		if (bond.member[slot].used)
			bondd_member_detach(&bond, slot, BONDD_AT_ONCE, NULL, NULL);
	for (int i = 0; i < 10; i++)
		turn(true);
	assert_null(d.departures);
	assert_int_equal(bond.core.n_members, 0);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		member[i].port = NULL; /* closed by whoever took it away */
		lab_port_close(&member[i]);
	}
}

static int
setup(void **state)
{
	(void)state;
	if (lab_begin(&d.dp, 1, false, 4095) < 0)
		return -1;
	rte_rcu_qsbr_thread_register(d.dp.qsbr, 0);
	rte_rcu_qsbr_thread_online(d.dp.qsbr, 0);
	d.n_bonds = 1;
	d.bond = bonds;
	d.now = BOND_SEC;
	bond.daemon = &d;
	bond.conf = &conf;
	bond.host.mtu = 1500;
	lab_port_open(&d.dp, &host, "host", 64);
	bond.host.port = host.port;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rte_rcu_qsbr_thread_offline(d.dp.qsbr, 0);
	rte_rcu_qsbr_thread_unregister(d.dp.qsbr, 0);
	while (!dp_limbo_empty(&d.dp.limbo))
		dp_reclaim(&d.dp.limbo);
	lab_port_close(&host);
	return lab_end(&d.dp);
}

static void
count(void *arg)
{
	assert_ptr_equal(arg, &done_calls);
	done_calls++;
}

static void
the_port_is_closed_only_when_no_worker_can_see_it(void **state)
{
	uint16_t id;

	(void)state;
	begin(BOND_MODE_BALANCE_RR);
	id = member[0].port->id;
	assert_int_equal(view()->bond.tx, 3);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_POLITE, count, &done_calls), 0);
	assert_true(bondd_member_leaves(&bond, 0));
	turn(true);
	assert_int_equal(view()->bond.tx, 2);
	assert_int_equal(view()->bond.rx, 3); /* frames are under way to it */
	for (int i = 0; i < 110 && view()->bond.members == 3; i++)
		turn(true);
	assert_int_equal(view()->bond.members, 2);
	assert_int_equal(view()->bond.rx, 2);
	assert_null(view()->port[0]);
	assert_false(bond.member[0].used);
	for (int i = 0; i < 20; i++) {
		turn(false);
		assert_int_equal(done_calls, 0);
		assert_true(rte_eth_dev_is_valid_port(id));
	}
	turn(true);
	turn(true);
	assert_int_equal(done_calls, 1);
	assert_false(rte_eth_dev_is_valid_port(id));
	assert_null(d.departures);
	end();
}

static void
a_slot_is_not_given_away_before_that(void **state)
{
	const struct conf_member newcomer = {.name = "eth3", .kind = CONF_PORT_VDEV};
	struct conf_err err;

	(void)state;
	begin(BOND_MODE_BALANCE_RR);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_AT_ONCE, NULL, NULL), 0);
	turn(false);
	assert_int_equal(bondd_member_attach(&bond, &newcomer, &err), -EAGAIN);
	turn(true);
	turn(true);
	/* now it is the port itself that does not exist */
	assert_int_not_equal(bondd_member_attach(&bond, &newcomer, &err), -EAGAIN);
	assert_int_equal(bond.core.n_members, 1);
	end();
}

static void
who_leaves_twice_is_told_so(void **state)
{
	(void)state;
	begin(BOND_MODE_BALANCE_RR);
	assert_int_equal(bondd_member_detach(&bond, 1, BONDD_POLITE, count, &done_calls), 0);
	assert_int_equal(bondd_member_detach(&bond, 1, BONDD_POLITE, NULL, NULL), -EALREADY);
	for (int i = 0; i < 110; i++)
		turn(true);
	assert_int_equal(done_calls, 1);
	end();
}

static void
with_lacp_patience_ends(void **state)
{
	(void)state;
	begin(BOND_MODE_8023AD);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_POLITE, count, &done_calls), 0);
	/* nobody takes the last PDU from bond_lacp_output(): it is never said */
	for (int i = 0; i < 340; i++)
		turn(true);
	assert_int_equal(done_calls, 0);
	for (int i = 0; i < 20; i++)
		turn(true);
	assert_int_equal(done_calls, 1);
	end();
}

static void
a_device_that_is_gone_does_not_wait(void **state)
{
	(void)state;
	begin(BOND_MODE_8023AD);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_POLITE, count, &done_calls), 0);
	turn(true);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_AT_ONCE, NULL, NULL), -EALREADY);
	for (int i = 0; i < 4; i++)
		turn(true);
	assert_int_equal(done_calls, 1);
	end();
}

/* Its driver may take long: a thread of its own closes the port, and we go on. */
static void
a_port_of_a_device_that_is_gone_is_closed_beside_us(void **state)
{
	(void)state;
	begin(BOND_MODE_BALANCE_RR);
	bond.member[0].gone = true;
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_AT_ONCE, count, &done_calls), 0);
	for (int i = 0; i < 4; i++)
		turn(true);
	assert_int_equal(bond.core.n_members, 1);
	assert_int_equal(done_calls, 0); /* nobody has looked yet */
	assert_true(bury_close(&d));     /* a null device is closed within its patience */
	assert_int_equal(done_calls, 1);
	end();
}

static void
the_end_of_the_daemon_closes_all(void **state)
{
	(void)state;
	begin(BOND_MODE_BALANCE_RR);
	assert_int_equal(bondd_member_detach(&bond, 0, BONDD_AT_ONCE, count, &done_calls), 0);
	turn(false);
	turn(false);
	assert_int_equal(bondd_member_detach(&bond, 1, BONDD_POLITE, NULL, NULL), 0);
	rte_rcu_qsbr_quiescent(d.dp.qsbr, 0); /* as dp_stop() */
	dp_reclaim(&d.dp.limbo);
	bondd_member_close_all(&d);
	assert_int_equal(done_calls, 1);
	assert_null(d.departures);
	assert_true(bond.member[1].used); /* closed with its bond */
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_is_closed_only_when_no_worker_can_see_it),
		cmocka_unit_test(a_slot_is_not_given_away_before_that),
		cmocka_unit_test(who_leaves_twice_is_told_so),
		cmocka_unit_test(with_lacp_patience_ends),
		cmocka_unit_test(a_device_that_is_gone_does_not_wait),
		cmocka_unit_test(a_port_of_a_device_that_is_gone_is_closed_beside_us),
		cmocka_unit_test(the_end_of_the_daemon_closes_all),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
