/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_bench.c - the bench of the LACP conformance cases: a device under test and a tester. */
#include "lacp_bench.h"

#include <stdio.h>

struct bench bench;

#define NS(msec) ((msec)*LACP_MSEC)

static void
on_trace(void *ctx, const struct lacp_trace *t)
{
	struct bench_trace *r = &bench.trace[bench.n_traces];

	BENCH_UNUSED(ctx);
	assert_non_null(t->reason);
	if (bench.n_traces == BENCH_TRACES)
		return;
	bench.n_traces++;
	r->at = t->now / LACP_MSEC;
	r->port = t->port ? t->port->slot + 1U : 0;
	r->machine = t->machine;
	snprintf(r->from, sizeof(r->from), "%s", t->from);
	snprintf(r->to, sizeof(r->to), "%s", t->to);
	snprintf(r->reason, sizeof(r->reason), "%s", t->reason);
}

static bool
on_path(void *ctx, struct lacp_port *p, bool collecting, bool distributing)
{
	struct bench_port *b = &bench.port[p->slot + 1];

	BENCH_UNUSED(ctx);
	assert_true(collecting || !distributing);
	b->rx_want = collecting;
	b->tx_want = distributing;
	if (bench.path_delay) {
		b->path_at = bench.now + NS(bench.path_delay);
		return false;
	}
	b->rx_open = collecting;
	b->tx_open = distributing;
	return true;
}

static bool
on_flush(void *ctx, struct lacp_port *p, uint32_t seq)
{
	BENCH_UNUSED(ctx);
	BENCH_UNUSED(p);
	bench.flush_seq = seq;
	return !bench.flush_later;
}

static void
on_done(void *ctx, struct lacp_port *p, uint32_t transaction, bool answered)
{
	BENCH_UNUSED(ctx);
	BENCH_UNUSED(p);
	bench.done_transaction = transaction;
	if (answered)
		bench.done++;
	else
		bench.timed_out++;
}

int
bench_setup(void **state)
{
	BENCH_UNUSED(state);
	memset(&bench, 0, sizeof(bench));
	bench.config = lacp_config_default();
	memcpy(bench.config.sys, "\x02\0\0\0\0\x01", 6);
	for (unsigned int d = 1; d <= BENCH_PORTS; d++) {
		struct bench_port *p = &bench.port[d];

		p->config = lacp_port_config_default();
		p->config.number = (uint16_t)d;
		p->config.key = 0x0010;
		memcpy(p->config.mac, "\x02\0\0\0\x01\0", 6);
		p->config.mac[5] = (uint8_t)d;
		p->path_at = LACP_NEVER;
		p->tester = (struct lacp_info){0x8000, {2, 0, 0, 0, 0, 2}, 0x0020,
					       0x8000, (uint16_t)(10 + d), 0};
	}
	return 0;
}

void
bench_start(unsigned int n)
{
	const struct lacp_hooks hooks = {NULL, on_trace, on_path, on_flush, on_done};

	assert_int_equal(lacp_system_init(&bench.sys, &bench.config, &hooks, bench.now), 0);
	for (unsigned int d = 1; d <= n; d++)
		assert_int_equal(lacp_port_add(&bench.sys, d - 1, &bench.port[d].config, bench.now),
				 0);
	drain();
}

struct lacp_port *
dut(unsigned int d)
{
	struct lacp_port *p = lacp_port(&bench.sys, d - 1);

	assert_non_null(p);
	return p;
}

void
dut_link(unsigned int d, bool up)
{
	lacp_port_link(dut(d), up, 10000, LACP_DUPLEX_FULL, bench.now);
	drain();
}

void
dut_configure(void)
{
	assert_int_equal(lacp_system_configure(&bench.sys, &bench.config, bench.now), 0);
	drain();
}

uint64_t
ms(void)
{
	return bench.now / LACP_MSEC;
}

/* What is true of every LACPDU of the device. */
static void
check_pdu(const struct bench_frame *f)
{
	static const uint8_t da[6] = {0x01, 0x80, 0xc2, 0, 0, 2};
	const struct bench_port *b = &bench.port[f->port];
	const uint8_t *o = f->raw + 14, a = f->pdu.actor.state;

	assert_memory_equal(f->raw, b->config.protocol_da, 6);
	if (memcmp(b->config.protocol_da, da, 6) == 0)
		assert_memory_equal(f->raw, da, 6);
	assert_memory_equal(f->raw + 6, b->config.mac, 6);
	assert_int_equal(o[0], 1);
	assert_int_equal(o[1], 1);
	assert_true(o[2] == 1 && o[3] == 20 && o[22] == 2 && o[23] == 20);
	assert_true(o[42] == 3 && o[43] == 16 && o[58] == 0 && o[59] == 0);
	for (int n = 19; n < 110; n++)
		if (n <= 21 || (n >= 39 && n <= 41) || (n >= 46 && n <= 57) || n >= 60)
			assert_int_equal(o[n], 0);
	assert_true(dut(f->port)->link_up);
	if (a & LACP_COLLECTING)
		assert_true(b->rx_open);
	if (!(a & LACP_DISTRIBUTING))
		assert_false(b->tx_open);
	assert_true(!(a & LACP_DISTRIBUTING) || a & LACP_COLLECTING);
	assert_true(!(a & LACP_COLLECTING) || a & LACP_SYNC);
}

static void
check_rate(unsigned int d)
{
	unsigned int n = 0;

	for (size_t i = bench.n_sent; i-- > 0 && bench.sent[i].at + 1000 > ms();)
		n += bench.sent[i].port == d && bench.sent[i].is_pdu;
	assert_in_range(n, 1, 3);
}

static void
bench_sent(unsigned int d, const uint8_t *raw)
{
	struct bench_frame *f = &bench.sent[bench.n_sent];
	struct lacp_frame parsed;
	const enum lacp_parse parse =
		lacp_parse(raw, LACP_FRAME_SIZE, bench.port[d].config.protocol_da, &parsed);

	assert_true(bench.n_sent < BENCH_SENT);
	assert_true(parse <= LACP_PARSE_MARKER_RESPONSE);
	bench.n_sent++;
	memcpy(f->raw, raw, LACP_FRAME_SIZE);
	f->at = ms();
	f->port = d;
	f->is_pdu = parse == LACP_PARSE_LACPDU;
	f->pdu = parsed.pdu;
	f->marker = parsed.marker;
	if (f->is_pdu) {
		check_pdu(f);
		check_rate(d);
	}
}

void
drain(void)
{
	uint8_t buf[LACP_FRAME_SIZE];

	assert_null(lacp_broken(&bench.sys));
	for (unsigned int d = 1; d <= BENCH_PORTS; d++) {
		struct lacp_port *p = lacp_port(&bench.sys, d - 1);
		size_t n;

		while (p && (n = lacp_output(p, buf, bench.now)) > 0) {
			assert_int_equal(n, LACP_FRAME_SIZE);
			if (bench.port[d].tx_full)
				lacp_output_failed(p, bench.now);
			else
				bench_sent(d, buf);
		}
	}
}

static void
run_tester(unsigned int d)
{
	struct bench_port *b = &bench.port[d];

	if (!b->every || bench.now < b->next)
		return;
	b->next += NS(b->every);
	if (lacp_port(&bench.sys, d - 1))
		hear(d, b->tester.state);
}

static void
run_path(unsigned int d)
{
	struct bench_port *b = &bench.port[d];

	if (bench.now < b->path_at)
		return;
	b->path_at = LACP_NEVER;
	b->rx_open = b->rx_want;
	b->tx_open = b->tx_want;
	lacp_path_done(dut(d), b->rx_open, b->tx_open, bench.now);
	drain();
}

static uint64_t
next_event(uint64_t limit)
{
	const uint64_t deadline = lacp_deadline(&bench.sys);

	if (deadline < limit)
		limit = deadline;
	for (unsigned int d = 1; d <= BENCH_PORTS; d++) {
		if (bench.port[d].every && bench.port[d].next < limit)
			limit = bench.port[d].next;
		if (bench.port[d].path_at < limit)
			limit = bench.port[d].path_at;
	}
	return limit > bench.now ? limit : bench.now;
}

void
go_to(uint64_t msec)
{
	unsigned int still = 0;

	drain();
	while (bench.now < NS(msec)) {
		const uint64_t next = next_event(NS(msec));

		still = next == bench.now ? still + 1 : 0;
		assert_in_range(still, 0, 20);
		bench.now = next;
		for (unsigned int d = 1; d <= BENCH_PORTS; d++) {
			run_path(d);
			run_tester(d);
		}
		if (lacp_deadline(&bench.sys) <= bench.now) /* no timer fires by accident */
			lacp_tick(&bench.sys, bench.now);
		drain();
		assert_true(lacp_deadline(&bench.sys) > bench.now);
	}
}

void
go(uint64_t msec)
{
	go_to(ms() + msec);
}

enum lacp_parse
tell_raw(unsigned int d, const uint8_t *frame, size_t len)
{
	const enum lacp_parse parse = lacp_input(dut(d), frame, len, bench.now);

	drain();
	return parse;
}

void
tell(unsigned int d, const struct lacp_pdu *pdu)
{
	uint8_t raw[LACP_FRAME_SIZE];

	lacp_build_pdu(raw, bench.port[d].config.protocol_da, pdu->actor.sys, pdu);
	tell_raw(d, raw, sizeof(raw));
}
