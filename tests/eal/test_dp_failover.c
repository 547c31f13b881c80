/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_failover.c - how many frames are lost from a link interrupt on, at a million a second. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>
#include <rte_cycles.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>

#include "bondd.h"
#include "eal_lab.h"
#include "member.h"
#include "publish.h"

/*
 * A worker takes frames from a host port that has a new one every microsecond, and sends them on
 * members that only count. A thread plays the driver: it takes the link of a member down and calls what
 * the daemon registered for that. The control thread is in its event loop, as the daemon's is, wakes,
 * looks at the links, decides and publishes. Every frame that is put on the dead member after the link
 * went down is lost.
 */
#define MEMBERS  3
#define RATE     1000000 /* frames a second */
#define MOST     1000    /* frames lost: 1 ms */
#define TRIES    15
#define BACKLOG  4096 /* frames that wait while the worker has no processor; more are not made */
#define TRY_NS   (2000 * BOND_MSEC)
#define MIN_SENT 100 /* frames that must have left on a member before it is cut */

static struct bondd d;
static struct bondd_bond bond, *bonds[] = {&bond};
static struct lab_port wire[MEMBERS], host;
static struct conf_member conf_member[MEMBERS];
static const struct conf_bond conf = {.name = "bond0", .mtu = 1500};
static struct loop_source interrupt;
static bool first; /* the threads go before others of the machine */

/* Of the driver. */
static struct {
	rte_eth_dev_cb_fn fn;
	void *arg;
} called[RTE_MAX_ETHPORTS];
static _Atomic uint64_t cut_at[RTE_MAX_ETHPORTS]; /* TSC, 0: the link is up */

/* Of the worker. */
static struct rte_mbuf *frame[DP_BURST];
static uint64_t made, made_from; /* frames, TSC */
static _Atomic uint64_t sent[RTE_MAX_ETHPORTS], lost, lost_at;

int __real_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
					 rte_eth_dev_cb_fn fn, void *arg);
int __wrap_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
					 rte_eth_dev_cb_fn fn, void *arg);

int
__wrap_rte_eth_dev_callback_register(uint16_t id, enum rte_eth_event_type event,
				     rte_eth_dev_cb_fn fn, void *arg)
{
	if (event == RTE_ETH_EVENT_INTR_LSC) {
		called[id].fn = fn;
		called[id].arg = arg;
	}
	return __real_rte_eth_dev_callback_register(id, event, fn, arg);
}

void
bondd_event(struct bondd_bond *b, const char *name, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	(void)b;
	(void)name;
	fail_msg("nothing of the daemon's own happens: %s %s -> %s: %s", kind, from, to, reason);
}

/* Threads that wait for a processor for milliseconds say nothing about the daemon. */
static bool
go_first(void)
{
	const struct sched_param p = {.sched_priority = 5};

	return pthread_setschedparam(pthread_self(), SCHED_RR, &p) == 0;
}

/* The host has one frame more every microsecond. */
static uint16_t
make_frames(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	static bool began;
	const uint64_t due = (rte_rdtsc() - made_from) * (RATE / 1000) / (rte_get_tsc_hz() / 1000);
	const uint64_t waiting = due - made;

	(void)queue;
	if (!began && first)
		go_first();
	began = true;
	if (waiting > BACKLOG)
		made = due - BACKLOG;
	n = RTE_MIN(n, RTE_MIN(waiting, (uint64_t)DP_BURST));
	for (uint16_t i = 0; i < n; i++)
		pkt[i] = frame[made++ % DP_BURST]; /* all flows in turn */
	return n;
}

static uint16_t
no_frames(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	(void)pkt;
	(void)n;
	return 0;
}

/* @param queue the port's number, see setup(); the frames are used again */
static uint16_t
count_frames(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	const uintptr_t id = (uintptr_t)queue;

	(void)pkt;
	sent[id] += n;
	if (cut_at[id] != 0) {
		lost += n;
		lost_at = rte_rdtsc();
	}
	return n;
}

/* The driver's thread: the link of a port changes, and what was registered is called. */
static void *
change_link(void *port)
{
	const uint16_t id = ((const struct dp_port *)port)->id;
	const bool cut = cut_at[id] == 0;

	if (first)
		go_first();
	if (cut)
		rte_eth_dev_set_link_down(id);
	else
		rte_eth_dev_set_link_up(id);
	cut_at[id] = cut ? rte_rdtsc() : 0;
	called[id].fn(id, RTE_ETH_EVENT_INTR_LSC, called[id].arg, NULL);
	return NULL;
}

/* The part of control.c's turn that matters here, in its order. */
static void
turn(void)
{
	d.now = loop_now();
	dp_reclaim(&d.dp.limbo);
	bond_tick(&bond.core, d.now);
	publish_views(&d);
}

static void
on_interrupt(struct loop_source *source, uint32_t events)
{
	uint64_t count;

	(void)events;
	assert_true(read(source->fd, &count, sizeof(count)) == sizeof(count));
	d.now = loop_now();
	bond_foreach_member (&bond.core, slot)
		bond_member_link(&bond.core, slot, member_look(&d, &bond.member[slot]), d.now);
}

static void
run_until(bool (*over)(uint8_t slot), uint8_t slot, const char *what)
{
	const uint64_t end = loop_now() + 30 * TRY_NS;

	while (!over(slot)) {
		loop_turn(&d.loop, 10 * BOND_MSEC);
		turn();
		if (loop_now() > end)
			fail_msg("%s never happens", what);
	}
}

static bool
carries(uint8_t slot)
{
	return sent[bond.member[slot].port->id] >= MIN_SENT;
}

static bool
is_left(uint8_t slot)
{
	return !(bond.view.tx >> slot & 1) && dp_limbo_empty(&d.dp.limbo);
}

static bool
is_back(uint8_t slot)
{
	return bond.core.member[slot].link == BOND_LINK_UP && dp_limbo_empty(&d.dp.limbo);
}

static void
interrupt_now(uint8_t slot)
{
	pthread_t driver;

	assert_int_equal(pthread_create(&driver, NULL, change_link, bond.member[slot].port), 0);
	pthread_detach(driver);
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
start_bond(uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.num_peer_notif = 0;
	memcpy(o.system_mac, "\2\0\0\0\0\x42", 6);
	memset(&bond.view, 0, sizeof(bond.view));
	bond_view_clear(&bond.view);
	assert_int_equal(bond_init(&bond.core, "bond0", &o, NULL, d.now), 0);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		const struct bond_member_options mo = bond_member_options_default();
		uint8_t slot;

		assert_int_equal(bond_member_add(&bond.core, conf_member[i].name, &mo,
						 member_look(&d, &bond.member[i]), d.now, &slot),
				 0);
		assert_int_equal(slot, i);
	}
	turn();
}

/* A member that carries frames is cut. @return frames lost */
static uint64_t
cut(unsigned int try)
{
	const uint8_t slot = bond.core.active != BOND_NONE ? bond.core.active : try % MEMBERS;

	for (unsigned int i = 0; i < RTE_MAX_ETHPORTS; i++)
		sent[i] = 0;
	run_until(carries, slot, "that the member carries frames");
	lost = lost_at = 0;
	interrupt_now(slot);
	run_until(is_left, slot, "that the member is left");
	rte_delay_us_block(200);
	return lost;
}

static uint64_t
lost_us(uint8_t slot)
{
	const uint64_t from = cut_at[bond.member[slot].port->id], to = lost_at;

	return to > from ? (to - from) * 1000 / (rte_get_tsc_hz() / 1000) : 0;
}

static void
mode_loses_less_than_a_millisecond(uint32_t mode)
{
	uint64_t frames[TRIES], worst_us = 0;

	start_bond(mode);
	for (unsigned int try = 0; try < TRIES; try++) {
		const uint8_t slot =
			bond.core.active != BOND_NONE ? bond.core.active : try % MEMBERS;

		frames[try] = cut(try);
		worst_us = RTE_MAX(worst_us, lost_us(slot));
		interrupt_now(slot); /* it is put back */
		run_until(is_back, slot, "that the member comes back");
	}
	qsort(frames, TRIES, sizeof(frames[0]), by_number);
	print_message("%s: %lu frames lost at best, %lu in the middle, %lu at worst (%lu us)\n",
		      bond.core.mode->name, (unsigned long)frames[0],
		      (unsigned long)frames[TRIES / 2], (unsigned long)frames[TRIES - 1],
		      (unsigned long)worst_us);
	assert_true(frames[0] < MOST);
	if (first) /* else the machine may take the processor away for as long as it likes */
		assert_true(frames[TRIES / 2] < MOST);
}

static void
from_the_interrupt_to_the_last_frame_lost_is_less_than_a_millisecond(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_ACTIVE_BACKUP, BOND_MODE_BALANCE_RR,
					 BOND_MODE_BALANCE_XOR};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		mode_loses_less_than_a_millisecond(modes[i]);
}

/* The daemon's own way to open a port, whose driver promises link interrupts. */
static void
open_member(unsigned int i)
{
	static const char *const names[MEMBERS] = {"eth1", "eth2", "eth3"};
	static void *queue[RTE_MAX_ETHPORTS][DP_MAX_QUEUES];
	struct rte_eth_dev_info info;
	struct conf_err err = {""};
	char ring[32];
	int id;

	snprintf(ring, sizeof(ring), "%s_in", names[i]);
	wire[i].in = rte_ring_create(ring, 64, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(ring, sizeof(ring), "%s_out", names[i]);
	wire[i].out = rte_ring_create(ring, 64, SOCKET_ID_ANY, 0);
	id = rte_eth_from_rings(names[i], &wire[i].in, 1, &wire[i].out, 1, 0);
	assert_true(id >= 0);
	assert_int_equal(rte_eth_dev_info_get((uint16_t)id, &info), 0);
	*(uint32_t *)(uintptr_t)info.dev_flags |= RTE_ETH_DEV_INTR_LSC;
	conf_member[i].kind = CONF_PORT_VDEV;
	snprintf(conf_member[i].name, sizeof(conf_member[i].name), "%s", names[i]);
	snprintf(conf_member[i].port, sizeof(conf_member[i].port), "net_ring_%s", names[i]);
	if (member_open(&bond, &bond.member[i], &conf_member[i], d.link_event_fd, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(bond.member[i].port->lsc);
	assert_non_null(called[id].fn);
	bond.member[i].bond = &bond;
	wire[i].port = bond.member[i].port;
	/* the queue tells whose it is */
	queue[id][0] = (void *)(uintptr_t)id;
	rte_eth_fp_ops[id].txq.data = queue[id];
	rte_eth_fp_ops[id].tx_pkt_burst = count_frames;
	rte_eth_fp_ops[id].rx_pkt_burst = no_frames;
}

static int
setup(void **state)
{
	static const unsigned int lcore[] = {LAB_WORKER_LCORE};
	const struct dp_conf c = {.n_workers = 1, .lcore = lcore, .n_mbufs = 4095};
	struct dp_err err = {""};

	(void)state;
	first = go_first();
	if (lab_eal() < 0 || dp_init(&d.dp, &c, &err) < 0 || loop_init(&d.loop) < 0)
		return -1;
	d.n_bonds = 1;
	d.bond = bonds;
	d.now = loop_now();
	d.link_event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	interrupt = (struct loop_source){d.link_event_fd, on_interrupt, &d};
	assert_int_equal(loop_add(&d.loop, &interrupt, EPOLLIN), 0);
	bond.daemon = &d;
	bond.conf = &conf;
	lab_port_open(&d.dp, &host, "host", 64);
	bond.host.port = host.port;
	for (unsigned int i = 0; i < DP_BURST; i++)
		frame[i] = lab_frame(&d.dp, 60, i);
	for (unsigned int i = 0; i < MEMBERS; i++)
		open_member(i);
	rte_eth_fp_ops[host.port->id].rx_pkt_burst = make_frames;
	made_from = rte_rdtsc();
	return dp_start(&d.dp);
}

static int
teardown(void **state)
{
	(void)state;
	dp_stop(&d.dp);
	for (unsigned int i = 0; i < DP_BURST; i++)
		rte_pktmbuf_free(frame[i]);
	loop_fini(&d.loop);
	close(d.link_event_fd);
	return rte_mempool_in_use_count(d.dp.pool) == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			from_the_interrupt_to_the_last_frame_lost_is_less_than_a_millisecond),
	};

	return cmocka_run_group_tests_name("dp_failover", tests, setup, teardown);
}
