/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_lacp_port.c - a bond of three ports fed with any frames, times, links and configurations. */
#include <stdlib.h>
#include <string.h>

#include "lacp_internal.h"

/*
 * The input is a list of commands: one octet that says what (low nibble) and to which port (high
 * nibble), then arguments. Whatever happens, the invariants hold (asserted by the library), three
 * LACPDUs leave a port in any second, and a caller who does what the deadline says gets to rest.
 */

#define PORTS    3
#define COMMANDS 150 /* at most: long inputs find no more, and take their time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

static struct lacp_system sys;
static struct lacp_config config;
static struct lacp_port_config port_config[PORTS];
static uint64_t now;
static bool slow_path;
static uint64_t sent[PORTS][4];

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static uint8_t
take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->data++;
}

static bool
on_path(void *ctx, struct lacp_port *p, bool collecting, bool distributing)
{
	(void)ctx;
	require(p->used);
	require(collecting || !distributing);
	return !slow_path;
}

static void
count(unsigned int n, const uint8_t *raw)
{
	if (raw[14] != 1)
		return;
	memmove(&sent[n][1], &sent[n][0], 3 * sizeof(sent[n][0]));
	sent[n][0] = now;
	require(sent[n][3] == 0 || sent[n][0] - sent[n][3] >= LACP_SEC);
}

static void
drain(bool fail)
{
	uint8_t buf[LACP_FRAME_SIZE];

	for (unsigned int n = 0; n < PORTS; n++) {
		struct lacp_port *p = lacp_port(&sys, n);

		while (p && lacp_output(p, buf, now)) {
			if (fail)
				lacp_output_failed(p, now);
			else
				count(n, buf);
		}
	}
}

static void
pass_time(uint64_t until)
{
	for (unsigned int steps = 0; lacp_deadline(&sys) <= until; steps++) {
		require(steps < 5000);
		if (lacp_deadline(&sys) > now)
			now = lacp_deadline(&sys);
		lacp_tick(&sys, now);
		drain(false);
		require(lacp_deadline(&sys) > now);
	}
	now = until;
}

/* An LACPDU that a real partner could send, with a few octets as the input likes. */
static void
hear(struct lacp_port *p, struct input *in)
{
	const uint8_t what = take(in);
	struct lacp_pdu pdu = {
		.actor = {0x8000,
			  {2, 0, 0, 0, 0, (uint8_t)(0x10 + (what & 3))},
			  0x20,
			  0x8000,
			  (uint16_t)(100 + p->slot),
			  take(in)},
		.partner = p->actor,
		.collector_max_delay = what,
	};
	uint8_t raw[LACP_FRAME_SIZE];

	if (what & 4)
		pdu.actor.key = take(in);
	if (what & 8)
		pdu.partner.port ^= take(in);
	if (what & 16)
		pdu.actor = p->sys->port[take(in) % PORTS].actor; /* a loop */
	if (what & 32)
		pdu.partner.state = take(in);
	if (what & 64)
		pdu.actor.sys_prio = take(in);
	lacp_build_pdu(raw, p->config.protocol_da, pdu.actor.sys, &pdu);
	if (what & 128)
		raw[take(in) % sizeof(raw)] = take(in);
	lacp_input(p, raw, sizeof(raw), now);
}

static void
hear_raw(struct lacp_port *p, struct input *in)
{
	const size_t len = take(in) < in->left ? (size_t) * (in->data - 1) : in->left;

	lacp_input(p, in->data, len, now);
	in->data += len;
	in->left -= len;
}

static void
configure(struct input *in)
{
	config.active = take(in) & 1;
	config.fast = take(in) & 1;
	config.coupled = take(in) & 1;
	config.ad_select = (enum lacp_ad_select)(take(in) & 3);
	config.max_active_ports = take(in) & 3;
	config.preempt = take(in) & 1;
	config.fallback = (enum lacp_fallback)(take(in) % 3);
	config.fallback_timeout_s = take(in);
	config.select_defaulted = take(in) & 1;
	config.max_aggregators = (uint8_t)(1 + take(in) % 4);
	config.hold = take(in) & 1;
	config.sys[5] = take(in) | 1;
	require(lacp_system_configure(&sys, &config, now) == 0);
}

static void
configure_port(struct lacp_port *p, struct input *in)
{
	struct lacp_port_config *c = &port_config[p->slot];

	c->prio = take(in);
	c->key = take(in) & 3;
	c->disabled = take(in) > 200;
	c->individual = take(in) > 200;
	c->partner_admin.state = take(in) & 0x3f & ~LACP_AGGREGATION;
	c->number = (uint16_t)(1 + p->slot + 10 * (take(in) & 1));
	lacp_port_configure(p, c, now);
}

static void
command(struct input *in)
{
	const uint8_t what = take(in);
	const unsigned int n = (what >> 4) % PORTS;
	struct lacp_port *p = lacp_port(&sys, n);
	uint8_t buf[LACP_FRAME_SIZE];
	uint32_t transaction;

	if (!p) {
		lacp_port_add(&sys, n, &port_config[n], now);
		return;
	}
	switch (what & 15) {
	case 0:
		pass_time(now + take(in) * 10 * LACP_MSEC);
		break;
	case 1:
		pass_time(now + take(in) % 100 * LACP_SEC);
		break;
	case 2:
		lacp_port_link(p, take(in) & 1, take(in) * UINT32_C(100),
			       take(in) & 1 ? LACP_DUPLEX_FULL : LACP_DUPLEX_HALF, now);
		break;
	case 3:
		lacp_port_link(p, true, 10000, LACP_DUPLEX_FULL, now);
		break;
	case 4:
		hear_raw(p, in);
		break;
	case 5:
		configure(in);
		break;
	case 6:
		configure_port(p, in);
		break;
	case 7:
		slow_path = !slow_path;
		break;
	case 8:
		lacp_path_done(p, lacp_port_collecting(p), lacp_port_distributing(p), now);
		break;
	case 9:
		drain(true);
		break;
	case 10:
		lacp_port_leave(p, now);
		break;
	case 11:
		lacp_port_remove(p, now);
		memset(sent[n], 0, sizeof(sent[n]));
		break;
	case 12:
		lacp_system_reset(&sys, now);
		break;
	case 13:
		lacp_marker_send(p, buf, take(in) * LACP_MSEC, now, &transaction);
		break;
	default:
		hear(p, in);
	}
	if (what & 0x80)
		drain(false);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct lacp_hooks hooks = {.path = on_path};
	struct input in = {data, size};

	config = lacp_config_default();
	memcpy(config.sys, "\x02\0\0\0\0\x01", 6);
	now = LACP_SEC;
	slow_path = false;
	memset(sent, 0, sizeof(sent));
	require(lacp_system_init(&sys, &config, &hooks, now) == 0);
	for (unsigned int n = 0; n < PORTS; n++) {
		port_config[n] = lacp_port_config_default();
		port_config[n].number = (uint16_t)(n + 1);
		memcpy(port_config[n].mac, "\x02\0\0\0\x01\x01", 6);
		require(lacp_port_add(&sys, n, &port_config[n], now) == 0);
	}
	for (int n = 0; n < COMMANDS && in.left; n++)
		command(&in);
	return 0;
}
