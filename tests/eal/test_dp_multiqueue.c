/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_multiqueue.c - two workers with a queue each on every port, and two bonds on both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_cycles.h>
#include <rte_eth_ring.h>

#include "eal_lab.h"

#define QUEUES  2
#define BONDS   2
#define MEMBERS 2
#define FLOWS   8 /* of each bond and direction; flow f comes on queue f % QUEUES */
#define FRAMES  20000u
#define WIRE    1024

static struct dp dp;

/* A port with a pair of wires for each queue. */
struct wires {
	struct rte_ring *in[QUEUES], *out[QUEUES];
	struct dp_port *port;
};

static struct bond_ports {
	struct wires host, member[MEMBERS];
} bond[BONDS];

/* What a frame says of itself, behind its Ethernet header and the number of lab_frame(). */
struct mark {
	uint8_t from, flow; /* bond, flow */
	uint32_t seq;
};

static void
wires_open(struct wires *p, const char *name)
{
	const struct dp_port_conf conf = {
		.label = name, .devargs = NULL, .queues = QUEUES, .mtu = 1500};
	struct dp_port_conf c = conf;
	char device[64], ring[32];
	struct dp_err err = {""};

	for (int q = 0; q < QUEUES; q++) {
		snprintf(ring, sizeof(ring), "%s_in%d", name, q);
		p->in[q] = rte_ring_create(ring, WIRE, SOCKET_ID_ANY, 0);
		snprintf(ring, sizeof(ring), "%s_out%d", name, q);
		p->out[q] = rte_ring_create(ring, WIRE, SOCKET_ID_ANY, 0);
		assert_true(p->in[q] != NULL && p->out[q] != NULL);
	}
	assert_true(rte_eth_from_rings(name, p->in, QUEUES, p->out, QUEUES, 0) >= 0);
	snprintf(device, sizeof(device), "net_ring_%s", name);
	c.devargs = device;
	if (dp_port_open(&dp, &c, &p->port, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(p->port->n_rxq, QUEUES);
	assert_int_equal(p->port->n_txq, QUEUES);
	assert_false(p->port->tx_shared);
}

static void
wires_close(struct wires *p)
{
	dp_port_close(p->port);
	for (int q = 0; q < QUEUES; q++) {
		lab_drain(p->in[q]);
		lab_drain(p->out[q]);
		rte_ring_free(p->in[q]);
		rte_ring_free(p->out[q]);
	}
}

/* Both bonds spread by hash; host queue 1 of the second leads to its second member. */
static struct dp_view *
view_of_both(bool by_queue)
{
	struct dp_view *view = dp_view_alloc(BONDS);
	struct bond_view empty;

	assert_non_null(view);
	bond_view_clear(&empty);
	for (int i = 0; i < BONDS; i++) {
		struct dp_bond_view *b = &view->bond[i];

		bond_view_clear(&b->bond);
		b->bond.spread = BOND_SPREAD_BUCKETS;
		for (uint8_t m = 0; m < MEMBERS; m++) {
			b->port[m] = bond[i].member[m].port;
			b->bond.active[b->bond.n_active++] = m;
		}
		b->bond.members = b->bond.tx = b->bond.rx = (1u << MEMBERS) - 1;
		bond_view_deal(&empty, &b->bond);
		if (by_queue && i == 1) {
			b->bond.by_queue = true;
			b->bond.queue[1] = 1;
		}
		b->host = bond[i].host.port;
		b->host_up = true;
	}
	return view;
}

static struct rte_mbuf *
make(uint8_t from, uint8_t flow, uint32_t seq)
{
	const struct mark mark = {from, flow, seq};
	struct rte_mbuf *m = lab_frame(&dp, 60, flow);

	if (m != NULL)
		memcpy(rte_pktmbuf_mtod_offset(m, void *, 18), &mark, sizeof(mark));
	return m;
}

/* Take everything off a wire; each flow has to be in order, without a gap. */
static uint32_t
take(struct rte_ring *wire, uint8_t from, uint8_t queue, uint32_t next[FLOWS])
{
	struct rte_mbuf *m;
	struct mark mark;
	uint32_t n = 0;

	for (; rte_ring_dequeue(wire, (void **)&m) == 0; n++) {
		memcpy(&mark, rte_pktmbuf_mtod_offset(m, void *, 18), sizeof(mark));
		assert_int_equal(mark.from, from);
		assert_int_equal(mark.flow % QUEUES, queue);
		if (mark.seq != next[mark.flow])
			fail_msg("bond %u, flow %u: frame %u came instead of %u", from, mark.flow,
				 mark.seq, next[mark.flow]);
		next[mark.flow]++;
		rte_pktmbuf_free(m);
	}
	return n;
}

static void
drops_of(const struct dp_port *port, uint64_t *drops)
{
	struct dp_counters c;

	dp_port_counters(&dp, port, &c);
	for (int i = 0; i < DP_DROPS; i++)
		*drops += c.drop[i];
}

/* Frames of the hosts leave on members (down), frames of the members reach the host. */
static void
run(bool down, bool by_queue)
{
	const uint64_t deadline = rte_get_timer_cycles() + 60 * rte_get_timer_hz();
	uint32_t next[BONDS][FLOWS] = {0}, sent[BONDS][FLOWS] = {0};
	uint64_t all = 0, got = 0, drops = 0;
	unsigned int first = 0, second = 0;

	lab_publish(&dp, view_of_both(by_queue));
	while (got < (uint64_t)BONDS * FRAMES) {
		for (int n = 0; n < 64 && all < (uint64_t)BONDS * FRAMES; n++) {
			const uint8_t b = all % BONDS, flow = all / BONDS % FLOWS;
			struct wires *w = down ? &bond[b].host : &bond[b].member[flow % MEMBERS];
			struct rte_mbuf *m = make(b, flow, sent[b][flow]);

			if (m == NULL)
				break;
			if (rte_ring_free_count(w->in[flow % QUEUES]) < WIRE / 2 ||
			    rte_ring_enqueue(w->in[flow % QUEUES], m) != 0) {
				rte_pktmbuf_free(m);
				break;
			}
			sent[b][flow]++;
			all++;
		}
		for (uint8_t b = 0; b < BONDS; b++)
			for (uint8_t q = 0; q < QUEUES; q++) {
				if (!down) {
					got += take(bond[b].host.out[q], b, q, next[b]);
					continue;
				}
				for (int m = 0; m < MEMBERS; m++) {
					const uint32_t n =
						take(bond[b].member[m].out[q], b, q, next[b]);

					got += n;
					first += b == 1 && q == 1 && m == 0 ? n : 0;
					second += b == 1 && q == 1 && m == 1 ? n : 0;
				}
			}
		if (rte_get_timer_cycles() > deadline)
			fail_msg("%lu of %lu frames came", (unsigned long)got, (unsigned long)all);
	}
	for (int b = 0; b < BONDS; b++) {
		drops_of(bond[b].host.port, &drops);
		for (int m = 0; m < MEMBERS; m++)
			drops_of(bond[b].member[m].port, &drops);
	}
	assert_int_equal(drops, 0);
	assert_int_equal(rte_mempool_in_use_count(dp.pool), 0);
	if (down) { /* the hash has another opinion of these flows */
		assert_int_equal(first == 0, by_queue);
		assert_int_equal(second == 0, !by_queue);
	}
}

static void
each_queue_keeps_the_order_of_its_flows_down(void **state)
{
	(void)state;
	run(true, false);
}

static void
and_up(void **state)
{
	(void)state;
	run(false, false);
}

static void
a_host_queue_leads_to_its_member(void **state)
{
	(void)state;
	run(true, true);
}

static void
both_workers_had_work_and_count_it_for_themselves(void **state)
{
	(void)state;
	for (unsigned int w = 0; w < dp.n_workers; w++) {
		assert_true(dp.worker[w].turns > 0);
		assert_true(dp.worker[w].busy_cycles > 0);
		assert_true(dp.worker[w].busy_cycles <= dp.worker[w].all_cycles);
		for (int b = 0; b < BONDS; b++) {
			assert_true(bond[b].host.port->counters[w].rx_packets > 0);
			assert_true(bond[b].host.port->counters[w].tx_packets > 0);
		}
	}
}

static int
setup(void **state)
{
	char name[16];

	(void)state;
	if (lab_begin(&dp, QUEUES, true, 16383) < 0)
		return -1;
	for (int b = 0; b < BONDS; b++) {
		snprintf(name, sizeof(name), "mq%d_h", b);
		wires_open(&bond[b].host, name);
		for (int m = 0; m < MEMBERS; m++) {
			snprintf(name, sizeof(name), "mq%d_m%d", b, m);
			wires_open(&bond[b].member[m], name);
		}
	}
	return dp_start(&dp);
}

static int
teardown(void **state)
{
	(void)state;
	dp_stop(&dp);
	for (int b = 0; b < BONDS; b++) {
		wires_close(&bond[b].host);
		for (int m = 0; m < MEMBERS; m++)
			wires_close(&bond[b].member[m]);
	}
	return lab_end(&dp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_queue_keeps_the_order_of_its_flows_down),
		cmocka_unit_test(and_up),
		cmocka_unit_test(a_host_queue_leads_to_its_member),
		cmocka_unit_test(both_workers_had_work_and_count_it_for_themselves),
	};

	return cmocka_run_group_tests_name("dp_multiqueue", tests, setup, teardown);
}
