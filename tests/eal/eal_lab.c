/* SPDX-License-Identifier: BSD-3-Clause */
/* eal_lab.c - the in-process laboratory of the data path. */
#include "eal_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_eal.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define IN_SIZE 1024

/* Asked by AddressSanitizer, where a test is built with it: EAL leaves memory to the end of the process. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

int
lab_eal(void)
{
	static char *arguments[] = {"test",
				    "--no-huge",
				    "-m",
				    "256",
				    "--no-shconf",
				    "--no-pci",
				    "--no-telemetry",
				    "--file-prefix=bondd-test",
				    "--log-level=error",
				    "--lcores=(0-2)@(0-1)"};
	static int done = -1;

	if (done < 0)
		done = rte_eal_init(RTE_DIM(arguments), arguments) < 0 ? -1 : 0;
	return done;
}

int
lab_begin(struct dp *dp, unsigned int n_workers, bool sleep, unsigned int n_mbufs)
{
	static const unsigned int lcore[] = {LAB_WORKER_LCORE, LAB_WORKER_LCORE + 1};
	const struct dp_conf conf = {
		.n_workers = n_workers, .lcore = lcore, .sleep = sleep, .n_mbufs = n_mbufs};
	struct dp_err err = {""};

	if (lab_eal() < 0 || n_workers > RTE_DIM(lcore))
		return -1;
	if (dp_init(dp, &conf, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return -1;
	}
	return 0;
}

int
lab_end(struct dp *dp)
{
	const unsigned int lost = rte_mempool_in_use_count(dp->pool);

	dp_fini(dp);
	if (lost > 0)
		fprintf(stderr, "%u frames were never freed\n", lost);
	return lost == 0 ? 0 : -1;
}

void
lab_port_open(struct dp *dp, struct lab_port *p, const char *name, unsigned int out_size)
{
	struct dp_port_conf conf = {.label = name, .queues = 1, .mtu = 1500};
	char ring[32], device[64];
	struct dp_err err = {""};

	snprintf(ring, sizeof(ring), "%s_in", name);
	p->in = rte_ring_create(ring, IN_SIZE, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(ring, sizeof(ring), "%s_out", name);
	p->out = rte_ring_create(ring, out_size, SOCKET_ID_ANY, 0);
	assert_non_null(p->in);
	assert_non_null(p->out);
	assert_true(rte_eth_from_rings(name, &p->in, 1, &p->out, 1, 0) >= 0);
	snprintf(device, sizeof(device), "net_ring_%s", name);
	conf.devargs = device;
	if (dp_port_open(dp, &conf, &p->port, &err) != 0)
		fail_msg("%s", err.msg);
}

unsigned int
lab_drain(struct rte_ring *wire)
{
	unsigned int n = 0;
	void *m;

	for (; rte_ring_dequeue(wire, &m) == 0; n++)
		rte_pktmbuf_free(m);
	return n;
}

void
lab_port_close(struct lab_port *p)
{
	dp_port_close(p->port);
	lab_drain(p->in);
	lab_drain(p->out);
	rte_ring_free(p->in);
	rte_ring_free(p->out);
}

int
lab_open(struct dp *dp, struct lab_port *member, uint8_t n, struct lab_port *host,
	 unsigned int wire)
{
	char name[8];

	if (lab_begin(dp, 1, false, 8191) < 0)
		return -1;
	for (uint8_t slot = 0; slot < n; slot++) {
		snprintf(name, sizeof(name), "m%u", slot);
		lab_port_open(dp, &member[slot], name, wire);
	}
	lab_port_open(dp, host, "h", wire);
	return 0;
}

int
lab_close(struct dp *dp, struct lab_port *member, uint8_t n, struct lab_port *host)
{
	for (uint8_t slot = 0; slot < n; slot++)
		lab_port_close(&member[slot]);
	lab_port_close(host);
	return lab_end(dp);
}

struct rte_mbuf *
lab_frame(struct dp *dp, uint16_t len, uint32_t number)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(dp->pool);
	uint8_t *frame;

	if (m == NULL)
		return NULL;
	frame = (uint8_t *)rte_pktmbuf_append(m, len);
	assert_non_null(frame);
	memset(frame, 0, len);
	memcpy(frame, (uint8_t[]){0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, number, 0x08}, 13);
	memcpy(frame + 14, &number, sizeof(number));
	return m;
}

struct dp_view *
lab_view(enum bond_spread spread, struct lab_port *member, uint8_t n, struct lab_port *host)
{
	struct dp_view *view = dp_view_alloc(1);
	struct bond_view empty, *v = &view->bond[0].bond;

	assert_non_null(view);
	bond_view_clear(&empty);
	bond_view_clear(v);
	v->spread = spread;
	v->packets_per_member = 1;
	for (uint8_t i = 0; i < n; i++) {
		v->members |= 1u << i;
		v->active[v->n_active++] = i;
		view->bond[0].port[i] = member[i].port;
	}
	v->tx = v->rx = v->members;
	bond_view_deal(&empty, v);
	view->bond[0].host = host != NULL ? host->port : NULL;
	view->bond[0].host_up = host != NULL;
	dp_view_prepare(view);
	return view;
}

void
lab_publish(struct dp *dp, struct dp_view *view)
{
	assert_int_equal(dp_view_publish(dp, view), 0);
	while (!dp_limbo_empty(&dp->limbo))
		dp_reclaim(&dp->limbo);
}
