/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_reset.c - a driver asks for a reset: the port leaves the view, and comes back as it was. */
#include <errno.h>
#include <pthread.h>
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
#include "member.h"
#include "publish.h"
#include "reset.h"

#define MEMBERS 2

static struct bondd d;
static struct bondd_bond bond, *bonds[] = {&bond};
static struct lab_port member[MEMBERS], host;
static const struct conf_member conf_member[MEMBERS] = {{.name = "eth1"}, {.name = "eth2"}};
static const struct conf_bond conf = {.name = "bond0"};
static const uint8_t bond_mac[6] = {0x02, 0, 0, 0, 0, 0x42};
static unsigned int resets, events;
static int reset_result;
static bool busy; /* no other MTU while a port runs */

/* The driver: what it was told to call, and what a reset of it loses. */
static struct {
	rte_eth_dev_cb_fn fn;
	void *arg;
} asks[RTE_MAX_ETHPORTS];

int __real_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
					 rte_eth_dev_cb_fn fn, void *arg);
int __wrap_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
					 rte_eth_dev_cb_fn fn, void *arg);
int __wrap_rte_eth_dev_reset(uint16_t id);
int __real_rte_eth_dev_set_mtu(uint16_t id, uint16_t mtu);
int __wrap_rte_eth_dev_set_mtu(uint16_t id, uint16_t mtu);

int
__wrap_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
				     rte_eth_dev_cb_fn fn, void *arg)
{
	if (event == RTE_ETH_EVENT_INTR_RESET) {
		asks[id].fn = fn;
		asks[id].arg = arg;
	}
	return __real_rte_eth_dev_callback_register(id, event, fn, arg);
}

/* Is the port in no view that a worker could be using? */
static void
nobody_uses(uint16_t id)
{
	const struct dp_view *view = atomic_load(&d.dp.view);

	for (unsigned int i = 0; i < MEMBERS; i++)
		if (member[i].port->id == id) {
			assert_null(view->bond[0].port[i]);
			assert_int_equal(view->bond[0].bond.members >> i & 1, 0);
			assert_int_equal(view->bond[0].bond.tx >> i & 1, 0);
		}
}

int
__wrap_rte_eth_dev_reset(uint16_t id)
{
	struct rte_ether_addr other = {{0x02, 0, 0, 0, 0, 0x99}};

	nobody_uses(id);
	resets++;
	if (reset_result < 0)
		return reset_result;
	assert_int_equal(rte_eth_dev_stop(id), 0);
	rte_eth_promiscuous_disable(id);
	rte_eth_allmulticast_disable(id);
	rte_eth_dev_default_mac_addr_set(id, &other);
	return 0;
}

int
__wrap_rte_eth_dev_set_mtu(uint16_t id, uint16_t mtu)
{
	return busy ? -EBUSY : __real_rte_eth_dev_set_mtu(id, mtu);
}

static void *
raise_it(void *id)
{
	asks[*(uint16_t *)id].fn(*(uint16_t *)id, RTE_ETH_EVENT_INTR_RESET,
				 asks[*(uint16_t *)id].arg, NULL);
	return NULL;
}

/* As the driver does it: from a thread of its own. */
static void
driver_asks(unsigned int n)
{
	uint16_t id = member[n].port->id;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, raise_it, &id), 0);
	pthread_join(thread, NULL);
}

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	assert_ptr_equal(b, &bond);
	assert_string_equal(kind, "reset");
	assert_string_not_equal(from, to);
	assert_true(reason[0] && name[0]);
	events++;
}

/* A turn of the control thread as control.c has it. */
static void
turn(bool worker_moves_on)
{
	d.now += 10 * BOND_MSEC;
	reset_begin(&d);
	bond_foreach_member (&bond.core, slot)
		bond_member_link(&bond.core, slot, member_look(&d, &bond.member[slot]), d.now);
	if (worker_moves_on)
		rte_rcu_qsbr_quiescent(d.dp.qsbr, 0);
	dp_reclaim(&d.dp.limbo);
	bond_tick(&bond.core, d.now);
	publish_views(&d);
}

static const struct dp_bond_view *
view(void)
{
	const struct dp_view *v = atomic_load(&d.dp.view);

	return &v->bond[0];
}

static int
setup(void **state)
{
	struct bond_options o = bond_options_default();
	const struct bond_member_options mo = bond_member_options_default();

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
	bond_view_clear(&bond.view);
	lab_port_open(&d.dp, &host, "host", 64);
	bond.host.port = host.port;
	o.mode = BOND_MODE_BALANCE_RR;
	memcpy(o.system_mac, bond_mac, 6);
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
		struct bondd_member *m = &bond.member[i];
		uint8_t slot;

		lab_port_open(&d.dp, &member[i], i == 0 ? "eth1" : "eth2", 64);
		*m = (struct bondd_member){.used = true,
					   .bond = &bond,
					   .conf = &conf_member[i],
					   .port = member[i].port};
		memcpy(m->perm_mac, (uint8_t[]){0x02, 0, 0, 0, 1, (uint8_t)i}, 6);
		memcpy(m->mac, bond_mac, 6);
		dp_port_set_mac(m->port, bond_mac);
		assert_int_equal(
			bond_member_add(&bond.core, conf_member[i].name, &mo, &up, d.now, &slot),
			0);
		host_filter_member(&bond, m);
	}
	turn(true);
	turn(true);
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
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_port_close(&member[i]);
	lab_port_close(&host);
	return lab_end(&d.dp);
}

/* Addresses and filters of a member are as the bond wants them. */
static void
is_as_it_was(unsigned int n)
{
	uint8_t mac[6];

	assert_int_equal(dp_port_get_mac(member[n].port, mac), 0);
	if (!(member[n].port->refused & DP_REFUSED_MAC))
		assert_memory_equal(mac, bond_mac, 6);
	assert_int_equal(rte_eth_promiscuous_get(member[n].port->id), 1);
	assert_int_equal(rte_eth_allmulticast_get(member[n].port->id), 1);
}

static void
the_port_leaves_the_view_first_and_comes_back_as_it_was(void **state)
{
	const unsigned int before = resets;

	(void)state;
	bond.host.promisc = bond.host.allmulti = true;
	for (unsigned int i = 0; i < MEMBERS; i++)
		host_filter_member(&bond, &bond.member[i]);
	is_as_it_was(0);
	driver_asks(0);
	events = 0;
	turn(false);
	assert_int_equal(events, 1);
	assert_int_equal(view()->bond.tx, 2); /* the other carries at once */
	assert_null(view()->port[0]);
	for (int i = 0; i < 5; i++) {
		turn(false);
		assert_int_equal(resets, before); /* a worker may still hold the old view */
	}
	turn(true);
	assert_int_equal(resets, before + 1);
	is_as_it_was(0);
	turn(true);
	assert_ptr_equal(view()->port[0], member[0].port);
	assert_int_equal(view()->bond.members, 3);
	assert_int_equal(view()->bond.tx, 3);
	assert_int_equal(events, 2);
	assert_false(atomic_load(&member[0].port->reset_wanted));
}

static void
frames_pass_again(void **state)
{
	unsigned int sent = 0;

	(void)state;
	driver_asks(1);
	for (int i = 0; i < 4; i++)
		turn(true);
	assert_int_equal(view()->bond.tx, 3);
	for (uint32_t i = 0; i < 32; i++)
		assert_int_equal(rte_ring_enqueue(host.in, lab_frame(&d.dp, 60, i)), 0);
	dp_worker_turn(&d.dp.worker[0], atomic_load(&d.dp.view));
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const unsigned int n = lab_drain(member[i].out);

		assert_in_range(n, 15, 17);
		sent += n;
	}
	assert_int_equal(sent, 32);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(rte_ring_enqueue(member[1].in, lab_frame(&d.dp, 60, i)), 0);
	dp_worker_turn(&d.dp.worker[0], atomic_load(&d.dp.view));
	assert_int_equal(lab_drain(host.out), 8);
}

static void
a_reset_that_fails_is_tried_again_every_second(void **state)
{
	const unsigned int before = resets;

	(void)state;
	reset_result = -EIO;
	driver_asks(0);
	for (int i = 0; i < 350; i++)
		turn(true); /* 3.5 s */
	assert_in_range(resets - before, 3, 5);
	assert_int_equal(view()->bond.tx, 2);
	assert_null(view()->port[0]);
	reset_result = 0;
	for (int i = 0; i < 110; i++)
		turn(true);
	assert_int_equal(view()->bond.tx, 3);
	is_as_it_was(0);
}

static void
a_driver_without_reset_is_restarted(void **state)
{
	(void)state;
	reset_result = -ENOTSUP;
	driver_asks(0);
	for (int i = 0; i < 4; i++)
		turn(true);
	reset_result = 0;
	assert_int_equal(view()->bond.tx, 3);
	is_as_it_was(0);
}

static void
a_driver_that_asks_again_meanwhile_gets_another_one(void **state)
{
	const unsigned int before = resets;

	(void)state;
	driver_asks(0);
	turn(false);
	driver_asks(0); /* of the same trouble: one is enough */
	turn(true);
	turn(true);
	assert_int_equal(resets, before + 1);
	driver_asks(0);
	for (int i = 0; i < 4; i++)
		turn(true);
	assert_int_equal(resets, before + 2);
	assert_int_equal(view()->bond.tx, 3);
}

static void
a_driver_that_takes_an_mtu_when_stopped_only_is_restarted(void **state)
{
	const unsigned int before = resets;
	struct bondd_member *m = &bond.member[0];
	uint16_t mtu;

	(void)state;
	busy = true;
	m->port->set_mtu = true;
	assert_int_equal(member_set_mtu(m, 1400), 0);
	assert_int_equal(member_set_mtu(m, 1500), 0); /* never mind */
	events = 0;
	turn(true);
	assert_int_equal(events, 0);
	assert_int_equal(member_set_mtu(m, 1400), 0);
	bond.host.mtu = 1400;
	turn(false);
	assert_int_equal(events, 1);
	assert_int_equal(view()->bond.tx, 2);
	assert_null(view()->port[0]);
	for (int i = 0; i < 4; i++)
		turn(true);
	assert_int_equal(events, 2);
	assert_int_equal(resets, before); /* stopped and started only */
	assert_int_equal(rte_eth_dev_get_mtu(m->port->id, &mtu), 0);
	assert_int_equal(mtu, 1400);
	assert_int_equal(view()->bond.tx, 3);
	is_as_it_was(0);
	bond.host.mtu = 1500;
	busy = false;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_leaves_the_view_first_and_comes_back_as_it_was),
		cmocka_unit_test(frames_pass_again),
		cmocka_unit_test(a_reset_that_fails_is_tried_again_every_second),
		cmocka_unit_test(a_driver_without_reset_is_restarted),
		cmocka_unit_test(a_driver_that_asks_again_meanwhile_gets_another_one),
		cmocka_unit_test(a_driver_that_takes_an_mtu_when_stopped_only_is_restarted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
