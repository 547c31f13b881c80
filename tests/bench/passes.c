/* SPDX-License-Identifier: BSD-3-Clause */
/* passes.c - what each contestant does on each way, by bursts, as an application would. */
#include "bench.h"
#include "dp_path.h"

static const char *const way_names[BENCH_WAYS] = {"tx", "alone", "rx", "sparse", "pipeline"};

const char *
bench_way_name(enum bench_way way)
{
	return way_names[way];
}

/* Bursts that follow each other in the host's queue are spread together, as dp_tx_host() does. */
static void
ours_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;

	(void)p;
	for (uint32_t i = 0; i < n; i += DP_LOT)
		dp_tx_spread(&o->dp.worker[0], o->bond, pkt + i, RTE_MIN(n - i, (uint32_t)DP_LOT));
}

/* A burst behind which there is nothing. */
static void
ours_alone(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;

	(void)p;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		dp_tx_spread(&o->dp.worker[0], o->bond, pkt + i, BENCH_BURST);
}

static void
theirs_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond;

	(void)p;
	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		rte_eth_tx_burst(bond, 0, pkt + i, BENCH_BURST);
}

/* The same frames in bursts as even as can be; all to one where only one carries. */
static void
bare_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = bench_carriers(p);
	const uint16_t share = p->mode->copies ? BENCH_BURST : BENCH_BURST / members;
	const uint16_t step = p->mode->copies ? 0 : share;

	for (uint32_t i = 0; i < n; i += BENCH_BURST)
		for (uint8_t k = 0; k < members; k++)
			rte_eth_tx_burst(b->theirs.member[k], 0, pkt + i + k * step, share);
}

static void
ours_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;
	uint32_t got = 0;

	(void)p;
	(void)pkt;
	while (got < n)
		got += dp_rx_members(&o->dp.worker[0], o->bond);
}

static void
theirs_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond;
	struct rte_mbuf *burst[BENCH_BURST];
	uint32_t got = 0;

	(void)p;
	(void)pkt;
	while (got < n)
		got += rte_eth_rx_burst(bond, 0, burst, BENCH_BURST);
}

static void
bare_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint8_t members = bench_carriers(p);
	struct rte_mbuf *burst[BENCH_BURST];
	uint32_t got = 0;

	(void)pkt;
	while (got < n)
		for (uint8_t k = 0; k < members && got < n; k++)
			got += rte_eth_rx_burst(b->theirs.member[k], 0, burst, BENCH_BURST);
}

/* What the worker's loop does; n frames in all come from the members and from the host. */
static void
ours_pipe(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	struct bench_ours *o = &b->ours;
	const struct dp_view *view = atomic_load(&o->dp.view);
	uint32_t moved = 0;

	(void)p;
	(void)pkt;
	while (moved < n)
		moved += dp_worker_turn(&o->dp.worker[0], view);
}

/* One stream of an application that forwards between two ports and looks at nothing. */
static uint16_t
forward(uint16_t from, uint16_t to)
{
	struct rte_mbuf *pkt[BENCH_BURST];
	const uint16_t n = rte_eth_rx_burst(from, 0, pkt, BENCH_BURST);
	uint16_t sent;

	if (n == 0)
		return 0;
	sent = rte_eth_tx_burst(to, 0, pkt, n);
	if (unlikely(sent < n))
		rte_pktmbuf_free_bulk(pkt + sent, n - sent);
	return n;
}

static void
theirs_pipe(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t bond = b->theirs.bond, host = b->ours.host->id;
	uint32_t moved = 0;

	(void)p;
	(void)pkt;
	while (moved < n) {
		moved += forward(bond, host);
		moved += forward(host, bond);
	}
}

static void
bare_pipe(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n)
{
	const uint16_t host = b->ours.host->id;
	uint32_t moved = 0;

	(void)pkt;
	while (moved < n)
		for (uint8_t k = 0; k < bench_carriers(p); k++) {
			moved += forward(b->theirs.member[k], host);
			moved += forward(host, b->theirs.member[k]);
		}
}

bench_pass_fn
bench_pass(enum bench_way way, enum bench_who who)
{
	static const bench_pass_fn passes[BENCH_WAYS][BENCH_CONTESTANTS] = {
		[BENCH_TX] = {ours_tx, theirs_tx, bare_tx, bench_floor_tx},
		[BENCH_ALONE] = {ours_alone, theirs_tx, bare_tx, bench_floor_tx},
		[BENCH_RX] = {ours_rx, theirs_rx, bare_rx, bench_floor_rx, bench_whole_rx},
		[BENCH_RX_SPARSE] = {ours_rx, theirs_rx, bare_rx, bench_floor_rx, bench_whole_rx},
		[BENCH_PIPE] = {ours_pipe, theirs_pipe, bare_pipe},
	};

	return passes[way][who];
}
