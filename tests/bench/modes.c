/* SPDX-License-Identifier: BSD-3-Clause */
/* modes.c - the modes and policies that are measured; a new one is a row. */
#include <rte_common.h>
#include <rte_eth_bond.h>

#include "bench.h"

const struct bench_mode bench_modes[] = {
	{.name = "balance-rr",
	 .theirs = BONDING_MODE_ROUND_ROBIN,
	 .spread = BOND_SPREAD_ROUND_ROBIN},
	{.name = "active-backup",
	 .theirs = BONDING_MODE_ACTIVE_BACKUP,
	 .spread = BOND_SPREAD_BUCKETS,
	 .one_carries = true},
	{.name = "balance-xor",
	 .theirs = BONDING_MODE_BALANCE,
	 .spread = BOND_SPREAD_BUCKETS,
	 .hashes = true},
	{.name = "broadcast",
	 .theirs = BONDING_MODE_BROADCAST,
	 .spread = BOND_SPREAD_ALL,
	 .copies = true},
	{.name = "802.3ad",
	 .theirs = BONDING_MODE_8023AD,
	 .spread = BOND_SPREAD_BUCKETS,
	 .punt = BOND_PUNT_SLOW,
	 .hashes = true},
};
const unsigned int bench_n_modes = RTE_DIM(bench_modes);

const struct bench_policy bench_policies[] = {
	{"layer2", BOND_HASH_LAYER2, BALANCE_XMIT_POLICY_LAYER2, "layer2"},
	{"layer2+3", BOND_HASH_LAYER23, BALANCE_XMIT_POLICY_LAYER23, "layer2+3"},
	{"layer3+4", BOND_HASH_LAYER34, BALANCE_XMIT_POLICY_LAYER34, "layer3+4"},
	{"encap2+3", BOND_HASH_ENCAP23, BALANCE_XMIT_POLICY_LAYER23, "layer2+3"},
	{"encap3+4", BOND_HASH_ENCAP34, BALANCE_XMIT_POLICY_LAYER34, "layer3+4"},
	{"vlan+srcmac", BOND_HASH_VLAN_SRCMAC, BALANCE_XMIT_POLICY_LAYER2, "layer2"},
};
const unsigned int bench_n_policies = RTE_DIM(bench_policies);
