#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_admin.sh - what an administrator does to bond0 in mode 802.3ad does not disturb LACP.
# Lessons 12 (a new MAC address), 13 (further addresses), 38 (VLANs come and go), 39 (down and up, SYS-14).
. "$(dirname "$0")/lib.sh"

members_have_mac() { mac_is host eth1 "$1" && mac_is host eth2 "$1"; }
answers() { lab_in host ping -n -q -c 1 -W 1 "$@" "$switch_ip"; }
ovs_is_content() {
	[ "$(lab_ovs_ask lacp/show bond0 | grep -c 'partner state: .*distributing')" -eq 2 ]
}

# The machines rest while something is done, and the partner sees us distribute all the while.
# Usage: undisturbed WORDS COMMAND...
undisturbed() {
	local words=$1 before
	shift
	say "$words"
	before=$(last_event)
	"$@"
	lab_wait 4 not ovs_is_content && fail "$words: the partner noticed"
	equal "$words: what LACP did" "" \
		"$(events "" lacp-mux "map(select(.seq > $before) | .to) | join(\" \")")"
	check "$words: both members distribute" both_distribute
}

new_mac() {
	lab_ip host link set bond0 address 02:00:00:00:00:99
	soon "the members follow" members_have_mac 02:00:00:00:00:99
	lab_ip switch neigh flush dev br0
}

vlans() {
	local id
	for id in 7 100 4094; do
		lab_ip host link add link bond0 name "bond0.$id" type vlan id "$id"
		lab_ip host link set "bond0.$id" up
	done
	for id in 100 4094 7; do
		lab_ip host link del "bond0.$id"
	done
}

net_need_ovs
net_open
net_cables
net_lacp_up "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast";'
soon "the partner is content" ovs_is_content
system=$(lab_ctl -j lacp bond0 | jq -r '.ports[0].actor.system')

undisturbed "a new MAC address" new_mac
soon "it answers" answers
equal "the system that we are to partners" "$system" "$(lab_ctl -j lacp bond0 | jq -r '.ports[1].actor.system')"

if lab_ip host link add link bond0 name probe type vlan id 9 2>/dev/null; then
	undisturbed "VLANs come and go" vlans
	soon "it answers" answers
	lab_ip host link del probe
else
	say "VLANs: this kernel has none"
fi

say "an address of its own on top (lesson 13)"
lab_ip host link add top link bond0 address 02:77:00:00:00:13 type macvlan mode bridge
lab_ip host address add 10.77.0.13/32 dev top
lab_ip host link set top up
lab_ip host route add "$switch_ip/32" dev top table 13
lab_ip host rule add from 10.77.0.13 table 13
soon "frames to it are let in" answers -I 10.77.0.13
lab_ip host link del top

undisturbed "bond0 is down" lab_ip host link set bond0 down
undisturbed "bond0 is up" lab_ip host link set bond0 up
soon "it answers" answers
