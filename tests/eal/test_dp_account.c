/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_account.c - frames in = frames out + frames counted as dropped, over a million of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>

#include "eal_lab.h"

#define FRAMES   1000000u
#define MEMBERS  3
#define WIRE     256 /* frames on a wire before a port refuses more */
#define BURST    32  /* frames sent between two rounds of the readers, */
#define PATIENCE 256 /* or attempts, while the worker holds back who sends */

struct bench {
	struct dp dp;
	struct lab_port member[MEMBERS], host;
};

/* How many frames the far end takes off each wire in a round; 0: it never reads. */
struct reader {
	unsigned int member[MEMBERS], host;
};

static struct dp_counters
sum_of(const struct bench *b)
{
	struct dp_counters sum = {0}, one;

	for (int i = 0; i < MEMBERS; i++) {
		dp_port_counters(&b->dp, b->member[i].port, &one);
		dp_counters_add(&sum, &one);
	}
	dp_port_counters(&b->dp, b->host.port, &one);
	dp_counters_add(&sum, &one);
	return sum;
}

static uint64_t
drops(const struct dp_counters *c)
{
	uint64_t n = 0;

	for (int i = 0; i < DP_DROPS; i++)
		n += c->drop[i];
	return n;
}

static uint64_t
dropped(const struct bench *b, const struct dp_port *port, enum dp_drop reason)
{
	struct dp_counters c;

	dp_port_counters(&b->dp, port, &c);
	return c.drop[reason];
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const unsigned int lcore = LAB_WORKER_LCORE;
	const struct dp_conf conf = {
		.n_workers = 1, .lcore = &lcore, .sleep = true, .n_mbufs = 16383};
	struct dp_err err = {""};
	static const char *const names[MEMBERS] = {"m0", "m1", "m2"};

	if (lab_eal() < 0 || b == NULL || dp_init(&b->dp, &conf, &err) < 0)
		return -1;
	for (int i = 0; i < MEMBERS; i++)
		lab_port_open(&b->dp, &b->member[i], names[i], WIRE);
	lab_port_open(&b->dp, &b->host, "host", WIRE);
	if (dp_start(&b->dp) < 0)
		return -1;
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	dp_stop(&b->dp);
	for (int i = 0; i < MEMBERS; i++)
		lab_port_close(&b->member[i]);
	lab_port_close(&b->host);
	dp_fini(&b->dp);
	free(b);
	return 0;
}

static unsigned int
take(struct rte_ring *wire, unsigned int max)
{
	unsigned int n = 0;
	void *m;

	for (; n < max && rte_ring_dequeue(wire, &m) == 0; n++)
		rte_pktmbuf_free(m);
	return n;
}

static unsigned int
read_wires(struct bench *b, const struct reader *reader)
{
	unsigned int n = take(b->host.out, reader->host);

	for (int i = 0; i < MEMBERS; i++)
		n += take(b->member[i].out, reader->member[i]);
	return n;
}

/*
 * Push FRAMES frames into each of the wires in[], reading at the given pace, until every one is
 * accounted for; then every buffer must be back in the pool.
 */
static void
run(struct bench *b, struct rte_ring *const *in, unsigned int n_in, const struct reader *reader)
{
	const uint64_t deadline = rte_get_timer_cycles() + 60 * rte_get_timer_hz();
	struct dp_counters before = sum_of(b), now;
	uint64_t sent = 0, received = 0, last = 0, attempts = 0, refs;

	while (sent < (uint64_t)FRAMES * n_in || rte_ring_count(in[0]) > 0 ||
	       rte_ring_count(in[n_in - 1]) > 0) {
		for (unsigned int i = 0; i < n_in && sent < (uint64_t)FRAMES * n_in; i++) {
			const uint16_t len = 60 + sent % 1000;
			struct rte_mbuf *m =
				rte_ring_full(in[i]) ? NULL : lab_frame(&b->dp, len, sent);

			if (m == NULL)
				continue;
			assert_int_equal(rte_ring_enqueue(in[i], m), 0);
			sent++;
			attempts = 0;
		}
		last -= ++attempts % PATIENCE == 0 ? BURST : 0;
		for (; (int64_t)(sent - last) >= BURST; last += BURST) /* by frames, not by time */
			received += read_wires(b, reader);
		if (rte_get_timer_cycles() > deadline)
			fail_msg("stuck after %lu frames", (unsigned long)sent);
	}
	do { /* what waits for room, and what is between two counters */
		received += read_wires(b, reader);
		now = sum_of(b);
		refs = sent + now.copied - before.copied;
		if (rte_get_timer_cycles() > deadline)
			fail_msg("%lu frames in, %lu sent, %lu dropped", (unsigned long)refs,
				 (unsigned long)(now.tx_packets - before.tx_packets),
				 (unsigned long)(drops(&now) - drops(&before)));
	} while (now.tx_packets - before.tx_packets + drops(&now) - drops(&before) != refs);
	assert_int_equal(now.rx_packets - before.rx_packets, sent);
	for (int i = 0; i < MEMBERS; i++)
		received += lab_drain(b->member[i].out);
	received += lab_drain(b->host.out);
	assert_int_equal(received, now.tx_packets - before.tx_packets);
	assert_int_equal(rte_mempool_in_use_count(b->dp.pool), 0);
}

static void
host_to_wire_with_a_slow_member(void **state)
{
	struct bench *b = *state;
	const struct reader slow = {.member = {64, 64, 1}};
	struct rte_ring *in[] = {b->host.in};

	const uint64_t wait_max = b->dp.wait_max;
	struct dp_counters c;

	b->dp.wait_max = UINT64_MAX; /* this thread may be kept from reading for any time */
	lab_publish(&b->dp, lab_view(BOND_SPREAD_ROUND_ROBIN, b->member, MEMBERS, &b->host));
	run(b, in, 1, &slow);
	dp_port_counters(&b->dp, b->member[2].port, &c);
	assert_int_equal(c.drop[DP_DROP_TX_MEMBER_FULL], 0); /* the host was made to wait */
	assert_true(c.waited > FRAMES / 10);
	b->dp.wait_max = wait_max;
}

static void
host_to_wire_with_a_member_that_is_never_read(void **state)
{
	struct bench *b = *state;
	const struct reader stuck = {.member = {64, 64, 0}};
	struct rte_ring *in[] = {b->host.in};
	struct dp_counters c0, c1, dead0, dead1;

	lab_publish(&b->dp, lab_view(BOND_SPREAD_ROUND_ROBIN, b->member, MEMBERS, &b->host));
	dp_port_counters(&b->dp, b->member[0].port, &c0);
	dp_port_counters(&b->dp, b->member[2].port, &dead0);
	run(b, in, 1, &stuck);
	dp_port_counters(&b->dp, b->member[0].port, &c1);
	dp_port_counters(&b->dp, b->member[2].port, &dead1);
	/* a third each; the stuck one filled its wire and refused the rest */
	assert_in_range(c1.tx_packets - c0.tx_packets + c1.drop[DP_DROP_TX_MEMBER_FULL] -
				c0.drop[DP_DROP_TX_MEMBER_FULL],
			FRAMES / 3, FRAMES / 3 + 1);
	assert_int_equal(dead1.tx_packets - dead0.tx_packets, WIRE - 1);
	assert_in_range(dead1.drop[DP_DROP_TX_MEMBER_FULL] - dead0.drop[DP_DROP_TX_MEMBER_FULL],
			FRAMES / 3 - WIRE, FRAMES / 3 - WIRE + 2);
}

static void
wire_to_host_with_a_slow_host(void **state)
{
	struct bench *b = *state;
	const struct reader slow = {.host = 1};
	struct rte_ring *in[] = {b->member[0].in, b->member[1].in, b->member[2].in};

	lab_publish(&b->dp, lab_view(BOND_SPREAD_ROUND_ROBIN, b->member, MEMBERS, &b->host));
	run(b, in, MEMBERS, &slow);
	assert_true(dropped(b, b->host.port, DP_DROP_RX_HOST_FULL) > FRAMES);
}

static void
both_ways_at_once(void **state)
{
	struct bench *b = *state;
	const struct reader slow = {.member = {64, 1, 64}, .host = 2};
	struct rte_ring *in[] = {b->host.in, b->member[1].in};

	lab_publish(&b->dp, lab_view(BOND_SPREAD_BUCKETS, b->member, MEMBERS, &b->host));
	run(b, in, 2, &slow);
	assert_true(dropped(b, b->host.port, DP_DROP_RX_HOST_FULL) > FRAMES / 2);
}

static void
broadcast_counts_each_reference(void **state)
{
	struct bench *b = *state;
	const struct reader slow = {.member = {64, 64, 1}};
	struct rte_ring *in[] = {b->host.in};

	lab_publish(&b->dp, lab_view(BOND_SPREAD_ALL, b->member, MEMBERS, &b->host));
	run(b, in, 1, &slow);
}

static void
without_a_member_or_a_host_everything_is_counted_as_dropped(void **state)
{
	struct bench *b = *state;
	const struct reader none = {.host = 0};
	struct rte_ring *out[] = {b->host.in}, *in[] = {b->member[0].in};
	struct dp_view *view = lab_view(BOND_SPREAD_BUCKETS, b->member, MEMBERS, &b->host);
	struct dp_counters c0, c1;

	view->bond[0].bond.n_active = 0;
	view->bond[0].bond.tx = view->bond[0].bond.rx = 0;
	lab_publish(&b->dp, view);
	dp_port_counters(&b->dp, b->host.port, &c0);
	run(b, out, 1, &none);
	dp_port_counters(&b->dp, b->host.port, &c1);
	assert_int_equal(c1.drop[DP_DROP_TX_NO_MEMBER] - c0.drop[DP_DROP_TX_NO_MEMBER], FRAMES);
	dp_port_counters(&b->dp, b->member[0].port, &c0);
	run(b, in, 1, &none);
	dp_port_counters(&b->dp, b->member[0].port, &c1);
	assert_int_equal(c1.drop[DP_DROP_RX_INACTIVE] - c0.drop[DP_DROP_RX_INACTIVE], FRAMES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_to_wire_with_a_slow_member),
		cmocka_unit_test(host_to_wire_with_a_member_that_is_never_read),
		cmocka_unit_test(wire_to_host_with_a_slow_host),
		cmocka_unit_test(both_ways_at_once),
		cmocka_unit_test(broadcast_counts_each_reference),
		cmocka_unit_test(without_a_member_or_a_host_everything_is_counted_as_dropped),
	};

	return cmocka_run_group_tests_name("dp_account", tests, setup, teardown);
}
