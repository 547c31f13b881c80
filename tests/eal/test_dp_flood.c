/* SPDX-License-Identifier: BSD-3-Clause */
/* test_dp_flood.c - a million LACPDUs a second on one member: the other one and the data do not notice. */
#include "lacp_rig.h"

#include <stdio.h>
#include <time.h>

#include "eal_lab.h"

#define SECONDS 5
#define A_MS    1000 /* hostile frames in a millisecond: a million a second */
#define DATA_A_MS                                                                                  \
	20 /* frames of data in a millisecond, from the other cable and from the host each */
#define ROUNDS       4  /* turns of each worker in a millisecond: enough for all of that */
#define CONTROL_MS   10 /* between two turns of the control thread, when nothing hurries it */
#define DELAY_MAX_MS 50

/* What passed, and what was counted. */
struct tally {
	uint64_t hostile, data_in, data_out, delivered;
	uint64_t
		delay; /* ns, the longest that the partner's LACPDUs to member 1 were on their way */
};

/* Turns a proper LACPDU into another for every number. */
typedef void make_fn(uint8_t *frame, uint32_t number);

static void
another_partner(uint8_t *frame, uint32_t number)
{
	memcpy(frame + 14 + 6 + 2, &number, sizeof(number)); /* part of the actor's System ID */
	frame[14 + 6] = 0x02;
}

static void
noise(uint8_t *frame, uint32_t number)
{
	uint32_t x = number * 2654435761u + 1;

	for (unsigned int i = 14 + (number & 3); i < LACP_FRAME_SIZE; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		frame[i] = (uint8_t)x;
	}
}

static void
own_ones(uint8_t *frame, uint32_t number)
{
	const struct lacp_port *p = rig_port(0);
	const struct lacp_pdu pdu = {.actor = p->actor, .partner = p->partner};

	(void)number;
	lacp_build_pdu(frame, p->config.protocol_da, p->config.mac, &pdu);
}

static void
put(struct rte_ring *r, struct rte_mbuf *m)
{
	assert_non_null(m);
	assert_int_equal(rte_ring_enqueue(r, m), 0);
}

/* A millisecond's worth of everything comes in. */
static void
load(struct tally *t, make_fn *make)
{
	static const uint16_t whole[2];
	struct lacp_port_config c = lacp_port_config_default();
	const struct lacp_pdu pdu = {.actor = rig_port(0)->partner, .partner = rig_port(0)->actor};
	uint8_t frame[LACP_FRAME_SIZE];

	for (unsigned int i = 0; i < A_MS; i++) {
		lacp_build_pdu(frame, c.protocol_da, (uint8_t[]){2, 0, 0, 0, 0, 9}, &pdu);
		make(frame, (uint32_t)t->hostile++);
		put(rig.member[0].in[i % RIG_QUEUES], rig_frame(frame, sizeof(frame), whole));
	}
	for (unsigned int i = 0; i < DATA_A_MS; i++) {
		put(rig.member[1].in[i % RIG_QUEUES], rig_data());
		put(rig.host.in[i % RIG_QUEUES], rig_data());
	}
	t->data_in += DATA_A_MS;
	t->data_out += DATA_A_MS;
}

/* How long has the partner's last LACPDU to member 1 not been heard? */
static void
watch_delay(struct tally *t, uint64_t sent_before, uint64_t heard_before, uint64_t *waiting_since)
{
	const uint64_t sent = lacp_port(&rig.partner, 1)->counters.lacpdu_tx - sent_before;
	const uint64_t heard = rig_port(1)->counters.lacpdu_rx - heard_before;

	if (heard >= sent)
		*waiting_since = 0;
	else if (*waiting_since == 0)
		*waiting_since = rig.d.now;
	else if (rig.d.now - *waiting_since > t->delay)
		t->delay = rig.d.now - *waiting_since;
}

static struct dp_counters
counters(unsigned int member)
{
	struct dp_counters c;

	dp_port_counters(&rig.d.dp, rig.member[member].port, &c);
	return c;
}

static uint64_t
all_parsed(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < LACP_PARSE_REASONS; i++)
		sum += rig_port(0)->parsed[i];
	return sum;
}

static void
flood(const char *what, make_fn *make)
{
	const uint64_t sent = lacp_port(&rig.partner, 1)->counters.lacpdu_tx;
	const uint64_t heard = rig_port(1)->counters.lacpdu_rx, parsed = all_parsed();
	const struct dp_counters before = counters(0);
	struct dp_counters after, other;
	struct tally t = {0};
	struct timespec begin, end;
	uint64_t waiting_since = 0;
	double took;

	rig_forget();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (unsigned int ms = 0; ms < 1000 * SECONDS; ms++) {
		rig.d.now += BOND_MSEC;
		rig_partner();
		load(&t, make);
		for (unsigned int i = 0; i < ROUNDS; i++)
			for (unsigned int w = 0; w < RIG_WORKERS; w++)
				rig_work(w);
		t.delivered += rig_delivered();
		if (ms % CONTROL_MS == CONTROL_MS - 2) /* just before the partner sends */
			rig_control();
		watch_delay(&t, sent, heard, &waiting_since);
		assert_int_equal(rig_port(1)->mux, LACP_MUX_DISTRIBUTING);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	rig_partner();
	took = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	after = counters(0);
	other = counters(1);
	printf("%s: %u virtual seconds of %u LACPDUs a second, %.2f million a real second; heard "
	       "%ju, "
	       "refused %ju; the other member's arrive within %.0f ms, leave %.2f to %.2f s "
	       "apart\n",
	       what, SECONDS, A_MS * 1000, (double)t.hostile / took / 1e6,
	       (uintmax_t)(all_parsed() - parsed),
	       (uintmax_t)(after.drop[DP_DROP_PUNT_FULL] - before.drop[DP_DROP_PUNT_FULL]),
	       (double)t.delay / 1e6, (double)rig.seen[1].gap_min / 1e9,
	       (double)rig.seen[1].gap_max / 1e9);

	/* The other member: on time both ways, and all of the data. */
	assert_true(t.delay <= DELAY_MAX_MS * BOND_MSEC);
	assert_true(rig.seen[1].gap_max <= BOND_SEC + DELAY_MAX_MS * BOND_MSEC);
	assert_in_range(rig.seen[1].pdus, SECONDS - 1, SECONDS + 1);
	assert_int_equal(rig_port(1)->counters.expired, 0);
	assert_int_equal(lacp_port(&rig.partner, 1)->counters.expired, 0);
	assert_int_equal(other.drop[DP_DROP_PUNT_FULL] + other.drop[DP_DROP_RX_INACTIVE], 0);
	assert_int_equal(t.delivered, t.data_in);
	assert_int_equal(rig.seen[0].data + rig.seen[1].data, t.data_out);
	assert_true(rig.seen[1].data >= t.data_out / 3);

	/* The flood: every frame is counted once, and the control thread took a bounded part of it. */
	assert_true(after.punted - before.punted <= 128u * 1000 * SECONDS / CONTROL_MS + 256);
	assert_in_range(after.punted + after.drop[DP_DROP_PUNT_FULL] - before.punted -
				before.drop[DP_DROP_PUNT_FULL],
			t.hostile, t.hostile + 16);
	assert_in_range(after.punted - before.punted - (all_parsed() - parsed), 0, 128);
}

static void
another_partner_in_every_lacpdu(void **state)
{
	(void)state;
	rig_up();
	flood("another partner in every LACPDU", another_partner);
}

static void
a_flood_of_noise(void **state)
{
	(void)state;
	rig_up();
	flood("noise", noise);
}

static void
its_own_lacpdus_come_back(void **state)
{
	(void)state;
	rig_up();
	flood("its own LACPDUs", own_ones);
	assert_true(rig_port(0)->parsed[LACP_REFUSE_REFLECTION] > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(another_partner_in_every_lacpdu, rig_start),
		cmocka_unit_test_setup(a_flood_of_noise, rig_start),
		cmocka_unit_test_setup(its_own_lacpdus_come_back, rig_start),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
