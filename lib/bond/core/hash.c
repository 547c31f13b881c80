/* SPDX-License-Identifier: BSD-3-Clause */
/* hash.c - the policies by which frames are told apart, and their names. */
#include <assert.h>
#include <stddef.h>

#include "bond_hash_flow.h"

/* Last octet of either address and the type, by exclusive or. */
static inline uint32_t
ethernet(const struct bond_frame *f)
{
	return (uint32_t)(f->data[5] ^ f->data[11] ^ bond_be16(f->data + f->type_at));
}

/* The lowest octet of the result is the exclusive or of all four. */
static inline uint32_t
fold(uint32_t hash)
{
	hash ^= hash >> 16;
	hash ^= hash >> 8;
	return hash;
}

static uint32_t
layer2(const struct bond_frame *f, bool symmetric)
{
	(void)symmetric; /* it is by nature */
	return ethernet(f);
}

static inline bool
plain_flow(const struct bond_frame *f, bool symmetric, struct bond_flow *flow)
{
	const uint16_t type = bond_be16(f->data + f->type_at);

	return bond_flow_common(f, type, symmetric, flow) ||
	       bond_flow_plain(f, type, symmetric, flow);
}

static inline bool
encap_flow(const struct bond_frame *f, bool symmetric, struct bond_flow *flow)
{
	const uint16_t type = bond_be16(f->data + f->type_at);

	return bond_flow_common(f, type, symmetric, flow) ||
	       bond_flow_encap(f, type, symmetric, flow);
}

static uint32_t
layer23(const struct bond_frame *f, bool symmetric)
{
	struct bond_flow flow;

	return plain_flow(f, symmetric, &flow) ? fold(ethernet(f) ^ flow.addresses) : ethernet(f);
}

static uint32_t
encap23(const struct bond_frame *f, bool symmetric)
{
	struct bond_flow flow;

	return encap_flow(f, symmetric, &flow) ? fold(ethernet(f) ^ flow.addresses) : ethernet(f);
}

/* The lowest bit goes: many hosts use even ports only. */
static uint32_t
layer34(const struct bond_frame *f, bool symmetric)
{
	struct bond_flow flow;

	return plain_flow(f, symmetric, &flow) ? fold(flow.l4 ^ flow.addresses) >> 1 : ethernet(f);
}

static uint32_t
encap34(const struct bond_frame *f, bool symmetric)
{
	struct bond_flow flow;

	return encap_flow(f, symmetric, &flow) ? fold(flow.l4 ^ flow.addresses) >> 1 : ethernet(f);
}

/* Vendor half and serial half of an address, read as they are written. */
static inline uint32_t
halves(const uint8_t *mac)
{
	return (uint32_t)(mac[0] << 16 | mac[1] << 8 | mac[2]) ^
	       (uint32_t)(mac[3] << 16 | mac[4] << 8 | mac[5]);
}

/*
 * The symmetric form takes both addresses, and the tag without its priority, which need not be the
 * same both ways. Pairs of neighbouring addresses are common: an exclusive or would be the same for
 * all of them, and their sums are all odd, so they are stirred.
 */
static uint32_t
vlan_srcmac(const struct bond_frame *f, bool symmetric)
{
	if (symmetric)
		return bond_hash_seeded((f->tci & 0x0fff) ^ (halves(f->data) + halves(f->data + 6)),
					1);
	return f->tci ^ halves(f->data + 6);
}

static const struct {
	const char *name;
	uint32_t (*hash)(const struct bond_frame *f, bool symmetric);
} policies[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = {"layer2", layer2},
	[BOND_HASH_LAYER34] = {"layer3+4", layer34},
	[BOND_HASH_LAYER23] = {"layer2+3", layer23},
	[BOND_HASH_ENCAP23] = {"encap2+3", encap23},
	[BOND_HASH_ENCAP34] = {"encap3+4", encap34},
	[BOND_HASH_VLAN_SRCMAC] = {"vlan+srcmac", vlan_srcmac},
};

const char *
bond_hash_policy_name(uint32_t policy)
{
	return policy < BOND_HASH_POLICIES ? policies[policy].name : NULL;
}

uint32_t
bond_hash(const struct bond_hash_conf *conf, const struct bond_frame *f)
{
	assert(conf->policy < BOND_HASH_POLICIES);
	if (f->len < f->type_at + 2u)
		return bond_hash_seeded(0, conf->seed);
	return bond_hash_seeded(policies[conf->policy].hash(f, conf->symmetric), conf->seed);
}
