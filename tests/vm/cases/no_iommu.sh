#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# no_iommu.sh - NICs without an IOMMU, on uio_pci_generic, of two drivers in one bond; what is refused.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

# The daemon must not start; prints why. Usage: refused WHAT WORDS
refused() {
	local said
	said=$(dut 'modprobe -a tun vhost_net
		status=0
		timeout 50 /lab/dpdk-bondd -c /run/bond.cfg >/run/refused 2>&1 || status=$?
		grep -v -e EAL: -e " info: " -e " debug: " /run/refused | tail -n 1
		[ "$status" = 1 ] || [ "$status" = 2 ]') || fail "$1 is refused: $said"
	echo "  $1: $said"
	[[ $said == *$2* ]] || fail "$1: the message says \"$2\""
	in_dut "$1: nothing has changed" '[ "$(nic_driver b1)" = virtio-pci ] && [ "$(nic_driver b2)" = e1000e ]'
}

uio='worker_cores = "1"; allow_no_iommu = true;'

case_open
one_guest "virtio e1000e" --all-drivers
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer2+3" 10.9.0.1/24 a1 a2'

say "what is refused"
in_dut "the kernel has its NICs" 'nic_kernel b1 b2; bondd_configure 802.3ad "b1 b2"'
refused "a NIC that no IOMMU guards" allow_no_iommu
in_dut "another configuration" "bondd_configure 802.3ad 'b1 b2' '' '$uio'
	ip link set b1 up; ip address add 192.0.2.1/24 dev b1"
refused "a NIC with an address" 192.0.2.1
in_dut "another configuration" 'ip address flush dev b1; ip link set b1 down
	sed -i "s/pci = \"$(nic_pci b1)\"/pci = \"0000:00:1f.2\"/" /run/bond.cfg'
refused "a device that is no NIC" 0000:00:1f.2
in_dut "another configuration" 'sed -i s/0000:00:1f.2/0000:00:1e.7/ /run/bond.cfg'
refused "a device that is not there" 0000:00:1e.7
in_dut "another configuration" "bondd_configure 802.3ad 'b1 b2' '' '$uio' 'type = \"kni\";'"
refused 'host.type = "kni"' virtio-user
in_dut "another configuration" "bondd_configure 802.3ad 'b1 b2' '' '$uio'
	echo 10 >/proc/sys/vm/nr_hugepages"
refused "too few hugepages" hugepages

say "virtio and e1000e in one bond on uio_pci_generic"
in_dut "the daemon starts" "$case_top/scripts/setup-hugepages 400
	bondd_configure 802.3ad 'b1 b2' 'lacp_rate = \"fast\"; xmit_hash_policy = \"layer2+3\";' '$uio'
	bondd_start
	[ \$(nic_driver b1) = uio_pci_generic ] && [ \$(nic_driver b2) = uio_pci_generic ]
	ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
	wait_for 40 distribute b1 b2; wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1"
in_sw "Linux has an aggregate of two ports" 'wait_for 20 linux_ports 2'
for number in 1 2; do
	say "cable $number is cut and put back"
	cable off "$number"
	in_dut "the member is out, the other one works" "wait_for 10 not distribute b$number
		wait_for 5 ping -n -q -c 1 -W 1 10.9.0.1"
	cable on "$number"
	in_dut "it is back" "wait_for 20 distribute b1 b2"
done
say "SIGTERM gives the NICs back, and setup-hugepages the memory"
in_dut "driver and name return" 'bondd_stop
	'"$case_top"'/scripts/setup-hugepages --off; [ "$(cat /proc/sys/vm/nr_hugepages)" = 10 ]
	wait_for 10 nic_has_netdev b1; wait_for 10 nic_has_netdev b2
	[ "$(nic_driver b1) $(nic_netdev b1) $(nic_driver b2) $(nic_netdev b2)" = "virtio-pci b1 e1000e b2" ]'
