/* SPDX-License-Identifier: BSD-3-Clause */
/* modes.c - the modes and policies that are measured; a new one is a row. */
#include <rte_common.h>
#include <rte_eth_bond.h>

#include "bench.h"

const struct bench_mode bench_modes[] = {
	{"balance-rr", BOND_MODE_BALANCE_RR, BONDING_MODE_ROUND_ROBIN},
	{"rr+igmp", BOND_MODE_BALANCE_RR, BONDING_MODE_ROUND_ROBIN, .igmp = true,
	 .sent = BENCH_HEADER_READ},
	{"active-backup", BOND_MODE_ACTIVE_BACKUP, BONDING_MODE_ACTIVE_BACKUP, .one_carries = true},
	{"balance-xor", BOND_MODE_BALANCE_XOR, BONDING_MODE_BALANCE, .hashes = true,
	 .sent = BENCH_HEADER_READ},
	{"broadcast", BOND_MODE_BROADCAST, BONDING_MODE_BROADCAST, .copies = true,
	 .sent = BENCH_MBUF_WRITTEN},
	{"802.3ad", BOND_MODE_8023AD, BONDING_MODE_8023AD, .hashes = true,
	 .sent = BENCH_HEADER_READ, .received = BENCH_HEADER_READ},
	{"balance-tlb", BOND_MODE_BALANCE_TLB, BONDING_MODE_TLB, .rewrites = true,
	 .sent = BENCH_HEADER_WRITTEN},
	{"balance-alb", BOND_MODE_BALANCE_ALB, BONDING_MODE_ALB, .rewrites = true,
	 .all_receive = true, .sent = BENCH_HEADER_WRITTEN, .received = BENCH_HEADER_WRITTEN},
	{"tlb+bridge", BOND_MODE_BALANCE_TLB, BONDING_MODE_TLB, .rewrites = true, .bridged = true,
	 .one_carries = true, .sent = BENCH_HEADER_READ},
	{"alb+bridge", BOND_MODE_BALANCE_ALB, BONDING_MODE_ALB, .rewrites = true, .bridged = true,
	 .one_carries = true, .sent = BENCH_HEADER_READ},
};
const unsigned int bench_n_modes = RTE_DIM(bench_modes);

const struct bench_policy bench_policies[] = {
	{"layer2", BOND_HASH_LAYER2, BALANCE_XMIT_POLICY_LAYER2, "layer2"},
	{"layer2+3", BOND_HASH_LAYER23, BALANCE_XMIT_POLICY_LAYER23, "layer2+3"},
	{"layer3+4", BOND_HASH_LAYER34, BALANCE_XMIT_POLICY_LAYER34, "layer3+4", .nic = true},
	{"encap2+3", BOND_HASH_ENCAP23, BALANCE_XMIT_POLICY_LAYER23, "layer2+3"},
	{"encap3+4", BOND_HASH_ENCAP34, BALANCE_XMIT_POLICY_LAYER34, "layer3+4", .nic = true},
	{"vlan+srcmac", BOND_HASH_VLAN_SRCMAC, BALANCE_XMIT_POLICY_LAYER2, "layer2"},
};
const unsigned int bench_n_policies = RTE_DIM(bench_policies);
