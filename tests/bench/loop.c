/* SPDX-License-Identifier: BSD-3-Clause */
/* loop.c - to be preloaded: ports of net_null become rings, through which frames go round and are counted. */
/*
 * Preloaded into dpdk-testpmd and into dpdk-bondd alike, so that both are measured by one program. Six
 * ports of net_null make two bonds that face each other, each with two members and a host port:
 *
 *   host A = 2 <-> bond A over 0 and 1 === bond B over 3 and 4 <-> host B = 5
 *
 * Once they are started, their bursts become those of rings. A cable leads from 0 to 3 and one from 1 to
 * 4; what is sent on a host port comes in on it again. So frames go round for ever, as fast as the one
 * core that forwards can. net_null, as its MAC address can be set, which net_bonding insists on and
 * net_ring refuses; with no-rx=1, so that nothing goes round before.
 *
 * From the environment, all with defaults: LOOP_FRAMES how many go round, each of another flow;
 * LOOP_SETTLE_MS until the bonds are agreed, LOOP_WARM_MS before and LOOP_MS while they are counted.
 * Writes "loop: N frames a second" to standard error: those that came in on a host port, and were sent on
 * one.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_udp.h>

#define PORTS 6
#define ROOM  65536 /* frames of a ring; a power of two */
#define SIZE  60    /* octets of a frame, without FCS */

#define TRICKLE_MS 10

static const struct {
	uint8_t peer; /* where what is sent comes in */
	bool is_host;
} wiring[PORTS] = {{3, false}, {4, false}, {2, true}, {0, false}, {1, false}, {5, true}};

static struct end {
	struct rte_ring *ring;   /* what comes in */
	uint64_t received, sent; /* by the one core that forwards */
} ends[PORTS];

/* The frames that are to go round, until the core that forwards has taken all of them. */
static struct rte_ring *fresh;
static bool is_fresh;

/* No more than there are now: what comes meanwhile is told again. */
static inline struct rte_ring *
source_of(unsigned int port)
{
	if (likely(!__atomic_load_n(&is_fresh, __ATOMIC_ACQUIRE)) || !wiring[port].is_host)
		return ends[port].ring;
	__atomic_store_n(&is_fresh, false, __ATOMIC_SEQ_CST); /* before it is looked at */
	if (rte_ring_empty(fresh))
		return ends[port].ring;
	__atomic_store_n(&is_fresh, true, __ATOMIC_SEQ_CST);
	return fresh;
}

static inline uint16_t
take(unsigned int port, struct rte_mbuf **pkt, uint16_t n)
{
	n = (uint16_t)rte_ring_sc_dequeue_burst(source_of(port), (void **)pkt, n, NULL);
	ends[port].received += n;
	return n;
}

static inline uint16_t
give(unsigned int port, struct rte_mbuf **pkt, uint16_t n)
{
	struct rte_ring *to = ends[wiring[port].peer].ring;

	n = (uint16_t)rte_ring_sp_enqueue_burst(to, (void **)pkt, n, NULL);
	ends[port].sent += n;
	return n;
}

/* A port is known to its bursts by nothing but what its driver made of a queue. */
#define BURSTS(i)                                                                                  \
	static uint16_t receive##i(void *queue, struct rte_mbuf **pkt, uint16_t n)                 \
	{                                                                                          \
		(void)queue;                                                                       \
		return take(i, pkt, n);                                                            \
	}                                                                                          \
	static uint16_t send##i(void *queue, struct rte_mbuf **pkt, uint16_t n)                    \
	{                                                                                          \
		(void)queue;                                                                       \
		return give(i, pkt, n);                                                            \
	}

BURSTS(0)
BURSTS(1)
BURSTS(2)
BURSTS(3)
BURSTS(4)
BURSTS(5)

static const struct {
	eth_rx_burst_t receive;
	eth_tx_burst_t send;
} bursts[PORTS] = {{receive0, send0}, {receive1, send1}, {receive2, send2},
		   {receive3, send3}, {receive4, send4}, {receive5, send5}};

static _Noreturn void
die(const char *why)
{
	fprintf(stderr, "loop: %s\n", why);
	_exit(1);
}

static unsigned int
setting(const char *name, unsigned int otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? (unsigned int)strtoul(value, NULL, 10) : otherwise;
}

/* Numbers that look drawn. */
static uint32_t
stir(uint32_t n)
{
	n = (n ^ n >> 16) * UINT32_C(0x7feb352d);
	n = (n ^ n >> 15) * UINT32_C(0x846ca68b);
	return n ^ n >> 16;
}

static void
write_frame(struct rte_mbuf *m, uint32_t flow)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)rte_pktmbuf_append(m, SIZE);
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;

	if (eth == NULL)
		die("buffers have no room for a frame");
	memset(eth, 0, SIZE);
	eth->dst_addr.addr_bytes[0] = eth->src_addr.addr_bytes[0] = 0x02;
	eth->src_addr.addr_bytes[5] = (uint8_t)stir(4 * flow);
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip = (struct rte_ipv4_hdr *)(eth + 1);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(SIZE - sizeof(*eth));
	ip->time_to_live = 64;
	ip->next_proto_id = stir(~flow) & 1 ? IPPROTO_TCP : IPPROTO_UDP; /* hosts mix both */
	ip->src_addr = stir(4 * flow + 1);
	ip->dst_addr = stir(4 * flow + 2);
	udp = (struct rte_udp_hdr *)(ip + 1);
	udp->src_port = (uint16_t)stir(4 * flow + 3);
	udp->dst_port = RTE_BE16(9);
}

/* Ports of net_null have a link while they are started. */
static bool
is_started(unsigned int i, uint16_t *port)
{
	struct rte_eth_link link;
	char name[32];

	snprintf(name, sizeof(name), "net_null%u", i);
	return rte_eth_dev_get_port_by_name(name, port) == 0 &&
	       rte_eth_link_get_nowait(*port, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

static void
wait_for_ports(uint16_t port[PORTS])
{
	for (unsigned int i = 0; i < PORTS; i++)
		while (!is_started(i, &port[i]))
			usleep(10000);
	usleep(300000); /* whoever started them may do so again */
}

static struct rte_ring *
ring(const char *name)
{
	struct rte_ring *r =
		rte_ring_create(name, ROOM, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);

	if (r == NULL)
		die("no memory for a ring");
	return r;
}

static void
lay_cables(const uint16_t port[PORTS])
{
	for (unsigned int i = 0; i < PORTS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "loop%u", i);
		ends[i].ring = ring(name);
	}
	for (unsigned int i = 0; i < PORTS; i++) {
		struct rte_eth_fp_ops *ops = &rte_eth_fp_ops[port[i]];

		__atomic_store_n(&ops->tx_pkt_burst, bursts[i].send, __ATOMIC_RELEASE);
		__atomic_store_n(&ops->rx_pkt_burst, bursts[i].receive, __ATOMIC_RELEASE);
	}
}

/* Let some frames of a pool come in on the hosts. @return are there more? */
static bool
put_in(struct rte_mempool *pool, unsigned int n)
{
	static uint32_t flow;

	for (; n > 0; n--) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		if (m == NULL)
			break;
		write_frame(m, flow++);
		rte_ring_enqueue(fresh, m);
	}
	__atomic_store_n(&is_fresh, true, __ATOMIC_SEQ_CST);
	return n == 0;
}

/*
 * Until the bonds are agreed there are only some: net_bonding drops them, but it sends LACPDUs only
 * while there is something to send. Then there are as many as go round.
 */
static void
fill(unsigned int frames, unsigned int settle_ms)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"loop", frames, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	if (pool == NULL)
		die("no memory for frames");
	fresh = ring("fresh");
	for (unsigned int ms = 0; ms < settle_ms; ms += TRICKLE_MS) {
		put_in(pool, 4);
		usleep(TRICKLE_MS * 1000);
	}
	while (put_in(pool, 1))
		;
}

static uint64_t
counted(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < PORTS; i++)
		if (wiring[i].is_host)
			sum += ends[i].received + ends[i].sent;
	return sum;
}

static void *
run(void *unused)
{
	const unsigned int frames = setting("LOOP_FRAMES", 1024);
	uint16_t port[PORTS];
	uint64_t count, cycles;

	(void)unused;
	if (frames == 0 || frames >= ROOM)
		die("LOOP_FRAMES is out of range");
	wait_for_ports(port);
	lay_cables(port);
	fill(frames, setting("LOOP_SETTLE_MS", 100));
	usleep(setting("LOOP_WARM_MS", 500) * 1000);
	count = counted();
	cycles = rte_rdtsc();
	usleep(setting("LOOP_MS", 1000) * 1000);
	count = counted() - count;
	cycles = rte_rdtsc() - cycles;
	fprintf(stderr, "loop: %.0f frames a second\n",
		(double)count * (double)rte_get_tsc_hz() / (double)cycles);
	return NULL;
}

RTE_INIT(begin)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, NULL) != 0 || pthread_detach(thread) != 0)
		die("no thread");
}
