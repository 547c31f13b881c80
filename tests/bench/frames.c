/* SPDX-License-Identifier: BSD-3-Clause */
/* frames.c - the traffic: as many flows as frames, in a new order for every sample. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "bench.h"

#define HEADERS 128 /* octets that are written of each frame */

static const char *const names[BENCH_TRAFFICS] = {"ipv4", "ipv6", "vlan", "mix"};

const char *
bench_traffic_name(enum bench_traffic traffic)
{
	return names[traffic];
}

uint32_t
bench_random(void)
{
	static uint64_t state = UINT64_C(88172645463325252);

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* 7 parts of 64 octets, 4 of 594, 1 of 1518. */
static uint16_t
length(uint16_t size)
{
	if (size == 0) {
		const uint32_t part = bench_random() % 12;

		size = part < 7 ? 64 : part < 11 ? 594 : 1518;
	}
	return size - RTE_ETHER_CRC_LEN;
}

static uint8_t *
put_type(uint8_t *at, uint16_t type)
{
	at[0] = type >> 8;
	at[1] = type & 0xff;
	return at + 2;
}

static uint8_t *
put_ipv4(uint8_t *at, uint8_t protocol, uint16_t octets)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)at;

	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->next_proto_id = protocol;
	ip->time_to_live = 64;
	ip->total_length = rte_cpu_to_be_16(octets);
	ip->src_addr = bench_random();
	ip->dst_addr = bench_random();
	return at + sizeof(*ip);
}

static uint8_t *
put_ipv6(uint8_t *at, uint8_t protocol, uint16_t octets)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)at;

	ip->vtc_flow = RTE_BE32(0x60000000);
	ip->payload_len = rte_cpu_to_be_16(octets);
	ip->proto = protocol;
	ip->hop_limits = 64;
	for (unsigned int i = 0; i < sizeof(ip->src_addr); i++) {
		ip->src_addr[i] = bench_random();
		ip->dst_addr[i] = bench_random();
	}
	return at + sizeof(*ip);
}

static void
put_ports(uint8_t *at)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = bench_random();
}

static int
compare_places(const void *a, const void *b)
{
	const uintptr_t x = (uintptr_t) * (struct rte_mbuf *const *)a;
	const uintptr_t y = (uintptr_t) * (struct rte_mbuf *const *)b;

	return x < y ? -1 : x > y;
}

/*
 * Buffers in one piece of memory, as a new pool hands them out. Those of one that has been in use lie
 * anywhere, and it would depend on what was measured before how many pages a set has: it is to be told
 * from others by caches, not by translations of addresses.
 */
static void
take_first(struct rte_mempool *pool, struct rte_mbuf **first, uint32_t n)
{
	const unsigned int size = rte_mempool_avail_count(pool);
	struct rte_mbuf **all = calloc(size, sizeof(all[0]));

	if (all == NULL || size < n || rte_pktmbuf_alloc_bulk(pool, all, size) != 0)
		bench_die("no buffers for %u frames", n);
	qsort(all, size, sizeof(all[0]), compare_places);
	memcpy(first, all, n * sizeof(all[0]));
	rte_pktmbuf_free_bulk(all + n, size - n);
	free(all);
}

/* Write a frame into an empty buffer. */
static void
make(struct rte_mbuf *m, enum bench_traffic traffic, uint16_t size,
     const struct rte_ether_addr *source, bool to_itself)
{
	const enum bench_traffic kind = traffic == BENCH_MIX ? bench_random() % BENCH_MIX : traffic;
	const uint8_t protocol = bench_random() & 1 ? IPPROTO_TCP : IPPROTO_UDP;
	uint16_t len = length(size);
	uint8_t *frame, *at;

	/* An IPv6 header and two ports do not quite fit into the smallest frame. */
	if (kind == BENCH_IPV6)
		len = RTE_MAX(len, 62);
	frame = rte_pktmbuf_mtod(m, uint8_t *);
	memset(frame, 0, HEADERS);
	frame[0] = frame[6] = 0x02;
	for (unsigned int i = 3; i < 6; i++) {
		frame[i] = bench_random();
		frame[6 + i] = bench_random();
	}
	if (source != NULL)
		memcpy(frame + 6, source, sizeof(*source));
	if (to_itself)
		memcpy(frame, source, sizeof(*source));
	at = frame + 12;
	if (kind == BENCH_VLAN) {
		at = put_type(at, RTE_ETHER_TYPE_VLAN);
		at = put_type(at, 1 + bench_random() % 4094);
	}
	at = put_type(at, kind == BENCH_IPV6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	at = kind == BENCH_IPV6 ? put_ipv6(at, protocol, len - 54)
				: put_ipv4(at, protocol, frame + len - at);
	put_ports(at);
	m->data_len = len;
	m->pkt_len = len;
}

void
bench_frames_free(struct bench_frames *f)
{
	if (f->n == 0)
		return;
	rte_pktmbuf_free_bulk(f->all, f->n);
	rte_pktmbuf_free_bulk(f->warm, RTE_DIM(f->warm));
	f->n = 0;
}

static void
set_nic_hash(struct rte_mbuf **pkt, uint32_t n, bool on)
{
	for (uint32_t i = 0; i < n; i++) {
		pkt[i]->hash.rss = on ? bench_random() : 0;
		pkt[i]->ol_flags = on ? RTE_MBUF_F_RX_RSS_HASH : 0;
	}
}

void
bench_frames_make(struct bench_frames *f, const struct bench_point *p,
		  const struct rte_ether_addr *source)
{
	if (f->n != p->flows || f->traffic != p->traffic || f->size != p->size || source != NULL ||
	    f->fixed_source) {
		const bool to_itself = source != NULL && p->mode->all_receive;

		bench_frames_free(f);
		take_first(f->pool, f->all, p->flows);
		take_first(f->pool, f->warm, RTE_DIM(f->warm));
		for (uint32_t i = 0; i < p->flows; i++)
			make(f->all[i], p->traffic, p->size, source, to_itself);
		for (uint32_t i = 0; i < RTE_DIM(f->warm); i++)
			make(f->warm[i], p->traffic, p->size, source, to_itself);
		f->n = p->flows;
		f->at = 0;
		f->traffic = p->traffic;
		f->size = p->size;
		f->fixed_source = source != NULL;
		f->source = source != NULL ? *source : (struct rte_ether_addr){{0}};
		f->nic_hash = false;
	}
	if (f->nic_hash != p->nic_hash) {
		set_nic_hash(f->all, f->n, p->nic_hash);
		set_nic_hash(f->warm, RTE_DIM(f->warm), p->nic_hash);
		f->nic_hash = p->nic_hash;
	}
}

static const char *const order_names[BENCH_ORDERS] = {"fixed", "bursts", "random"};

const char *
bench_order_name(enum bench_order order)
{
	return order_names[order];
}

static void
shuffle(struct rte_mbuf **pkt, uint32_t n, uint32_t unit)
{
	struct rte_mbuf *aside[BENCH_BURST];

	for (uint32_t i = n / unit - 1; i > 0; i--) {
		struct rte_mbuf **a = pkt + i * unit;
		struct rte_mbuf **b = pkt + ((uint64_t)bench_random() * (i + 1) >> 32) * unit;

		memcpy(aside, a, unit * sizeof(a[0]));
		memmove(a, b, unit * sizeof(a[0]));
		memcpy(b, aside, unit * sizeof(a[0]));
	}
}

void
bench_frames_next(struct bench_frames *f, const struct bench_point *p)
{
	const uint32_t wanted = p->mode->one_carries ? BENCH_LONG : BENCH_SAMPLE;
	const uint32_t part = RTE_MIN(f->n, wanted);

	f->n_list = 0;
	do {
		if (f->at + part > f->n)
			f->at = 0;
		if (p->order != BENCH_FIXED)
			shuffle(f->all + f->at, part, p->order == BENCH_BURSTS ? BENCH_BURST : 1);
		memcpy(f->list + f->n_list, f->all + f->at, part * sizeof(f->all[0]));
		f->n_list += part;
		f->at += part;
	} while (!p->mode->copies && f->n_list + part <= wanted);
}
