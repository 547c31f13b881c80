#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_virtio.sh - 802.3ad against Linux, two guests, virtio NICs on vfio-pci behind an IOMMU.
. "$(dirname "$0")/../lib.sh"

case_open
two_guests virtio --iommu
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.1/24 a1 a2'

say "the daemon starts"
in_dut "it starts" 'nic_dpdk b1 b2
	bondd_configure 802.3ad "b1 b2" "lacp_rate = \"fast\"; xmit_hash_policy = \"layer3+4\";"
	bondd_start
	ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up'
in_dut "both members distribute" 'wait_for 30 distribute b1 b2'
in_sw "Linux has an aggregate of two ports" 'wait_for 20 linux_ports 2'
in_sw "it answers" 'wait_for 20 ping -n -q -c 1 -W 1 10.9.0.2'
dut 'ping -c 20 -i 0.1 10.9.0.1 | tail -2'
dut 'serve'
sw 'tcp 3 10.9.0.2; tcp 3 10.9.0.2 -R'
dut 'ip -d link show bond0; ctl stats; grep -v debug /lab/bondd.log | tail -5'
