/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_bondd.c - a daemon without ports, workers and DPDK, for tests of what is above them. */
#include "fake_bondd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_version.h>

#include "absent.h"

#define WALL_NS   (UINT64_C(1700000000) * BOND_SEC + 123456789)
#define BONDS_MAX 3

static const uint8_t host_mac[6] = {2, 0, 0, 0, 1, 0};

/* What the data path would answer. */

void
dp_port_counters(const struct dp *dp, const struct dp_port *port, struct dp_counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned int i = 0; i < dp->n_workers; i++)
		dp_counters_add(sum, &port->counters[i]);
}

void
dp_buffers(const struct dp *dp, struct dp_buffers *b)
{
	(void)dp;
	*b = fake_seen.buffers;
}

const char *
dp_port_offloads(const struct dp_port *port, char *buf, size_t size)
{
	snprintf(buf, size, "%s", port->tx_offloads ? "tx_csum" : "");
	return buf;
}

const char *
dp_port_refusals(const struct dp_port *port, char *buf, size_t size)
{
	snprintf(buf, size, "%s", port->refused & DP_REFUSED_LSC ? "lsc" : "");
	return buf;
}

const char *
rte_version(void)
{
	return "DPDK 0.0.0 (none)";
}

struct bondd_bond *
bondd_find(const struct bondd *d, const char *name)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		if (strcmp(d->bond[i]->core.name, name) == 0)
			return d->bond[i];
	return NULL;
}

static void *
zeroed(size_t size)
{
	/* Whole cache lines, as the counters want it. */
	void *p = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));

	if (!p)
		abort();
	return memset(p, 0, size);
}

static struct dp_port *
port_new(const char *label)
{
	struct dp_port *port = zeroed(sizeof(*port));

	snprintf(port->label, sizeof(port->label), "%s", label);
	port->counters = zeroed(2 * sizeof(*port->counters));
	return port;
}

static void
port_free(struct dp_port *port)
{
	if (port)
		free(port->counters);
	free(port);
}

static void
on_event(void *ctx, const struct bond_event *event)
{
	eventlog_add(ctx, event, WALL_NS);
}

static struct bondd_bond *
bond_new(struct bondd *d, const char *name, uint32_t mode)
{
	const struct bond_hooks hooks = {.event = on_event, .ctx = &d->events};
	struct bondd_bond *b = zeroed(sizeof(*b));
	struct conf_bond *conf = &b->settings;

	*conf = d->conf->bonds[0];
	snprintf(conf->name, sizeof(conf->name), "%s", name);
	conf->options = bond_options_default();
	conf->options.mode = mode;
	memcpy(conf->options.system_mac, host_mac, 6);
	conf->mtu = 1500;
	b->conf = conf;
	b->daemon = d;
	if (bond_init(&b->core, name, &conf->options, &hooks, d->now))
		abort();
	bond_host_admin(&b->core, true, d->now);
	b->host.type = CONF_HOST_TAP;
	b->host.port = port_new(name);
	b->host.ifindex = 9;
	b->host.mtu = 1500;
	b->host.admin_up = true;
	snprintf(b->host.ifname, sizeof(b->host.ifname), "%s", name);
	memcpy(b->host.mac, host_mac, 6);
	return b;
}

void
fake_bondd_join(struct bondd_bond *b, const struct conf_member *conf)
{
	const struct bond_link_fact fact = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_member_options options = conf->options;
	struct conf_member *copy = zeroed(sizeof(*copy));
	struct bondd_member *m;
	uint8_t slot;

	*copy = *conf;
	options.lacp_mac[0] = 2;
	options.lacp_mac[5] = b->core.n_members;
	if (bond_member_add(&b->core, conf->name, &options, &fact, b->daemon->now, &slot))
		abort();
	m = &b->member[slot];
	m->used = true;
	m->conf = copy;
	m->port = port_new(conf->name);
	snprintf(m->port_name, sizeof(m->port_name), "%s", conf->port);
	snprintf(m->driver, sizeof(m->driver), "net_af_packet (veth)");
	memcpy(m->perm_mac, "\2\0\0\0\1", 5);
	m->perm_mac[5] = slot;
	memcpy(m->mac, b->host.mac, 6);
}

void
fake_bondd_forget(struct bondd_bond *b, uint8_t slot)
{
	port_free(b->member[slot].port);
	free((void *)(uintptr_t)b->member[slot].conf);
	b->member[slot] = (struct bondd_member){0};
}

static void
member_add(struct bondd_bond *b, const char *name)
{
	struct conf_member conf = {.kind = CONF_PORT_NETDEV,
				   .options = bond_member_options_default()};

	snprintf(conf.name, sizeof(conf.name), "%s", name);
	snprintf(conf.port, sizeof(conf.port), "veth-%s", name);
	fake_bondd_join(b, &conf);
}

void
fake_bondd_publish(struct bondd_bond *b)
{
	const struct bond_view prev = b->view;

	bond_view_clear(&b->view);
	bond_elect(&b->core, &prev, &b->view);
	b->core.dirty = false;
	bond_view_applied(&b->core, &b->view, b->daemon->now);
}

struct bondd *
fake_bondd_new(void)
{
	static const char text[] = "version = 1; bonds: ( { name = \"bond0\"; members: ( { name = "
				   "\"eth1\"; netdev = \"eth1\"; } ); } );";
	struct bondd *d = zeroed(sizeof(*d));
	struct conf_err err;
	struct conf *conf;

	if (conf_load_text("fake.cfg", text, strlen(text), NULL, &conf, &err))
		abort();
	memset(&fake_seen, 0, sizeof(fake_seen));
	d->conf = conf;
	conf->telemetry.socket_mode = 0660;
	d->config_file = "bond.cfg";
	d->started_at = 100 * BOND_SEC;
	d->now = 160 * BOND_SEC;
	eventlog_init(&d->events);
	if (loop_init(&d->loop))
		abort();
	d->dp.n_workers = 2;
	d->dp.worker = zeroed(2 * sizeof(*d->dp.worker));
	d->dp.worker[0].lcore = 1;
	d->dp.worker[1].lcore = 2;
	d->n_bonds = 2;
	d->bond = zeroed(BONDS_MAX * sizeof(struct bondd_bond *));
	d->bond[0] = bond_new(d, "bond0", BOND_MODE_ACTIVE_BACKUP);
	d->bond[1] = bond_new(d, "bond1", BOND_MODE_BALANCE_RR);
	member_add(d->bond[0], "eth1");
	member_add(d->bond[0], "eth2");
	fake_bondd_publish(d->bond[0]);
	fake_bondd_publish(d->bond[1]);
	d->bond[0]->member[0].port->counters[0].rx_packets = 2;
	d->bond[0]->member[0].port->counters[1].rx_packets = 3;
	d->bond[0]->member[1].port->counters[1].drop[DP_DROP_RX_INACTIVE] = 7;
	d->bond[0]->member[1].port->refused = DP_REFUSED_LSC;
	return d;
}

/* The partner repeats what it has heard and says that it is ready for everything. */
static void
partner_speaks(struct bondd_bond *b, uint8_t slot)
{
	const struct lacp_port *p = bond_lacp_port(&b->core, slot);
	const struct lacp_pdu pdu = {
		.actor = {1, {2, 0, 0, 0, 2, 0}, 7, 128, 13, 0x3d},
		.partner = p->actor,
	};
	uint8_t frame[LACP_FRAME_SIZE];

	lacp_build_pdu(frame, p->config.protocol_da, pdu.actor.sys, &pdu);
	bond_lacp_input(&b->core, slot, frame, sizeof(frame), b->daemon->now);
	while (bond_lacp_output(&b->core, slot, frame, b->daemon->now) > 0)
		;
}

void
fake_bondd_add_lacp(struct bondd *d)
{
	struct bondd_bond *b = bond_new(d, "bond2", BOND_MODE_8023AD);

	d->bond[d->n_bonds++] = b;
	member_add(b, "eth3");
	member_add(b, "eth4");
	for (int second = 0; second < 8; second++, d->now += BOND_SEC) {
		partner_speaks(b, 0);
		bond_tick(&b->core, d->now);
		fake_bondd_publish(b);
	}
	fake_bondd_publish(b);
}

void
fake_bondd_add_alb(struct bondd *d)
{
	/* The host, 10.0.0.1, answers 10.0.0.2 with MAC 02:00:00:00:00:02. */
	static const uint8_t answer[42] = {2,  0, 0, 0, 0, 2, 2, 0, 0, 0, 1,  0, 8, 6,
					   0,  1, 8, 0, 6, 4, 0, 2, 2, 0, 0,  0, 1, 0,
					   10, 0, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2};
	static struct bond_client room[8];
	struct bondd_bond *b = bond_new(d, "bond2", BOND_MODE_BALANCE_ALB);
	uint8_t frame[42], slot;

	d->bond[d->n_bonds++] = b;
	bond_balance_room(&b->core, room, 8);
	member_add(b, "eth3");
	fake_bondd_publish(b);
	memcpy(frame, answer, sizeof(frame));
	bond_balance_host_frame(&b->core, frame, sizeof(frame), d->now, &slot);
}

void
fake_bondd_free(struct bondd *d)
{
	while (d->absent)
		absent_free(d, d->absent);
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		struct bondd_bond *b = d->bond[i];

		port_free(b->host.port);
		for (uint8_t m = 0; m < BOND_MAX_MEMBERS; m++)
			fake_bondd_forget(b, m);
		free(b);
	}
	free(d->bond);
	free(d->dp.worker);
	loop_fini(&d->loop);
	conf_free((struct conf *)(uintptr_t)d->conf);
	free(d);
}
