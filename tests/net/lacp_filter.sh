#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_filter.sh - SYS-20: members let in the group address of LACP and no other more than needed.
. "$(dirname "$0")/lib.sh"

group=01:80:c2:00:00:02

# A member that drops the groups which nobody wants: a macvlan on a cable. Usage: filtering NUMBER
filtering() {
	lab_cable host "low$1" switch "port$1"
	lab_ip host link set "low$1" up
	lab_ip host link add "eth$1" link "low$1" type macvlan mode private
}

has_group() { # INTERFACE
	lab_ip host maddress show dev "$1" | has -i "$group"
}

# Neither promiscuous nor all multicast. Usage: filters INTERFACE
filters() {
	[ $(($(lab_in host cat "/sys/class/net/$1/flags") & 0x300)) -eq 0 ] &&
		[ "$(link_of host "$1" .promiscuity)" = 0 ]
}

seems_right() { # WORDS
	local name
	lab_wait 10 both_distribute || fail "$1: both members distribute"
	for name in eth1 eth2; do
		check "$1: $name has the group" has_group "$name"
		check "$1: $name filters" filters "$name"
	done
}

net_need_ovs
net_open
filtering 1
filtering 2
net_lacp_up "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast";'
seems_right "at the beginning"

say "a member is reset"
for name in eth1 eth2; do
	lab_ip host link set "$name" down
	soon "$name does not distribute" not mux_is "$name" DISTRIBUTING
	lab_ip host link set "$name" up
	seems_right "$name is back"
done

say "such an interface does drop what nobody wants"
lab_ip host link add probe link low1 type macvlan mode private
lab_ip host link set probe up
heard=$(lab_in host python3 "$net_dir/lacp.py" watch 3 "$(lab_ns host):probe" | wc -l)
equal "LACPDUs heard in 3 s without the group" 0 "$heard"
lab_ip host maddress add "$group" dev probe
heard=$(lab_in host python3 "$net_dir/lacp.py" watch 3 "$(lab_ns host):probe" | wc -l)
check "LACPDUs are heard with the group ($heard)" [ "$heard" -ge 2 ]

say "the end"
net_stop
equal "exit status" 0 "$stop_status"
for name in eth1 eth2; do
	check "$name has lost the group" not has_group "$name"
done
