#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# arp_monitor.sh - arp_interval finds cables that are silent with carrier, and targets that are gone.
. "$(dirname "$0")/lib.sh"

# The switch knows the bond's MAC behind this port, or nowhere. Usage: learned_at PORT
learned_at() {
	local ports
	ports=$(lab_in switch bridge fdb show br br0 | awk -v mac="$(mac_of host bond0)" '$1 == mac { print $3 }')
	[ -z "$ports" ] || [ "$ports" = "$1" ]
}

# Nothing passes a cable any more, with carrier. Usage: silence NUMBER
silence() {
	lab_wire_break "$1" near
	lab_wire_break "$1" far
}

mend() {
	lab_wire_mend "$1" near
	lab_wire_mend "$1" far
}

no_carrier() {
	not lab_carrier host bond0
}

# Usage: monitored TARGETS; both members are good, and the bond's MAC is where it belongs
monitored() {
	lab_ip switch link set dev port1 type bridge_slave isolated off
	lab_ip switch link set dev port2 type bridge_slave isolated off
	sleep 1.5
	equal "link of eth1" up "$(member eth1 .link)"
	equal "link of eth2" up "$(member eth2 .link)"
	equal "failures of eth1" 0 "$(member eth1 .link_failure_count)"
	equal "failures of eth2" 0 "$(member eth2 .link_failure_count)"
	check "backups do not lure the switch" learned_at port1
}

net_open ipv6
lab_netns wire
lab_wire 1 host eth1 switch port1
lab_wire 2 host eth2 switch port2
lab_switch switch "$switch_ip/24" port1 port2
lab_ip switch address add "$switch_ip6/64" dev br0 nodad
net_config active-backup "miimon = 100; arp_interval = 100; arp_ip_target = \"$switch_ip\";
	arp_validate = \"all\"; num_grat_arp = 2;"
net_start
net_address
monitored

say "a silent cable costs three and a half intervals at most"
under_pings "eth1 falls silent" 37 silence 1
check "eth2 took over" active_is eth2
equal "link of eth1" down "$(member eth1 .link)"
under_pings "eth1 is mended" 0 mend 1
soon "eth1 is up again" member_link_is eth1 up
check "backups do not lure the switch" learned_at port2

say "a cable that is silent in one direction only, too"
under_pings "nothing of eth2 reaches the switch" 37 lab_wire_break 2 far
check "eth1 took over" active_is eth1
lab_wire_mend 2 far
soon "eth2 is up again" member_link_is eth2 up

say "a silent backup is known before it is needed"
silence 2
soon "eth2 is down" member_link_is eth2 down
mend 2
soon "eth2 is up again" member_link_is eth2 up

say "carrier still counts at once"
under_pings "pull eth1" 1 lab_wire_pull 1
check "eth2 took over" active_is eth2
lab_wire_put 1
soon "eth1 is up again" member_link_is eth1 up

say "bond0 may change its addresses meanwhile"
before=$(member eth1 .link_failure_count).$(member eth2 .link_failure_count)
lab_ip host address add 10.77.0.3/24 dev bond0
lab_ip host address delete "$host_ip/24" dev bond0
lab_ip host link set bond0 address 02:00:00:00:00:98
lab_run sleep 0.6
lab_ip host address flush dev bond0 scope global
lab_ip host address add "$host_ip/24" dev bond0
lab_run sleep 0.6
check "both stay up" both_up
equal "failures" "$before" "$(member eth1 .link_failure_count).$(member eth2 .link_failure_count)"
soon "the switch answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"

say "without the target all members are down together"
seq=$(last_event)
lab_ip switch address delete "$switch_ip/24" dev br0
soon "bond0 has no carrier" no_carrier
equal "members that were tried in vain" 0 \
	"$(events "" active "map(select(.seq > $seq and .to != \"none\")) | length")"
lab_ip switch address add "$switch_ip/24" dev br0
soon "bond0 has carrier" lab_carrier host bond0
soon "eth1 is up again" member_link_is eth1 up
soon "eth2 is up again" member_link_is eth2 up
net_stop

say "the same by IPv6, and by balance-rr without validation"
net_config active-backup "arp_interval = 100; ns_ip6_target = \"$switch_ip6\"; arp_validate = \"all\";"
net_start
net_address
lab_ip host address add "$host_ip6/64" dev bond0 nodad
monitored
silence 2
soon "eth2 is down" member_link_is eth2 down
check "eth1 is not" member_link_is eth1 up
mend 2
soon "eth2 is up again" member_link_is eth2 up
net_stop
net_config balance-rr "arp_interval = 100; arp_ip_target = \"$switch_ip\";"
net_start
net_address
silence 2
soon "eth2 is down" member_link_is eth2 down
mend 2
soon "eth2 is up again" member_link_is eth2 up
