#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# host_port.sh - bond0 on vhost-net: MTU and namespace at run time, vhost-net gone, restart and kill -9.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

configure() { # SETTINGS_OF_HOST
	dut "bondd_configure active-backup 'b1 b2' '' '' '$1'"
}

# What an administrator has given to bond0.
given() {
	dut 'cat /sys/class/net/bond0/ifindex; ip -o address show dev bond0 scope global | tr -s " " | cut -d" " -f 4
		ip route show dev bond0 proto boot | sed "s/ linkdown//"'
}

as_before() { # WHEN
	equal "addresses and routes $1" "$before" "$(given)"
}

answered='wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1'
log_has() { dut "grep -q '$1' /lab/bondd.log"; }

case_open
one_guest virtio --iommu
in_sw "the switch" 'linux_bridge off 10.9.0.1/24 a1 a2; ip link set a1 mtu 4000; ip link set a2 mtu 4000
	ip link set bond0 mtu 4000'
in_dut "Linux takes the other NICs" 'nic_kernel b1 b2'

say "bond0 on vhost-net, which is to stay"
configure 'type = "virtio-user"; persist = 1;'
in_dut "it forwards" "bondd_start
	ip address add 10.9.0.2/24 dev bond0; ip address add fd99::2/64 dev bond0 nodad
	ip route add 10.99.0.0/16 via 10.9.0.1; $answered"
before=$(given)
equal "its tag" "dpdk-bondd bond0" "$(dut 'cat /sys/class/net/bond0/ifalias')"

say "VLANs pass at once, and when the filters of the NICs are open"
in_sw "a VLAN" 'ip link add link bond0 name bond0.7 type vlan id 7
	ip address add 10.7.0.1/24 dev bond0.7; ip link set bond0.7 up'
in_dut "it passes at once" 'ip link add link bond0 name bond0.7 type vlan id 7
	ip address add 10.7.0.2/24 dev bond0.7; ip link set bond0.7 up
	wait_for 20 ping -n -q -c 1 -W 1 10.7.0.1; [ "$(grep -c "filter is open" /lab/bondd.log)" -lt 2 ]'
in_dut "and later" 'wait_for 60 eval "[ \$(grep -c \"filter is open\" /lab/bondd.log) = 2 ]"
	ping -n -q -c 5 -i 0.2 -W 2 10.7.0.1; [ -z "$(member b1 .refused | grep vlans)" ]; ip link del bond0.7'

say "a macvlan on bond0 is heard, and nothing else for that"
in_dut "it is there" 'modprobe macvlan; ip link add vrrp1 link bond0 address 00:00:5e:00:01:07 type macvlan mode bridge
	ip address add 10.9.0.7/24 dev vrrp1; ip link set vrrp1 up'
in_sw "it answers" 'wait_for 20 ping -n -q -c 1 -W 1 10.9.0.7
	ip neigh add 10.9.0.99 lladdr 02:00:00:00:00:99 dev bond0'
before=$(dut 'member b1 .rx_packets')
in_sw "frames for nobody are sent to all ports" 'ping -n -q -c 50 -i 0.02 -W 1 10.9.0.99 || true
	ip neigh del 10.9.0.99 dev bond0; ping -n -q -c 3 -i 0.2 -W 2 10.9.0.7'
at_most "frames that b1 took in meanwhile, 50 not for us" 30 $(($(dut 'member b1 .rx_packets; ip link del vrrp1') - before))

say "another MTU, and vhost-net gone"
in_dut "large frames pass" 'ip link set bond0 mtu 4000
	wait_for 10 ping -n -q -c 1 -W 1 -M do -s 3972 10.9.0.1
	[ "$(bond .mtu)" = 4000 ]'
in_dut "it goes on without /dev/vhost-net" "rm /dev/vhost-net
	ip link set bond0 mtu 1400; wait_for 10 eval '[ \"\$(bond .mtu)\" = 1400 ]'
	ping -n -q -c 3 -i 0.2 -W 2 10.9.0.1; ip link set bond0 mtu 1500"

say "another namespace, and back"
in_dut "it forwards there" "ip netns add box; ip link set bond0 netns box
	ip -n box address add 10.9.0.2/24 dev bond0; ip -n box link set bond0 up
	wait_for 20 ip netns exec box ping -n -q -c 1 -W 1 10.9.0.1"
in_dut "and here" "ip -n box link set bond0 netns 1
	ip address add 10.9.0.2/24 dev bond0; ip address add fd99::2/64 dev bond0 nodad; ip link set bond0 up
	ip route add 10.99.0.0/16 via 10.9.0.1; ip link set bond0 down; ip link set bond0 up
	ip route add 10.99.0.0/16 via 10.9.0.1; $answered"
before=$(given)
[[ $before == *fd99::2/64* ]] || fail "its IPv6 address has outlived down and up: $before"

say "kill -9, and a start without vhost-net"
in_dut "it is killed" 'bondd_stop KILL'
as_before "after kill -9"
said=$(dut '/lab/dpdk-bondd -c $bondd_config 2>&1 </dev/null | grep " error: "') || true
echo "  $said"
[[ $said == *'bond0: host.type = "virtio-user" needs /dev/vhost-net: '*'modprobe vhost_net'* &&
	$said != *$'\n'* ]] || fail "one sentence that names what is missing"
equal "the drivers" "virtio-pci virtio-pci" "$(dut 'echo $(nic_driver b1) $(nic_driver b2)')"
as_before "after the refusal"

say "a tap takes what vhost-net left, and the other way round"
configure 'type = "auto"; persist = 1;'
in_dut "it forwards" "bondd_start; $answered"
as_before "with a tap"
equal "its type" tap "$(dut 'bond .host.type')"
sw 'serve'
rate=$(dut 'echo $(tcp 1 10.9.0.1) $(tcp 1 10.9.0.1 -R)') || fail "TCP passes: $rate"
echo "  TCP over the tap: ${rate% *} Mbit/s out, ${rate#* } Mbit/s in"
in_dut "it ends" 'bondd_stop; mknod /dev/vhost-net c 10 238'
as_before "without a daemon"
in_dut "it forwards" "bondd_start; $answered"
as_before "with vhost-net again"
equal "its type" virtio-user "$(dut 'bond .host.type')"

say "--release"
in_dut "it is killed" 'bondd_stop KILL'
said=$(dut '/lab/dpdk-bondd --release 2>&1')
echo "$said"
[[ $said == *'interface bond0: left by dpdk-bondd bond0: removed'* ]] || fail "--release says what it did"
in_dut "nothing is left" '[ ! -e /sys/class/net/bond0 ]; wait_for 10 nic_has_netdev b1'
