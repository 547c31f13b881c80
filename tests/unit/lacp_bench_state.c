/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_bench_state.c - what testers say, the named states of the cases, and what was observed. */
#include "lacp_bench.h"

struct lacp_pdu
says_first(unsigned int d, uint8_t a)
{
	struct lacp_pdu pdu = {.actor = bench.port[d].tester, .version = 1};

	pdu.actor.state = a;
	return pdu;
}

struct lacp_pdu
says(unsigned int d, uint8_t a)
{
	struct lacp_pdu pdu = says_first(d, a);

	for (size_t n = bench.n_sent; n-- > 0;)
		if (bench.sent[n].port == d && bench.sent[n].is_pdu) {
			pdu.partner = bench.sent[n].pdu.actor;
			break;
		}
	return pdu;
}

void
hear(unsigned int d, uint8_t a)
{
	const struct lacp_pdu pdu = says(d, a);

	tell(d, &pdu);
}

void
hear_first(unsigned int d, uint8_t a)
{
	const struct lacp_pdu pdu = says_first(d, a);

	tell(d, &pdu);
}

void
make_exp0(unsigned int d)
{
	dut_link(d, true);
	assert_int_equal(dut(d)->rx, LACP_RX_EXPIRED);
}

void
make_defd(unsigned int d)
{
	make_exp0(d);
	go(3000);
	assert_int_equal(dut(d)->rx, LACP_RX_DEFAULTED);
}

/* What the tester says as long as it is not in sync; DUT Short wants it to speak every second. */
static uint8_t
quiet_state(void)
{
	return LACP_ACTIVITY | LACP_AGGREGATION | (bench.config.fast ? LACP_TIMEOUT : 0);
}

void
make_wait(unsigned int d)
{
	make_exp0(d);
	hear_first(d, quiet_state());
	assert_int_equal(dut(d)->mux, LACP_MUX_WAITING);
}

void
make_att(unsigned int d)
{
	make_wait(d);
	for (int second = 0; second < 2; second++) {
		go(1000);
		hear(d, quiet_state());
	}
	assert_int_equal(dut(d)->mux, LACP_MUX_ATTACHED);
}

void
make_up(unsigned int d)
{
	const uint8_t a = quiet_state() | LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING;

	make_att(d);
	hear(d, a);
	hear(d, a);
	tester_every(d, a, bench.config.fast ? 1000 : 30000);
	go(10000);
	assert_true(dut(d)->mux >= LACP_MUX_DISTRIBUTING);
	assert_true(bench.port[d].rx_open && bench.port[d].tx_open);
}

void
make_up2(void)
{
	make_up(1);
	make_up(2);
	assert_ptr_equal(dut(1)->agg, dut(2)->agg);
}

void
tester_every(unsigned int d, uint8_t a, uint64_t msec)
{
	bench.port[d].tester.state = a;
	bench.port[d].every = msec;
	bench.port[d].next = bench.now + msec * LACP_MSEC;
}

void
sync_up(unsigned int d)
{
	hear(d, FULL);
	tester_every(d, FULL, 1000);
}

bool
carries(unsigned int d)
{
	const uint8_t both = LACP_COLLECTING | LACP_DISTRIBUTING;

	return bench.port[d].rx_open && bench.port[d].tx_open &&
	       (dut(d)->actor.state & both) == both;
}

const struct bench_frame *
last(unsigned int d)
{
	for (size_t n = bench.n_sent; n-- > 0;)
		if (bench.sent[n].port == d && bench.sent[n].is_pdu)
			return &bench.sent[n];
	fail_msg("D%u has sent nothing", d);
	return NULL;
}

const struct bench_frame *
sent_since(unsigned int d, uint64_t msec, unsigned int nth)
{
	for (size_t n = 0; n < bench.n_sent; n++)
		if (bench.sent[n].port == d && bench.sent[n].is_pdu && bench.sent[n].at >= msec &&
		    nth-- == 0)
			return &bench.sent[n];
	return NULL;
}

unsigned int
pdus(unsigned int d, uint64_t from, uint64_t to)
{
	unsigned int count = 0;

	for (size_t n = 0; n < bench.n_sent; n++)
		count += bench.sent[n].port == d && bench.sent[n].is_pdu &&
			 bench.sent[n].at >= from && bench.sent[n].at < to;
	return count;
}

unsigned int
markers(unsigned int d, uint8_t type, uint64_t from, uint64_t to)
{
	unsigned int count = 0;

	for (size_t n = 0; n < bench.n_sent; n++)
		count += bench.sent[n].port == d && !bench.sent[n].is_pdu &&
			 bench.sent[n].marker.type == type && bench.sent[n].at >= from &&
			 bench.sent[n].at < to;
	return count;
}

unsigned int
entered(unsigned int d, enum lacp_machine machine, const char *to, uint64_t since)
{
	unsigned int count = 0;

	for (size_t n = 0; n < bench.n_traces; n++)
		count += bench.trace[n].port == d && bench.trace[n].machine == machine &&
			 bench.trace[n].at >= since && strcmp(bench.trace[n].to, to) == 0;
	return count;
}

void
expect_reply(unsigned int d)
{
	const uint64_t at = ms();
	const size_t before = bench.n_sent;
	unsigned int now = 0;

	/* tell() drains: an answer may already be there. */
	for (size_t n = 0; n < before; n++)
		now += bench.sent[n].port == d && bench.sent[n].is_pdu && bench.sent[n].at == at;
	go(350);
	assert_int_equal(now + pdus(d, at + 1, at + 350), 1);
}

void
expect_silence(unsigned int d)
{
	const uint64_t at = ms();

	go(350);
	assert_int_equal(pdus(d, at, at + 350), 0);
}
