/* SPDX-License-Identifier: BSD-3-Clause */
/* api_stats.c - stats.get: what passed and what died, by bond, member and worker. */
#include <errno.h>

#include "api_int.h"

static json_t *
members(const struct bondd_bond *b, bool *failed)
{
	json_t *list = json_array();

	for (uint8_t i = 0; i < b->core.n_members; i++) {
		const uint8_t slot = b->core.order[i];
		json_t *o = json_object();

		api_put(o, "name", api_string(b->core.member[slot].name), failed);
		api_put_counters(o, b->daemon, b->member[slot].port, true, failed);
		if (json_array_append_new(list, o) < 0)
			*failed = true;
	}
	return list;
}

static json_t *
bond(const struct bondd_bond *b, bool *failed)
{
	json_t *o = json_object(), *host = json_object();

	api_put(o, "name", api_string(b->core.name), failed);
	api_put(host, "ifname", api_string_or_null(b->host.ifindex ? b->host.ifname : NULL),
		failed);
	api_put_counters(host, b->daemon, b->host.port, true, failed);
	api_put(o, "host", host, failed);
	api_put(o, "members", members(b, failed), failed);
	return o;
}

static json_t *
buffers(const struct bondd *d, bool *failed)
{
	json_t *o = json_object();
	struct dp_buffers b;

	dp_buffers(&d->dp, &b);
	api_put(o, "size", json_integer(b.size), failed);
	api_put(o, "free", json_integer(b.free), failed);
	api_put(o, "waiting", json_integer(b.waiting), failed);
	return o;
}

int
api_stats_get(struct api_call *call, json_t **result)
{
	const struct bondd *d = call->ctx->d;
	const struct bondd_bond *only = NULL;
	json_t *o, *bonds;
	bool failed = false;

	if (api_param_string(call, "bond")) {
		only = api_param_bond(call);
		if (!only)
			return -ENODEV;
	}
	o = json_object();
	bonds = json_array();
	for (uint32_t i = 0; i < d->n_bonds; i++)
		if ((!only || only == d->bond[i]) &&
		    json_array_append_new(bonds, bond(d->bond[i], &failed)) < 0)
			failed = true;
	api_put(o, "bonds", bonds, &failed);
	api_put(o, "workers", api_workers(call->ctx, true), &failed);
	api_put(o, "buffers", buffers(d, &failed), &failed);
	if (failed) {
		json_decref(o);
		o = NULL;
	}
	*result = o;
	return 0;
}
