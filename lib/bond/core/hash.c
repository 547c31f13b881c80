/* SPDX-License-Identifier: BSD-3-Clause */
/* hash.c - the policies by which frames are told apart, and their names. */
#include <stddef.h>

#include "bond_hash.h"

static const char *const names[BOND_HASH_POLICIES] = {
	[BOND_HASH_LAYER2] = "layer2",    [BOND_HASH_LAYER34] = "layer3+4",
	[BOND_HASH_LAYER23] = "layer2+3", [BOND_HASH_ENCAP23] = "encap2+3",
	[BOND_HASH_ENCAP34] = "encap3+4", [BOND_HASH_VLAN_SRCMAC] = "vlan+srcmac",
};

const char *
bond_hash_policy_name(uint32_t policy)
{
	return policy < BOND_HASH_POLICIES ? names[policy] : NULL;
}

/* Last octet of either address and the type, by exclusive or. */
static uint32_t
ethernet(const struct bond_frame *f)
{
	if (f->len < f->net_at)
		return 0;
	return (uint32_t)(f->data[5] ^ f->data[11] ^
			  (f->data[f->type_at] << 8 | f->data[f->type_at + 1]));
}

uint32_t
bond_hash(const struct bond_hash_conf *conf, const struct bond_frame *frame)
{
	return bond_hash_seeded(ethernet(frame), conf->seed);
}
