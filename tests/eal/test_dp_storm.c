/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_storm.c - balance-alb: ARP and ND at 10^5 frames a second from the host and the wire; data goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>

#include "balance_io.h"
#include "bondd.h"
#include "eal_lab.h"
#include "lab_frames.h"
#include "punt_io.h"

/*
 * Control thread and worker are played by the caller's thread, in virtual time: the control thread has a
 * turn every 10 ms only, as when nothing wakes it. The data path, balance_io.c and the core are real.
 */

#define MEMBERS    2
#define SECONDS    3
#define A_MS       100 /* hostile frames in a millisecond, from the host and from the wire each */
#define DATA_A_MS  20  /* frames of data in a millisecond, to and from the host each */
#define ROUNDS     10  /* turns of the worker in a millisecond: enough for all of that */
#define CONTROL_MS 10
#define WIRE       1024

static struct bondd d;
static struct bondd_bond b;
static struct lab_port member[MEMBERS], host;
static const uint8_t neighbour_mac[6] = {2, 0, 0, 0, 9, 9};

/* Writes hostile frame number n; @return its length */
typedef size_t make_fn(uint8_t *frame, uint32_t n);

static struct bond_ip
address(bool v6, uint32_t n)
{
	struct bond_ip ip = lab_ip(v6, 0);
	uint8_t *last = ip.octet + (v6 ? 13 : 1);

	memcpy(last, (const uint8_t[]){(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}, 3);
	return ip;
}

/* The host tells another neighbour of itself each time: more clients than there is room for. */
static size_t
host_tells_everybody(uint8_t *frame, uint32_t n)
{
	const bool v6 = n & 1;
	const struct bond_ip local = lab_ip(v6, 1), peer = address(v6, 1000 + n);

	return v6 ? lab_nd(frame, neighbour_mac, b.core.mac, 136, &local, &peer, &local, b.core.mac)
		  : lab_arp(frame, neighbour_mac, b.core.mac, 2, b.core.mac, &local, neighbour_mac,
			    &peer);
}

/* The host asks everybody for somebody, so that all are to be told again and again. */
static size_t
host_asks_for_everybody(uint8_t *frame, uint32_t n)
{
	const struct bond_ip local = lab_ip(false, 1), peer = address(false, 1000 + n);

	return lab_arp(frame, lab_all, b.core.mac, 1, b.core.mac, &local, lab_all, &peer);
}

/* Somebody says of each neighbour, and of the host, that it is he; with another MAC each time. */
static size_t
wire_forges(uint8_t *frame, uint32_t n)
{
	const bool v6 = n & 1, of_host = n % 16 == 2;
	const struct bond_ip local = lab_ip(v6, 1),
			     peer = of_host ? local : address(v6, 1000 + n % 2000);
	const uint8_t mac[6] = {
		2, 6, (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	return v6 ? lab_nd(frame, b.core.mac, mac, 136, &peer, &local, &peer, mac)
		  : lab_arp(frame, b.core.mac, mac, 2, mac, &peer, b.core.mac, &local);
}

/* As above, but none of it is well-formed. */
static size_t
wire_babbles(uint8_t *frame, uint32_t n)
{
	const size_t len = wire_forges(frame, n);

	for (size_t i = 14; i < len; i += 7)
		frame[i] = (uint8_t)(frame[i] ^ n ^ n >> 8);
	memcpy(frame, lab_all, 6);
	memcpy(frame + 12, (const uint8_t[]){0x08, 0x06}, 2);
	return len;
}

static size_t
data(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6], uint32_t n)
{
	static const struct bond_tags untagged;
	uint8_t *at = frame_begin(frame, dst, src, &untagged, FRAME_IPV4);

	memset(at, 0, 46);
	at[0] = 0x45;
	memcpy(at + 16, &n, sizeof(n));
	at[16] = 10; /* neither a group nor all ones */
	return 60;
}

static void
put(struct rte_ring *wire, const uint8_t *frame, size_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(d.dp.pool);

	assert_non_null(m);
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), frame, len);
	assert_int_equal(rte_ring_enqueue(wire, m), 0);
}

/* What came out. */
struct tally {
	uint64_t data, others; /* frames; the others are hostile, or ours */
};

static void
take(struct rte_ring *wire, struct tally *t)
{
	struct rte_mbuf *m;

	while (rte_ring_dequeue(wire, (void **)&m) == 0) {
		if (lab_type(rte_pktmbuf_mtod(m, const uint8_t *)) == FRAME_IPV4)
			t->data++;
		else
			t->others++;
		rte_pktmbuf_free(m);
	}
}

static void
publish(void)
{
	struct dp_view *view = dp_view_alloc(1);
	struct dp_bond_view *v = &view->bond[0];

	assert_non_null(view);
	bond_elect(&b.core, &b.view, &v->bond);
	v->host = host.port;
	v->host_up = true;
	v->load = b.load;
	for (uint8_t slot = 0; slot < MEMBERS; slot++)
		v->port[slot] = member[slot].port;
	b.view = v->bond;
	b.core.dirty = false;
	assert_int_equal(dp_view_publish(&d.dp, view), 0);
}

static void
control(void)
{
	balance_io_receive(&b);
	punt_io_receive(&b);
	bond_tick(&b.core, d.now);
	balance_io_measure(&b);
	if (b.core.dirty && dp_limbo_room(&d.dp.limbo) >= 2)
		publish();
	balance_io_send(&b);
	dp_reclaim(&d.dp.limbo);
}

static void
work(void)
{
	dp_worker_turn(&d.dp.worker[0], atomic_load(&d.dp.view));
	rte_rcu_qsbr_quiescent(d.dp.qsbr, 0);
}

/* A millisecond. */
static void
pass(make_fn *of_host, make_fn *of_wire, uint64_t ms, struct tally *out, struct tally *in)
{
	uint8_t frame[LAB_FRAME];

	d.now += BOND_MSEC;
	for (uint32_t i = 0; i < A_MS; i++) {
		const uint32_t n = (uint32_t)ms * A_MS + i;

		memset(frame, 0, sizeof(frame));
		if (of_host)
			put(host.in, frame, of_host(frame, n));
		memset(frame, 0, sizeof(frame));
		if (of_wire)
			put(member[0].in, frame, of_wire(frame, n));
		if (i >= DATA_A_MS)
			continue;
		put(host.in, frame, data(frame, neighbour_mac, b.core.mac, n));
		put(member[0].in, frame, data(frame, b.core.mac, neighbour_mac, n));
		put(member[1].in, frame, data(frame, b.core.member[1].mac, neighbour_mac, n));
	}
	for (unsigned int i = 0; i < ROUNDS; i++)
		work();
	if (ms % CONTROL_MS == 0)
		control();
	take(host.out, in);
	for (unsigned int i = 0; i < MEMBERS; i++)
		take(member[i].out, out);
}

static struct dp_counters
counters(const struct lab_port *p)
{
	struct dp_counters c;

	dp_port_counters(&d.dp, p->port, &c);
	return c;
}

static void
storm(const char *what, make_fn *of_host, make_fn *of_wire)
{
	const struct dp_counters host_before = counters(&host), wire_before = counters(&member[0]);
	const struct bond_balance_counts *n = bond_balance_counts(&b.core);
	const uint64_t data_in = UINT64_C(1000) * SECONDS * DATA_A_MS, heard = n->heard,
		       hostile = UINT64_C(1000) * SECONDS * A_MS;
	struct dp_counters h, w;
	struct tally out = {0}, in = {0};

	for (uint64_t ms = 0; ms < UINT64_C(1000) * SECONDS; ms++)
		pass(of_host, of_wire, ms, &out, &in);
	for (unsigned int i = 0; i < 20; i++) { /* what is still under way */
		work();
		control();
	}
	take(host.out, &in);
	take(member[0].out, &out);
	take(member[1].out, &out);
	h = counters(&host);
	w = counters(&member[0]);
	printf("%s: of the host %ju handled, %ju refused; of the wire %ju heard; %u clients\n",
	       what, (uintmax_t)(h.punted - host_before.punted),
	       (uintmax_t)(h.drop[DP_DROP_PUNT_FULL] - host_before.drop[DP_DROP_PUNT_FULL]),
	       (uintmax_t)(n->heard - heard), n->clients);
	/* no frame of data is lost, either way */
	assert_int_equal(out.data, data_in);
	assert_int_equal(in.data, MEMBERS * data_in);
	/* each hostile one of the host is sent or counted; of the wire, the host has them all */
	assert_int_equal(h.punted + h.drop[DP_DROP_PUNT_FULL] - host_before.punted -
				 host_before.drop[DP_DROP_PUNT_FULL],
			 of_host ? hostile : 0);
	assert_true(out.others >= h.punted - host_before.punted);
	assert_int_equal(in.others, of_wire ? hostile : 0);
	assert_int_equal(w.punted + w.drop[DP_DROP_PUNT_FULL] - wire_before.punted -
				 wire_before.drop[DP_DROP_PUNT_FULL],
			 w.copied - wire_before.copied);
	/* and the control thread took a bounded part of both */
	assert_true(h.punted - host_before.punted <= 128u * (1000 * SECONDS / CONTROL_MS + 20));
	assert_true(n->heard - heard <= 128u * (1000 * SECONDS / CONTROL_MS + 20));
	assert_true(n->clients <= BOND_CLIENTS);
}

static int
start(void **state)
{
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_options o = bond_options_default();
	static const struct bond_address addresses[] = {
		{.ip.octet = {10, 0, 0, 1}}, {.ip = {.v6 = true, .octet = {0xfd, [15] = 1}}}};
	const struct bond_net net = {.address = addresses, .n_addresses = 2};
	uint8_t slot;

	(void)state;
	memset(&b, 0, sizeof(b));
	b.daemon = &d;
	b.host.port = host.port;
	bond_view_clear(&b.view);
	o.mode = BOND_MODE_BALANCE_ALB;
	d.now += 100 * BOND_SEC;
	if (bond_init(&b.core, "bond0", &o, NULL, d.now) < 0)
		return -1;
	for (uint8_t i = 0; i < MEMBERS; i++) {
		struct bond_member_options m = bond_member_options_default();

		memcpy(m.perm_mac, (const uint8_t[]){2, 0, 0, 0, 1, i}, 6);
		if (bond_member_add(&b.core, i == 0 ? "m0" : "m1", &m, &up, d.now, &slot) < 0)
			return -1;
		b.member[slot].used = true;
		b.member[slot].port = member[slot].port;
	}
	if (balance_io_open(&b) < 0)
		return -1;
	bond_net_set(&b.core, &net);
	publish();
	for (unsigned int i = 0; i < 20; i++) {
		d.now += 10 * BOND_MSEC;
		control();
		work();
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	dp_view_publish(&d.dp, dp_view_alloc(0));
	while (!dp_limbo_empty(&d.dp.limbo)) {
		rte_rcu_qsbr_quiescent(d.dp.qsbr, 0);
		dp_reclaim(&d.dp.limbo);
	}
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_drain(member[i].out);
	lab_drain(host.out);
	balance_io_close(&b);
	return 0;
}

static void
a_storm_of_the_host(void **state)
{
	(void)state;
	storm("the host tells everybody", host_tells_everybody, NULL);
	assert_int_equal(bond_balance_counts(&b.core)->clients, BOND_CLIENTS);
	assert_true(bond_balance_counts(&b.core)->full > 0);
	storm("the host asks for everybody", host_asks_for_everybody, NULL);
}

static void
a_storm_of_the_wire(void **state)
{
	(void)state;
	storm("forged answers", NULL, wire_forges);
	storm("noise", NULL, wire_babbles);
}

static void
both_at_once(void **state)
{
	(void)state;
	storm("the host tells everybody, answers are forged", host_tells_everybody, wire_forges);
	assert_true(bond_balance_counts(&b.core)->peers_moved > 0);
	assert_true(bond_balance_counts(&b.core)->conflicts > 0);
}

static int
set_up(void **state)
{
	(void)state;
	if (lab_begin(&d.dp, 1, false, 8191) < 0)
		return -1;
	lab_port_open(&d.dp, &member[0], "m0", WIRE);
	lab_port_open(&d.dp, &member[1], "m1", WIRE);
	lab_port_open(&d.dp, &host, "host", WIRE);
	rte_rcu_qsbr_thread_register(d.dp.qsbr, 0);
	rte_rcu_qsbr_thread_online(d.dp.qsbr, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rte_rcu_qsbr_thread_offline(d.dp.qsbr, 0);
	rte_rcu_qsbr_thread_unregister(d.dp.qsbr, 0);
	for (unsigned int i = 0; i < MEMBERS; i++)
		lab_port_close(&member[i]);
	lab_port_close(&host);
	return lab_end(&d.dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_storm_of_the_host, start, end),
		cmocka_unit_test_setup_teardown(a_storm_of_the_wire, start, end),
		cmocka_unit_test_setup_teardown(both_at_once, start, end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
