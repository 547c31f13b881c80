/* SPDX-License-Identifier: BSD-3-Clause */
/* api_json.c - small values of ours as JSON. */
#include <stdlib.h>
#include <string.h>

#include "api_int.h"

json_t *
api_string(const char *text)
{
	json_t *s = json_string(text);
	char *copy;

	if (s)
		return s;
	/* An interface name or a message that was cut may hold any octets. */
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	s = json_string(copy);
	free(copy);
	return s;
}

json_t *
api_string_or_null(const char *text)
{
	return text && *text ? api_string(text) : json_null();
}

json_t *
api_mac(const uint8_t mac[6])
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
			    mac[5]);
}

void
api_put(json_t *object, const char *key, json_t *value, bool *failed)
{
	if (json_object_set_new(object, key, value) < 0)
		*failed = true;
}

static void
put_count(json_t *object, const char *key, uint64_t value, bool *failed)
{
	api_put(object, key, json_integer((json_int_t)value), failed);
}

static void
put_counters(json_t *object, const struct dp_counters *c, bool details, bool *failed)
{
	json_t *drops = json_object();

	put_count(object, "rx_packets", c->rx_packets, failed);
	put_count(object, "rx_bytes", c->rx_bytes, failed);
	put_count(object, "tx_packets", c->tx_packets, failed);
	put_count(object, "tx_bytes", c->tx_bytes, failed);
	if (details) {
		put_count(object, "punted", c->punted, failed);
		put_count(object, "injected", c->injected, failed);
		put_count(object, "copied", c->copied, failed);
		put_count(object, "csum_finished", c->csum_finished, failed);
		put_count(object, "segmented", c->segmented, failed);
		put_count(object, "segments", c->segments, failed);
		put_count(object, "merged", c->merged, failed);
		put_count(object, "waited", c->waited, failed);
	}
	for (int i = 0; i < DP_DROPS; i++)
		put_count(drops, dp_drop_name(i), c->drop[i], failed);
	api_put(object, "drops", drops, failed);
}

void
api_put_counters(json_t *object, const struct bondd *d, const struct dp_port *port, bool details,
		 bool *failed)
{
	struct dp_counters sum;

	memset(&sum, 0, sizeof(sum));
	if (port)
		dp_port_counters(&d->dp, port, &sum);
	put_counters(object, &sum, details, failed);
	if (details)
		put_count(object, "rx_nombuf", sum.rx_nombuf, failed);
}

static void
add_worker(struct dp_counters *sum, const struct dp_port *port, unsigned int worker)
{
	if (port && port->counters)
		dp_counters_add(sum, &port->counters[worker]);
}

static json_t *
worker(const struct api_context *ctx, unsigned int i, bool details, bool *failed)
{
	const struct bondd *d = ctx->d;
	const struct dp_worker *w = &d->dp.worker[i];
	json_t *o = json_object();
	struct dp_counters sum;

	put_count(o, "lcore", w->lcore, failed);
	api_put(o, "busy_ratio", json_real(i < DP_MAX_WORKERS ? ctx->load->ratio[i] : 0), failed);
	if (!details)
		return o;
	memset(&sum, 0, sizeof(sum));
	for (uint32_t n = 0; n < d->n_bonds; n++) {
		add_worker(&sum, d->bond[n]->host.port, i);
		for (int m = 0; m < BOND_MAX_MEMBERS; m++)
			if (d->bond[n]->member[m].used)
				add_worker(&sum, d->bond[n]->member[m].port, i);
	}
	put_count(o, "turns", w->turns, failed);
	put_counters(o, &sum, true, failed);
	return o;
}

json_t *
api_workers(const struct api_context *ctx, bool details)
{
	json_t *list = json_array();
	bool failed = false;

	for (unsigned int i = 0; i < ctx->d->dp.n_workers; i++)
		if (json_array_append_new(list, worker(ctx, i, details, &failed)) < 0)
			failed = true;
	if (!failed)
		return list;
	json_decref(list);
	return NULL;
}

void
api_load_update(struct api_load *load, const struct dp *dp, uint64_t now)
{
	if (load->since && now < load->since + BOND_SEC)
		return;
	load->since = now;
	for (unsigned int i = 0; i < dp->n_workers && i < DP_MAX_WORKERS; i++) {
		const volatile struct dp_worker *w = &dp->worker[i];
		const uint64_t busy = w->busy_cycles, all = w->all_cycles;
		const uint64_t spent = all - load->all[i];
		const double ratio = spent ? (double)(busy - load->busy[i]) / (double)spent : 0;

		/* The worker writes the two without order: never more than everything. */
		load->ratio[i] = ratio > 1 ? 1 : ratio;
		load->busy[i] = busy;
		load->all[i] = all;
	}
}
