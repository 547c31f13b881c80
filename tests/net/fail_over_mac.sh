#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# fail_over_mac.sh - who has which MAC address with the three policies, through failovers and ip(8).
. "$(dirname "$0")/lib.sh"

ping_count=60
one=02:00:00:00:01:01 two=02:00:00:00:01:02
macs_are() { # BOND ETH1 ETH2
	mac_is host bond0 "$1" && mac_is host eth1 "$2" && mac_is host eth2 "$3"
}

# The frames of bond0 reach the switch from this address. Usage: learned MAC PORT
learned() {
	lab_in switch bridge fdb show br br0 | has "^$1 dev $2 "
}

# Usage: begin POLICY [MORE]
begin() {
	net_config active-backup "fail_over_mac = \"$1\"; ${2:-}"
	net_start
	net_address
	soon "the switch answers through bond0" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

end() {
	net_stop
	check "eth1 has its own again" mac_is host eth1 "$one"
	check "eth2 has its own again" mac_is host eth2 "$two"
	lab_put switch port1
	lab_put switch port2
}

net_open
net_cables
lab_ip host link set eth1 address "$one"
lab_ip host link set eth2 address "$two"
lab_switch switch "$switch_ip/24" port1 port2

say "none: all have the bond's, which ip(8) may change"
begin none
check "addresses" macs_are "$one" "$one" "$one"
lab_ip host link set bond0 address 02:00:00:00:00:99
soon "all follow" macs_are 02:00:00:00:00:99 02:00:00:00:00:99 02:00:00:00:00:99
equal "the API tells the policy" none "$(bond .options.fail_over_mac)"
end

say "active: members keep theirs, the bond has that of the active one"
begin active
check "addresses" macs_are "$one" "$one" "$two"
under_pings "pull eth1" 1 lab_pull switch port1
soon "bond0 has the address of eth2" macs_are "$two" "$one" "$two"
soon "the switch knows it there" learned "$two" port2
equal "the API agrees" "$two" "$(bond .mac)"
before=$(last_event)
lab_ip host link set bond0 address 02:00:00:00:00:99
soon "it is written back" mac_is host bond0 "$two"
check "and the reason told" test -n "$(events "" mac "map(select(.seq > $before)) | .[0].reason // \"\"")"
end

say "follow: the active member has the bond's, and gives it away"
begin follow
check "addresses" macs_are "$one" "$one" "$two"
under_pings "pull eth1" 1 lab_pull switch port1
soon "eth2 has the bond's, eth1 what eth2 had" macs_are "$one" "$two" "$one"
soon "the switch knows it there" learned "$one" port2
lab_put switch port1
soon "eth1 is up again" member_link_is eth1 up
under_pings "activate eth1" 1 lab_ctl activate bond0 eth1
soon "and back" macs_are "$one" "$one" "$two"
end

say "follow and probes: each member probes from what it has"
begin follow "arp_interval = 100; arp_ip_target = \"$switch_ip\"; arp_validate = \"all\";"
sleep 0.6
check "both stay up" both_up
under_pings "pull eth1" 1 lab_pull switch port1
lab_put switch port1
soon "eth1 is up again" member_link_is eth1 up
check "addresses" macs_are "$one" "$two" "$one"
end
