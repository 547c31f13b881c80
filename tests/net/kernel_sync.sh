#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# kernel_sync.sh - what the administrator does to bond0 with ip(8) reaches the members.
. "$(dirname "$0")/lib.sh"

members_have_mtu() { mtu_is host eth1 "$1" && mtu_is host eth2 "$1"; }
members_have_mac() { mac_is host eth1 "$1" && mac_is host eth2 "$1"; }
promiscuous() { [ "$(link_of host "$1" .promiscuity)" -gt 0 ]; }
allmulti() { [ "$(link_of host "$1" .allmulti)" -gt 0 ]; }
only() { "$1" "$2" && ! "$1" "$3"; } # PROPERTY MEMBER OTHER
members_in_group() { # GROUP
	lab_ip host maddress show dev eth1 | has "$1" && lab_ip host maddress show dev eth2 | has "$1"
}
knows() { lab_ip switch neigh show "$host_ip" | has "lladdr $1"; } # MAC
dropped_down() { member eth1 .drops.rx_host_down; }
answers() { lab_in host ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; }
# Unicast addresses go to the kernel's list of the member, and of several reasons to want everything each
# counts: a veth, which filters nothing, counts one for that list.
hears_vrrp() { grep -q '^00:00:5e:00:01:07 .*self' <<<"$(lab_in host bridge fdb show dev "$1")"; }
wants_all() { [ "$(link_of host "$1" .promiscuity)" -gt 1 ]; }
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
said=$(events "" mtu '.[-1].reason')
echo "  $said"
[[ $said =~ ^(.*)\ carries\ an\ MTU\ of\ ([0-9]+)\ at\ most,\ not\ 9000:\ written\ back$ ]] ||
	fail "the reason names who refused and what would do"
most=${BASH_REMATCH[2]}
said=$(lab_ctl set bond0 mtu=$((most + 1)) 2>&1) && fail "more than that is refused: $said"
[[ $said == *"bond0: mtu: ${BASH_REMATCH[1]} carries an MTU of $most at most, not $((most + 1))"* ]] ||
	fail "bondctl says the same, not \"$said\""
lab_ip host link set bond0 mtu "$most"
soon "what would do is taken" members_have_mtu "$most"
lab_ip host link set bond0 mtu 1500
soon "the members follow to 1500" members_have_mtu 1500
check "traffic goes on" answers

say "MAC address"
lab_ip host link set bond0 address 02:00:00:00:00:99
soon "the members follow" members_have_mac 02:00:00:00:00:99
equal "the API agrees" 02:00:00:00:00:99 "$(bond .mac)"
soon "peers are told" knows 02:00:00:00:00:99
soon "traffic goes on" answers

say "down and up"
lab_ip host link set bond0 down
before=$(dropped_down)
soon "frames that come meanwhile are dropped and counted" more_dropped
lab_ip host link set bond0 up
soon "bond0 has carrier again" lab_carrier host bond0
soon "traffic goes on" answers

say "promiscuous mode and all groups, of the current member"
check "no member is promiscuous" not promiscuous eth1
lab_ip host link set bond0 promisc on allmulticast on
soon "the current member is promiscuous, the backup is not" only promiscuous eth1 eth2
soon "likewise with all groups" only allmulti eth1 eth2
soon "frames for others come" frame_arrives 02:00:00:00:55:55
lab_pull switch port1
soon "it goes with the role" only promiscuous eth2 eth1
soon "all groups do too" only allmulti eth2 eth1
lab_put switch port1
soon "both are up" both_up
lab_ctl activate bond0 eth1 >/dev/null
soon "and comes back with it" only promiscuous eth1 eth2
soon "frames for others come" frame_arrives 02:00:00:00:55:55
lab_ip host link set bond0 promisc off allmulticast off
soon "the members are no longer" not promiscuous eth1
soon "nor in all groups" not allmulti eth1

say "a MAC address of somebody on bond0: macvlan, as VRRP makes one"
lab_ip host link add vrrp1 link bond0 address 00:00:5e:00:01:07 type macvlan mode bridge
lab_ip host address add 10.77.0.7/24 dev vrrp1
lab_ip host link set vrrp1 up
soon "frames for it come" lab_in switch ping -n -q -c 1 -W 1 10.77.0.7
soon "the current member hears it, and only that" only hears_vrrp eth1 eth2
lab_ip host link set bond0 promisc on
soon "who wants everything is told from that" wants_all eth1
lab_ip host link set bond0 promisc off
soon "both ways" not wants_all eth1
check "and it is still heard" hears_vrrp eth1
lab_pull switch port1
soon "it goes with the role" only hears_vrrp eth2 eth1
lab_put switch port1
soon "both are up" both_up
lab_ctl activate bond0 eth1 >/dev/null
soon "and comes back with it" only hears_vrrp eth1 eth2
lab_ip host link del vrrp1
soon "no member hears it" not hears_vrrp eth1
soon "no member is promiscuous" not promiscuous eth1
lab_in host bridge fdb add 02:00:00:00:66:66 dev bond0 self permanent
soon "frames for an entry of the bridge table come" frame_arrives 02:00:00:00:66:66
lab_in host bridge fdb del 02:00:00:00:66:66 dev bond0 self
soon "no member is promiscuous" not promiscuous eth1

say "a group that a program joins"
lab_spawn host python3 -c 'import signal, socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
             struct.pack("4s4s", socket.inet_aton("239.1.2.9"), socket.inet_aton(sys.argv[1])))
signal.pause()' "$host_ip"
soon "the members joined it" members_in_group 01:00:5e:01:02:09
soon "its frames come" frame_arrives 01:00:5e:01:02:09
kill "$LAB_PID"
wait "$LAB_PID" || true
soon "the members left it" not members_in_group 01:00:5e:01:02:09

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
