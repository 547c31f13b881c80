#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# announce.sh - a failover tells the network of all addresses on bond0 and its VLANs, of its
# multicast groups, and of MACs behind a bridge.
. "$(dirname "$0")/lib.sh"

heard=''

# Pull the cable of the current member and remember what comes out of the other one.
# Usage: fail_over SWITCH_PORT_TO_PULL NAMESPACE:PORT_TO_HEAR
fail_over() {
	local listener
	: >"$LAB_DIR/heard"
	python3 "$net_dir/heard.py" "$2" 3 >"$LAB_DIR/heard" &
	listener=$!
	soon "the listener listens" grep -q listening "$LAB_DIR/heard"
	lab_pull switch "$1"
	wait "$listener"
	lab_put switch "$1"
	heard=$(<"$LAB_DIR/heard")
}

# Usage: told LINE
told() {
	grep -Fxq "$1" <<<"$heard" || {
		echo "$heard"
		fail "$1 is announced"
	}
}

net_open ipv6
net_up active-backup 'num_grat_arp = 2;'
vlans=true # not every kernel has them
lab_ip host link add link bond0 name bond0.100 type vlan id 100 2>/dev/null || vlans=false
if $vlans; then
	lab_ip host link add link bond0.100 name bond0.100.7 type vlan id 7
	lab_ip host address add 10.78.0.1/24 dev bond0.100
	lab_ip host address add 10.79.0.1/24 dev bond0.100.7
	lab_ip host link set bond0.100 up
	lab_ip host link set bond0.100.7 up
fi
lab_ip host link add top0 link bond0 address 02:77:00:00:00:13 type macvlan mode bridge
lab_ip host address add 10.81.0.1/24 dev top0
lab_ip host link set top0 up
lab_ip host address add "$host_ip6/64" dev bond0 nodad
# hold groups joined: one of IPv4 on bond0
lab_in host python3 -c '
import socket, struct, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
             struct.pack("4s4s", socket.inet_aton("239.1.2.3"), socket.inet_aton("'"$host_ip"'")))
print("joined", flush=True)
time.sleep(60)' >"$LAB_DIR/joined" &
joiner=$!
soon "the group is joined" grep -q joined "$LAB_DIR/joined"

say "addresses on bond0 and its VLANs, and groups"
fail_over port1 "$(lab_ns switch):port2"
told "arp $host_ip"
told "arp 10.81.0.1"
if $vlans; then
	told "vlan 100 arp 10.78.0.1"
	told "vlan 100 vlan 7 arp 10.79.0.1"
	grep -q '^vlan 100 mld ff02::1:ff' <<<"$heard" || fail "groups of the VLAN are reported"
fi
told "na $host_ip6"
told "igmp 239.1.2.3"
grep -q '^mld ff02::1:ff' <<<"$heard" || fail "groups of IPv6 are reported"
equal "rounds of announcements" 2 "$(grep -Fxc "arp $host_ip" <<<"$heard")"
kill "$joiner"

say "MACs behind a bridge on bond0, and the bridge's own address"
soon "eth1 is up again" member_link_is eth1 up
lab_ip host link delete top0
lab_ip host address flush dev bond0
lab_ip host link add br1 type bridge
lab_ip host link set bond0 master br1
lab_ip host link add guest0 type veth peer name guest1
lab_ip host link set guest0 master br1
lab_ip host link set guest1 address 02:00:00:00:00:55
for link in br1 guest0 guest1; do lab_ip host link set "$link" up; done
lab_ip host address add 10.80.0.1/24 dev br1
lab_in host ping -q -c 1 -W 1 -I guest1 10.80.0.99 >/dev/null 2>&1 || true # it is heard of
lab_in host python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("guest1", 0))
s.send(b"\xff" * 6 + bytes.fromhex("020000000055") + b"\x88\xb5" + bytes(46))'
fail_over port2 "$(lab_ns switch):port1"
told "arp 10.80.0.1"
told "rarp 02:00:00:00:00:55"
