/* SPDX-License-Identifier: BSD-3-Clause */
/* balance_lab.c - frames, ports and views for the tests of balance-tlb and balance-alb. */
#include "balance_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dp_load.h"

#define WIRE 1024

struct balance_lab lab;
const uint8_t balance_bond_mac[6] = {0x02, 0xb0, 0xd0, 0, 0, 0x01};

uint32_t
balance_draw(uint32_t below)
{
	lab.random = lab.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((lab.random >> 32) * below >> 32);
}

bool
balance_one_in(uint32_t n)
{
	return balance_draw(n) == 0;
}

/* Headers: of frames as a host sends them and, by the percentage, of anything else. */
static uint16_t
make_headers(uint8_t f[128], unsigned int odds)
{
	static const uint8_t protocols[] = {6, 17, 1, 2, 47, 58, 132, 0};
	const bool odd = balance_draw(100) < odds;
	uint32_t at = 12;

	for (int i = 0; i < 128; i++)
		f[i] = (uint8_t)balance_draw(256);
	f[0] &= 0xfe;
	memcpy(f + 6, balance_bond_mac, 6);
	if (odd && balance_one_in(4))
		f[6 + balance_draw(6)] ^= 1 + balance_draw(255); /* bridged, not ours */
	if (odd && balance_one_in(3))
		f[0] |= 1;
	if (odd && balance_one_in(4))
		memset(f, 0xff, 6);
	if (odd && balance_one_in(6))
		memcpy(f, "\x33\x33\0\0\0\1", 6);
	for (uint32_t tags = balance_draw(odd ? 4 : lab.common ? 1 : 2); tags > 0; tags--, at += 4)
		memcpy(f + at, balance_one_in(3) ? "\x88\xa8" : "\x81\0", 2);
	if (odd && balance_one_in(4)) {
		memcpy(f + at, "\x08\x06", 2);
	} else if ((lab.common && !odd) || balance_one_in(2)) {
		memcpy(f + at, "\x08\0\x45", 3);
		f[at + 8] = f[at + 9] = 0;
		f[at + 11] = protocols[balance_draw(odd ? sizeof(protocols) : 2)];
		if (odd && balance_one_in(4))
			memset(f + at + 18, 0xff, 4);
	} else {
		memcpy(f + at, "\x86\xdd\x60", 3);
		f[at + 8] = protocols[balance_draw(odd ? sizeof(protocols) : 2)];
		f[at + 42] = odd ? 133 + balance_draw(5) : 0;
		if (odd && balance_one_in(4))
			memset(f + at + 10, 0, 16);
	}
	return odd && balance_one_in(4) ? 14 + balance_draw(60) : 60 + balance_draw(68);
}

/* A frame; perhaps in two pieces, or with a tag or a hash beside it. */
struct rte_mbuf *
balance_frame(unsigned int odds)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(lab.dp.pool), *tail;
	uint8_t f[128];
	const uint16_t len = make_headers(f, odds);
	const uint16_t head =
		balance_draw(100) < odds && balance_one_in(4) ? 1 + balance_draw(len) : len;

	assert_non_null(m);
	memcpy(rte_pktmbuf_append(m, head), f, head);
	if (head < len) {
		tail = rte_pktmbuf_alloc(lab.dp.pool);
		assert_non_null(tail);
		memcpy(rte_pktmbuf_append(tail, len - head), f + head, len - head);
		assert_int_equal(rte_pktmbuf_chain(m, tail), 0);
	}
	if (balance_draw(100) < odds && balance_one_in(4)) {
		m->ol_flags |= RTE_MBUF_F_TX_VLAN;
		m->vlan_tci = (uint16_t)balance_draw(65536);
	}
	if (balance_one_in(2)) {
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
		m->hash.rss = balance_draw(UINT32_MAX);
	}
	return m;
}

/* A view that balances over n members; all of them but the current one have MACs of their own. */
struct dp_view *
balance_view(enum bond_balance balance, uint8_t n, uint8_t current)
{
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, lab.member, n, &lab.host);
	struct bond_view *v = &view->bond[0].bond;

	v->balance = balance;
	v->by_address = balance == BOND_BALANCE_ALB;
	v->current = current;
	v->measure = true;
	memcpy(v->bond_mac, balance_bond_mac, 6);
	for (uint8_t i = 0; i < n; i++) {
		memcpy(v->mac[i], (uint8_t[]){0x02, 0, 0, 0, 1, i}, 6);
		if (i == current)
			memcpy(v->mac[i], balance_bond_mac, 6);
		else
			v->rewrite |= 1u << i;
	}
	view->bond[0].load = dp_load_alloc(&lab.dp);
	assert_non_null(view->bond[0].load);
	dp_view_prepare(view);
	return view;
}

void
balance_view_free(struct dp_view *view)
{
	rte_free(view->bond[0].load);
	rte_free(view);
}

/* Take all buffers but some. @return how many; in one chain of user data */
struct rte_mbuf *
balance_exhaust(void)
{
	struct rte_mbuf *first = NULL, *m;

	while ((m = rte_pktmbuf_alloc(lab.dp.pool)) != NULL) {
		m->next = first;
		first = m;
	}
	return first;
}

void
balance_give_back(struct rte_mbuf *m)
{
	while (m != NULL) {
		struct rte_mbuf *next = m->next;

		m->next = NULL;
		rte_pktmbuf_free(m);
		m = next;
	}
}

int
balance_set_up(void **state)
{
	static const unsigned int lcore[] = {LAB_WORKER_LCORE};
	static const char *const names[BALANCE_MEMBERS] = {"m0", "m1", "m2", "m3", "m4"};
	const struct dp_conf conf = {.n_workers = 1, .lcore = lcore, .n_mbufs = 1023};
	struct dp_err err;

	(void)state;
	if (lab_eal() < 0 || dp_init(&lab.dp, &conf, &err) < 0)
		return -1;
	for (int i = 0; i < BALANCE_MEMBERS; i++)
		lab_port_open(&lab.dp, &lab.member[i], names[i], WIRE);
	lab_port_open(&lab.dp, &lab.host, "host", WIRE);
	return 0;
}

int
balance_tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < BALANCE_MEMBERS; i++)
		lab_port_close(&lab.member[i]);
	lab_port_close(&lab.host);
	dp_fini(&lab.dp);
	return 0;
}
