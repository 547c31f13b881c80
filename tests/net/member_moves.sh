#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# member_moves.sh - the interface of a member goes to another namespace; what has its index then is none of ours.
. "$(dirname "$0")/lib.sh"

told_gone() {
	[ "$(events eth2 device 'map(select(.to == "unplugged")) | length')" = "$1" ]
}

# eth1 goes down and up, so the daemon has looked at all links; meanwhile eth2 did not come up.
stays_out() {
	lab_pull switch port1
	soon "eth1 goes down" member_link_is eth1 down
	lab_put switch port1
	soon "eth1 comes up" member_link_is eth1 up
	equal "eth2 since $1" "" "$(events eth2 link "map(select(.seq > $2 and .to != \"down\")) | .[].to")"
	check "eth2 is down" member_link_is eth2 down
}

comes_back() {
	lab_ctl remove bond0 eth2 || fail "eth2 leaves"
	lab_ctl add bond0 eth2 || fail "eth2 joins"
	soon "eth2 is up" member_link_is eth2 up
}

net_open
lab_netns elsewhere
net_up active-backup
equal "eth1 is the current member" eth1 "$(bond .active_member)"
index=$(link_of host eth2 .ifindex)

say "it goes, and comes back"
begin=$(last_event)
lab_ip host link set dev eth2 netns "$(lab_ns elsewhere)"
soon "it is told that it is gone" told_gone 1
soon "its link is down" member_link_is eth2 down
lab_ip elsewhere link set dev eth2 netns "$(lab_ns host)"
lab_ip host link set dev eth2 up
equal "its index is the same" "$index" "$(link_of host eth2 .ifindex)"
stays_out "it is back, and nobody holds it" "$begin"
under_pings "it is added again" 0 comes_back

say "it goes, and another one gets its index"
begin=$(last_event)
lab_ip host link set dev eth2 netns "$(lab_ns elsewhere)"
soon "it is told that it is gone" told_gone 2
lab_ip host link add name stranger index "$index" mtu 1400 address 02:00:00:00:00:99 type veth peer name other
lab_ip host link set dev other up
lab_ip host link set dev stranger up
soon "the stranger has a carrier" lab_carrier host stranger
stays_out "a stranger has its index" "$begin"
before=$(lab_ip host -o link show dev stranger)
lab_ctl set bond0 mtu=1450 >/dev/null || fail "the MTU of the bond changes"
check "that reached the other member" mtu_is host eth1 1450
lab_ctl remove bond0 eth2 || fail "eth2 leaves"
equal "the stranger" "$before" "$(lab_ip host -o link show dev stranger)"
net_stop
equal "the stranger, at the end" "$before" "$(lab_ip host -o link show dev stranger)"
