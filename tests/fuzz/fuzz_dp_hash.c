/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_dp_hash.c - bursts of any frames leave on the members that one hash a frame names, by all vectors. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include <stdlib.h>
#include <string.h>

#include <rte_vect.h>

#include "dp_hash.h"
#include "dp_scatter.h"

/* Before the frames: how they are spread. */
enum {
	POLICY,
	FLAGS, /* bit 0: symmetric, bit 1: modulo, bit 2: the NIC's hash counts, bit 3: sparse slots */
	SEED, /* four octets; four of zero: none */
	MEMBERS = SEED + 4,
	REPEAT, /* the frames come so often, as far as there is room */
	HEAD
};

/* Before each frame: its length, what its mbuf says. */
enum {
	LENGTH,
	MBUF,   /* bit 0: tag beside it, bit 1: hash beside it, bit 2: in two pieces */
	BESIDE, /* of both, repeated */
	FRAME
};

#define MOST 32 /* different frames */
#define LONG 128
#define BEHIND                                                                                     \
	64 /* octets behind a frame that belong to its buffer: whatever they are, they are nothing */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

struct frame {
	struct rte_mbuf m, tail;
	uint8_t octets[LONG + BEHIND], rest[LONG + BEHIND];
};

static struct frame frame[MOST];

/* Members: what was sent on them. */
static struct {
	struct rte_mbuf *pkt[DP_LOT];
	uint16_t n;
} sent[BOND_MAX_MEMBERS];

static uint16_t
take(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	const size_t slot = (uintptr_t)queue;

	require(sent[slot].n + n <= DP_LOT);
	memcpy(sent[slot].pkt + sent[slot].n, pkt, n * sizeof(pkt[0]));
	sent[slot].n += n;
	return n;
}

/* Bonds without DPDK: of a port nothing is used but its burst and its counters. */
static struct dp_bond_view *
bond_of(const uint8_t *head, enum dp_simd simd)
{
	static struct dp_bond_view b;
	static struct dp_port port[BOND_MAX_MEMBERS];
	static struct rte_eth_fp_ops ops[BOND_MAX_MEMBERS];
	static void *queue[BOND_MAX_MEMBERS], *callbacks[1];
	static struct dp_counters counters[BOND_MAX_MEMBERS];
	struct bond_view *v = &b.bond, empty;
	const uint8_t members = 2 + head[MEMBERS] % (BOND_MAX_MEMBERS - 1);
	const bool sparse = (head[FLAGS] & 8) != 0;

	bond_view_clear(&empty);
	bond_view_clear(v);
	v->spread = head[FLAGS] & 2 ? BOND_SPREAD_MODULO : BOND_SPREAD_BUCKETS;
	v->hash.policy = head[POLICY] % BOND_HASH_POLICIES;
	v->hash.symmetric = head[FLAGS] & 1;
	memcpy(&v->hash.seed, head + SEED, sizeof(v->hash.seed));
	/* As the core has it: for these only. */
	v->nic_hash = head[FLAGS] & 4 && !v->hash.symmetric && v->spread == BOND_SPREAD_BUCKETS &&
		      (v->hash.policy == BOND_HASH_LAYER34 || v->hash.policy == BOND_HASH_ENCAP34);
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++) {
		queue[slot] = (void *)(uintptr_t)slot;
		ops[slot].tx_pkt_burst = take;
		ops[slot].txq.data = &queue[slot];
		ops[slot].txq.clbk = callbacks;
		port[slot].ops = &ops[slot];
		port[slot].counters = &counters[slot];
		b.port[slot] = &port[slot];
		if (v->n_active < members && (!sparse || slot % 2 == 1)) {
			v->active[v->n_active++] = slot;
			v->tx |= UINT32_C(1) << slot;
		}
	}
	bond_view_deal(&empty, v);
	dp_scatter_prepare(&b, simd);
	b.spread = dp_hash_select(v, simd);
	return &b;
}

/* @return how many octets of the input it took, 0: there are no more */
static size_t
read_frame(struct frame *f, const uint8_t *data, size_t left, uint8_t behind)
{
	struct rte_mbuf *m = &f->m;
	uint16_t len, first;

	if (left < FRAME)
		return 0;
	len = RTE_MIN(data[LENGTH], LONG);
	if (len > left - FRAME)
		len = (uint16_t)(left - FRAME);
	if (len < 14) /* drivers give no less */
		return 0;
	first = data[MBUF] & 4 ? 1 + data[BESIDE] % len : len;
	memset(f, behind, sizeof(*f));
	memset(m, 0, sizeof(*m));
	memset(&f->tail, 0, sizeof(f->tail));
	memcpy(f->octets, data + FRAME, first);
	memcpy(f->rest, data + FRAME + first, len - first);
	m->buf_addr = f->octets;
	m->data_len = first;
	m->pkt_len = len;
	m->nb_segs = first < len ? 2 : 1;
	m->next = first < len ? &f->tail : NULL;
	rte_mbuf_refcnt_set(m, 1);
	f->tail.buf_addr = f->rest;
	f->tail.data_len = len - first;
	f->tail.nb_segs = 1;
	if (data[MBUF] & 1)
		m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	if (data[MBUF] & 2)
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
	m->vlan_tci = data[BESIDE] * 0x0101;
	m->hash.rss = data[BESIDE] * 0x01010101u;
	return FRAME + len;
}

/* What leaves where is as foreseen, frames of one member in their order. */
static void
check(struct dp_bond_view *b, uint16_t n, unsigned int repeat)
{
	static struct dp_worker w;
	struct rte_mbuf *pkt[DP_LOT], *copy[DP_LOT];
	uint16_t seen[BOND_MAX_MEMBERS] = {0}, lot = 0;

	for (; repeat > 0; repeat--)
		for (uint16_t i = 0; i < n && lot < DP_LOT; i++)
			pkt[lot++] = &frame[i].m;
	memcpy(copy, pkt, lot * sizeof(copy[0]));
	memset(sent, 0, sizeof(sent));
	b->spread(&w, b, pkt, lot);
	for (uint16_t i = 0; i < lot; i++) {
		const uint8_t to = dp_slot_of(&b->bond, dp_hash_any(&b->bond, copy[i]));

		require(seen[to] < sent[to].n && sent[to].pkt[seen[to]] == copy[i]);
		seen[to]++;
	}
	for (unsigned int i = 0; i < BOND_MAX_MEMBERS; i++)
		require(seen[i] == sent[i].n);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return 0;
	for (unsigned int fill = 0; fill < 2; fill++) {
		size_t at = HEAD, took;
		uint16_t n = 0;

		while (n < MOST && (took = read_frame(&frame[n], data + at, size - at,
						      fill == 0 ? 0 : 0x81)) > 0) {
			at += took;
			n++;
		}
		if (n == 0)
			return 0;
		for (enum dp_simd simd = DP_SIMD_NONE; simd <= dp_simd_level(); simd++)
			check(bond_of(data, simd), n, 1 + data[REPEAT]);
	}
	return 0;
}
