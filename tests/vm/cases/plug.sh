#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# plug.sh - NICs are pulled out of their slots under traffic and put back; NICs that share an IOMMU group.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

# A NIC leaves the machine, so that its cable loses carrier at the far end, and returns.
# Usage: pulled_and_put_back NUMBER DRIVER
pulled_and_put_back() {
	local nic=b$1 other=b$((3 - $1)) lost
	say "$nic ($2) is pulled out of its slot"
	dut 'pings 10.9.0.1 40' >"$VM_DIR/pings" &
	local pings=$!
	sleep 1.5
	vm_monitor dut "device_del $nic" dut "set_link a$1 off"
	wait "$pings"
	read -r _ lost <"$VM_DIR/pings"
	at_most "pings lost of 40" 5 "$lost"
	in_dut "the bond goes on without it" 'wait_for 20 bond_has '"$other"'
		[ ! -e "/sys/bus/pci/devices/$(nic_pci '"$nic"')" ]; distribute '"$other"'
		ping -n -q -c 3 -i 0.2 -W 1 10.9.0.1'
	say "$nic is put back"
	check "it is in its slot again" vm_monitor dut "device_add $(cat "$VM_DIR/dut/nic-$nic")" dut "set_link a$1 on"
	in_dut "it distributes again" 'wait_for 20 bond_has "b1 b2"; wait_for 20 distribute b1 b2
		ping -n -q -c 3 -i 0.2 -W 1 10.9.0.1; [ "$(nic_driver '"$nic"')" = vfio-pci ]'
	in_sw "Linux has an aggregate of two ports" 'wait_for 20 linux_ports 2'
}

# NICs of one IOMMU group: all or none.
a_shared_group() {
	local said one other
	say "NICs behind a bridge share an IOMMU group"
	in_dut "the kernel has them" 'nic_kernel d1 d2
		[ "$(readlink "/sys/bus/pci/devices/$(nic_pci d1)/iommu_group")" = \
			"$(readlink "/sys/bus/pci/devices/$(nic_pci d2)/iommu_group")" ]'
	one=$(dut 'nic_pci d1') other=$(dut 'nic_pci d2')
	said=$(dut 'bondd_configure active-backup d1
		status=0; timeout 60 /lab/dpdk-bondd -c $bondd_config >/run/said 2>&1 </dev/null || status=$?
		grep -vE "^[0-9:.]+ (info|notice|debug):|^EAL: " /run/said | sed "s/^[0-9:.]* /$status /"') || true
	echo "  $said"
	[[ $said == "1 error: bond0: d1: PCI device $one (d1) shares IOMMU group "*" with $other (virtio-pci): all of a group "* &&
		$said != *$'\n'* ]] || fail "one sentence that names the other one"
	equal "their drivers" "virtio-pci d1 virtio-pci d2" \
		"$(dut 'echo $(nic_driver d1) $(nic_netdev d1) $(nic_driver d2) $(nic_netdev d2)')"
	in_dut "both are taken" 'bondd_configure active-backup "d1 d2"; bondd_start
		[ "$(nic_driver d1) $(nic_driver d2)" = "vfio-pci vfio-pci" ]; bond_has "d1 d2"'
	in_dut "both are given back" 'bondd_stop; wait_for 10 nic_has_netdev d1; wait_for 10 nic_has_netdev d2
		[ "$(nic_driver d1) $(nic_netdev d1) $(nic_driver d2) $(nic_netdev d2)" = "virtio-pci d1 virtio-pci d2" ]'
}

case_open
far=dut/far
say "a guest starts"
vm_start dut --mb 1280 --hugepages 220 --iommu b1:virtio:c1.b:port b2:e1000e:c2.b:port \
	a1:virtio:c1.a a2:e1000e:c2.a d1:virtio:none:bridge d2:virtio:none:bridge
check "the guest starts" vm_ready dut
in_dut "Linux takes its NICs" 'ip netns add far; nic_kernel a1 a2
	for id in a1 a2; do ip link set $id netns far; done; ip -n far link set lo up'
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer2" 10.9.0.1/24 a1 a2'
a_shared_group
say "the daemon starts, members distribute"
in_dut "it forwards" 'nic_kernel b1 b2
	bondd_configure 802.3ad "b1 b2" "lacp_rate = \"fast\"; xmit_hash_policy = \"layer2\";"; bondd_start
	ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
	wait_for 40 distribute b1 b2; wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1'
pulled_and_put_back 2 e1000e
pulled_and_put_back 1 virtio
say "SIGTERM"
in_dut "it gives back what it has" 'bondd_stop; wait_for 10 nic_has_netdev b1; wait_for 10 nic_has_netdev b2
	[ "$(nic_driver b1) $(nic_driver b2)" = "virtio-pci e1000e" ]'
