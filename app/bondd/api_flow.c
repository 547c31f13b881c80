/* SPDX-License-Identifier: BSD-3-Clause */
/* api_flow.c - flow.lookup: which member a frame leaves on, by the table that the workers read. */
#include <errno.h>
#include <inttypes.h>

#include "api_int.h"
#include "balance_match.h"
#include "flow.h"

#define PROTO_IGMP 2

/* By what a frame finds its member; the words of the answer. */
enum rule {
	RULE_NONE,
	RULE_BUCKET,
	RULE_MODULO,
	RULE_ACTIVE,
	RULE_ALL,
	RULE_TURNS,
	RULE_IGMP,
	RULE_ADDRESS,
	RULE_CURRENT,
	RULE_NEIGHBOUR,
};

static const char *const rule_names[] = {
	[RULE_NONE] = "none",           [RULE_BUCKET] = "bucket",   [RULE_MODULO] = "modulo",
	[RULE_ACTIVE] = "active",       [RULE_ALL] = "all",         [RULE_TURNS] = "turns",
	[RULE_IGMP] = "igmp",           [RULE_ADDRESS] = "address", [RULE_CURRENT] = "current",
	[RULE_NEIGHBOUR] = "neighbour",
};

/* An answer: what of it is there depends on the rule. */
struct answer {
	enum rule rule;
	uint8_t slot; /* BOND_NONE: not one member */
	uint32_t hash, bucket;
};

static int
read_flow(struct api_call *call, const struct bondd_bond *b, struct flow *f)
{
	char number[24], why[300];
	int rc = 0;

	for (enum flow_key key = 0; key < FLOW_KEYS && rc == 0; key++) {
		const json_t *value = json_object_get(call->params, flow_key_name(key));
		const char *text = json_string_value(value);

		if (!value)
			continue;
		if (!text) {
			snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
				 json_integer_value(value));
			text = number;
		}
		rc = flow_set(f, key, text, why, sizeof(why));
	}
	if (rc == 0)
		rc = flow_complete(f, b->host.mac, why, sizeof(why));
	return rc == 0 ? 0 : api_refuse(call, API_EPARAMS, "flow.lookup: %s", why);
}

/* balance-tlb and balance-alb: what they do not balance, and what they balance by. */
static enum rule
balance_rule_of(const struct bond_view *v, const uint8_t *frame, size_t len)
{
	if (!bond_balance_is(v, frame, len)) {
		if (v->punt_host && bond_balance_tells(frame, len))
			return RULE_NEIGHBOUR;
		return v->current == BOND_NONE ? RULE_NONE : RULE_CURRENT;
	}
	if (v->by_address)
		return RULE_ADDRESS;
	return v->spread == BOND_SPREAD_MODULO ? RULE_MODULO : RULE_BUCKET;
}

static enum rule
rule_of(const struct bondd_bond *b, const struct flow *f, const uint8_t *frame, size_t len)
{
	const struct bond_view *v = &b->view;

	if (v->n_active == 0)
		return RULE_NONE;
	if (v->balance != BOND_BALANCE_NONE)
		return balance_rule_of(v, frame, len);
	if (v->broadcast_neighbor && f->proto == FLOW_PROTO_ARP)
		return RULE_ALL;
	switch (v->spread) {
	case BOND_SPREAD_BUCKETS:
		return b->core.mode->standby ? RULE_ACTIVE : RULE_BUCKET;
	case BOND_SPREAD_MODULO:
		return RULE_MODULO;
	case BOND_SPREAD_ROUND_ROBIN:
		return f->version == 4 && f->proto == PROTO_IGMP && v->igmp != BOND_NONE
			       ? RULE_IGMP
			       : RULE_TURNS;
	case BOND_SPREAD_ALL:
		break;
	}
	return RULE_ALL;
}

static struct answer
look_up(const struct bondd_bond *b, const struct flow *f)
{
	const struct bond_view *v = &b->view;
	uint8_t frame[FLOW_FRAME_SIZE];
	const size_t len = flow_frame(f, frame);
	const struct bond_frame headers = bond_frame_of(frame, (uint32_t)len);
	struct answer a = {.rule = rule_of(b, f, frame, len), .slot = BOND_NONE};

	a.hash = bond_hash(&v->hash, &headers);
	a.bucket =
		a.rule == RULE_ADDRESS ? bond_balance_address(frame, len) : a.hash % BOND_BUCKETS;
	switch (a.rule) {
	case RULE_BUCKET:
	case RULE_ADDRESS:
		a.slot = v->bucket[a.bucket];
		break;
	case RULE_MODULO:
		a.slot = v->active[a.hash % v->n_active];
		break;
	case RULE_ACTIVE:
		a.slot = v->active[0];
		break;
	case RULE_IGMP:
		a.slot = v->igmp;
		break;
	case RULE_CURRENT:
		a.slot = v->current;
		break;
	case RULE_NONE:
	case RULE_ALL:
	case RULE_TURNS:
	case RULE_NEIGHBOUR:
		break;
	}
	return a;
}

static json_t *
senders(const struct bondd_bond *b, bool *failed)
{
	json_t *list = json_array();

	for (uint8_t i = 0; i < b->view.n_active; i++)
		if (json_array_append_new(list,
					  api_string(b->core.member[b->view.active[i]].name)) < 0)
			*failed = true;
	return list;
}

/* The fields that the choice depends on and nobody gave. */
static json_t *
assumed(const struct bondd_bond *b, const struct flow *f, enum rule rule, bool *failed)
{
	const uint32_t looked_at = rule == RULE_BUCKET || rule == RULE_MODULO
					   ? flow_looked_at(f, &b->view.hash)
				   : rule == RULE_ADDRESS ? UINT32_C(1) << FLOW_DST
							  : 0;
	const uint32_t missing = looked_at & ~f->given;
	json_t *o = json_object();
	char text[FLOW_TEXT_SIZE];

	for (enum flow_key key = 0; key < FLOW_KEYS; key++)
		if (missing >> key & 1)
			api_put(o, flow_key_name(key), api_string(flow_text(f, key, text)), failed);
	return o;
}

int
api_flow_lookup(struct api_call *call, json_t **result)
{
	const struct bondd_bond *b = api_param_bond(call);
	struct flow f = {0};
	struct answer a;
	bool failed = false, hashed;
	json_t *o;
	int rc;

	if (!b)
		return -ENODEV;
	rc = read_flow(call, b, &f);
	if (rc)
		return rc;
	a = look_up(b, &f);
	hashed = a.rule == RULE_BUCKET || a.rule == RULE_MODULO;
	o = json_object();
	api_put(o, "member",
		api_string_or_null(a.slot == BOND_NONE ? NULL : b->core.member[a.slot].name),
		&failed);
	api_put(o, "hash", hashed ? json_integer(a.hash) : json_null(), &failed);
	api_put(o, "bucket",
		a.rule == RULE_BUCKET || a.rule == RULE_ADDRESS ? json_integer(a.bucket)
								: json_null(),
		&failed);
	api_put(o, "rule", json_string(rule_names[a.rule]), &failed);
	api_put(o, "members", senders(b, &failed), &failed);
	api_put(o, "assumed", assumed(b, &f, a.rule, &failed), &failed);
	api_put(o, "nic_hash", json_boolean(hashed && b->view.nic_hash), &failed);
	if (failed) {
		json_decref(o);
		o = NULL;
	}
	*result = o;
	return 0;
}
