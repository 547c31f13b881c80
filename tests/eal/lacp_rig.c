/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_rig.c - plays control thread, workers and partner around the real LACP and data path. */
#include "lacp_rig.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_eth_ring.h>
#include <rte_malloc.h>

#include "eal_lab.h"
#include "lacp_io.h"
#include "punt_io.h"

#define WIRE 1024 /* frames, as a receive queue has */

struct rig rig;

static const uint8_t partner_mac[6] = {0x02, 0, 0, 0, 0, 0x0b};

/* Wires */

static struct rte_ring *
ring(const char *name, unsigned int queue, const char *side)
{
	char text[32];
	struct rte_ring *r;

	snprintf(text, sizeof(text), "%s%u_%s", name, queue, side);
	r = rte_ring_create(text, WIRE * 2, SOCKET_ID_ANY, 0);
	assert_non_null(r);
	return r;
}

static void
open_wire(struct rig_wire *w, const char *name)
{
	struct dp_port_conf conf = {.label = name, .queues = RIG_QUEUES, .mtu = 1500};
	char device[64];
	struct dp_err err = {""};

	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		w->in[q] = ring(name, q, "in");
		w->out[q] = ring(name, q, "out");
	}
	assert_true(rte_eth_from_rings(name, w->in, RIG_QUEUES, w->out, RIG_QUEUES, 0) >= 0);
	snprintf(device, sizeof(device), "net_ring_%s", name);
	conf.devargs = device;
	if (dp_port_open(&rig.d.dp, &conf, &w->port, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(w->port->n_rxq, RIG_QUEUES);
}

static void
empty_wire(const struct rig_wire *w)
{
	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		lab_drain(w->in[q]);
		lab_drain(w->out[q]);
	}
}

static void
close_wire(struct rig_wire *w)
{
	dp_port_close(w->port);
	empty_wire(w);
	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		rte_ring_free(w->in[q]);
		rte_ring_free(w->out[q]);
	}
}

int
rig_setup(void **state)
{
	(void)state;
	if (lab_begin(&rig.d.dp, RIG_WORKERS, false, 32767) < 0)
		return -1;
	open_wire(&rig.member[0], "m");
	open_wire(&rig.member[1], "n");
	open_wire(&rig.host, "h");
	for (unsigned int w = 0; w < RIG_WORKERS; w++) {
		rte_rcu_qsbr_thread_register(rig.d.dp.qsbr, w);
		rte_rcu_qsbr_thread_online(rig.d.dp.qsbr, w);
	}
	return 0;
}

int
rig_teardown(void **state)
{
	(void)state;
	for (unsigned int w = 0; w < RIG_WORKERS; w++) {
		rte_rcu_qsbr_thread_offline(rig.d.dp.qsbr, w);
		rte_rcu_qsbr_thread_unregister(rig.d.dp.qsbr, w);
	}
	while (!dp_limbo_empty(&rig.d.dp.limbo))
		dp_reclaim(&rig.d.dp.limbo);
	close_wire(&rig.member[0]);
	close_wire(&rig.member[1]);
	close_wire(&rig.host);
	return lab_end(&rig.d.dp);
}

/* Frames */

struct rte_mbuf *
rig_frame(const uint8_t *frame, uint16_t len, const uint16_t *split)
{
	struct rte_mbuf *head = NULL, *m;
	uint16_t at = 0;

	for (unsigned int n = 0; at < len; n++) {
		const uint16_t size =
			n < 2 && split[n] > 0 && split[n] < len - at ? split[n] : len - at;

		m = rte_pktmbuf_alloc(rig.d.dp.pool);
		assert_non_null(m);
		memcpy(rte_pktmbuf_append(m, size), frame + at, size);
		at += size;
		if (head == NULL)
			head = m;
		else
			assert_int_equal(rte_pktmbuf_chain(head, m), 0);
	}
	assert_int_equal(head->pkt_len, len);
	return head;
}

struct rte_mbuf *
rig_data(void)
{
	static uint32_t number;

	return lab_frame(&rig.d.dp, 60, ++number);
}

unsigned int
rig_delivered(void)
{
	unsigned int n = 0;

	for (unsigned int q = 0; q < RIG_QUEUES; q++)
		n += lab_drain(rig.host.out[q]);
	return n;
}

/* The control thread */

struct applied {
	struct bond_view view;
};

static void
on_applied(void *arg)
{
	struct applied *a = arg;

	bond_view_applied(&rig.b.core, &a->view, rig.d.now);
	free(a);
}

static void
publish(void)
{
	struct applied *a = malloc(sizeof(*a));
	struct dp_view *view = dp_view_alloc(1);
	struct dp_bond_view *v = &view->bond[0];

	assert_non_null(a);
	bond_elect(&rig.b.core, &rig.b.view, &v->bond);
	v->host = rig.no_host ? NULL : rig.host.port;
	v->host_up = !rig.no_host;
	for (uint8_t slot = 0; slot < RIG_MEMBERS; slot++)
		v->port[slot] = rig.member[slot].port;
	rig.b.view = v->bond;
	rig.b.core.dirty = false;
	assert_int_equal(dp_view_publish(&rig.d.dp, view), 0);
	a->view = rig.b.view;
	dp_defer(&rig.d.dp.limbo, on_applied, a);
}

void
rig_control(void)
{
	punt_io_receive(&rig.b);
	dp_reclaim(&rig.d.dp.limbo);
	bond_tick(&rig.b.core, rig.d.now);
	if (rig.b.core.dirty && dp_limbo_room(&rig.d.dp.limbo) >= 2)
		publish();
	lacp_io_send(&rig.b);
}

void
rig_work(unsigned int worker)
{
	dp_worker_turn(&rig.d.dp.worker[worker], atomic_load(&rig.d.dp.view));
	rte_rcu_qsbr_quiescent(rig.d.dp.qsbr, worker);
}

/* The partner */

static void
see(unsigned int member, struct rte_mbuf *m)
{
	struct rig_seen *s = &rig.seen[member];
	const uint8_t ours[6] = {0x02, 0, 0, 0, 0, (uint8_t)(member + 1)};
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const bool gap = s->pdu_at != 0;

	if (memcmp(frame + 12, "\x88\x09", 2) != 0) {
		s->data++;
		return;
	}
	if (memcmp(frame + 6, ours, 6) != 0) {
		s->foreign++;
		return;
	}
	if (frame[14] == 2) {
		s->responses++;
		return;
	}
	assert_int_equal(lacp_input(lacp_port(&rig.partner, member), frame, m->pkt_len, rig.d.now),
			 LACP_PARSE_LACPDU);
	if (gap && rig.d.now - s->pdu_at < s->gap_min)
		s->gap_min = rig.d.now - s->pdu_at;
	if (gap && rig.d.now - s->pdu_at > s->gap_max)
		s->gap_max = rig.d.now - s->pdu_at;
	s->pdu_at = rig.d.now;
	s->pdus++;
}

static void
arrive(const struct rig_wire *w, const uint8_t *frame)
{
	static unsigned int number;
	const unsigned int queue = rig.queue < RIG_QUEUES ? rig.queue : number++ % RIG_QUEUES;

	assert_int_equal(
		rte_ring_enqueue(w->in[queue], rig_frame(frame, LACP_FRAME_SIZE, rig.split)), 0);
}

void
rig_partner(void)
{
	uint8_t frame[LACP_FRAME_SIZE];

	for (unsigned int i = 0; i < RIG_MEMBERS; i++)
		for (unsigned int q = 0; q < RIG_QUEUES; q++)
			for (void *m; rte_ring_dequeue(rig.member[i].out[q], &m) == 0;) {
				see(i, m);
				rte_pktmbuf_free(m);
			}
	lacp_tick(&rig.partner, rig.d.now);
	for (unsigned int i = 0; i < RIG_MEMBERS; i++)
		while (lacp_output(lacp_port(&rig.partner, i), frame, rig.d.now) > 0)
			arrive(&rig.member[i], frame);
}

void
rig_turn(void)
{
	rig.d.now += rig.turn;
	rig_partner();
	for (unsigned int w = 0; w < RIG_WORKERS; w++)
		rig_work(w);
	rig_control();
}

/* Life of the bond */

static void
start_partner(void)
{
	struct lacp_config c = lacp_config_default();
	struct lacp_port_config p = lacp_port_config_default();

	memcpy(c.sys, partner_mac, 6);
	c.fast = true;
	assert_int_equal(lacp_system_init(&rig.partner, &c, NULL, rig.d.now), 0);
	for (uint8_t i = 0; i < RIG_MEMBERS; i++) {
		p.number = i + 1;
		memcpy(p.mac, partner_mac, 6);
		p.mac[5] += 1 + i;
		assert_int_equal(lacp_port_add(&rig.partner, i, &p, rig.d.now), 0);
		lacp_port_link(lacp_port(&rig.partner, i), true, 10000, LACP_DUPLEX_FULL,
			       rig.d.now);
	}
}

int
rig_start(void **state)
{
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_options o = bond_options_default();
	struct bond_member_options m = bond_member_options_default();
	uint8_t slot;

	(void)state;
	while (!dp_limbo_empty(&rig.d.dp.limbo)) { /* the former bond's */
		for (unsigned int w = 0; w < RIG_WORKERS; w++)
			rte_rcu_qsbr_quiescent(rig.d.dp.qsbr, w);
		dp_reclaim(&rig.d.dp.limbo);
	}
	for (unsigned int i = 0; i < RIG_MEMBERS; i++) {
		struct rte_mbuf *left;

		empty_wire(&rig.member[i]);
		while ((left = dp_ctrl_receive(rig.member[i].port)) != NULL)
			rte_pktmbuf_free(left);
	}
	empty_wire(&rig.host);
	memset(rig.seen, 0, sizeof(rig.seen));
	memset(rig.split, 0, sizeof(rig.split));
	memset(&rig.b, 0, sizeof(rig.b));
	rig.no_host = false;
	rig.queue = 0;
	rig.turn = 10 * BOND_MSEC;
	rig.d.now += BOND_SEC;
	rig.b.daemon = &rig.d;
	bond_view_clear(&rig.b.view);
	o.mode = BOND_MODE_8023AD;
	o.lacp_fast = true;
	memcpy(o.system_mac, (uint8_t[]){0x02, 0, 0, 0, 0, 0x0a}, 6);
	assert_int_equal(bond_init(&rig.b.core, "bond0", &o, NULL, rig.d.now), 0);
	for (uint8_t i = 0; i < RIG_MEMBERS; i++) {
		memcpy(m.lacp_mac, (uint8_t[]){0x02, 0, 0, 0, 0, i}, 6);
		m.lacp_mac[5]++;
		assert_int_equal(bond_member_add(&rig.b.core, i == 0 ? "m0" : "m1", &m, &up,
						 rig.d.now, &slot),
				 0);
		rig.b.member[slot].used = true;
		rig.b.member[slot].port = rig.member[slot].port;
	}
	start_partner();
	return 0;
}

const struct lacp_port *
rig_port(unsigned int member)
{
	return bond_lacp_port(&rig.b.core, (uint8_t)member);
}

void
rig_up(void)
{
	const uint64_t until = rig.d.now + 5 * BOND_SEC;

	while (rig_port(0)->mux != LACP_MUX_DISTRIBUTING ||
	       rig_port(1)->mux != LACP_MUX_DISTRIBUTING) {
		assert_true(rig.d.now < until);
		rig_turn();
	}
	for (int i = 0; i < 10; i++) /* the last LACPDUs of the bring-up */
		rig_turn();
}

void
rig_forget(void)
{
	for (unsigned int i = 0; i < RIG_MEMBERS; i++)
		rig.seen[i] = (struct rig_seen){.gap_min = UINT64_MAX};
}
