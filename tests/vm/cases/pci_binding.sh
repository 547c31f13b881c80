#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# pci_binding.sh - the daemon takes NICs from the kernel, behind an IOMMU, and gives them back.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

case_open
far=dut/far
say "a guest starts"
vm_start dut --mb 1280 --hugepages 220 --iommu b1:virtio:c1.b b2:e1000e:c2.b a1:virtio:c1.a a2:e1000e:c2.a \
	d1:rtl8139:none
check "the guest starts" vm_ready dut
in_dut "Linux takes its NICs" 'ip netns add far; nic_kernel a1 a2 b1 b2 d1
	for id in a1 a2; do ip link set $id netns far; done; ip -n far link set lo up
	ip link set b1 mtu 1400 up; ip link set b2 address 02:00:00:00:be:ef'
in_sw "a switch at the far end" 'linux_bridge off 10.9.0.1/24 a1 a2'

# How the NICs are, in words: driver, name, MTU, MAC address, whether it is up.
state='for id in b1 b2; do
	name=$(nic_netdev $id) mtu= mac= flags=0
	if [ -n "$name" ]; then
		cd "/sys/class/net/$name"; read -r mtu <mtu; read -r mac <address; read -r flags <flags
	fi
	echo "$id $(nic_driver $id) $name $mtu $mac $((flags & 1))"
done; ls /run/dpdk-bondd/pci'
before=$(dut "mkdir -p /run/dpdk-bondd/pci; $state")
echo "$before"

as_before() { # WHEN
	local now
	now=$(dut "$state")
	equal "the NICs $1" "$before" "$now"
}

configure='bondd_configure active-backup "b1 b2" "primary = \"b2\";"'
started='bondd_start; ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
	wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1'

say "what is refused, each with one sentence"
# Usage: refused PATTERN PREPARATION [UNDOING]
refused() {
	local said
	said=$(dut "modprobe -a tun vhost_net; $configure; $2
		status=0; timeout 60 /lab/dpdk-bondd -c \$bondd_config >/run/said 2>&1 </dev/null || status=\$?
		grep -vE '^[0-9:.]+ (info|notice|debug):|^EAL: ' /run/said | sed \"s/^[0-9:.]* /\$status /\"
		${3:-}
		echo; $state") || true
	echo "  ${said%%$'\n\n'*}"
	equal "the NICs after \"$1\"" "$before" "${said#*$'\n\n'}"
	said=${said%%$'\n\n'*}
	[[ $said =~ ^1\ error:\ $1[^$'\n']*$ ]] || fail "one sentence that says \"$1\""
}
nic='bond0: b2: PCI device 0000:00:11.0'
refused "$nic \(b2\) carries the address 10\.8\.0\.1/24" \
	'ip address add 10.8.0.1/24 dev b2' 'ip address flush dev b2'
refused "$nic \(b2\) is the only one with the default route" \
	'ip link set b2 up; ip address add 10.8.0.1/24 dev b2; ip route add default via 10.8.0.2' \
	'ip address flush dev b2; ip link set b2 down'
refused "$nic \(b2\) is enslaved to bridge br0" \
	'ip link add br0 type bridge; ip link set b2 master br0' 'ip link delete br0'
refused "$nic \(b2\) carries vlan b2\.10" \
	'ip link add link b2 name b2.10 type vlan id 10' 'ip link delete b2.10'
refused 'bond0: b2: PCI device 0000:00:1f\.2 is no network card: it is a storage controller' \
	'sed -i s/0000:00:11.0/0000:00:1f.2/ $bondd_config'
refused 'bond0: b2: PCI device 0000:05:00\.0 is not there, the network cards here are 0000:00:1' \
	'sed -i s/0000:00:11.0/0000:05:00.0/ $bondd_config'
refused 'bond0: b2: PCI device 0000:00:13\.0 has driver e1000e, but no interface here' \
	'sed -i s/0000:00:11.0/0000:00:13.0/ $bondd_config'
other=$(dut 'echo $(nic_pci d1) $(nic_driver d1) $(nic_netdev d1)')
refused "d1 \\(${other%% *}\\): DPDK has no driver for this device: " \
	'bondd_configure active-backup "b1 d1"' # with both NICs taken, as in what follows
equal "the NIC that DPDK has no driver for" "$other" "$(dut 'echo $(nic_pci d1) $(nic_driver d1) $(nic_netdev d1)')"
refused 'runtime\.hugepages = "require": [0-9]* MB are free, memory_mb = 4096 are wanted; reserve them' \
	'sed -i "s/memory_mb = 256/memory_mb = 4096/" $bondd_config'
refused 'bond0: an interface of this name exists already' \
	'ip link add bond0 type dummy' 'ip link delete bond0'

say "the daemon starts"
in_dut "it forwards" "$configure; $started"
equal "the drivers" "vfio-pci vfio-pci" "$(dut 'echo $(nic_driver b1) $(nic_driver b2)')"
said=$(dut '/lab/dpdk-bondd --release 2>&1 || echo status $?')
echo "  $said"
[[ $said == *"(pid "*") lives and uses 0000:00:1"*": stop it first"*"status 1" ]] ||
	fail "--release is refused while the daemon lives"
say "SIGTERM"
in_dut "it ends" bondd_stop
as_before "after SIGTERM"

say "kill -9, then --release"
in_dut "it forwards" "$started"
in_dut "it is killed" 'bondd_stop KILL'
equal "the drivers" "vfio-pci vfio-pci" "$(dut 'echo $(nic_driver b1) $(nic_driver b2)')"
said=$(dut '/lab/dpdk-bondd --release 2>&1')
echo "$said"
as_before "after --release"

say "kill -9, then a start without hugepages"
in_dut "it forwards" "$started"
in_dut "it is killed" 'bondd_stop KILL'
in_dut "it forwards again" "sed -i 's/hugepages = \"require\"/hugepages = \"off\"/' \$bondd_config; $started"
in_dut "it ends" bondd_stop
as_before "after kill -9, a start and SIGTERM"

say "a NIC is pulled out, and put back"
in_dut "it forwards" "$configure; $started"
equal "the member in use" b2 "$(dut 'bond .active_member')"
in_dut "the bond is without it" 'timeout 20 sh -c "echo 1 >/sys/bus/pci/devices/0000:00:11.0/remove"
	wait_for 10 bond_has b1
	ping -n -q -c 1 -W 2 10.9.0.1'
in_dut "it is back" 'echo 1 >/sys/bus/pci/rescan
	wait_for 20 bond_has "b1 b2"; wait_for 20 member_is b2 .link up
	wait_for 10 ping -n -q -c 1 -W 1 10.9.0.1'
equal "its driver" vfio-pci "$(dut 'nic_driver b2')"
equal "its log" "device plugged -> unplugged: pulled out, device unplugged -> plugged: put back" \
	"$(dut 'sed -n "s|.*notice: bond0/b2: \(device .*\)|\1|p" /lab/bondd.log | tail -n 2 | paste -sd, | sed "s/,/, /"')"
say "a NIC is pulled out, and removed while it is away"
in_dut "the bond is without it" 'timeout 20 sh -c "echo 1 >/sys/bus/pci/devices/0000:00:11.0/remove"
	wait_for 10 bond_has b1; [ "$(bond .absent[0])" = b2 ]'
in_dut "it is configured still" 'ctl config | grep "pci = \"0000:00:11.0\""'
in_dut "it is removed" 'ctl remove bond0 b2; [ "$(bond ".absent | length")" = 0 ]'
in_dut "it is configured no longer" '! ctl config | grep "0000:00:11.0"'
in_dut "it stays with the kernel when it is plugged in" 'echo 1 >/sys/bus/pci/rescan
	wait_for 20 nic_has_netdev b2; ping -n -q -c 5 -W 2 10.9.0.1
	bond_has b1; [ "$(nic_driver b2)" = e1000e ]' # the daemon would have looked four times
in_dut "it can be added as any other" 'ctl add bond0 b2 pci=0000:00:11.0; bond_has "b1 b2"
	[ "$(nic_driver b2)" = vfio-pci ]; wait_for 20 member_is b2 .link up'
in_dut "it ends" bondd_stop
# What was pulled out comes back as new: name and address are those that the kernel gives.
equal "the driver of the other" "virtio-pci b1" "$(dut 'echo $(nic_driver b1) $(nic_netdev b1)')"
equal "its driver at the end" e1000e "$(dut 'nic_driver b2')"
