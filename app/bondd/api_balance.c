/* SPDX-License-Identifier: BSD-3-Clause */
/* api_balance.c - what bond.get says of balance-tlb and balance-alb: loads, counts, clients. */
#include <arpa/inet.h>
#include <string.h>

#include "api_int.h"

static json_t *
number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *
ip(const struct bond_ip *ip)
{
	char text[INET6_ADDRSTRLEN];

	return json_string(inet_ntop(ip->v6 ? AF_INET6 : AF_INET, ip->octet, text, sizeof(text)));
}

static json_t *
vlans(const struct bond_tags *tags)
{
	json_t *list = json_array();

	for (uint8_t i = 0; i < tags->n; i++)
		json_array_append_new(list, number(tags->tag[i].tci & 0xfff));
	return list;
}

static json_t *
client(const struct bondd_bond *b, const struct bond_client *c, bool *failed)
{
	static const uint8_t unknown[6];
	json_t *o = json_object();

	api_put(o, "local", ip(&c->local), failed);
	api_put(o, "peer", ip(&c->peer), failed);
	api_put(o, "mac", memcmp(c->mac, unknown, 6) ? api_mac(c->mac) : json_null(), failed);
	api_put(o, "vlans", vlans(&c->tags), failed);
	api_put(o, "member",
		api_string_or_null(c->slot == BOND_NONE ? NULL : b->core.member[c->slot].name),
		failed);
	api_put(o, "updates_left", number(c->rounds), failed);
	api_put(o, "seen_s", json_real((double)(b->daemon->now - c->seen) / BOND_SEC), failed);
	return o;
}

static json_t *
clients(const struct bondd_bond *b, json_int_t max, bool *failed)
{
	json_t *list = json_array();
	const struct bond_client *c;
	uint32_t at = 0;

	while (max-- > 0 && (c = bond_balance_client(&b->core, &at)) != NULL)
		if (json_array_append_new(list, client(b, c, failed)) < 0)
			*failed = true;
	return list;
}

json_t *
api_balance(const struct bondd_bond *b, const json_t *max_clients, bool *failed)
{
	const struct bond_balance_counts *n = bond_balance_counts(&b->core);
	const struct count {
		const char *name;
		uint64_t value;
	} counts[] = {
		{"clients_now", n->clients},
		{"clients_created", n->created},
		{"clients_evicted", n->evicted},
		{"clients_refused", n->full},
		{"host_frames", n->host_frames},
		{"rewritten", n->rewritten},
		{"foreign", n->foreign},
		{"malformed", n->malformed},
		{"heard", n->heard},
		{"peers_moved", n->peers_moved},
		{"locals_moved", n->locals_moved},
		{"conflicts", n->conflicts},
		{"updates", n->updates},
		{"learning_packets", n->learning},
		{"rebalances", n->rebalances},
		{"buckets_moved", n->buckets_moved},
	};
	json_t *o;

	if (b->core.mode->balance == BOND_BALANCE_NONE)
		return json_null();
	o = json_object();
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		api_put(o, counts[i].name, number(counts[i].value), failed);
	api_put(o, "clients",
		max_clients ? clients(b, json_integer_value(max_clients), failed) : json_null(),
		failed);
	return o;
}

void
api_put_balance_member(json_t *o, const struct bondd_bond *b, uint8_t slot, bool *failed)
{
	const bool balances = b->core.mode->balance != BOND_BALANCE_NONE;

	api_put(o, "tx_load_bps",
		balances ? number(8 * bond_balance_rate(&b->core, slot)) : json_null(), failed);
}
