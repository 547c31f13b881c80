/* SPDX-License-Identifier: BSD-3-Clause */
/* theirs.c - the bonds of DPDK's net_bonding, over the members that ours has. */
#include <stdio.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eth_bond.h>
#include <rte_eth_bond_8023ad.h>

#include "bench.h"

#define DESCRIPTORS 1024
#define PATIENCE_S  20 /* for all members to carry; LACP of net_bonding takes 3 s */
#define CARRIES     (STATE_COLLECTING | STATE_DISTRIBUTING)

static void
configure(uint16_t port, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {0};
	int rc = rte_eth_dev_configure(port, 1, 1, &conf);

	if (rc == 0)
		rc = rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL);
	if (rc != 0)
		bench_die("port %u cannot be configured: %d", port, rc);
}

void
bench_theirs_open(struct bench_theirs *t, const struct bench_ours *o)
{
	t->bond = t->peer = -1;
	for (unsigned int i = 0; i < BENCH_MEMBERS; i++) {
		char name[32];

		t->member[i] = o->member[i]->id;
		snprintf(name, sizeof(name), "net_null_far%u", i);
		if (rte_dev_probe(name) < 0 || rte_eth_dev_get_port_by_name(name, &t->far[i]) != 0)
			bench_die("no port %s", name);
	}
}

/* A name of its own for each: in mode 6 a pool that has it outlives the bond. */
static const char *
name_of(const char *end, unsigned int number, char name[32])
{
	snprintf(name, 32, "net_bonding_%s%u", end, number);
	return name;
}

/* A bond that is started, over n members that carry its MAC address. */
static int
make(const char *name, int mode, const uint16_t *member, uint8_t n, struct rte_mempool *pool)
{
	const int bond = rte_eth_bond_create(name, mode, SOCKET_ID_ANY);
	int rc;

	if (bond < 0)
		bench_die("no bond %s: %d", name, bond);
	for (uint8_t i = 0; i < n; i++) {
		rte_eth_dev_stop(member[i]);
		configure(member[i], pool);
		rc = rte_eth_bond_slave_add(bond, member[i]);
		if (rc != 0)
			bench_die("%s refuses member %u: %d", name, i, rc);
	}
	configure(bond, pool);
	rc = rte_eth_dev_start(bond);
	if (rc != 0)
		bench_die("%s does not start: %d", name, rc);
	rte_eth_promiscuous_enable(bond);
	return bond;
}

static void
lay_cables(struct bench_theirs *t)
{
	for (uint8_t i = 0; i < t->n; i++)
		bench_wire(i, t->member[i], t->far[i]);
}

/* Both bonds of 802.3ad send and receive LACPDUs in their bursts only. */
static void
poll_both(struct bench_theirs *t)
{
	const int bond[2] = {t->bond, t->peer};
	struct rte_mbuf *pkt[BENCH_BURST];

	for (unsigned int i = 0; i < RTE_DIM(bond); i++) {
		const uint16_t n = rte_eth_rx_burst(bond[i], 0, pkt, BENCH_BURST);

		rte_pktmbuf_free_bulk(pkt, n);
		rte_eth_tx_burst(bond[i], 0, NULL, 0);
	}
}

void
bench_theirs_keep_alive(struct bench_theirs *t)
{
	if (t->peer < 0)
		return;
	lay_cables(t);
	for (unsigned int i = 0; i < 4; i++)
		poll_both(t);
}

static bool
ready(const struct bench_theirs *t)
{
	uint16_t active[RTE_MAX_ETHPORTS];
	uint8_t n = 0;

	if (t->peer < 0)
		return rte_eth_bond_active_slaves_get(t->bond, active, RTE_MAX_ETHPORTS) == t->n;
	for (uint8_t i = 0; i < t->n; i++) {
		struct rte_eth_bond_8023ad_slave_info info;

		n += rte_eth_bond_8023ad_slave_info(t->bond, t->member[i], &info) == 0 &&
		     (info.actor_state & CARRIES) == CARRIES;
	}
	return n == t->n;
}

static void
wait_ready(struct bench_theirs *t)
{
	const uint64_t end = rte_rdtsc() + PATIENCE_S * rte_get_tsc_hz();

	while (!ready(t)) {
		bench_theirs_keep_alive(t);
		usleep(1000);
		if (rte_rdtsc() > end)
			bench_die("net_bonding, %s: not all of %u members carry after %u s",
				  t->mode->name, t->n, PATIENCE_S);
	}
}

/* A bond that still has members is not freed. */
static void
unmake(int bond, const char *name, const uint16_t *member, uint8_t n)
{
	if (bond < 0)
		return;
	rte_eth_dev_stop(bond);
	for (uint8_t i = 0; i < n; i++)
		rte_eth_bond_slave_remove(bond, member[i]);
	if (rte_eth_bond_free(name) != 0)
		bench_die("%s cannot be freed", name);
}

void
bench_theirs_unbond(struct bench_theirs *t)
{
	char name[32];

	unmake(t->bond, name_of("near", t->number, name), t->member, t->n);
	unmake(t->peer, name_of("far", t->number, name), t->far, t->n);
	t->bond = t->peer = -1;
}

void
bench_theirs_bond(struct bench_theirs *t, const struct bench_point *p, struct rte_mempool *pool)
{
	char name[32];

	if (t->bond < 0 || t->mode != p->mode || t->n != p->members) {
		bench_theirs_unbond(t);
		t->mode = p->mode;
		t->n = p->members;
		t->number++;
		t->bond = make(name_of("near", t->number, name), p->mode->theirs, t->member, t->n,
			       pool);
		if (p->mode->theirs == BONDING_MODE_8023AD)
			t->peer = make(name_of("far", t->number, name), p->mode->theirs, t->far,
				       t->n, pool);
		lay_cables(t);
		wait_ready(t);
	}
	if (p->policy != NULL && rte_eth_bond_xmit_policy_set(t->bond, p->policy->theirs) != 0)
		bench_die("net_bonding refuses policy %s", p->policy->theirs_name);
}
