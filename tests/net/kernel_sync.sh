#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# kernel_sync.sh - what the administrator does to bond0 with ip(8) reaches the members.
. "$(dirname "$0")/lib.sh"

members_have_mtu() { mtu_is host eth1 "$1" && mtu_is host eth2 "$1"; }
members_have_mac() { mac_is host eth1 "$1" && mac_is host eth2 "$1"; }
members_promiscuous() { [[ $(link_of host eth1 .promiscuity) -gt 0 && $(link_of host eth2 .promiscuity) -gt 0 ]]; }
members_in_group() { # GROUP
	lab_ip host maddress show dev eth1 | grep -q "$1" && lab_ip host maddress show dev eth2 | grep -q "$1"
}
dropped_down() { member eth1 .drops.rx_host_down; }
answers() { lab_in host ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; }
frame_arrives() { # DESTINATION_MAC: does a frame from the switch come out of bond0?
	python3 "$net_dir/one.py" "$(lab_ns switch):port1" "$(lab_ns host):bond0" "$1"
}

more_dropped() {
	frame_arrives "$(mac_of host bond0)" && return 1
	[ "$(dropped_down)" -gt "$before" ]
}

net_open
net_up active-backup

say "MTU"
lab_ip host link set bond0 mtu 1400
soon "the members follow to 1400" members_have_mtu 1400
equal "the API agrees" 1400 "$(bond .mtu)"
check "1400 octets pass" lab_in host ping -n -q -c 2 -M "do" -s 1372 -W 1 "$switch_ip"
lab_ip host link set bond0 mtu 1500
soon "the members follow to 1500" members_have_mtu 1500
check "1500 octets pass" lab_in host ping -n -q -c 2 -M "do" -s 1472 -W 1 "$switch_ip"

say "an MTU beyond what the ports can do is written back"
lab_ip host link set bond0 mtu 9000
soon "bond0 is back at 1500" mtu_is host bond0 1500
check "the members stayed" members_have_mtu 1500
check "traffic goes on" answers

say "MAC address"
lab_ip host link set bond0 address 02:00:00:00:00:99
soon "the members follow" members_have_mac 02:00:00:00:00:99
equal "the API agrees" 02:00:00:00:00:99 "$(bond .mac)"
lab_ip switch neigh flush dev br0
soon "traffic goes on" answers

say "down and up"
lab_ip host link set bond0 down
before=$(dropped_down)
soon "frames that come meanwhile are dropped and counted" more_dropped
lab_ip host link set bond0 up
soon "bond0 has carrier again" lab_carrier host bond0
soon "traffic goes on" answers

say "promiscuous mode"
check "the members are not promiscuous" not members_promiscuous
lab_ip host link set bond0 promisc on
soon "the members are promiscuous" members_promiscuous
soon "frames for others come" frame_arrives 02:00:00:00:55:55
lab_ip host link set bond0 promisc off
soon "the members are no longer" not members_promiscuous

say "multicast groups"
check "nobody joined the group" not members_in_group 01:00:5e:01:02:03
lab_ip host maddress add 01:00:5e:01:02:03 dev bond0
soon "the members joined it" members_in_group 01:00:5e:01:02:03
soon "its frames come" frame_arrives 01:00:5e:01:02:03
lab_ip host maddress del 01:00:5e:01:02:03 dev bond0
soon "the members left it" not members_in_group 01:00:5e:01:02:03

say "a new name is followed"
lab_ip host link set bond0 down
lab_ip host link set bond0 name uplink7
lab_ip host link set uplink7 up
soon "uplink7 has carrier" lab_carrier host uplink7
soon "the API knows the interface by its new name" bond_is .host.ifname uplink7
lab_ip host address replace "$host_ip/24" dev uplink7
soon "traffic goes on" answers
lab_ip host link set uplink7 mtu 1300
soon "the members follow the MTU of uplink7" members_have_mtu 1300
