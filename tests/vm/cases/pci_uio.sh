#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# pci_uio.sh - the daemon takes NICs where there is no IOMMU, if allowed, and by force, if told to.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

case_open
far=dut/far
say "a guest without an IOMMU starts"
vm_start dut --mb 1280 --hugepages 220 b1:virtio:c1.b b2:e1000e:c2.b a1:virtio:c1.a a2:e1000e:c2.a
check "the guest starts" vm_ready dut
in_dut "Linux takes its NICs" 'ip netns add far; nic_kernel a1 a2 b1 b2
	for id in a1 a2; do ip link set $id netns far; done; ip -n far link set lo up
	modprobe -a tun vhost_net'
in_sw "a switch at the far end" 'linux_bridge off 10.9.0.1/24 a1 a2; ip address add 10.8.0.1/24 dev bond0'

drivers() {
	dut 'echo $(nic_driver b1) $(nic_netdev b1) $(nic_driver b2) $(nic_netdev b2)'
}
native="virtio-pci b1 e1000e b2"
configure='bondd_configure active-backup "b1 b2" "primary = \"b2\";" "worker_cores = \"1\"; allow_no_iommu = 1;"'
started='bondd_start; ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
	wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1'

# Usage: refused PATTERN PREPARATION
refused() {
	local said
	said=$(dut "$configure; $2
		status=0; timeout 60 /lab/dpdk-bondd -c \$bondd_config >/run/said 2>&1 </dev/null || status=\$?
		grep -vE '^[0-9:.]+ (info|notice|debug):|^EAL: ' /run/said | sed \"s/^[0-9:.]* /\$status /\"") || true
	echo "  $said"
	[[ $said =~ ^1\ error:\ $1[^$'\n']*$ ]] || fail "one sentence that says \"$1\""
	equal "the drivers after \"$1\"" "$native" "$(drivers)"
}

say "what is refused, each with one sentence"
nic='bond0: b1: PCI device 0000:00:10\.0 \(b1\)'
refused "$nic is behind no IOMMU: switch it on" 'sed -i "s/allow_no_iommu = 1;//" $bondd_config'
refused "$nic needs hugepages, as it reaches memory without an IOMMU \(uio_pci_generic\)" \
	'sed -i "s/require/off/" $bondd_config'
refused "$nic is behind no IOMMU, and this kernel has no vfio without" \
	'sed -i "s/allow_no_iommu = 1;/& pci_driver = \"vfio-pci\";/" $bondd_config'
# A login: what is called sshd and has a connection over the NIC.
in_dut "a login over b2" 'ip address add 10.8.0.2/24 dev b2; ip link set b2 up
	wait_for 20 ping -n -q -c 1 -W 1 10.8.0.1
	cat >/run/listen.py <<-PYTHON
		import socket, time
		s = socket.create_server(("10.8.0.1", 22))
		c = s.accept()
		time.sleep(600)
	PYTHON
	cat >/run/login.py <<-PYTHON
		import socket, time
		open("/proc/self/comm", "w").write("sshd")
		while True:
		    try:
		        c = socket.create_connection(("10.8.0.1", 22))
		        break
		    except OSError:
		        time.sleep(0.2)
		open("/run/logged_in", "w")
		time.sleep(600)
	PYTHON
	setsid ip netns exec far python3 /run/listen.py </dev/null >/dev/null 2>&1 &
	setsid python3 /run/login.py </dev/null >/run/login.log 2>&1 &
	wait_for 30 test -e /run/logged_in'
refused 'bond0: b2: PCI device 0000:00:11\.0 \(b2\) carries the login of sshd \(pid [0-9]*\) from 10\.8\.0\.1, which would end' :

say "the daemon starts, by force, on uio_pci_generic"
in_dut "it forwards" "$configure; sed -i '/name = \"b1\"/s/0000:00:11.0\";/& force = 1;/' \$bondd_config; $started"
equal "the drivers" "uio_pci_generic uio_pci_generic" "$(drivers)"
in_dut "it is killed" 'bondd_stop KILL'
say "after kill -9 it starts again"
in_dut "it forwards" "$started"
equal "the drivers" "uio_pci_generic uio_pci_generic" "$(drivers)"

# The driver of the e1000e waits minutes for a device that is gone: the bond must not.
say "a NIC is pulled out whose driver takes that badly"
in_dut "the bond goes on without it" 'timeout 20 sh -c "echo 1 >/sys/bus/pci/devices/0000:00:11.0/remove"
	wait_for 10 bond_has b1
	wait_for 10 ping -n -q -c 1 -W 1 10.9.0.1'
say "SIGTERM"
in_dut "it ends" bondd_stop
equal "the other NIC" "virtio-pci b1" "$(dut 'echo $(nic_driver b1) $(nic_netdev b1)')"
